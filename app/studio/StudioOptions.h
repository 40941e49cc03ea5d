// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>

#include <array>

namespace mrb::studio {

/// A switch of mrbrain-studio. The parser, the manual page and the completion read this table.
struct Switch
{
    const char *name; ///< without the dashes
    const char *text; ///< untranslated, context "main"
};

inline constexpr Switch kTestGl{
    "test-gl", QT_TRANSLATE_NOOP("main", "Print what 3-D views have to draw with, and end.")};

inline constexpr Switch kSelfTest{
    "self-test",
    QT_TRANSLATE_NOOP("main", "Check that the installed program is whole and works, and end.")};

inline constexpr std::array kSwitches = {kTestGl, kSelfTest};

inline constexpr const char *kDescription = QT_TRANSLATE_NOOP(
    "main", "Generate synthetic brain MRI, look at it and judge it. Not for clinical use.");

/// What is opened, any number of them.
inline constexpr const char *kPath = "path";
inline constexpr const char *kPathText = QT_TRANSLATE_NOOP(
    "main", "A NIfTI, NRRD or MetaImage volume, a run's folder or result.json to show, a bundle to "
            "verify, or a settings file for the form.");

} // namespace mrb::studio
