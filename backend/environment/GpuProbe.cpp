// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/GpuProbe.h"

#include "backend/base/Text.h"

#include <QStringList>

#include <algorithm>
#include <charconv>

namespace mrb::backend {

namespace {

namespace codes = error_codes;
constexpr qsizetype kColumns = 7;

QString firstLine(const std::string &text)
{
    const QString clean = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    return clean.trimmed().section(u'\n', 0, 0).trimmed().left(300);
}

// "[N/A]", "[Not Supported]", "[Unknown Error]", "[Insufficient Permissions]"; without brackets in
// old drivers.
bool isUnknown(const QString &field)
{
    return field.isEmpty() || field.startsWith(u'[') || field == u"N/A" ||
           field == u"Not Supported";
}

QString textOf(const QString &field)
{
    return isUnknown(field) ? QString() : field;
}

// Absent and unreadable are different: the first is an honest answer.
bool readMemory(const QString &field, std::optional<std::int64_t> &target)
{
    if (isUnknown(field))
        return true;
    bool ok = false;
    const qlonglong value = field.toLongLong(&ok);
    if (ok && value >= 0)
        target = value;
    return ok && value >= 0;
}

// Fields are not quoted, but only the name can hold commas: the others are taken from the ends.
std::optional<Gpu> parseRow(const QString &row)
{
    QStringList fields = row.split(u',');
    if (fields.size() < kColumns)
        return std::nullopt;
    Gpu gpu;
    bool isNumber = false;
    gpu.index = fields.takeFirst().trimmed().toInt(&isNumber);
    gpu.uuid = textOf(fields.takeLast().trimmed());
    gpu.computeCapability = textOf(fields.takeLast().trimmed());
    gpu.driverVersion = textOf(fields.takeLast().trimmed());
    const bool freeReadable = readMemory(fields.takeLast().trimmed(), gpu.memoryFreeMiB);
    const bool totalReadable = readMemory(fields.takeLast().trimmed(), gpu.memoryTotalMiB);
    gpu.name = textOf(fields.join(u',').trimmed());
    if (!isNumber || gpu.index < 0 || !freeReadable || !totalReadable)
        return std::nullopt;
    return gpu;
}

Error noGpu()
{
    return Error{
        codes::kGpuNone, Text::tr("nvidia-smi found no NVIDIA GPU."),
        Text::tr("The model needs an NVIDIA GPU; it cannot run on the processor. Use a machine "
                 "that has one.")};
}

// complaint: the first line of the answer that is not a card; nvidia-smi mixes them.
Error toolFailed(const CommandOutput &answer, const QString &complaint)
{
    const QString said = complaint.isEmpty() ? firstLine(answer.err) : complaint;
    if (said.contains(u"not a valid field"))
        return Error{
            codes::kGpuDriverTooOld,
            Text::tr("The NVIDIA driver is too old to be asked about its GPUs: %1").arg(said),
            Text::tr("Update the NVIDIA driver.")};
    if (said.contains(u"No devices were found"))
        return noGpu();
    const QString hint =
        said.contains(u"version mismatch")
            ? Text::tr("The driver was updated while it was loaded: restart the machine.")
            : Text::tr(
                  "Run nvidia-smi by hand; reinstall the NVIDIA driver or restart the machine if "
                  "it fails there too.");
    return Error{
        codes::kGpuToolFailed,
        said.isEmpty()
            ? Text::tr("nvidia-smi failed with exit code %1.").arg(answer.exitCode)
            : Text::tr("nvidia-smi failed with exit code %1: %2").arg(answer.exitCode).arg(said),
        hint};
}

Error toolNotAnswering(const Error &cause)
{
    if (cause.code == codes::kCommandNotFound)
        return Error{
            codes::kGpuToolMissing,
            Text::tr("nvidia-smi was not found in PATH, so no NVIDIA GPU can be used."),
            Text::tr("Install the NVIDIA driver, or run on a machine with an NVIDIA GPU.")};
    if (cause.code == codes::kCommandTimedOut)
        return Error{codes::kGpuToolTimedOut, cause.message,
                     Text::tr("The driver hangs; restart the machine if it goes on.")};
    if (cause.code == codes::kCommandTooMuchOutput)
        return Error{codes::kGpuAnswerUnreadable, cause.message, cause.hint};
    if (cause.code == codes::kCommandCancelled)
        return cause;
    return Error{codes::kGpuToolFailed, cause.message, cause.hint};
}

Error answerUnreadable(const QString &row)
{
    return Error{codes::kGpuAnswerUnreadable,
                 Text::tr("nvidia-smi gave an answer that cannot be read: %1").arg(row),
                 Text::tr("Check that nvidia-smi in PATH is the driver's own.")};
}

Error selectionInvalid(const std::string &value, std::string_view entry)
{
    return Error{codes::kGpuSelectionInvalid,
                 Text::tr("CUDA_VISIBLE_DEVICES=%1 names no GPU with \"%2\"; CUDA ignores it and "
                          "everything after it.")
                     .arg(QString::fromStdString(value), QString::fromUtf8(entry)),
                 Text::tr("Correct CUDA_VISIBLE_DEVICES or unset it."),
                 QStringLiteral("CUDA_VISIBLE_DEVICES")};
}

Error allHidden(const std::string &value)
{
    return Error{
        codes::kGpuAllHidden,
        Text::tr("CUDA_VISIBLE_DEVICES=\"%1\" hides every GPU.").arg(QString::fromStdString(value)),
        Text::tr("Unset CUDA_VISIBLE_DEVICES or name a GPU in it."),
        QStringLiteral("CUDA_VISIBLE_DEVICES")};
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t first = std::min(text.find_first_not_of(kBlank), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

std::vector<std::string_view> splitAtCommas(std::string_view list)
{
    std::vector<std::string_view> entries;
    while (true) {
        const std::size_t comma = list.find(',');
        entries.push_back(trimmed(list.substr(0, comma)));
        if (comma == std::string_view::npos)
            return entries;
        list.remove_prefix(comma + 1);
    }
}

// As strtol reads it: "1gpu2" is 1, "gpu" is not a number.
std::optional<int> leadingOrdinal(std::string_view entry)
{
    if (entry.starts_with('+'))
        entry.remove_prefix(1);
    int ordinal = -1;
    const auto read = std::from_chars(entry.data(), entry.data() + entry.size(), ordinal);
    if (read.ec != std::errc())
        return std::nullopt;
    return ordinal;
}

const Gpu *cardFor(const std::vector<Gpu> &gpus, std::string_view entry, bool byUuid)
{
    if (!byUuid) {
        const auto ordinal = leadingOrdinal(entry);
        const auto found = std::ranges::find_if(
            gpus, [&ordinal](const Gpu &gpu) { return ordinal && gpu.index == *ordinal; });
        return found == gpus.end() ? nullptr : &*found;
    }
    const Gpu *found = nullptr;
    const QString beginning = QString::fromUtf8(entry);
    for (const Gpu &gpu : gpus) {
        if (!entry.starts_with("GPU-") || !gpu.uuid.startsWith(beginning))
            continue;
        if (found)
            return nullptr; // ambiguous
        found = &gpu;
    }
    return found;
}

} // namespace

GpuProbe probeGpus(const EnvironmentPairs &environment, std::chrono::milliseconds timeLimit,
                   std::stop_token stop)
{
    ShortCommand query;
    query.program = "nvidia-smi";
    query.arguments = {"--query-gpu=index,name,memory.total,memory.free,driver_version,"
                       "compute_cap,uuid",
                       "--format=csv,noheader,nounits"};
    query.environment = environment;
    query.timeLimit = timeLimit;
    query.maxOutputBytes = std::size_t{256} << 10;
    const auto answer = runShortCommand(query, std::move(stop));
    if (!answer)
        return GpuProbe{.error = toolNotAnswering(answer.error())};
    return parseGpuAnswer(*answer);
}

GpuProbe parseGpuAnswer(const CommandOutput &answer)
{
    GpuProbe probe;
    const QString text =
        QString::fromUtf8(answer.out.data(), static_cast<qsizetype>(answer.out.size()));
    QString complaint;
    for (const QString &line : text.split(u'\n')) {
        const QString row = line.trimmed();
        if (row.isEmpty())
            continue;
        auto gpu = parseRow(row);
        if (gpu)
            probe.gpus.push_back(std::move(*gpu));
        else if (complaint.isEmpty())
            complaint = row.left(300);
    }
    if (answer.exitCode != 0)
        probe.error = toolFailed(answer, complaint);
    else if (complaint.contains(u"No devices were found"))
        probe.error = noGpu();
    else if (!complaint.isEmpty())
        probe.error = answerUnreadable(complaint);
    else if (probe.gpus.empty())
        probe.error = noGpu();
    return probe;
}

VisibleGpus visibleGpus(const std::vector<Gpu> &gpus,
                        const std::optional<std::string> &cudaVisibleDevices)
{
    if (!cudaVisibleDevices)
        return VisibleGpus{.gpus = gpus};
    const std::string &value = *cudaVisibleDevices;
    const auto entries = splitAtCommas(value);
    if (entries.front().starts_with("MIG-"))
        return VisibleGpus{.error = Error{codes::kGpuSliceUnknown,
                                          Text::tr("CUDA_VISIBLE_DEVICES=%1 selects a slice of a "
                                                   "GPU, whose memory is not known beforehand.")
                                              .arg(QString::fromStdString(value)),
                                          Text::tr("Make sure that the slice is large enough."),
                                          QStringLiteral("CUDA_VISIBLE_DEVICES")},
                           .sliceSelected = true};
    const bool byUuid = entries.front().starts_with("GPU-");
    VisibleGpus visible;
    for (const std::string_view entry : entries) {
        const Gpu *card = cardFor(gpus, entry, byUuid);
        if (!card) {
            const auto ordinal = leadingOrdinal(entry);
            const bool meantAsEnd = entry.empty() || (!byUuid && ordinal && *ordinal < 0);
            if (!meantAsEnd)
                visible.error = selectionInvalid(value, entry);
            break;
        }
        if (std::ranges::find(visible.gpus, *card) != visible.gpus.end()) {
            visible.gpus.clear();
            visible.error =
                Error{codes::kGpuSelectionInvalid,
                      Text::tr("CUDA_VISIBLE_DEVICES=%1 names a GPU twice; CUDA then "
                               "uses none.")
                          .arg(QString::fromStdString(value)),
                      Text::tr("Name each GPU once."), QStringLiteral("CUDA_VISIBLE_DEVICES")};
            return visible;
        }
        visible.gpus.push_back(*card);
    }
    if (visible.gpus.empty() && !visible.error)
        visible.error = allHidden(value);
    return visible;
}

std::optional<std::int64_t> smallestMemory(const std::vector<Gpu> &visible, std::size_t used)
{
    std::optional<std::int64_t> smallest;
    for (std::size_t i = 0; i < std::min(used, visible.size()); ++i) {
        const auto &memory = visible[i].memoryTotalMiB;
        if (memory && (!smallest || *memory < *smallest))
            smallest = memory;
    }
    return smallest;
}

} // namespace mrb::backend
