// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunLibrary.h"

#include <QFrame>
#include <QPointer>

#include <filesystem>
#include <functional>
#include <map>
#include <vector>

class QCheckBox;
class QKeyEvent;
class QLabel;
class QLayout;
class QLineEdit;
class QPlainTextEdit;
class QToolButton;

namespace mrb::ui {

class ElidedLabel;

/// Goes through runs one after the other and rates them, by keyboard alone: Right or N next, Left
/// or P previous, 1 accept, 2 reject, 3 undecided, H hides what was set, T tags, Return note, keys
/// shown on the buttons for artefacts, Escape leaves. Ratings go to the library. Hidden while there
/// is nothing to review. GUI thread.
class ReviewBar final : public QFrame
{
    Q_OBJECT

public:
    /// library: borrowed.
    explicit ReviewBar(backend::RunLibrary &library, QWidget *parent = nullptr);
    ~ReviewBar() override;

    /// Nothing happens for an empty order.
    void start(std::vector<std::filesystem::path> order);
    void leave();
    bool isActive() const { return m_active; }
    std::filesystem::path currentFolder() const;
    bool hidesSettings() const;
    bool advances() const;

    /// Keys pressed in this widget, text inputs apart, also count while a review is on: before any
    /// shortcut of the window.
    void takeKeysOf(QWidget *widget) { m_keySource = widget; }
    /// True when the key means something here and was used.
    bool handleKey(QKeyEvent *event);

Q_SIGNALS:
    void showRequested(const std::filesystem::path &folder);
    /// Whether settings are to be kept from the reviewer elsewhere too.
    void hideSettingsChanged(bool hidden);
    void finished();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QLayout *makeSteps();
    QLayout *makeJudgement();
    QWidget *makeArtefacts();
    /// What a key does; empty for keys that mean nothing here.
    std::function<void()> meaningOf(const QKeyEvent &event);
    bool ownsKeysOf(const QWidget &widget) const;
    bool filterTextKey(QObject *watched, QEvent *event);
    void step(int by);
    void rate(backend::Rating rating);
    void takeArtefacts();
    void change(const backend::Review &review);
    backend::Review currentReview() const;
    void storeTexts();
    /// To another run.
    void showRun();
    /// What is known of the run, its review and the counts.
    void refresh();
    void showLabel();
    void layOutArtefacts();

    backend::RunLibrary &m_library;
    std::vector<std::filesystem::path> m_order;
    std::size_t m_at = 0;
    bool m_active = false;
    QPointer<QWidget> m_keySource;
    QLabel *m_count;
    ElidedLabel *m_label;
    QToolButton *m_previous, *m_next;
    QCheckBox *m_hide;
    QCheckBox *m_advance;
    std::map<backend::Rating, QToolButton *> m_ratings;
    std::vector<QToolButton *> m_artefacts; ///< in the order of artefactTable()
    QWidget *m_artefactBox;
    QLineEdit *m_tags;
    QPlainTextEdit *m_note;
};

/// The keys of the artefact buttons, in the order of artefactTable(): none that the bar uses.
QString artefactKeys();

} // namespace mrb::ui
