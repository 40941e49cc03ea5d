// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportFormat.h"

#include "backend/base/Text.h"

#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace mrb::backend {

QString numberText(double value)
{
    const double size = std::abs(value);
    const bool plain = size == 0.0 || (size >= 1e-6 && size < 1e15);
    return QString::number(value, plain ? 'f' : 'g', QLocale::FloatingPointShortest);
}

QString roundedText(double value, int digits)
{
    const double size = std::abs(value);
    const bool plain = size == 0.0 || (size >= 1e-6 && size < 1e15);
    if (!plain || !std::isfinite(value))
        return QString::number(value, 'g', digits);
    // Python-like exponents in a table are hard to compare, so digits are counted here.
    const int before = size < 1.0 ? 0 : static_cast<int>(std::floor(std::log10(size))) + 1;
    const int decimals = std::clamp(digits - before, 0, 9);
    QString text = QString::number(value, 'f', decimals);
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text == u"-0" ? QStringLiteral("0") : text;
}

QString tripleText(const std::array<double, 3> &values, int digits)
{
    return roundedText(values[0], digits) + QStringLiteral(" \u00d7 ") +
           roundedText(values[1], digits) + QStringLiteral(" \u00d7 ") +
           roundedText(values[2], digits);
}

QString percentText(double fraction)
{
    const double percent = 100.0 * fraction;
    if (percent > 99.99 && percent < 100.0)
        return Text::tr("more than 99.99 %");
    return Text::tr("%1 %").arg(percent != 0.0 && std::abs(percent) < 0.01
                                    ? QString::number(percent, 'g', 2)
                                    : roundedText(percent, 4));
}

QString deviationText(double value, double from)
{
    const double percent = 100.0 * (value / from - 1.0);
    const QString number = QString::number(percent, 'f', 1);
    return Text::tr("%1 %").arg(number.startsWith(u'-') || number == u"0.0" ? number
                                                                            : u'+' + number);
}

QString secondsText(double seconds)
{
    if (seconds < 59.95)
        return Text::tr("%1 s").arg(seconds < 10.0 ? QString::number(seconds, 'f', 2)
                                                   : QString::number(seconds, 'f', 1));
    if (seconds >= 1e9)
        return Text::tr("%1 s").arg(seconds, 0, 'g', 3);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 3600)
        return Text::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return Text::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString bytesText(std::int64_t bytes)
{
    const QLocale locale = QLocale::c();
    const QString exact = QLocale(QLocale::English).toString(bytes);
    if (bytes < 1024)
        return Text::tr("%1 bytes").arg(exact);
    return Text::tr("%1 (%2 bytes)").arg(locale.formattedDataSize(bytes, 1), exact);
}

QString timeText(const QString &iso)
{
    const QDateTime time = QDateTime::fromString(iso, Qt::ISODateWithMs);
    if (!time.isValid())
        return iso;
    const QDateTime local = time.toLocalTime();
    return local.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss ")) + local.timeZoneAbbreviation();
}

QString softwareText(const JsonView &result)
{
    const JsonView software = result["run"]["software"];
    const QString name =
        QStringList{software["name"].textOr(QString()), software["version"].textOr(QString())}
            .join(u' ')
            .trimmed();
    const auto commit = software["commit"].text();
    return commit ? QStringLiteral("%1 (%2)").arg(name, *commit).trimmed() : name;
}

} // namespace mrb::backend
