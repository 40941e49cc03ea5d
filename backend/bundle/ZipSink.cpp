// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/bundle/ZipSink.h"

#include <utility>

namespace mrb::backend {

Result<std::unique_ptr<ZipSink>> ZipSink::open(const std::filesystem::path &file)
{
    Result<AtomicFileWriter> writer = AtomicFileWriter::open(file);
    if (!writer)
        return writer.error();
    return std::unique_ptr<ZipSink>(new ZipSink(std::move(writer).value()));
}

ZipSink::ZipSink(AtomicFileWriter file)
    : m_file(std::move(file)), m_zip([this](std::span<const std::byte> bytes) {
          m_bytes += bytes.size();
          return m_file.write(bytes);
      })
{
}

Result<> ZipSink::begin(const std::string &name, std::uint64_t bytes, bool program)
{
    return m_zip.begin(name, bytes, program);
}

Result<> ZipSink::add(std::span<const std::byte> piece)
{
    return m_zip.add(piece);
}

Result<> ZipSink::end()
{
    return m_zip.end();
}

Result<> ZipSink::commit()
{
    if (auto finished = m_zip.finish(); !finished)
        return finished;
    return m_file.commit();
}

} // namespace mrb::backend
