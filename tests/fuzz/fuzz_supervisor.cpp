// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Lines that claim to be the supervisor's.

#include "backend/process/SupervisorProtocol.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb::backend::supervisor;
using mrb::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view line = mrb::fuzz::textOf(data, size);
    Record record;
    if (!decode(line, record))
        return 0;
    require(record.end >= End::Exited && record.end <= End::SupervisorLost,
            "the end is a known one");
    require(record.reason >= Reason::None && record.reason <= Reason::GuardGone,
            "the reason is a known one");
    std::string written = encode(record);
    require(written.ends_with('\n'), "a record is a line");
    written.pop_back();
    require(written.find('\n') == std::string::npos, "a record is one line");
    Record again;
    require(decode(written, again) && again == record, "a record can be sent on");
    // A number that was cut to fit would pass all of the above.
    for (const std::string_view name : {" number=", " killed=", " survivors="}) {
        const std::string_view said = line.substr(line.find(name));
        const std::string_view kept = std::string_view(written).substr(written.find(name));
        std::int64_t saidNumber = 0;
        std::int64_t keptNumber = 0;
        std::from_chars(said.data() + name.size(), said.data() + said.size(), saidNumber);
        std::from_chars(kept.data() + name.size(), kept.data() + kept.size(), keptNumber);
        require(saidNumber == keptNumber, "a number is taken as it was sent");
    }
    return 0;
}
