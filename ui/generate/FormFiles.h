// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/Presets.h"
#include "backend/form/RequestForm.h"

#include <QStringList>
#include <QWidget>

#include <string>
#include <utility>
#include <vector>

class QMenu;

namespace mrb::ui {

class Remark;

/// The head of the form: presets, override files, reset. What replaces the whole form can be taken
/// back.
class FormFiles : public QWidget
{
    Q_OBJECT

public:
    FormFiles(backend::RequestForm &form, const backend::Presets &presets,
              QWidget *parent = nullptr);

    void open(const QString &file);
    void save(const QString &file);
    void applyPreset(const QString &name);
    void savePreset(const QString &name);
    void deletePreset(const QString &name);
    void resetAll();

Q_SIGNALS:
    /// The form was replaced by something that the user chose.
    void replaced();

private:
    /// Everything typed, also what is wrong.
    struct Snapshot
    {
        std::string document;
        std::vector<std::pair<std::string, QStringList>> wrong; ///< key and texts
    };

    void fillPresetMenu();
    void askForPresetName();
    void confirm(const QString &question, const QString &answer,
                 void (FormFiles::*then)(const QString &), const QString &name);
    void chooseFile(bool toSave);
    void take(const std::string &document, const QString &name, const QString &done);
    void replacedBy(Snapshot before, const QString &done);
    Snapshot snapshot() const;
    void undo();
    /// The document, unless a field is wrong: then says so.
    bool isSound(const QString &purpose);

    backend::RequestForm &m_form;
    const backend::Presets &m_presets;
    QMenu *m_menu;
    Remark *m_notice;
    Snapshot m_before;
    bool m_isReplacing = false;
    int m_generation = 0; ///< of the file that was asked for last
    QString m_lastFile;
};

} // namespace mrb::ui
