// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/environment/GitCheckout.h"

#include <QTest>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace {

// Same content, other time: git has to look into the file, through its filters.
void touch(const GitCheckout &c)
{
    for (const char *file : {"assets/picture.txt", "scripts/diff_model_infer.py"})
        writeFile(c.root / file, readFile(c.root / file));
}

void filterAll(const GitCheckout &c, const fs::path &attributes, const std::string &name = "x")
{
    writeFile(c.root / attributes, "* filter=" + name + "\n");
    touch(c);
}

// A clone that lacks a folder's object and would fetch it.
void makePartial(const GitCheckout &c)
{
    c.config("core.repositoryFormatVersion", "1");
    c.config("extensions.partialClone", "origin");
    c.config("remote.origin.promisor", "true");
    fs::remove(c.objectFile(c.git({"rev-parse", "HEAD:scripts"})));
}

} // namespace

Q_DECLARE_METATYPE(Spoil)

/// A repository whose settings name programs: asking who the checkout is must run none of them.
class TestCheckoutPrograms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void askingGit_runsNothingOfTheCheckout_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QStringList>("bait"); // what in plain git runs the program, if anything
        QTest::addColumn<bool>("trusted");
        const auto row =
            [](const char *name, Spoil spoil, const QStringList &bait = {QStringLiteral("status")},
               bool trusted = true) { QTest::newRow(name) << std::move(spoil) << bait << trusted; };
        addMonitorsAndHooks(row);
        addFilters(row);
        const QStringList listing = {QStringLiteral("ls-tree"), QStringLiteral("-r"),
                                     QStringLiteral("HEAD")};
        row(
            "partial clone with a local program",
            [](GitCheckout &c) {
                makePartial(c);
                c.config("remote.origin.url", c.root.string());
                c.config("remote.origin.uploadpack", c.program("exit 1"));
            },
            listing, false);
        row(
            "partial clone over SSH",
            [](GitCheckout &c) {
                makePartial(c);
                c.config("remote.origin.url", "ssh://host/path");
                c.config("core.sshCommand", c.program("exit 1"));
            },
            listing, false);
        row(
            "partial clone through a proxy program",
            [](GitCheckout &c) {
                makePartial(c);
                c.config("remote.origin.url", "git://host/path");
                c.config("core.gitProxy", c.program("exit 1"));
            },
            listing, false);
        row(
            "partial clone by an ext:: helper",
            [](GitCheckout &c) {
                makePartial(c);
                c.config("protocol.ext.allow", "always");
                c.config("remote.origin.url", "ext::" + c.program("exit 1"));
            },
            listing, false);
        row("settings that other commands would obey",
            [](GitCheckout &c) {
                for (const char *key :
                     {"alias.status", "alias.rev-parse", "alias.cat-file", "core.pager",
                      "pager.status", "pager.config", "core.editor", "core.askPass",
                      "credential.helper", "core.alternateRefsCommand", "diff.external",
                      "diff.x.command", "diff.x.textconv", "merge.x.driver", "gpg.program",
                      "interactive.diffFilter", "uploadpack.packObjectsHook"})
                    c.config(key, c.program());
                c.config("alias.status", "!" + c.program());
                c.config("status.submoduleSummary", "true");
                c.config("log.showSignature", "true");
                c.config("color.ui", "always");
                writeFile(c.root / ".git/info/attributes", "* diff=x merge=x\n");
                touch(c);
            },
            {});
        row("program called git beside the scripts",
            [](GitCheckout &c) { fs::copy_file(c.program(), c.root / "git"); }, {});
    }
    void askingGit_runsNothingOfTheCheckout()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QStringList, bait);
        QFETCH(bool, trusted);
        GitCheckout checkout;
        spoil(checkout);
        fs::remove(checkout.outside() / "ran"); // preparations may have run it
        const CheckoutIdentity identity =
            checkout.identify(".:" + qgetenv("PATH").toStdString() + "::");
        QVERIFY2(!checkout.programRan(), "git ran the checkout's program");
        QVERIFY2(identity.trusted == trusted, reasonsOf(identity.reasons));
        if (bait.isEmpty())
            return;
        QProcess plain;
        plain.setWorkingDirectory(QString::fromStdString(checkout.root.string()));
        plain.setStandardInputFile(QProcess::nullDevice());
        plain.start(QStringLiteral("git"), bait);
        QVERIFY(plain.waitForFinished());
        QVERIFY2(checkout.programRan(), "this row proves nothing: plain git runs nothing either");
    }

private:
    using Row = std::function<void(const char *, Spoil)>;

    static void addMonitorsAndHooks(const Row &row)
    {
        row("fsmonitor", [](GitCheckout &c) { c.config("core.fsmonitor", c.program()); });
        row("fsmonitor by an included file", [](GitCheckout &c) {
            writeFile(c.outside() / "more.conf", "[core]\nfsmonitor = " + c.program() + "\n");
            c.config("include.path", (c.outside() / "more.conf").string());
        });
        row("fsmonitor by a conditional include", [](GitCheckout &c) {
            writeFile(c.outside() / "more.conf", "[core]\nfsmonitor = " + c.program() + "\n");
            c.config("includeIf.onbranch:main.path", (c.outside() / "more.conf").string());
        });
        row("fsmonitor in the work tree's own settings", [](GitCheckout &c) {
            c.config("extensions.worktreeConfig", "true");
            c.git({"config", "--worktree", "core.fsmonitor", c.program()});
        });
        row("fsmonitor of a submodule", [](GitCheckout &c) {
            c.git({"init", "-q", "third"});
            c.git({"commit", "-q", "--allow-empty", "-m", "x"}, c.root / "third");
            c.commitAll();
            c.git({"config", "core.fsmonitor", c.program()}, c.root / "third");
        });
        row("hooks", [](GitCheckout &c) {
            fs::create_directories(c.root / ".git/hooks");
            fs::copy_file(c.program(), c.root / ".git/hooks/post-index-change");
            touch(c);
        });
        row("hooks elsewhere", [](GitCheckout &c) {
            fs::create_directories(c.outside() / "hooks");
            fs::copy_file(c.program(), c.outside() / "hooks/post-index-change");
            c.config("core.hooksPath", (c.outside() / "hooks").string());
            touch(c);
        });
    }

    static void addFilters(const Row &row)
    {
        row("clean filter", [](GitCheckout &c) {
            c.config("filter.x.clean", c.program());
            filterAll(c, ".git/info/attributes");
        });
        row("clean filter that is required", [](GitCheckout &c) {
            c.config("filter.x.clean", c.program());
            c.config("filter.x.required", "true");
            filterAll(c, ".git/info/attributes");
        });
        row("process filter", [](GitCheckout &c) {
            c.config("filter.x.process", c.program());
            filterAll(c, ".git/info/attributes");
        });
        row("filter whose name has every kind of letter", [](GitCheckout &c) {
            writeFile(c.outside() / "more.conf",
                      "[FILTER \"A.b=c.D\"]\nCLEAN = " + c.program() + "\n");
            c.config("include.path", (c.outside() / "more.conf").string());
            filterAll(c, ".git/info/attributes", "A.b=c.D");
        });
        row("filter by an untracked .gitattributes", [](GitCheckout &c) {
            c.config("filter.x.clean", c.program());
            filterAll(c, "scripts/.gitattributes");
        });
        row("filter by a file of attributes elsewhere", [](GitCheckout &c) {
            c.config("filter.x.clean", c.program());
            c.config("core.attributesFile", (c.outside() / "attributes").string());
            filterAll(c, c.outside() / "attributes");
        });
        row("filter by a tracked .gitattributes", [](GitCheckout &c) {
            writeFile(c.root / ".gitattributes", "[attr]m filter=x\n* m\n");
            c.commitAll();
            c.config("filter.x.clean", c.program());
            touch(c);
        });
    }
};

QTEST_GUILESS_MAIN(TestCheckoutPrograms)
#include "tst_CheckoutPrograms.moc"
