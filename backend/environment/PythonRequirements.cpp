// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/PythonRequirements.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mrb::backend {

namespace {

// Distributions whose import name is not their own name with '-' turned into '_'.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kImportNames{{
    {"scikit-image", "skimage"},
    {"scikit-learn", "sklearn"},
    {"pyyaml", "yaml"},
    {"pillow", "PIL"},
    {"opencv-python", "cv2"},
}};

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isNameCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
}

constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

// PEP 503: case, and which of "-_." separates words, make no difference.
std::string normalised(std::string_view name)
{
    std::string result;
    for (const char c : name) {
        if (c == '-' || c == '_' || c == '.')
            result += result.ends_with('-') ? "" : "-";
        else
            result += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return result;
}

std::string importName(std::string_view distribution)
{
    const std::string name = normalised(distribution);
    for (const auto &[known, module] : kImportNames) {
        if (known == name)
            return std::string(module);
    }
    // A dot would make Python import the parent package; distributions with one are not needed.
    std::string module(distribution);
    std::ranges::replace_if(
        module, [](char c) { return c == '-' || c == '.'; }, '_');
    return module;
}

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

// ">=1.2, <3" -> "1.2".
std::string lowerBound(std::string_view conditions)
{
    while (!conditions.empty()) {
        const std::size_t comma = std::min(conditions.find(','), conditions.size());
        const std::string_view condition = withoutBlanks(conditions.substr(0, comma));
        conditions.remove_prefix(std::min(comma + 1, conditions.size()));
        for (const std::string_view relation : {"===", "==", ">=", "~=", ">"}) {
            if (condition.starts_with(relation))
                return std::string(withoutBlanks(condition.substr(relation.size())));
        }
    }
    return {};
}

PythonRequirement makeRequirement(std::string_view distribution, std::string minimum)
{
    return {.distribution = std::string(distribution),
            .module = importName(distribution),
            .minimumVersion = std::move(minimum)};
}

// Nothing for an empty name: comment, option or address.
PythonRequirement parseLine(std::string_view line)
{
    line = withoutBlanks(line.substr(0, line.find('#')));
    line = withoutBlanks(line.substr(0, line.find(';')));
    if (line.starts_with('-') || line.starts_with('.'))
        return {};
    const auto end = std::ranges::find_if_not(line, isNameCharacter);
    const std::string_view name(line.begin(), end);
    std::string_view rest = withoutBlanks(line.substr(name.size()));
    if (rest.starts_with('['))
        rest = withoutBlanks(rest.substr(std::min(rest.find(']') + 1, rest.size())));
    constexpr std::string_view kRelations = "<>=!~@";
    if (name.empty() || (!rest.empty() && kRelations.find(rest.front()) == kRelations.npos))
        return {};
    return makeRequirement(name, rest.starts_with('@') ? std::string() : lowerBound(rest));
}

struct ReleaseNumber
{
    unsigned long value = 0;
    bool read = false;
};

ReleaseNumber takeNumber(std::string_view &text)
{
    ReleaseNumber number;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number.value);
    if (result.ptr == text.data())
        return number;
    // Beyond 2^64 no release is meant; the largest value keeps the order.
    if (result.ec == std::errc::result_out_of_range)
        number.value = ~0UL;
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    number.read = true;
    return number;
}

struct Version
{
    std::vector<unsigned long> release; // without zeros at the end
    bool isPreRelease = false;
};

Version parseVersion(std::string_view text)
{
    text = withoutBlanks(text);
    if (text.starts_with('v') || text.starts_with('V'))
        text.remove_prefix(1);
    Version version;
    while (true) {
        const ReleaseNumber number = takeNumber(text);
        if (!number.read)
            break;
        version.release.push_back(number.value);
        if (text.size() < 2 || text[0] != '.' || !isDigit(text[1]))
            break;
        text.remove_prefix(1);
    }
    while (!version.release.empty() && version.release.back() == 0)
        version.release.pop_back();
    const std::string suffix = normalised(text.substr(0, text.find('+')));
    const std::string_view word = std::string_view(suffix).substr(suffix.starts_with('-') ? 1 : 0);
    for (const std::string_view mark : {"a", "b", "c", "rc", "pre", "dev"})
        version.isPreRelease |= word.starts_with(mark);
    return version;
}

} // namespace

std::vector<PythonRequirement> requiredPackages(const ManifestRequirements &needs)
{
    std::vector<PythonRequirement> packages;
    for (const std::string &name : needs.packages) {
        packages.push_back(makeRequirement(name, {}));
        packages.back().required = true;
    }
    return packages;
}

std::vector<PythonRequirement> parseRequirements(std::string_view text,
                                                 const ManifestRequirements &needs)
{
    std::vector<PythonRequirement> packages;
    const auto isListed = [&packages](const PythonRequirement &wanted) {
        return std::ranges::any_of(packages, [&wanted](const PythonRequirement &known) {
            return normalised(known.distribution) == normalised(wanted.distribution);
        });
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        PythonRequirement package = parseLine(text.substr(0, end));
        if (!package.distribution.empty() && !isListed(package))
            packages.push_back(std::move(package));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    for (PythonRequirement &needed : requiredPackages(needs)) {
        const auto listed = std::ranges::find(
            packages, normalised(needed.distribution),
            [](const PythonRequirement &p) { return normalised(p.distribution); });
        if (listed == packages.end())
            packages.push_back(std::move(needed));
        else
            listed->required = true;
    }
    return packages;
}

int compareVersions(std::string_view a, std::string_view b)
{
    const Version left = parseVersion(a);
    const Version right = parseVersion(b);
    if (left.release != right.release)
        return left.release < right.release ? -1 : 1;
    return static_cast<int>(right.isPreRelease) - static_cast<int>(left.isPreRelease);
}

bool isVersion(std::string_view text)
{
    text = withoutBlanks(text);
    if (text.starts_with('v') || text.starts_with('V'))
        text.remove_prefix(1);
    return !text.empty() && isDigit(text.front());
}

} // namespace mrb::backend
