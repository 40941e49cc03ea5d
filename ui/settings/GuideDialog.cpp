// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/GuideDialog.h"

#include "ui/settings/MarkdownView.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

GuideDialog::GuideDialog(const QString &file, QWidget *parent)
    : QDialog(parent),
      m_view(new MarkdownView),
      m_sections(new QComboBox),
      m_find(new QLineEdit),
      m_found(new QLabel),
      m_bar(makeBar())
{
    setWindowTitle(tr("Guide"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    m_view->setAccessibleName(tr("Guide"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_view, 1);
    connect(m_view, &MarkdownView::opened, this, &GuideDialog::fillSections);
    connect(m_view, &MarkdownView::linkIsDead, this,
            [this](const QString &link) { m_found->setText(tr("%1 is not here").arg(link)); });
    connect(m_sections, &QComboBox::activated, this, [this](int row) {
        m_view->goTo(m_view->headings().at(static_cast<std::size_t>(row)));
        m_view->setFocus();
    });
    const auto onKey = [this](QKeySequence::StandardKey key, auto &&function) {
        connect(new QShortcut(key, this), &QShortcut::activated, this, function);
    };
    onKey(QKeySequence::Find, [this] {
        m_find->setFocus();
        m_find->selectAll();
    });
    onKey(QKeySequence::FindNext, [this] { find(false); });
    onKey(QKeySequence::FindPrevious, [this] { find(true); });
    resize(fontMetrics().averageCharWidth() * 120, fontMetrics().height() * 42);
    m_view->open(file);
    m_view->setFocus();
}

QWidget *GuideDialog::makeBar()
{
    const auto makeButton = [this](Qt::ArrowType arrow, const QString &name, bool backwards) {
        auto *button = new QToolButton;
        button->setArrowType(arrow);
        button->setAutoRaise(true);
        button->setAccessibleName(name);
        button->setToolTip(name);
        connect(button, &QToolButton::clicked, this, [this, backwards] { find(backwards); });
        return button;
    };
    m_found->setTextFormat(Qt::PlainText);
    m_sections->setAccessibleName(tr("Sections"));
    m_sections->setToolTip(tr("Go to a section"));
    m_sections->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_sections->setMinimumContentsLength(16);
    m_find->setPlaceholderText(tr("Find (Ctrl+F)"));
    m_find->setAccessibleName(tr("Find in the guide"));
    m_find->setClearButtonEnabled(true);
    auto *bar = new QWidget;
    auto *layout = new QHBoxLayout(bar);
    layout->addWidget(m_sections, 1);
    layout->addWidget(m_found);
    layout->addWidget(m_find, 1);
    layout->addWidget(makeButton(Qt::UpArrow, tr("Previous place (Shift+F3)"), true));
    layout->addWidget(makeButton(Qt::DownArrow, tr("Next place (F3)"), false));
    connect(m_find, &QLineEdit::textChanged, this, [this] {
        // What grows letter by letter is searched for from where it began.
        QTextCursor cursor = m_view->textCursor();
        cursor.setPosition(cursor.selectionStart());
        m_view->setTextCursor(cursor);
        find(false);
    });
    return bar;
}

void GuideDialog::fillSections()
{
    const QSignalBlocker quiet(m_sections);
    m_sections->clear();
    for (const MarkdownView::Heading &heading : m_view->headings())
        m_sections->addItem(QString((heading.level - 1) * 4, u' ') + heading.text);
    m_bar->setEnabled(!m_view->headings().empty());
}

void GuideDialog::find(bool backwards)
{
    const bool found = m_find->text().isEmpty() || m_view->findText(m_find->text(), backwards);
    m_found->setText(found ? QString() : tr("Not found"));
}

/// Return in the field goes on searching, and closes nothing.
void GuideDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (m_find->hasFocus())
            find(event->modifiers().testFlag(Qt::ShiftModifier));
        return;
    }
    if (event->key() == Qt::Key_Escape && m_find->hasFocus() && !m_find->text().isEmpty()) {
        m_find->clear();
        m_view->setFocus();
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace mrb::ui
