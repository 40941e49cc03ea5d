// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/NumberField.h"

#include "viewer/render/World.h"

#include <QAction>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPixmap>
#include <QStyle>

#include <cmath>

namespace mrb::viewer {

namespace {

/// A round mark in the colour of mistakes; drawn here, because icon themes may be missing.
QIcon problemMark()
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0xd1, 0x43, 0x43));
    painter.drawEllipse(3, 3, 26, 26);
    painter.setBrush(Qt::white);
    painter.drawRoundedRect(14, 8, 4, 11, 2, 2);
    painter.drawEllipse(14, 21, 4, 4);
    return pixmap;
}

} // namespace

NumberField::NumberField(QWidget *parent)
    : QLineEdit(parent), m_mark(new QAction(problemMark(), QString(), this))
{
    setText(numberText(m_value));
    connect(this, &QLineEdit::textEdited, this, [this] { setProblem({}); });
}

void NumberField::setValue(double value)
{
    if (value == m_value && isModified())
        return;
    m_value = value;
    const QString text = numberText(value);
    setProblem({});
    if (text != this->text())
        setText(text);
    setModified(false);
    if (!hasFocus())
        setCursorPosition(0); // of a long number the digits that matter
}

std::optional<double> NumberField::entry() const
{
    QString typed = text().trimmed();
    typed.replace(QChar(0x2212), u'-'); // the sign that is shown elsewhere, and copied from there
    for (QLocale from : {QLocale::c(), locale()}) {
        from.setNumberOptions(QLocale::RejectGroupSeparator);
        bool understood = false;
        const double number = from.toDouble(typed, &understood);
        if (understood && std::isfinite(number))
            return number;
    }
    return std::nullopt;
}

void NumberField::setProblem(const QString &problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    setAccessibleDescription(problem);
    m_mark->setToolTip(problem);
    if (problem.isEmpty()) {
        removeAction(m_mark);
        setPalette({});
        return;
    }
    addAction(m_mark, QLineEdit::TrailingPosition);
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    QPalette marked = palette();
    marked.setColor(QPalette::Base, dark ? QColor(0x4d, 0x26, 0x26) : QColor(0xfd, 0xe7, 0xe7));
    setPalette(marked);
}

QSize NumberField::sizeHint() const
{
    const QSize line = QLineEdit::sizeHint();
    return {fontMetrics().horizontalAdvance(QStringLiteral("−000000.00")) + line.height(),
            line.height()};
}

void NumberField::revert()
{
    setText(numberText(m_value));
    setModified(false);
    setProblem({});
}

bool NumberField::event(QEvent *event)
{
    // An entry that is under way is what Escape is about, before any command.
    if (event->type() == QEvent::ShortcutOverride && isModified() &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void NumberField::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Escape:
        if (!isModified())
            break;
        revert();
        selectAll();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (isModified())
            Q_EMIT entered();
        selectAll();
        return;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

void NumberField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    const bool leaves =
        event->reason() != Qt::PopupFocusReason && event->reason() != Qt::ActiveWindowFocusReason;
    if (leaves && isModified())
        Q_EMIT entered();
}

} // namespace mrb::viewer
