// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/RunDetails.h"

#include "backend/base/Text.h"
#include "ui/common/Words.h"
#include "ui/results/ReviewEditor.h"
#include "ui/results/RunWords.h"

#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace mrb::ui {

namespace {

QLabel *makeText()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

/// A row that says nothing is left out.
void setFact(QFormLayout &form, QLabel &label, const QString &text)
{
    label.setText(text);
    form.labelForField(&label)->setVisible(!text.isEmpty());
    label.setVisible(!text.isEmpty());
}

} // namespace

RunDetails::RunDetails(QWidget *parent)
    : QScrollArea(parent),
      m_title(makeText()),
      m_verdictSign(new QLabel),
      m_verdict(makeText()),
      m_settings(makeText()),
      m_notice(makeText()),
      m_facts(new QWidget),
      m_editor(new ReviewEditor)
{
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setAccessibleName(tr("Selected run"));
    auto *verdict = new QHBoxLayout;
    verdict->addWidget(m_verdictSign);
    verdict->addWidget(m_verdict, 1);

    auto *form = new QFormLayout(m_facts);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(2);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_engine = addFact(*form, tr("Engine"));
    m_gpu = addFact(*form, tr("GPU"));
    m_date = addFact(*form, tr("Started"));
    m_duration = addFact(*form, tr("Duration"));
    m_space = addFact(*form, tr("On disk"));
    m_folder = addFact(*form, tr("Folder"));
    // A path hardly has places to wrap at and must not widen the window.
    m_folder->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto *inside = new QWidget;
    auto *layout = new QVBoxLayout(inside);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(m_title);
    layout->addLayout(verdict);
    layout->addWidget(m_settings);
    layout->addWidget(m_notice);
    layout->addWidget(m_editor);
    layout->addWidget(m_facts);
    layout->addStretch(1);
    setWidget(inside);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Details of the selected run"));
    showSelection(0, 0);
}

QLabel *RunDetails::addFact(QFormLayout &form, const QString &name)
{
    QLabel *value = makeText();
    value->setAccessibleName(name);
    form.addRow(name, value);
    return value;
}

void RunDetails::showRun(const backend::RunSummary &run)
{
    m_run = run;
    m_facts->show();
    m_editor->show();
    showVerdict();
    showFacts();
    m_editor->setReview(run.folder, run.review);
}

void RunDetails::showSelection(qsizetype runs, quint64 bytes)
{
    m_run = {};
    m_editor->setReview({}, {});
    m_editor->hide();
    m_facts->hide();
    m_settings->hide();
    m_notice->hide();
    m_verdictSign->hide();
    m_verdict->setVisible(runs > 0);
    m_title->setText(runs == 0 ? tr("Select a run to see its details.")
                               : tr("%1 selected").arg(runCountText(runs)));
    m_verdict->setText(
        tr("%1 on disk. What is done now is done to all of them.").arg(bytesText(bytes)));
}

void RunDetails::showVerdict()
{
    const Outcome outcome = outcomeOf(m_run);
    const int side = fontMetrics().height();
    m_title->setText(runTitle(m_run));
    m_verdictSign->setPixmap(
        toneIcon(outcomeTone(outcome), palette()).pixmap(QSize(side, side), devicePixelRatioF()));
    m_verdictSign->show();
    m_verdict->setText(outcomeText(outcome));
    m_verdict->show();
    QStringList notices;
    if (m_run.reproduction)
        notices += reproductionText(*m_run.reproduction);
    if (m_run.phantom)
        notices += tr("Drawn by the demo phantom: not model output.");
    if (m_run.problem)
        notices += m_run.problem->message + u' ' + m_run.problem->hint;
    for (const QString &warning : m_run.warnings)
        notices += warning;
    m_notice->setText(notices.join(u'\n'));
    m_notice->setVisible(!notices.isEmpty());
}

void RunDetails::showFacts()
{
    auto &form = static_cast<QFormLayout &>(*m_facts->layout());
    QStringList settings{runSize(m_run), runSpacing(m_run)};
    if (m_run.steps > 0)
        settings += tr("%1 steps, guidance %2").arg(m_run.steps).arg(m_run.guidance);
    settings.removeAll(QString());
    m_settings->setText(settings.join(QStringLiteral(" · ")));
    m_settings->setVisible(!settings.isEmpty());
    setFact(form, *m_engine, m_run.phantom ? tr("Demo phantom") : tr("Upstream model"));
    setFact(form, *m_gpu, m_run.gpuName);
    setFact(form, *m_date, runDate(m_run));
    setFact(form, *m_duration, durationText(m_run.seconds));
    const auto volumes = std::ssize(m_run.volumes);
    setFact(form, *m_space,
            tr("%1, %2").arg(bytesText(m_run.bytes),
                             volumes == 1 ? tr("1 volume") : tr("%1 volumes").arg(volumes)));
    setFact(form, *m_folder, toQString(m_run.folder));
}

QString RunDetails::text() const
{
    QStringList lines;
    for (const QLabel *label : widget()->findChildren<QLabel *>()) {
        if (label->isVisibleTo(this) && !label->text().isEmpty())
            lines += label->text();
    }
    return lines.join(u'\n');
}

void RunDetails::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_run.folder.empty())
        showVerdict();
}

} // namespace mrb::ui
