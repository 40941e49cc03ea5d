// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuWatch.h"

#include "backend/base/Text.h"
#include "backend/cost/GpuGathering.h"
#include "backend/cost/GpuLoop.h"
#include "backend/environment/ShortCommand.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

// A CUDA context alone takes more; desktops and daemons drift by less.
constexpr double kLeastGrowthMb = 64;
// Until a number that was another's is looked at again, since it may have been given away anew.
constexpr std::chrono::seconds kOthersPause{1};

Error unreadable(const QString &row)
{
    return {error_codes::kGpuUseUnreadable,
            Text::tr("nvidia-smi gave an answer that cannot be read: %1").arg(row.left(300)),
            Text::tr("Check that nvidia-smi in PATH is the driver's own.")};
}

// "[N/A]", "[Not Supported]", "[Insufficient Permissions]"; without brackets in old drivers.
bool readMemory(const QString &field, std::optional<double> &target)
{
    bool ok = false;
    const double value = field.toDouble(&ok);
    if (ok && value >= 0)
        target = value;
    return ok ? value >= 0 : field.startsWith(u'[') || field == u"N/A" || field == u"Not Supported";
}

/// Rows of exactly so many fields. Older versions say in words that there is nothing to list.
Result<std::vector<QStringList>> rowsOf(std::string_view text, qsizetype columns)
{
    std::vector<QStringList> rows;
    for (const QString &line : QString::fromUtf8(text).split(u'\n')) {
        const QString row = line.trimmed();
        if (row.isEmpty() || row.startsWith(u"No running"))
            continue;
        QStringList fields = row.split(u',');
        if (fields.size() != columns)
            return unreadable(row);
        for (QString &field : fields)
            field = field.trimmed();
        rows.push_back(std::move(fields));
    }
    return rows;
}

Result<std::string> ask(const char *query, const EnvironmentPairs &environment,
                        std::chrono::milliseconds timeLimit, const std::stop_token &stop)
{
    const auto answer = runShortCommand({.program = "nvidia-smi",
                                         .arguments = {query, kGpuAnswerFormat},
                                         .environment = environment,
                                         .timeLimit = timeLimit,
                                         .maxOutputBytes = std::size_t{1} << 20},
                                        stop);
    if (!answer)
        return answer.error();
    if (answer->exitCode == 0)
        return answer->out;
    const QString said =
        QString::fromStdString(answer->out.empty() ? answer->err : answer->out).trimmed();
    return Error{error_codes::kGpuUseFailed,
                 Text::tr("nvidia-smi failed with exit code %1: %2")
                     .arg(answer->exitCode)
                     .arg(said.section(u'\n', 0, 0).left(300)),
                 Text::tr("Run nvidia-smi by hand.")};
}

} // namespace

Result<std::vector<GpuProcess>> parseGpuProcesses(std::string_view text)
{
    const auto rows = rowsOf(text, 3);
    if (!rows)
        return rows.error();
    std::vector<GpuProcess> processes;
    for (const QStringList &row : *rows) {
        GpuProcess process{.uuid = row[0].toStdString(), .pid = 0, .memoryMb = {}};
        bool isNumber = false;
        process.pid = row[1].toInt(&isNumber);
        if (!isNumber || !readMemory(row[2], process.memoryMb))
            return unreadable(row.join(QStringLiteral(", ")));
        processes.push_back(std::move(process));
    }
    return processes;
}

Result<std::vector<GpuUse>> parseGpuMemory(std::string_view text)
{
    const auto rows = rowsOf(text, 2);
    if (!rows)
        return rows.error();
    std::vector<GpuUse> uses;
    for (const QStringList &row : *rows) {
        GpuUse use{.uuid = row[0].toStdString(), .memoryMb = {}};
        if (!readMemory(row[1], use.memoryMb))
            return unreadable(row.join(QStringLiteral(", ")));
        uses.push_back(std::move(use));
    }
    return uses;
}

GpuSample gpuSample(const std::vector<GpuProcess> &rows,
                    const std::function<GpuOwner(pid_t)> &ownerOf,
                    const std::vector<GpuUse> &devices, const std::vector<GpuUse> &before)
{
    GpuSample sample;
    std::set<std::string> ofOthers;
    for (const GpuProcess &row : rows) {
        const GpuOwner owner = ownerOf(row.pid);
        if (owner == GpuOwner::Run)
            addGpuUse(sample.ofProcesses, {.uuid = row.uuid, .memoryMb = row.memoryMb});
        else if (owner == GpuOwner::Other)
            ofOthers.insert(row.uuid);
    }
    if (!sample.ofProcesses.empty())
        return sample;
    for (const GpuUse &device : devices) {
        const auto start = std::ranges::find(before, device.uuid, &GpuUse::uuid);
        // Where processes of others are shown, ours would be, too.
        if (start == before.end() || ofOthers.contains(device.uuid))
            continue;
        if (!device.memoryMb || !start->memoryMb) {
            sample.hidden = true;
            continue;
        }
        const double growth = *device.memoryMb - *start->memoryMb;
        if (growth >= kLeastGrowthMb)
            sample.ofDevices.push_back({device.uuid, growth});
    }
    return sample;
}

Result<std::vector<GpuProcess>> askGpuProcesses(const EnvironmentPairs &environment,
                                                std::chrono::milliseconds timeLimit,
                                                const std::stop_token &stop)
{
    const auto text = ask(kGpuProcessQuery, environment, timeLimit, stop);
    return text ? parseGpuProcesses(*text) : text.error();
}

GpuWatch::GpuWatch(const ProcessTree &tree, EnvironmentPairs environment,
                   const std::vector<std::string> &uuids, std::chrono::milliseconds timeLimit)
    : m_tree(tree),
      m_environment(std::move(environment)),
      m_uuids(uuids.begin(), uuids.end()),
      m_timeLimit(timeLimit)
{
}

Result<std::vector<GpuUse>> GpuWatch::askDevices(const std::stop_token &stop) const
{
    const auto text = ask("--query-gpu=uuid,memory.used", m_environment, m_timeLimit, stop);
    if (!text)
        return text.error();
    auto uses = parseGpuMemory(*text);
    if (uses)
        std::erase_if(*uses, [this](const GpuUse &use) { return !m_uuids.contains(use.uuid); });
    return uses;
}

GpuOwner GpuWatch::ownerOf(pid_t process)
{
    if (m_tree.holds(process)) {
        m_known.insert(process);
        return GpuOwner::Run;
    }
    return processExists(process) || m_known.contains(process) ? GpuOwner::Other
                                                               : GpuOwner::Unknown;
}

/// With many runs at once most rows are of others, and each look at a process reads some files.
bool GpuWatch::isOfRun(pid_t process, Clock::time_point when)
{
    if (m_known.contains(process))
        return true;
    const auto other = m_others.find(process);
    if (other != m_others.end() && when - other->second < kOthersPause)
        return false;
    if (ownerOf(process) == GpuOwner::Run)
        return true;
    m_others[process] = when;
    return false;
}

Result<GpuSample> GpuWatch::look(const std::stop_token &stop)
{
    const bool isFirst = !m_before;
    if (isFirst) {
        auto before = askDevices(stop);
        if (!before)
            return before.error();
        m_before = std::move(*before);
    }
    const auto rows = askGpuProcesses(m_environment, m_timeLimit, stop);
    if (!rows)
        return rows.error();
    const auto owner = [this](pid_t process) { return ownerOf(process); };
    GpuSample sample = gpuSample(*rows, owner, {}, {});
    // Once processes of the run were shown, they always are.
    if (!sample.ofProcesses.empty() || !m_known.empty())
        return sample;
    const auto devices = isFirst ? Result(*m_before) : askDevices(stop);
    if (!devices)
        return devices.error();
    sample = gpuSample(*rows, owner, *devices, *m_before);
    sample.hidden = sample.hidden || devices->empty(); // nothing is said of the run's cards
    return sample;
}

void GpuWatch::follow(std::chrono::milliseconds pause,
                      const std::function<void(GpuSample, Clock::time_point)> &onSample,
                      const std::stop_token &stop)
{
    GpuGathering gathering(Clock::now(), pause, onSample);
    const auto take = [&](const std::vector<GpuProcess> &rows, Clock::time_point when) {
        for (const GpuProcess &row : rows)
            gathering.row(row, isOfRun(row.pid, when), when);
    };
    GpuLoop::ofThisProgram()->follow(m_environment, take, stop);
    gathering.finish(Clock::now());
}

} // namespace mrb::backend
