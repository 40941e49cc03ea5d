// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "SyntheticVolume.h"
#include "viewer/widgets/ViewerModel.h"

#include <QLabel>
#include <QWidget>

#include <memory>
#include <vector>

/// Volumes as a viewer has them open, and controls as a user finds them.
namespace mrb::tests {

inline viewer::OpenVolume openVolume(const QString &name, const volume::Volume &volume,
                                     viewer::IntensityWindow window = {0.0, 209.0})
{
    return {name, QStringLiteral("Synthetic"), std::make_shared<viewer::VolumeSlices>(volume),
            window, std::make_shared<viewer::Histogram>(viewer::histogramOf(volume))};
}

/// 5 x 6 x 7 voxels towards right, anterior, superior, with the values of truth().
inline viewer::OpenVolume openSynthetic(const QString &name = QStringLiteral("brain"))
{
    return openVolume(name, orientedVolume({}));
}

/// 10 000 voxels with values 0 to 99 and one of 100 000.
inline viewer::OpenVolume openWithOutlier()
{
    std::vector<float> values;
    for (int voxel = 0; voxel < 10'000; ++voxel)
        values.push_back(static_cast<float>(voxel % 100));
    values.front() = 100'000.0F;
    return openVolume(QStringLiteral("outlier"),
                      makeVolume(volume::ScalarType::Float32, {100, 10, 10}, values), {10.0, 90.0});
}

/// By its accessible name; null when there is none.
template <class Control> Control *control(const QWidget &parent, const char *accessibleName)
{
    for (Control *candidate : parent.findChildren<Control *>())
        if (candidate->accessibleName() == QLatin1StringView(accessibleName))
            return candidate;
    return nullptr;
}

/// By its text, without mnemonics; null when there is none.
template <class Button> Button *button(const QWidget &parent, const char *text)
{
    for (Button *candidate : parent.findChildren<Button *>())
        if (candidate->text().remove(u'&') == QLatin1StringView(text))
            return candidate;
    return nullptr;
}

/// All text of several lines that can be seen, a line each.
inline QString remarks(const QWidget &panel)
{
    QString all;
    for (const QLabel *label : panel.findChildren<QLabel *>())
        if (label->wordWrap() && label->isVisibleTo(&panel))
            all += label->text() + u'\n';
    return all;
}

} // namespace mrb::tests
