// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Bundle.h"
#include "ui/evidence/ExportPlan.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QRadioButton;
class QTreeWidget;

namespace mrb::ui {

class FieldNote;

/// What is to go into a bundle, how, and where to. Looks at no disk but for the target.
class ExportChoices final : public QWidget
{
    Q_OBJECT

public:
    ExportChoices(std::vector<ExportCandidate> runs, const ExportDefaults &defaults,
                  QWidget *parent = nullptr);

    /// Without environment and without overwrite.
    backend::BundleOrder order() const;
    std::vector<ExportCandidate> chosen() const;
    /// Why it cannot start; empty when it can.
    QString problem() const;
    /// The user agreed in the file dialog that this very file is replaced.
    bool replacesChosenFile() const;

    QString target() const;
    void setTarget(const QString &target);

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    QTreeWidget *makeList();
    QWidget *makeOptions();
    QWidget *makeTarget();
    void onChanged();
    void onFormatChanged();
    void showOnlyAccepted(bool only);
    void showSizes();
    void browse();
    void colourSigns();

    std::vector<ExportCandidate> m_runs; ///< in the order of the list
    QString m_folder;
    QString m_suggested; ///< while the user has typed nothing else
    QString m_agreed;    ///< a file that may be replaced
    QTreeWidget *m_list;
    QCheckBox *m_onlyAccepted;
    QLabel *m_sum;
    QRadioButton *m_archive;
    QRadioButton *m_asFolder;
    QCheckBox *m_volumes;
    QCheckBox *m_keepPaths;
    QLineEdit *m_target;
    FieldNote *m_note;
};

} // namespace mrb::ui
