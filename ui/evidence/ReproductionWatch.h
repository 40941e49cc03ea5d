// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Reproduction.h"
#include "backend/queue/RunQueue.h"
#include "ui/evidence/EvidenceJob.h"

#include <QObject>
#include <QString>

#include <deque>
#include <filesystem>
#include <map>

namespace mrb::ui {

/// Puts runs into the queue that repeat others, and compares each with its original once it has
/// ended, however many others run between. Forgotten when the program ends. GUI thread.
class ReproductionWatch final : public QObject
{
    Q_OBJECT

public:
    /// @param queue borrowed
    explicit ReproductionWatch(backend::RunQueue &queue, QObject *parent = nullptr);
    ~ReproductionWatch() override;

    /// Reads the record in a worker and adds the run to the queue.
    /// @param title of the original, for people
    /// @param settings of the second run, but for its request and engine
    void repeat(const std::filesystem::path &original, const QString &title,
                const backend::RunSettings &settings);
    /// Runs that are still to be compared.
    int waiting() const;

Q_SIGNALS:
    void ordered(const QString &title);
    /// The record is in the second run's folder.
    void judged(const mrb::backend::Reproduction &reproduction, const QString &title);
    /// The second run ended without a result.
    /// @param id of its entry in the queue
    void runFailed(const QString &id, const QString &title);
    void failed(const mrb::Error &error);

private:
    struct Repetition
    {
        std::filesystem::path original;
        QString title;
        std::filesystem::path again = {}; ///< once it ended
    };

    void order(const Repetition &what, const backend::RepeatableRun &run,
               backend::RunSettings settings);
    void onEnded(const QString &id);
    void forgetGone();
    void judgeNext();

    backend::RunQueue &m_queue;
    std::map<QString, Repetition> m_entries; ///< by the entry's id
    std::deque<Repetition> m_ended;          ///< to be compared, one after the other
    EvidenceJob<Result<backend::Reproduction>> m_job;
};

} // namespace mrb::ui
