// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/ChecksumList.h"

#include "backend/base/Text.h"
#include "backend/bundle/BundleFormat.h"

#include <algorithm>

namespace mrb::backend {

namespace {

constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kGap = 2; // "  ": sha256sum's mark of a text file, which here means any

Error badLine(std::size_t line, const QString &why)
{
    return {
        error_codes::kSumsSyntax,
        Text::tr("%1, line %2: %3").arg(QString::fromLatin1(bundle_file::kSums)).arg(line).arg(why),
        Text::tr("Use the bundle as it was exported."), QString::fromLatin1(bundle_file::kSums)};
}

bool isHash(std::string_view text)
{
    return text.size() == kHashDigits && std::ranges::all_of(text, [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

} // namespace

std::string writeChecksums(const ChecksumList &list)
{
    std::string text;
    for (const auto &[name, hash] : list)
        text += hash + "  " + name + "\n";
    return text;
}

Result<ChecksumList> parseChecksums(std::string_view text)
{
    ChecksumList list;
    std::string_view before;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            return badLine(number, Text::tr("the line has no end"));
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (line.size() <= kHashDigits + kGap || !isHash(line.substr(0, kHashDigits)) ||
            line.substr(kHashDigits, kGap) != "  ")
            return badLine(number, Text::tr("this is not a hash, two spaces and a name"));
        const std::string_view name = line.substr(kHashDigits + kGap);
        if (const auto bad = checkBundleName(name))
            return badLine(number, bad->message);
        if (number > 1 && name <= before)
            return badLine(number, Text::tr("the names are not in their order"));
        before = name;
        list.emplace(name, line.substr(0, kHashDigits));
    }
    return list;
}

} // namespace mrb::backend
