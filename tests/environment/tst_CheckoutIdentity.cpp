// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/CheckoutIdentity.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace mrb;
using namespace mrb::backend;
namespace fs = std::filesystem;

namespace {

void write(const fs::path &file, const std::string &text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

QString git(const fs::path &folder, const QStringList &arguments)
{
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(folder.string()));
    process.start(QStringLiteral("git"),
                  QStringList{QStringLiteral("-c"), QStringLiteral("user.name=t"),
                              QStringLiteral("-c"), QStringLiteral("user.email=t@example.org"),
                              QStringLiteral("-c"), QStringLiteral("commit.gpgsign=false")} +
                      arguments);
    if (!process.waitForFinished() || process.exitCode() != 0)
        qFatal("git %s: %s", qPrintable(arguments.join(u' ')),
               process.readAllStandardError().constData());
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}

void makeExecutable(const fs::path &file, const std::string &script)
{
    write(file, "#!/bin/sh\n" + script);
    fs::permissions(file, fs::perms::owner_all);
}

const std::vector<std::string> kNeeded = {"configs/config_network_rflow.json"};

/// A real repository of the shape that matters, and the means to spoil it.
class Checkout
{
public:
    Checkout() : root(fs::canonical(m_folder.path().toStdString()) / "checkout")
    {
        write(root / "configs/config_network_rflow.json", "{}\n");
        write(root / "configs/unused.json", "{}\n");
        write(root / "scripts/__init__.py", "");
        write(root / "scripts/diff_model_infer.py", "print('run')\n");
        write(root / "assets/picture.txt", "large\n");
        git(root, {QStringLiteral("init"), QStringLiteral("-q")});
        commitAll();
    }

    void commitAll()
    {
        git(root, {QStringLiteral("add"), QStringLiteral("-A")});
        git(root, {QStringLiteral("commit"), QStringLiteral("-qm"), QStringLiteral("state")});
        commit = git(root, {QStringLiteral("rev-parse"), QStringLiteral("HEAD")}).toStdString();
    }

    CheckoutIdentity identify(const std::string &path = qgetenv("PATH").toStdString()) const
    {
        return identifyCheckout(root, commit, kNeeded,
                                {{"PATH", path}, {"HOME", m_folder.path().toStdString()}});
    }

    fs::path outside() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;

public:
    fs::path root;
    std::string commit;
};

using Spoil = std::function<void(Checkout &)>;

bool names(const CheckoutIdentity &identity, ErrorCode code)
{
    return std::ranges::any_of(identity.reasons,
                               [code](const Error &error) { return error.code == code; });
}

} // namespace

Q_DECLARE_METATYPE(Spoil)

class TestCheckoutIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untouchedCheckout_isTrusted()
    {
        const Checkout checkout;
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.trusted,
                 identity.reasons.empty() ? "" : qPrintable(identity.reasons[0].message));
        QCOMPARE(identity.commit, checkout.commit);
        QVERIFY(identity.commitMatch && identity.trackedFilesClean && identity.reasons.empty());
    }

    void harmlessLeftovers_keepTheTrust()
    {
        Checkout checkout;
        write(checkout.root / "models/autoencoder_v1.pt", "weights");
        write(checkout.root / "output/volume.nii.gz", "volume");
        write(checkout.root / "monai/readme.txt", "a folder without __init__ cannot shadow");
        const std::string byTime("\xa7\x0d\x0d\x0a\0\0\0\0timesize", 16);
        write(checkout.root / "scripts/__pycache__/x.cpython-311.pyc", byTime);
        write(checkout.root / "scripts/__pycache__/__init__.cpython-311.pyc", byTime);
        write(checkout.root / ".venv/bin/python", "");
        fs::remove(checkout.root / "assets/picture.txt");
        git(checkout.root, {QStringLiteral("update-index"), QStringLiteral("--skip-worktree"),
                            QStringLiteral("assets/picture.txt")});
        QVERIFY(checkout.identify().trusted);
    }

    void anyDoubt_takesTheTrustAway_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char *name, ErrorCode code, Spoil spoil) {
            QTest::newRow(name) << std::move(spoil)
                                << QByteArray(code.id().data(), qsizetype(code.id().size()));
        };
        using namespace backend::error_codes;
        row("other commit", kCommitDiffers, [](Checkout &c) {
            write(c.root / "README.md", "more");
            const std::string pinned = c.commit;
            c.commitAll();
            c.commit = pinned;
        });
        row("edited file", kTrackedFilesChanged,
            [](Checkout &c) { write(c.root / "scripts/diff_model_infer.py", "evil"); });
        row("edit outside scripts", kTrackedFilesChanged,
            [](Checkout &c) { write(c.root / "assets/picture.txt", "other"); });
        row("staged edit", kTrackedFilesChanged, [](Checkout &c) {
            write(c.root / "configs/unused.json", "{ }");
            git(c.root, {QStringLiteral("add"), QStringLiteral("-A")});
        });
        row("deleted file", kTrackedFilesChanged,
            [](Checkout &c) { fs::remove(c.root / "configs/unused.json"); });
        for (const char *flag : {"--skip-worktree", "--assume-unchanged"}) {
            row(flag, kHiddenEdit, [flag](Checkout &c) {
                git(c.root, {QStringLiteral("update-index"), QLatin1StringView(flag),
                             QStringLiteral("scripts/diff_model_infer.py")});
                write(c.root / "scripts/diff_model_infer.py", "evil");
            });
        }
        row("script replaced by a link", kHiddenEdit, [](Checkout &c) {
            git(c.root, {QStringLiteral("update-index"), QStringLiteral("--skip-worktree"),
                         QStringLiteral("scripts/diff_model_infer.py")});
            write(c.outside() / "same.py", "print('run')\n");
            fs::remove(c.root / "scripts/diff_model_infer.py");
            fs::create_symlink(c.outside() / "same.py", c.root / "scripts/diff_model_infer.py");
        });
        row("needed file left out by a sparse checkout", kNeededFileMissing, [](Checkout &c) {
            git(c.root, {QStringLiteral("update-index"), QStringLiteral("--skip-worktree"),
                         QStringLiteral("configs/config_network_rflow.json")});
            fs::remove(c.root / "configs/config_network_rflow.json");
        });
        row("module in the root", kShadowingModule,
            [](Checkout &c) { write(c.root / "torch.py", ""); });
        row("package in the root", kShadowingModule,
            [](Checkout &c) { write(c.root / "monai/__init__.py", ""); });
        row("package made of a tracked folder", kShadowingModule,
            [](Checkout &c) { write(c.root / "assets/__init__.py", ""); });
        row("extension in the root", kShadowingModule,
            [](Checkout &c) { write(c.root / "numpy.cpython-311-x86_64-linux-gnu.so", ""); });
        row("module that git ignores", kShadowingModule, [](Checkout &c) {
            write(c.root / ".git/info/exclude", "torch.py\n");
            write(c.root / "torch.py", "");
        });
        row("package beside the scripts", kShadowingModule,
            [](Checkout &c) { write(c.root / "scripts/utils/__init__.py", ""); });
        row("bytecode that is not compared with its source", kShadowingModule, [](Checkout &c) {
            write(c.root / "scripts/__pycache__/diff_model_infer.cpython-311.pyc",
                  std::string("\xa7\x0d\x0d\x0a\x01\0\0\0hashhash", 16));
        });
        row("folder inside another repository", kNotOwnRepository, [](Checkout &c) {
            fs::remove_all(c.root / ".git");
            git(c.outside(), {QStringLiteral("init"), QStringLiteral("-q")});
        });
        row("repository that names another work tree", kNotOwnRepository, [](Checkout &c) {
            fs::create_directories(c.outside() / "other");
            git(c.root, {QStringLiteral("config"), QStringLiteral("core.worktree"),
                         QString::fromStdString((c.outside() / "other").string())});
        });
    }
    void anyDoubt_takesTheTrustAway()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QByteArray, code);
        Checkout checkout;
        spoil(checkout);
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted);
        QVERIFY2(!identity.reasons.empty(), "a refusal needs a reason");
        const bool named = std::ranges::any_of(identity.reasons, [&code](const Error &error) {
            // Inside another repository git stops at the ceiling and finds none at all.
            return error.code.id() == std::string_view(code.constData()) ||
                   (error.code == backend::error_codes::kGitFailed &&
                    code == backend::error_codes::kNotOwnRepository.id().data());
        });
        QVERIFY2(named, qPrintable(identity.reasons[0].message));
    }

    void askingGit_runsNothingOfTheCheckout_data()
    {
        QTest::addColumn<Spoil>("spoil");
        const auto row = [](const char *name, Spoil spoil) {
            QTest::newRow(name) << std::move(spoil);
        };
        const auto program = [](Checkout &c) {
            makeExecutable(c.outside() / "evil.sh",
                           "touch '" + (c.outside() / "ran").string() + "'\ncat\n");
            return QString::fromStdString((c.outside() / "evil.sh").string());
        };
        row("fsmonitor", [program](Checkout &c) {
            git(c.root, {QStringLiteral("config"), QStringLiteral("core.fsmonitor"), program(c)});
        });
        row("clean filter", [program](Checkout &c) {
            git(c.root, {QStringLiteral("config"), QStringLiteral("filter.a=b.clean"), program(c)});
            git(c.root, {QStringLiteral("config"), QStringLiteral("filter.x.clean"), program(c)});
            git(c.root, {QStringLiteral("config"), QStringLiteral("filter.x.required"),
                         QStringLiteral("true")});
            write(c.root / ".git/info/attributes", "* filter=x\n");
            // Same size, other time: git has to look at the content, through the filter.
            write(c.root / "assets/picture.txt", "large\n");
        });
        row("process filter", [program](Checkout &c) {
            git(c.root, {QStringLiteral("config"), QStringLiteral("filter.x.process"), program(c)});
            write(c.root / ".git/info/attributes", "* filter=x\n");
            write(c.root / "assets/picture.txt", "large\n");
        });
        row("hooks", [program](Checkout &c) {
            const QString evil = program(c);
            for (const char *hook : {"post-index-change", "pre-commit", "post-checkout"})
                fs::copy_file(evil.toStdString(), c.root / ".git/hooks" / hook,
                              fs::copy_options::overwrite_existing);
            write(c.root / "assets/picture.txt", "large\n");
        });
    }
    void askingGit_runsNothingOfTheCheckout()
    {
        QFETCH(Spoil, spoil);
        Checkout checkout;
        spoil(checkout);
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(!fs::exists(checkout.outside() / "ran"), "git ran the checkout's program");
        QVERIFY2(identity.trusted,
                 identity.reasons.empty() ? "" : qPrintable(identity.reasons[0].message));
    }

    void replacedObjects_areNotBelieved()
    {
        Checkout checkout;
        const std::string pinned = checkout.commit;
        write(checkout.root / "scripts/diff_model_infer.py", "evil");
        checkout.commitAll();
        const std::string other = checkout.commit;
        git(checkout.root, {QStringLiteral("replace"), QString::fromStdString(pinned),
                            QString::fromStdString(other)});
        git(checkout.root,
            {QStringLiteral("update-ref"), QStringLiteral("HEAD"), QString::fromStdString(pinned)});
        checkout.commit = pinned;
        QVERIFY(!checkout.identify().trusted);
    }

    void gitMissing_isAReasonNotAPass()
    {
        const Checkout checkout;
        const CheckoutIdentity identity = checkout.identify("/nonexistent");
        QVERIFY(!identity.trusted);
        QVERIFY(names(identity, backend::error_codes::kGitFailed));
        QVERIFY(identity.commit.empty());
    }

    void gitInARelativePathEntry_isNotUsed()
    {
        Checkout checkout;
        makeExecutable(checkout.root / "git",
                       "touch '" + (checkout.outside() / "ran").string() + "'\n");
        QVERIFY(!checkout.identify(".:" + checkout.root.filename().string()).trusted);
        QVERIFY(!fs::exists(checkout.outside() / "ran"));
    }

    void folderWithoutRepository_isNotTrusted()
    {
        Checkout checkout;
        fs::remove_all(checkout.root / ".git");
        QVERIFY(names(checkout.identify(), backend::error_codes::kGitFailed));
    }
};

QTEST_GUILESS_MAIN(TestCheckoutIdentity)
#include "tst_CheckoutIdentity.moc"
