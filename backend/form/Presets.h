// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <string>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kPresetName = "preset_name";
} // namespace error_codes

/// Override documents under a name of the user's, one file each in a folder: what another program
/// writes there is a preset too. Small files; any thread.
class Presets
{
public:
    /// @param folder created with the first preset
    explicit Presets(std::filesystem::path folder);

    QStringList names() const; ///< sorted as people sort
    Result<std::string> read(const QString &name) const;
    /// Replaces one of the same name.
    Result<> save(const QString &name, const std::string &document) const;
    Result<> remove(const QString &name) const;

private:
    std::filesystem::path m_folder;
};

/// $XDG_CONFIG_HOME/mrbrain/presets, or below ~/.config.
std::filesystem::path defaultPresetFolder();

} // namespace mrb::backend
