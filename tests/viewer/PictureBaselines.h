// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QFile>
#include <QImage>
#include <QString>

#include <algorithm>
#include <cstdlib>

namespace mrb::tests {

/// Empty where a picture is that of tests/viewer/baselines/NAME.png, up to rounding. Otherwise says
/// how they differ, and the picture and the difference are in the build folder's
/// tests/viewer/differences. With MRB_WRITE_BASELINES set the picture becomes the baseline.
inline QString differenceFromBaseline(const QImage &picture, const QString &name)
{
    constexpr int kRounding = 3; // of 255
    const QString baselineFile =
        QStringLiteral(MRB_SOURCE_DIR "/tests/viewer/baselines/%1.png").arg(name);
    const QImage actual = picture.convertToFormat(QImage::Format_RGB32);
    if (qEnvironmentVariableIsSet("MRB_WRITE_BASELINES")) {
        // A bare copy, because the texts name the version.
        const QImage bare = QImage(actual.constBits(), actual.width(), actual.height(),
                                   actual.bytesPerLine(), actual.format())
                                .copy();
        return bare.save(baselineFile) ? QString() : QStringLiteral("baseline not written");
    }
    const QImage baseline = QImage(baselineFile).convertToFormat(QImage::Format_RGB32);
    const QDir folder(QStringLiteral(MRB_BINARY_DIR "/tests/viewer/differences"));
    const auto keep = [&](const QImage &image, const QString &kind) {
        folder.mkpath(QStringLiteral("."));
        image.save(folder.filePath(QStringLiteral("%1-%2.png").arg(name, kind)));
    };
    if (baseline.size() != actual.size()) {
        keep(actual, QStringLiteral("actual"));
        return QStringLiteral("%1×%2 pixels instead of %3×%4")
            .arg(actual.width())
            .arg(actual.height())
            .arg(baseline.width())
            .arg(baseline.height());
    }
    QImage difference(actual.size(), QImage::Format_RGB32);
    int worst = 0;
    int pixels = 0;
    for (int y = 0; y < actual.height(); ++y)
        for (int x = 0; x < actual.width(); ++x) {
            const QRgb a = actual.pixel(x, y);
            const QRgb b = baseline.pixel(x, y);
            const int red = std::abs(qRed(a) - qRed(b));
            const int green = std::abs(qGreen(a) - qGreen(b));
            const int blue = std::abs(qBlue(a) - qBlue(b));
            const int most = std::max({red, green, blue});
            difference.setPixel(x, y, qRgb(red, green, blue));
            worst = std::max(worst, most);
            pixels += most > kRounding ? 1 : 0;
        }
    if (pixels == 0)
        return {};
    keep(actual, QStringLiteral("actual"));
    keep(difference, QStringLiteral("difference"));
    return QStringLiteral("%1 pixels differ, by up to %2 of 255: see %3")
        .arg(pixels)
        .arg(worst)
        .arg(folder.path());
}

} // namespace mrb::tests
