// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/ZipStream.h"

#include "backend/base/Text.h"
#include "backend/bundle/BundleFormat.h"

#include <archive.h>
#include <archive_entry.h>

#include <optional>
#include <utility>

namespace mrb::backend {

struct ZipStream::State
{
    Target target;
    archive *writer = nullptr;
    std::uint64_t missing = 0;  ///< bytes that the current file is still to bring
    std::optional<Error> error; ///< of the target, which libarchive cannot carry
    bool ended = false;

    ~State()
    {
        // Finishes the archive, for which there is nobody any more.
        ended = true;
        archive_write_free(writer);
    }

    Error failure() const
    {
        if (error)
            return *error;
        const char *said = archive_error_string(writer);
        return {mrb::error_codes::kCannotWrite,
                Text::tr("The archive cannot be written: %1.")
                    .arg(said ? QString::fromLocal8Bit(said) : Text::tr("unknown reason")),
                Text::tr("Write it to another place, or as a folder.")};
    }
};

namespace {

/// Takes what there is even after an error: libarchive 3.6 loses its buffers when a writer fails.
la_ssize_t takeBytes(archive *, void *context, const void *bytes, std::size_t size)
{
    auto &state = *static_cast<ZipStream::State *>(context);
    if (!state.error && !state.ended)
        if (auto written = state.target({static_cast<const std::byte *>(bytes), size}); !written)
            state.error = written.error();
    return static_cast<la_ssize_t>(size);
}

} // namespace

ZipStream::ZipStream(Target target) : m_state(std::make_unique<State>())
{
    m_state->target = std::move(target);
    m_state->writer = archive_write_new();
    archive_write_set_format_zip(m_state->writer);
    archive_write_set_format_option(m_state->writer, "zip", "hdrcharset", "UTF-8");
    // Without blocks nothing is copied once more, and no zeros follow the directory.
    archive_write_set_bytes_per_block(m_state->writer, 0);
    if (archive_write_open(m_state->writer, m_state.get(), nullptr, &takeBytes, nullptr) !=
        ARCHIVE_OK)
        m_state->error = m_state->failure();
}

ZipStream::~ZipStream() = default;

Result<> ZipStream::begin(const std::string &name, std::uint64_t bytes, bool program)
{
    if (m_state->error)
        return *m_state->error;
    if (packingOf(name) == Packing::Stored)
        archive_write_zip_set_compression_store(m_state->writer);
    else
        archive_write_zip_set_compression_deflate(m_state->writer);
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              &archive_entry_free);
    // Not the plain path, which libarchive converts by the locale.
    archive_entry_set_pathname_utf8(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), program ? 0755 : 0644);
    m_state->missing = bytes;
    if (archive_write_header(m_state->writer, entry.get()) != ARCHIVE_OK || m_state->error)
        return m_state->failure();
    return {};
}

Result<> ZipStream::add(std::span<const std::byte> piece)
{
    const auto other = [] {
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("A file has another size than it had a moment ago."),
                     Text::tr("Wait until nobody writes to it any more.")};
    };
    if (piece.size() > m_state->missing)
        return other();
    m_state->missing -= piece.size();
    while (!piece.empty()) {
        const la_ssize_t taken = archive_write_data(m_state->writer, piece.data(), piece.size());
        if (taken <= 0 || m_state->error)
            return m_state->failure();
        piece = piece.subspan(static_cast<std::size_t>(taken));
    }
    return {};
}

Result<> ZipStream::end()
{
    if (m_state->missing > 0)
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("A file is shorter than it was a moment ago."),
                     Text::tr("Wait until nobody writes to it any more.")};
    if (archive_write_finish_entry(m_state->writer) != ARCHIVE_OK || m_state->error)
        return m_state->failure();
    return {};
}

Result<> ZipStream::finish()
{
    if (m_state->error)
        return *m_state->error;
    if (archive_write_close(m_state->writer) != ARCHIVE_OK || m_state->error)
        return m_state->failure();
    return {};
}

std::string archiveLibraries()
{
    const char *zlib = archive_zlib_version();
    return "libarchive " + std::string(archive_version_string()).substr(11) + ", zlib " +
           (zlib ? zlib : "none");
}

} // namespace mrb::backend
