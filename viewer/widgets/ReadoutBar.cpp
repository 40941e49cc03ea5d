// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/ReadoutBar.h"

#include "viewer/render/World.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>

#include <algorithm>
#include <array>
#include <cmath>

namespace mrb::viewer {

namespace {

constexpr QChar kFigureSpace(0x2007); ///< as wide as a digit
constexpr QChar kMinusSign(0x2212);
constexpr int kMargin = 6;
constexpr int kBetween = 24; ///< cursor and pointer

/// What is known about a place, as plain text.
struct Place
{
    std::array<QString, 3> voxel;
    std::array<QString, 3> mm;
    QString value;
    QString reference;  ///< empty: there is none
    QString difference; ///< likewise
};

QString mmText(double mm)
{
    const double rounded = std::round(mm * 100.0) / 100.0;
    return QString::number(rounded == 0.0 ? 0.0 : rounded, 'f', 2); // no "-0.00"
}

enum class Digits { Shown, Exact };

QString valueOf(const volume::Volume &volume, const VoxelIndex &voxel, Digits digits)
{
    return digits == Digits::Exact ? exactValueText(volume, voxel) : valueText(volume, voxel);
}

/// What the reference has at a place of the current volume, which may not reach there itself.
QString referenceText(const ViewerModel &model, const VoxelPosition &position, Digits digits)
{
    if (model.compareMode() == CompareMode::Off || model.reference() < 0)
        return {};
    const volume::Volume &reference = model.volume(model.reference()).slices->volume();
    const auto there = voxelPosition(reference.geometry,
                                     worldMm(model.current()->slices->volume().geometry, position));
    const auto voxel = there ? voxelAt(reference.geometry, *there) : std::nullopt;
    return voxel ? valueOf(reference, *voxel, digits) : ReadoutBar::tr("outside");
}

Place placeOf(const ViewerModel &model, const VoxelIndex &voxel, const VoxelPosition &position,
              Digits digits)
{
    const volume::Volume &volume = model.current()->slices->volume();
    const PointRas mm = worldMm(volume.geometry, centreOf(voxel));
    Place place;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        place.voxel[axis] = QString::number(voxel[axis]);
        place.mm[axis] = mmText(mm[axis]);
    }
    place.value = valueOf(volume, voxel, digits);
    place.reference = referenceText(model, position, digits);
    if (model.showsDifference())
        place.difference = valueOf(model.difference()->volume(), voxel, digits);
    return place;
}

Place cursorPlace(const ViewerModel &model, Digits digits)
{
    return placeOf(model, model.cursor(), centreOf(model.cursor()), digits);
}

QString lineOf(const QString &name, const Place &place)
{
    QString line = ReadoutBar::tr("%1  i %2  j %3  k %4   R %5  A %6  S %7 mm   value %8")
                       .arg(name, place.voxel[0], place.voxel[1], place.voxel[2], place.mm[0],
                            place.mm[1], place.mm[2], place.value);
    if (!place.reference.isEmpty())
        line += ReadoutBar::tr("   reference %1").arg(place.reference);
    if (!place.difference.isEmpty())
        line += ReadoutBar::tr("   difference %1").arg(place.difference);
    return line;
}

/// Characters of the longest coordinate of a volume along a world axis.
qsizetype mmLength(const volume::VolumeGeometry &geometry, std::size_t axis)
{
    qsizetype longest = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        VoxelPosition at{};
        for (std::size_t side = 0; side < 3; ++side)
            at[side] = corner >> side & 1U ? static_cast<double>(geometry.dims[side] - 1) : 0.0;
        longest = std::max(longest, mmText(worldMm(geometry, at)[axis]).size());
    }
    return longest;
}

/// The same, so that nothing behind a number moves while it changes.
Place padded(Place place, const volume::VolumeGeometry &geometry)
{
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto digits = QString::number(geometry.dims[axis] - 1).size();
        place.voxel[axis] = place.voxel[axis].rightJustified(digits, kFigureSpace);
        place.mm[axis] = place.mm[axis].rightJustified(mmLength(geometry, axis), kFigureSpace);
        place.mm[axis].replace(u'-', kMinusSign);
    }
    place.value.replace(u'-', kMinusSign);
    place.value = place.value.leftJustified(6, kFigureSpace);
    place.reference.replace(u'-', kMinusSign);
    place.difference.replace(u'-', kMinusSign);
    return place;
}

QString plain(QString shown)
{
    shown.replace(kMinusSign, u'-');
    return shown.remove(kFigureSpace);
}

QLabel *makeLabel(QWidget *parent, const QString &name)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setContextMenuPolicy(Qt::NoContextMenu); // the bar has one
    label->setAccessibleName(name);
    return label;
}

} // namespace

ReadoutBar::ReadoutBar(ViewerModel &model, QWidget *parent)
    : QWidget(parent),
      m_model(model),
      m_cursorLabel(makeLabel(this, tr("At the cursor"))),
      m_pointerLabel(makeLabel(this, tr("Under the pointer")))
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setAccessibleName(tr("Readout"));
    for (QLabel *label : {m_cursorLabel, m_pointerLabel})
        label->installEventFilter(this);
    useTabularDigits();
    connect(&m_model, &ViewerModel::cursorMoved, this, &ReadoutBar::refresh);
    connect(&m_model, &ViewerModel::appearanceChanged, this, &ReadoutBar::refresh);
    connect(&m_model, &ViewerModel::volumesChanged, this, &ReadoutBar::refresh);
    refresh();
}

void ReadoutBar::setPointer(std::optional<VoxelPosition> position)
{
    if (position == m_pointer)
        return;
    m_pointer = position;
    refresh();
}

QString ReadoutBar::text() const
{
    if (!m_model.current())
        return {};
    QString lines = lineOf(tr("Cursor"), cursorPlace(m_model, Digits::Exact));
    if (m_pointer) {
        const auto voxel = voxelAt(m_model.current()->slices->volume().geometry, *m_pointer);
        if (voxel)
            lines +=
                u'\n' + lineOf(tr("Pointer"), placeOf(m_model, *voxel, *m_pointer, Digits::Exact));
    }
    return lines;
}

void ReadoutBar::copy()
{
    const QString all = text();
    if (!all.isEmpty())
        QApplication::clipboard()->setText(all);
}

void ReadoutBar::refresh()
{
    QString cursor;
    QString pointer;
    if (m_model.current()) {
        const volume::VolumeGeometry &geometry = m_model.current()->slices->volume().geometry;
        cursor = lineOf(tr("Cursor"), padded(cursorPlace(m_model, Digits::Shown), geometry));
        if (m_pointer)
            pointer = pointerLine(geometry);
    }
    if (cursor == m_cursorLabel->text() && pointer == m_pointerLabel->text())
        return;
    m_cursorLabel->setText(cursor);
    m_pointerLabel->setText(pointer);
    place();
}

QString ReadoutBar::pointerLine(const volume::VolumeGeometry &geometry) const
{
    if (const auto voxel = voxelAt(geometry, *m_pointer))
        return lineOf(tr("Pointer"),
                      padded(placeOf(m_model, *voxel, *m_pointer, Digits::Shown), geometry));
    const QString reference = referenceText(m_model, *m_pointer, Digits::Shown);
    return reference.isEmpty() ? tr("Pointer  outside")
                               : tr("Pointer  outside   reference %1").arg(reference);
}

void ReadoutBar::place()
{
    const int wanted = m_cursorLabel->sizeHint().width();
    const int room = std::max(0, width() - 2 * kMargin);
    m_cursorLabel->setGeometry(kMargin, 0, std::min(wanted, room), height());
    // Half a number is worse than none.
    const int left = kMargin + wanted + kBetween;
    const int pointer = m_pointerLabel->sizeHint().width();
    m_pointerLabel->setVisible(left + pointer <= width() - kMargin);
    m_pointerLabel->setGeometry(left, 0, pointer, height());
    setToolTip(wanted > room || !m_pointerLabel->isVisibleTo(this) ? text() : QString());
}

void ReadoutBar::useTabularDigits()
{
    const QFontMetricsF metrics(font());
    const double zero = metrics.horizontalAdvance(u'0');
    bool same = qFuzzyCompare(zero, metrics.horizontalAdvance(kFigureSpace));
    for (char16_t digit = u'1'; digit <= u'9'; ++digit)
        same = same && qFuzzyCompare(zero, metrics.horizontalAdvance(digit));
    const QFont used = same ? font() : QFontDatabase::systemFont(QFontDatabase::FixedFont);
    for (QLabel *label : {m_cursorLabel, m_pointerLabel})
        label->setFont(used);
}

QSize ReadoutBar::minimumSizeHint() const
{
    return {120, fontMetrics().height() + kMargin};
}

QSize ReadoutBar::sizeHint() const
{
    return {m_cursorLabel->sizeHint().width() + 2 * kMargin, minimumSizeHint().height()};
}

bool ReadoutBar::eventFilter(QObject *watched, QEvent *event)
{
    // A copied selection must be as plain as copying all.
    auto *label = qobject_cast<QLabel *>(watched);
    if (label && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->matches(QKeySequence::Copy) && label->hasSelectedText()) {
        QApplication::clipboard()->setText(plain(label->selectedText()));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ReadoutBar::resizeEvent(QResizeEvent *event)
{
    place();
    QWidget::resizeEvent(event);
}

void ReadoutBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange) {
        useTabularDigits();
        place();
    }
    QWidget::changeEvent(event);
}

void ReadoutBar::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    const QString chosen = m_cursorLabel->selectedText() + m_pointerLabel->selectedText();
    if (!chosen.isEmpty())
        menu.addAction(tr("Copy &selection"), this,
                       [chosen] { QApplication::clipboard()->setText(plain(chosen)); });
    menu.addAction(tr("&Copy readout"), this, &ReadoutBar::copy)
        ->setEnabled(m_model.current() != nullptr);
    menu.exec(event->globalPos());
}

} // namespace mrb::viewer
