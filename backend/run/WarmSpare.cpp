// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/WarmSpare.h"

#include "backend/base/Text.h"
#include "backend/run/Preparation.h"
#include "backend/run/RuntimeCaches.h"
#include "backend/run/WarmReport.h"

#include <QMetaObject>
#include <QThreadPool>

#include <ctime>
#include <mutex>
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

/// What the worker does and what it has found; it may outlive the one who asked.
struct WarmSpare::Looks
{
    GenerateOptions options;
    std::function<Result<fs::path>()> makeFolder;
    SpareFolder folder;
    Preparation preparation;
    QString problem;
    std::int64_t beganNs = 0;
    std::mutex mutex;
    WarmSpare *asker = nullptr; ///< guarded; null when nobody wants to know any more

    Result<SpareFolder> markFolder() const;
    void look(const std::stop_token &stop);
    void tell();
};

/// Another program that takes folders away which nobody holds may come between the two steps.
Result<SpareFolder> WarmSpare::Looks::markFolder() const
{
    constexpr int kMostTries = 3;
    for (int tried = 1;; ++tried) {
        const Result<fs::path> made = makeFolder();
        if (!made)
            return made.error();
        Result<SpareFolder> marked = SpareFolder::mark(*made);
        if (marked)
            return marked;
        std::error_code ignored; // it is empty, or somebody's by now
        fs::remove(*made, ignored);
        if (tried == kMostTries)
            return marked;
    }
}

void WarmSpare::Looks::look(const std::stop_token &stop)
{
    beganNs = fileTimeNow();
    Result<SpareFolder> marked = markFolder();
    if (!marked) {
        problem = marked.error().message;
        return;
    }
    folder = std::move(*marked);
    options.outputFolder = folder.path().string();
    preparation = prepareRun(options, PreparationDepth::Preflight, stop);
    const Errors &refusals = preparation.findings.refusals;
    if (preparation.refusal != RefusalKind::None)
        problem =
            refusals.empty() ? Text::tr("a run would be refused now") : refusals.front().message;
    else if (const auto made = makeRuntimeCaches(preparation.outputFolder, preparation.environment);
             !made)
        problem = made.error().message;
}

void WarmSpare::Looks::tell()
{
    const std::lock_guard lock(mutex); // it stays while it is told
    if (asker)
        QMetaObject::invokeMethod(asker, &WarmSpare::onLooked, Qt::QueuedConnection);
}

WarmSpare::WarmSpare(const GenerateOptions &options, std::function<Result<fs::path>()> makeFolder)
    : m_looks(std::make_shared<Looks>())
{
    m_looks->options = options;
    m_looks->makeFolder = std::move(makeFolder);
    m_looks->asker = this;
    // Which run it will be is not known: what is the same for all of them counts.
    m_looks->options.request = "default";
    m_looks->options.modality.reset();
    m_looks->options.seed.reset();
    m_looks->options.numGpus = 1;
}

WarmSpare::~WarmSpare()
{
    {
        const std::lock_guard lock(m_looks->mutex);
        m_looks->asker = nullptr;
    }
    m_worker.request_stop();
    if (m_state == State::Taken)
        return;
    if (m_state == State::Preparing && m_worker.joinable()) {
        // A folder on a disk that does not answer cannot be interrupted.
        auto worker = std::make_shared<std::jthread>(std::move(m_worker));
        QThreadPool::globalInstance()->start([worker, looks = m_looks] {
            worker->join();
            looks->folder.remove();
        });
    } else if (m_process) {
        m_process->disconnect(this);
        discard(*m_process, std::move(m_folder));
    } else {
        removeInBackground(std::move(m_folder));
    }
}

void WarmSpare::endNow()
{
    m_worker = {}; // stops it and waits
    if (m_state == State::Preparing)
        m_folder = std::move(m_looks->folder);
    m_state = State::Taken;
    m_process.reset();
    m_folder.remove();
}

void WarmSpare::start()
{
    m_worker = std::jthread([looks = m_looks](const std::stop_token &stop) {
        looks->look(stop);
        looks->tell();
    });
}

void WarmSpare::onLooked()
{
    m_worker = {}; // has ended
    m_folder = std::move(m_looks->folder);
    m_beganNs = m_looks->beganNs;
    if (!m_looks->problem.isEmpty()) {
        fail(m_looks->problem);
        return;
    }
    const auto command = warmCommand(m_looks->preparation.command, warmLauncher());
    if (!command) {
        fail(Text::tr("A run on several GPUs cannot be started warm."));
        return;
    }
    m_preparation = std::make_unique<const Preparation>(std::move(m_looks->preparation));
    m_process = std::make_unique<WarmProcess>();
    connect(m_process.get(), &WarmProcess::ready, this, &WarmSpare::onReady);
    connect(m_process.get(), &WarmProcess::failed, this, &WarmSpare::fail);
    m_state = State::Importing;
    m_process->start({.program = command->program,
                      .arguments = command->arguments,
                      .workingFolder = m_preparation->root,
                      .environment = m_preparation->environment});
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
    } else {
        removeInBackground(std::move(m_folder));
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
    return std::move(m_process);
}

} // namespace mrb::backend
