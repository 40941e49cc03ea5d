// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/Viewer.h"

#include "viewer/render/PaneText.h"
#include "viewer/widgets/ReadoutBar.h"

#include <QApplication>
#include <QLabel>
#include <QPainter>
#include <QtMath>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace mrb::viewer {

namespace {

constexpr int kGap = 2;

QLabel *makeProblemLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setMargin(6);
    label->setAutoFillBackground(true);
    QPalette colours = label->palette();
    colours.setColor(QPalette::Window, QColor(0x5a, 0x43, 0x08));
    colours.setColor(QPalette::WindowText, Qt::white);
    label->setPalette(colours);
    label->hide();
    return label;
}

template <class Value> Value enumFrom(const QVariant &stored, Value fallback, Value last)
{
    bool valid = false;
    const int number = stored.toInt(&valid);
    return valid && number >= 0 && number <= static_cast<int>(last) ? static_cast<Value>(number)
                                                                    : fallback;
}

} // namespace

Viewer::Viewer(QWidget *parent)
    : QWidget(parent),
      m_scene(new SceneView(this)),
      m_readout(new ReadoutBar(m_model, this)),
      m_problem(makeProblemLabel(this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_readout->setAutoFillBackground(true);
    for (const Plane plane : kPlanes) {
        const auto index = static_cast<std::size_t>(plane);
        m_current[index] = new SliceView(m_model, plane, SliceView::Role::Current, this);
        m_reference[index] = new SliceView(m_model, plane, SliceView::Role::Reference, this);
        for (SliceView *view : {m_current[index], m_reference[index]}) {
            connect(view, &SliceView::hovered, m_readout, &ReadoutBar::setPointer);
            connect(view, &SliceView::painted, this, &Viewer::onPainted);
            connect(view, &SliceView::maximiseRequested, this, [this, plane] {
                isMaximised() ? restoreLayout() : maximise(static_cast<PaneId>(plane));
            });
        }
    }
    connect(m_scene, &SceneView::maximiseRequested, this,
            [this] { isMaximised() ? restoreLayout() : maximise(PaneId::Scene); });
    connect(&m_model, &ViewerModel::volumesChanged, this, &Viewer::onVolumesChanged);
    connect(&m_model, &ViewerModel::appearanceChanged, this, &Viewer::onAppearanceChanged);
    connect(&m_model, &ViewerModel::cursorMoved, m_scene, &SceneView::setCursor);
    connect(qApp, &QApplication::focusChanged, this, [this] { focusedPane(); });
    onVolumesChanged();
}

Viewer::~Viewer()
{
    disconnect(qApp, nullptr, this, nullptr); // the focus moves while the panes are destroyed
}

SliceView &Viewer::slice(Plane plane, SliceView::Role role)
{
    const auto index = static_cast<std::size_t>(plane);
    return role == SliceView::Role::Current ? *m_current[index] : *m_reference[index];
}

void Viewer::setPaneLayout(PaneLayout layout)
{
    if (layout == m_layout)
        return;
    if (m_layout != PaneLayout::Single)
        m_before = m_layout;
    if (layout == PaneLayout::Single)
        m_largeBefore = m_large;
    if (layout == PaneLayout::Single || layout == PaneLayout::LargeAndSmall)
        m_large = focusedPane();
    m_layout = layout;
    layOut();
    Q_EMIT layoutChanged();
}

void Viewer::nextLayout()
{
    setPaneLayout(static_cast<PaneLayout>((static_cast<int>(m_layout) + 1) % 4));
}

void Viewer::maximise(PaneId pane)
{
    if (m_layout != PaneLayout::Single) {
        m_before = m_layout;
        m_largeBefore = m_large;
    }
    m_layout = PaneLayout::Single;
    m_large = pane;
    layOut();
    Q_EMIT layoutChanged();
}

void Viewer::restoreLayout()
{
    if (!isMaximised())
        return;
    m_large = m_largeBefore;
    m_layout = m_before;
    layOut();
    Q_EMIT layoutChanged();
}

void Viewer::setRightDrag(RightDrag what)
{
    m_rightDrag = what;
    for (const auto &views : {m_current, m_reference}) {
        for (SliceView *view : views)
            view->setRightDrag(what);
    }
}

PaneId Viewer::focusedPane() const
{
    for (const PlacedPane &pane : m_panes) {
        if (pane.widget->hasFocus())
            std::tie(m_focused, m_focusedReference) =
                std::tie(pane.place.pane, pane.place.reference);
    }
    const bool visible =
        std::any_of(m_panes.begin(), m_panes.end(), [this](const PlacedPane &pane) {
            return pane.place.pane == m_focused && pane.place.reference == m_focusedReference;
        });
    if (!visible && !m_panes.empty())
        std::tie(m_focused, m_focusedReference) =
            std::tie(m_panes.front().place.pane, m_panes.front().place.reference);
    return m_focused;
}

void Viewer::focusSlices()
{
    const Plane plane = focusedPlane();
    slice(plane).setFocus(Qt::OtherFocusReason);
}

Plane Viewer::focusedPlane() const
{
    const PaneId pane = focusedPane();
    return pane == PaneId::Scene ? Plane::Axial : static_cast<Plane>(pane);
}

PaneRows Viewer::rows() const
{
    return m_model.compareMode() == CompareMode::SideBySide ? PaneRows::CurrentAndReference
                                                            : PaneRows::One;
}

QWidget *Viewer::widgetOf(const PanePlace &place)
{
    if (place.pane == PaneId::Scene)
        return m_scene;
    return &slice(static_cast<Plane>(place.pane),
                  place.reference ? SliceView::Role::Reference : SliceView::Role::Current);
}

void Viewer::layOut()
{
    QRect area = rect();
    const OpenVolume *current = m_model.current();
    const auto take = [&area](QWidget *widget, int height, bool top) {
        const int y = top ? area.top() : area.bottom() - height + 1;
        if (widget)
            widget->setGeometry(area.left(), y, area.width(), height);
        top ? area.setTop(area.top() + height) : area.setBottom(area.bottom() - height);
    };
    if (current)
        take(nullptr, qRound(bannerHeight(banner(), width(), font())), true);
    const QString problem = m_model.compareProblem().value_or(QString());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty())
        take(m_problem, m_problem->heightForWidth(width()), true);
    take(m_readout, m_readout->sizeHint().height(), false);
    if (current)
        take(nullptr, qRound(footerHeight(font())), false);
    m_paneArea = area;

    m_panes.clear();
    if (current) {
        for (const PanePlace &place : layOutPanes(m_layout, m_large, rows(), area, kGap))
            m_panes.push_back({widgetOf(place), place});
    }
    for (QWidget *pane : findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        const auto placed = std::find_if(m_panes.begin(), m_panes.end(), [pane](const auto &entry) {
            return entry.widget == pane;
        });
        if (pane == m_readout || pane == m_problem || pane->isWindow() || !isPane(pane))
            continue;
        if (placed != m_panes.end())
            pane->setGeometry(placed->place.rect);
        pane->setVisible(placed != m_panes.end());
    }
    fitScales();
    showInScene();
    update();
}

bool Viewer::isPane(const QWidget *widget) const
{
    return widget == m_scene || qobject_cast<const SliceView *>(widget);
}

/// One scale for all panes of one size, so that what is equally long in mm looks equally long.
void Viewer::fitScales()
{
    constexpr double kNone = std::numeric_limits<double>::infinity();
    std::array<double, 2> scales = {kNone, kNone}; // small panes, large pane
    for (const PlacedPane &pane : m_panes) {
        const auto *view = qobject_cast<SliceView *>(pane.widget);
        const auto fitting = view ? view->fittingScale() : std::nullopt;
        if (fitting)
            scales[pane.place.large] = std::min(scales[pane.place.large], *fitting);
    }
    for (const PlacedPane &pane : m_panes) {
        auto *view = qobject_cast<SliceView *>(pane.widget);
        if (view && scales[pane.place.large] != kNone)
            view->setFitScale(scales[pane.place.large]);
    }
}

void Viewer::onVolumesChanged()
{
    forgetClosedVolumes();
    layOut();
}

/// Also because a new volume may lie where a closed one was in memory.
void Viewer::forgetClosedVolumes()
{
    const auto isOpen = [this](const VolumeSlices *slices) {
        for (int index = 0; index < m_model.volumeCount(); ++index) {
            if (m_model.volume(index).slices.get() == slices)
                return true;
        }
        return false;
    };
    if (!isOpen(m_painted))
        m_painted = nullptr;
    if (m_inScene && !isOpen(m_inScene)) {
        m_scene->clear(); // which would keep its voxels, even where it is not visible
        m_inScene = nullptr;
    }
}

void Viewer::onAppearanceChanged()
{
    if (m_model.current()) {
        m_scene->setColours(m_model.coloursOf(m_model.currentIndex()));
        const bool problemShown = !m_problem->text().isEmpty();
        if (m_model.compareProblem().has_value() != problemShown)
            layOut();
    }
    update(); // the footer names convention and window
}

/// The scene costs time and memory, so it gets a volume only when it is visible.
void Viewer::showInScene()
{
    const OpenVolume *current = m_model.current();
    const bool visible = std::any_of(m_panes.begin(), m_panes.end(),
                                     [this](const auto &pane) { return pane.widget == m_scene; });
    const VolumeSlices *wanted = visible && current ? current->slices.get() : nullptr;
    if (!current || (wanted && wanted != m_inScene))
        m_scene->clear();
    if (wanted && wanted != m_inScene) {
        m_scene->setVolume(current->slices->volume(), m_model.coloursOf(m_model.currentIndex()));
        m_scene->setCursor(m_model.cursor());
    }
    if (wanted || !current)
        m_inScene = wanted;
}

void Viewer::onPainted()
{
    const OpenVolume *current = m_model.current();
    if (!current || current->slices.get() == m_painted)
        return;
    m_painted = current->slices.get();
    // Once all panes have been painted.
    QMetaObject::invokeMethod(this, &Viewer::volumePainted, Qt::QueuedConnection);
}

const OpenVolume &Viewer::compared() const
{
    const bool two = m_model.compareMode() != CompareMode::Off && m_model.reference() >= 0;
    return two ? m_model.volume(m_model.reference()) : *m_model.current();
}

QString Viewer::banner() const
{
    const OpenVolume *current = m_model.current();
    if (!current)
        return {};
    const OpenVolume &other = compared();
    if (other.banner == current->banner)
        return current->banner;
    return tr("%1: %2  |  %3: %4").arg(current->name, current->banner, other.name, other.banner);
}

QString Viewer::convention() const
{
    const volume::VolumeGeometry &shown = m_model.current()->slices->volume().geometry;
    const volume::VolumeGeometry &other = compared().slices->volume().geometry;
    return conventionLine(m_model.settings().convention,
                          std::max(obliqueDegrees(shown), obliqueDegrees(other)),
                          shown.orientationKnown && other.orientationKnown);
}

QString Viewer::footerDetails() const
{
    QStringList parts = {colourScaleText(m_model.colours())};
    if (m_model.compareMode() == CompareMode::SideBySide && m_model.reference() >= 0) {
        const QString other = colourScaleText(m_model.coloursOf(m_model.reference()));
        if (other != parts.front())
            parts.front() = tr("%1: %2").arg(m_model.current()->name, parts.front()) +
                            tr("  ·  %1: %2").arg(compared().name, other);
    }
    parts += viewText(m_model.settings());
    return parts.join(QStringLiteral("  ·  "));
}

void Viewer::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const OpenVolume *current = m_model.current();
    if (!current) {
        painter.fillRect(rect(), QColor(kPictureBackground));
        painter.setPen(QColor(kQuietPaneText));
        painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Drop a volume here, or choose File > Open.\n"
                            "NIfTI, NRRD and MetaImage files can be shown."));
        return;
    }
    painter.fillRect(rect(), QColor(0x2c, 0x31, 0x38)); // what shows between the panes
    const QString provenance = banner();
    paintBanner(painter, QRectF(0, 0, width(), qRound(bannerHeight(provenance, width(), font()))),
                provenance);
    const QRectF footer(0, m_paneArea.bottom() + 1, width(), qRound(footerHeight(font())));
    paintFooter(painter, footer, convention(), footerDetails());
}

void Viewer::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOut();
}

PictureOrder Viewer::viewPicture(double scale, bool annotations) const
{
    const PaneId focused = focusedPane();
    for (const PlacedPane &pane : m_panes) {
        if (pane.place.pane == focused && pane.place.reference == m_focusedReference)
            return picture({pane}, pane.place.rect, scale, annotations);
    }
    return allViewsPicture(scale, annotations);
}

PictureOrder Viewer::allViewsPicture(double scale, bool annotations) const
{
    return picture(m_panes, m_paneArea, scale, annotations);
}

PictureOrder Viewer::picture(const std::vector<PlacedPane> &panes, const QRect &area, double scale,
                             bool annotations) const
{
    const OpenVolume *current = m_model.current();
    Q_ASSERT(current);
    const double ratio = devicePixelRatioF() * scale;
    const QString provenance = banner();
    // At least what the picture will take for them, see pictureRoom().
    const int frame =
        qCeil(bannerHeight(provenance, area.width(), font())) + qCeil(footerHeight(font()));
    PictureOrder order;
    order.frame = {.size = {area.width(), area.height() + (annotations ? frame : 0)},
                   .ratio = ratio,
                   .banner = provenance,
                   .convention = convention(),
                   .details = footerDetails(),
                   .source = current->name,
                   .annotations = annotations};
    // Pipelines of its own: those of the panes are theirs, in this thread.
    std::map<const VolumeSlices *, VolumeSlices *> copies;
    const auto copyOf = [&](const VolumeSlices *slices) {
        VolumeSlices *&copy = copies[slices];
        if (!copy) {
            order.slices.push_back(std::make_shared<VolumeSlices>(slices->volume()));
            copy = order.slices.back().get();
        }
        return copy;
    };
    const QRectF room = pictureRoom(order.frame); // where panes keep their size
    for (const PlacedPane &pane : panes) {
        const QRect &rect = pane.place.rect;
        const QRectF place((rect.x() - area.x()) / room.width(),
                           (rect.y() - area.y()) / room.height(), rect.width() / room.width(),
                           rect.height() / room.height());
        const auto *slice = qobject_cast<const SliceView *>(pane.widget);
        if (!slice) {
            order.parts.push_back(
                {place, m_scene->picture((QSizeF(rect.size()) * ratio).toSize())});
            continue;
        }
        PaneView view = *slice->paneView(ratio);
        view.draft = false;
        if (view.reveal)
            view.reveal->volume = copyOf(view.reveal->volume);
        order.parts.push_back({place, PictureSlice{copyOf(slice->slices()), view, false}});
    }
    return order;
}

QVariantMap Viewer::saveState() const
{
    const ViewSettings &settings = m_model.settings();
    return {{QStringLiteral("layout"), static_cast<int>(m_layout)},
            {QStringLiteral("before"), static_cast<int>(m_before)},
            {QStringLiteral("large"), static_cast<int>(m_large)},
            {QStringLiteral("rightDrag"), static_cast<int>(m_rightDrag)},
            {QStringLiteral("convention"), static_cast<int>(settings.convention)},
            {QStringLiteral("interpolation"), static_cast<int>(settings.interpolation)},
            {QStringLiteral("annotations"), settings.annotations},
            {QStringLiteral("crosshair"), settings.crosshair},
            {QStringLiteral("framingLinked"), m_model.framingLinked()},
            {QStringLiteral("colourMap"), m_model.colourMap()},
            {QStringLiteral("markOutOfRange"), m_model.marksOutOfRange()},
            {QStringLiteral("scenePreset"), static_cast<int>(m_scene->preset())},
            {QStringLiteral("scenePlanes"), m_scene->planesShown()}};
}

void Viewer::restoreState(const QVariantMap &state)
{
    const auto value = [&state](QStringView key) { return state.value(key.toString()); };
    m_layout = enumFrom(value(u"layout"), m_layout, PaneLayout::Single);
    m_before = enumFrom(value(u"before"), m_before, PaneLayout::Row);
    m_large = enumFrom(value(u"large"), m_large, PaneId::Scene);
    setRightDrag(enumFrom(value(u"rightDrag"), m_rightDrag, RightDrag::Zoom));
    ViewSettings settings = m_model.settings();
    settings.convention =
        enumFrom(value(u"convention"), settings.convention, Convention::Neurological);
    settings.interpolation =
        enumFrom(value(u"interpolation"), settings.interpolation, Interpolation::Cubic);
    settings.annotations = state.value(QStringLiteral("annotations"), true).toBool();
    settings.crosshair = state.value(QStringLiteral("crosshair"), true).toBool();
    m_model.setSettings(settings);
    m_model.setFramingLinked(state.value(QStringLiteral("framingLinked"), false).toBool());
    m_model.setColourMap(state.value(QStringLiteral("colourMap")).toString());
    m_model.setMarkOutOfRange(state.value(QStringLiteral("markOutOfRange"), false).toBool());
    m_scene->setPreset(enumFrom(value(u"scenePreset"), m_scene->preset(), ScenePreset::Mip));
    m_scene->setPlanesShown(state.value(QStringLiteral("scenePlanes"), true).toBool());
    layOut();
    Q_EMIT layoutChanged();
}

QSize Viewer::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {30 * line, 26 * line};
}

QSize Viewer::sizeHint() const
{
    const int line = fontMetrics().height();
    return {70 * line, 50 * line};
}

} // namespace mrb::viewer
