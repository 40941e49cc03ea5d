// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/ModalityBox.h"

#include "ui/common/Tones.h"
#include "ui/generate/Remark.h"

#include <QEvent>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QWheelEvent>

namespace mrb::ui {

namespace {

constexpr int kNameRole = Qt::UserRole;
constexpr int kSparseRole = Qt::UserRole + 1;

} // namespace

QString planeLabel(backend::Plane plane)
{
    switch (plane) {
    case backend::Plane::Axial:
        return ModalityBox::tr("Axial");
    case backend::Plane::Sagittal:
        return ModalityBox::tr("Sagittal");
    case backend::Plane::Coronal:
        return ModalityBox::tr("Coronal");
    }
    return {};
}

QString sparseRemark(const backend::Manifest &manifest, const backend::Modality &modality)
{
    const backend::ContrastFov *fov = backend::findContrast(manifest, modality.contrast);
    if (!fov)
        return {};
    QStringList sound;
    bool isSparse = false;
    for (const backend::PlaneMedian &median : fov->planes) {
        isSparse = isSparse || median.sparse;
        if (!median.sparse)
            sound += planeLabel(median.plane).toLower();
    }
    if (!isSparse)
        return {};
    return sound.isEmpty() ? ModalityBox::tr("few scans")
                           : ModalityBox::tr("few scans except %1").arg(sound.join(u'/'));
}

ModalityBox::ModalityBox(QWidget *parent) : QComboBox(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(10);
    setMaxVisibleItems(20);
    connect(this, &QComboBox::activated, this, [this](int index) {
        Q_EMIT modalityChosen(itemData(index, kNameRole).toString().toStdString());
    });
}

void ModalityBox::setManifest(const backend::Manifest &manifest)
{
    if (count() > 0 && manifest.sha256 == m_manifest)
        return;
    m_manifest = manifest.sha256;
    const QSignalBlocker blocker(this);
    const QString shown = currentData(kNameRole).toString();
    clear();
    addGroup(manifest, backend::ModalityGroup::WholeBrain, tr("Whole brain"));
    addGroup(manifest, backend::ModalityGroup::SkullStripped, tr("Skull-stripped"));
    dress();
    setModality(shown.toStdString());
}

void ModalityBox::addGroup(const backend::Manifest &manifest, backend::ModalityGroup group,
                           const QString &title)
{
    auto *items = qobject_cast<QStandardItemModel *>(model());
    Q_ASSERT(items);
    auto *heading = new QStandardItem(title);
    heading->setFlags(Qt::NoItemFlags);
    heading->setData(title, Qt::AccessibleTextRole);
    QFont bold = font();
    bold.setBold(true);
    heading->setFont(bold);
    items->appendRow(heading);
    for (const backend::Modality &modality : manifest.modalities) {
        if (modality.group != group)
            continue;
        const QString label = QString::fromStdString(modality.label);
        const QString sparse = sparseRemark(manifest, modality);
        auto *item = new QStandardItem(sparse.isEmpty() ? label : tr("%1 – %2").arg(label, sparse));
        item->setData(QString::fromStdString(modality.name), kNameRole);
        item->setData(!sparse.isEmpty(), kSparseRole);
        const QString note = QString::fromStdString(modality.note);
        item->setToolTip(asToolTip(note.isEmpty() ? item->text() : note));
        items->appendRow(item);
    }
}

void ModalityBox::setModality(const std::string &name)
{
    const QString wanted = QString::fromStdString(name);
    const QSignalBlocker blocker(this);
    const int index = wanted.isEmpty() ? -1 : findData(wanted, kNameRole);
    setPlaceholderText(index < 0 ? wanted : QString());
    if (index != currentIndex())
        setCurrentIndex(index);
}

void ModalityBox::wheelEvent(QWheelEvent *event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

void ModalityBox::changeEvent(QEvent *event)
{
    QComboBox::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dress();
}

void ModalityBox::dress()
{
    const QIcon mark = toneIcon(Tone::Notice, palette());
    for (int index = 0; index < count(); ++index) {
        if (itemData(index, kSparseRole).toBool())
            setItemIcon(index, mark);
    }
}

} // namespace mrb::ui
