// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "backend/base/Json.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/queue/RunTarget.h"
#include "backend/request/OverrideDocument.h"
#include "backend/run/GenerateRun.h"
#include "backend/run/RunFolder.h"

#include <QDateTime>
#include <QPointer>
#include <QStringList>

#include <algorithm>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error cannotMake(const fs::path &folder, const QString &why)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("The run's folder cannot be made in %1: %2").arg(toQString(folder), why),
            Text::tr("Choose another results folder in the settings."), toQString(folder)};
}

/// "20260131-142501-mri_t1-seed42". A modality that is no plain word is refused later and keeps
/// only its letters here.
std::string folderName(const RunSettings &settings)
{
    namespace key = contract::model_config;
    constexpr std::size_t kLongestModality = 60;
    const Json overrides = parseOverrides(settings.overrides, QString()).overrides;
    std::string name =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString();
    if (const auto found = overrides.find(key::kModality); found != overrides.end()) {
        auto modality = found->get<std::string>().substr(0, kLongestModality);
        std::ranges::replace_if(
            modality,
            [](char c) {
                return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
                       !(c >= '0' && c <= '9') && c != '_';
            },
            '_');
        name += "-" + modality;
    }
    if (const auto found = overrides.find(key::kRandomSeed); found != overrides.end())
        name += "-seed" + std::to_string(found->get<std::int64_t>());
    return name;
}

/// A folder that nobody else has: it is made, not found.
Result<fs::path> makeFolder(const RunSettings &settings)
{
    const fs::path &results = settings.resultsFolder;
    if (!results.is_absolute())
        return cannotMake(results, Text::tr("its path is not absolute."));
    std::error_code failed;
    fs::create_directories(results, failed);
    if (failed && !fs::is_directory(results))
        return cannotMake(results, systemErrorText(failed.value()));
    const std::string name = folderName(settings);
    fs::path folder = results / name;
    for (int copy = 2; !fs::create_directory(folder, failed); ++copy) {
        if (failed && failed != std::errc::file_exists)
            return cannotMake(results, systemErrorText(failed.value()));
        folder = results / (name + "-" + std::to_string(copy));
    }
    return folder;
}

/// For a run that never started: takes back what it made, unless somebody put more there.
void removeUnused(const fs::path &folder)
{
    std::error_code failed;
    if (folder.empty() || fs::exists(folder / kJournalFile, failed) || failed)
        return;
    fs::remove(folder / kRequestFile, failed);
    fs::remove(folder / kLockFile, failed);
    fs::remove(folder, failed);
}

Result<fs::path> prepareFolder(const RunSettings &settings)
{
    try {
        Result<fs::path> folder = makeFolder(settings);
        if (!folder)
            return folder;
        const auto written = writeFileAtomically(*folder / kRequestFile, settings.overrides);
        if (written)
            return folder;
        removeUnused(*folder);
        return written.error();
    } catch (const std::exception &failure) {
        return cannotMake(settings.resultsFolder, QString::fromUtf8(failure.what()));
    }
}

/// A run of this machine. Whatever touches the disk happens in the worker.
class LocalJob final : public RunJob
{
public:
    explicit LocalJob(RunSettings settings);
    ~LocalJob() override;

    void start();
    void cancel() override { m_run->cancel(); }
    bool isOver() const { return m_isOver; }
    const RunSettings &settings() const { return m_settings; }

private:
    void onPrepared(const Result<fs::path> &folder);
    void onFinished(const RunConclusion &conclusion);
    void tellFolder();
    void end(const JobOutcome &outcome);

    RunSettings m_settings;
    std::unique_ptr<GenerateRun> m_run = std::make_unique<GenerateRun>();
    fs::path m_folder;
    bool m_isFolderTold = false;
    bool m_isOver = false;
    std::jthread m_worker;
};

LocalJob::LocalJob(RunSettings settings) : m_settings(std::move(settings))
{
    // The first word of upstream comes after the folder was claimed and staged.
    connect(m_run.get(), &GenerateRun::lineRead, this, [this](const LogLine &line) {
        tellFolder();
        Q_EMIT lineRead(line);
    });
    connect(m_run.get(), &GenerateRun::progressed, this, [this](const Progress &progress) {
        tellFolder();
        Q_EMIT progressed(progress);
    });
    connect(m_run.get(), &GenerateRun::measuringStarted, this, [this] {
        tellFolder();
        Q_EMIT measuringStarted();
    });
    connect(m_run.get(), &GenerateRun::finished, this, &LocalJob::onFinished);
}

LocalJob::~LocalJob()
{
    if (m_isOver)
        return;
    m_run.reset();
    if (m_worker.joinable())
        m_worker.join();
    removeUnused(m_folder);
}

void LocalJob::start()
{
    m_worker = std::jthread([this] {
        Result<fs::path> folder = prepareFolder(m_settings);
        if (folder)
            m_folder = *folder; // read by others only after this thread or its event
        QMetaObject::invokeMethod(
            this, [this, folder] { onPrepared(folder); }, Qt::QueuedConnection);
    });
}

void LocalJob::onPrepared(const Result<fs::path> &folder)
{
    if (!folder) {
        end({.exitCode = static_cast<int>(ExitCode::NotWritten),
             .overallStatus = {},
             .problems = {folder.error()},
             .warnings = {},
             .runFolder = {},
             .refused = true});
        return;
    }
    m_run->start(optionsFor(m_settings, m_folder / kRequestFile, m_folder), RunMode::Generate);
}

void LocalJob::onFinished(const RunConclusion &conclusion)
{
    JobOutcome outcome{.exitCode = static_cast<int>(conclusion.exitCode),
                       .overallStatus = QString::fromStdString(conclusion.overallStatus),
                       .problems = conclusion.problems,
                       .warnings = conclusion.warnings,
                       .runFolder = m_folder,
                       .refused = false};
    if (!conclusion.outputFolder.empty()) {
        tellFolder();
        end(outcome);
        return;
    }
    outcome.runFolder.clear();
    outcome.refused = conclusion.exitCode != ExitCode::Cancelled;
    m_worker = std::jthread([this, outcome] {
        removeUnused(m_folder);
        QMetaObject::invokeMethod(
            this, [this, outcome] { end(outcome); }, Qt::QueuedConnection);
    });
}

void LocalJob::tellFolder()
{
    if (!std::exchange(m_isFolderTold, true))
        Q_EMIT folderMade(m_folder);
}

void LocalJob::end(const JobOutcome &outcome)
{
    m_isOver = true;
    Q_EMIT ended(outcome);
}

bool excludeEachOther(const RunSettings &one, const RunSettings &other)
{
    if (one.engine != other.engine)
        return false; // the phantom uses no GPU
    if (one.engine == Engine::Phantom || one.visibleGpus.empty() || other.visibleGpus.empty())
        return true;
    const auto gpusOf = [](const RunSettings &settings) {
        QStringList gpus = QString::fromStdString(settings.visibleGpus).split(u',');
        for (QString &gpu : gpus)
            gpu = gpu.trimmed();
        return gpus;
    };
    return std::ranges::any_of(
        gpusOf(one), [others = gpusOf(other)](const QString &gpu) { return others.contains(gpu); });
}

class LocalTarget final : public RunTarget
{
public:
    int freeSlots(const QueueEntry &entry) const override
    {
        const bool taken = std::ranges::any_of(m_jobs, [&entry](const QPointer<LocalJob> &job) {
            return job && !job->isOver() && excludeEachOther(job->settings(), entry.settings);
        });
        return taken ? 0 : 1;
    }

    std::unique_ptr<RunJob> start(const QueueEntry &entry) override
    {
        std::erase_if(m_jobs, [](const QPointer<LocalJob> &job) { return !job || job->isOver(); });
        auto job = std::make_unique<LocalJob>(entry.settings);
        m_jobs.emplace_back(job.get());
        job->start();
        return job;
    }

private:
    std::vector<QPointer<LocalJob>> m_jobs;
};

} // namespace

std::unique_ptr<RunTarget> makeLocalTarget()
{
    return std::make_unique<LocalTarget>();
}

} // namespace mrb::backend
