// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/report/RunReport.h"
#include "viewer/render/Histogram.h"

#include <QHash>
#include <QStringList>
#include <QTimer>
#include <QUrl>
#include <QWidget>

#include <filesystem>
#include <memory>
#include <optional>

class QLabel;
class QPushButton;

namespace mrb::ui {

class ReportView;

/// A report: the verdict on top, the disclaimer below, and everything else between, in one document
/// whose parts open and close. What it is given is treated as plain text. GUI thread; showing a
/// report takes some 10 ms.
class ReportPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ReportPanel(QWidget *parent = nullptr);
    ~ReportPanel() override;

    using QWidget::show;
    /// Parts that the user opened or closed stay so; the histogram of another volume goes.
    void show(const backend::RunReport &report);
    /// @param what "Measuring a.nii.gz…"
    void showLoading(const QString &what);
    void showProblem(const Error &error);
    void clear();
    /// Of the report's volume; null: none is shown.
    void setHistogram(std::shared_ptr<const viewer::Histogram> histogram);

    /// What is shown, for who must not load it again; nothing while loading and for a problem.
    const std::optional<backend::RunReport> &report() const { return m_report; }
    /// What is copied.
    QString text() const;

public Q_SLOTS:
    void copyReport() const;

Q_SIGNALS:
    /// Another report, or none.
    void contentChanged();
    void logRequested(const std::filesystem::path &runFolder);
    void revealRequested(const std::filesystem::path &path);
    void useSettingsRequested(const std::filesystem::path &runFolder);
    void saveRequested(const std::filesystem::path &runFolder);
    void openVolumeRequested(const std::filesystem::path &volume);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    enum class State { Empty, Loading, Problem, Report };

    void enter(State state);
    void render();
    void updateHeader();
    void follow(const QUrl &link);
    void toggle(int part);

    State m_state = State::Empty;
    std::optional<backend::RunReport> m_report;
    QString m_loading;
    std::optional<Error> m_problem;
    std::shared_ptr<const viewer::Histogram> m_histogram;
    QHash<QString, bool> m_opened; ///< by the user, else as ReportHtml sees fit
    QStringList m_parts;           ///< keys of the links that open and close
    QStringList m_openParts;
    int m_renderedWidth = 0;

    QLabel *m_sign = nullptr;
    QLabel *m_verdict = nullptr;
    ReportView *m_view = nullptr;
    QPushButton *m_useSettings = nullptr;
    QPushButton *m_log = nullptr;
    QPushButton *m_copy = nullptr;
    QPushButton *m_save = nullptr;
    QLabel *m_disclaimer = nullptr;
    QTimer m_widthTimer;
};

} // namespace mrb::ui
