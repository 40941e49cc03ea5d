// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/Review.h"

#include <QWidget>

#include <filesystem>
#include <map>
#include <vector>

class QCheckBox;
class QGridLayout;
class QLineEdit;
class QPlainTextEdit;
class QTimer;
class QToolButton;

namespace mrb::ui {

/// Rating, note, tags and artefacts of one run. Text is handed over when typing pauses, when
/// another run comes and when this goes, so nothing typed is lost.
class ReviewEditor final : public QWidget
{
    Q_OBJECT

public:
    explicit ReviewEditor(QWidget *parent = nullptr);

    /// What is being typed for the same run stays.
    void setReview(const std::filesystem::path &folder, const backend::Review &review);
    const std::filesystem::path &folder() const { return m_folder; }
    backend::Review review() const;
    /// Hands over what has not been yet.
    void flush();

Q_SIGNALS:
    void reviewChanged(const std::filesystem::path &folder, const mrb::backend::Review &review);

protected:
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeRatings();
    QWidget *makeArtefacts();
    void layOutArtefacts();
    void onTyped();
    void showReview(const backend::Review &review);

    std::filesystem::path m_folder;
    backend::Review m_stored; ///< as last shown or handed over
    std::map<backend::Rating, QToolButton *> m_ratings;
    std::vector<QCheckBox *> m_artefacts; ///< in the order of artefactTable()
    QGridLayout *m_artefactGrid = nullptr;
    int m_artefactColumns = 0;
    QPlainTextEdit *m_note;
    QLineEdit *m_tags;
    QTimer *m_pause;
    bool m_showing = false;
};

} // namespace mrb::ui
