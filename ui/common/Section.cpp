// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/Section.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

Section::Section(const QString &title, QWidget *parent)
    : QWidget(parent),
      m_header(new QToolButton(this)),
      m_body(new QWidget(this)),
      m_layout(new QVBoxLayout(m_body))
{
    m_header->setText(title);
    m_header->setAccessibleName(title);
    m_header->setToolTip(tr("Show or hide: %1").arg(title));
    m_header->setCheckable(true);
    m_header->setChecked(true);
    m_header->setAutoRaise(true);
    m_header->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_header->setArrowType(Qt::DownArrow);
    m_header->setFocusPolicy(Qt::StrongFocus);
    m_header->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    QFont bold = m_header->font();
    bold.setBold(true);
    m_header->setFont(bold);

    m_layout->setContentsMargins(4, 0, 0, 4);
    m_layout->setSpacing(6);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_header);
    layout->addWidget(m_body);

    connect(m_header, &QToolButton::toggled, this, [this](bool open) {
        m_header->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_body->setVisible(open);
    });
}

void Section::add(QWidget *widget)
{
    m_layout->addWidget(widget);
}

bool Section::isOpen() const
{
    return m_header->isChecked();
}

void Section::setOpen(bool open)
{
    m_header->setChecked(open);
}

} // namespace mrb::ui
