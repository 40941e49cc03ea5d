// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <memory>

class QSettings;

namespace mrb::ui {

/// The program's settings, in the user's configuration folder. A file there that cannot be read, is
/// damaged or comes from a newer version is never written: what is returned then is a file of this
/// session alone, which goes when the program ends. GUI thread.
std::unique_ptr<QSettings> openSettings();

/// Where the settings are, also when they are left alone.
QString settingsFileName();

/// Why the file is left alone, in words with the next step; empty when it is used. A file that
/// was found damaged stays so until the program is started again.
QString settingsFileProblem();

} // namespace mrb::ui
