// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/SettingsPage.h"

#include <QFormLayout>
#include <QGroupBox>
#include <QVBoxLayout>

namespace mrb::ui {

SettingsPage::SettingsPage(QWidget *parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {}

QSize SettingsPage::minimumSizeHint() const
{
    return {QWidget::minimumSizeHint().width(), 0};
}

QFormLayout *SettingsPage::addGroup(const QString &title)
{
    auto *group = new QGroupBox(title);
    auto *form = new QFormLayout(group);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_layout->addWidget(group);
    return form;
}

void SettingsPage::addRest(QWidget *widget)
{
    m_layout->addWidget(widget);
}

void SettingsPage::finish()
{
    m_layout->addStretch(1);
}

} // namespace mrb::ui
