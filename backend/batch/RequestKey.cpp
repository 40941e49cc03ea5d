// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/RequestKey.h"

#include "backend/base/JsonText.h"
#include "backend/contract/Keys.h"
#include "backend/library/StoredRun.h"
#include "backend/request/ModelRequest.h"

#include <cmath>
#include <cstdint>
#include <map>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;

/// Keys sorted, and 2.0 written as 2, which upstream reads as the same.
Json normalised(const Json &value)
{
    if (value.is_object()) {
        std::map<std::string, Json> sorted;
        for (const auto &[key, each] : value.items())
            sorted[key] = normalised(each);
        Json object = Json::object();
        for (auto &[key, each] : sorted)
            object[key] = std::move(each);
        return object;
    }
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json &each : value)
            list.push_back(normalised(each));
        return list;
    }
    constexpr double kExact = 9007199254740992.0; // 2^53
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        if (std::abs(number) < kExact && std::trunc(number) == number)
            return static_cast<std::int64_t>(number);
    }
    return value;
}

std::string keyOf(const std::string &engine, const std::string &manifestSha256,
                  const std::string &modality, const std::string &prefix, const Json &values)
{
    return compactJson(Json::array({engine, manifestSha256, modality, prefix, normalised(values)}));
}

} // namespace

std::string requestKey(const ModelRequest &request, Engine engine,
                       const std::string &manifestSha256)
{
    return keyOf(std::string(engineName(engine)), manifestSha256, request.modalityName,
                 request.outputPrefix, request.modelConfig.at(keys::kInference));
}

std::optional<std::string> requestKey(const Json &result)
{
    const Json *values = valueAt(result, {"invocation", "rendered_model_config", keys::kInference});
    const QString manifest = textAt(result, {"manifest", "sha256"});
    const QString modality = textAt(result, {"input", "modality_name"});
    const QString prefix = textAt(result, {"invocation", "rendered_env_output_prefix"});
    if (!values || !values->is_object() || manifest.isEmpty() || modality.isEmpty() ||
        integerAt(result, {"run", "num_gpus"}) != 1)
        return std::nullopt;
    return keyOf(textAt(result, {"engine"}).toStdString(), manifest.toStdString(),
                 modality.toStdString(), prefix.toStdString(), *values);
}

} // namespace mrb::backend
