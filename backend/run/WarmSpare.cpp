// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/WarmSpare.h"

#include "backend/base/Text.h"
#include "backend/run/Preparation.h"
#include "backend/run/WarmReport.h"

#include <QMetaObject>
#include <QThreadPool>

#include <time.h>

#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Now, by the clock that file systems take their times from.
std::int64_t fileTimeNow()
{
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// The caches that the environment names, as a run makes them before upstream starts.
std::optional<QString> makeCaches(const Preparation &preparation)
{
    const std::string caches = (preparation.outputFolder / kRuntimeCacheFolder).string() + "/";
    for (const auto &[name, value] : preparation.environment) {
        std::error_code failed;
        if (value.starts_with(caches))
            fs::create_directories(value, failed);
        if (failed)
            return Text::tr("%1 cannot be created: %2.")
                .arg(QString::fromStdString(value), systemErrorText(failed.value()));
    }
    return std::nullopt;
}

void removeInBackground(SpareFolder folder)
{
    auto shared = std::make_shared<SpareFolder>(std::move(folder));
    QThreadPool::globalInstance()->start([shared] { shared->remove(); });
}

/// Ends it and then takes the folder back, which it may write to until then.
void discard(WarmProcess &warm, SpareFolder folder)
{
    WarmProcess::Handover handed = warm.handOver();
    if (!handed.process || handed.end) {
        removeInBackground(std::move(folder));
        return;
    }
    SupervisedProcess *ending = handed.process.release();
    auto shared = std::make_shared<SpareFolder>(std::move(folder));
    QObject::connect(ending, &SupervisedProcess::ended, ending, [ending, shared] {
        removeInBackground(std::move(*shared));
        ending->deleteLater();
    });
    ending->cancel();
}

} // namespace

WarmSpare::WarmSpare(const GenerateOptions &options, std::function<Result<fs::path>()> makeFolder)
    : m_options(options), m_makeFolder(std::move(makeFolder))
{
    // Which run it will be is not known: what is the same for all of them counts.
    m_options.request = "default";
    m_options.modality.reset();
    m_options.seed.reset();
    m_options.numGpus = 1;
}

WarmSpare::~WarmSpare()
{
    m_worker = {}; // stops it and waits
    if (m_state == State::Taken)
        return;
    if (m_process) {
        m_process->disconnect(this);
        discard(*m_process, std::move(m_folder));
    } else {
        removeInBackground(std::move(m_folder));
    }
}

void WarmSpare::endNow()
{
    m_worker = {};
    if (m_state == State::Taken)
        return;
    m_state = State::Taken;
    m_process.reset();
    m_folder.remove();
}

void WarmSpare::start()
{
    m_worker = std::jthread([this](const std::stop_token &stop) {
        QString problem;
        auto preparation = std::make_shared<Preparation>(prepare(stop, problem));
        QMetaObject::invokeMethod(
            this,
            [this, preparation, problem] {
                if (problem.isEmpty())
                    onPrepared(*preparation);
                else
                    fail(problem);
            },
            Qt::QueuedConnection);
    });
}

/// In the worker.
Preparation WarmSpare::prepare(const std::stop_token &stop, QString &problem)
{
    m_beganNs = fileTimeNow();
    const Result<fs::path> made = m_makeFolder();
    Result<SpareFolder> folder =
        made ? SpareFolder::mark(*made) : Result<SpareFolder>(made.error());
    if (!folder) {
        problem = folder.error().message;
        return {};
    }
    m_folder = std::move(*folder);
    m_options.outputFolder = m_folder.path().string();
    Preparation preparation = prepareRun(m_options, PreparationDepth::Preflight, stop);
    const Errors &refusals = preparation.findings.refusals;
    if (preparation.refusal != RefusalKind::None)
        problem =
            refusals.empty() ? Text::tr("a run would be refused now") : refusals.front().message;
    else
        problem = makeCaches(preparation).value_or(QString());
    return preparation;
}

void WarmSpare::onPrepared(const Preparation &preparation)
{
    const auto command = warmCommand(preparation.command, warmLauncher());
    if (!command) {
        fail(Text::tr("A run on several GPUs cannot be started warm."));
        return;
    }
    m_preparation = std::make_unique<const Preparation>(preparation);
    m_process = std::make_unique<WarmProcess>();
    connect(m_process.get(), &WarmProcess::ready, this, &WarmSpare::onReady);
    connect(m_process.get(), &WarmProcess::failed, this, &WarmSpare::fail);
    m_state = State::Importing;
    m_process->start({.program = command->program,
                      .arguments = command->arguments,
                      .workingFolder = preparation.root,
                      .environment = preparation.environment});
    Q_EMIT changed();
}

void WarmSpare::onReady(const QByteArray &line)
{
    Result<WarmReport> report =
        parseWarmReport({line.data(), static_cast<std::size_t>(line.size())});
    if (!report) {
        fail(report.error().message);
        return;
    }
    // Packages are found there too, but what changes in it is looked at file by file.
    std::erase_if(report->paths, [this](const LoadedPath &path) {
        return path.isFolder && path.path.lexically_normal() == m_preparation->root;
    });
    m_report = std::make_unique<const WarmReport>(std::move(*report));
    m_state = State::Ready;
    Q_EMIT changed();
}

void WarmSpare::fail(const QString &why)
{
    if (m_state == State::Failed || m_state == State::Taken)
        return;
    m_state = State::Failed;
    m_problem = why;
    if (m_process) {
        discard(*m_process, std::move(m_folder));
        m_process.release()->deleteLater(); // it may be what is telling this
    }
    Q_EMIT changed();
}

LaunchFacts WarmSpare::facts() const
{
    LaunchFacts facts{.warmWanted = true, .warm = m_report != nullptr, .whyCold = {}};
    if (!m_report)
        return facts;
    facts.warmUpSeconds = m_report->seconds;
    facts.warmUpCpuSeconds = m_report->cpuSeconds;
    facts.versions = m_report->versions;
    return facts;
}

std::optional<QString> WarmSpare::whyUnfit(const Preparation &run) const
{
    const Preparation &own = *m_preparation;
    if (run.root != own.root)
        return Text::tr("the checkout is another one");
    if (run.identity != own.identity)
        return Text::tr("the checkout was changed");
    if (run.manifest.sha256 != own.manifest.sha256)
        return Text::tr("the manifest was changed");
    if (run.pythonExecutable != own.pythonExecutable || run.python != own.python)
        return Text::tr("Python or its packages were changed");
    if (run.command != own.command || run.environment != own.environment)
        return Text::tr("the settings were changed");
    if (const auto changed = firstChanged(*m_report, m_beganNs))
        return Text::tr("%1 was changed").arg(toQString(*changed));
    return std::nullopt;
}

std::unique_ptr<WarmProcess> WarmSpare::take()
{
    m_process->disconnect(this);
    m_state = State::Taken;
    m_folder.becomeRun();
    return std::move(m_process);
}

} // namespace mrb::backend
