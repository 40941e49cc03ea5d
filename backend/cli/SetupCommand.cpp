// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/RunInTerminal.h"
#include "backend/cli/SetupCommands.h"
#include "backend/cli/SetupPrinter.h"
#include "backend/run/RunDocuments.h"
#include "backend/setup/SetupRun.h"

#include <QTemporaryDir>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kSkill = "nv_generate_mr_brain";

Json orNull(const std::optional<std::uint64_t> &number)
{
    return number ? Json(*number) : Json(nullptr);
}

Json pathOrNull(const fs::path &path)
{
    return path.empty() ? Json(nullptr) : Json(path.string());
}

Json planJson(const StepPlan &plan)
{
    Json commands = Json::array();
    for (const SetupCommand &command : plan.commands)
        commands.push_back(
            {{"purpose", command.purpose.toStdString()}, {"text", command.text().toStdString()}});
    Json writes = Json::array();
    for (const SetupWrite &write : plan.writes)
        writes.push_back({{"path", write.path.string()},
                          {"what", write.what.toStdString()},
                          {"at_most_bytes", orNull(write.atMostBytes)},
                          {"replaced", write.replaced.toStdString()}});
    Json offline = Json::array();
    for (const QString &line : plan.offline)
        offline.push_back(line.toStdString());
    return {{"step", setupStepName(plan.step)},
            {"title", plan.title.toStdString()},
            {"state", stepStateName(plan.state)},
            {"fact", plan.fact.toStdString()},
            {"may_start", plan.mayStart},
            {"problems", toJson(plan.problems)},
            {"warnings", toJson(plan.warnings)},
            {"commands", commands},
            {"writes", writes},
            {"download_bytes", orNull(plan.downloadBytes)},
            {"needed_bytes", plan.neededBytes},
            {"free_bytes", plan.freeBytes},
            {"offline", offline}};
}

const char *nameOf(SetupConclusion::Kind kind)
{
    switch (kind) {
    case SetupConclusion::Kind::Done:
        return "done";
    case SetupConclusion::Kind::Failed:
        return "failed";
    case SetupConclusion::Kind::Cancelled:
        return "cancelled";
    case SetupConclusion::Kind::Refused:
        return "refused";
    }
    return "";
}

Json conclusionJson(const SetupConclusion &conclusion)
{
    return {{"step", setupStepName(conclusion.step)},
            {"ended", nameOf(conclusion.kind)},
            {"problems", toJson(conclusion.problems)},
            {"warnings", toJson(conclusion.warnings)},
            {"failure", conclusion.failure ? toJson(*conclusion.failure) : Json(nullptr)},
            {"log", pathOrNull(conclusion.logFile)}};
}

ExitCode codeOf(const SetupConclusion &conclusion)
{
    switch (conclusion.kind) {
    case SetupConclusion::Kind::Done:
        return ExitCode::Passed;
    case SetupConclusion::Kind::Cancelled:
        return ExitCode::Cancelled;
    case SetupConclusion::Kind::Refused:
        return ExitCode::Refused;
    case SetupConclusion::Kind::Failed:
        break;
    }
    if (conclusion.step == SetupStep::Check)
        return ExitCode::Refused;
    const bool notWritten = !conclusion.problems.empty() &&
                            conclusion.problems.front().code == mrb::error_codes::kCannotWrite;
    return notWritten ? ExitCode::NotWritten : ExitCode::UpstreamFailed;
}

/// One order of `mrbrain setup` from the first look to the document.
class SetupSession
{
public:
    explicit SetupSession(const SetupArguments &arguments)
        : m_arguments(arguments), m_printer(arguments.progress)
    {
    }

    ExitCode run();

private:
    bool look();
    bool somethingIsToDo() const;
    bool nextMayStart() const;
    ExitCode runSteps();
    ExitCode runStep(SetupStep step);
    std::optional<bool> isAgreed();
    SetupConclusion carryOut(SetupStep step);
    void sayHowToUse() const;
    ExitCode generate();
    ExitCode print(ExitCode code) const;

    const SetupArguments &m_arguments;
    SetupPrinter m_printer;
    SignalWatcher m_signals; ///< one for all steps, so that no signal falls between two
    SetupReport m_report;
    Json m_ran = Json::array();
    Json m_generation = nullptr;
};

/// False when it was cancelled.
bool SetupSession::look()
{
    auto report = runCancellable(
        m_signals,
        [this](const std::stop_token &stop) { return lookAtSetup(m_arguments.options, stop); },
        true);
    if (report)
        m_report = std::move(*report);
    return report.has_value();
}

bool SetupSession::somethingIsToDo() const
{
    return std::ranges::any_of(m_arguments.steps, [this](SetupStep step) {
        return m_report.at(step).state != StepState::Done;
    });
}

/// The first step that is not done would be asked for.
bool SetupSession::nextMayStart() const
{
    const auto next = std::ranges::find_if(m_arguments.steps, [this](SetupStep step) {
        return m_report.at(step).state != StepState::Done;
    });
    return next != m_arguments.steps.end() && m_report.at(*next).mayStart;
}

ExitCode SetupSession::run()
{
    const Errors cancelled{{error_codes::kCancelled, Text::tr("Cancelled.")}};
    if (!look())
        return refuse(Text::tr("cancelled"), cancelled, ExitCode::Cancelled);
    if (m_report.error)
        return refuse(Text::tr("the manifest cannot be used"), {*m_report.error});
    for (const SetupStep step : m_arguments.steps)
        m_printer.showState(m_report.at(step));
    if (m_arguments.onlyLook)
        return print(somethingIsToDo() ? ExitCode::Refused : ExitCode::Passed);
    const bool canAsk = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
    if (!m_arguments.yes && !canAsk && nextMayStart()) {
        for (const SetupStep step : m_arguments.steps)
            if (m_report.at(step).mayStart && !m_report.at(step).commands.empty())
                m_printer.showPlan(m_report.at(step));
        return refuse(
            Text::tr("nobody can be asked"),
            {{error_codes::kSetupNeedsConsent,
              Text::tr("The set-up would download and write what is shown above; nothing "
                       "was started."),
              Text::tr("Start it in a terminal, or give --yes."), QStringLiteral("--yes")}});
    }
    ExitCode code = runSteps();
    if (code == ExitCode::Passed && m_arguments.generate)
        code = generate();
    if (code == ExitCode::Passed)
        sayHowToUse();
    return print(code);
}

ExitCode SetupSession::runSteps()
{
    for (const SetupStep step : m_arguments.steps) {
        const ExitCode code = runStep(step);
        if (code != ExitCode::Passed)
            return code;
    }
    return ExitCode::Passed;
}

ExitCode SetupSession::runStep(SetupStep step)
{
    const StepPlan &plan = m_report.at(step);
    if (step == SetupStep::Check && !m_ran.empty()) // could only be looked at by now
        m_printer.showState(plan);
    if (plan.state == StepState::Done)
        return ExitCode::Passed;
    if (!plan.mayStart || step == SetupStep::Check) {
        for (const Error &problem : plan.problems)
            printNote(findingText(Text::tr("error"), problem));
        return ExitCode::Refused;
    }
    m_printer.showPlan(plan);
    const std::optional<bool> agreed = isAgreed();
    if (!agreed)
        return ExitCode::Cancelled;
    if (!*agreed) {
        printNote(Text::tr("Not started."));
        return ExitCode::Refused;
    }
    const SetupConclusion conclusion = carryOut(step);
    m_ran.push_back(conclusionJson(conclusion));
    const ExitCode code = codeOf(conclusion);
    // The document says how things are now, and what this step made decides what the next finds.
    if (!look() && code == ExitCode::Passed)
        return ExitCode::Cancelled;
    return code;
}

/// Nothing when the question was cancelled.
std::optional<bool> SetupSession::isAgreed()
{
    if (m_arguments.yes)
        return true;
    std::fprintf(stderr, "%s ", qPrintable(Text::tr("Start this step? [y/N]")));
    return runCancellable(m_signals, [](const std::stop_token &stop) {
        constexpr int kTickMs = 50;
        pollfd input{STDIN_FILENO, POLLIN, 0};
        std::string answer;
        while (!stop.stop_requested()) {
            if (::poll(&input, 1, kTickMs) <= 0)
                continue;
            char letter = 0;
            if (::read(STDIN_FILENO, &letter, 1) <= 0 || letter == '\n')
                break;
            answer += letter;
        }
        return answer == "y" || answer == "Y" || answer == "yes";
    });
}

SetupConclusion SetupSession::carryOut(SetupStep step)
{
    SetupRun run;
    SetupConclusion ended;
    QObject::connect(&m_signals, &SignalWatcher::endRequested, &run, &SetupRun::cancel);
    QObject::connect(&run, &SetupRun::commandStarted, &run,
                     [this](const QString &, const QString &text) { m_printer.showCommand(text); });
    QObject::connect(&run, &SetupRun::lineRead, &run,
                     [this](const LogLine &line) { m_printer.showLine(line); });
    QObject::connect(&run, &SetupRun::progressed, &run,
                     [this](const SetupProgress &progress) { m_printer.showProgress(progress); });
    QObject::connect(&run, &SetupRun::finished, &run, [&](const SetupConclusion &conclusion) {
        m_printer.showConclusion(conclusion);
        ended = conclusion;
        QCoreApplication::quit();
    });
    run.start(m_arguments.options, step);
    QCoreApplication::exec();
    return ended;
}

void SetupSession::sayHowToUse() const
{
    if (m_arguments.progress == ProgressStyle::None)
        return;
    if (!m_report.rootFoundByDefault)
        printNote(Text::tr("Runs do not look for the checkout there by themselves. Say so with "
                           "export NV_GENERATE_ROOT=%1, with --upstream, or in the settings of the "
                           "window.")
                      .arg(shellWord(toQString(m_report.root))));
    if (!m_report.pythonFoundByDefault && !m_report.python.empty())
        printNote(Text::tr("The interpreter is %1: name it with --python, or in the settings.")
                      .arg(toQString(m_report.python)));
}

/// A small run that shows that everything works, in a folder as of any run.
ExitCode SetupSession::generate()
{
    const QTemporaryDir scratch;
    const fs::path request = fs::path(scratch.path().toStdString()) / "request.json";
    const Result<> written = writeFileAtomically(request, smallRequest());
    if (!written) {
        printNote(findingText(Text::tr("error"), written.error()));
        return ExitCode::NotWritten;
    }
    GenerateOptions options = optionsForThisProcess();
    options.request = request.string();
    options.upstreamRoot = m_report.root.string();
    options.python = m_report.python.string();
    options.manifest = m_arguments.options.manifest;
    const RunConclusion conclusion =
        runInTerminal(options, RunMode::Generate, m_arguments.progress, m_signals);
    m_generation = {{"overall_status", conclusion.overallStatus},
                    {"exit_code", static_cast<int>(conclusion.exitCode)},
                    {"run_folder", pathOrNull(conclusion.outputFolder)}};
    return conclusion.exitCode;
}

ExitCode SetupSession::print(ExitCode code) const
{
    Json steps = Json::array();
    for (const SetupStep step : m_arguments.steps)
        steps.push_back(planJson(m_report.at(step)));
    const Json document = {{"skill", kSkill},
                           {"setup",
                            {{"root", m_report.root.string()},
                             {"python", pathOrNull(m_report.python)},
                             {"root_found_by_default", m_report.rootFoundByDefault},
                             {"python_found_by_default", m_report.pythonFoundByDefault},
                             {"complete", m_report.isComplete()},
                             {"steps", steps}}},
                           {"ran", m_ran},
                           {"generation", m_generation},
                           {"exit_code", static_cast<int>(code)}};
    if (printDocument(writeJson(document)))
        return code;
    printNote(findingText(Text::tr("error"),
                          {mrb::error_codes::kCannotWrite,
                           Text::tr("The result could not be written to standard output: %1")
                               .arg(systemErrorText(errno)),
                           Text::tr("mrbrain setup --check prints it again.")}));
    return ExitCode::NotWritten;
}

} // namespace

ExitCode runSetup(const SetupArguments &arguments)
{
    return SetupSession(arguments).run();
}

} // namespace mrb::backend
