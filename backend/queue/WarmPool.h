// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueEntry.h"
#include "backend/queue/TargetPolicy.h"
#include "backend/run/WarmSpare.h"

#include <QObject>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// A waiting run that an interpreter is to be kept ready for.
struct WarmWish
{
    QString id;
    RunSettings settings; ///< with the GPU that it will have in visibleGpus
};

/// Interpreters that were started before their runs: one for each of the first waiting runs, in
/// that run's folder, and one for an order that was not given yet. Lives in the queue's thread.
class WarmPool final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    ~WarmPool() override;

    /// Warms up for `wishes`, in this order, and for `next` when there is room for it; ends what
    /// is for none of them. Only as many at once as `most` says.
    void keep(const std::vector<WarmWish> &wishes, const std::optional<RunSettings> &next,
              std::size_t most);

    enum class Answer {
        Ready,
        Wait,    ///< one is on its way
        NotYet,  ///< none is planned now: there are too many before it
        Refused, ///< none will come; whyNone() says why
    };
    /// One is there or on its way.
    bool has(const WarmWish &wish) const
    {
        return find(wish.id, kindOf(wish.settings)) != m_spares.end();
    }
    Answer answerFor(const WarmWish &wish) const;
    QString whyNone(const RunSettings &settings) const;
    /// The one for this run; ready.
    std::unique_ptr<WarmSpare> take(const WarmWish &wish);

    WarmState state() const;
    int importing() const; ///< interpreters that use a processor
    std::size_t size() const { return m_spares.size(); }
    /// The GPU of the one for an order that was not given yet, for orders like this one.
    std::optional<std::string> gpuOfNext(const RunSettings &settings) const;
    std::vector<pid_t> programs() const;
    /// What failed may be tried again.
    void forgetFailures() { m_failures.clear(); }
    /// The same of what failed before an interpreter was started, for runs like this one.
    void forgetRefusal(const RunSettings &settings);
    /// One like this was of no use, because something was changed since: ends them all, so that
    /// others can take their places.
    void endLike(const RunSettings &settings);

Q_SIGNALS:
    /// One became ready, or failed.
    void changed();

private:
    struct Spare
    {
        QString id; ///< of its run; empty: for an order that was not given yet
        RunSettings kind;
        std::unique_ptr<WarmSpare> process;
    };
    struct Failure
    {
        RunSettings kind;
        int inARow = 0;
        bool wasStarted = false; ///< the last one
        QString why;
    };

    static RunSettings kindOf(const RunSettings &settings);
    using Spares = std::vector<Spare>;

    Spares::const_iterator find(const QString &id, const RunSettings &kind) const;
    void add(Spares &kept, const QString &id, const RunSettings &settings);
    void onChanged(const WarmSpare *process);
    void noteFailure(const Spare &spare);
    bool isRefused(const RunSettings &kind) const;

    Spares m_spares;
    std::vector<Failure> m_failures; ///< one for each kind
    bool m_isOn = false;
};

} // namespace mrb::backend
