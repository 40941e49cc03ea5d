// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/FovPicture.h"

#include "ui/generate/FieldRow.h"
#include "ui/generate/ModalityBox.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

namespace {

constexpr double kBarHeight = 7;
constexpr double kGap = 6;
constexpr double kBoxSide = 84;       ///< both boxes, where there is room for them
constexpr double kRoomForBoxes = 250; ///< from this width on
constexpr double kShownMost = 1.6;    ///< a bar ends at this multiple of the median
constexpr double kUsual = 0.10;
constexpr double kFar = 0.25;

double deviation(const backend::AxisFov &axis)
{
    return axis.mm / *axis.medianMm - 1.0;
}

QString mmText(double mm)
{
    return QLocale().toString(mm, 'f', std::abs(mm - std::round(mm)) < 0.05 ? 0 : 1);
}

/// A box in a cabinet projection, as x (right), y (up) and z (to the back, drawn aslant).
QPainterPath boxPath(const std::array<double, 3> &mm, QPointF corner, double scale)
{
    const double width = mm[0] * scale;
    const double height = mm[2] * scale;
    const QPointF aslant(mm[1] * scale * 0.4, -mm[1] * scale * 0.4);
    const QRectF front(corner.x(), corner.y() - height, width, height);
    QPainterPath path;
    path.addRect(front);
    path.moveTo(front.topLeft());
    path.lineTo(front.topLeft() + aslant);
    path.lineTo(front.topRight() + aslant);
    path.lineTo(front.bottomRight() + aslant);
    path.lineTo(front.bottomRight());
    path.moveTo(front.topRight());
    path.lineTo(front.topRight() + aslant);
    return path;
}

} // namespace

Tone deviationTone(const backend::AxisFov &axis)
{
    if (!axis.medianMm)
        return Tone::Neutral;
    const double off = std::abs(deviation(axis));
    return off <= kUsual ? Tone::Good : off <= kFar ? Tone::Notice : Tone::Bad;
}

QString deviationText(const backend::AxisFov &axis)
{
    if (!axis.medianMm)
        return {};
    const double percent = std::round(deviation(axis) * 100.0);
    // U+2212, a minus as wide as the plus.
    const QString sign = percent > 0   ? QStringLiteral("+")
                         : percent < 0 ? QStringLiteral("\u2212")
                                       : QStringLiteral("\u00b1");
    return QStringLiteral("%1%2 %").arg(sign).arg(std::abs(percent), 0, 'f', 0);
}

FovPicture::FovPicture(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Field of view"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFov(std::nullopt);
}

void FovPicture::setFov(const std::optional<backend::FovState> &fov)
{
    m_fov = fov;
    const QString words = description();
    setAccessibleDescription(words);
    setToolTip(words);
    update();
}

QString FovPicture::description() const
{
    if (!m_fov)
        return tr("Size and spacing do not give a field of view.");
    QStringList lines;
    for (std::size_t axis = 0; axis < m_fov->axes.size(); ++axis) {
        const backend::AxisFov &fov = m_fov->axes[axis];
        lines += fov.medianMm ? tr("%1: %2 mm, %3 from the median of %4 mm")
                                    .arg(elementName(axis, 3), mmText(fov.mm), deviationText(fov),
                                         mmText(*fov.medianMm))
                              : tr("%1: %2 mm").arg(elementName(axis, 3), mmText(fov.mm));
    }
    lines += origin();
    return lines.join(u'\n');
}

QString FovPicture::origin() const
{
    if (!m_fov->nearestPlane)
        return tr("No training medians to compare with");
    return tr("Nearest median: %1, %2 training scans")
        .arg(planeLabel(*m_fov->nearestPlane).toLower(),
             QLocale().toString(static_cast<qlonglong>(m_fov->scans)));
}

double FovPicture::rowHeight() const
{
    return fontMetrics().height() + 2 + kBarHeight + kGap;
}

QSize FovPicture::sizeHint() const
{
    return {280, static_cast<int>(std::ceil(std::max(3 * rowHeight(), kBoxSide))) +
                     fontMetrics().height()};
}

QSize FovPicture::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

void FovPicture::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_fov) {
        painter.setPen(palette().color(QPalette::Disabled, QPalette::WindowText));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, description());
        return;
    }
    const int line = fontMetrics().height();
    const QRect foot(0, height() - line, width(), line);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(origin(), Qt::ElideRight, width()));
    QRectF bars = rect();
    if (width() >= kRoomForBoxes) {
        paintBoxes(painter, QRectF(0, 0, kBoxSide, foot.top()));
        bars.setLeft(kBoxSide + 10);
    }
    for (std::size_t axis = 0; axis < m_fov->axes.size(); ++axis) {
        paintAxis(painter, axis,
                  QRectF(bars.left(), static_cast<double>(axis) * rowHeight(), bars.width(),
                         rowHeight()));
    }
}

QString FovPicture::axisText(std::size_t axis, double room) const
{
    const backend::AxisFov &fov = m_fov->axes[axis];
    const QString name = elementName(axis, 3);
    if (!fov.medianMm)
        return tr("%1  %2 mm").arg(name, mmText(fov.mm));
    const QString longer =
        tr("%1  %2 mm (median %3)").arg(name, mmText(fov.mm), mmText(*fov.medianMm));
    const QString both = longer + QStringLiteral("  ") + deviationText(fov);
    return fontMetrics().horizontalAdvance(both) <= room
               ? longer
               : tr("%1  %2 of %3 mm").arg(name, mmText(fov.mm), mmText(*fov.medianMm));
}

void FovPicture::paintAxis(QPainter &painter, std::size_t axis, const QRectF &area) const
{
    const backend::AxisFov &fov = m_fov->axes[axis];
    const QColor ink = palette().color(QPalette::WindowText);
    const QColor tone = toneColour(deviationTone(fov), palette());
    const double line = fontMetrics().height();
    const QRectF words(area.left(), area.top(), area.width(), line);
    painter.setPen(ink);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, axisText(axis, area.width()));

    const QRectF track(area.left(), words.bottom() + 2, area.width(), kBarHeight);
    QColor faint = ink;
    faint.setAlphaF(0.12F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faint);
    painter.drawRoundedRect(track, 2, 2);
    if (!fov.medianMm)
        return;

    const double perMm = track.width() / (kShownMost * *fov.medianMm);
    const double median = track.left() + *fov.medianMm * perMm;
    QColor usual = ink;
    usual.setAlphaF(0.16F);
    painter.setBrush(usual);
    painter.drawRect(QRectF(median - kUsual * *fov.medianMm * perMm, track.top(),
                            2 * kUsual * *fov.medianMm * perMm, kBarHeight));
    painter.setBrush(tone);
    painter.drawRoundedRect(
        QRectF(track.left(), track.top(), std::min(fov.mm * perMm, track.width()), kBarHeight), 2,
        2);
    painter.setPen(QPen(ink, 1.5));
    painter.drawLine(QPointF(median, track.top() - 2), QPointF(median, track.bottom() + 2));

    painter.setPen(tone);
    painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, deviationText(fov));
}

void FovPicture::paintBoxes(QPainter &painter, const QRectF &area) const
{
    std::array<double, 3> now{};
    std::array<double, 3> median{};
    double widest = 1;
    double highest = 1;
    for (std::size_t axis = 0; axis < now.size(); ++axis) {
        now[axis] = m_fov->axes[axis].mm;
        median[axis] = m_fov->axes[axis].medianMm.value_or(0);
    }
    for (const auto &mm : {now, median}) {
        widest = std::max(widest, mm[0] + 0.4 * mm[1]);
        highest = std::max(highest, mm[2] + 0.4 * mm[1]);
    }
    const double side = std::min(area.width(), area.height()) - 4;
    const double scale = side / std::max(widest, highest);
    const QPointF corner(area.left() + 2, area.center().y() + highest * scale / 2);
    Tone worst = Tone::Neutral;
    for (const backend::AxisFov &axis : m_fov->axes) {
        const Tone tone = deviationTone(axis);
        if (worst == Tone::Neutral || tone == Tone::Bad ||
            (tone == Tone::Notice && worst != Tone::Bad))
            worst = tone;
    }
    const QColor colour = toneColour(worst, palette());
    QColor fill = colour;
    fill.setAlphaF(0.15F);
    const QPainterPath box = boxPath(now, corner, scale);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRect(
        QRectF(corner.x(), corner.y() - now[2] * scale, now[0] * scale, now[2] * scale));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(box);
    if (m_fov->nearestPlane) {
        QPen dashed(palette().color(QPalette::WindowText), 1, Qt::DashLine);
        dashed.setDashPattern({3, 3});
        painter.setPen(dashed);
        painter.drawPath(boxPath(median, corner, scale));
    }
}

} // namespace mrb::ui
