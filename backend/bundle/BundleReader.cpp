// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/BundleReader.h"

#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/bundle/ZipLayout.h"
#include "backend/bundle/ZipStream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18U;

/// A descriptor that is closed.
struct Descriptor
{
    int number = -1;
    explicit Descriptor(int opened) : number(opened) {}
    ~Descriptor()
    {
        if (number >= 0)
            ::close(number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
};

/// The bytes of an archive, in a file or in memory.
struct Source
{
    int file = -1; ///< borrowed
    std::span<const std::byte> bytes;
    std::uint64_t size = 0;

    /// How much could be read, less than asked at the end or after a failure.
    std::size_t readAt(std::uint64_t offset, std::span<std::byte> into) const
    {
        if (file < 0) {
            const std::uint64_t start = std::min<std::uint64_t>(offset, bytes.size());
            const std::size_t count = std::min(into.size(), bytes.size() - start);
            std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(start), count, into.begin());
            return count;
        }
        std::size_t done = 0;
        while (done < into.size()) {
            const ssize_t got = ::pread(file, into.data() + done, into.size() - done,
                                        static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }
};

Error cannotRead(const fs::path &path, int reason)
{
    return {mrb::error_codes::kCannotRead,
            Text::tr("%1 cannot be read: %2").arg(toQString(path), systemErrorText(reason)),
            Text::tr("Check that it exists and that you may read it."), toQString(path)};
}

Error cannotUnpack(const fs::path &path, int reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1 cannot be unpacked: %2").arg(toQString(path), systemErrorText(reason)),
            Text::tr("Bundles are unpacked below $TMPDIR; make room there, or unpack the bundle "
                     "yourself and name its folder."),
            toQString(path)};
}

Error cancelled()
{
    return {error_codes::kBundleCancelled, Text::tr("Cancelled.")};
}

Error damaged(const QString &why)
{
    return {error_codes::kBundleDamaged, Text::tr("The bundle cannot be read: %1").arg(why),
            Text::tr("Get it once more from whoever made it.")};
}

Error wrongKind(const QString &name)
{
    return {error_codes::kBundleKind,
            Text::tr("%1 is a link or a device, which no bundle holds.").arg(name),
            Text::tr("Do not use this bundle: it was not made by this program."), name};
}

Error tooMuch(const QString &what)
{
    return {error_codes::kBundleLimits, what,
            Text::tr("If it is to be trusted, unpack it yourself and name its folder.")};
}

/// What was read so far may not exceed the limits, whatever the archive announces.
class Counter
{
public:
    explicit Counter(const BundleLimits &limits) : m_limits(limits) {}

    std::optional<Error> takeName(const std::string &name)
    {
        if (const auto bad = checkBundleName(name))
            return bad;
        // "a" as a file and "a/b" beside it cannot both be.
        bool clash = !m_names.insert(name).second || m_folders.contains(name);
        for (std::size_t slash = name.find('/'); slash != std::string::npos;
             slash = name.find('/', slash + 1)) {
            const std::string folder = name.substr(0, slash);
            clash = clash || m_names.contains(folder);
            m_folders.insert(folder);
        }
        if (clash)
            return Error{error_codes::kBundleName,
                         Text::tr("%1 is in the bundle twice.").arg(QString::fromStdString(name)),
                         Text::tr("Do not use this bundle: it was not made by this program."),
                         QString::fromStdString(name)};
        if (m_names.size() > m_limits.entries)
            return tooMuch(Text::tr("The bundle holds more than %1 files.").arg(m_limits.entries));
        return std::nullopt;
    }

    std::optional<Error> takeBytes(const QString &name, std::uint64_t fileBytes, Packing packing)
    {
        const bool inflated = packing == Packing::Deflated;
        m_total += fileBytes;
        if (inflated)
            m_inflated += fileBytes;
        if (m_total < fileBytes || m_total > m_limits.totalBytes ||
            (inflated &&
             (fileBytes > m_limits.inflatedBytes || m_inflated > m_limits.totalInflatedBytes)))
            return tooMuch(Text::tr("%1 would make the bundle larger than is read.").arg(name));
        return std::nullopt;
    }

private:
    BundleLimits m_limits;
    std::set<std::string> m_names, m_folders;
    std::uint64_t m_total = 0, m_inflated = 0;
};

/// Whether the archive is what ZipStream writes for the files that were found in it.
class Comparison
{
public:
    explicit Comparison(const Source &source) : m_source(source) {}

    void begin(const std::string &name, std::uint64_t bytes, bool program)
    {
        if (m_same)
            m_same = static_cast<bool>(m_zip.begin(name, bytes, program));
    }
    void add(std::span<const std::byte> piece)
    {
        if (m_same)
            m_same = m_zip.add(piece) && m_same;
    }
    void end()
    {
        if (m_same)
            m_same = m_zip.end() && m_same;
    }
    bool finish() { return m_same && m_zip.finish() && m_same && m_offset == m_source.size; }

private:
    Result<> compare(std::span<const std::byte> bytes)
    {
        while (m_same && !bytes.empty()) {
            const auto piece = bytes.first(std::min(bytes.size(), m_buffer.size()));
            const auto read = std::span(m_buffer).first(piece.size());
            m_same =
                m_source.readAt(m_offset, read) == piece.size() && std::ranges::equal(read, piece);
            m_offset += piece.size();
            bytes = bytes.subspan(piece.size());
        }
        return {};
    }

    const Source &m_source;
    std::vector<std::byte> m_buffer = std::vector<std::byte>(kPiece);
    std::uint64_t m_offset = 0;
    bool m_same = true;
    ZipStream m_zip{[this](std::span<const std::byte> bytes) { return compare(bytes); }};
};

/// Reads an archive from its start to its end.
class ArchiveWalk
{
public:
    ArchiveWalk(const Source &source, const BundleLimits &limits, fs::path into,
                std::stop_token stop, const BundleProgress &progress)
        : m_source(source),
          m_counter(limits),
          m_into(std::move(into)),
          m_stop(std::move(stop)),
          m_progress(progress),
          m_comparison(source),
          m_reader(archive_read_new(), &archive_read_free)
    {
        // Only the reader that believes the directory, as other programs do.
        archive_read_support_format_zip_seekable(m_reader.get());
        archive_read_set_format_option(m_reader.get(), "zip", "hdrcharset", "UTF-8");
    }

    Result<BundleContent> walk()
    {
        const int opened = m_source.file < 0
                               ? archive_read_open_memory(m_reader.get(), m_source.bytes.data(),
                                                          m_source.bytes.size())
                               : archive_read_open_fd(m_reader.get(), m_source.file, kPiece);
        if (opened != ARCHIVE_OK)
            return damaged(said());
        while (true) {
            archive_entry *entry = nullptr;
            const int found = archive_read_next_header(m_reader.get(), &entry);
            if (found == ARCHIVE_EOF)
                break;
            if (found != ARCHIVE_OK)
                return damaged(said());
            if (auto error = takeEntry(entry))
                return *error;
        }
        m_content.asWritten = m_comparison.finish();
        lookAtLayout();
        std::ranges::sort(m_content.entries, {}, &BundleEntry::name);
        return std::move(m_content);
    }

private:
    QString said() const
    {
        const char *text = archive_error_string(m_reader.get());
        return text ? QString::fromLocal8Bit(text) : Text::tr("it is no ZIP archive");
    }

    void lookAtLayout()
    {
        Result<std::vector<std::string>> names = namesOfStrictZip(
            [this](std::uint64_t offset, std::span<std::byte> into) {
                return m_source.readAt(offset, into);
            },
            m_source.size, m_seen.size());
        if (names) {
            std::ranges::sort(*names);
            std::ranges::sort(m_seen);
        }
        if (!names)
            m_content.layoutProblem = names.error().message.toStdString();
        else if (*names != m_seen)
            m_content.layoutProblem =
                Text::tr("Its directory has other names than were read.").toStdString();
    }

    std::optional<Error> takeEntry(archive_entry *entry)
    {
        const char *path = archive_entry_pathname_utf8(entry);
        std::string name = path ? path : "";
        m_seen.push_back(name);
        if (archive_entry_filetype(entry) == AE_IFDIR && name.ends_with('/')) {
            // Other programs list folders; they say nothing that the names of files do not say.
            m_comparison.begin(name, 0, false);
            m_comparison.end();
            name.pop_back();
            return checkBundleName(name);
        }
        if (auto error = m_counter.takeName(name))
            return error;
        const QString shown = QString::fromStdString(name);
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink_utf8(entry) ||
            archive_entry_symlink_utf8(entry))
            return wrongKind(shown);
        if (archive_entry_is_encrypted(entry))
            return damaged(Text::tr("%1 is encrypted").arg(shown));
        if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
            return damaged(Text::tr("%1 has no size").arg(shown));
        const auto bytes = static_cast<std::uint64_t>(archive_entry_size(entry));
        // A name says how this program packs a file; another one may have inflated what is stored
        // here, so only what cannot be longer than the archive counts as stored.
        const Packing packing = bytes <= m_source.size ? packingOf(name) : Packing::Deflated;
        if (auto error = m_counter.takeBytes(shown, bytes, packing))
            return error;
        return takeData(name, bytes, (archive_entry_perm(entry) & 0100U) != 0);
    }

    std::optional<Error> takeData(const std::string &name, std::uint64_t bytes, bool program)
    {
        const QString shown = QString::fromStdString(name);
        Descriptor out(-1);
        if (!m_into.empty()) {
            std::error_code code;
            fs::create_directories((m_into / name).parent_path(), code);
            out.number = code ? -1
                              : ::open((m_into / name).c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                       program ? 0700 : 0600);
            if (out.number < 0)
                return cannotUnpack(name, code ? code.value() : errno);
        }
        m_comparison.begin(name, bytes, program);
        Sha256 hash;
        std::uint64_t done = 0;
        std::array<std::byte, std::size_t{1} << 16U> piece{};
        while (true) {
            if (m_stop.stop_requested())
                return cancelled();
            const la_ssize_t got = archive_read_data(m_reader.get(), piece.data(), piece.size());
            if (got < 0)
                return damaged(Text::tr("%1: %2").arg(shown, said()));
            if (got == 0)
                break;
            done += static_cast<std::uint64_t>(got);
            if (done > bytes)
                break;
            const auto read = std::span(piece).first(static_cast<std::size_t>(got));
            hash.add(read);
            m_comparison.add(read);
            if (const int reason = out.number < 0 ? 0 : writeAll(out.number, read); reason != 0)
                return cannotUnpack(name, reason);
            tellProgress(read.size());
        }
        if (done != bytes)
            return damaged(Text::tr("%1 has not the size that is announced").arg(shown));
        m_comparison.end();
        m_content.entries.push_back({name, bytes, hash.finish()});
        return std::nullopt;
    }

    static int writeAll(int descriptor, std::span<const std::byte> bytes)
    {
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return errno;
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return 0;
    }

    void tellProgress(std::uint64_t bytes)
    {
        m_done += bytes;
        if (m_progress)
            m_progress(std::min(m_done, m_source.size), m_source.size);
    }

    const Source &m_source;
    Counter m_counter;
    fs::path m_into; ///< empty: nothing is unpacked
    std::stop_token m_stop;
    const BundleProgress &m_progress;
    Comparison m_comparison;
    std::unique_ptr<archive, decltype(&archive_read_free)> m_reader;
    BundleContent m_content;
    std::vector<std::string> m_seen; ///< names of all entries, folders too
    std::uint64_t m_done = 0;
};

/// The whole file, in a thread of its own while it is unpacked; ended early by `stop`.
std::string hashOf(const Source &source, const std::stop_token &stop)
{
    Sha256 hash;
    std::vector<std::byte> piece(std::size_t{1} << 20U);
    for (std::uint64_t offset = 0; offset < source.size && !stop.stop_requested();) {
        const std::size_t got = source.readAt(offset, piece);
        if (got == 0)
            return {};
        hash.add(std::span(piece).first(got));
        offset += got;
    }
    return hash.finish();
}

} // namespace

Result<BundleContent> extractBundle(const fs::path &archive, const fs::path &into,
                                    const BundleLimits &limits, std::stop_token stop,
                                    const BundleProgress &progress)
{
    const Descriptor file(::open(archive.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info = {};
    if (file.number < 0 || ::fstat(file.number, &info) != 0)
        return cannotRead(archive, errno);
    if (!S_ISREG(info.st_mode))
        return cannotRead(archive, S_ISDIR(info.st_mode) ? EISDIR : EINVAL);
    BundleLimits bounded = limits;
    std::error_code code;
    const fs::space_info space = fs::space(into, code);
    if (!code)
        bounded.totalBytes = std::min<std::uint64_t>(limits.totalBytes, space.available);
    const Source source{file.number, {}, static_cast<std::uint64_t>(info.st_size)};
    std::string digest;
    std::jthread hashing(
        [&source, &digest](const std::stop_token &ended) { digest = hashOf(source, ended); });
    Result<BundleContent> content =
        ArchiveWalk(source, bounded, into, std::move(stop), progress).walk();
    if (!content)
        hashing.request_stop();
    hashing.join();
    if (content) {
        content->archiveBytes = source.size;
        content->archiveSha256 = digest;
    }
    return content;
}

Result<BundleContent> readBundleBytes(std::span<const std::byte> archive,
                                      const BundleLimits &limits)
{
    const Source source{-1, archive, archive.size()};
    const BundleProgress none;
    Result<BundleContent> content = ArchiveWalk(source, limits, {}, {}, none).walk();
    if (content) {
        content->archiveBytes = archive.size();
        content->archiveSha256 = Sha256::ofBytes(archive);
    }
    return content;
}

Result<BundleContent> readBundleFolder(const fs::path &folder, const BundleLimits &limits,
                                       std::stop_token stop, const BundleProgress &progress)
{
    BundleContent content;
    Counter counter(limits);
    std::uint64_t total = 0;
    std::error_code code;
    for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
         it.increment(code)) {
        const std::string name = it->path().lexically_relative(folder).generic_string();
        const fs::file_status status = it->symlink_status(code);
        if (code || status.type() == fs::file_type::directory)
            continue;
        if (status.type() != fs::file_type::regular)
            return wrongKind(QString::fromStdString(name));
        if (auto error = counter.takeName(name))
            return *error;
        const std::uint64_t bytes = it->file_size(code);
        total += bytes;
        content.entries.push_back({name, bytes, {}});
    }
    if (code)
        return cannotRead(folder, code.value());
    std::ranges::sort(content.entries, {}, &BundleEntry::name);
    std::uint64_t done = 0;
    for (BundleEntry &entry : content.entries) {
        if (stop.stop_requested())
            return cancelled();
        Result<std::string> hash = sha256OfFile(folder / entry.name);
        if (!hash)
            return hash.error();
        entry.sha256 = std::move(hash).value();
        done += entry.bytes;
        if (progress)
            progress(done, total);
    }
    return content;
}

} // namespace mrb::backend
