// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/VolumeLoader.h"

#include <QMainWindow>
#include <QStringList>

class QLabel;

namespace mrb::viewer {
class TriPlanarView;
}

namespace mrb::ui {

/// The program's window: a volume in three planes, and why another one could not be shown.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);

    /// Reads in the background. A file that cannot be read leaves the shown volume in place.
    /// One volume is shown at a time; when several are given the message says which were left out.
    void openFiles(const QStringList &files);

private:
    void chooseFile();
    void showVolume(const LoadedVolume &loaded);
    void showError(const Error &error);
    void showMessage(const QString &text);

    VolumeLoader m_loader;
    viewer::TriPlanarView *m_view;
    QLabel *m_message;
    QLabel *m_facts;   ///< of the shown volume
    QString m_leftOut; ///< a remark on the files not shown, once the shown one is there
};

} // namespace mrb::ui
