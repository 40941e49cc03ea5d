// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/CheckTree.h"

#include "ui/common/Tones.h"

#include <QEvent>
#include <QHeaderView>

#include <algorithm>
#include <map>
#include <string>

namespace mrb::ui {

namespace {

enum Column { kName, kReason };

constexpr int kTone = Qt::UserRole;

Tone toneOf(const QTreeWidgetItem &item)
{
    return static_cast<Tone>(item.data(kName, kTone).toInt());
}

void setTone(QTreeWidgetItem &item, Tone tone)
{
    item.setData(kName, kTone, static_cast<int>(tone));
}

Tone toneOf(bool passed)
{
    return passed ? Tone::Good : Tone::Bad;
}

void setTexts(QTreeWidgetItem &item, const QString &name, const QString &reason)
{
    item.setText(kName, name);
    item.setText(kReason, reason.simplified());
    item.setToolTip(kName, name);
    item.setToolTip(kReason, QStringLiteral("<qt>%1</qt>").arg(reason.toHtmlEscaped()));
}

} // namespace

CheckTree::CheckTree(QWidget *parent) : QTreeWidget(parent)
{
    setHeaderLabels({tr("Check"), tr("What was found")});
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setAccessibleName(tr("Checks"));
    header()->setStretchLastSection(true);
    header()->setSectionResizeMode(kName, QHeaderView::Interactive);
    connect(this, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem *item) {
        Q_EMIT reasonChanged(item ? item->text(kReason) : QString());
    });
}

void CheckTree::setChecks(const std::vector<backend::EvidenceCheck> &checks,
                          const QStringList &notes)
{
    clear();
    std::map<std::string, std::vector<const backend::EvidenceCheck *>> groups;
    for (const backend::EvidenceCheck &check : checks)
        groups[check.run].push_back(&check);
    std::vector<std::string> order;
    for (auto &[run, members] : groups) {
        std::stable_partition(members.begin(), members.end(),
                              [](const auto *check) { return !check->passed; });
        order.push_back(run);
    }
    std::stable_partition(order.begin(), order.end(), [&groups](const std::string &run) {
        return !groups[run].front()->passed;
    });
    for (const std::string &run : order) {
        const QString title = !run.empty()         ? QString::fromStdString(run)
                              : groups.size() == 1 ? tr("The run")
                                                   : tr("The bundle as a whole");
        addGroup(title, groups[run]);
    }
    if (!notes.isEmpty())
        addNotes(notes);
    colourSigns();
    applyFilter();
    const int most = fontMetrics().averageCharWidth() * 64;
    header()->resizeSection(
        kName, std::clamp(sizeHintForColumn(kName), header()->minimumSectionSize(), most));
    if (topLevelItemCount() > 0)
        setCurrentItem(topLevelItem(0)->child(0));
}

void CheckTree::addGroup(const QString &title,
                         const std::vector<const backend::EvidenceCheck *> &checks)
{
    const auto failed = std::count_if(checks.begin(), checks.end(),
                                      [](const auto *check) { return !check->passed; });
    auto *group = new QTreeWidgetItem(this);
    QFont bold = font();
    bold.setBold(true);
    group->setText(kName, title);
    group->setFont(kName, bold);
    setTone(*group, toneOf(failed == 0));
    group->setText(kReason, failed == 0 ? tr("All %1 passed").arg(checks.size())
                                        : tr("%1 of %2 failed").arg(failed).arg(checks.size()));
    for (const backend::EvidenceCheck *check : checks) {
        auto *item = new QTreeWidgetItem(group);
        setTexts(*item, QString::fromStdString(check->name), check->reason);
        setTone(*item, toneOf(check->passed));
        // For those who see no sign.
        item->setData(kName, Qt::AccessibleTextRole,
                      (check->passed ? tr("Passed: %1") : tr("Failed: %1")).arg(item->text(kName)));
    }
    // Of many runs those that need a look are open.
    group->setExpanded(failed > 0 || topLevelItemCount() < 3);
}

void CheckTree::addNotes(const QStringList &notes)
{
    auto *group = new QTreeWidgetItem(this);
    QFont bold = font();
    bold.setBold(true);
    setTexts(*group, tr("Notes"), tr("What is no check"));
    group->setFont(kName, bold);
    setTone(*group, Tone::Neutral);
    for (const QString &note : notes) {
        auto *item = new QTreeWidgetItem(group);
        setTexts(*item, tr("Note"), note);
        setTone(*item, Tone::Neutral);
    }
    group->setExpanded(true);
}

void CheckTree::setOnlyFailures(bool only)
{
    m_onlyFailures = only;
    applyFilter();
}

void CheckTree::applyFilter()
{
    for (int row = 0; row < topLevelItemCount(); ++row) {
        QTreeWidgetItem *group = topLevelItem(row);
        group->setHidden(m_onlyFailures && toneOf(*group) != Tone::Bad);
        for (int child = 0; child < group->childCount(); ++child)
            group->child(child)->setHidden(m_onlyFailures &&
                                           toneOf(*group->child(child)) != Tone::Bad);
    }
}

void CheckTree::colourSigns()
{
    std::map<Tone, QIcon> signs;
    for (const Tone tone : {Tone::Good, Tone::Bad, Tone::Neutral})
        signs[tone] = toneIcon(tone, palette());
    for (int row = 0; row < topLevelItemCount(); ++row) {
        QTreeWidgetItem *group = topLevelItem(row);
        group->setIcon(kName, signs[toneOf(*group)]);
        for (int child = 0; child < group->childCount(); ++child)
            group->child(child)->setIcon(kName, signs[toneOf(*group->child(child))]);
    }
}

void CheckTree::changeEvent(QEvent *event)
{
    QTreeWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourSigns();
}

} // namespace mrb::ui
