// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace mrb::backend {

/// What torch's launcher says of a rank that failed (torch/distributed/elastic/multiprocessing/
/// api.py, PyTorch 2.x). It ends the other ranks, reports at length and exits with 1 whatever
/// happened, so that neither its exit code nor its last line tell why a run failed.
class LauncherReport
{
public:
    struct Failure
    {
        int rank = 0;
        int exitCode = 0; ///< -N: signal N
    };

    void feed(const QString &line);
    /// From its first word on nothing tells of the cause any more.
    bool began() const { return m_began; }
    /// Of the rank that failed first.
    const std::optional<Failure> &failure() const { return m_failure; }

private:
    bool m_began = false;
    std::optional<Failure> m_failure;
};

} // namespace mrb::backend
