// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// What mrbrain-supervisor and the runner say to each other. Shared by a program without Qt, hence
/// plain C++. The supervisor reads commands from its stdin, whose end means that the parent died,
/// and writes one record per line to the descriptor given with --status-fd: "started", then
/// "ended"; or "ended" alone when the program could not be started. Lines that are no record are
/// skipped; an empty one stands where a line was cut short.
///
/// A program that is held (--hold) has one end of a socket as its stdin. It may say one line there,
/// which comes as a "ready" record, and is told "go\n", upon which the other end is closed.
namespace mrb::backend::supervisor {

/// Ends the run as the closing of the pipe does, but is recorded as asked for.
inline constexpr std::string_view kCancelCommand = "cancel\n";

/// Lets a program go that is held. Before its ready line it is kept until that came; without --hold
/// it does nothing.
inline constexpr std::string_view kGoCommand = "go\n";

/// The longest ready line that is passed on. One for a checkout of 40 files has some 10 KiB.
inline constexpr std::size_t kMaxReadyBytes = std::size_t{256} << 10;

/// After SIGKILL to all, how long to wait for processes that do not die (in the kernel, or
/// another user's) before they are reported as survivors.
inline constexpr int kKillLimitMs = 10'000;

/// How the program ended.
enum class End {
    Exited,         ///< number: exit code
    Signaled,       ///< number: signal
    FolderFailed,   ///< chdir failed; number: errno
    ExecFailed,     ///< number: errno
    LaunchFailed,   ///< the supervisor itself could not start anything; number: errno
    SupervisorLost, ///< the inner supervisor was killed; number: signal
};

/// Why the supervisor ended the run; None: the program ended by itself.
enum class Reason {
    None,
    Cancel,     ///< the cancel command
    ParentGone, ///< the command pipe was closed
    Signal,     ///< the supervisor got a signal that asks to stop
    GuardGone,  ///< the outer supervisor was killed
};

/// One record. Times in microseconds, memory in KiB as getrusage counts it.
struct Record
{
    bool started = false; ///< a "started" record; only pid counts
    std::int64_t pid = 0;
    End end = End::Exited;
    int number = 0;
    Reason reason = Reason::None;
    int reasonSignal = 0;
    int terminated = 0;      ///< processes other than the program that got SIGTERM
    int killed = 0;          ///< processes that got SIGKILL
    int survivors = 0;       ///< processes that could not be ended
    bool went = false;       ///< it was held, and was told to go
    std::int64_t wallUs = 0; ///< since its start, or since it was told to go
    std::int64_t cpuUs = 0;
    std::int64_t maxRssKb = 0;

    friend bool operator==(const Record &, const Record &) = default;
};

namespace detail {

constexpr End last(End /*any*/)
{
    return End::SupervisorLost;
}
constexpr Reason last(Reason /*any*/)
{
    return Reason::GuardGone;
}

// The one list of fields, for both directions.
template <class RecordType, class Visitor> void visitFields(RecordType &record, Visitor &&visit)
{
    visit("pid", record.pid);
    visit("end", record.end);
    visit("number", record.number);
    visit("reason", record.reason);
    visit("reason_signal", record.reasonSignal);
    visit("terminated", record.terminated);
    visit("killed", record.killed);
    visit("survivors", record.survivors);
    visit("went", record.went);
    visit("wall_us", record.wallUs);
    visit("cpu_us", record.cpuUs);
    visit("max_rss_kb", record.maxRssKb);
}

} // namespace detail

/// One line with its newline: the kind, then "name=number" fields.
inline std::string encode(const Record &record)
{
    std::string line = record.started ? "started" : "ended";
    detail::visitFields(record, [&line](std::string_view name, auto value) {
        line += ' ';
        line += name;
        line += '=';
        line += std::to_string(static_cast<std::int64_t>(value));
    });
    return line + '\n';
}

/// Reads a line without its newline; false when it is not a record, or holds a number that none of
/// ours could.
inline bool decode(std::string_view line, Record &record)
{
    const std::string_view kind = line.substr(0, line.find(' '));
    if (kind != "started" && kind != "ended")
        return false;
    record.started = kind == "started";
    bool ok = true;
    detail::visitFields(record, [&](std::string_view name, auto &value) {
        const std::string key = ' ' + std::string(name) + '=';
        const std::size_t at = line.find(key);
        std::int64_t number = 0;
        if (at == std::string_view::npos ||
            std::from_chars(line.data() + at + key.size(), line.data() + line.size(), number).ec !=
                std::errc{}) {
            ok = false;
            return;
        }
        using Value = std::remove_reference_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>)
            ok = ok && (number == 0 || number == 1);
        else if constexpr (std::is_integral_v<Value>)
            ok = ok && std::in_range<Value>(number);
        else
            ok = ok && number >= 0 && number <= static_cast<std::int64_t>(detail::last(Value{}));
        value = static_cast<Value>(number);
    });
    return ok;
}

/// The record of what a held program said of itself; its length in front shows whether it is whole.
/// A line that is longer than kMaxReadyBytes is told as an empty one.
inline std::string encodeReady(std::string_view text)
{
    if (text.size() > kMaxReadyBytes)
        text = {};
    return "ready " + std::to_string(text.size()) + ' ' + std::string(text) + '\n';
}

/// Reads a line without its newline: the text of a whole "ready" record, else nothing.
inline std::optional<std::string_view> decodeReady(std::string_view line)
{
    constexpr std::string_view kKind = "ready ";
    if (!line.starts_with(kKind))
        return std::nullopt;
    line.remove_prefix(kKind.size());
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (error != std::errc{} || !line.starts_with(' ') || line.size() != length + 1)
        return std::nullopt;
    return line.substr(1);
}

} // namespace mrb::backend::supervisor
