// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/Verify.h"

#include <QStringList>
#include <QTreeWidget>

#include <vector>

namespace mrb::ui {

/// Checks by run, what failed first, then what is no check. All of it is plain text.
class CheckTree final : public QTreeWidget
{
    Q_OBJECT

public:
    explicit CheckTree(QWidget *parent = nullptr);

    void setChecks(const std::vector<backend::EvidenceCheck> &checks, const QStringList &notes);
    void setOnlyFailures(bool only);

Q_SIGNALS:
    /// Of the current row; empty for none.
    void reasonChanged(const QString &reason);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addGroup(const QString &title, const std::vector<const backend::EvidenceCheck *> &checks);
    void addNotes(const QStringList &notes);
    void applyFilter();
    void colourSigns();

    bool m_onlyFailures = false;
};

} // namespace mrb::ui
