// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/PictureDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace mrb::ui {

namespace {

constexpr int kMostRows = 40;

QDoubleSpinBox *makeScaleField()
{
    auto *field = new QDoubleSpinBox;
    field->setRange(0.25, 16.0);
    field->setSingleStep(0.5);
    field->setValue(1.0);
    field->setSuffix(QStringLiteral("×"));
    field->setToolTip(QDialog::tr("Pixels of the picture per pixel of the screen."));
    return field;
}

QCheckBox *makeAnnotationsBox()
{
    auto *box = new QCheckBox(QDialog::tr("With &annotations"));
    box->setChecked(true);
    box->setToolTip(QDialog::tr("Provenance, convention, edge letters, texts and scale bar. "
                                "Without them the picture has voxels only; provenance and "
                                "convention are in the file's texts."));
    return box;
}

} // namespace

PictureDialog::PictureDialog(const QString &title, QWidget *parent)
    : QDialog(parent), m_scale(makeScaleField()), m_annotations(makeAnnotationsBox())
{
    setWindowTitle(title);
}

PictureDialog::PictureDialog(QWidget *parent) : PictureDialog(tr("Picture of the view"), parent)
{
    finish(*new QFormLayout(this));
}

void PictureDialog::finish(QFormLayout &form)
{
    form.addRow(tr("Si&ze:"), m_scale);
    form.addRow(m_annotations);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Save)->setText(tr("&Save as…"));
    QPushButton *copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [this] {
        m_copies = true;
        accept();
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form.addRow(buttons);
}

double PictureDialog::scale() const
{
    return m_scale->value();
}

bool PictureDialog::annotations() const
{
    return m_annotations->isChecked();
}

MosaicDialog::MosaicDialog(const std::array<viewer::PlaneAxes, 3> &axes, viewer::Plane start,
                           QWidget *parent)
    : PictureDialog(tr("Mosaic"), parent),
      m_axes(axes),
      m_plane(new QComboBox),
      m_first(new QSpinBox),
      m_last(new QSpinBox),
      m_rows(new QSpinBox),
      m_columns(new QSpinBox),
      m_summary(new QLabel)
{
    for (const viewer::Plane plane : viewer::kPlanes)
        m_plane->addItem(viewer::planeName(plane));
    m_plane->setCurrentIndex(static_cast<int>(start));
    for (QSpinBox *field : {m_rows, m_columns})
        field->setRange(1, kMostRows);
    m_rows->setValue(4);
    m_columns->setValue(6);

    auto *form = new QFormLayout(this);
    form->addRow(tr("&Plane:"), m_plane);
    form->addRow(tr("&First slice:"), m_first);
    form->addRow(tr("&Last slice:"), m_last);
    form->addRow(tr("&Rows:"), m_rows);
    form->addRow(tr("&Columns:"), m_columns);
    form->addRow(m_summary);
    finish(*form);

    connect(m_plane, &QComboBox::currentIndexChanged, this, &MosaicDialog::takePlane);
    for (QSpinBox *field : {m_first, m_last, m_rows, m_columns})
        connect(field, &QSpinBox::valueChanged, this, &MosaicDialog::refresh);
    takePlane();
}

const viewer::PlaneAxes &MosaicDialog::axes() const
{
    return m_axes[static_cast<std::size_t>(m_plane->currentIndex())];
}

viewer::Plane MosaicDialog::plane() const
{
    return axes().plane;
}

void MosaicDialog::takePlane()
{
    const int last = static_cast<int>(axes().normal.voxels) - 1;
    for (QSpinBox *field : {m_first, m_last})
        field->setRange(0, last);
    // From the inner part, where there is something to see.
    const int margin = last / 10;
    m_first->setValue(axes().normal.step > 0 ? margin : last - margin);
    m_last->setValue(axes().normal.step > 0 ? last - margin : margin);
    refresh();
}

viewer::MosaicGrid MosaicDialog::grid() const
{
    viewer::MosaicGrid grid{m_rows->value(), m_columns->value(), {}};
    const std::int64_t first = m_first->value();
    const std::int64_t span = m_last->value() - first;
    const std::int64_t count =
        std::min<std::int64_t>(std::int64_t{grid.rows} * grid.columns, std::abs(span) + 1);
    for (std::int64_t i = 0; i < count; ++i)
        grid.slices.push_back(count == 1 ? first
                                         : first + std::llround(static_cast<double>(span * i) /
                                                                static_cast<double>(count - 1)));
    return grid;
}

void MosaicDialog::refresh()
{
    const viewer::MosaicGrid chosen = grid();
    const auto count = chosen.slices.size();
    m_summary->setText(count < 2
                           ? tr("1 slice")
                           : tr("%1 slices, about %2 mm apart")
                                 .arg(count)
                                 .arg(std::abs(m_last->value() - m_first->value()) *
                                          axes().normal.edgeMm / static_cast<double>(count - 1),
                                      0, 'f', 1));
}

} // namespace mrb::ui
