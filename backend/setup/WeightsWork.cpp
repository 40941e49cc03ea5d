// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/environment/HashCache.h"
#include "backend/setup/StepWork.h"
#include "backend/setup/WeightsInstall.h"
#include "backend/setup/WeightsStep.h"

#include <QRegularExpression>

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;
namespace codes = error_codes;

namespace {

class WeightsWork final : public StepWork
{
public:
    explicit WeightsWork(SetupContext context) : m_context(std::move(context)) {}

    Result<> prepare(const std::stop_token &stop) override;
    std::vector<SetupCommand> commands() const override;
    std::optional<SetupProgress> readLine(const LogLine &line) override;
    Result<> afterCommand(std::size_t index, const std::stop_token &stop) override;
    Result<> perform(const std::stop_token &stop, const StepProgress &progress) override;
    Findings conclude(const std::stop_token &stop) override;
    Errors notes() const override { return m_concluded ? Errors() : m_notes; }
    void abandon() override { removeEmptyStaging(); }

private:
    Result<> install(const WeightPlace &place, const std::stop_token &stop,
                     const StepProgress &progress);
    Result<> copyFrom(const fs::path &folder, const WeightPlace &place, const std::stop_token &stop,
                      const StepProgress &progress);
    void removeEmptyStaging() const;

    SetupContext m_context;
    std::vector<WeightPlace> m_all;  ///< that were missing or wrong in the beginning
    std::vector<WeightPlace> m_open; ///< still to be fetched or copied
    std::vector<InstalledWeight> m_installed;
    Errors m_problems;
    Errors m_notes;
    bool m_concluded = false;
};

/// What copies were in the middle of when they were killed; a download goes on, a copy does not.
void removeHalfCopies(const WeightPlace &place)
{
    const std::string begin = "." + place.staged.filename().string() + ".";
    std::error_code failed;
    std::vector<fs::path> halves;
    for (fs::directory_iterator it(place.staged.parent_path(), failed), end; !failed && it != end;
         it.increment(failed)) {
        const std::string name = it->path().filename().string();
        if (name.starts_with(begin) && name.ends_with(".part"))
            halves.push_back(it->path());
    }
    for (const fs::path &half : halves)
        fs::remove(half, failed);
}

Result<> WeightsWork::prepare(const std::stop_token &stop)
{
    m_all = weightsToGet(m_context, lookAtWeights(m_context, stop));
    for (const WeightPlace &place : m_all) {
        std::error_code failed;
        fs::create_directories(place.staging, failed);
        if (failed)
            return Error{mrb::error_codes::kCannotWrite,
                         Text::tr("%1 cannot be created: %2.")
                             .arg(toQString(place.staging), systemErrorText(failed.value())),
                         writeFailureHint(failed.value()), toQString(place.staging)};
        removeHalfCopies(place);
        // An earlier attempt was ended between the download and the check of it. A wrong file is
        // deleted by the check, and fetched again.
        if (fs::is_regular_file(place.staged, failed) && install(place, stop, {}))
            continue;
        m_open.push_back(place);
    }
    return {};
}

std::vector<SetupCommand> WeightsWork::commands() const
{
    std::vector<SetupCommand> commands;
    if (!m_context.options.weightsFolder.empty())
        return commands;
    for (const WeightPlace &place : m_open)
        commands.push_back(fetchCommand(m_context, place));
    return commands;
}

/// As fetch_weights.py tells how far it is. Why it failed is known to recogniseSetupFailure().
std::optional<SetupProgress> WeightsWork::readLine(const LogLine &line)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(.+): (?:continuing after )?(\\d{1,18}) of (\\d{1,18}) bytes$"));
    const auto match = pattern.match(line.text);
    if (line.channel != Channel::Stdout || !match.hasMatch())
        return {};
    SetupProgress progress{.text = match.captured(1),
                           .doneBytes = match.captured(2).toULongLong(),
                           .totalBytes = match.captured(3).toULongLong()};
    if (progress.totalBytes > 0)
        progress.fraction = std::min(1.0, static_cast<double>(progress.doneBytes) /
                                              static_cast<double>(progress.totalBytes));
    return progress;
}

Result<> WeightsWork::afterCommand(std::size_t index, const std::stop_token &stop)
{
    return install(m_open[index], stop, {});
}

Result<> WeightsWork::install(const WeightPlace &place, const std::stop_token &stop,
                              const StepProgress &progress)
{
    Result<InstalledWeight> installed = installStaged(place, stop, progress);
    if (!installed)
        return installed.error();
    if (installed->keptAs)
        m_notes.push_back({codes::kWeightSetAside,
                           Text::tr("What was in the place of %1 is kept as %2.")
                               .arg(toQString(place.weight.path), toQString(*installed->keptAs)),
                           Text::tr("Remove it if you do not need it."),
                           toQString(*installed->keptAs)});
    m_installed.push_back(std::move(*installed));
    return {};
}

/// The first of the files that can be the weight and is.
Result<> WeightsWork::copyFrom(const fs::path &folder, const WeightPlace &place,
                               const std::stop_token &stop, const StepProgress &progress)
{
    Result<> last = notBrought(folder, place);
    for (const fs::path &file : broughtFiles(folder, place.weight)) {
        last = stageCopy(place, file, stop, progress);
        if (last)
            return install(place, stop, progress);
        const ErrorCode code = last.error().code;
        // Of another file the same would be said: there is no room, or no time.
        if (code != codes::kWeightMismatch && code != mrb::error_codes::kCannotRead)
            return last;
    }
    return last;
}

Result<> WeightsWork::perform(const std::stop_token &stop, const StepProgress &progress)
{
    if (m_context.options.weightsFolder.empty())
        return {};
    const fs::path folder = m_context.resolved(m_context.options.weightsFolder);
    for (const WeightPlace &place : m_open) {
        if (const Result<> copied = copyFrom(folder, place, stop, progress); !copied)
            m_problems.push_back(copied.error());
        if (stop.stop_requested())
            break;
    }
    return {};
}

Findings WeightsWork::conclude(const std::stop_token &stop)
{
    rememberHashes(m_installed, defaultHashCacheFile(m_context.options.environment), stop);
    removeEmptyStaging();
    m_concluded = true;
    return {.refusals = m_problems, .warnings = m_notes};
}

void WeightsWork::removeEmptyStaging() const
{
    for (const WeightPlace &place : m_all) {
        std::error_code ignored;
        if (!hasStagedFiles(place.staging))
            fs::remove_all(place.staging, ignored);
    }
}

} // namespace

std::unique_ptr<StepWork> makeWeightsWork(const SetupContext &context)
{
    return std::make_unique<WeightsWork>(context);
}

} // namespace mrb::backend
