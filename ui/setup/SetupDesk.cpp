// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/SetupDesk.h"

#include "ui/common/InBackground.h"

#include <utility>

namespace mrb::ui {

using backend::SetupConclusion;
using backend::SetupOptions;
using backend::SetupProgress;
using backend::SetupReport;
using backend::SetupStep;
using backend::StepState;

namespace {

// Longer than between two keys of somebody who types a path.
constexpr std::chrono::milliseconds kPause{400};

constexpr double kMsPerSecond = 1000.0;

} // namespace

SetupDesk::SetupDesk(Look look, QObject *parent)
    : QObject(parent), m_look(std::move(look)), m_pause(this)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &SetupDesk::look);
}

SetupDesk::~SetupDesk()
{
    m_stopLook.request_stop();
}

void SetupDesk::begin(SetupOptions options, const std::string &runPython)
{
    m_isTryingRunPython = !runPython.empty();
    if (m_isTryingRunPython) {
        options.python = runPython;
        options.intoPython = true;
    }
    m_options = std::move(options);
    look();
}

void SetupDesk::choose(const SetupOptions &options)
{
    m_options = options;
    m_isTryingRunPython = false;
    m_pause.start();
    Q_EMIT lookStarted();
}

void SetupDesk::look()
{
    m_pause.stop();
    m_stopLook.request_stop();
    m_stopLook = std::stop_source();
    m_isLooking = true;
    const quint64 generation = ++m_generation;
    Q_EMIT lookStarted();
    inBackground(
        this,
        [look = m_look, options = m_options, stop = m_stopLook.get_token()] {
            return std::make_shared<SetupReport>(look(options, stop));
        },
        [this, generation](const std::shared_ptr<SetupReport> &report) {
            if (generation == m_generation)
                takeReport(std::move(*report));
        });
}

void SetupDesk::takeReport(SetupReport report)
{
    if (std::exchange(m_isTryingRunPython, false) && !report.error &&
        report.at(SetupStep::Packages).state != StepState::Done) {
        m_options.python.clear();
        m_options.intoPython = false;
        look();
        return;
    }
    m_isLooking = false;
    m_report = std::move(report);
    Q_EMIT reported();
}

void SetupDesk::start(SetupStep step)
{
    Q_ASSERT(!m_run);
    m_step = step;
    m_progress = {};
    m_purpose.clear();
    m_conclusion.reset();
    m_isCancelling = false;
    m_log = std::make_shared<LogStore>();
    m_since.start();
    m_run = std::make_unique<backend::SetupRun>();
    connect(m_run.get(), &backend::SetupRun::commandStarted, this,
            [this](const QString &purpose, const QString &text) {
                m_purpose = purpose;
                m_progress = {};
                m_log->add(
                    {.channel = backend::Channel::Stdout, .text = QStringLiteral("$ ") + text});
                Q_EMIT logGrew();
                Q_EMIT progressed();
            });
    connect(m_run.get(), &backend::SetupRun::lineRead, this, [this](const backend::LogLine &line) {
        m_log->add(line);
        Q_EMIT logGrew();
    });
    connect(m_run.get(), &backend::SetupRun::progressed, this,
            [this](const SetupProgress &progress) {
                m_progress = progress;
                Q_EMIT progressed();
            });
    connect(m_run.get(), &backend::SetupRun::finished, this, &SetupDesk::take);
    m_run->start(m_options, step);
    Q_EMIT stepStarted();
}

void SetupDesk::cancel()
{
    if (!m_run || m_isCancelling)
        return;
    m_isCancelling = true;
    m_run->cancel();
    Q_EMIT progressed();
}

void SetupDesk::take(const SetupConclusion &conclusion)
{
    m_run.release()->deleteLater(); // it is telling this just now
    m_conclusion = conclusion;
    m_isCancelling = false;
    Q_EMIT stepEnded();
    look();
}

double SetupDesk::elapsedSeconds() const
{
    return m_since.isValid() ? static_cast<double>(m_since.elapsed()) / kMsPerSecond : 0;
}

} // namespace mrb::ui
