// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/LogEnd.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>

namespace mrb::backend {

namespace {

constexpr std::uintmax_t kLogEndBytes = std::uintmax_t{1} << 18;

} // namespace

QString readLogEnd(const std::filesystem::path &file)
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed))
        return {};
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    if (failed)
        return {};
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(size - std::min(size, kLogEndBytes)));
    std::string bytes(std::min(size, kLogEndBytes), '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace mrb::backend
