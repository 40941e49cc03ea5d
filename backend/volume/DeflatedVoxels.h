// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/ReadProgress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>

namespace mrb::volume {

/// Inflates the one zlib (RFC 1950) or gzip stream that starts at byte `start` of a file, with
/// ISA-L, checking its checksum. It must fill `voxels` exactly; what follows it is not looked at.
/// ITK's MetaImage reader is not asked for this: it goes on with wrong voxels when the stream is
/// damaged (5.2, MetaIO's MET_UncompressStream).
/// Fails with kOtherFormatDamaged, kCancelled and what HashingFileReader fails with. Blocks.
Result<> inflateVoxels(const std::filesystem::path &file, std::uint64_t start,
                       std::span<std::byte> voxels, std::stop_token stop,
                       const ReadProgress &progress);

} // namespace mrb::volume
