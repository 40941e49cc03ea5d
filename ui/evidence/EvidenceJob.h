// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QString>
#include <QtConcurrent>

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>
#include <variant>

namespace mrb::ui {

/// What a worker tells while it goes on. An empty step keeps the one that was told before.
struct JobNews
{
    QString step;
    std::uint64_t done = 0; ///< bytes
    std::uint64_t total = 0;
};

using TellNews = std::function<void(const JobNews &)>;

/// One piece of work in the thread pool that tells how far it is and can be stopped. Belongs to the
/// GUI thread, where both functions are called; destroying it stops the work and waits for its end,
/// which is near then. work must own what it works on, and tells from its own thread only.
template <class Value> class EvidenceJob
{
public:
    using Work = std::function<Value(std::stop_token, const TellNews &)>;

    EvidenceJob() = default;
    ~EvidenceJob()
    {
        m_watcher.disconnect();
        stop();
        if (m_running)
            m_watcher.waitForFinished();
    }
    EvidenceJob(const EvidenceJob &) = delete;
    EvidenceJob &operator=(const EvidenceJob &) = delete;

    bool isRunning() const { return m_running; }
    void stop() { m_stop.request_stop(); }
    bool isStopped() const { return m_stop.stop_requested(); }

    /// Only while nothing runs.
    void start(Work work, std::function<void(const JobNews &)> onNews,
               std::function<void(const Value &)> onEnd)
    {
        Q_ASSERT(!m_running);
        m_stop = std::stop_source();
        m_running = true;
        m_watcher.disconnect();
        QObject::connect(&m_watcher, &QFutureWatcherBase::resultReadyAt, &m_watcher,
                         [this, onNews = std::move(onNews)](int index) {
                             const Item item = m_watcher.resultAt(index);
                             if (const auto *news = std::get_if<JobNews>(&item))
                                 onNews(*news);
                             else
                                 m_value = *std::get_if<std::shared_ptr<const Value>>(&item);
                         });
        QObject::connect(&m_watcher, &QFutureWatcherBase::finished, &m_watcher,
                         [this, onEnd = std::move(onEnd)] {
                             m_running = false;
                             // onEnd may start the next job, or destroy this one.
                             const auto end = onEnd;
                             const auto value = std::exchange(m_value, nullptr);
                             if (value)
                                 end(*value);
                         });
        m_watcher.setFuture(QtConcurrent::run(
            [](QPromise<Item> &promise, const Work &job, const std::stop_token &token) {
                const auto gate = std::make_shared<Gate>();
                const TellNews tell = [&promise, gate](const JobNews &news) {
                    if (gate->mayPass(news))
                        promise.addResult(Item(news));
                };
                promise.addResult(Item(std::make_shared<const Value>(job(token, tell))));
            },
            std::move(work), m_stop.get_token()));
    }

private:
    using Item = std::variant<JobNews, std::shared_ptr<const Value>>;

    /// Lets a new step pass at once and progress about as often as it can be seen.
    struct Gate
    {
        bool mayPass(const JobNews &news)
        {
            constexpr qint64 kPauseMs = 40;
            if (news.step.isEmpty() && news.done < news.total && last.isValid() &&
                last.elapsed() < kPauseMs)
                return false;
            last.start();
            return true;
        }
        QElapsedTimer last;
    };

    std::stop_source m_stop;
    QFutureWatcher<Item> m_watcher;
    std::shared_ptr<const Value> m_value;
    bool m_running = false;
};

} // namespace mrb::ui
