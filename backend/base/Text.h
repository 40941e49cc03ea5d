// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>

#include <filesystem>

namespace mrb {

/// Translation context for text that no QObject owns: Text::tr("...").
struct Text
{
    Q_DECLARE_TR_FUNCTIONS(mrb::Text)
};

/// A path as the user would type it. File names that are not UTF-8 show replacement characters.
inline QString toQString(const std::filesystem::path &path)
{
    return QString::fromStdString(path.string());
}

} // namespace mrb
