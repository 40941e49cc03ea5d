// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Archives that somebody else made. The input is one.

#include "backend/base/Sha256.h"
#include "backend/bundle/BundleReader.h"
#include "backend/bundle/ZipStream.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <set>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

constexpr BundleLimits kLimits{.entries = 64,
                               .totalBytes = std::uint64_t{1} << 20U,
                               .inflatedBytes = std::uint64_t{1} << 18U,
                               .totalInflatedBytes = std::uint64_t{1} << 19U};

void checkContent(const BundleContent &content)
{
    require(content.entries.size() <= kLimits.entries, "no more files than allowed");
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < content.entries.size(); ++i) {
        const BundleEntry &entry = content.entries[i];
        require(!checkBundleName(entry.name), "only names that are allowed");
        require(i == 0 || content.entries[i - 1].name < entry.name, "sorted, and each one once");
        total += entry.bytes;
    }
    require(total <= kLimits.totalBytes, "no more bytes than allowed");
}

/// What a simple reader finds in the directory: the names of files in an archive without Zip64.
std::set<std::string> namesInDirectory(std::string_view archive)
{
    constexpr std::size_t kEnd = 22, kHeader = 46;
    const auto number = [&archive](std::size_t at, std::size_t bytes) {
        std::size_t value = 0;
        for (std::size_t i = bytes; i-- > 0;)
            value = value << 8U | static_cast<unsigned char>(archive.at(at + i));
        return value;
    };
    std::set<std::string> names;
    std::size_t at = number(archive.size() - kEnd + 16, 4);
    for (std::size_t left = number(archive.size() - kEnd + 10, 2); left > 0; --left) {
        const std::size_t length = number(at + 28, 2);
        if (const std::string_view name = archive.substr(at + kHeader, length);
            !name.ends_with('/'))
            require(names.emplace(name).second, "a sound directory has no name twice");
        at += kHeader + length + number(at + 30, 2) + number(at + 32, 2);
    }
    return names;
}

/// Where nothing is said against the layout, the directory has just the files that were read.
void checkLayout(std::string_view archive, const BundleContent &content)
{
    if (!content.layoutProblem.empty() || archive.find("PK\6\6") != archive.npos)
        return;
    std::set<std::string> read;
    for (const BundleEntry &entry : content.entries)
        read.insert(entry.name);
    require(namesInDirectory(archive) == read, "the directory has the files that were read");
    require(archive.starts_with("PK\3\4") || content.entries.empty(), "nothing is in front");
}

/// Unpacking finds what reading found, writes exactly that, and nothing beside the folder.
void checkUnpacked(const fuzz::ScratchFolder &scratch, const BundleContent &content)
{
    namespace fs = std::filesystem;
    const fs::path folder = scratch.path() / "unpacked";
    fs::create_directory(folder);
    const Result<BundleContent> unpacked =
        extractBundle(scratch.path() / "archive", folder, kLimits);
    require(static_cast<bool>(unpacked), "what can be read can be unpacked");
    require(unpacked->entries.size() == content.entries.size(), "the same files");
    require(unpacked->layoutProblem == content.layoutProblem, "the same layout");
    require(unpacked->asWritten == content.asWritten, "the same verdict on the archive");
    const Result<BundleContent> found = readBundleFolder(folder, kLimits);
    require(found && found->entries.size() == content.entries.size(), "all of them are there");
    for (std::size_t i = 0; i < content.entries.size(); ++i)
        require(found->entries[i].name == content.entries[i].name &&
                    found->entries[i].sha256 == content.entries[i].sha256,
                "each is what was read");
    require(std::distance(fs::directory_iterator(scratch.path()), {}) == 2,
            "nothing is written beside the folder");
    fs::remove_all(folder);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    const Result<BundleContent> content =
        readBundleBytes(std::as_bytes(std::span(data, size)), kLimits);
    if (!content) {
        fuzz::requireExplained(content.error());
        fuzz::note(content.error().code.id());
        return 0;
    }
    checkContent(*content);
    require(content->layoutProblem.empty() || !content->asWritten, "what we write is sound");
    if (size == 0)
        return 0;
    checkLayout(fuzz::textOf(data, size), *content);
    scratch.put("archive", fuzz::textOf(data, size));
    checkUnpacked(scratch, *content);
    return 0;
}
