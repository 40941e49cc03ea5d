// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The machine: system, memory, disks, environment, GPUs.
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/diagnostics/Sections.h"
#include "backend/environment/DiskSpace.h"
#include "backend/environment/GpuProbe.h"
#include "backend/environment/HashCache.h"
#include "backend/run/Preparation.h" // with the variables that a run gets

#include <QLocale>
#include <QSet>
#include <QSysInfo>
#include <QThread>

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20; ///< of a file of the kernel's

QStringList linesOf(const fs::path &file)
{
    const Result<std::string> text = readSmallFile(file, kMostBytes);
    return text ? QString::fromStdString(*text).split(u'\n', Qt::SkipEmptyParts) : QStringList();
}

/// Of "Name:   value" lines, as the kernel writes them.
QString valueIn(const QStringList &lines, const QString &name)
{
    for (const QString &line : lines)
        if (line.section(u':', 0, 0).trimmed() == name)
            return line.section(u':', 1).trimmed();
    return {};
}

QString memoryIn(const QStringList &lines, const QString &name)
{
    constexpr double kKib = 1024;
    const QString value = valueIn(lines, name);
    return value.isEmpty() ? QStringLiteral("not known")
                           : bytesText(value.section(u' ', 0, 0).toDouble() * kKib);
}

/// What limits a container, where it is not the machine.
QString firstLine(const fs::path &file)
{
    return linesOf(file).value(0).trimmed();
}

bool isSet(const EnvironmentPairs &environment, std::string_view name)
{
    return environmentValue(environment, name).has_value();
}

QString containerHints(const EnvironmentPairs &environment)
{
    QStringList hints;
    std::error_code ignored;
    if (fs::exists("/.dockerenv", ignored))
        hints += QStringLiteral("Docker");
    if (fs::exists("/run/.containerenv", ignored))
        hints += QStringLiteral("Podman");
    if (isSet(environment, "APPTAINER_CONTAINER") || isSet(environment, "SINGULARITY_CONTAINER"))
        hints += QStringLiteral("Apptainer");
    if (isSet(environment, "KUBERNETES_SERVICE_HOST"))
        hints += QStringLiteral("Kubernetes");
    if (isSet(environment, "FLATPAK_ID") || isSet(environment, "SNAP"))
        hints += QStringLiteral("Flatpak or Snap");
    if (const auto kind = environmentValue(environment, "container"))
        hints += QString::fromStdString(*kind);
    if (firstLine("/proc/version").contains(QStringLiteral("microsoft"), Qt::CaseInsensitive))
        hints += QStringLiteral("WSL");
    return hints.isEmpty() ? QStringLiteral("none seen") : hints.join(QStringLiteral(", "));
}

QString valueOrNot(const EnvironmentPairs &environment, std::string_view name)
{
    const auto value = environmentValue(environment, name);
    return !value           ? QStringLiteral("not set")
           : value->empty() ? QStringLiteral("set, but empty")
                            : QString::fromStdString(*value);
}

QString gpuText(const Gpu &gpu)
{
    const auto mib = [](const std::optional<std::int64_t> &value) {
        return value ? QString::number(*value) + QStringLiteral(" MiB")
                     : QStringLiteral("not known");
    };
    return QStringLiteral("%1, memory %2, free %3, compute capability %4, %5")
        .arg(gpu.name.isEmpty() ? QStringLiteral("without a name") : gpu.name,
             mib(gpu.memoryTotalMiB), mib(gpu.memoryFreeMiB),
             gpu.computeCapability.isEmpty() ? QStringLiteral("not known") : gpu.computeCapability,
             gpu.uuid.isEmpty() ? QStringLiteral("without UUID") : gpu.uuid);
}

/// Harmless for anybody to read; of all others only the name is told.
bool mayTellValue(std::string_view name)
{
    constexpr auto kHarmless = std::to_array<std::string_view>(
        {"CUBLAS_WORKSPACE_CONFIG", "CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "GALLIUM_DRIVER",
         "LANG", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LIBGL_ALWAYS_SOFTWARE",
         "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
         "PYTHONNOUSERSITE", "QT_OPENGL", "QT_QPA_PLATFORM", "QT_QPA_PLATFORMTHEME",
         "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE"});
    return std::ranges::find(kHarmless, name) != kHarmless.end();
}

/// Those that change what a run or the window does, passed on to the run or not.
bool isOfInterest(std::string_view name)
{
    constexpr auto kOthers = std::to_array<std::string_view>(
        {"LD_PRELOAD", "NV_GENERATE_ROOT", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV",
         "XDG_CACHE_HOME", "XDG_CONFIG_HOME"});
    return mayTellValue(name) ||
           std::ranges::find(kPassedVariables, name) != kPassedVariables.end() ||
           std::ranges::find(kOthers, name) != kOthers.end();
}

} // namespace

FactSection systemFacts(const EnvironmentPairs &environment)
{
    FactSection section{QStringLiteral("system")};
    section.add(QStringLiteral("system"), QSysInfo::prettyProductName());
    section.add(QStringLiteral("kernel"),
                QStringLiteral("Linux %1, %2")
                    .arg(QSysInfo::kernelVersion(), QSysInfo::currentCpuArchitecture()));
    const QString processor = valueIn(linesOf("/proc/cpuinfo"), QStringLiteral("model name"));
    section.add(QStringLiteral("processors"),
                QStringLiteral("%1 usable, %2")
                    .arg(QThread::idealThreadCount())
                    .arg(processor.isEmpty() ? QStringLiteral("model not known") : processor));
    const QStringList memory = linesOf("/proc/meminfo");
    section.add(QStringLiteral("memory"),
                QStringLiteral("%1, %2 available")
                    .arg(memoryIn(memory, QStringLiteral("MemTotal")),
                         memoryIn(memory, QStringLiteral("MemAvailable"))));
    section.add(QStringLiteral("swap"), memoryIn(memory, QStringLiteral("SwapTotal")));
    section.add(QStringLiteral("container"), containerHints(environment));
    const QString limit = firstLine("/sys/fs/cgroup/memory.max");
    section.add(QStringLiteral("memory limit"), limit.isEmpty() ? QStringLiteral("not known")
                                                : limit == QStringLiteral("max")
                                                    ? QStringLiteral("none")
                                                    : bytesText(limit.toDouble()));
    section.add(QStringLiteral("locale"), QLocale::system().name());
    return section;
}

FactSection gpuFacts(const EnvironmentPairs &environment, std::stop_token stop)
{
    FactSection section{QStringLiteral("GPUs")};
    const QString module =
        valueIn(linesOf("/proc/driver/nvidia/version"), QStringLiteral("NVRM version"));
    section.add(QStringLiteral("kernel module"),
                module.isEmpty() ? QStringLiteral("not loaded") : module);
    section.add(QStringLiteral("CUDA_VISIBLE_DEVICES"),
                valueOrNot(environment, "CUDA_VISIBLE_DEVICES"));
    const GpuProbe probe = probeGpus(environment, std::chrono::seconds(5), std::move(stop));
    if (probe.error)
        section.add(QStringLiteral("problem"), factText(*probe.error));
    if (probe.gpus.empty())
        return section;
    section.add(QStringLiteral("driver"), probe.gpus.front().driverVersion);
    for (const Gpu &gpu : probe.gpus)
        section.add(QStringLiteral("GPU %1").arg(gpu.index), gpuText(gpu));
    const VisibleGpus visible =
        visibleGpus(probe.gpus, environmentValue(environment, "CUDA_VISIBLE_DEVICES"));
    QStringList indices;
    for (const Gpu &gpu : visible.gpus)
        indices += QString::number(gpu.index);
    section.add(QStringLiteral("usable by a run"),
                indices.isEmpty() ? QStringLiteral("none") : indices.join(QStringLiteral(", ")));
    if (visible.error)
        section.add(QStringLiteral("selection problem"), factText(*visible.error));
    return section;
}

FactSection diskFacts(const DiagnosticsOptions &options)
{
    FactSection section{QStringLiteral("disk")};
    const auto add = [&section](const char *name, const fs::path &folder) {
        const Result<DiskSpace> space = diskSpaceFor(folder);
        const QString room =
            space ? QStringLiteral("%1 free%2")
                        .arg(bytesText(static_cast<double>(space->freeBytes)),
                             space->readOnlyFileSystem ? QStringLiteral(", read-only file system")
                             : space->writable         ? QString()
                                                       : QStringLiteral(", not writable"))
                  : factText(space.error());
        section.add(QString::fromLatin1(name), toQString(folder) + QStringLiteral(": ") + room);
    };
    const EnvironmentPairs &environment = options.run.environment;
    add("results", options.resultsFolder.empty() ? options.run.workingFolder / "mrbrain-runs"
                                                 : options.resultsFolder);
    const fs::path cache = defaultHashCacheFile(environment).parent_path();
    if (!cache.empty())
        add("cache", cache);
    else
        section.add(QStringLiteral("cache"),
                    QStringLiteral("none, neither XDG_CACHE_HOME nor HOME is set"));
    add("temporary files", environmentValue(environment, "TMPDIR").value_or("/tmp"));
    return section;
}

FactSection environmentFacts(const EnvironmentPairs &environment)
{
    FactSection section{QStringLiteral("environment")};
    QSet<QString> told;
    for (const auto &[name, value] : environment) {
        const QString shown = QString::fromStdString(name);
        if (!isOfInterest(name) || told.contains(shown))
            continue;
        told += shown;
        section.add(shown, value.empty()        ? QStringLiteral("set, but empty")
                           : mayTellValue(name) ? QString::fromStdString(value)
                                                : QStringLiteral("set"));
    }
    std::ranges::sort(section.facts, {}, &Fact::name);
    if (section.facts.empty())
        section.add(QStringLiteral("variables"), QStringLiteral("none of interest is set"));
    return section;
}

} // namespace mrb::backend
