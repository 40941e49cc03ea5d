// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuLoop.h"

#include "backend/environment/GpuChoice.h"
#include "backend/environment/ShortCommand.h"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::size_t kLongestRow = 4096; // what is longer is no row of nvidia-smi

/// One odd row is no reason to stop; a question in the plain way says what is wrong.
std::vector<GpuProcess> readableRows(std::string_view lines)
{
    std::vector<GpuProcess> all;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        if (const auto rows = parseGpuProcesses(lines.substr(0, end)))
            all.insert(all.end(), rows->begin(), rows->end());
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return all;
}

} // namespace

struct GpuLoop::Answer
{
    std::shared_ptr<const std::vector<GpuProcess>> rows;
    Clock::time_point when;
};

/// What one follower has not taken yet.
struct GpuLoop::Inbox
{
    std::vector<Answer> answers;
};

/// It has a thread of its own, since a program is killed when the thread that started it ends.
struct GpuLoop::Child
{
    EnvironmentPairs environment;
    std::vector<Inbox *> inboxes;
    bool hasEnded = false;
    std::jthread reader;
};

/// Leaves however the follower ends.
class GpuLoop::Seat
{
public:
    Seat(GpuLoop &loop, const std::shared_ptr<Child> &child, const Inbox &inbox)
        : m_loop(loop), m_child(child), m_inbox(inbox)
    {
    }
    Seat(const Seat &) = delete;
    Seat &operator=(const Seat &) = delete;
    ~Seat() { m_loop.leave(m_child, m_inbox); }

private:
    GpuLoop &m_loop;
    const std::shared_ptr<Child> &m_child;
    const Inbox &m_inbox;
};

std::shared_ptr<GpuLoop> GpuLoop::ofThisProgram()
{
    static const auto loop = std::make_shared<GpuLoop>();
    return loop;
}

void GpuLoop::follow(EnvironmentPairs environment, const Sink &sink, const std::stop_token &stop)
{
    // nvidia-smi lists all cards whatever it says, and runs on different cards differ in it.
    environment = withoutGpuChoice(std::move(environment));
    Inbox inbox;
    const std::shared_ptr<Child> child = join(environment, inbox);
    if (!child)
        return;
    const Seat seat(*this, child, inbox);
    bool isOver = false;
    while (!isOver) {
        std::vector<Answer> answers;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, stop, [&] { return !inbox.answers.empty() || child->hasEnded; });
            answers.swap(inbox.answers);
            isOver = child->hasEnded || stop.stop_requested();
        }
        for (const Answer &answer : answers)
            sink(*answer.rows, answer.when);
    }
}

std::shared_ptr<GpuLoop::Child> GpuLoop::join(const EnvironmentPairs &environment, Inbox &inbox)
{
    const std::lock_guard lock(m_mutex);
    const auto running = m_children.find(environment);
    if (running != m_children.end() && !running->second->hasEnded) {
        running->second->inboxes.push_back(&inbox);
        return running->second;
    }
    auto child = std::make_shared<Child>();
    child->environment = environment;
    child->inboxes.push_back(&inbox);
    std::shared_ptr<Child> &place = m_children[environment];
    place = child;
    try {
        child->reader = std::jthread(
            [this, raw = child.get()](const std::stop_token &stop) { read(*raw, stop); });
    } catch (const std::system_error &) {
        m_children.erase(environment); // no threads left: as if it could not be started
        return nullptr;
    }
    return child;
}

void GpuLoop::leave(const std::shared_ptr<Child> &child, const Inbox &inbox)
{
    std::jthread reader; // joined without the lock, which it needs
    const std::lock_guard lock(m_mutex);
    std::erase(child->inboxes, &inbox);
    if (!child->inboxes.empty())
        return;
    reader = std::move(child->reader);
    const auto place = m_children.find(child->environment);
    if (place != m_children.end() && place->second == child) // else somebody started a new one
        m_children.erase(place);
}

void GpuLoop::read(Child &child, const std::stop_token &stop)
{
    std::string rest;
    const auto onOutput = [&](const std::string &piece) {
        rest += piece;
        const std::size_t end = rest.rfind('\n');
        if (end != std::string::npos)
            handOut(child, readableRows(std::string_view(rest).substr(0, end)));
        rest.erase(0, end == std::string::npos ? 0 : end + 1);
        if (rest.size() > kLongestRow)
            rest.clear();
    };
    try {
        // How it ends is of no interest: the followers ask again in the plain way.
        (void)runShortCommand({.program = "nvidia-smi",
                               .arguments = {kGpuProcessQuery, kGpuAnswerFormat,
                                             "--loop-ms=" + std::to_string(kGpuLoopTick.count())},
                               .environment = child.environment,
                               .timeLimit = std::chrono::hours(24 * 31),
                               .maxOutputBytes = std::size_t{1} << 20,
                               .onOutput = onOutput},
                              stop);
    } catch (const std::exception &) {
        // Out of memory.
    }
    const std::lock_guard lock(m_mutex);
    child.hasEnded = true;
    m_wake.notify_all();
}

void GpuLoop::handOut(Child &child, std::vector<GpuProcess> rows)
{
    if (rows.empty())
        return;
    const Answer answer{std::make_shared<const std::vector<GpuProcess>>(std::move(rows)),
                        Clock::now()};
    const std::lock_guard lock(m_mutex);
    for (Inbox *inbox : child.inboxes)
        inbox->answers.push_back(answer);
    m_wake.notify_all();
}

} // namespace mrb::backend
