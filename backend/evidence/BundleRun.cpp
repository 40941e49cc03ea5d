// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/BundleRun.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/evidence/PathTokens.h"
#include "backend/evidence/Reproduction.h"
#include "backend/evidence/SchemaCheck.h"
#include "backend/library/RecordedCommand.h"
#include "backend/library/Review.h"
#include "backend/library/StoredRun.h"
#include "backend/report/ReportRecord.h"
#include "backend/request/Manifest.h"
#include "backend/request/StagedConfigs.h"
#include "backend/run/RunFolder.h"

#include <algorithm>
#include <span>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Logs are read whole to be redacted; upstream's are some KiB, and one that floods is cut nowhere.
constexpr std::size_t kMostTextBytes = std::size_t{256} << 20U;
constexpr std::size_t kIdLetters = 8;

std::string sha256Of(std::string_view bytes)
{
    return Sha256::ofBytes(std::as_bytes(std::span(bytes)));
}

Error unfinished(const fs::path &folder, RunState state)
{
    return {error_codes::kRunUnfinished,
            state == RunState::Running
                ? Text::tr("The run in %1 is still going on.").arg(toQString(folder))
                : Text::tr("The run in %1 left no result.").arg(toQString(folder)),
            state == RunState::Running
                ? Text::tr("Wait until it has ended.")
                : Text::tr("mrbrain diagnostics tells what is known of an interrupted run."),
            toQString(folder)};
}

/// Only what a file name can hold everywhere, and what tells nothing of the machine.
std::string plainName(const QString &text, const char *otherwise)
{
    std::string name;
    for (const char letter : text.left(64).toStdString())
        name += (std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' ||
                 letter == '-')
                    ? letter
                    : '_';
    return name.empty() ? otherwise : name;
}

/// A link could lead out of the run.
bool isRealFolder(const fs::path &folder)
{
    std::error_code failed;
    return fs::is_directory(fs::symlink_status(folder, failed));
}

/// Gathers the files of one run.
class Collector
{
public:
    Collector(const fs::path &folder, const BundleOrder &order) : m_order(order)
    {
        m_run.folder = folder;
        if (!order.keepPaths)
            m_tokens = PathTokens::ofRun(folder, order.environment);
    }

    Result<BundleRun> collect(const StoredRun &stored)
    {
        m_result = stored.result.json;
        m_run.overallStatus = textAt(m_result, {"overall_status"}).toStdString();
        nameIt();
        if (auto error = addVolumes())
            return *error;
        if (auto error = addPack())
            return *error;
        if (auto error = addStored())
            return *error;
        addReport();
        m_run.index["volumes"] = std::move(m_volumes);
        return std::move(m_run);
    }

private:
    void nameIt()
    {
        const QString id = textAt(m_result, {"run", "id"});
        const auto seed = integerAt(m_result, {"input", "random_seed"});
        m_run.name = plainName(textAt(m_result, {"input", "modality_name"}), "run") + "_seed" +
                     (seed ? std::to_string(*seed) : "unknown") + "_" +
                     plainName(id, "").substr(0, kIdLetters);
        m_run.index = {{"name", m_run.name},
                       {"run_id", id.toStdString()},
                       {"engine", textAt(m_result, {"engine"}).toStdString()},
                       {"overall_status", m_run.overallStatus},
                       {"modality", textAt(m_result, {"input", "modality_name"}).toStdString()},
                       {"random_seed", seed ? Json(*seed) : Json(nullptr)}};
    }

    /// The record with tokens. A tail that was cut may begin in the middle of a path, where no
    /// token can be found: it begins at its next word.
    Json withTokens() const
    {
        Json json = m_tokens.apply(m_result);
        if (m_order.keepPaths || !json.contains("logs") || !json["logs"].is_object())
            return json;
        constexpr std::string_view kCut = "...";
        for (auto &[name, tail] : json["logs"].items()) {
            if (!tail.is_string() || !tail.get_ref<const std::string &>().starts_with(kCut))
                continue;
            const std::string text = tail.get<std::string>();
            const std::size_t word = text.find_first_of(" \n\t");
            tail = std::string(kCut) + (word == std::string::npos ? "" : text.substr(word));
        }
        return json;
    }

    /// Names the volumes inside the pack, in output.json too.
    std::optional<Error> addVolumes()
    {
        m_record = withTokens();
        m_output = m_record;
        m_volumes = Json::array();
        const std::vector<ListedVolume> listed = listedVolumes(m_run.folder, m_result);
        const Json *samples = valueAt(m_result, {"output", "samples"});
        if (!samples || !samples->is_array() || samples->size() != listed.size())
            return Error{error_codes::kRunDamaged,
                         Text::tr("The result in %1 lists something that is no volume.")
                             .arg(toQString(m_run.folder)),
                         Text::tr("Restore the result as it was written."),
                         QStringLiteral("output.samples")};
        for (std::size_t i = 0; i < listed.size(); ++i) {
            const RunVolume &volume = listed[i].volume;
            const fs::path place = volume.path.empty()
                                       ? fs::path(listed[i].recordedName.toStdString()).filename()
                                       : volume.path.lexically_relative(m_run.folder);
            const std::string name = place.generic_string();
            if (auto bad = checkBundleName(name))
                return bad;
            warnOfName(name);
            if (m_order.withVolumes) {
                if (auto error = addVolume(volume, name, listed[i].recordedName))
                    return error;
            }
            m_volumes.push_back({{"path", name},
                                 {"bytes", volume.bytes},
                                 {"sha256", volume.sha256},
                                 {"included", m_order.withVolumes}});
            m_output["output"]["samples"][listed[i].sample]["image_path"] = name;
        }
        return std::nullopt;
    }

    /// The record, its sums and upstream's log call a volume by its name, so that stays.
    void warnOfName(const std::string &name)
    {
        const QString text = QString::fromStdString(name);
        if (m_order.keepPaths || m_tokens.withoutNames(text) == text)
            return;
        m_run.warnings.push_back(
            {error_codes::kNameInside,
             Text::tr("The volume %1 has a name in its name that would be left out elsewhere.")
                 .arg(text),
             Text::tr("Run again with another output_prefix if nobody is to see it."), text});
    }

    std::optional<Error> addVolume(const RunVolume &volume, const std::string &name,
                                   const QString &recordedName)
    {
        std::error_code failed;
        const std::uint64_t bytes =
            volume.path.empty() ? 0 : std::uint64_t{fs::file_size(volume.path, failed)};
        if (volume.path.empty() || failed)
            return Error{error_codes::kRunVolumeMissing,
                         Text::tr("%1, which the run in %2 lists, is not there.")
                             .arg(recordedName, toQString(m_run.folder)),
                         Text::tr("Put it back, or export the evidence without volumes."),
                         recordedName};
        m_run.files.push_back({name, volume.path, bytes, volume.sha256, true});
        return std::nullopt;
    }

    std::optional<Error> addPack()
    {
        const Result<std::string> settings = settingsOfRecord(m_run.folder);
        if (!settings)
            return settings.error();
        PackSource source{.result = m_record,
                          .output = m_output,
                          .settings = *settings,
                          .withVolumes = m_order.withVolumes};
        static const Result<Json> schema = readInstalledSchema("result.schema.json");
        if (!schema)
            return schema.error();
        const Result<QStringList> problems = schemaProblems(*schema, source.output);
        if (!problems)
            return problems.error();
        source.schemaPassed = problems->isEmpty();
        source.schemaProblem = problems->join(u' ').toStdString();
        m_run.texts = packDocuments(source);
        return std::nullopt;
    }

    /// What lies in the run's folder as text.
    std::optional<Error> addStored()
    {
        const fs::path staged = kStagedFolder;
        const fs::path logs = kLogFolder;
        const RecordedCommand command =
            recordedCommand(valueAt(m_record, {"invocation", "command"}));
        for (const fs::path &name :
             {fs::path(kResultFile), fs::path(kJournalFile), fs::path(kReproductionFile),
              fs::path(bundle_file::kReview), staged / command.modelConfig,
              staged / command.environmentConfig})
            if (auto error = addText(name, name.generic_string(), true))
                return error;
        for (const fs::path &name : {logs / "stdout.log", logs / "stderr.log"})
            if (auto error = addText(name, name.generic_string(), false))
                return error;
        if (auto error = addText(staged / kKeptRequest, kKeptRequest, true))
            return error;
        return addManifest();
    }

    /// @param isJson strings inside are replaced, so that it stays JSON whatever they hold
    std::optional<Error> addText(const fs::path &place, const std::string &name, bool isJson)
    {
        const fs::path file = m_run.folder / place;
        if (!isPlainFile(file) || !isRealFolder(file.parent_path()))
            return std::nullopt;
        Result<std::string> content = readSmallFile(file, kMostTextBytes);
        if (!content)
            return content.error();
        PackedText text{.name = name, .content = {}};
        text.content = m_order.keepPaths ? *content : redacted(*content, name, isJson);
        if (text.content != *content) {
            text.originalSha256 = sha256Of(*content);
            text.originalBytes = content->size();
            text.replaced = PathTokens::count(QString::fromStdString(text.content));
        }
        m_run.texts.push_back(std::move(text));
        return std::nullopt;
    }

    std::string redacted(const std::string &content, const std::string &name, bool isJson) const
    {
        if (name == kResultFile)
            return writeJson(m_record);
        if (isJson)
            if (const Result<Json> json =
                    parseJsonStrictly(content, QString::fromStdString(name))) {
                const Json changed = m_tokens.apply(*json);
                return changed == *json ? content : writeJson(changed);
            }
        return m_tokens.apply(QString::fromStdString(content)).toStdString();
    }

    /// The one that the run was judged by, where it was not the built-in one and still is there.
    std::optional<Error> addManifest()
    {
        const QString path = textAt(m_result, {"manifest", "path"});
        if (path.isEmpty())
            return std::nullopt;
        const Result<std::string> content = readSmallFile(path.toStdString(), kMaxManifestBytes);
        if (!content ||
            sha256Of(*content) != textAt(m_result, {"manifest", "sha256"}).toStdString()) {
            m_run.warnings.push_back(
                {error_codes::kRunDamaged,
                 Text::tr("The manifest that the run in %1 was judged by is gone or was changed: "
                          "it is left out.")
                     .arg(toQString(m_run.folder)),
                 Text::tr("Its hash stays in the record.")});
            return std::nullopt;
        }
        // It is compared by its hash, so there are no tokens in it.
        const QString text = QString::fromStdString(*content);
        if (!m_order.keepPaths && m_tokens.apply(text) != text) {
            m_run.warnings.push_back(
                {error_codes::kNameInside,
                 Text::tr("The manifest that the run in %1 was judged by holds names, paths or "
                          "secrets: it is left out.")
                     .arg(toQString(m_run.folder)),
                 Text::tr(
                     "Its hash stays in the record; with paths kept it is exported as it is.")});
            return std::nullopt;
        }
        m_run.texts.push_back({.name = "skill_manifest.yaml", .content = *content});
        return std::nullopt;
    }

    void addReport()
    {
        const Result<ReportRecord> record = readReportRecord(m_run.folder);
        if (!record ||
            !isRealFolder(m_run.folder /
                          kReportFolder)) // that there is none was told by who was to make it
            return;
        const fs::path made = m_run.folder / kReportFolder;
        std::error_code failed;
        std::vector<fs::path> files;
        for (fs::directory_iterator it(made, failed), end; !failed && it != end;
             it.increment(failed))
            if (isPlainFile(it->path()))
                files.push_back(it->path());
        std::ranges::sort(files);
        for (const fs::path &file : files) {
            const std::string name = file.filename().string();
            const bool isPicture = file.extension() == ".png";
            if ((!isPicture && name != "report.html" && name != "report.pdf") ||
                checkBundleName(name))
                continue;
            const std::uint64_t bytes = fs::file_size(file, failed);
            // Checked while it is copied, which is cheaper than hashing it before.
            const auto listed = record->files.find(name);
            if (!failed && listed != record->files.end())
                m_run.files.push_back(
                    {isPicture ? "pictures/" + name : name, file, bytes, listed->second});
        }
    }

    const BundleOrder &m_order;
    PathTokens m_tokens;
    BundleRun m_run;
    Json m_result; ///< as it was recorded
    Json m_record; ///< with tokens
    Json m_output; ///< the same with the volumes' paths inside the pack
    Json m_volumes;
};

} // namespace

Result<BundleRun> collectBundleRun(const fs::path &folder, const BundleOrder &order)
{
    const StoredRun stored = readStoredRun(folder);
    if (!stored.isRun())
        return noRunHere(folder);
    if (const RunState state = runStateOf(folder);
        state == RunState::Running || !stored.result.isRuns())
        return unfinished(folder, state);
    if (!stored.result.isSound())
        return *stored.result.error;
    if (textAt(stored.result.json, {"run", "id"}).isEmpty())
        return Error{error_codes::kForeignRecord,
                     Text::tr("The result in %1 does not say which run it is of: it was not "
                              "written by this program.")
                         .arg(toQString(folder)),
                     Text::tr("Run its settings again; that run can be exported."),
                     toQString(folder)};
    return Collector(folder, order).collect(stored);
}

} // namespace mrb::backend
