// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/document/ReportFiles.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>

namespace mrb::test {

/// Makes no report until somebody asks to stop: an export that is under way for as long as needed.
class HangingReport
{
public:
    Result<> operator()(const std::filesystem::path &, std::stop_token stop) const
    {
        m_state->reached = true;
        std::unique_lock lock(m_state->mutex);
        m_state->wake.wait(lock, stop, [] { return false; });
        return Error{ui::error_codes::kReportCancelled, QStringLiteral("stopped")};
    }
    bool reached() const { return m_state->reached; }

private:
    struct State
    {
        std::atomic<bool> reached = false;
        std::mutex mutex;
        std::condition_variable_any wake;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace mrb::test
