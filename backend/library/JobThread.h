// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace mrb::backend {

/// Does jobs one after the other in a thread of its own, in the order in which they were posted.
/// The destructor waits until all are done, so what was promised is also stored.
class JobThread
{
public:
    JobThread();
    ~JobThread();
    JobThread(const JobThread &) = delete;
    JobThread &operator=(const JobThread &) = delete;

    /// Jobs must not throw. Any thread.
    void post(std::function<void()> job);

private:
    void work();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_jobs;
    bool m_isEnding = false;
    std::thread m_thread; // last: it uses the others
};

} // namespace mrb::backend
