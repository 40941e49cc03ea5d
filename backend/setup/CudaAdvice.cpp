// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/CudaAdvice.h"

#include "backend/base/Text.h"
#include "backend/environment/GpuProbe.h"

#include <array>
#include <chrono>

namespace mrb::backend {

namespace {

struct DriverBranch
{
    int branch;
    const char *cuda;
};

// The release notes of the CUDA toolkit: the driver that came with each version.
constexpr std::array kBranches{
    DriverBranch{580, "13.0"}, DriverBranch{575, "12.9"}, DriverBranch{570, "12.8"},
    DriverBranch{560, "12.6"}, DriverBranch{555, "12.5"}, DriverBranch{550, "12.4"},
    DriverBranch{545, "12.3"}, DriverBranch{535, "12.2"}, DriverBranch{530, "12.1"},
    DriverBranch{525, "12.0"}, DriverBranch{520, "11.8"},
};

QString howToGetIt()
{
    return Text::tr("The page \u201cGet started\u201d of PyTorch names the package index of each "
                    "CUDA; give it as the index for torch (--torch-index-url) and start the step "
                    "again.");
}

} // namespace

QString newestCudaOf(const QString &driverVersion)
{
    const int branch = driverVersion.section(u'.', 0, 0).toInt();
    for (const DriverBranch &row : kBranches)
        if (branch >= row.branch)
            return QString::fromUtf8(row.cuda);
    return {};
}

QString cudaAdvice(const EnvironmentPairs &environment, const std::stop_token &stop)
{
    const GpuProbe probe = probeGpus(environment, std::chrono::seconds(5), stop);
    if (probe.gpus.empty())
        return Text::tr("nvidia-smi finds no GPU here, so which CUDA fits cannot be told.") + u' ' +
               howToGetIt();
    const QString driver = probe.gpus.front().driverVersion;
    const QString cuda = newestCudaOf(driver);
    if (cuda.isEmpty())
        return Text::tr("The driver %1 is too old for builds of PyTorch that the model needs: "
                        "install a newer driver first.")
            .arg(driver);
    return Text::tr("The driver %1 of this machine runs builds for CUDA up to %2.")
               .arg(driver, cuda) +
           u' ' + howToGetIt();
}

} // namespace mrb::backend
