// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/ArchiveHash.h"

#include "backend/base/Sha256.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr std::size_t kMostWaiting = 4;

} // namespace

struct ArchiveHash::State
{
    std::vector<std::byte> filling; ///< of the writer alone
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::vector<std::byte>> waiting;
    bool ended = false;
    Sha256 hash; ///< of the thread alone, until it has ended
    std::thread thread{[this] { work(); }};

    void work()
    {
        while (true) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return ended || !waiting.empty(); });
            if (waiting.empty())
                return;
            const std::vector<std::byte> piece = std::move(waiting.front());
            waiting.pop_front();
            lock.unlock();
            changed.notify_all();
            hash.add(piece);
        }
    }

    void pass()
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return waiting.size() < kMostWaiting; });
        waiting.push_back(std::exchange(filling, {}));
        lock.unlock();
        changed.notify_all();
    }

    void endThread()
    {
        {
            const std::lock_guard lock(mutex);
            ended = true;
        }
        changed.notify_all();
        if (thread.joinable())
            thread.join();
    }
};

ArchiveHash::ArchiveHash() : m_state(std::make_unique<State>()) {}

ArchiveHash::~ArchiveHash()
{
    m_state->endThread();
}

void ArchiveHash::add(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        std::vector<std::byte> &filling = m_state->filling;
        if (filling.capacity() < kPiece)
            filling.reserve(kPiece);
        const std::size_t taken = std::min(bytes.size(), kPiece - filling.size());
        filling.insert(filling.end(), bytes.begin(),
                       bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        bytes = bytes.subspan(taken);
        if (filling.size() == kPiece)
            m_state->pass();
    }
}

std::string ArchiveHash::finish()
{
    if (!m_state->filling.empty())
        m_state->pass();
    m_state->endThread();
    return m_state->hash.finish();
}

} // namespace mrb::backend
