// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/WarmReport.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

#include <sys/stat.h>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNs = 1'000'000'000;

std::int64_t nanoseconds(const timespec &time)
{
    return std::int64_t{time.tv_sec} * kNs + time.tv_nsec;
}

bool isAsFound(const LoadedPath &found)
{
    struct stat now = {};
    if (::stat(found.path.c_str(), &now) != 0 || nanoseconds(now.st_mtim) != found.mtimeNs ||
        nanoseconds(now.st_ctim) != found.ctimeNs)
        return false;
    return found.isFolder || (now.st_size == found.size && now.st_ino == found.inode);
}

WarmReport reportFrom(const Json &json)
{
    WarmReport report;
    report.seconds = json.at("seconds").get<double>();
    report.cpuSeconds = json.at("cpu_seconds").get<double>();
    report.versions.emplace_back("python", json.at("python").get<std::string>());
    for (const auto &[name, version] : json.at("versions").items())
        report.versions.emplace_back(name, version.get<std::string>());
    for (const Json &file : json.at("files"))
        report.paths.push_back({.path = file.at(0).get<std::string>(),
                                .size = file.at(1).get<std::int64_t>(),
                                .mtimeNs = file.at(2).get<std::int64_t>(),
                                .ctimeNs = file.at(3).get<std::int64_t>(),
                                .inode = file.at(4).get<std::uint64_t>()});
    for (const Json &folder : json.at("folders"))
        report.paths.push_back({.path = folder.at(0).get<std::string>(),
                                .mtimeNs = folder.at(1).get<std::int64_t>(),
                                .ctimeNs = folder.at(2).get<std::int64_t>(),
                                .isFolder = true});
    return report;
}

} // namespace

Result<WarmReport> parseWarmReport(std::string_view line)
{
    const auto unreadable = [](const QString &why) {
        return Error{error_codes::kWarmReport,
                     Text::tr("What the interpreter said of itself cannot be read: %1").arg(why)};
    };
    const Result<Json> json = parseJsonStrictly(std::string(line), Text::tr("its report"));
    if (!json)
        return unreadable(json.error().message);
    try {
        return reportFrom(*json);
    } catch (const Json::exception &failure) {
        return unreadable(QString::fromUtf8(failure.what()));
    }
}

std::optional<fs::path> firstChanged(const WarmReport &report, std::int64_t beganNs)
{
    for (const LoadedPath &path : report.paths)
        if (!isAsFound(path) || (!path.isFolder && path.ctimeNs >= beganNs))
            return path.path;
    return std::nullopt;
}

} // namespace mrb::backend
