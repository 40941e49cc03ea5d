// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace mrb::ui {

class FieldNote;

/// A path to type or to choose. What cannot be a path is said as it is typed; whether something is
/// there is looked up in a worker, because a network disk may take its time.
class PathField : public QWidget
{
    Q_OBJECT

public:
    enum class Kind {
        Folder,    ///< should be there
        NewFolder, ///< is made by the first run when it is not there
        Place,     ///< a folder; what is there, or is not, is said elsewhere
        File,      ///< should be there
        Program,   ///< a file or a bare name
    };

    /// @param name what it is, for the file dialog and screen readers: "Checkout"
    PathField(Kind kind, const QString &name, QWidget *parent = nullptr);

    /// Absolute, with ~ expanded, or empty; a bare name for programs.
    QString path() const;
    void setPath(const QString &path);
    /// What an empty field means.
    void setPlaceholderText(const QString &text);
    /// Why path() cannot be used; empty when it can, also when nothing is there yet.
    QString problem() const;
    QLineEdit *edit() const { return m_edit; }
    const FieldNote &note() const { return *m_note; }

Q_SIGNALS:
    void edited();

private:
    enum class Found { Nothing, Folder, File, Program };
    static Found look(const QString &path);

    void onTextChanged();
    void browse();
    void showFound(Found found);

    Kind m_kind;
    QString m_name;
    QLineEdit *m_edit;
    QPushButton *m_browse;
    FieldNote *m_note;
    int m_generation = 0; ///< answers about an earlier text are dropped
};

} // namespace mrb::ui
