// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/DocumentEditor.h"

#include "ui/generate/Remark.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <chrono>

namespace mrb::ui {

namespace {

constexpr std::chrono::milliseconds kPause{500};
constexpr int kLines = 9; ///< shown without scrolling

} // namespace

DocumentEditor::DocumentEditor(backend::RequestForm &form, QWidget *parent)
    : QWidget(parent),
      m_form(form),
      m_text(new QPlainTextEdit(this)),
      m_remark(new Remark(this)),
      m_revert(new QPushButton(tr("Re&vert text"), this))
{
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Override document"));
    m_text->setToolTip(tr("Only what differs from the defaults, with modality and seed. Edit it "
                          "here, or paste another: it is applied when you pause."));
    m_text->setMinimumWidth(120);
    m_text->setFixedHeight(m_text->fontMetrics().lineSpacing() * kLines + 12);
    m_text->installEventFilter(this);

    auto *copy = new QPushButton(tr("Cop&y text"), this);
    copy->setAutoDefault(false);
    copy->setToolTip(tr("Puts the text into the clipboard"));
    m_revert->setAutoDefault(false);
    m_revert->setToolTip(tr("Drops the text for what the form says"));
    m_revert->hide();
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(m_revert);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_text);
    layout->addWidget(m_remark);
    layout->addLayout(buttons);

    m_remark->setName(QStringLiteral("documentError"));
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &DocumentEditor::applyNow);
    connect(m_text, &QPlainTextEdit::textChanged, this, &DocumentEditor::onTextChanged);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_revert, &QPushButton::clicked, this, [this] {
        m_text->setFocus(); // the button goes away
        revert();
    });
    showDocument();
}

void DocumentEditor::showDocument()
{
    if (m_isTyped || m_isApplying)
        return;
    const QString document = QString::fromStdString(m_form.document());
    if (document == m_text->toPlainText())
        return;
    const QScopedValueRollback showing(m_isShowing, true);
    const int cursor = m_text->textCursor().position();
    m_text->setPlainText(document);
    QTextCursor kept = m_text->textCursor();
    kept.setPosition(std::min(cursor, static_cast<int>(document.size())));
    m_text->setTextCursor(kept);
}

bool DocumentEditor::applyNow()
{
    m_pause.stop();
    if (!m_isTyped)
        return true;
    Errors errors;
    {
        // What was typed stays as it was typed while the cursor is in it.
        const QScopedValueRollback applying(m_isApplying, true);
        errors = m_form.setDocument(m_text->toPlainText().toStdString(), tr("The text"));
    }
    m_isTyped = !errors.empty();
    m_revert->setVisible(m_isTyped);
    if (m_isTyped) {
        m_remark->say(
            Tone::Bad,
            tr("%1\nThe text is not applied; the form keeps its values.").arg(errorTexts(errors)));
    } else {
        m_remark->clear();
        if (!m_text->hasFocus())
            showDocument();
    }
    return !m_isTyped;
}

void DocumentEditor::revert()
{
    m_pause.stop();
    m_isTyped = false;
    m_revert->hide();
    m_remark->clear();
    showDocument();
}

void DocumentEditor::focusText()
{
    m_text->setFocus(Qt::OtherFocusReason);
}

bool DocumentEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_text && event->type() == QEvent::FocusOut) {
        applyNow();
        showDocument();
    }
    return QWidget::eventFilter(watched, event);
}

void DocumentEditor::onTextChanged()
{
    if (m_isShowing)
        return;
    m_isTyped = true;
    m_pause.start();
}

} // namespace mrb::ui
