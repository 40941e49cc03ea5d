// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "viewer/widgets/ViewerModel.h"

#include <QFutureWatcher>
#include <QObject>

#include <memory>
#include <stop_token>

namespace mrb::viewer {

/// Computes current minus reference in a worker thread whenever the model is to show it and does
/// not have it; the model says why when that fails. Lives in the GUI thread; the model must outlive
/// it.
class DifferenceWorker : public QObject
{
    Q_OBJECT

public:
    explicit DifferenceWorker(ViewerModel &model, QObject *parent = nullptr);
    ~DifferenceWorker() override;

private:
    struct Computed
    {
        std::shared_ptr<VolumeSlices> slices;
        IntensityWindow window;
    };
    static Result<Computed> compute(const std::shared_ptr<VolumeSlices> &a,
                                    const std::shared_ptr<VolumeSlices> &b,
                                    const std::stop_token &stop);

    void check();
    void report();

    ViewerModel &m_model;
    std::stop_source m_stop;
    const VolumeSlices *m_a = nullptr; ///< what is being computed, or failed
    const VolumeSlices *m_b = nullptr;
    QFutureWatcher<Result<Computed>> m_watcher;
};

} // namespace mrb::viewer
