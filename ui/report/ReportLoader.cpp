// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/ReportLoader.h"

#include "ui/common/InBackground.h"

#include <utility>

namespace mrb::ui {

ReportLoader::ReportLoader(QObject *parent) : QObject(parent) {}

ReportLoader::~ReportLoader()
{
    m_stop.request_stop();
}

template <class Job> void ReportLoader::begin(Job job)
{
    cancel();
    m_stop = std::stop_source();
    m_loading = true;
    inBackground(
        this, [job = std::move(job), stop = m_stop.get_token()] { return job(stop); },
        [this, generation = m_generation](const Result<backend::RunReport> &result) {
            if (generation != m_generation)
                return;
            m_loading = false;
            if (result)
                Q_EMIT loaded(*result);
            else
                Q_EMIT failed(result.error());
        });
}

void ReportLoader::loadRun(const std::filesystem::path &runFolder)
{
    begin([runFolder](const std::stop_token &) { return backend::reportOfRun(runFolder); });
}

void ReportLoader::loadVolume(const std::filesystem::path &volume)
{
    begin([volume](const std::stop_token &stop) { return backend::reportOfVolume(volume, stop); });
}

void ReportLoader::cancel()
{
    m_stop.request_stop();
    ++m_generation;
    m_loading = false;
}

} // namespace mrb::ui
