// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/environment/GitCheckout.h"

#include <QCryptographicHash>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace {

constexpr const char *kScript = "scripts/diff_model_infer.py";

void setTime(const fs::path &file, time_t seconds)
{
    const struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
    QCOMPARE(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
}

void hide(const GitCheckout &c, const std::string &file)
{
    c.git({"update-index", "--skip-worktree", file});
}

// Writes the file again as git's settings of now want it.
void checkOutAgain(const GitCheckout &c, const std::string &file)
{
    fs::remove(c.root / file);
    c.git({"checkout", "--", file});
}

// The hash at the end of the commit graph is made to fit again.
void forgeCommitGraph(const GitCheckout &c, const std::string &tree, const std::string &other)
{
    const fs::path file = c.root / ".git/objects/info/commit-graph";
    QByteArray graph = QByteArray::fromStdString(readFile(file)).chopped(20);
    graph.replace(QByteArray::fromHex(QByteArray::fromStdString(tree)),
                  QByteArray::fromHex(QByteArray::fromStdString(other)));
    graph += QCryptographicHash::hash(graph, QCryptographicHash::Sha1);
    fs::remove(file);
    writeFile(file, graph.toStdString());
}

// Returns the names of scripts/ in the commit and in a tree with an edited script, which is staged.
std::pair<std::string, std::string> stageEdit(const GitCheckout &c)
{
    const std::string honest = c.git({"rev-parse", "HEAD:scripts"});
    c.edit(kScript);
    c.git({"add", "-A"});
    return {honest, c.git({"rev-parse", c.git({"write-tree"}) + ":scripts"})};
}

} // namespace

Q_DECLARE_METATYPE(Spoil)

class TestCheckoutIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untouchedCheckout_isTrusted()
    {
        const GitCheckout checkout;
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.trusted, reasonsOf(identity.reasons));
        QCOMPARE(identity.commit, checkout.commit);
        QVERIFY(identity.commitMatch && identity.trackedFilesClean && identity.reasons.empty());
        QVERIFY(identity.trackedFiles ==
                (std::vector<std::string>{"assets/picture.txt", "configs/config_network_rflow.json",
                                          "configs/unused.json", "requirements.txt",
                                          "scripts/__init__.py", kScript}));
    }

    void unusualRepositories_keepTheTrust_data()
    {
        QTest::addColumn<Spoil>("change");
        const auto row = [](const char *name, Spoil change) {
            QTest::newRow(name) << std::move(change);
        };
        row("packed", [](GitCheckout &c) { c.git({"gc", "-q"}); });
        row("commit graph", [](GitCheckout &c) {
            c.git({"commit-graph", "write", "--reachable"});
        });
        row("shallow clone", [](GitCheckout &c) {
            writeFile(c.root / "README.md", "more");
            c.commitAll();
            fs::rename(c.root, c.outside() / "origin");
            c.git({"clone", "-q", "--depth", "1", "file://" + (c.outside() / "origin").string(),
                   c.root.string()},
                  c.outside());
            QVERIFY(fs::exists(c.root / ".git/shallow"));
        });
        row("objects of another repository", [](GitCheckout &c) {
            fs::rename(c.root, c.outside() / "origin");
            c.git({"clone", "-q", "--shared", (c.outside() / "origin").string(), c.root.string()},
                  c.outside());
            QVERIFY(fs::exists(c.root / ".git/objects/info/alternates"));
        });
        row("linked work tree", [](GitCheckout &c) {
            fs::rename(c.root, c.outside() / "origin");
            c.git({"worktree", "add", "-q", "--detach", c.root.string()}, c.outside() / "origin");
            QVERIFY(fs::is_regular_file(c.root / ".git"));
        });
        row("grafted history", [](GitCheckout &c) {
            writeFile(c.root / ".git/info/grafts", c.commit + " " + c.commit + "\n");
        });
        row("asset left out by a sparse checkout", [](GitCheckout &c) {
            c.git({"sparse-checkout", "set", "--cone", "--sparse-index", "scripts", "configs"});
            QVERIFY(!fs::exists(c.root / "assets"));
        });
        row("split index", [](GitCheckout &c) { c.git({"update-index", "--split-index"}); });
        row("index of version 4", [](GitCheckout &c) {
            c.git({"update-index", "--index-version", "4"});
        });
        row("untracked cache", [](GitCheckout &c) {
            c.git({"update-index", "--force-untracked-cache"});
        });
        row("index locked by another git",
            [](GitCheckout &c) { writeFile(c.root / ".git/index.lock", ""); });
        row("SHA-256 repository", [](GitCheckout &c) {
            fs::remove_all(c.root / ".git");
            c.git({"init", "-q", "--object-format=sha256"});
            c.commitAll();
        });
        row("tracked link", [](GitCheckout &c) {
            fs::create_symlink("picture.txt", c.root / "assets/link.txt");
            c.commitAll();
        });
        row("built-in fsmonitor", [](GitCheckout &c) { c.config("core.fsmonitor", "true"); });
        row("touched files", [](GitCheckout &c) { setTime(c.root / kScript, 1'000'000'000); });
    }
    void unusualRepositories_keepTheTrust()
    {
        QFETCH(Spoil, change);
        GitCheckout checkout;
        change(checkout);
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY2(identity.trusted, reasonsOf(identity.reasons));
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
        row("other commit", kCommitDiffers, [](GitCheckout &c) {
            writeFile(c.root / "README.md", "more");
            const std::string pinned = c.commit;
            c.commitAll();
            c.commit = pinned;
        });
        row("edited file", kTrackedFilesChanged, [](GitCheckout &c) { c.edit(kScript); });
        row("edit outside scripts", kTrackedFilesChanged,
            [](GitCheckout &c) { c.edit("assets/picture.txt"); });
        row("staged edit", kTrackedFilesChanged, [](GitCheckout &c) {
            c.edit("configs/unused.json");
            c.git({"add", "-A"});
        });
        row("staged edit, undone on disk", kTrackedFilesChanged, [](GitCheckout &c) {
            const std::string honest = readFile(c.root / kScript);
            stageEdit(c);
            writeFile(c.root / kScript, honest);
        });
        row("deleted file", kTrackedFilesChanged,
            [](GitCheckout &c) { fs::remove(c.root / "configs/unused.json"); });
        row("fsmonitor that says nothing changed", kTrackedFilesChanged, [](GitCheckout &c) {
            c.config("core.fsmonitor",
                     writeScript(c.outside() / "monitor", "printf 'now\\0'").string());
            c.git({"status"});
            c.edit(kScript);
            QCOMPARE(c.git({"status", "--porcelain"}), std::string());
        });
        row("commit graph that names another tree", kTrackedFilesChanged, [](GitCheckout &c) {
            c.git({"commit-graph", "write", "--reachable"});
            const std::string honest = c.git({"rev-parse", "HEAD^{tree}"});
            c.edit("requirements.txt");
            c.git({"add", "-A"});
            forgeCommitGraph(c, honest, c.git({"write-tree"}));
            QCOMPARE(c.git({"status", "--porcelain"}), std::string());
        });
        row("needed file left out by a sparse checkout", kNeededFileMissing, [](GitCheckout &c) {
            hide(c, "configs/config_network_rflow.json");
            fs::remove(c.root / "configs/config_network_rflow.json");
        });
        row("folder inside another repository", kGitFailed, [](GitCheckout &c) {
            fs::remove_all(c.root / ".git");
            c.git({"init", "-q"}, c.outside());
        });
        row("repository that names another work tree", kNotOwnRepository, [](GitCheckout &c) {
            fs::create_directories(c.outside() / "other");
            c.config("core.worktree", (c.outside() / "other").string());
        });
        row(".git file that leads to a repository with another work tree", kNotOwnRepository,
            [](GitCheckout &c) {
                fs::create_directories(c.outside() / "other");
                fs::rename(c.root / ".git", c.outside() / "other/.git");
                writeFile(c.root / ".git", "gitdir: " + (c.outside() / "other/.git").string());
                c.config("core.worktree", (c.outside() / "other").string());
            });
        row("bare repository", kGitFailed, [](GitCheckout &c) { c.config("core.bare", "true"); });
        row("repository of a future format", kGitFailed,
            [](GitCheckout &c) { c.config("core.repositoryFormatVersion", "99"); });
        row("no repository", kGitFailed, [](GitCheckout &c) { fs::remove_all(c.root / ".git"); });
        row("no commit", kGitFailed, [](GitCheckout &c) {
            fs::remove_all(c.root / ".git");
            c.git({"init", "-q"});
        });
        row("damaged index", kGitFailed,
            [](GitCheckout &c) { writeFile(c.root / ".git/index", "DIRC damaged"); });
    }
    void anyDoubt_takesTheTrustAway()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QByteArray, code);
        GitCheckout checkout;
        spoil(checkout);
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted);
        QVERIFY2(!identity.reasons.empty(), "a refusal needs a reason");
        QVERIFY2(std::ranges::any_of(
                     identity.reasons,
                     [&code](const Error &error) { return error.code.id() == code.constData(); }),
                 reasonsOf(identity.reasons));
        for (const Error &reason : identity.reasons)
            QVERIFY(!reason.message.isEmpty() && !reason.hint.isEmpty());
    }

    // git status says that all is well in each of these.
    void editsThatGitDoesNotShow_areFound_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("onlyLineEnds");
        const auto row = [](const char *name, Spoil spoil, const char *file = kScript,
                            bool onlyLineEnds = false) {
            QTest::newRow(name) << std::move(spoil) << QString::fromUtf8(file) << onlyLineEnds;
        };
        for (const char *flag : {"--skip-worktree", "--assume-unchanged"}) {
            for (const char *file : {kScript, "requirements.txt"}) {
                row((std::string(flag) + " " + file).c_str(),
                    [flag, file](GitCheckout &c) {
                        c.git({"update-index", flag, file});
                        c.edit(file);
                    },
                    file);
            }
        }
        row(
            "time set back, loose comparison",
            [](GitCheckout &c) {
                c.config("core.trustctime", "false");
                c.config("core.checkStat", "minimal");
                setTime(c.root / "requirements.txt", 1'500'000'000);
                c.git({"update-index", "--refresh"});
                c.edit("requirements.txt");
                setTime(c.root / "requirements.txt", 1'500'000'000);
            },
            "requirements.txt");
        row("core.ignoreStat", [](GitCheckout &c) {
            c.config("core.ignoreStat", "true");
            checkOutAgain(c, kScript);
            c.edit(kScript);
        });
        row("replaced by a link to the same", [](GitCheckout &c) {
            hide(c, kScript);
            fs::rename(c.root / kScript, c.outside() / "same.py");
            fs::create_symlink(c.outside() / "same.py", c.root / kScript);
        });
        row(
            "folder replaced by a link to the same",
            [](GitCheckout &c) {
                hide(c, kScript);
                hide(c, "scripts/__init__.py");
                fs::rename(c.root / "scripts", c.outside() / "scripts");
                fs::create_symlink(c.outside() / "scripts", c.root / "scripts");
            },
            "scripts");
        row("replaced by a pipe", [](GitCheckout &c) {
            hide(c, kScript);
            fs::remove(c.root / kScript);
            QCOMPARE(::mkfifo((c.root / kScript).c_str(), 0600), 0);
        });
        row("replaced by something endless", [](GitCheckout &c) {
            hide(c, kScript);
            fs::resize_file(c.root / kScript, std::uintmax_t{1} << 40);
        });
        row("another encoding", [](GitCheckout &c) {
            writeFile(c.root / ".git/info/attributes", "*.py working-tree-encoding=UTF-16\n");
            checkOutAgain(c, kScript);
        });
        row("expanded keyword", [](GitCheckout &c) {
            writeFile(c.root / kScript, "# $Id$\n");
            c.commitAll();
            writeFile(c.root / ".git/info/attributes", "*.py ident\n");
            checkOutAgain(c, kScript);
        });
        row(
            "core.autocrlf",
            [](GitCheckout &c) {
                c.config("core.autocrlf", "true");
                checkOutAgain(c, kScript);
            },
            kScript, true);
        row(
            "line ends by attribute",
            [](GitCheckout &c) {
                writeFile(c.root / ".git/info/attributes", "*.py text eol=crlf\n");
                checkOutAgain(c, kScript);
            },
            kScript, true);
        row("smudge filter", [](GitCheckout &c) {
            c.config("filter.x.smudge", "sed s/run/evil/");
            c.config("filter.x.clean", "sed s/evil/run/");
            writeFile(c.root / ".git/info/attributes", "*.py filter=x\n");
            checkOutAgain(c, kScript);
            QCOMPARE(readFile(c.root / kScript), std::string("print('evil')\n"));
            // Not looked at again: the disabled filter would give it away.
            setTime(c.root / kScript, 1'500'000'000);
            c.git({"update-index", "--refresh"});
            hide(c, kScript);
        });
    }
    void editsThatGitDoesNotShow_areFound()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QString, file);
        QFETCH(bool, onlyLineEnds);
        GitCheckout checkout;
        spoil(checkout);
        QCOMPARE(checkout.git({"status", "--porcelain", "--untracked-files=no"}), std::string());
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted && !identity.trackedFilesClean);
        QVERIFY2(identity.reasons.size() == 1, reasonsOf(identity.reasons));
        QCOMPARE(identity.reasons.front().field, file);
        QVERIFY(identity.reasons.front().code == (onlyLineEnds
                                                      ? backend::error_codes::kLineEndsDiffer
                                                      : backend::error_codes::kHiddenEdit));
    }

    // git believes a folder's object without looking whether its content fits its name.
    void forgedObjects_areNotBelieved_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<bool>("deceivesGit");
        const auto row = [](const char *name, bool deceivesGit, Spoil spoil) {
            QTest::newRow(name) << std::move(spoil) << deceivesGit;
        };
        row("folder", true, [](GitCheckout &c) {
            const auto [honest, edited] = stageEdit(c);
            c.forge(honest, edited);
        });
        row("folder in the objects of another repository", true, [](GitCheckout &c) {
            const auto [honest, edited] = stageEdit(c);
            c.forge(honest, edited);
            fs::create_directories(c.outside() / "store");
            fs::rename(c.objectFile(honest).parent_path(),
                       c.outside() / "store" / honest.substr(0, 2));
            writeFile(c.root / ".git/objects/info/alternates",
                      (c.outside() / "store").string() + "\n");
        });
        row("root folder", false, [](GitCheckout &c) {
            const std::string honest = c.git({"rev-parse", "HEAD^{tree}"});
            stageEdit(c);
            c.forge(honest, c.git({"write-tree"}));
        });
        row("commit", false, [](GitCheckout &c) {
            const std::string honest = c.commit;
            stageEdit(c);
            c.commitAll();
            c.git({"update-ref", "HEAD", honest});
            c.forge(honest, c.commit);
            c.commit = honest;
        });
        row("folder that is missing", false, [](GitCheckout &c) {
            fs::remove(c.objectFile(c.git({"rev-parse", "HEAD:scripts"})));
        });
    }
    void forgedObjects_areNotBelieved()
    {
        QFETCH(Spoil, spoil);
        QFETCH(bool, deceivesGit);
        GitCheckout checkout;
        spoil(checkout);
        if (deceivesGit) {
            QCOMPARE(checkout.git({"rev-parse", "HEAD"}), checkout.commit);
            QCOMPARE(checkout.git({"status", "--porcelain"}), std::string());
            QCOMPARE(checkout.git({"rev-parse", "HEAD:" + std::string(kScript)}),
                     checkout.git({"hash-object", kScript}));
        }
        const CheckoutIdentity identity = checkout.identify();
        QVERIFY(!identity.trusted && !identity.trackedFilesClean);
        QVERIFY2(names(identity, backend::error_codes::kObjectsDamaged) ||
                     (!deceivesGit && names(identity, backend::error_codes::kGitFailed)),
                 reasonsOf(identity.reasons));
    }

    void replacedObjects_areNotBelieved()
    {
        GitCheckout checkout;
        const std::string pinned = checkout.commit;
        checkout.edit(kScript);
        checkout.commitAll();
        checkout.git({"replace", pinned, checkout.commit});
        checkout.git({"update-ref", "HEAD", pinned});
        checkout.commit = pinned;
        QCOMPARE(checkout.git({"status", "--porcelain"}), std::string());
        QVERIFY(!checkout.identify().trusted);
    }

    void checkoutOfAnotherUser_saysWhatToDo()
    {
        // The switch that git's own tests use in the place of another user.
        GitCheckout checkout;
        const std::string path = qgetenv("PATH").toStdString();
        writeScript(checkout.outside() / "bin/git",
                    "PATH='" + path + "' GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git \"$@\"");
        const CheckoutIdentity identity =
            checkout.identify((checkout.outside() / "bin").string() + ":" + path);
        QVERIFY(!identity.trusted);
        QVERIFY2(names(identity, backend::error_codes::kCheckoutOfAnotherUser),
                 reasonsOf(identity.reasons));
        const QString &hint = identity.reasons.front().hint;
        QVERIFY(hint.contains(QStringLiteral("safe.directory '%1'")
                                  .arg(QString::fromStdString(checkout.root.string()))));
        QVERIFY(!hint.contains(u'*'));
    }

    void gitMissing_isAReasonNotAPass()
    {
        const GitCheckout checkout;
        const CheckoutIdentity identity = checkout.identify("/nonexistent");
        QVERIFY(!identity.trusted);
        QVERIFY(names(identity, backend::error_codes::kGitFailed));
        QVERIFY(identity.reasons.front().hint.contains(u"Install git"));
        QVERIFY(identity.commit.empty());
    }

    void manyDifferences_areToldShortly()
    {
        GitCheckout checkout;
        for (int i = 0; i < 30; ++i)
            writeFile(checkout.root / ("module" + std::to_string(i) + ".py"), "");
        const Errors reasons = checkout.identify().reasons;
        QCOMPARE(reasons.size(), std::size_t{20});
        QVERIFY(reasons.back().message.contains(u"11 more"));
    }
};

QTEST_GUILESS_MAIN(TestCheckoutIdentity)
#include "tst_CheckoutIdentity.moc"
