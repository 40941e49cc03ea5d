// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/JsonText.h"
#include "backend/library/RunSummary.h"
#include "tests/run/RunFixtures.h"

#include <QProcess>
#include <QTemporaryDir>

#include <filesystem>
#include <optional>
#include <string>

namespace mrb::test {

namespace fs = std::filesystem;

inline fs::path pathOf(const QTemporaryDir &folder)
{
    return fs::canonical(folder.path().toStdString());
}

/// A small volume by the real program's phantom engine. False when it did not work.
inline bool makePhantomRun(const fs::path &folder, const std::string &modality = "mri_t1",
                           int seed = 7)
{
    const fs::path request = folder.string() + "-request.json";
    write(request, R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72], "num_inference_steps": 2,
                       "modality": ")" +
                       modality + R"(", "random_seed": )" + std::to_string(seed) + "}");
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(qEnvironmentVariable("MRB_MRBRAIN"),
                  {QStringLiteral("generate"), QString::fromStdString(request.string()),
                   QStringLiteral("--engine"), QStringLiteral("phantom"), QStringLiteral("-o"),
                   QString::fromStdString(folder.string())});
    constexpr int kPatienceMs = 120'000;
    const bool worked = program.waitForFinished(kPatienceMs) &&
                        program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0;
    if (!worked)
        qWarning().noquote() << program.errorString() << program.readAll();
    return worked;
}

inline fs::path volumeIn(const fs::path &folder)
{
    for (const auto &entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().find(".nii") != std::string::npos)
            return entry.path();
    return {};
}

inline Json documentOf(const fs::path &file)
{
    const auto json = readJsonFile(file, std::size_t{4} << 20);
    return json ? *json : Json();
}

/// For comparisons that print both sides.
inline QString textOf(const Json &json)
{
    return QString::fromStdString(compactJson(json));
}

/// A journal as a run leaves it that ended, or did not.
inline Json journal(const std::string &startedAt = "2026-03-01T10:00:00.000Z",
                    const std::string &state = "ended")
{
    Json json = {{"journal_version", 1},
                 {"state", state},
                 {"run_id", "id-" + startedAt},
                 {"skill", "nv_generate_mr_brain"},
                 {"engine", "upstream"},
                 {"started_at", startedAt},
                 {"command", {"python", "-m", "a.module", "-c", "/run/_staged_configs/model.json"}},
                 {"overrides", Json::object()},
                 {"modality_name", "mri_flair"},
                 {"random_seed", 42}};
    if (state == "ended") {
        json["overall_status"] = "passed";
        json["exit_code"] = 0;
    }
    return json;
}

inline Json result(const std::string &startedAt = "2026-03-01T10:00:00.000Z")
{
    Json json = {{"skill", "nv_generate_mr_brain"}};
    json["input"] = {{"model_config_override", Json::object()},
                     {"modality_name", "mri_flair"},
                     {"dim_requested", {256, 256, 128}},
                     {"spacing_requested", {0.94, 0.94, 1.36}},
                     {"num_inference_steps_requested", 30},
                     {"cfg_guidance_scale_requested", 2},
                     {"random_seed", 42}};
    json["output"] = {{"directory", "/somewhere/else"}, {"samples", Json::array()}};
    json["runtime"] = {{"subprocess_seconds", 26.9}, {"device", "cuda"}};
    json["preflight"] = {{"cuda", {{"device_name", "NVIDIA H100"}}}};
    json["overall_status"] = "passed";
    json["exit_code"] = 0;
    json["engine"] = "upstream";
    json["run"] = {{"id", "id-" + startedAt}, {"started_at", startedAt}};
    return json;
}

/// An ended run without volumes.
inline void makeRun(const fs::path &folder,
                    const std::string &startedAt = "2026-03-01T10:00:00.000Z")
{
    write(folder / "run.json", writeJson(journal(startedAt)));
    write(folder / "result.json", writeJson(result(startedAt)));
}

} // namespace mrb::test
