// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/preflight/PreflightItems.h"

#include "backend/base/ShortCommit.h"
#include "backend/base/Text.h"
#include "backend/request/StagedConfigs.h"
#include "backend/run/Preparation.h"
#include "backend/run/RunFolder.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <string_view>

namespace mrb::backend {

namespace fs = std::filesystem;
namespace codes = error_codes;

namespace {

enum Item { Checkout, Python, Packages, GpuItem, Weights, Disk, Request, kItemCount };

using Items = std::array<PreflightItem, kItemCount>;

struct Prefix
{
    std::string_view text;
    Item item;
};

// The names of codes begin with what they are about.
constexpr Prefix kPrefixes[] = {
    {"upstream_", Checkout}, {"checkout_", Checkout}, {"git_", Checkout}, {"python_", Python},
    {"package_", Packages},  {"torch_", Packages},    {"gpu_", GpuItem},  {"vram_", GpuItem},
    {"weight_", Weights},    {"weights_", Weights},   {"hash_", Weights}, {"disk_", Disk},
    {"output_folder_", Disk}};

Item itemOf(const Error &error)
{
    // Where two names begin alike.
    if (error.code == codes::kWeightPathsDiffer)
        return Checkout;
    if (error.code == codes::kOutputNotAFolder || error.code == codes::kOutputNotWritable ||
        error.code == codes::kOutputReadOnlyFileSystem)
        return Disk;
    for (const Prefix &prefix : kPrefixes)
        if (error.code.id().starts_with(prefix.text))
            return prefix.item;
    return Request;
}

/// The next step as it is done in the window; empty where the finding's own fits.
QString stepInWindow(ErrorCode code)
{
    if (code == codes::kRootUnset || code == codes::kRootLayoutInvalid)
        return Text::tr("Set up the model (Help menu), choose the folder of its checkout in the "
                        "settings, or try the demo phantom.");
    if (code == codes::kRootIsPhantom)
        return Text::tr("Choose a real checkout in the settings, or the phantom as the engine.");
    if (code == codes::kPythonNotFound || code == codes::kPythonNotExecutable ||
        code == codes::kPythonAnswerUnreadable)
        return Text::tr("Install Python 3, or choose an interpreter in the settings.");
    if (code == codes::kPythonCrashed || code == codes::kPythonTimedOut)
        return Text::tr("Run it in a terminal to see why, repair it, or choose another "
                        "interpreter in the settings.");
    if (code == codes::kTooFewGpus)
        return Text::tr("Choose other GPUs in the settings.");
    if (code == codes::kOutputFolderName || code == codes::kFolderHasResult ||
        code == codes::kFolderInUse || code == codes::kFolderNotAFolder ||
        code == codes::kOutputNotAFolder)
        return Text::tr("Choose another results folder in the settings.");
    if (code == codes::kCostNotAccepted)
        return Text::tr("You are asked once more before it starts.");
    return {};
}

Error told(Error error, const CheckoutIdentity &identity)
{
    if (error.code == codes::kCommitDiffers || error.code == codes::kCheckoutAccepted) {
        if (!identity.commitMatch && !identity.commit.empty() && error.field.isEmpty())
            error.hint = Text::tr("Run “git checkout --detach %1” in it, or accept other "
                                  "checkouts in the settings.")
                             .arg(QString::fromStdString(identity.expectedCommit));
    } else if (const QString step = stepInWindow(error.code); !step.isEmpty()) {
        error.hint = step;
    }
    return error;
}

QString gigabytes(double bytes)
{
    return QLocale().toString(bytes / 1e9, 'f', bytes < 1e10 ? 1 : 0);
}

QString checkoutFact(const Preparation &prep)
{
    if (prep.root.empty())
        return Text::tr("Not found");
    if (prep.identity.commit.empty())
        return toQString(prep.root);
    return Text::tr("%1 at %2")
        .arg(toQString(prep.root), QString::fromStdString(shortCommit(prep.identity.commit)));
}

QString pythonFact(const Preparation &prep)
{
    if (!prep.python)
        return toQString(prep.pythonExecutable);
    return Text::tr("Python %1: %2")
        .arg(prep.python->versionText, toQString(prep.python->executable));
}

QString packagesFact(const Preparation &prep)
{
    if (!prep.python)
        return {};
    const auto &packages = prep.python->packages;
    const auto found = std::count_if(packages.begin(), packages.end(),
                                     [](const PythonFacts::Package &one) { return one.found; });
    QString fact = Text::tr("%1 of %2 packages found").arg(found).arg(packages.size());
    if (prep.python->torchVersion)
        fact += Text::tr(", torch %1").arg(QString::fromStdString(*prep.python->torchVersion));
    if (prep.python->torchCuda)
        fact += Text::tr(" for CUDA %1").arg(QString::fromStdString(*prep.python->torchCuda));
    return fact;
}

QString gpuFact(const Preparation &prep)
{
    if (prep.gpus.empty())
        return prep.gpuSliceSelected ? Text::tr("A slice (MIG) is selected") : QString();
    const Gpu &gpu = prep.gpus.front();
    QString fact = gpu.name.isEmpty() ? Text::tr("GPU %1").arg(gpu.index) : gpu.name;
    if (gpu.memoryFreeMiB && gpu.memoryTotalMiB)
        fact += Text::tr(", %1 of %2 GiB free")
                    .arg(static_cast<double>(*gpu.memoryFreeMiB) / 1024.0, 0, 'f', 1)
                    .arg(static_cast<double>(*gpu.memoryTotalMiB) / 1024.0, 0, 'f', 1);
    if (prep.gpus.size() > 1)
        fact += Text::tr(" (the first of %1)").arg(prep.gpus.size());
    return fact;
}

QString weightsFact(const Preparation &prep)
{
    const auto &files = prep.weights.files;
    double bytes = 0;
    std::size_t present = 0;
    for (const WeightFile &file : files) {
        bytes += static_cast<double>(file.bytes);
        present += file.present ? 1 : 0;
    }
    if (present < files.size())
        return Text::tr("%1 of %2 files found").arg(present).arg(files.size());
    const QString size = bytes < 1e8 ? QLocale().formattedDataSize(static_cast<qint64>(bytes))
                                     : Text::tr("%1 GB").arg(gigabytes(bytes));
    return prep.weights.allMatch ? Text::tr("%1 files, %2, as pinned").arg(files.size()).arg(size)
                                 : Text::tr("%1 files, %2").arg(files.size()).arg(size);
}

QString requestFact(const Preparation &prep)
{
    if (!prep.request)
        return {};
    const ModelRequest &request = *prep.request;
    QString fact = Text::tr("%1, %2×%3×%4 voxels, %5 steps")
                       .arg(QString::fromStdString(request.modalityName))
                       .arg(request.dim[0])
                       .arg(request.dim[1])
                       .arg(request.dim[2])
                       .arg(request.steps);
    // The formula is about the model; the phantom draws in seconds.
    if (prep.cost && prep.options.engine == Engine::Upstream)
        fact += Text::tr(": about %1 s and %2 GB of GPU memory on the reference machine")
                    .arg(prep.cost->wallSeconds, 0, 'f', 0)
                    .arg(prep.cost->peakVramGb, 0, 'f', 0);
    return fact;
}

/// The fact of the disk, and what is wrong with it where preparing did not come that far.
void lookAtDisk(const Preparation &prep, PreflightItem &item)
{
    if (prep.outputFolder.empty())
        return;
    const Result<DiskSpace> space = diskSpaceFor(prep.outputFolder);
    if (!space)
        return;
    item.fact = Text::tr("%1 GB free in %2")
                    .arg(gigabytes(static_cast<double>(space->freeBytes)),
                         toQString(space->existingFolder));
    if (item.state != CheckState::Unknown || !item.problems.empty())
        return;
    for (const Error &error : judgeDiskSpace(*space, 0).refusals)
        item.problems.push_back(told(error, prep.identity));
    item.state = item.problems.empty() ? CheckState::Passed : CheckState::Failed;
}

Items emptyItems()
{
    return {{{.id = QStringLiteral("checkout"), .title = Text::tr("Checkout")},
             {.id = QStringLiteral("python"), .title = Text::tr("Python")},
             {.id = QStringLiteral("packages"), .title = Text::tr("Python packages")},
             {.id = QStringLiteral("gpu"), .title = Text::tr("GPU")},
             {.id = QStringLiteral("weights"), .title = Text::tr("Weights")},
             {.id = QStringLiteral("disk"), .title = Text::tr("Disk")},
             {.id = QStringLiteral("request"), .title = Text::tr("Request")}}};
}

/// Whether the machine was asked: nothing of a checkout that is missing or not trusted is run, so
/// its Python is not asked either, and the rest would mean nothing.
bool askedMachine(const Preparation &prep)
{
    return !prep.root.empty() &&
           (prep.refusal != RefusalKind::Identity || !prep.pythonExecutable.empty());
}

QString whyNotLooked(const Preparation &prep, Item item)
{
    if (prep.root.empty())
        return Text::tr("After the checkout");
    if (!askedMachine(prep) && item != Request)
        return Text::tr("Not asked: the checkout is not trusted");
    if (item == Packages)
        return Text::tr("After Python");
    return Text::tr("Not looked at");
}

void fillFacts(const Preparation &prep, Items &items)
{
    items[Checkout].fact = checkoutFact(prep);
    items[Request].fact = requestFact(prep);
    if (!askedMachine(prep))
        return;
    items[Python].fact = pythonFact(prep);
    items[Packages].fact = packagesFact(prep);
    items[GpuItem].fact = gpuFact(prep);
    items[Weights].fact = weightsFact(prep);
}

void fillProblems(const Preparation &prep, Items &items)
{
    const auto put = [&](const Errors &errors, CheckState state) {
        for (const Error &error : errors) {
            if (error.code == codes::kPhantomEngine)
                continue; // the fact says so
            PreflightItem &item = items[itemOf(error)];
            item.problems.push_back(told(error, prep.identity));
            if (item.state == CheckState::Unknown)
                item.state = state;
        }
    };
    put(prep.findings.refusals, CheckState::Failed);
    put(prep.findings.warnings, CheckState::Warning);
}

void fillStates(const Preparation &prep, Items &items)
{
    std::array<bool, kItemCount> looked{};
    looked[Checkout] = !prep.root.empty();
    looked[Python] = looked[GpuItem] = looked[Weights] = askedMachine(prep);
    looked[Packages] = prep.python.has_value();
    looked[Request] = prep.request.has_value();
    for (std::size_t item = 0; item < kItemCount; ++item) {
        PreflightItem &own = items[item];
        if (own.state != CheckState::Unknown)
            continue;
        if (looked[item])
            own.state = CheckState::Passed;
        else if (own.fact.isEmpty())
            own.fact = whyNotLooked(prep, static_cast<Item>(item));
    }
}

/// The phantom is part of this program and draws without any of these.
void markNotNeeded(Items &items)
{
    const std::pair<Item, QString> facts[] = {
        {Checkout, Text::tr("Not needed: the phantom is built in, and not model output")},
        {Packages, Text::tr("Not needed: the phantom uses Python's own library only")},
        {GpuItem, Text::tr("Not needed by the phantom")},
        {Weights, Text::tr("Not needed: the phantom has none")}};
    for (const auto &[item, fact] : facts) {
        items[item].state = CheckState::NotNeeded;
        items[item].fact = fact;
    }
}

} // namespace

PreflightReport preflightReport(const Preparation &prep)
{
    const bool isPhantom = prep.options.engine == Engine::Phantom;
    Items items = emptyItems();
    fillProblems(prep, items);
    fillFacts(prep, items);
    lookAtDisk(prep, items[Disk]);
    if (isPhantom)
        markNotNeeded(items);
    fillStates(prep, items);

    PreflightReport report;
    report.items.assign(items.begin(), items.end());
    report.mayStart = prep.refusal == RefusalKind::None && items[Disk].state != CheckState::Failed;
    report.needsCostConsent =
        !isPhantom && !prep.options.acceptCost && prep.cost && needsConsent(*prep.cost);
    if (!prep.gpus.empty()) {
        report.gpuName = prep.gpus.front().name;
        report.gpuFreeGb =
            static_cast<double>(prep.gpus.front().memoryFreeMiB.value_or(0)) / 1024.0;
    }
    return report;
}

} // namespace mrb::backend
