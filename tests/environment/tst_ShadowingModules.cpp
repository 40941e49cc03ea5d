// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ShadowingModules.h"
#include "tests/environment/GitCheckout.h"

#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;

namespace {

std::string compiledCopy(char flags)
{
    return std::string("\xa7\x0d\x0d\x0a", 4) + flags + std::string("\0\0\0timesize", 11);
}

} // namespace

Q_DECLARE_METATYPE(Spoil)

class TestShadowingModules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untrackedModules_areFound_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file :
             {"torch.py", "monai/__init__.py", "monai/__init__.pyc", "monai/__init__.abi3.so",
              "assets/__init__.py", "numpy.so", "numpy.abi3.so",
              "numpy.cpython-311-x86_64-linux-gnu.so", "torch.pyc", "sitecustomize.py",
              "usercustomize.py", "scripts.py", "zähler.py", "scripts/torch.py",
              "scripts/utils/__init__.py", "scripts/sub/evil.py", "scripts/sub/deeper/evil.py",
              "scripts/diff_model_infer.abi3.so", "scripts/diff_model_infer.pyc"})
            QTest::newRow(file) << QString::fromUtf8(file);
    }
    void untrackedModules_areFound()
    {
        QFETCH(QString, file);
        GitCheckout checkout;
        // What git is told to ignore is found as well.
        writeFile(checkout.root / ".git/info/exclude", "*\n");
        writeFile(checkout.root / file.toStdString(), "");
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted);
        QVERIFY2(identity.reasons.size() == 1, reasonsOf(identity.reasons));
        QCOMPARE(identity.reasons[0].code, codes::kShadowingModule);
        QCOMPARE(identity.reasons[0].field, file);
    }

    void modulesInOtherDisguises_areFound_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QString>("file");
        const auto row = [](const char *name, const char *file, Spoil spoil) {
            QTest::newRow(name) << std::move(spoil) << QString::fromUtf8(file);
        };
        row("link to a module", "torch.py", [](GitCheckout &c) {
            fs::create_symlink(writeFile(c.outside() / "x", ""), c.root / "torch.py");
        });
        row("link to a package", "torch/__init__.py", [](GitCheckout &c) {
            writeFile(c.outside() / "x/__init__.py", "");
            fs::create_directory_symlink(c.outside() / "x", c.root / "torch");
        });
        row("repository in the checkout", "torch/__init__.py", [](GitCheckout &c) {
            writeFile(c.root / "torch/__init__.py", "");
            c.git({"init", "-q"}, c.root / "torch");
            c.git({"add", "-A"}, c.root / "torch");
            c.git({"commit", "-qm", "x"}, c.root / "torch");
            c.git({"add", "torch"}); // a submodule, which git status is told to leave out
        });
        row("module told to be tracked", "torch.py", [](GitCheckout &c) {
            writeFile(c.root / "torch.py", "");
            c.git({"add", "--intent-to-add", "torch.py"});
            c.git({"update-index", "--skip-worktree", "torch.py"});
        });
        row("link that leads back", "scripts/loop",
            [](GitCheckout &c) { fs::create_directory_symlink(".", c.root / "scripts/loop"); });
    }
    void modulesInOtherDisguises_areFound()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QString, file);
        GitCheckout checkout;
        spoil(checkout);
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted);
        QVERIFY2(std::ranges::any_of(identity.reasons,
                                     [&file](const Error &reason) {
                                         return reason.code == codes::kShadowingModule &&
                                                (reason.field == file ||
                                                 reason.field.startsWith(file + u'/'));
                                     }),
                 reasonsOf(identity.reasons));
    }

    void compiledCopiesThatAreNotCompared_areFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content"); // empty: a pipe
        const auto row = [](const char *name, const char *file, const std::string &content) {
            QTest::newRow(name) << QString::fromUtf8(file) << QByteArray::fromStdString(content);
        };
        const char *const file = "scripts/__pycache__/diff_model_infer.cpython-311.pyc";
        row("by no means", file, compiledCopy(1));
        row("by hash", file, compiledCopy(3));
        row("unknown flags", file, compiledCopy(4));
        row("too short to tell", file, "\xa7\x0d");
        row("pipe", file, "");
        row("of the root", "__pycache__/x.cpython-311.pyc", compiledCopy(1));
        row("of a folder below", "scripts/sub/__pycache__/x.cpython-311.pyc", compiledCopy(1));
    }
    void compiledCopiesThatAreNotCompared_areFound()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        GitCheckout checkout;
        const fs::path path = checkout.root / file.toStdString();
        writeFile(path, content.toStdString());
        if (content.isEmpty()) {
            fs::remove(path);
            QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
        }
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.reasons.size() == 1, reasonsOf(identity.reasons));
        QCOMPARE(identity.reasons[0].code, codes::kBytecodeDiffers);
        QCOMPARE(identity.reasons[0].field, file);
        QVERIFY(identity.reasons[0].hint.contains(u"__pycache__"));
    }

    void harmlessLeftovers_keepTheTrust()
    {
        GitCheckout checkout;
        for (const char *file :
             {"models/autoencoder_v1.pt", "output/volume.nii.gz", "temp_work_dir/x.pkl",
              "monai/readme.txt", ".venv/lib/python3.11/site-packages/torch/__init__.py",
              "venv/lib/python3.11/site-packages/torch/__init__.py", "build/lib/torch/__init__.py",
              ".git/hooks/torch.py", ".ipynb_checkpoints/torch.py", "my-notes.py", "torch.pth",
              "torch.egg", "torch-2.0-py3.11.egg", "torch.py.bak", "__init__.py.orig",
              "scripts/.ipynb_checkpoints/sample-checkpoint.py", "scripts/notes.txt",
              "scripts/run-all.py", "scripts/2d/plot.py"})
            writeFile(checkout.root / file, "");
        fs::create_directories(checkout.root / "torch.py");
        for (const char *file :
             {"scripts/__pycache__/x.cpython-311.pyc",
              "scripts/__pycache__/__init__.cpython-311.pyc", "__pycache__/x.cpython-311.pyc"})
            writeFile(checkout.root / file, compiledCopy(0));
        fs::remove(checkout.root / "assets/picture.txt");
        checkout.git({"update-index", "--skip-worktree", "assets/picture.txt"});
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.trusted, reasonsOf(identity.reasons));
    }

    void packagesOfTheCommit_areLookedInto()
    {
        GitCheckout checkout;
        writeFile(checkout.root / "tools/__init__.py", "");
        writeFile(checkout.root / "tools/one.py", "");
        checkout.commitAll();
        QVERIFY(checkout.identify().trusted);
        writeFile(checkout.root / "tools/two.py", "");
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.reasons.size() == 1, reasonsOf(identity.reasons));
        QCOMPARE(identity.reasons[0].field, QStringLiteral("tools/two.py"));
    }

    void folderThatHidesItsNames_isNotTrusted()
    {
        const GitCheckout checkout;
        writeFile(checkout.root / "torch/__init__.py", "");
        writeFile(checkout.root / "output/__init__.py", "");
        // Python finds __init__.py without listing where it may enter.
        fs::permissions(checkout.root / "torch",
                        fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec);
        fs::permissions(checkout.root / "output", fs::perms::none);
        if (::geteuid() == 0) { // may list everything; nobody may not
            fs::permissions(checkout.outside(), fs::perms::group_exec | fs::perms::others_exec,
                            fs::perm_options::add);
            QCOMPARE(::seteuid(65534), 0);
        }
        const Errors reasons = findShadowingModules(
            checkout.root, {"scripts/__init__.py", "scripts/diff_model_infer.py"});
        QCOMPARE(::seteuid(::getuid()), 0);
        for (const char *folder : {"torch", "output"})
            fs::permissions(checkout.root / folder, fs::perms::owner_all);
        QVERIFY2(std::ranges::any_of(
                     reasons,
                     [](const Error &reason) { return reason.field == QStringLiteral("torch"); }),
                 reasonsOf(reasons));
        QVERIFY(std::ranges::none_of(
            reasons, [](const Error &reason) { return reason.field == QStringLiteral("output"); }));
    }

    void modulesBelow_areFoundAtAnyDepth()
    {
        GitCheckout checkout;
        const std::vector<std::string> tracked = {"google/known.py"};
        writeFile(checkout.root / "google/known.py", "");
        writeFile(checkout.root / "google/data/a.bin", "");
        QVERIFY(findModulesBelow(checkout.root, "google", tracked).empty());
        writeFile(checkout.root / "google/api/client/__init__.py", "");
        writeFile(checkout.root / "google/api/client/other.py", "");
        const Errors reasons = findModulesBelow(checkout.root, "google", tracked);
        QCOMPARE(reasons.size(), std::size_t{1});
        QVERIFY(reasons[0].field.startsWith(u"google/api/client/"));
    }
};

QTEST_GUILESS_MAIN(TestShadowingModules)
#include "tst_ShadowingModules.moc"
