// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/UpstreamRoot.h"

#include "backend/base/ShortCommit.h"
#include "backend/base/Text.h"

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

bool isPresent(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// CONTRACT section 2: the network config makes a folder an upstream root.
bool isRoot(const fs::path &path, const ManifestUpstream &upstream)
{
    return !upstream.networkConfig.empty() && isPresent(path / upstream.networkConfig) &&
           !isPresent(path / kPhantomMarker);
}

QString listed(const std::vector<fs::path> &paths)
{
    QStringList texts;
    for (const fs::path &path : paths)
        texts << toQString(path);
    return texts.join(QStringLiteral(", "));
}

QString howToGetCheckout(const ManifestUpstream &upstream)
{
    return Text::tr("Clone %1 and name the folder with --upstream or NV_GENERATE_ROOT.")
        .arg(QString::fromStdString(upstream.repository));
}

Error invalidChoice(const fs::path &root, const ManifestUpstream &upstream)
{
    if (isPresent(root / kPhantomMarker)) {
        return Error{error_codes::kRootIsPhantom,
                     Text::tr("%1 is the built-in phantom, not a checkout of the model.")
                         .arg(toQString(root)),
                     Text::tr("Use --engine phantom for the demo, or name a real checkout."),
                     QStringLiteral("--upstream")};
    }
    return Error{error_codes::kRootLayoutInvalid,
                 Text::tr("%1 is not an NV-Generate-CTMR checkout: %2 is missing.")
                     .arg(toQString(root), QString::fromStdString(upstream.networkConfig)),
                 howToGetCheckout(upstream), QStringLiteral("--upstream")};
}

std::vector<fs::path> laterCandidates(const RootSearchPlaces &places,
                                      const ManifestUpstream &upstream)
{
    return {places.project / ".workbench_data/upstreams/NV-Generate-CTMR",
            places.home / "NV-Generate-CTMR", places.home / "nv-generate-ctmr",
            defaultCheckoutFolder(places.home, upstream.commit)};
}

bool isBlank(const std::string &text)
{
    return QString::fromStdString(text).trimmed().isEmpty();
}

} // namespace

fs::path resolvedPath(const std::string &text, const fs::path &home)
{
    // Bytes, not characters: a file name need not be UTF-8.
    constexpr std::string_view kBlank = " \t\r\n\v\f";
    const std::size_t first = std::min(text.find_first_not_of(kBlank), text.size());
    const std::string trimmed = text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
    fs::path path = trimmed;
    if (trimmed == "~")
        path = home;
    else if (trimmed.starts_with("~/"))
        path = home / trimmed.substr(2);
    std::error_code failed;
    fs::path resolved = fs::weakly_canonical(fs::absolute(path, failed), failed);
    if (failed)
        return path;
    // "folder/" resolves to a path with an empty last component.
    return resolved.has_filename() ? resolved : resolved.parent_path();
}

fs::path defaultCheckoutFolder(const fs::path &home, std::string_view commit)
{
    const std::string name = "NV-Generate-CTMR-" + shortCommit(commit);
    return home / ".cache/nvidia-skills/upstreams" / name;
}

RootSearch findUpstreamRoot(const RootSearchPlaces &places, const ManifestUpstream &upstream)
{
    RootSearch search;
    const auto check = [&](const fs::path &candidate) {
        if (std::ranges::find(search.checkedRoots, candidate) != search.checkedRoots.end())
            return false;
        search.checkedRoots.push_back(candidate);
        if (!isRoot(candidate, upstream))
            return false;
        search.root = candidate;
        return true;
    };

    if (places.chosen) {
        const fs::path chosen = resolvedPath(*places.chosen, places.home);
        if (!check(chosen))
            search.error = invalidChoice(chosen, upstream);
        return search;
    }

    const bool variableSet = places.variable && !isBlank(*places.variable);
    if (variableSet && check(resolvedPath(*places.variable, places.home)))
        return search;
    for (const fs::path &candidate : laterCandidates(places, upstream)) {
        if (!check(resolvedPath(candidate.string(), places.home)))
            continue;
        if (variableSet) {
            search.warning = Error{
                error_codes::kRootVariableIgnored,
                Text::tr("NV_GENERATE_ROOT names %1, which is not a checkout; %2 is used instead.")
                    .arg(toQString(search.checkedRoots.front()), toQString(*search.root)),
                Text::tr("Correct or unset NV_GENERATE_ROOT."), QStringLiteral("NV_GENERATE_ROOT")};
        }
        return search;
    }
    search.error = Error{
        variableSet ? error_codes::kRootLayoutInvalid : error_codes::kRootUnset,
        variableSet
            ? Text::tr(
                  "No checkout of the model at NV_GENERATE_ROOT or the usual places (tried %1).")
                  .arg(listed(search.checkedRoots))
            : Text::tr(
                  "NV_GENERATE_ROOT is not set and no checkout of the model was found (tried %1).")
                  .arg(listed(search.checkedRoots)),
        howToGetCheckout(upstream), QStringLiteral("NV_GENERATE_ROOT")};
    return search;
}

} // namespace mrb::backend
