// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// The YAML reader and the skill manifest that is read with it, with its gates.

#include "backend/base/JsonText.h"
#include "backend/form/FormContext.h"
#include "backend/request/Manifest.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/TypedYaml.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

const QString kName = QStringLiteral("the input");

const FormContext &context()
{
    static const FormContext made = mirroredContext();
    return made;
}

void checkYaml(std::string_view text)
{
    const Result<TypedYaml> yaml = parseTypedYaml(text, kName);
    if (!yaml) {
        fuzz::requireExplained(yaml.error());
        return;
    }
    const auto lines =
        1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
    for (const auto &[path, line] : yaml->lines)
        require(line >= 1 && line <= lines, "a line number is one of the text's");
    const Result<Json> again = parseJsonStrictly(writeJson(yaml->root), kName);
    require(again && *again == yaml->root, "the values can be written as JSON");
}

void checkGates(const std::vector<Gate> &gates, const Json &document)
{
    const std::vector<GateResult> results = evaluateGates(gates, document);
    require(results.size() == gates.size(), "each gate has a result");
    for (const GateResult &result : results) {
        require(result.passed == result.reason.isEmpty(), "a failed gate has a reason");
        require(!writeJson(toJson(result)).empty(), "a result can be written");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    checkYaml(text);
    static const fuzz::MemoryFile file;
    file.put(text);
    const Result<Manifest> manifest = readManifest(file.path());
    if (!manifest) {
        fuzz::requireExplained(manifest.error());
        return 0;
    }
    require(findModality(*manifest, manifest->defaults.modality) != nullptr,
            "the default modality is one of the manifest's");
    for (const Modality &modality : manifest->modalities)
        require(modality.contrast.empty() || findContrast(*manifest, modality.contrast),
                "a contrast has its medians");
    checkGates(manifest->gates, Json::object());
    checkGates(manifest->gates, {{"output", {{"count", 1}, {"name", "brain"}, {"list", {1, 2}}}}});

    const RequestResolution resolution = resolveRequest(Json::object(), {}, context().modelConfig,
                                                        context().modalityMapping, *manifest);
    require(resolution.request.has_value() == resolution.errors.empty(),
            "there is a request exactly when nothing is wrong");
    if (resolution.request)
        fuzz::requireExplained(adviseOn(*resolution.request, context().modelConfig, *manifest));
    return 0;
}
