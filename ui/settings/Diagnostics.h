// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace mrb::ui {

class SettingsStore;

/// What somebody who helps wants to know, to be pasted into a report: versions, desktop, machine
/// and settings. The home folder is written as ~; names of the user and of the machine are left
/// out, also of what is passed in. GUI thread.
/// @param glFacts lines about OpenGL; may be empty
/// @param more further lines, such as what preflight found
QString diagnosticsText(const SettingsStore &store, const QString &glFacts = {},
                        const QStringList &more = {});

/// The text without the home folder, the user's and the machine's name.
QString withoutNames(QString text);

} // namespace mrb::ui
