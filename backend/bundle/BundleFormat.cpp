// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/BundleFormat.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

#include <algorithm>
#include <array>

namespace mrb::backend {

namespace {

constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kLongestPart = 255; // what common file systems take
constexpr int kMostParts = 16;            // every folder costs time and an inode

bool isControl(char character)
{
    const auto code = static_cast<unsigned char>(character);
    return code < 0x20 || code == 0x7F;
}

bool isBadPart(std::string_view part)
{
    return part.empty() || part == "." || part == ".." || part.size() > kLongestPart;
}

QString shown(std::string_view name)
{
    constexpr qsizetype kEnough = 120;
    QString text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    std::ranges::replace_if(
        text, [](QChar character) { return character.category() == QChar::Other_Control; },
        QChar(QChar::ReplacementCharacter));
    return text.size() > kEnough ? text.left(kEnough) + u'…' : text;
}

} // namespace

Packing packingOf(std::string_view name)
{
    // The pictures in a report are compressed already.
    constexpr std::array<std::string_view, 4> kPacked = {".gz", ".png", ".pdf", ".html"};
    return std::ranges::any_of(kPacked,
                               [name](std::string_view ending) { return name.ends_with(ending); })
               ? Packing::Stored
               : Packing::Deflated;
}

bool isSummed(std::string_view name)
{
    const std::string_view runs = bundle_file::kRuns;
    if (name == bundle_file::kSums)
        return false;
    // runs/NAME/review.json, and nothing deeper
    if (!name.starts_with(runs) || name.substr(runs.size(), 1) != "/")
        return true;
    const std::string_view inside = name.substr(runs.size() + 1);
    const std::size_t slash = inside.find('/');
    return slash == std::string_view::npos || inside.substr(slash + 1) != bundle_file::kReview;
}

std::optional<Error> checkBundleName(std::string_view name)
{
    bool bad = name.empty() || name.size() > kLongestName || std::ranges::any_of(name, isControl) ||
               name.find('\\') != std::string_view::npos || firstInvalidUtf8(name) ||
               (name.size() > 1 && name[1] == ':');
    int parts = 0;
    for (std::size_t start = 0; !bad && start <= name.size();) {
        const std::size_t slash = std::min(name.find('/', start), name.size());
        bad = isBadPart(name.substr(start, slash - start)) || ++parts > kMostParts;
        start = slash + 1;
    }
    if (!bad)
        return std::nullopt;
    return Error{error_codes::kBundleName,
                 Text::tr("\"%1\" is no name for a file in a bundle.").arg(shown(name)),
                 Text::tr("Names are relative, in UTF-8, and have no \"..\", backslashes or "
                          "control characters."),
                 shown(name)};
}

} // namespace mrb::backend
