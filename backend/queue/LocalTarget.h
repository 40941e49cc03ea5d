// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/LocalJob.h"
#include "backend/queue/RoomLooker.h"
#include "backend/queue/RunNeeds.h"
#include "backend/queue/RunTarget.h"
#include "backend/queue/WarmPool.h"

#include <QPointer>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace mrb::backend {

/// See makeLocalTarget().
class LocalTarget final : public RunTarget
{
    Q_OBJECT

public:
    /// @param environment of this process
    /// @param processors that runs may import on at once
    LocalTarget(EnvironmentPairs environment, int processors);
    ~LocalTarget() override;

    std::optional<std::size_t> nextToStart(std::span<const QueueEntry *const> waiting) override;
    std::unique_ptr<RunJob> start(const QueueEntry &entry) override;
    void holdBack(std::span<const QueueEntry *const> waiting) override;
    void setPolicy(const TargetPolicy &policy) override;
    void expectNext(const RunSettings &settings) override;
    WarmState warmState() const override { return m_pool.state(); }

private:
    /// What is known of a waiting run besides its settings.
    struct Waiting
    {
        std::optional<std::string> card; ///< that its interpreter is kept ready for
        double overtaken = 0;
    };
    struct Chosen
    {
        QString id;
        RunNeed need;
        std::string gpu;
    };

    bool knowsRoom() const { return m_looker.room().has_value(); }
    bool needsRoom(std::span<const QueueEntry *const> waiting) const;
    MachineRoom room() const;
    std::vector<StartedRun> started() const;
    std::vector<std::string> cardsFor(const RunSettings &settings) const;
    std::vector<std::string> cardsThatHold(const QueueEntry &entry);
    WarmWish wishOf(const QueueEntry &entry);
    std::string cardFor(const QueueEntry &entry);
    std::size_t mostSpares() const;
    void keepWarm(std::span<const QueueEntry *const> waiting, bool addMore = true);
    WaitingRun waitingRun(const QueueEntry &entry);
    void forgetOthers(std::span<const QueueEntry *const> waiting);
    std::vector<OurProgram> programs() const;
    void listen(LocalJob *job);
    void onJobEnded(LocalJob *job, const JobOutcome &outcome);
    void noteSharing();

    EnvironmentPairs m_environment;
    int m_processors;
    TargetPolicy m_policy;
    RoomLooker m_looker;
    RunNeeds m_needs;
    WarmPool m_pool;
    std::optional<RunSettings> m_next;
    std::map<QString, Waiting> m_waiting;
    std::set<QString> m_wished;     ///< waiting ones that an interpreter is kept ready for
    std::optional<Chosen> m_chosen; ///< by nextToStart(), until start()
    std::vector<QPointer<LocalJob>> m_jobs;
    QTimer m_lookTimer; ///< while something waits for room
};

} // namespace mrb::backend
