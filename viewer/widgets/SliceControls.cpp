// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/SliceControls.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>

#include <array>

namespace mrb::viewer {

namespace {

constexpr double kThinnestMm = 0.1;
constexpr double kThickestMm = 500.0;

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace

SliceControls::SliceControls(ViewerModel &model, QWidget *parent)
    : PanelSection(tr("Slices"), parent),
      m_model(model),
      m_interpolation(makePanelCombo(this)),
      m_slabMode(makePanelCombo(this)),
      m_thickness(new NumberBox(kThinnestMm, kThickestMm, 1, 1.0, this)),
      m_slices(makeRemark(this)),
      m_convention(makePanelCombo(this)),
      m_linked(new QCheckBox(tr("Link &zoom and pan"), this))
{
    setEntries(m_interpolation, {capitalised(interpolationName(Interpolation::Nearest)),
                                 capitalised(interpolationName(Interpolation::Linear)),
                                 capitalised(interpolationName(Interpolation::Cubic))});
    setEntries(m_slabMode,
               {capitalised(slabModeName(SlabMode::Off)), capitalised(slabModeName(SlabMode::Mean)),
                capitalised(slabModeName(SlabMode::Maximum)),
                capitalised(slabModeName(SlabMode::Minimum))});
    setEntries(m_convention, {tr("Radiological: R left"), tr("Neurological: R right")});
    addControls();
    connectControls();
    connect(&m_model, &ViewerModel::appearanceChanged, this, &SliceControls::refresh);
    connect(&m_model, &ViewerModel::volumesChanged, this, &SliceControls::refresh);
    refresh();
}

void SliceControls::addControls()
{
    addRow(tr("Interpolatio&n"), m_interpolation, tr("What is drawn between the voxels' centres"));
    addRow(tr("Sla&b"), m_slabMode,
           tr("Draw the mean, the maximum or the minimum of several slices"));
    addRow(tr("Thickness (mm)"), m_thickness, tr("Of the slab, through the slices"));
    addWide(m_slices);
    addRow(tr("C&onvention"), m_convention,
           tr("Which side of axial and coronal views the patient's right is on"));
    addWide(m_linked, tr("Zoom and move all planes together"));
}

template <class Change> void SliceControls::change(Change change)
{
    ViewSettings settings = m_model.settings();
    change(settings);
    m_model.setSettings(settings);
}

void SliceControls::connectControls()
{
    // Each changes its own setting only: a number may have more digits than its control shows.
    connect(m_interpolation, &QComboBox::activated, this, [this](int entry) {
        change([entry](ViewSettings &settings) {
            settings.interpolation = static_cast<Interpolation>(entry);
        });
    });
    connect(m_slabMode, &QComboBox::activated, this, [this](int entry) {
        change(
            [entry](ViewSettings &settings) { settings.slab.mode = static_cast<SlabMode>(entry); });
    });
    connect(m_thickness, &QDoubleSpinBox::valueChanged, this, [this](double mm) {
        change([mm](ViewSettings &settings) { settings.slab.thicknessMm = mm; });
    });
    connect(m_convention, &QComboBox::activated, this, [this](int entry) {
        change([entry](ViewSettings &settings) {
            settings.convention = static_cast<Convention>(entry);
        });
    });
    connect(m_linked, &QCheckBox::toggled, &m_model, &ViewerModel::setFramingLinked);
}

void SliceControls::refresh()
{
    const ViewSettings &settings = m_model.settings();
    const std::array blockers = {QSignalBlocker(m_interpolation), QSignalBlocker(m_slabMode),
                                 QSignalBlocker(m_thickness), QSignalBlocker(m_convention),
                                 QSignalBlocker(m_linked)};
    m_interpolation->setCurrentIndex(static_cast<int>(settings.interpolation));
    m_slabMode->setCurrentIndex(static_cast<int>(settings.slab.mode));
    m_thickness->setValue(settings.slab.thicknessMm);
    m_thickness->setEnabled(settings.slab.mode != SlabMode::Off);
    m_convention->setCurrentIndex(static_cast<int>(settings.convention));
    m_linked->setChecked(m_model.framingLinked());
    setRemark(m_slices, slabRemark());
}

/// What the thickness means for the voxels there are; an axis may have longer ones than others.
QString SliceControls::slabRemark() const
{
    const ViewSettings &settings = m_model.settings();
    if (settings.slab.mode == SlabMode::Off || !m_model.current())
        return {};
    std::array<QString, 3> counts;
    for (std::size_t plane = 0; plane < kPlanes.size(); ++plane) {
        const AxisRun normal =
            m_model.current()->slices->axes(kPlanes[plane], settings.convention).normal;
        counts[plane] =
            QString::number(slabSlices(settings.slab, normal, normal.voxels / 2).count());
    }
    if (counts[0] == counts[1] && counts[1] == counts[2])
        return counts[0] == QStringLiteral("1") ? tr("One slice") : tr("%1 slices").arg(counts[0]);
    return tr("%1 axial, %2 coronal, %3 sagittal slices").arg(counts[0], counts[1], counts[2]);
}

} // namespace mrb::viewer
