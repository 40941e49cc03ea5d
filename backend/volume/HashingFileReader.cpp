// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/HashingFileReader.h"

#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace mrb::volume {

namespace {

constexpr std::size_t kSlots = 8;

Error cannotRead(const std::filesystem::path &file, int reason)
{
    return {mrb::error_codes::kCannotRead,
            Text::tr("%1 cannot be read: %2").arg(toQString(file), systemErrorText(reason)),
            Text::tr("Check that the file exists and that you may read it.")};
}

Error notRegular(const std::filesystem::path &file, mode_t mode)
{
    const QString kind = S_ISDIR(mode)    ? Text::tr("a folder")
                         : S_ISFIFO(mode) ? Text::tr("a FIFO")
                         : S_ISSOCK(mode) ? Text::tr("a socket")
                                          : Text::tr("a device");
    return {error_codes::kNotARegularFile,
            Text::tr("%1 is %2, not a file").arg(toQString(file), kind),
            Text::tr("Choose a .nii or .nii.gz file.")};
}

bool sameFileState(const struct stat &a, const struct stat &b)
{
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

} // namespace

struct HashingFileReader::State
{
    State(std::filesystem::path path, std::stop_token token, bool wantsHash)
        : file(std::move(path)), outerStop(std::move(token))
    {
        if (wantsHash)
            hash.emplace();
    }
    ~State()
    {
        thread.request_stop();
        slotFreed.notify_all();
        if (thread.joinable())
            thread.join();
        if (descriptor >= 0)
            ::close(descriptor);
    }
    State(const State &) = delete;
    State &operator=(const State &) = delete;

    struct Slot
    {
        std::unique_ptr<std::byte[]> bytes; // pieceBytes of them, from its first use on
        std::size_t used = 0;
    };

    void run(const std::stop_token &ownStop);
    bool waitForSlot(const std::stop_token &ownStop);
    std::optional<std::size_t> fillSlot(Slot &slot);
    void end(std::optional<Error> why);

    const std::filesystem::path file;
    const std::stop_token outerStop;
    int descriptor = -1;
    struct stat before = {};
    std::size_t pieceBytes = kPieceBytes; // less for a small file, but room to see its end
    std::optional<Sha256> hash;           // of the reading thread until it has ended

    std::mutex mutex;
    std::condition_variable_any slotFreed;
    std::condition_variable slotFilled;
    std::array<Slot, kSlots> slots;
    std::size_t filled = 0;     // pieces read so far
    std::size_t taken = 0;      // pieces the caller is done with
    bool lendingOne = false;    // the caller holds slots[taken]
    bool ended = false;         // no further piece will come
    std::optional<Error> error; // why it ended early

    std::jthread thread; // last: started when all else is there
};

bool HashingFileReader::State::waitForSlot(const std::stop_token &ownStop)
{
    std::unique_lock lock(mutex);
    return slotFreed.wait(lock, ownStop, [this] { return filled - taken < kSlots; });
}

/// Bytes read: pieceBytes, or less at the end of the file; empty after a read error.
std::optional<std::size_t> HashingFileReader::State::fillSlot(Slot &slot)
{
    if (!slot.bytes)
        slot.bytes = std::make_unique_for_overwrite<std::byte[]>(pieceBytes);
    std::size_t used = 0;
    while (used < pieceBytes) {
        const ssize_t got = ::read(descriptor, slot.bytes.get() + used, pieceBytes - used);
        if (got == 0)
            break;
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return std::nullopt;
        }
        used += static_cast<std::size_t>(got);
    }
    return used;
}

void HashingFileReader::State::end(std::optional<Error> why)
{
    const std::scoped_lock lock(mutex);
    error = std::move(why);
    ended = true;
    slotFilled.notify_all();
}

void HashingFileReader::State::run(const std::stop_token &ownStop)
{
    std::uint64_t total = 0;
    while (waitForSlot(ownStop)) {
        if (outerStop.stop_requested())
            break;
        Slot &slot = slots[filled % kSlots]; // only this thread changes `filled`
        const auto used = fillSlot(slot);
        if (!used)
            return end(cannotRead(file, errno));
        if (*used > 0) {
            slot.used = *used;
            {
                const std::scoped_lock lock(mutex);
                ++filled;
            }
            slotFilled.notify_all();
            // The caller only reads the piece, so it may be hashed while the caller works on it;
            // the slot is not reused before this loop comes round.
            if (hash)
                hash->add({slot.bytes.get(), *used});
            total += *used;
        }
        const auto expected = static_cast<std::uint64_t>(before.st_size);
        // Beyond its size the file is growing: not followed for ever.
        if (*used < pieceBytes || total > expected) {
            struct stat after = {};
            if (::fstat(descriptor, &after) != 0)
                return end(cannotRead(file, errno));
            if (total != expected || !sameFileState(before, after))
                return end(Error{error_codes::kFileChanged,
                                 Text::tr("%1 changed while it was read: it had %2 bytes, then %3")
                                     .arg(toQString(file))
                                     .arg(before.st_size)
                                     .arg(total),
                                 Text::tr("Wait until the file is finished, then read it again.")});
            return end(std::nullopt);
        }
    }
    end(Error{error_codes::kCancelled, Text::tr("Reading %1 was cancelled").arg(toQString(file)),
              Text::tr("Start it again.")});
}

HashingFileReader::HashingFileReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}

HashingFileReader::~HashingFileReader() = default;

Result<std::unique_ptr<HashingFileReader>>
HashingFileReader::open(const std::filesystem::path &file, std::stop_token stop, bool hash)
{
    auto state = std::make_unique<State>(file, std::move(stop), hash);
    state->descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (state->descriptor < 0) {
        // A socket cannot be opened at all; say what it is rather than "no such device".
        struct stat info = {};
        const int reason = errno;
        if (reason == ENXIO && ::stat(file.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
            return notRegular(file, info.st_mode);
        return cannotRead(file, reason);
    }
    if (::fstat(state->descriptor, &state->before) != 0)
        return cannotRead(file, errno);
    if (!S_ISREG(state->before.st_mode))
        return notRegular(file, state->before.st_mode);
    state->pieceBytes = static_cast<std::size_t>(std::min<std::uint64_t>(
        kPieceBytes, static_cast<std::uint64_t>(state->before.st_size) + 1));
    ::posix_fadvise(state->descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);

    State *const shared = state.get(); // lives as long as the thread: ~State joins
    if (state->pieceBytes < kPieceBytes)
        shared->run({}); // one piece: not worth a thread
    else
        state->thread = std::jthread([shared](const std::stop_token &own) { shared->run(own); });
    return std::unique_ptr<HashingFileReader>(new HashingFileReader(std::move(state)));
}

std::uint64_t HashingFileReader::size() const
{
    return static_cast<std::uint64_t>(m_state->before.st_size);
}

std::span<const std::byte> HashingFileReader::next()
{
    State &state = *m_state;
    std::unique_lock lock(state.mutex);
    if (state.lendingOne) {
        state.lendingOne = false;
        ++state.taken;
        state.slotFreed.notify_all();
    }
    state.slotFilled.wait(lock, [&state] { return state.filled > state.taken || state.ended; });
    if (state.filled == state.taken)
        return {};
    state.lendingOne = true;
    const State::Slot &slot = state.slots[state.taken % kSlots];
    return {slot.bytes.get(), slot.used};
}

Result<std::string> HashingFileReader::finish()
{
    while (!next().empty()) {
    }
    if (m_state->thread.joinable())
        m_state->thread.join();
    if (m_state->error)
        return *m_state->error;
    return m_state->hash ? m_state->hash->finish() : std::string();
}

} // namespace mrb::volume
