// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <filesystem>
#include <functional>
#include <string>

class QWidget;

namespace mrb::ui {

class FieldNote;

/// As this system names a file.
std::filesystem::path toPath(const QString &file);

/// Asks where a JSON document is to go, without blocking.
void askForJsonTarget(QWidget &parent, const QString &title, const QString &name,
                      std::function<void(const std::filesystem::path &)> then);

/// Writes in a worker; the note says how that went, unless it is gone by then.
void saveDocument(FieldNote &note, std::string document, const std::filesystem::path &file);

} // namespace mrb::ui
