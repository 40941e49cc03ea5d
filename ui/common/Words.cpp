// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/Words.h"

#include "backend/base/Text.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

QString roughDurationText(double seconds)
{
    constexpr qint64 kMostSeconds = 100;
    constexpr qint64 kMostMinutes = 100;
    const auto whole = static_cast<qint64>(std::ceil(std::max(seconds, 1.0)));
    if (whole < kMostSeconds)
        return Text::tr("%1 s").arg(whole);
    const qint64 minutes = (whole + 30) / 60;
    if (minutes < kMostMinutes)
        return Text::tr("%1 min").arg(minutes);
    return Text::tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString durationText(double seconds)
{
    if (seconds <= 0)
        return {};
    if (seconds < 60)
        return Text::tr("%1 s").arg(seconds, 0, 'f', 1);
    const auto whole = static_cast<qint64>(seconds + 0.5);
    if (whole < 3600)
        return Text::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return Text::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString bytesText(quint64 bytes)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), bytes < 1000 ? 0 : 1,
                                          QLocale::DataSizeSIFormat);
}

} // namespace mrb::ui
