// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/Licences.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPlainTextEdit;

namespace mrb::ui {

/// What the program is made of, with the full licence texts that are on this machine. Asks no
/// network: an address is opened in the browser only when it is clicked. GUI thread.
class LicencesDialog : public QDialog
{
    Q_OBJECT

public:
    explicit LicencesDialog(QWidget *parent = nullptr);

private:
    void showComponent(int row);
    void showText(const QString &file);

    std::vector<Component> m_components;
    QListWidget *m_list;
    QLabel *m_facts;
    QPlainTextEdit *m_text;
    int m_generation = 0; ///< a text that arrives late is dropped
};

} // namespace mrb::ui
