// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/FormFiles.h"

#include "backend/base/AtomicFile.h"
#include "backend/request/OverrideDocument.h"
#include "ui/common/InBackground.h"
#include "ui/generate/Remark.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include <filesystem>

namespace mrb::ui {

namespace {

std::filesystem::path pathOf(const QString &file)
{
    return QFile::encodeName(file).toStdString();
}

QString quoted(const QString &name)
{
    return FormFiles::tr("\u201c%1\u201d").arg(name);
}

QToolButton *makeButton(QWidget *parent, const QString &text, const QString &tip)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setToolTip(tip);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setFocusPolicy(Qt::StrongFocus);
    QString name = text;
    button->setAccessibleName(name.remove(u'&'));
    return button;
}

} // namespace

FormFiles::FormFiles(backend::RequestForm &form, const backend::Presets &presets, QWidget *parent)
    : QWidget(parent), m_form(form), m_presets(presets), m_menu(new QMenu(this)), m_notice(nullptr)
{
    auto *named = new QPushButton(tr("Presets"), this);
    named->setAutoDefault(false);
    named->setToolTip(tr("Settings under a name of yours"));
    named->setAccessibleName(named->text());
    named->setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &FormFiles::fillPresetMenu);
    fillPresetMenu();
    QToolButton *load = makeButton(this, tr("Open\u2026"), tr("Open an override file (JSON)"));
    connect(load, &QToolButton::clicked, this, [this] { chooseFile(false); });
    QToolButton *store = makeButton(this, tr("Save\u2026"),
                                    tr("Save the settings as an override "
                                       "file (JSON)"));
    connect(store, &QToolButton::clicked, this, [this] { chooseFile(true); });
    QToolButton *reset = makeButton(this, tr("Reset all"), tr("All fields back to their defaults"));
    connect(reset, &QToolButton::clicked, this, &FormFiles::resetAll);

    m_notice = new Remark(this);
    m_notice->setName(QStringLiteral("notice"));
    m_notice->setClosable(true);
    connect(m_notice, &Remark::actionChosen, this, &FormFiles::undo);
    // What was taken over has been changed since: taking it back would lose that.
    connect(&form, &backend::RequestForm::changed, this, [this] {
        if (!m_isReplacing && m_notice->tone() == Tone::Good)
            m_notice->clear();
    });

    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    for (QWidget *button : std::initializer_list<QWidget *>{named, load, store})
        row->addWidget(button);
    row->addStretch();
    row->addWidget(reset);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 4);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_notice);
}

void FormFiles::fillPresetMenu()
{
    m_menu->clear();
    const QStringList names = m_presets.names();
    const auto label = [](QString name) { return name.replace(u'&', QStringLiteral("&&")); };
    for (const QString &name : names)
        m_menu->addAction(label(name), this, [this, name] { applyPreset(name); });
    if (names.isEmpty())
        m_menu->addAction(tr("No presets yet"))->setEnabled(false);
    m_menu->addSeparator();
    m_menu->addAction(tr("&Save as\u2026"), this, &FormFiles::askForPresetName);
    QMenu *remove = m_menu->addMenu(tr("&Delete"));
    remove->setEnabled(!names.isEmpty());
    for (const QString &name : names) {
        remove->addAction(label(name), this, [this, name] {
            confirm(tr("Delete the preset %1?").arg(quoted(name)), tr("Delete"),
                    &FormFiles::deletePreset, name);
        });
    }
}

void FormFiles::confirm(const QString &question, const QString &answer,
                        void (FormFiles::*then)(const QString &), const QString &name)
{
    auto *box =
        new QMessageBox(QMessageBox::Question, tr("Presets"), question, QMessageBox::Cancel, this);
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowModality(Qt::WindowModal);
    QPushButton *yes = box->addButton(answer, QMessageBox::AcceptRole);
    connect(yes, &QPushButton::clicked, this, [this, then, name] { (this->*then)(name); });
    box->show();
}

void FormFiles::askForPresetName()
{
    if (!isSound(tr("Nothing was saved.")))
        return;
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save preset"));
    dialog->setLabelText(tr("Name of the preset:"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &name) {
        if (m_presets.names().contains(name))
            confirm(tr("There is a preset %1 already. Replace it?").arg(quoted(name)),
                    tr("Replace"), &FormFiles::savePreset, name);
        else
            savePreset(name);
    });
    dialog->open();
}

void FormFiles::applyPreset(const QString &name)
{
    const Result<std::string> document = m_presets.read(name);
    if (!document) {
        m_notice->say(Tone::Bad, errorText(document.error()));
        return;
    }
    take(*document, quoted(name), tr("The preset %1 is applied.").arg(quoted(name)));
}

void FormFiles::savePreset(const QString &name)
{
    if (!isSound(tr("Nothing was saved.")))
        return;
    const Result<> saved = m_presets.save(name, m_form.document());
    m_notice->say(saved ? Tone::Good : Tone::Bad,
                  saved ? tr("Saved as the preset %1.").arg(quoted(name))
                        : errorText(saved.error()));
}

void FormFiles::deletePreset(const QString &name)
{
    const Result<> removed = m_presets.remove(name);
    m_notice->say(removed ? Tone::Good : Tone::Bad,
                  removed ? tr("The preset %1 is deleted.").arg(quoted(name))
                          : errorText(removed.error()));
}

void FormFiles::chooseFile(bool toSave)
{
    if (toSave && !isSound(tr("Nothing was saved.")))
        return;
    auto *dialog =
        new QFileDialog(this, toSave ? tr("Save override file") : tr("Open override file"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Override files (*.json)"), tr("All files (*)")});
    dialog->setAcceptMode(toSave ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(toSave ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    if (!m_lastFile.isEmpty())
        dialog->setDirectory(QFileInfo(m_lastFile).absolutePath());
    connect(dialog, &QFileDialog::fileSelected, this, toSave ? &FormFiles::save : &FormFiles::open);
    dialog->open();
}

void FormFiles::open(const QString &file)
{
    m_lastFile = file;
    const int generation = ++m_generation;
    inBackground(
        this, [path = pathOf(file)] { return backend::readOverrides(path); },
        [this, generation, file](const backend::OverrideParse &parse) {
            if (generation != m_generation)
                return; // another file was asked for meanwhile
            const QString name = quoted(QFileInfo(file).fileName());
            if (parse.errors.empty())
                take(backend::writeOverrides(parse.overrides), name, tr("%1 is opened.").arg(name));
            else
                m_notice->say(Tone::Bad, tr("%1 was not opened; the form is as it was.\n%2")
                                             .arg(name, errorTexts(parse.errors)));
        });
}

void FormFiles::save(const QString &file)
{
    if (!isSound(tr("Nothing was saved.")))
        return;
    m_lastFile = file;
    inBackground(
        this,
        [path = pathOf(file), text = m_form.document()] { return writeFileAtomically(path, text); },
        [this, file](const Result<> &saved) {
            m_notice->say(saved ? Tone::Good : Tone::Bad,
                          saved ? tr("Saved as %1.").arg(quoted(QFileInfo(file).fileName()))
                                : errorText(saved.error()));
        });
}

void FormFiles::resetAll()
{
    Snapshot before = snapshot();
    {
        const QScopedValueRollback replacing(m_isReplacing, true);
        m_form.resetAll();
    }
    replacedBy(std::move(before), tr("All fields are back at their defaults."));
}

void FormFiles::take(const std::string &document, const QString &name, const QString &done)
{
    Snapshot before = snapshot();
    Errors errors;
    {
        const QScopedValueRollback replacing(m_isReplacing, true);
        errors = m_form.setDocument(document, name);
        // The document that the form has already leaves what is typed and wrong beside it.
        if (errors.empty() && !m_form.errors().empty()) {
            m_form.resetAll();
            errors = m_form.setDocument(document, name);
        }
    }
    if (errors.empty())
        replacedBy(std::move(before), done);
    else
        m_notice->say(
            Tone::Bad,
            tr("%1 was not taken over; the form is as it was.\n%2").arg(name, errorTexts(errors)));
}

void FormFiles::replacedBy(Snapshot before, const QString &done)
{
    m_before = std::move(before);
    m_notice->say(Tone::Good, done);
    m_notice->offer(tr("Undo"));
    Q_EMIT replaced();
}

FormFiles::Snapshot FormFiles::snapshot() const
{
    Snapshot now{.document = m_form.document(), .wrong = {}};
    for (const backend::FieldState &state : m_form.fields()) {
        if (!state.error.isEmpty())
            now.wrong.emplace_back(state.spec->key, state.texts);
    }
    return now;
}

void FormFiles::undo()
{
    m_notice->clear();
    // A document that the form itself wrote; should it be refused, the form says why at its fields.
    const Errors errors = m_form.setDocument(m_before.document, tr("The former settings"));
    if (!errors.empty()) {
        m_notice->say(Tone::Bad, errorTexts(errors));
        return;
    }
    for (const auto &[key, texts] : m_before.wrong) {
        for (qsizetype element = 0; element < texts.size(); ++element)
            m_form.setText(key, static_cast<int>(element), texts[element]);
    }
}

bool FormFiles::isSound(const QString &purpose)
{
    const Errors errors = m_form.errors();
    if (!errors.empty()) {
        m_notice->say(Tone::Bad,
                      tr("%1 Correct this first: %2").arg(purpose, errorText(errors.front())));
    }
    return errors.empty();
}

} // namespace mrb::ui
