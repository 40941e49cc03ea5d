// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/MarkdownText.h"

#include <cctype>
#include <string_view>

namespace mrb::reference {

std::string textCell(const std::string &text)
{
    constexpr std::string_view kMarkup = "\\`*|[]";
    std::string cell;
    char before = ' ';
    for (const char letter : text) {
        // An underscore inside a word stands for itself.
        const bool opens = letter == '_' && std::isalnum(static_cast<unsigned char>(before)) == 0;
        if (letter == '<')
            cell += "&lt;";
        else if (letter == '\n')
            cell += ' ';
        else if (opens || kMarkup.find(letter) != std::string_view::npos)
            cell += std::string("\\") + letter;
        else
            cell += letter;
        before = letter;
    }
    return cell;
}

std::string codeCell(const std::string &text)
{
    // A bar ends a cell even inside code.
    std::string cell = "`";
    for (const char letter : text)
        cell += letter == '|' ? std::string("\\|") : std::string(1, letter);
    return cell + "`";
}

} // namespace mrb::reference
