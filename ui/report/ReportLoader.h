// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/report/RunReport.h"

#include <QObject>

#include <filesystem>
#include <stop_token>

namespace mrb::ui {

/// Reads reports in a worker. Asking for another one drops the one under way, whose result never
/// arrives. Lives in the GUI thread, where its signals come from.
class ReportLoader : public QObject
{
    Q_OBJECT

public:
    explicit ReportLoader(QObject *parent = nullptr);
    ~ReportLoader() override;

    void loadRun(const std::filesystem::path &runFolder);
    void loadVolume(const std::filesystem::path &volume);
    void cancel();
    bool isLoading() const { return m_loading; }

Q_SIGNALS:
    void loaded(const mrb::backend::RunReport &report);
    void failed(const mrb::Error &error);

private:
    template <class Job> void begin(Job job);

    std::stop_source m_stop;
    quint64 m_generation = 0;
    bool m_loading = false;
};

} // namespace mrb::ui
