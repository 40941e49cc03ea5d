// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/PathField.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/SettingsRules.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QtConcurrentRun>

namespace mrb::ui {

PathField::PathField(Kind kind, const QString &name, QWidget *parent)
    : QWidget(parent),
      m_kind(kind),
      m_name(name),
      m_edit(new QLineEdit),
      m_browse(new QPushButton(tr("Browse…"))),
      m_note(new FieldNote)
{
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_edit, 0, 0);
    layout->addWidget(m_browse, 0, 1);
    layout->addWidget(m_note, 1, 0, 1, 2);
    layout->setColumnStretch(0, 1);
    setFocusProxy(m_edit);
    m_edit->setAccessibleName(name);
    m_edit->setMinimumWidth(80);
    m_edit->setClearButtonEnabled(true);
    m_browse->setAccessibleName(tr("Browse for %1").arg(name));
    connect(m_edit, &QLineEdit::textChanged, this, &PathField::onTextChanged);
    connect(m_browse, &QPushButton::clicked, this, &PathField::browse);
}

QString PathField::path() const
{
    return withHomeExpanded(m_edit->text());
}

void PathField::setPath(const QString &path)
{
    m_edit->setText(path);
    m_edit->setCursorPosition(0);
}

void PathField::setPlaceholderText(const QString &text)
{
    m_edit->setPlaceholderText(text);
}

QString PathField::problem() const
{
    return m_kind == Kind::Program ? pythonProblem(path()) : pathProblem(path());
}

PathField::Found PathField::look(const QString &path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return Found::Folder;
    if (!info.exists())
        return Found::Nothing;
    return info.isExecutable() ? Found::Program : Found::File;
}

void PathField::onTextChanged()
{
    const int generation = ++m_generation;
    const QString unusable = problem();
    m_note->say(Tone::Bad, unusable);
    m_edit->setAccessibleDescription(unusable);
    Q_EMIT edited();
    if (!unusable.isEmpty() || !path().startsWith(u'/'))
        return;
    auto *watcher = new QFutureWatcher<Found>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, generation] {
        watcher->deleteLater();
        if (generation == m_generation)
            showFound(watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(&PathField::look, path()));
}

void PathField::showFound(Found found)
{
    QString text;
    Tone tone = Tone::Notice;
    switch (m_kind) {
    case Kind::Folder:
        if (found == Found::Nothing)
            text = tr("There is no such folder now.");
        else if (found != Found::Folder)
            text = tr("This is a file; a folder is wanted.");
        break;
    case Kind::NewFolder:
        if (found == Found::Nothing) {
            text = tr("The folder is made by the first run.");
            tone = Tone::Neutral;
        } else if (found != Found::Folder) {
            text = tr("This is a file; a folder is wanted.");
        }
        break;
    case Kind::Place:
        break;
    case Kind::File:
    case Kind::Program:
        if (found == Found::Nothing)
            text = tr("There is no such file now.");
        else if (found == Found::Folder)
            text = tr("This is a folder; a file is wanted.");
        else if (m_kind == Kind::Program && found != Found::Program)
            text = tr("This file is not a program that can be started.");
        break;
    }
    m_note->say(tone, text);
    m_edit->setAccessibleDescription(text);
}

void PathField::browse()
{
    const bool wantsFile = m_kind == Kind::File || m_kind == Kind::Program;
    const QString chosen = wantsFile ? QFileDialog::getOpenFileName(this, m_name, path())
                                     : QFileDialog::getExistingDirectory(this, m_name, path());
    if (!chosen.isEmpty())
        m_edit->setText(chosen);
}

} // namespace mrb::ui
