// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/setup/SetupContext.h"
#include "backend/setup/SetupRun.h"

#include <QString>

#include <optional>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kHubNotReached = "hub_not_reached";
inline constexpr ErrorCode kHubProxy = "hub_proxy";
inline constexpr ErrorCode kHubCertificate = "hub_certificate";
/// Something answers that is no model hub, such as the login page of a network.
inline constexpr ErrorCode kHubIsAnother = "hub_is_another";
/// Without a token, or with one that may not read the repository.
inline constexpr ErrorCode kHubAccessRefused = "hub_access_refused";
inline constexpr ErrorCode kHubHasNoSuchFile = "hub_has_no_such_file";
/// Another file than the pinned one is at the pinned place.
inline constexpr ErrorCode kHubFileDiffers = "hub_file_differs";
inline constexpr ErrorCode kHubTooManyRequests = "hub_too_many_requests";
inline constexpr ErrorCode kHubUnavailable = "hub_unavailable";
inline constexpr ErrorCode kHubOffline = "hub_offline_mode";
inline constexpr ErrorCode kHubLibraryMissing = "hub_library_missing";
} // namespace error_codes

/// What a line of fetch_weights.py says.
struct FetchLine
{
    std::optional<SetupProgress> progress;
    QString failedFile; ///< empty: nothing failed
    QString kind;       ///< of the failure, as the script names it
    QString why;
};

FetchLine readFetchLine(const QString &line);

/// What happened and what to do.
Error explainFetch(const FetchLine &line, const SetupContext &context);

} // namespace mrb::backend
