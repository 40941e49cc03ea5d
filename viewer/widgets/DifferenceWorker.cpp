// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/DifferenceWorker.h"

#include "backend/volume/VolumeErrors.h"
#include "viewer/render/Difference.h"

#include <QtConcurrentRun>

#include <exception>

namespace mrb::viewer {

DifferenceWorker::DifferenceWorker(ViewerModel &model, QObject *parent)
    : QObject(parent), m_model(model)
{
    connect(&model, &ViewerModel::volumesChanged, this, &DifferenceWorker::check);
    connect(&model, &ViewerModel::appearanceChanged, this, &DifferenceWorker::check);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &DifferenceWorker::report);
}

DifferenceWorker::~DifferenceWorker()
{
    m_stop.request_stop();
}

Result<DifferenceWorker::Computed> DifferenceWorker::compute(const std::shared_ptr<VolumeSlices> &a,
                                                             const std::shared_ptr<VolumeSlices> &b,
                                                             const std::stop_token &stop)
{
    try {
        const Result<volume::Volume> difference = differenceVolume(a->volume(), b->volume(), stop);
        if (!difference)
            return difference.error();
        return Computed{std::make_shared<VolumeSlices>(*difference), differenceWindow(*difference)};
    } catch (const std::exception &) { // nothing but lack of memory is left
        return Error{volume::error_codes::kOutOfMemory,
                     tr("There is not enough memory for the difference."),
                     tr("Close other volumes or programs.")};
    }
}

void DifferenceWorker::check()
{
    const bool wanted = m_model.compareMode() == CompareMode::Difference &&
                        m_model.reference() >= 0 && !m_model.compareProblem();
    if (!wanted || m_model.difference()) {
        m_stop.request_stop();
        m_a = m_b = nullptr;
        return;
    }
    const auto a = m_model.current()->slices;
    const auto b = m_model.volume(m_model.reference()).slices;
    if (a.get() == m_a && b.get() == m_b)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_a = a.get();
    m_b = b.get();
    m_watcher.setFuture(QtConcurrent::run(compute, a, b, m_stop.get_token()));
}

void DifferenceWorker::report()
{
    // Taken out: what stayed here would keep the voxels when nobody wants them any more.
    const Result<Computed> computed = m_watcher.future().takeResult();
    if (!m_a)
        return; // no longer wanted
    if (computed)
        m_model.setDifference(computed->slices, computed->window);
    else
        m_model.setDifferenceProblem(computed.error().message);
}

} // namespace mrb::viewer
