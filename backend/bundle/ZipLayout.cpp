// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/ZipLayout.h"

#include "backend/base/Text.h"
#include "backend/bundle/BundleFormat.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::uint32_t kLocalMark = 0x04034b50, kFileMark = 0x02014b50, kEndMark = 0x06054b50,
                        kEnd64Mark = 0x06064b50, kLocator64Mark = 0x07064b50,
                        kDescriptorMark = 0x08074b50;
constexpr std::size_t kLocalBytes = 30, kFileBytes = 46, kEndBytes = 22, kEnd64Bytes = 56,
                      kLocator64Bytes = 20, kDescriptorBytes = 16, kDescriptor64Bytes = 24;
constexpr std::uint64_t kIn64 = 0xffffffff; ///< the number is in the extra field
constexpr std::uint64_t kFlagDescriptor = 0x8, kFlagUtf8 = 0x800;
constexpr std::uint64_t kExtra64 = 0x0001, kExtraOtherName = 0x7075;

/// Numbers in a piece of the archive, which is as long as it was asked for or empty.
class Piece
{
public:
    Piece(const ReadAt &readAt, std::uint64_t offset, std::size_t bytes) : m_bytes(bytes)
    {
        if (readAt(offset, m_bytes) != bytes)
            m_bytes.clear();
    }

    bool isThere() const { return !m_bytes.empty(); }
    std::size_t size() const { return m_bytes.size(); }
    /// Little-endian; 0 beyond the end.
    std::uint64_t number(std::size_t at, std::size_t bytes) const
    {
        std::uint64_t value = 0;
        for (std::size_t i = bytes; i-- > 0;)
            value = value << 8U |
                    (at + i < m_bytes.size() ? std::to_integer<std::uint64_t>(m_bytes[at + i]) : 0);
        return value;
    }
    std::string text(std::size_t at, std::size_t bytes) const
    {
        const auto *begin = reinterpret_cast<const char *>(m_bytes.data());
        return at + bytes <= m_bytes.size() ? std::string(begin + at, bytes) : std::string();
    }

private:
    std::vector<std::byte> m_bytes;
};

/// Where the directory is, and what it announces.
struct Directory
{
    std::uint64_t offset = 0, bytes = 0, files = 0;
};

/// One file, as the directory or as the header before its bytes tells it.
struct Header
{
    std::string name;
    std::uint64_t flags = 0, method = 0, checksum = 0, packedBytes = 0, bytes = 0, offset = 0;
    std::uint64_t headerBytes = 0; ///< of all of the header
    bool in64 = false;
};

class Walk
{
public:
    Walk(const ReadAt &readAt, std::uint64_t size) : m_readAt(readAt), m_size(size) {}

    Result<std::vector<std::string>> names(std::size_t most)
    {
        const auto directory = findDirectory();
        if (!directory)
            return problem(Text::tr("its end record is not where an archive ends"));
        if (directory->files > most)
            return problem(Text::tr("it announces %1 files").arg(directory->files));
        std::vector<std::string> names;
        std::uint64_t at = directory->offset;
        std::uint64_t expected = 0;
        for (std::uint64_t i = 0; i < directory->files; ++i) {
            const auto file = readFile(at);
            if (!file)
                return problem(Text::tr("its directory cannot be followed"));
            const QString shown = QString::fromStdString(file->name).left(160);
            if (file->offset != expected)
                return problem(Text::tr("%1 does not follow what is before it").arg(shown));
            if (file->name.ends_with('/') && file->bytes != 0)
                return problem(Text::tr("the folder %1 has content").arg(shown));
            const auto end = endOf(*file);
            if (!end)
                return problem(
                    Text::tr("the directory and the place of %1 do not say the same").arg(shown));
            expected = *end;
            at += file->headerBytes;
            names.push_back(file->name);
        }
        if (expected != directory->offset || at != directory->offset + directory->bytes)
            return problem(Text::tr("something is between its files and its end"));
        return withoutClash(std::move(names));
    }

private:
    static Error problem(const QString &why)
    {
        return {error_codes::kBundleDamaged,
                Text::tr("Other programs may see other files in this archive: %1").arg(why),
                Text::tr("Unpack it and verify the folder to judge the content alone.")};
    }

    /// No name twice, also not once as a file's and once as a folder's.
    static Result<std::vector<std::string>> withoutClash(std::vector<std::string> names)
    {
        std::set<std::string_view> seen;
        for (const std::string &name : names)
            if (const std::string_view bare(name.data(),
                                            name.size() - (name.ends_with('/') ? 1 : 0));
                !seen.insert(bare).second)
                return problem(
                    Text::tr("%1 is there twice").arg(QString::fromStdString(name).left(160)));
        return names;
    }

    std::optional<Directory> findDirectory() const
    {
        if (m_size < kEndBytes)
            return std::nullopt;
        const std::uint64_t endAt = m_size - kEndBytes;
        const Piece end(m_readAt, endAt, kEndBytes);
        // One disk, no comment.
        if (end.number(0, 4) != kEndMark || end.number(4, 4) != 0 || end.number(20, 2) != 0 ||
            end.number(8, 2) != end.number(10, 2))
            return std::nullopt;
        Directory found{end.number(16, 4), end.number(12, 4), end.number(10, 2)};
        std::uint64_t follows = endAt;
        if (endAt >= kLocator64Bytes + kEnd64Bytes) {
            const std::uint64_t locatorAt = endAt - kLocator64Bytes;
            const Piece locator(m_readAt, locatorAt, kLocator64Bytes);
            if (locator.number(0, 4) == kLocator64Mark) {
                follows = locatorAt - kEnd64Bytes;
                const Piece end64(m_readAt, follows, kEnd64Bytes);
                const Directory large{end64.number(48, 8), end64.number(40, 8),
                                      end64.number(32, 8)};
                constexpr std::uint64_t kMostFiles = 0xffff;
                if (locator.number(8, 8) != follows || end64.number(0, 4) != kEnd64Mark ||
                    end64.number(4, 8) != kEnd64Bytes - 12 || end64.number(16, 8) != 0 ||
                    end64.number(24, 8) != large.files ||
                    (found.offset != kIn64 && found.offset != large.offset) ||
                    (found.bytes != kIn64 && found.bytes != large.bytes) ||
                    (found.files != kMostFiles && found.files != large.files))
                    return std::nullopt;
                found = large;
            }
        }
        const bool fits = found.offset <= follows && found.bytes == follows - found.offset;
        return fits ? std::optional(found) : std::nullopt;
    }

    /// Takes numbers that did not fit from the extra field; false where it has another name, or is
    /// no list of fields.
    bool readExtra(const Piece &extra, bool inDirectory, Header &header) const
    {
        std::size_t at = 0;
        while (at + 4 <= extra.size()) {
            const std::uint64_t id = extra.number(at, 2);
            const auto length = static_cast<std::size_t>(extra.number(at + 2, 2));
            if (id == kExtraOtherName || at + 4 + length > extra.size())
                return false;
            if (id == kExtra64) {
                std::size_t field = at + 4;
                const auto take = [&](std::uint64_t &number) {
                    if (number != kIn64 || field + 8 > at + 4 + length)
                        return;
                    number = extra.number(field, 8);
                    field += 8;
                };
                take(header.bytes);
                take(header.packedBytes);
                if (inDirectory)
                    take(header.offset);
                header.in64 = true;
            }
            at += 4 + length;
        }
        return at == extra.size();
    }

    std::optional<Header> readFile(std::uint64_t at) const
    {
        const Piece fixed(m_readAt, at, kFileBytes);
        if (!fixed.isThere() || fixed.number(0, 4) != kFileMark || fixed.number(34, 2) != 0)
            return std::nullopt;
        Header header{{},
                      fixed.number(8, 2),
                      fixed.number(10, 2),
                      fixed.number(16, 4),
                      fixed.number(20, 4),
                      fixed.number(24, 4),
                      fixed.number(42, 4)};
        const auto comment = fixed.number(32, 2);
        return readRest(at + kFileBytes, fixed.number(28, 2), fixed.number(30, 2), true, header)
                   ? withSize(header,
                              kFileBytes + fixed.number(28, 2) + fixed.number(30, 2) + comment)
                   : std::nullopt;
    }

    std::optional<Header> readLocal(std::uint64_t at) const
    {
        const Piece fixed(m_readAt, at, kLocalBytes);
        if (!fixed.isThere() || fixed.number(0, 4) != kLocalMark)
            return std::nullopt;
        Header header{{},
                      fixed.number(6, 2),
                      fixed.number(8, 2),
                      fixed.number(14, 4),
                      fixed.number(18, 4),
                      fixed.number(22, 4),
                      at};
        return readRest(at + kLocalBytes, fixed.number(26, 2), fixed.number(28, 2), false, header)
                   ? withSize(header, kLocalBytes + fixed.number(26, 2) + fixed.number(28, 2))
                   : std::nullopt;
    }

    static std::optional<Header> withSize(Header header, std::uint64_t bytes)
    {
        header.headerBytes = bytes;
        return header;
    }

    bool readRest(std::uint64_t at, std::uint64_t nameBytes, std::uint64_t extraBytes,
                  bool inDirectory, Header &header) const
    {
        const Piece name(m_readAt, at, nameBytes);
        header.name = name.text(0, nameBytes);
        const Piece extra(m_readAt, at + nameBytes, extraBytes);
        return header.name.size() == nameBytes && nameBytes > 0 && extra.size() == extraBytes &&
               readExtra(extra, inDirectory, header);
    }

    /// Where a file's bytes end, if the header before them says what the directory says.
    std::optional<std::uint64_t> endOf(const Header &file) const
    {
        const auto local = readLocal(file.offset);
        const bool plain = std::ranges::all_of(file.name, [](char byte) { return byte > 0; });
        if (!local || local->name != file.name || local->flags != file.flags ||
            local->method != file.method || (!plain && (file.flags & kFlagUtf8) == 0))
            return std::nullopt;
        const std::uint64_t start = file.offset + local->headerBytes;
        if (start > m_size || file.packedBytes > m_size - start)
            return std::nullopt;
        const std::uint64_t end = start + file.packedBytes;
        const auto same = [&file](std::uint64_t here, std::uint64_t there) {
            return here == there || ((file.flags & kFlagDescriptor) != 0 && here == 0);
        };
        if (!same(local->checksum, file.checksum) || !same(local->packedBytes, file.packedBytes) ||
            !same(local->bytes, file.bytes))
            return std::nullopt;
        return (file.flags & kFlagDescriptor) == 0 ? std::optional(end)
                                                   : endOfDescriptor(end, file, local->in64);
    }

    std::optional<std::uint64_t> endOfDescriptor(std::uint64_t at, const Header &file,
                                                 bool in64) const
    {
        const std::size_t bytes = in64 ? kDescriptor64Bytes : kDescriptorBytes;
        const std::size_t width = in64 ? 8 : 4;
        const Piece piece(m_readAt, at, bytes);
        const bool same = piece.isThere() && piece.number(0, 4) == kDescriptorMark &&
                          piece.number(4, 4) == file.checksum &&
                          piece.number(8, width) == file.packedBytes &&
                          piece.number(8 + width, width) == file.bytes;
        return same ? std::optional(at + bytes) : std::nullopt;
    }

    const ReadAt &m_readAt;
    std::uint64_t m_size;
};

} // namespace

Result<std::vector<std::string>> namesOfStrictZip(const ReadAt &readAt, std::uint64_t size,
                                                  std::size_t most)
{
    return Walk(readAt, size).names(most);
}

} // namespace mrb::backend
