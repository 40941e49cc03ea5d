// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/WelcomePage.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/ApplicationIcon.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace mrb::ui {

namespace {

constexpr int kIconSide = 64;
/// Lines longer than this are hard to read; in characters.
constexpr int kColumnWidth = 92;

/// Has no height of its own: that of wrapped texts follows from the width the page gets.
class Page final : public QWidget
{
public:
    QSize minimumSizeHint() const override { return {QWidget::minimumSizeHint().width(), 0}; }
};

void enlarge(QLabel *label, double factor)
{
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
}

} // namespace

WelcomePage::WelcomePage(QWidget *parent) : QScrollArea(parent), m_column(new QWidget)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Welcome"));
    setFocusPolicy(Qt::NoFocus);
    m_column->setMaximumWidth(fontMetrics().averageCharWidth() * kColumnWidth);
    auto *column = new QVBoxLayout(m_column);
    column->setContentsMargins({});
    column->setSpacing(14);
    column->addWidget(makeHead());
    column->addWidget(makeState());
    column->addWidget(makeChoices());
    QLabel *research = makeExplanation(
        tr("For research and engineering only. The volumes are synthetic and never for clinical "
           "use."));
    column->addWidget(research);

    auto *page = new Page;
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(24, 12, 24, 12);
    grid->setRowStretch(0, 2);
    grid->addWidget(m_column, 1, 1);
    grid->setRowStretch(2, 3);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 100);
    grid->setColumnStretch(2, 1);
    setWidget(page);
    setReady(false);
}

QWidget *WelcomePage::makeHead()
{
    auto *head = new QWidget;
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins({});
    layout->setSpacing(16);
    auto *icon = new QLabel;
    icon->setPixmap(applicationIcon().pixmap(QSize(kIconSide, kIconSide), devicePixelRatioF()));
    auto *texts = new QVBoxLayout;
    texts->setSpacing(4);
    auto *title = new QLabel(tr("MR Brain Studio"));
    enlarge(title, 1.9);
    texts->addStretch(1);
    texts->addWidget(title);
    texts->addWidget(makeExplanation(
        tr("Generate synthetic brain MRI with NV-Generate-CTMR, look at what came out, judge it, "
           "and keep a record that can be checked.")));
    texts->addStretch(1);
    layout->addWidget(icon, 0, Qt::AlignVCenter);
    layout->addLayout(texts, 1);
    return head;
}

QWidget *WelcomePage::makeState()
{
    auto *frame = new QFrame;
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setAutoFillBackground(true);
    frame->setBackgroundRole(QPalette::Base);
    m_stateRows = new QVBoxLayout(frame);
    m_stateRows->setContentsMargins(16, 10, 16, 10);
    m_stateRows->setSpacing(8);
    m_stateTitle = makeExplanation(QString());
    enlarge(m_stateTitle, 1.1);
    m_stateRows->addWidget(m_stateTitle);
    return frame;
}

QWidget *WelcomePage::makeChoices()
{
    auto *choices = new QWidget;
    auto *rows = new QGridLayout(choices);
    rows->setContentsMargins({});
    rows->setHorizontalSpacing(16);
    rows->setVerticalSpacing(10);
    rows->setColumnStretch(1, 1);
    const auto add = [rows](const QString &text, const QString &explanation) {
        auto *button = new QPushButton(text);
        button->setAccessibleDescription(explanation);
        const int line = button->fontMetrics().height();
        button->setMinimumSize(button->sizeHint().width() + line, line * 2);
        const int row = rows->rowCount();
        rows->addWidget(button, row, 0, Qt::AlignTop);
        rows->addWidget(makeExplanation(explanation), row, 1, Qt::AlignVCenter);
        button->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
        return button;
    };
    const QPushButton *setup =
        add(tr("&Set up the model…"),
            tr("Step by step: the checkout of NV-Generate-CTMR, its Python packages and its "
               "weights. Every command is shown before it starts."));
    const QPushButton *settings =
        add(tr("S&ettings…"),
            tr("Where NV-Generate-CTMR is on this machine, and which Python and GPU it gets."));
    const QPushButton *phantom =
        add(tr("&Try the demo phantom"),
            tr("No GPU needed: a script draws a head within seconds and takes it through every "
               "step. It is a drawing and never output of the model."));
    const QPushButton *open =
        add(tr("Open a &volume…"),
            tr("Look at and measure any NIfTI, NRRD or MetaImage volume, wherever it was made."));
    const QPushButton *guide =
        add(tr("Read the &guide"), tr("From the first run to an exported volume, with pictures."));
    connect(setup, &QPushButton::clicked, this, &WelcomePage::setupRequested);
    connect(settings, &QPushButton::clicked, this, &WelcomePage::settingsRequested);
    connect(phantom, &QPushButton::clicked, this, &WelcomePage::phantomRequested);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);
    connect(guide, &QPushButton::clicked, this, &WelcomePage::guideRequested);
    return choices;
}

void WelcomePage::clearRows()
{
    qDeleteAll(m_rows);
    m_rows.clear();
}

void WelcomePage::addRow(Tone tone, const QString &text)
{
    auto *note = new FieldNote;
    m_stateRows->addWidget(note);
    note->say(tone, text);
    m_rows.push_back(note);
}

void WelcomePage::setProblems(const Errors &problems)
{
    if (problems.empty()) {
        setReady(true);
        return;
    }
    clearRows();
    m_stateTitle->setText(tr("Before the model can run here"));
    for (const Error &problem : problems) {
        addRow(Tone::Bad,
               problem.hint.isEmpty() ? problem.message : problem.message + u'\n' + problem.hint);
    }
}

void WelcomePage::setReady(bool ready)
{
    clearRows();
    m_stateTitle->setText(ready ? tr("Ready") : tr("Looking at this machine…"));
    if (ready)
        addRow(Tone::Good, tr("The model can run here. Choose what to generate and start it."));
    else
        addRow(Tone::Busy, tr("Whether the checkout, its weights, Python and a GPU are there."));
}

} // namespace mrb::ui
