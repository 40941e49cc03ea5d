// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/HashFlight.h"

#include <vector>

namespace mrb::backend {

namespace {

struct Started
{
    std::filesystem::path file;
    FileIdentity identity;
    std::weak_ptr<HashFlight> flight;
};

struct Registry
{
    std::mutex mutex;
    std::vector<Started> started;
};

Registry &registry()
{
    static Registry all;
    return all;
}

} // namespace

std::shared_ptr<HashFlight> HashFlight::of(const std::filesystem::path &file,
                                           const FileIdentity &identity)
{
    Registry &all = registry();
    const std::scoped_lock lock(all.mutex);
    std::erase_if(all.started, [](const Started &old) { return old.flight.expired(); });
    for (const Started &started : all.started)
        if (started.identity == identity && started.file == file)
            if (std::shared_ptr<HashFlight> flight = started.flight.lock())
                return flight;
    auto flight = std::make_shared<HashFlight>();
    all.started.push_back({file, identity, flight});
    return flight;
}

HashFlight::Turn HashFlight::wait(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return m_sha256 || !m_isTaken; }))
        return Turn::Cancelled;
    if (m_sha256)
        return Turn::Known;
    m_isTaken = true;
    return Turn::Mine;
}

void HashFlight::end(std::optional<std::string> sha256)
{
    const std::scoped_lock lock(m_mutex);
    m_sha256 = std::move(sha256);
    m_isTaken = false;
    m_changed.notify_all();
}

std::string HashFlight::sha256() const
{
    const std::scoped_lock lock(m_mutex);
    return m_sha256.value_or("");
}

} // namespace mrb::backend
