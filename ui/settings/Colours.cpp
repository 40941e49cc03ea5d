// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QToolTip>

#include <array>
#include <utility>

namespace mrb::ui {

namespace {

using Colours = std::array<std::pair<QPalette::ColorRole, QRgb>, 19>;

// Fusion draws frames 40 % darker than the window, so the dark window is not too dark itself.
constexpr Colours kDark = {{
    {QPalette::Window, 0x35383d},
    {QPalette::WindowText, 0xe8eaed},
    {QPalette::Base, 0x1e2023},
    {QPalette::AlternateBase, 0x282b2f},
    {QPalette::Text, 0xe8eaed},
    {QPalette::PlaceholderText, 0xa3a9b1},
    {QPalette::Button, 0x464a51},
    {QPalette::ButtonText, 0xf0f2f4},
    {QPalette::BrightText, 0xffb4ab},
    {QPalette::Highlight, 0x2f66b8},
    {QPalette::HighlightedText, 0xffffff},
    {QPalette::Link, 0x8fc1ff},
    {QPalette::LinkVisited, 0xcdb4ff},
    {QPalette::ToolTipBase, 0x17191b},
    {QPalette::ToolTipText, 0xe8eaed},
    {QPalette::Light, 0x5a5f67},
    {QPalette::Midlight, 0x4a4e55},
    {QPalette::Mid, 0x2a2c30},
    {QPalette::Dark, 0x232528},
}};

constexpr Colours kLight = {{
    {QPalette::Window, 0xf2f3f5},
    {QPalette::WindowText, 0x1b1d20},
    {QPalette::Base, 0xffffff},
    {QPalette::AlternateBase, 0xf4f6f8},
    {QPalette::Text, 0x1b1d20},
    {QPalette::PlaceholderText, 0x666c74},
    {QPalette::Button, 0xe9ebee},
    {QPalette::ButtonText, 0x1b1d20},
    {QPalette::BrightText, 0xb01c1c},
    {QPalette::Highlight, 0x1f5fbf},
    {QPalette::HighlightedText, 0xffffff},
    {QPalette::Link, 0x1a5cb0},
    {QPalette::LinkVisited, 0x6b3fa0},
    {QPalette::ToolTipBase, 0xffffff},
    {QPalette::ToolTipText, 0x1b1d20},
    {QPalette::Light, 0xffffff},
    {QPalette::Midlight, 0xf8f9fa},
    {QPalette::Mid, 0xb6bac0},
    {QPalette::Dark, 0x9a9fa6},
}};

QPalette paletteOf(const Colours &colours, QRgb disabledText, QRgb disabledHighlight)
{
    QPalette palette;
    for (const auto &[role, colour] : colours)
        palette.setColor(QPalette::All, role, QColor(colour));
    palette.setColor(QPalette::All, QPalette::Shadow, Qt::black);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::PlaceholderText, QPalette::Link})
        palette.setColor(QPalette::Disabled, role, QColor(disabledText));
    palette.setColor(QPalette::Disabled, QPalette::Base, palette.color(QPalette::Window));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(disabledHighlight));
    return palette;
}

/// What the program was started with.
struct Desktop
{
    QString style = QApplication::style()->name();
    QPalette toolTips = QToolTip::palette();
};

void setStyle(const QString &name)
{
    if (QApplication::style()->name().compare(name, Qt::CaseInsensitive) != 0)
        QApplication::setStyle(name);
}

} // namespace

void applyColours(ColourScheme scheme)
{
    static const Desktop kDesktop;
    if (scheme == ColourScheme::System) {
        setStyle(kDesktop.style);
        QApplication::setPalette(QPalette());
        QToolTip::setPalette(kDesktop.toolTips);
        return;
    }
    // Other styles draw with colours of the desktop, whatever the palette says.
    setStyle(QStringLiteral("Fusion"));
    const QPalette palette = scheme == ColourScheme::Dark ? paletteOf(kDark, 0x969ca4, 0x565b63)
                                                          : paletteOf(kLight, 0x7d838b, 0xb9bec5);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

} // namespace mrb::ui
