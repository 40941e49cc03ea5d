// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Names and contents of presets. Parts of the input: the name, the document, and what lies in the
// folder already.

#include "backend/form/Presets.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

std::size_t entriesIn(const std::filesystem::path &folder)
{
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const fuzz::ScratchFolder scratch;
    const std::filesystem::path folder = scratch.path() / "presets";
    const Presets presets(folder);
    const auto parts = fuzz::partsOf(fuzz::textOf(data, size), 3);
    const QString name = fuzz::toText(parts[0]);
    scratch.put("presets/there.json", parts[2]);

    const Result<std::string> there = presets.read(QStringLiteral("there"));
    if (!there)
        fuzz::requireExplained(there.error());
    const std::string document(parts[1]);
    if (const Result<> saved = presets.save(name, document)) {
        require(presets.names().contains(name.trimmed()), "a saved preset is listed");
        const Result<std::string> read = presets.read(name);
        require(read && *read == document, "a preset is kept as it is");
        require(static_cast<bool>(presets.remove(name)), "a preset can be removed");
        require(!presets.names().contains(name.trimmed()), "a removed preset is not listed");
    } else {
        fuzz::requireExplained(saved.error());
    }
    require(entriesIn(scratch.path()) <= 1, "nothing is written beside the folder");
    std::filesystem::remove_all(folder);
    return 0;
}
