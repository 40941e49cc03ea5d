// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/DigestField.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace mrb::ui {

DigestField::DigestField(const QString &name, QWidget *parent)
    : QWidget(parent), m_text(new QLineEdit)
{
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setAccessibleName(name);
    auto *copy = new QPushButton(tr("Copy"));
    copy->setAutoDefault(false);
    copy->setToolTip(tr("Copy the digest"));
    copy->setAccessibleName(tr("Copy %1").arg(name));
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(digest()); });
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_text, 1);
    layout->addWidget(copy);
    hide();
}

void DigestField::setDigest(const QString &digest)
{
    m_text->setText(digest);
    m_text->setCursorPosition(0);
    setVisible(!digest.isEmpty());
}

QString DigestField::digest() const
{
    return m_text->text();
}

} // namespace mrb::ui
