// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ReviewEditor.h"

#include "backend/base/Text.h"
#include "ui/results/RunWords.h"
#include "ui/results/ToggleButton.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kPauseMs = 800; ///< of typing, before text is stored
constexpr int kNoteLines = 3;

} // namespace

ReviewEditor::ReviewEditor(QWidget *parent)
    : QWidget(parent), m_note(new QPlainTextEdit), m_tags(new QLineEdit), m_pause(new QTimer(this))
{
    m_pause->setSingleShot(true);
    m_pause->setInterval(kPauseMs);
    m_note->setTabChangesFocus(true);
    m_note->setFixedHeight(m_note->fontMetrics().lineSpacing() * kNoteLines + 12);
    m_tags->setPlaceholderText(tr("Words between commas"));
    auto *noteLabel = new QLabel(tr("&Note"));
    noteLabel->setBuddy(m_note);
    auto *tagsLabel = new QLabel(tr("Ta&gs"));
    tagsLabel->setBuddy(m_tags);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeRatings());
    layout->addWidget(noteLabel);
    layout->addWidget(m_note);
    layout->addWidget(tagsLabel);
    layout->addWidget(m_tags);
    layout->addWidget(makeArtefacts());
    connect(m_note, &QPlainTextEdit::textChanged, this, &ReviewEditor::onTyped);
    connect(m_tags, &QLineEdit::textEdited, this, &ReviewEditor::onTyped);
    connect(m_tags, &QLineEdit::editingFinished, this, &ReviewEditor::flush);
    connect(m_pause, &QTimer::timeout, this, &ReviewEditor::flush);
}

QWidget *ReviewEditor::makeRatings()
{
    auto *box = new QWidget;
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto *group = new QButtonGroup(box);
    const auto add = [&](backend::Rating rating, const QString &text, const QString &help) {
        auto *button = new ToggleButton;
        button->setText(text);
        button->setToolTip(help);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        group->addButton(button);
        layout->addWidget(button);
        m_ratings[rating] = button;
        connect(button, &QToolButton::clicked, this, &ReviewEditor::flush);
    };
    add(backend::Rating::Accepted, tr("&Accept"), tr("Good enough for your purpose (1)"));
    add(backend::Rating::Rejected, tr("&Reject"), tr("Not to be used (2)"));
    add(backend::Rating::Undecided, tr("&Undecided"), tr("Not rated yet, or unsure (3)"));
    return box;
}

QWidget *ReviewEditor::makeArtefacts()
{
    auto *box = new QWidget;
    m_artefactGrid = new QGridLayout(box);
    m_artefactGrid->setContentsMargins(0, 0, 0, 0);
    m_artefactGrid->addWidget(new QLabel(tr("Artefacts")), 0, 0, 1, 2);
    for (const backend::Artefact &artefact : backend::artefactTable()) {
        auto *check = new QCheckBox(Text::tr(artefact.label));
        check->setToolTip(Text::tr(artefact.help));
        check->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        m_artefacts.push_back(check);
        connect(check, &QCheckBox::clicked, this, &ReviewEditor::flush);
    }
    layOutArtefacts();
    return box;
}

/// In two columns where both have room for every word.
void ReviewEditor::layOutArtefacts()
{
    int widest = 0;
    for (const QCheckBox *check : m_artefacts)
        widest = std::max(widest, check->sizeHint().width());
    const int columns = 2 * widest + m_artefactGrid->horizontalSpacing() <= width() ? 2 : 1;
    if (std::exchange(m_artefactColumns, columns) == columns)
        return;
    int place = columns; // below the heading
    for (QCheckBox *check : m_artefacts) {
        m_artefactGrid->addWidget(check, place / columns, place % columns);
        ++place;
    }
    m_artefactGrid->setColumnStretch(0, 1);
    m_artefactGrid->setColumnStretch(1, columns - 1);
}

void ReviewEditor::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOutArtefacts();
}

void ReviewEditor::setReview(const std::filesystem::path &folder, const backend::Review &review)
{
    if (folder == m_folder && m_pause->isActive())
        return; // what is being typed goes first, and is handed over soon
    if (folder == m_folder && review == m_stored)
        return;
    flush();
    m_folder = folder;
    showReview(review);
}

void ReviewEditor::showReview(const backend::Review &review)
{
    m_showing = true;
    m_stored = review;
    m_ratings.at(review.rating)->setChecked(true);
    if (m_note->toPlainText() != review.note)
        m_note->setPlainText(review.note);
    if (tagsFromText(m_tags->text()) != review.tags)
        m_tags->setText(tagsAsText(review.tags));
    std::size_t i = 0;
    for (const backend::Artefact &artefact : backend::artefactTable())
        m_artefacts[i++]->setChecked(review.artefacts.contains(
            QLatin1StringView(artefact.key.data(), qsizetype(artefact.key.size()))));
    m_showing = false;
}

backend::Review ReviewEditor::review() const
{
    backend::Review review = m_stored;
    for (const auto &[rating, button] : m_ratings) {
        if (button->isChecked())
            review.rating = rating;
    }
    review.note = m_note->toPlainText();
    review.tags = tagsFromText(m_tags->text());
    QStringList artefacts;
    std::size_t i = 0;
    for (const backend::Artefact &artefact : backend::artefactTable()) {
        const QLatin1StringView key(artefact.key.data(), qsizetype(artefact.key.size()));
        if (m_artefacts[i++]->isChecked())
            artefacts += key;
        review.artefacts.removeAll(key);
    }
    review.artefacts = artefacts + review.artefacts; // those of another version stay
    return review;
}

void ReviewEditor::onTyped()
{
    if (!m_showing)
        m_pause->start();
}

void ReviewEditor::flush()
{
    m_pause->stop();
    if (m_folder.empty() || m_showing)
        return;
    const backend::Review now = review();
    if (now == std::exchange(m_stored, now))
        return;
    Q_EMIT reviewChanged(m_folder, now);
}

void ReviewEditor::hideEvent(QHideEvent *event)
{
    flush();
    QWidget::hideEvent(event);
}

} // namespace mrb::ui
