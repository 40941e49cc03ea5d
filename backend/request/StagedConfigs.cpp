// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/StagedConfigs.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/request/ModelRequest.h"

#include <algorithm>

namespace mrb::backend {

namespace {

namespace keys = contract::environment_config;

Error malformedEnvironment(const ManifestUpstream &upstream, const QString &what)
{
    const QString file = QString::fromStdString(upstream.environmentConfig);
    return Error{error_codes::kUpstreamConfig, Text::tr("%1 in the checkout: %2.").arg(file, what),
                 Text::tr("Restore the file from the pinned commit."), file};
}

std::optional<std::string> textAt(const Json &environment, std::string_view key)
{
    const auto found = environment.find(key);
    if (found == environment.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

std::string normalised(const std::string &path)
{
    return std::filesystem::path(path).lexically_normal().string();
}

} // namespace

Result<Json> stagedEnvironment(const Json &upstreamEnvironment, const ManifestUpstream &upstream,
                               const std::string &absoluteOutputDir, const std::string &prefix)
{
    if (!upstreamEnvironment.is_object())
        return malformedEnvironment(upstream, Text::tr("it is not an object"));
    Json staged = upstreamEnvironment;
    staged[std::string(keys::kOutputFolder)] = absoluteOutputDir;
    staged[std::string(keys::kOutputPrefix)] = prefix;
    return staged;
}

Errors checkWeightPaths(const Json &upstreamEnvironment, const Manifest &manifest)
{
    if (!upstreamEnvironment.is_object())
        return {malformedEnvironment(manifest.upstream, Text::tr("it is not an object"))};
    Errors errors;
    const auto check = [&](const std::optional<std::string> &loaded, std::string_view key) {
        const QString name = QString::fromUtf8(key);
        if (!loaded) {
            errors.push_back(
                malformedEnvironment(manifest.upstream, Text::tr("%1 must be a text").arg(name)));
            return;
        }
        const bool listed = std::any_of(manifest.weights.begin(), manifest.weights.end(),
                                        [&](const ManifestWeight &weight) {
                                            return normalised(weight.path) == normalised(*loaded);
                                        });
        if (!listed) {
            errors.push_back(
                {error_codes::kWeightPathsDiffer,
                 Text::tr("%1 in the checkout makes upstream load %2, which the manifest does not "
                          "list.")
                     .arg(QString::fromStdString(manifest.upstream.environmentConfig),
                          QString::fromStdString(*loaded)),
                 Text::tr("Restore the file, or use a manifest that lists this checkpoint."),
                 name});
        }
    };
    const auto folder = textAt(upstreamEnvironment, keys::kModelFolder);
    const auto file = textAt(upstreamEnvironment, keys::kModelFile);
    check(folder && file ? std::optional(*folder + '/' + *file) : std::nullopt, keys::kModelFile);
    check(textAt(upstreamEnvironment, keys::kAutoencoderPath), keys::kAutoencoderPath);
    return errors;
}

std::optional<Error> checkOutputFolderName(const std::filesystem::path &absolute)
{
    const auto refused = [&absolute](const QString &why) {
        return Error{
            error_codes::kOutputFolderName,
            Text::tr("The output folder %1 cannot be used: %2.").arg(toQString(absolute), why),
            Text::tr("Choose a folder with another name."), QStringLiteral("output_dir")};
    };
    const std::string text = absolute.string();
    if (!absolute.is_absolute())
        return refused(Text::tr("its path is not absolute"));
    if (firstInvalidUtf8(text))
        return refused(Text::tr("its path is not UTF-8"));
    if (text.find('#') != std::string::npos)
        return refused(Text::tr("its path contains #, which upstream reads as a separator"));
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), isControl))
        return refused(Text::tr("its path contains a control character"));
    for (const std::filesystem::path &component : absolute) {
        const std::string name = component.string();
        if (!name.empty() && std::string_view("%@$").find(name.front()) != std::string_view::npos) {
            return refused(Text::tr("%1 starts with %2, which upstream reads as a reference")
                               .arg(QString::fromStdString(name), QChar::fromLatin1(name.front())));
        }
    }
    return std::nullopt;
}

} // namespace mrb::backend
