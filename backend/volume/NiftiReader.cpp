// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiReader.h"

#include "backend/base/Text.h"
#include "backend/volume/GzipInflater.h"
#include "backend/volume/HashingFileReader.h"
#include "backend/volume/NiftiStream.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VoxelMemory.h"

#include <exception>
#include <new>
#include <utility>

namespace mrb::volume {

namespace {

/// The bytes of the file on their way through the inflater, when there is one, into the stream.
class Decoder
{
public:
    Decoder(const QString &name, std::uint64_t fileBytes, std::span<const std::byte> firstPiece,
            const NiftiReadOptions &options)
        : m_stream(name, fileBytes,
                   {.compressed = GzipInflater::isGzip(firstPiece),
                    .keepVoxels = options.keepVoxels,
                    .statistics = options.statistics})
    {
        if (GzipInflater::isGzip(firstPiece))
            m_inflater.emplace(name);
    }

    /// False once there is an error.
    bool add(std::span<const std::byte> piece)
    {
        if (!m_inflater)
            return m_stream.add(piece);
        m_inflater->setInput(piece);
        while (true) {
            if (const auto room = m_stream.room(); !room.empty()) {
                const std::size_t got = m_inflater->inflateInto(room);
                if (got == 0)
                    return !m_inflater->error();
                m_stream.addInPlace(got);
                continue;
            }
            const auto inflated = m_inflater->inflate();
            if (inflated.empty())
                return !m_inflater->error();
            if (!m_stream.add(inflated))
                return false;
        }
    }

    void finish()
    {
        if (m_stream.error())
            return;
        if (m_inflater)
            m_inflater->finish();
        m_stream.finish();
    }

    std::optional<Error> error() const
    {
        // A broken gzip stream explains missing voxels, not the other way round.
        if (!m_inflater || !m_inflater->error())
            return m_stream.error();
        Error error = *m_inflater->error();
        if (error.code == error_codes::kGzipTruncated && m_stream.error() &&
            m_stream.error()->code == error_codes::kVoxelsMissing)
            error.message += u" - "_qs + m_stream.error()->message;
        return error;
    }

    NiftiStream &stream() { return m_stream; }

private:
    NiftiStream m_stream;
    std::optional<GzipInflater> m_inflater;
};

Error emptyFile(const QString &name)
{
    return {error_codes::kEmptyFile, Text::tr("%1 is empty").arg(name),
            Text::tr("Make or copy the file again; look whether a disk is full.")};
}

void decodeInto(NiftiReadout &out, HashingFileReader &reader, const NiftiReadOptions &options,
                const ReadProgress &progress)
{
    const QString name = toQString(out.record.path);
    auto piece = reader.next();
    std::optional<Decoder> decoder;
    if (piece.empty()) {
        out.record.error = emptyFile(name);
    } else {
        decoder.emplace(name, reader.size(), piece, options);
        ProgressSteps steps(progress, reader.size());
        std::uint64_t done = 0;
        while (!piece.empty() && decoder->add(piece)) {
            done += piece.size();
            steps.reach(done);
            piece = reader.next();
        }
    }
    const bool refused = decoder && decoder->error();

    if (options.hash || !refused) {
        const auto hash = reader.finish();
        if (!hash) {
            // The bytes are not all known, whatever was thought of those that were.
            out.record.error = hash.error();
            return;
        }
        out.record.sha256 = *hash;
    }
    if (!decoder)
        return;
    decoder->finish();
    NiftiStream &stream = decoder->stream();
    if (stream.header())
        out.record.facts = stream.header()->facts;
    out.record.error = decoder->error();
    if (out.record.error)
        return;
    if (options.statistics)
        out.record.statistics = stream.statistics();
    if (!options.keepVoxels)
        return;
    const NiftiFacts &facts = *out.record.facts;
    out.volume = Volume{.geometry = facts.geometry,
                        .storedType = facts.storedType,
                        .slope = facts.slope,
                        .intercept = facts.intercept,
                        .voxels = stream.takeVoxels()};
}

} // namespace

NiftiReadout readNiftiFile(const std::filesystem::path &file, const NiftiReadOptions &options,
                           std::stop_token stop, const ReadProgress &progress)
{
    NiftiReadout out;
    out.record.path = file;
    try {
        auto reader = HashingFileReader::open(file, std::move(stop), options.hash);
        if (!reader) {
            out.record.error = reader.error();
            return out;
        }
        out.record.bytes = (*reader)->size();
        decodeInto(out, **reader, options, progress);
    } catch (const std::bad_alloc &) {
        out.record.error = notEnoughMemory(toQString(file));
    } catch (const std::exception &failure) {
        out.record.error = Error{mrb::error_codes::kCannotRead,
                                 Text::tr("%1 cannot be read: %2")
                                     .arg(toQString(file), QString::fromUtf8(failure.what())),
                                 Text::tr("Try again.")};
    }
    if (out.record.error)
        out.volume.reset();
    return out;
}

Result<Volume> readNifti(const std::filesystem::path &file, std::stop_token stop)
{
    NiftiReadout out = readNiftiFile(file, {.keepVoxels = true, .hash = false, .statistics = false},
                                     std::move(stop));
    if (out.record.error)
        return *out.record.error;
    return *std::move(out.volume);
}

} // namespace mrb::volume
