// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/Completion.h"
#include "app/reference/ManualPage.h"
#include "app/reference/MarkdownText.h"
#include "app/reference/Programs.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QTest>

using namespace mrb;
using namespace mrb::reference;
using backend::CommandDescription;
using backend::OptionDescription;

namespace {

/// A program whose texts are full of what roff, Markdown and shells take for something else.
Program nasty()
{
    CommandDescription inner{
        .name = "in-side",
        .text = ".TH is no request here, nor is 'this",
        .options = {{.flags = {"-x", "--ex-ample"},
                     .value = "FILE|word",
                     .text =
                         "back\\slash \\fBnot bold\\fR \"quoted\" ~tilde^ `tick` 100 % — dash ≠",
                     .standard = "$HOME/<x>_y"}},
        .examples = {".nasty --ex-ample a\\b"}};
    return {.line = {.name = "nas-ty", .text = "x", .options = {}, .commands = {inner}},
            .summary = "a program - of the test",
            .introduction = {"'An apostrophe", ".a dot"},
            .exitCodes = {{"0", "well"}},
            .environment = {{".ENV", "a \\ b"}},
            .files = {},
            .seeAlso = {"man(1)", "nas-ty-two(1)"}};
}

/// The page as a reader gets it, of one line; complaints are those of groff.
QString shown(const std::string &page, QByteArray &complaints)
{
    QTemporaryFile file;
    if (!file.open() || file.write(QByteArray::fromStdString(page)) < 0 || !file.flush())
        return {};
    QProcess man;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("MANWIDTH"), QStringLiteral("200"));
    man.setProcessEnvironment(environment);
    man.start(QStringLiteral("man"),
              {QStringLiteral("--warnings"), QStringLiteral("-E"), QStringLiteral("UTF-8"),
               QStringLiteral("-l"), file.fileName()});
    if (!man.waitForFinished() || man.exitCode() != 0)
        return {};
    complaints = man.readAllStandardError();
    return QString::fromUtf8(man.readAllStandardOutput()).simplified();
}

} // namespace

class TestReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void manualPage_showsEveryTextAsItIs()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("man")).isEmpty())
            QSKIP("there is no man");
        QByteArray complaints;
        const QString text = shown(manualPage(nasty()), complaints);
        QCOMPARE(complaints, QByteArray());
        for (const char *expected :
             {"nas-ty - a program - of the test", ".TH is no request here, nor is 'this.",
              "-x, --ex-ample FILE|word",
              "back\\slash \\fBnot bold\\fR \"quoted\" ~tilde^ `tick` 100 % — dash ≠.",
              "Default: $HOME/<x>_y.", "'An apostrophe", ".a dot", ".ENV a \\ b.",
              ".nasty --ex-ample a\\b", "man(1), nas-ty-two(1)"})
            QVERIFY2(text.contains(QString::fromUtf8(expected)),
                     qPrintable(QString::fromUtf8(expected) + u'\n' + text));
    }

    void manualPage_hasNoHyphenThatCannotBeCopied()
    {
        const std::string page = manualPage(nasty());
        for (std::size_t at = page.find('-'); at != std::string::npos; at = page.find('-', at + 1))
            QVERIFY2(at > 0 && page[at - 1] == '\\', page.c_str() + at);
    }

    void synopsis_namesWhatIsRequired()
    {
        const OptionDescription argument{.name = "files", .value = "TEXT", .repeated = true};
        const OptionDescription output{
            .flags = {"-o", "--output"}, .value = "OUT", .required = true};
        QCOMPARE(synopsis({.name = "x", .options = {argument, output}}),
                 std::string("[FILES...] -o OUT"));
        QCOMPARE(synopsis({.name = "x", .options = {{.flags = {"--json"}}}}),
                 std::string("[options]"));
        QCOMPARE(synopsis({.name = "x"}), std::string());
    }

    void cells_keepMarkupOut()
    {
        QCOMPARE(textCell("a|b <c> *d* _e f_g [h]\ni"),
                 std::string("a\\|b &lt;c> \\*d\\* \\_e f_g \\[h\\] i"));
        QCOMPARE(codeCell("auto|plain"), std::string("`auto\\|plain`"));
    }

    void completion_offersInnerCommandsAndChoices()
    {
        const std::string script = bashCompletion(nasty().line, {});
        QVERIFY(script.find("complete -F _nas_ty nas-ty\n") != std::string::npos);
        QVERIFY(script.find("'in-side -x' | 'in-side --ex-ample') _nas_ty_offer files 'word'") !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestReference)
#include "tst_Reference.moc"
