// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/contract/VolumeFileName.h"

#include <QRegularExpression>
#include <QString>

#include <charconv>
#include <system_error>

namespace mrb::contract {

namespace {

// A name is at most 255 bytes on every file system that matters; no number here needs more digits
// than a seed below 2^32.
constexpr std::size_t kLongestName = 4096;

QString pattern()
{
    const QString number = QStringLiteral("(0|[1-9][0-9]{0,9})");
    const QString length = QStringLiteral("((?:0|[1-9][0-9]{0,9})\\.[0-9]{2})");
    const QString extent = QStringLiteral("([1-9][0-9]{0,9})");
    return QStringLiteral("\\A([A-Za-z0-9._-]+)_seed%1_size%3x%3x%3_spacing%2x%2x%2_([0-9]{14})"
                          "_rank%1_modality%1\\.nii\\.gz\\z")
        .arg(number, length, extent);
}

} // namespace

std::optional<VolumeFileName> parseVolumeFileName(std::string_view name)
{
    // A dollar sign would also match before a newline at the end, hence \z in the pattern.
    static const QRegularExpression expression(pattern());
    if (name.size() > kLongestName)
        return std::nullopt;
    const QRegularExpressionMatch match =
        expression.match(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    if (!match.hasMatch())
        return std::nullopt;
    const auto number = [&match](int group) { return match.capturedView(group).toLongLong(); };
    const auto text = [&match](int group) { return match.captured(group).toStdString(); };
    return VolumeFileName{.prefix = text(1),
                          .seed = number(2),
                          .dim = {number(3), number(4), number(5)},
                          .spacing = {text(6), text(7), text(8)},
                          .time = text(9),
                          .rank = number(10),
                          .modality = number(11)};
}

std::string spacingInFileName(double spacingMm)
{
    constexpr int kDecimals = 2;
    std::array<char, 400> text{}; // the largest double has 309 digits before the point
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), spacingMm,
                                             std::chars_format::fixed, kDecimals);
    return failed == std::errc() ? std::string(text.data(), end) : std::string();
}

} // namespace mrb::contract
