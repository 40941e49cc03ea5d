// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/WindowControls.h"

#include "viewer/render/ColourMap.h"
#include "viewer/widgets/HistogramView.h"
#include "viewer/widgets/ModelColours.h"
#include "viewer/widgets/NumberField.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QImage>
#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QSignalBlocker>

#include <algorithm>

namespace mrb::viewer {

namespace {

constexpr QSize kGradient(56, 12); ///< logical pixels

QPixmap gradientIcon(const ColourMap &map, double ratio)
{
    QImage line(static_cast<int>(map.colours.size()), 1, QImage::Format_RGB32);
    std::copy(map.colours.begin(), map.colours.end(), reinterpret_cast<QRgb *>(line.scanLine(0)));
    QPixmap pixmap = QPixmap::fromImage(line.scaled(
        (QSizeF(kGradient) * ratio).toSize(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

} // namespace

WindowControls::WindowControls(ViewerModel &model, QWidget *parent)
    : PanelSection(tr("Window"), parent),
      m_model(model),
      m_low(new NumberField(this)),
      m_high(new NumberField(this)),
      m_problem(makeRemark(this)),
      m_histogram(new HistogramView(this)),
      m_automatic(new QPushButton(tr("&Automatic"), this)),
      m_everyValue(new QCheckBox(tr("Every value"), this)),
      m_map(makePanelCombo(this)),
      m_mark(new QCheckBox(tr("Mar&k values outside the window"), this)),
      m_locked(new QCheckBox(tr("Same &window for all volumes"), this))
{
    addWide(makeNumbers());
    addWide(m_problem);
    addWide(m_histogram);
    addWide(makeButtons());
    fillMaps();
    addRow(tr("Colour &map"), m_map, tr("The colours from the low to the high end of the window"));
    addWide(m_mark, tr("Values below the window are drawn blue, values above it red"));
    addWide(m_locked, tr("All volumes are drawn with one window, also those opened later"));

    connect(m_low, &NumberField::entered, this, &WindowControls::applyNumbers);
    connect(m_high, &NumberField::entered, this, &WindowControls::applyNumbers);
    connect(m_histogram, &HistogramView::windowEdited, &m_model, &ViewerModel::setWindow);
    connect(m_histogram, &HistogramView::automaticWindowRequested, &m_model,
            &ViewerModel::resetWindow);
    connect(m_histogram, &HistogramView::allShownChanged, m_everyValue, &QCheckBox::setChecked);
    connect(m_everyValue, &QCheckBox::toggled, m_histogram, &HistogramView::setAllShown);
    connect(m_automatic, &QPushButton::clicked, &m_model, &ViewerModel::resetWindow);
    connect(m_map, &QComboBox::activated, this, [this](int index) {
        m_model.setColourMap(m_map->itemData(index).toString());
        refresh();
    });
    connect(m_mark, &QCheckBox::toggled, &m_model, &ViewerModel::setMarkOutOfRange);
    connect(m_locked, &QCheckBox::toggled, &m_model, &ViewerModel::setWindowLocked);
    connect(&m_model, &ViewerModel::appearanceChanged, this, &WindowControls::refresh);
    connect(&m_model, &ViewerModel::volumesChanged, this, &WindowControls::refresh);
    refresh();
}

QWidget *WindowControls::makeNumbers()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    const auto add = [&](const QString &text, NumberField *field, const QString &name) {
        auto *label = new QLabel(text, row);
        label->setBuddy(field);
        layout->addWidget(label);
        layout->addWidget(field, 1);
        field->setAccessibleName(name);
        field->setToolTip(tr("%1, in the volume's own values; Return applies").arg(name));
    };
    add(tr("&Low"), m_low, tr("Low end of the window"));
    layout->addSpacing(4);
    add(tr("Hi&gh"), m_high, tr("High end of the window"));
    return row;
}

QWidget *WindowControls::makeButtons()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    m_automatic->setToolTip(tr("Window from the 0.5 to 99.5 percentile of what is not background"));
    m_everyValue->setToolTip(
        tr("The histogram's axis reaches to the smallest and the largest value"));
    layout->addWidget(m_automatic);
    layout->addStretch();
    layout->addWidget(m_everyValue);
    return row;
}

void WindowControls::fillMaps()
{
    m_map->setIconSize(kGradient);
    for (const ColourMap &map : colourMaps())
        m_map->addItem(gradientIcon(map, devicePixelRatioF()), map.name, map.id);
}

void WindowControls::applyNumbers()
{
    // What nobody has typed keeps the digits that are not shown.
    const auto numberOf = [](const NumberField *field) {
        return field->isEdited() ? field->entry() : std::optional(field->value());
    };
    const auto low = numberOf(m_low);
    const auto high = numberOf(m_high);
    const QString none = tr("This is not a number.");
    m_low->setProblem(low ? QString() : none);
    m_high->setProblem(high ? QString() : none);
    if (low && high) {
        if (*low < *high) {
            m_model.setWindow({*low, *high});
            // Also where the model had this window already, or refused it.
            m_low->revert();
            m_high->revert();
        } else {
            // The other end may be what is meant to be typed next.
            (m_low->isEdited() ? m_low : m_high)
                ->setProblem(tr("The low end must be below the high end."));
        }
    }
    setRemark(m_problem, m_low->problem().isEmpty() ? m_high->problem() : m_low->problem());
}

void WindowControls::refresh()
{
    const bool open = m_model.current() != nullptr;
    const bool difference = showsDifference(m_model);
    const ColourScale shown = m_model.colours();
    const ColourScale own = volumeColours(m_model);
    m_low->setValue(shown.window.low);
    m_high->setValue(shown.window.high);
    if (m_low->problem().isEmpty() && m_high->problem().isEmpty())
        setRemark(m_problem, {});
    for (QWidget *control :
         {static_cast<QWidget *>(m_low), static_cast<QWidget *>(m_high),
          static_cast<QWidget *>(m_histogram), static_cast<QWidget *>(m_automatic)})
        control->setEnabled(open);

    m_histogram->setColours(shown);
    m_histogram->setPlaceholder(!open        ? tr("No volume")
                                : difference ? tr("Difference of two volumes")
                                             : QString());
    m_histogram->setHistogram(open && !difference ? m_model.current()->histogram : nullptr);

    const QSignalBlocker blockMap(m_map);
    const QSignalBlocker blockMark(m_mark);
    const QSignalBlocker blockLocked(m_locked);
    m_map->setCurrentIndex(m_map->findData(difference ? shown.map : own.map));
    m_map->setEnabled(!difference);
    m_mark->setChecked(own.markOutOfRange);
    m_mark->setEnabled(!difference);
    m_locked->setChecked(m_model.windowLocked());
}

} // namespace mrb::viewer
