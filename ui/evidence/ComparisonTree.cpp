// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ComparisonTree.h"

#include <QEvent>
#include <QHeaderView>
#include <QPixmap>

#include <algorithm>

namespace mrb::ui {

namespace {

enum Column { kName, kFirst, kSecond };

constexpr int kDiffers = Qt::UserRole;

bool differs(const QTreeWidgetItem &item)
{
    return item.data(kName, kDiffers).toBool();
}

} // namespace

ComparisonTree::ComparisonTree(QWidget *parent) : QTreeWidget(parent)
{
    setHeaderLabels({tr("What"), QString(), QString()});
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setTextElideMode(Qt::ElideMiddle);
    setAccessibleName(tr("Facts of both runs"));
    header()->setStretchLastSection(true);
    header()->setMinimumSectionSize(60);
}

void ComparisonTree::setComparison(const Comparison &comparison)
{
    clear();
    m_differences = 0;
    setHeaderLabels({tr("What"), comparison.firstTitle, comparison.secondTitle});
    for (const backend::DiffSection &section : comparison.sections)
        addSection(section);
    expandAll();
    colourSigns();
    shareRoom();
}

void ComparisonTree::addSection(const backend::DiffSection &section)
{
    auto *group = new QTreeWidgetItem(this);
    group->setText(kName, section.title);
    // All rows get the height of the first one, which has no sign.
    group->setSizeHint(kName, QSize(0, fontMetrics().height() + 4));
    group->setFirstColumnSpanned(true);
    QFont bold = font();
    bold.setBold(true);
    group->setFont(kName, bold);
    bool anyDiffers = false;
    for (const backend::DiffRow &row : section.rows) {
        auto *item = new QTreeWidgetItem(group);
        const QString texts[] = {row.name, row.first, row.second};
        for (const int column : {kName, kFirst, kSecond}) {
            item->setText(column, texts[column].simplified());
            item->setToolTip(column,
                             QStringLiteral("<qt>%1</qt>").arg(texts[column].toHtmlEscaped()));
            if (!row.same)
                item->setFont(column, bold);
        }
        item->setData(kName, kDiffers, !row.same);
        // For those who see neither sign nor weight.
        if (!row.same)
            item->setData(kName, Qt::AccessibleTextRole, tr("Differs: %1").arg(row.name));
        m_differences += row.same ? 0 : 1;
        anyDiffers = anyDiffers || !row.same;
    }
    group->setData(kName, kDiffers, anyDiffers);
}

void ComparisonTree::setOnlyDifferences(bool only)
{
    for (int row = 0; row < topLevelItemCount(); ++row) {
        QTreeWidgetItem *group = topLevelItem(row);
        group->setHidden(only && !differs(*group));
        for (int child = 0; child < group->childCount(); ++child)
            group->child(child)->setHidden(only && !differs(*group->child(child)));
    }
}

void ComparisonTree::colourSigns()
{
    const QIcon sign = toneIcon(Tone::Notice, palette());
    QPixmap nothing(16, 16); // keeps the names below each other
    nothing.fill(Qt::transparent);
    for (int row = 0; row < topLevelItemCount(); ++row) {
        const QTreeWidgetItem *group = topLevelItem(row);
        for (int child = 0; child < group->childCount(); ++child) {
            group->child(child)->setIcon(kName,
                                         differs(*group->child(child)) ? sign : QIcon(nothing));
        }
    }
}

void ComparisonTree::changeEvent(QEvent *event)
{
    QTreeWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourSigns();
}

void ComparisonTree::resizeEvent(QResizeEvent *event)
{
    QTreeWidget::resizeEvent(event);
    shareRoom();
}

/// Both runs get the same, and names no more than they need.
void ComparisonTree::shareRoom()
{
    const int most = std::min(fontMetrics().averageCharWidth() * 44, viewport()->width() / 3);
    header()->resizeSection(kName, std::min(std::max(sizeHintForColumn(kName), 60), most));
    header()->resizeSection(kFirst, (viewport()->width() - header()->sectionSize(kName)) / 2);
}

} // namespace mrb::ui
