// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/DiagnosticsDialog.h"

#include "backend/diagnostics/Redaction.h"
#include "ui/common/InBackground.h"
#include "ui/common/FieldNote.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace mrb::ui {

DiagnosticsDialog::DiagnosticsDialog(const backend::Diagnostics &window,
                                     backend::DiagnosticsOptions options, QWidget *parent)
    : QDialog(parent), m_state(new FieldNote), m_busy(new QProgressBar), m_text(new QPlainTextEdit)
{
    setWindowTitle(tr("Diagnostics"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setMaximumHeight(fontMetrics().height() / 2);
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setAccessibleName(tr("Diagnostics"));
    m_text->setTabChangesFocus(true);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *copyButton = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copyButton->setDefault(true);
    connect(copyButton, &QPushButton::clicked, this, &DiagnosticsDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_state);
    layout->addWidget(m_busy);
    layout->addWidget(m_text, 1);
    layout->addWidget(buttons);
    m_state->say(Tone::Busy, tr("Looking at the machine…")); // shows itself, so it needs its place
    resize(fontMetrics().averageCharWidth() * 110, fontMetrics().height() * 38);
    copyButton->setFocus();

    const auto clean = [window, environment = options.run.environment] {
        return withoutSecrets(window, backend::privateNames(environment));
    };
    inBackground(this, clean, [this](const backend::Diagnostics &part) { showPart(part); });
    inBackground(
        this,
        [clean, options = std::move(options), stop = m_stop.get_token()] {
            backend::Diagnostics all = backend::collectDiagnostics(options, stop);
            for (backend::FactSection &section : clean().sections)
                all.sections.push_back(std::move(section));
            return all;
        },
        [this](const backend::Diagnostics &all) { showAll(all); });
}

DiagnosticsDialog::~DiagnosticsDialog()
{
    m_stop.request_stop();
}

QString DiagnosticsDialog::text() const
{
    return m_text->toPlainText();
}

void DiagnosticsDialog::showPart(const backend::Diagnostics &window)
{
    if (!m_busy->isHidden())
        m_text->setPlainText(toText(window));
}

void DiagnosticsDialog::showAll(const backend::Diagnostics &all)
{
    m_text->setPlainText(toText(all));
    m_busy->hide();
    m_state->say(Tone::Notice,
                 m_copiedPart ? tr("More is here now than was copied. Read it before you send it.")
                              : tr("Names and secrets were left out. Read it before you send it."));
}

void DiagnosticsDialog::copy()
{
    QApplication::clipboard()->setText(text());
    m_copiedPart = !m_busy->isHidden();
    m_state->say(m_copiedPart ? Tone::Busy : Tone::Good,
                 !m_copiedPart
                     ? tr("Copied. Read it before you send it.")
                     : tr("Copied what is here so far; the machine is still being looked at."));
}

} // namespace mrb::ui
