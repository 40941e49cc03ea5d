// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/results/ContactSheet.h"

#include <QDialog>
#include <QFutureWatcher>

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTimer;

namespace mrb::ui {

/// A contact sheet as it will be saved, with what can be chosen about it. Reads and draws in the
/// background.
class ContactSheetDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit ContactSheetDialog(std::vector<backend::RunSummary> runs, QWidget *parent = nullptr);
    ~ContactSheetDialog() override;

    ContactSheetOptions options() const;
    /// Null until it is drawn.
    const QImage &sheet() const { return m_sheet; }
    void save(const std::filesystem::path &file);

Q_SIGNALS:
    void drawn();
    void saved(const std::filesystem::path &file);
    void failed(const mrb::Error &error);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    using Slices = std::shared_ptr<const std::vector<SheetSlice>>;
    struct Drawing
    {
        Slices slices;
        Result<QImage> sheet;
    };

    QWidget *makeChoices();
    void draw();
    void takeDrawing();
    void showPreview();
    void askForFile();

    std::vector<backend::RunSummary> m_runs;
    Slices m_slices; ///< of m_slicesPlane
    std::optional<viewer::Plane> m_slicesPlane;
    QImage m_sheet;
    std::stop_source m_stop;
    bool m_drawing = false;
    bool m_again = false; ///< something was changed meanwhile
    QFutureWatcher<Drawing> m_watcher;

    QLabel *m_preview;
    QLabel *m_state;
    QComboBox *m_plane;
    QSpinBox *m_columns;
    QComboBox *m_cell;
    QCheckBox *m_captions;
    QLineEdit *m_title;
    QPushButton *m_save;
    QTimer *m_pause;
};

} // namespace mrb::ui
