// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// The strict JSON reader: what it takes can be written and read again without a change.

#include "backend/base/JsonText.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb;

namespace {

const QString kName = QStringLiteral("the input");

void checkNumbers(const Json &json)
{
    if (json.is_structured()) {
        for (const Json &each : json)
            checkNumbers(each);
    } else if (json.is_number_float()) {
        const auto number = json.get<double>();
        for (const int decimals : {0, 1, 6, 300}) {
            const double rounded = roundLikePython(number, decimals);
            fuzz::require(roundLikePython(rounded, decimals) == rounded,
                          "a rounded number is not rounded further");
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    const Result<Json> json = parseJsonStrictly(text, kName);
    if (!json) {
        fuzz::requireExplained(json.error());
        fuzz::require(!json.error().hint.isEmpty(), "a refused document has a hint");
        return 0;
    }
    fuzz::require(!firstInvalidUtf8(text), "what is read is UTF-8");
    for (const std::string &written : {writeJson(*json), compactJson(*json)}) {
        const Result<Json> again = parseJsonStrictly(written, kName);
        fuzz::require(static_cast<bool>(again), "what was written can be read");
        fuzz::require(*again == *json, "what was read again is the same");
    }
    fuzz::require(compactJson(*json).find('\n') == std::string::npos, "compact is one line");
    checkNumbers(*json);
    return 0;
}
