// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/Credentials.h"

#include <QRegularExpression>

namespace mrb::backend {

namespace {

// Passwords may hold "@" unescaped; the last one before the path counts.
const QRegularExpression &userInfo()
{
    static const QRegularExpression pattern(QStringLiteral(R"((?<=://)[^/\s"'?#]*@)"));
    return pattern;
}

} // namespace

QString withoutCredentials(const QString &text)
{
    return QString(text).replace(userInfo(), QStringLiteral("***@"));
}

bool hasCredentials(const QString &address)
{
    return address.contains(userInfo());
}

} // namespace mrb::backend
