// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/LicencesDialog.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QFutureWatcher>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace mrb::ui {

namespace {

constexpr qint64 kMostBytes = qint64{1} << 20;

QString textOf(const QString &file)
{
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? QString::fromUtf8(source.read(kMostBytes))
                                            : QString();
}

} // namespace

LicencesDialog::LicencesDialog(QWidget *parent)
    : QDialog(parent),
      m_components(components()),
      m_list(new QListWidget),
      m_facts(new QLabel),
      m_text(new QPlainTextEdit)
{
    setWindowTitle(tr("Licences"));
    m_list->setAccessibleName(tr("Components"));
    m_list->setSpacing(2);
    for (const Component &component : m_components) {
        auto *item = new QListWidgetItem(component.name, m_list);
        item->setToolTip(component.licence);
    }
    m_list->setFixedWidth(m_list->sizeHintForColumn(0) + m_list->fontMetrics().height() * 2);
    m_facts->setWordWrap(true);
    m_facts->setTextFormat(Qt::RichText);
    m_facts->setOpenExternalLinks(true);
    m_facts->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setAccessibleName(tr("Licence text"));
    m_text->setTabChangesFocus(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *aboutQt = buttons->addButton(tr("About &Qt"), QDialogButtonBox::HelpRole);
    connect(aboutQt, &QPushButton::clicked, qApp, &QApplication::aboutQt);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *right = new QVBoxLayout;
    right->addWidget(m_facts);
    right->addWidget(m_text, 1);
    auto *body = new QHBoxLayout;
    body->addWidget(m_list);
    body->addLayout(right, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(body, 1);
    layout->addWidget(buttons);
    connect(m_list, &QListWidget::currentRowChanged, this, &LicencesDialog::showComponent);
    resize(fontMetrics().averageCharWidth() * 130, fontMetrics().height() * 36);
    m_list->setCurrentRow(0);
    m_list->setFocus();
}

void LicencesDialog::showComponent(int row)
{
    if (row < 0)
        return;
    const Component &component = m_components.at(static_cast<std::size_t>(row));
    QString title = component.name.toHtmlEscaped();
    if (!component.version.isEmpty())
        title += u' ' + component.version.toHtmlEscaped();
    QString facts = QStringLiteral("<h3>%1</h3><p>%2</p><p>%3</p>")
                        .arg(title, component.use.toHtmlEscaped(),
                             tr("Licence: %1").arg(component.licence.toHtmlEscaped()));
    if (!component.home.isEmpty())
        facts += QStringLiteral("<p><a href=\"%1\">%1</a></p>").arg(component.home.toHtmlEscaped());
    m_facts->setText(facts);
    showText(component.textFile);
}

void LicencesDialog::showText(const QString &file)
{
    const int generation = ++m_generation;
    m_text->clear();
    auto *watcher = new QFutureWatcher<QString>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, generation, file] {
        watcher->deleteLater();
        if (generation != m_generation)
            return;
        const QString text = watcher->result();
        m_text->setPlainText(text.isEmpty()
                                 ? tr("The text is not on this machine. Debian keeps it in\n%1\n"
                                      "when the package is installed.")
                                       .arg(file)
                                 : text);
    });
    watcher->setFuture(QtConcurrent::run(textOf, file));
}

} // namespace mrb::ui
