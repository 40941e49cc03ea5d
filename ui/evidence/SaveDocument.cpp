// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/SaveDocument.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "ui/common/FieldNote.h"
#include "ui/common/InBackground.h"
#include "ui/evidence/EvidenceWords.h"

#include <QFile>
#include <QFileDialog>

#include <utility>

namespace mrb::ui {

std::filesystem::path toPath(const QString &file)
{
    return QFile::encodeName(file).toStdString();
}

void askForJsonTarget(QWidget &parent, const QString &title, const QString &name,
                      std::function<void(const std::filesystem::path &)> then)
{
    auto *dialog = new QFileDialog(&parent, title, QString(), Text::tr("JSON documents (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, &parent,
                     [then = std::move(then)](const QString &file) { then(toPath(file)); });
    dialog->open();
}

void saveDocument(FieldNote &note, std::string document, const std::filesystem::path &file)
{
    inBackground(
        &note,
        [document = std::move(document), file] { return writeFileAtomically(file, document); },
        [&note, file](const Result<> &written) {
            note.say(written ? Tone::Good : Tone::Bad,
                     written ? Text::tr("Saved %1.").arg(toQString(file))
                             : sentences(written.error()));
        });
}

} // namespace mrb::ui
