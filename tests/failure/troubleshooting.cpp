// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Prints docs/troubleshooting.md as the table of causes has it. --write FILE replaces the page,
// --check FILE fails when it differs.
#include "backend/base/AtomicFile.h"
#include "backend/failure/FailureCause.h"
#include "backend/failure/FailureRules.h"
#include "backend/failure/SetupFailure.h"
#include "backend/run/ExitCode.h"
#include "tests/failure/FailureExcerpts.h"
#include "tests/failure/SetupExcerpts.h"

#include <QFile>
#include <QStringList>

#include <algorithm>
#include <cstdio>
#include <optional>

using namespace mrb::backend;

namespace {

constexpr qsizetype kPageWidth = 100;

struct Chapter
{
    FailureGroup group;
    const char *title;
};

constexpr Chapter kChapters[] = {
    {FailureGroup::Memory, "Memory of the GPU and of the machine"},
    {FailureGroup::GpuAndDriver, "GPU and driver"},
    {FailureGroup::Weights, "Weights"},
    {FailureGroup::DiskAndFiles, "Disk and files"},
    {FailureGroup::Packages, "Python and its packages"},
    {FailureGroup::Request, "The request and the checkout's configuration"},
    {FailureGroup::SeveralGpus, "Several GPUs"},
    {FailureGroup::Signals, "Ended by a signal, by the time limit, or unknown"},
};

/// Inline text: nothing in it is markup.
QString escaped(const QString &text)
{
    QString safe;
    for (const QChar c : text) {
        if (c == u'<')
            safe += QStringLiteral("&lt;");
        else if (QStringView(u"\\`*|[]").contains(c))
            safe += QStringLiteral("\\") + c;
        else
            safe += c;
    }
    return safe;
}

/// Lines of at most kPageWidth characters where words allow it; the following ones are indented.
QString wrapped(const QString &text, const QString &first, const QString &others)
{
    QString page;
    QString line = first;
    for (const QString &word : text.split(u' ', Qt::SkipEmptyParts)) {
        const bool isEmpty = line == first || line == others;
        if (!isEmpty && line.size() + 1 + word.size() > kPageWidth) {
            page += line + u'\n';
            line = others;
        }
        line += line == first || line == others ? word : u' ' + word;
    }
    return page + line + u'\n';
}

QString item(const char *name, const QString &text)
{
    return text.isEmpty()
               ? QString()
               : wrapped(QStringLiteral("**%1:** %2").arg(QString::fromUtf8(name), escaped(text)),
                         QStringLiteral("- "), QStringLiteral("  "));
}

QString withoutPlaceholder(const char *text)
{
    return QString::fromUtf8(text).replace(QStringLiteral("%1"), QStringLiteral("…"));
}

QString entry(const QString &code, const QString &what, const QString &why, const QString &advice,
              const QString &evidence = {})
{
    QString title = what;
    if (title.endsWith(u'.'))
        title.chop(1);
    QString page = QStringLiteral("### %1\n\n").arg(escaped(title));
    page += QStringLiteral("- **Code:** `%1`\n").arg(code);
    page += item("Why", why) + item("What to do now", advice);
    if (!evidence.isEmpty())
        page +=
            QStringLiteral("- **The line that tells, for example:**\n\n      %1\n").arg(evidence);
    return page + u'\n';
}

QString evidenceOf(const FailureRule &rule)
{
    for (const FailureExcerpt &excerpt : failureExcerpts()) {
        const auto cause = recogniseFailure(logOf(excerpt), 1);
        if (cause && isOf(*cause, rule))
            return cause->evidence;
    }
    return {};
}

QString nextStep(ExitCode code)
{
    switch (code) {
    case ExitCode::Passed:
        return QStringLiteral("Look at the volume and at the warnings: gates are an engineering "
                              "floor.");
    case ExitCode::Refused:
        return QStringLiteral("Nothing ran. Read the errors, each names its next step; `mrbrain "
                              "preflight` checks everything again.");
    case ExitCode::UpstreamFailed:
        return QStringLiteral("Look up the code of `failure` below.");
    case ExitCode::GateFailed:
        return QStringLiteral("Read the failed gates (`gates[]` with `status: fail`) and the "
                              "warnings; the report explains each.");
    case ExitCode::NotWritten:
        return QStringLiteral("Free space or choose another folder with `-o`; the result is on "
                              "stdout all the same.");
    case ExitCode::TimedOut:
        return QStringLiteral("Raise `--timeout-seconds`, or ask for fewer voxels or steps.");
    case ExitCode::Cancelled:
        return QStringLiteral("Somebody ended the run; what it left behind may be incomplete. Run "
                              "again.");
    }
    return {};
}

QString introduction()
{
    QString page = QStringLiteral(
        "<!-- Written by tests/failure/troubleshooting.cpp from backend/failure; do not edit. -->\n"
        "# When a run fails\n\n");
    const QStringList paragraphs = {
        QStringLiteral("A run that fails says why, as far as the end of its log shows it: the "
                       "window in the Report and in the Log dock, `mrbrain` on stderr, and "
                       "`result.json` in the field `failure`, with the code that stands below."),
        QStringLiteral("Look in this order:"),
    };
    page += wrapped(paragraphs[0], {}, {}) + u'\n' + paragraphs[1] + QStringLiteral("\n\n");
    int number = 0;
    for (const char *step :
         {"The report of the run (the Report dock, or `failure`, `gates` and `warnings` in "
          "`result.json`): what happened and what to do.",
          "The log, `logs/stderr.log` in the run's folder: everything that upstream printed. The "
          "first error counts; what follows is often a consequence.",
          "Preflight (the Preflight dock, or `mrbrain preflight default`): checkout, weights, GPU, "
          "Python and disk as they are now.",
          "`mrbrain diagnostics`, or Help → Diagnostics: what a bug report needs. Add "
          "`result.json` and the log; the log can name folders of yours."})
        page += wrapped(QString::fromUtf8(step), QStringLiteral("%1. ").arg(++number),
                        QStringLiteral("   "));
    page += QStringLiteral("\n## Exit codes of mrbrain\n\n| code | meaning | next step |\n"
                           "| --- | --- | --- |\n");
    for (const ExitCodeMeaning &row : exitCodeTable())
        page += QStringLiteral("| %1 | %2 | %3 |\n")
                    .arg(static_cast<int>(row.code))
                    .arg(escaped(QString::fromUtf8(row.meaning.data(),
                                                   static_cast<qsizetype>(row.meaning.size()))),
                         nextStep(row.code));
    return page + u'\n';
}

QString endings()
{
    QString page;
    for (const SignalRule &rule : signalRules())
        page += entry(QString::fromUtf8(rule.code), QString::fromUtf8(rule.what),
                      QString::fromUtf8(rule.why), QString::fromUtf8(rule.advice));
    using enum FailureEnd;
    for (const auto &cause :
         {recogniseFailure({}, 124, TimeLimit), recogniseFailure({}, 127, NotStarted),
          recogniseFailure({}, 126, NotStarted),
          recogniseFailure(tracebackLog(QStringLiteral("mylib.OddError: something new")), 1)})
        page += entry(cause->code, cause->what, cause->why, cause->advice, cause->evidence);
    return page;
}

/// Of git, pip and the download of weights, while the model is set up; nothing when a rule has no
/// example.
std::optional<QString> settingUp()
{
    QString page = QStringLiteral("## Setting up\n\n");
    page +=
        wrapped(QStringLiteral("What `mrbrain setup` and Set up the model in the window say when "
                               "git, pip or the download of the weights fail. Each step can "
                               "be started again; what an interrupted attempt left is used or "
                               "replaced."),
                {}, {}) +
        u'\n';
    for (const FailureRule &rule : setupFailureRules()) {
        const auto excerpts = setupExcerpts();
        const auto excerpt = std::ranges::find_if(excerpts, [&rule](const SetupExcerpt &candidate) {
            return QByteArray(candidate.code) == rule.code;
        });
        if (excerpt == excerpts.end()) {
            std::fprintf(stderr, "no excerpt shows %s (%s)\n", rule.code, rule.line);
            return {};
        }
        const auto cause = recogniseSetupFailure(QString::fromUtf8(excerpt->log), 1);
        page +=
            entry(QString::fromUtf8(rule.code), withoutPlaceholder(rule.what),
                  withoutPlaceholder(rule.why), withoutPlaceholder(rule.advice), cause->evidence);
    }
    return page;
}

/// Nothing when a rule has no example.
std::optional<QString> troubleshootingPage()
{
    QString page = introduction();
    for (const Chapter &chapter : kChapters) {
        page += QStringLiteral("## %1\n\n").arg(QString::fromUtf8(chapter.title));
        for (const FailureRule &rule : failureRules()) {
            if (rule.group != chapter.group)
                continue;
            const QString evidence = evidenceOf(rule);
            if (evidence.isEmpty()) {
                std::fprintf(stderr, "no excerpt shows %s (%s)\n", rule.code, rule.line);
                return {};
            }
            page += entry(QString::fromUtf8(rule.code), withoutPlaceholder(rule.what),
                          withoutPlaceholder(rule.why), withoutPlaceholder(rule.advice), evidence);
        }
        if (chapter.group == FailureGroup::Signals)
            page += endings();
    }
    const std::optional<QString> chapter = settingUp();
    if (!chapter)
        return {};
    return (page + *chapter).trimmed() + u'\n';
}

int check(const QByteArray &page, const char *program, const char *path)
{
    QFile file(QString::fromLocal8Bit(path));
    if (file.open(QIODevice::ReadOnly) && file.readAll() == page)
        return 0;
    std::fprintf(stderr,
                 "%s is not what the table of causes says. Write it again:\n%s --write %s\n", path,
                 program, path);
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const std::optional<QString> text = troubleshootingPage();
    if (!text)
        return 1;
    const QByteArray page = text->toUtf8();
    const QByteArray order = argc == 3 ? QByteArray(argv[1]) : QByteArray();
    if (order == "--check")
        return check(page, argv[0], argv[2]);
    if (order == "--write") {
        const auto written = mrb::writeFileAtomically(argv[2], page.toStdString());
        if (!written)
            std::fprintf(stderr, "%s\n", qPrintable(written.error().message));
        return written ? 0 : 1;
    }
    if (argc != 1) {
        std::fprintf(stderr, "usage: %s [--check FILE | --write FILE]\n", argv[0]);
        return 2;
    }
    return std::fwrite(page.constData(), 1, static_cast<std::size_t>(page.size()), stdout) ==
                   static_cast<std::size_t>(page.size())
               ? 0
               : 1;
}
