// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"
#include "backend/failure/FailureCause.h"

#include <QString>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace mrb::ui {

/// A line as it is shown.
struct ShownLine
{
    QString text;
    backend::LogLevel level = backend::LogLevel::Plain;

    friend bool operator==(const ShownLine &, const ShownLine &) = default;
};

/// The last lines of one run, of bounded size. Lines that come wait until commit() takes over the
/// latest of them; of a flood the rest is counted and left out, with a line that says so. Lines
/// that will be overwritten are not kept but stand below the others, one for each channel. Not a
/// QObject; one thread.
class LogStore
{
public:
    static constexpr std::size_t kMaxLines = 20'000;
    /// Waiting lines that are not left out.
    static constexpr std::size_t kMaxBatch = 300;
    /// Characters of a line that are shown.
    static constexpr qsizetype kMaxCharacters = 4'000;

    void add(const backend::LogLine &line);
    /// A whole file at once; as many as fit.
    void addAll(std::vector<ShownLine> lines);
    bool hasWaiting() const { return !m_waiting.empty() || m_leftOut > 0 || m_transientChanged; }
    void commit();

    /// Lines are numbered from the first that ever came; [first(), end()) are kept.
    std::int64_t first() const { return m_first; }
    std::int64_t end() const { return m_first + static_cast<std::int64_t>(m_lines.size()); }
    const ShownLine &at(std::int64_t number) const;
    /// Progress bars and the like, as they are now.
    std::vector<ShownLine> transients() const;

private:
    void keep(ShownLine line);

    std::deque<ShownLine> m_lines;
    std::int64_t m_first = 0;
    std::deque<QString> m_waiting;
    std::int64_t m_leftOut = 0;
    std::array<std::optional<QString>, 2> m_transient; // for each channel
    bool m_transientChanged = false;
};

} // namespace mrb::ui
