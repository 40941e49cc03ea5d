// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/WeightsFailure.h"

#include "backend/base/Text.h"
#include "backend/setup/StepWork.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace mrb::backend {

namespace codes = error_codes;

namespace {

/// The kinds of fetch_weights.py that need nothing but a sentence and an advice.
struct Kind
{
    std::string_view name;
    ErrorCode code;
    const char *message;
    const char *hint;
};

constexpr const char *kGoesOn = QT_TRANSLATE_NOOP(
    "mrb::Text", "Check the connection, and start the step again: it goes on where it was cut off. "
                 "A proxy is taken from https_proxy. Without a network, bring the files as the "
                 "offline advice says.");
constexpr const char *kAccess = QT_TRANSLATE_NOOP(
    "mrb::Text",
    "Log in with `hf auth login` (a token that may read is enough), accept the "
    "conditions on the page of the repository if it has any, and start the step again. "
    "The token stays in your own Hugging Face configuration.");
constexpr const char *kMoved = QT_TRANSLATE_NOOP(
    "mrb::Text", "Check the manifest in use and the address in HF_ENDPOINT. If the publisher took "
                 "the file away, a copy of it from elsewhere will do: its hash is checked.");

constexpr auto kKinds = std::to_array<Kind>({
    {"connection", codes::kHubNotReached,
     QT_TRANSLATE_NOOP("mrb::Text", "The model hub could not be reached, or the connection broke "
                                    "off, for %1: %2"),
     kGoesOn},
    {"timeout", codes::kHubNotReached,
     QT_TRANSLATE_NOOP("mrb::Text", "The model hub did not answer in time for %1: %2"), kGoesOn},
    {"wrong_size", codes::kHubNotReached,
     QT_TRANSLATE_NOOP("mrb::Text", "Something on the way changed what the hub sent for %1: %2"),
     kGoesOn},
    {"proxy", codes::kHubProxy,
     QT_TRANSLATE_NOOP("mrb::Text", "The proxy does not let %1 through: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Check https_proxy, its user name and password, and no_proxy. "
                                    "Without a network, bring the files as the offline advice "
                                    "says.")},
    {"certificate", codes::kHubCertificate,
     QT_TRANSLATE_NOOP("mrb::Text", "The certificate of the model hub is not trusted, so %1 was "
                                    "not fetched: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "If your network inspects connections, set SSL_CERT_FILE and "
                                    "REQUESTS_CA_BUNDLE to its certificates. Check the date of "
                                    "this machine.")},
    {"not_the_hub", codes::kHubIsAnother,
     QT_TRANSLATE_NOOP("mrb::Text", "Something else than the model hub answered for %1: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Log in to the network in a browser if it asks for that; "
                                    "check the proxy and HF_ENDPOINT.")},
    {"gated", codes::kHubAccessRefused,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub gives %1 only to those who accepted its conditions: "
                                    "%2"),
     kAccess},
    {"unauthorized", codes::kHubAccessRefused,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub asks for a valid token before it gives %1: %2"),
     kAccess},
    {"forbidden", codes::kHubAccessRefused,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub refuses to give %1: %2"), kAccess},
    {"repository_not_found", codes::kHubHasNoSuchFile,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub has no repository with %1, or shows it only to those "
                                    "who are logged in: %2"),
     kMoved},
    {"revision_not_found", codes::kHubHasNoSuchFile,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub does not have the pinned revision of %1: %2"), kMoved},
    {"file_not_found", codes::kHubHasNoSuchFile,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub does not have %1: %2"), kMoved},
    {"other_file", codes::kHubFileDiffers,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub has another file than the pinned one as %1: %2"),
     kMoved},
    {"too_many_requests", codes::kHubTooManyRequests,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub had too many requests from this address and did not "
                                    "give %1: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Wait some minutes and start the step again; those who are "
                                    "logged in (`hf auth login`) may ask more often.")},
    {"server_error", codes::kHubUnavailable,
     QT_TRANSLATE_NOOP("mrb::Text", "The hub has a fault of its own and did not give %1: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Start the step again later: it goes on where it was.")},
    {"offline_mode", codes::kHubOffline,
     QT_TRANSLATE_NOOP("mrb::Text", "%1 was not fetched, since HF_HUB_OFFLINE forbids it: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Unset HF_HUB_OFFLINE, or bring the files as the offline "
                                    "advice says.")},
    {"library_missing", codes::kHubLibraryMissing,
     QT_TRANSLATE_NOOP("mrb::Text", "%1 was not fetched, since a Python package is missing: %2"),
     QT_TRANSLATE_NOOP("mrb::Text", "Do the step of the Python packages again; huggingface_hub "
                                    "0.20 or newer is needed.")},
});

std::optional<int> systemErrorOf(const QString &kind)
{
    if (kind == QLatin1String("disk_full"))
        return ENOSPC;
    if (kind == QLatin1String("file_too_large"))
        return EFBIG;
    if (kind == QLatin1String("not_writable"))
        return EACCES;
    return std::nullopt;
}

} // namespace

FetchLine readFetchLine(const QString &line)
{
    static const QRegularExpression progress(
        QStringLiteral("^(.+): (?:continuing after )?(\\d{1,18}) of (\\d{1,18}) bytes$"));
    static const QRegularExpression failure(
        QStringLiteral("^(.+?): not fetched \\(([a-z_]+)\\): (.*)$"));
    FetchLine read;
    if (const auto match = progress.match(line); match.hasMatch()) {
        SetupProgress now{.text = match.captured(1),
                          .doneBytes = match.captured(2).toULongLong(),
                          .totalBytes = match.captured(3).toULongLong()};
        if (now.totalBytes > 0)
            now.fraction = std::min(1.0, static_cast<double>(now.doneBytes) /
                                             static_cast<double>(now.totalBytes));
        read.progress = now;
    } else if (const auto told = failure.match(line); told.hasMatch()) {
        read.failedFile = told.captured(1);
        read.kind = told.captured(2);
        read.why = told.captured(3);
    }
    return read;
}

Error explainFetch(const FetchLine &line, const SetupContext &context)
{
    const QString file = line.failedFile;
    if (const auto reason = systemErrorOf(line.kind))
        return {mrb::error_codes::kCannotWrite,
                Text::tr("%1 could not be written while it was fetched: %2").arg(file, line.why),
                Text::tr("%1 What was fetched is kept, and the next attempt goes on with it.")
                    .arg(writeFailureHint(*reason)),
                file};
    const auto *const known = std::ranges::find_if(
        kKinds, [&line](const Kind &kind) { return line.kind == QLatin1String(kind.name); });
    if (known == kKinds.end())
        return {codes::kSetupCommandFailed, Text::tr("%1 was not fetched: %2").arg(file, line.why),
                Text::tr("Read the log from its first error on."), file};
    Error error{known->code, Text::tr(known->message).arg(file, line.why), Text::tr(known->hint),
                file};
    const QString page = QString::fromStdString(context.manifest.model.weightsRepository);
    if (known->code == codes::kHubAccessRefused && !page.isEmpty())
        error.hint += u' ' + Text::tr("The page of the model: %1").arg(page);
    return error;
}

} // namespace mrb::backend
