// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// Text on its way into a bug report.

#include "backend/diagnostics/Redaction.h"
#include "tests/fuzz/FuzzSupport.h"

using namespace mrb::backend;
using mrb::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const PrivateNames names{
        .homes = {QStringLiteral("/data/jane.doe"), QStringLiteral("/home/jane")},
        .people = {QStringLiteral("Jane Doe"), QStringLiteral("jane")},
        .machines = {QStringLiteral("node7.example.org"), QStringLiteral("node7")},
        .domains = {QStringLiteral("example.org")},
        .secrets = {QStringLiteral("s3cretvalue")}};
    const QString text = mrb::fuzz::toText(mrb::fuzz::textOf(data, size));
    const QString shown = withoutSecrets(text, names);
    for (const char *mark : {"<secret>", "<e-mail>", "<address>", "<user>", "<machine>", "~"})
        for (qsizetype i = shown.count(QLatin1StringView(mark)); i > 0; --i)
            mrb::fuzz::note(mark + std::to_string(i));
    require(!shown.contains(names.secrets.front()), "no secret of the environment is left");
    require(withoutSecrets(shown, names) == shown, "what was redacted is not redacted further");
    return 0;
}
