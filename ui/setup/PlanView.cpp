// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/PlanView.h"

#include "backend/base/Text.h"
#include "ui/common/FieldNote.h"
#include "ui/common/Words.h"
#include "ui/setup/SetupWords.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextDocument>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

namespace {

constexpr int kMostLines = 16; ///< of commands; more scroll

enum Column { What, Where, AtMost, Replaced };

QString toolTipText(const QString &plain)
{
    return QStringLiteral("<p>%1</p>").arg(plain.toHtmlEscaped());
}

} // namespace

PlanView::PlanView(QWidget *parent)
    : QWidget(parent),
      m_commandPart(new QWidget),
      m_commands(new QPlainTextEdit),
      m_copy(new QPushButton(tr("&Copy"))),
      m_writes(new QTreeWidget),
      m_amounts(makeExplanation({}))
{
    m_commands->setReadOnly(true);
    m_commands->setTabChangesFocus(true);
    m_commands->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_commands->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_commands->setAccessibleName(tr("Commands"));
    m_commands->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setToolTip(tr("Copy all commands, as they can be pasted into a shell"));
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(commands()); });
    auto *row = new QHBoxLayout(m_commandPart);
    row->setContentsMargins({});
    row->addWidget(m_commands, 1);
    row->addWidget(m_copy, 0, Qt::AlignTop);

    m_writes->setHeaderLabels({tr("What"), tr("Where"), tr("At most"), tr("What is there now")});
    m_writes->setAccessibleName(tr("What is written"));
    m_writes->setRootIsDecorated(false);
    m_writes->setUniformRowHeights(true);
    m_writes->setTextElideMode(Qt::ElideMiddle);
    m_writes->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_writes->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_writes->header()->setStretchLastSection(false);
    m_writes->header()->setSectionsMovable(false);
    m_writes->header()->setSectionResizeMode(What, QHeaderView::ResizeToContents);
    m_writes->header()->setSectionResizeMode(Where, QHeaderView::Stretch);
    m_writes->header()->setSectionResizeMode(AtMost, QHeaderView::ResizeToContents);
    m_writes->header()->setSectionResizeMode(Replaced, QHeaderView::ResizeToContents);
    m_writes->header()->setMaximumSectionSize(fontMetrics().averageCharWidth() * 60);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_commandPart);
    layout->addWidget(m_writes);
    layout->addWidget(m_amounts);
}

void PlanView::setPlan(const backend::StepPlan &plan)
{
    const QString text = commandsText(plan);
    if (text != commands())
        m_commands->setPlainText(text);
    m_commandPart->setVisible(!plan.commands.empty());
    showWrites(plan);
    m_amounts->setText(amountsText(plan));
    m_amounts->setVisible(!m_amounts->text().isEmpty());
    m_isEmpty = plan.commands.empty() && plan.writes.empty();
    fitHeights();
}

QString PlanView::commands() const
{
    return m_commands->toPlainText();
}

void PlanView::showWrites(const backend::StepPlan &plan)
{
    m_writes->clear();
    bool replaces = false;
    for (const backend::SetupWrite &write : plan.writes) {
        auto *item = new QTreeWidgetItem(m_writes);
        const QString path = toQString(write.path);
        item->setText(What, write.what);
        item->setToolTip(What, toolTipText(write.what));
        item->setText(Where, path);
        item->setToolTip(Where, toolTipText(path));
        item->setText(AtMost, write.atMostBytes ? bytesText(*write.atMostBytes) : tr("Not known"));
        item->setTextAlignment(AtMost, Qt::AlignRight | Qt::AlignVCenter);
        item->setText(Replaced, write.replaced);
        item->setToolTip(Replaced, toolTipText(write.replaced));
        replaces |= !write.replaced.isEmpty();
    }
    m_writes->setColumnHidden(Replaced, !replaces);
    m_writes->setVisible(!plan.writes.empty());
}

/// Both are as high as what is in them; the page around them scrolls.
void PlanView::fitHeights()
{
    // The editor lays out what is seen only, so it does not know how high all of it is.
    QTextDocument all;
    all.setDefaultFont(m_commands->font());
    all.setDocumentMargin(m_commands->document()->documentMargin());
    QTextOption option;
    option.setWrapMode(m_commands->wordWrapMode());
    all.setDefaultTextOption(option);
    all.setPlainText(commands());
    all.setTextWidth(m_commands->viewport()->width());
    const int line = m_commands->fontMetrics().lineSpacing();
    const int wanted = static_cast<int>(std::ceil(all.size().height())) + line / 2;
    m_commands->setFixedHeight(std::min(wanted, kMostLines * line) + 2 * m_commands->frameWidth());
    int height = m_writes->header()->sizeHint().height() + 2 * m_writes->frameWidth();
    for (int row = 0; row < m_writes->topLevelItemCount(); ++row)
        height += std::max(m_writes->sizeHintForRow(row), fontMetrics().height());
    m_writes->setFixedHeight(height);
}

void PlanView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitHeights();
}

void PlanView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitHeights();
}

} // namespace mrb::ui
