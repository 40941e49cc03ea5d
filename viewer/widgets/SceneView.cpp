// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/SceneView.h"

#include "viewer/render/PanePainter.h"
#include "viewer/scene/SceneRenderer.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace mrb::viewer {

namespace {

using namespace std::chrono_literals;

constexpr double kDegreesPerPane = 180.0; ///< a drag across the smaller side
constexpr double kDegreesPerKey = 5.0;
constexpr double kZoomPerNotch = 1.15;
constexpr double kMostElevation = 90.0;
constexpr auto kRestOnCard = 120ms; ///< without a new request before a fine frame is drawn
constexpr auto kRestOnCpu = 150ms;

SceneCamera startCamera()
{
    return {.azimuthDegrees = kStartAzimuthDegrees,
            .elevationDegrees = kStartElevationDegrees,
            .panFraction = {}};
}

} // namespace

SceneView::SceneView(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    m_settings.camera = startCamera();
    m_start.setSingleShot(true);
    m_start.setInterval(0);
    m_rest.setSingleShot(true);
    connect(&m_start, &QTimer::timeout, this, &SceneView::start);
    connect(&m_rest, &QTimer::timeout, this, [this] { ask(false); });
    describe();
}

SceneView::~SceneView() = default;

void SceneView::setVolume(const volume::Volume &volume, const ColourScale &colours)
{
    m_volume = volume;
    m_settings.colours = colours;
    m_settings.cursor = middleVoxel(volume.geometry);
    m_frame = {};
    m_fineFrame = {};
    if (m_renderer)
        m_renderer->setVolume(volume);
    describe();
    update();
}

void SceneView::clear()
{
    m_volume.reset();
    m_frame = {};
    m_fineFrame = {};
    m_rest.stop();
    if (m_renderer)
        m_renderer->clear();
    describe();
    update();
}

void SceneView::setCursor(VoxelIndex cursor)
{
    if (m_settings.cursor == cursor)
        return;
    m_settings.cursor = cursor;
    if (m_settings.showPlanes)
        askWhenRested();
}

void SceneView::setColours(const ColourScale &colours)
{
    if (m_settings.colours == colours)
        return;
    m_settings.colours = colours;
    askWhenRested();
}

void SceneView::setPreset(ScenePreset preset)
{
    if (m_settings.preset == preset)
        return;
    m_settings.preset = preset;
    describe();
    ask(false);
}

void SceneView::setPlanesShown(bool shown)
{
    if (m_settings.showPlanes == shown)
        return;
    m_settings.showPlanes = shown;
    ask(false);
}

void SceneView::setCamera(const SceneCamera &camera)
{
    SceneCamera inside = camera;
    inside.azimuthDegrees = std::remainder(camera.azimuthDegrees, 360.0);
    inside.elevationDegrees = std::clamp(camera.elevationDegrees, -kMostElevation, kMostElevation);
    inside.zoom = std::clamp(camera.zoom, kLeastZoom, kGreatestZoom);
    if (inside == m_settings.camera)
        return;
    m_settings.camera = inside;
    ask(true);
    Q_EMIT cameraChanged(inside);
}

void SceneView::resetCamera()
{
    setCamera(startCamera());
}

QImage SceneView::picture(QSize devicePixels) const
{
    if (m_fineFrame.image.isNull() || devicePixels.isEmpty())
        return {};
    QImage picture(devicePixels, QImage::Format_RGB32);
    picture.fill(kPictureBackground);
    const QSize fitted = m_fineFrame.image.size().scaled(devicePixels, Qt::KeepAspectRatio);
    QRect target(QPoint(0, 0), fitted);
    target.moveCenter(picture.rect().center());
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target, m_fineFrame.image);
    return picture;
}

QSize SceneView::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {10 * line, 10 * line};
}

QSize SceneView::sizeHint() const
{
    return minimumSizeHint() * 2;
}

void SceneView::start()
{
    if (m_renderer || !m_volume)
        return;
    m_renderer = std::make_unique<SceneRenderer>(this);
    connect(m_renderer.get(), &SceneRenderer::frameReady, this, &SceneView::onFrame);
    connect(m_renderer.get(), &SceneRenderer::volumeReady, this, [this] { ask(false); });
    connect(m_renderer.get(), &SceneRenderer::unavailable, this, [this](const QString &reason) {
        m_unavailable = reason;
        Q_EMIT unavailable(reason);
        m_rest.stop();
        describe();
        update();
    });
    m_renderer->setVolume(*m_volume);
}

/// Of the pane where it is now.
QSize SceneView::devicePixels() const
{
    return (QSizeF(size()) * devicePixelRatioF()).toSize();
}

/// Moving: a quick frame now and a fine one when nothing has changed for a while.
void SceneView::ask(bool moving)
{
    if (!m_renderer || !m_volume || !isVisible() || !m_unavailable.isEmpty())
        return;
    m_settings.moving = moving;
    m_settings.devicePixels = devicePixels();
    m_renderer->request(m_settings);
    if (moving)
        m_rest.start(m_frame.software ? kRestOnCpu : kRestOnCard);
    else
        m_rest.stop();
}

/// For what is changed elsewhere: a ray caster on the CPU would take it from the slices.
void SceneView::askWhenRested()
{
    if (m_frame.software)
        m_rest.start(kRestOnCpu);
    else
        ask(true);
}

void SceneView::onFrame(const SceneFrame &frame)
{
    if (!m_volume)
        return;
    m_frame = frame;
    if (!frame.settings.moving)
        m_fineFrame = frame;
    if (accessibleDescription() != note())
        describe();
    update();
}

void SceneView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), QColor(kPictureBackground));
    if (!m_volume)
        return;
    if (!m_renderer)
        m_start.start();
    if (!m_frame.image.isNull() && m_unavailable.isEmpty()) {
        const QSize pixels = devicePixels();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, m_frame.image.size() != pixels);
        painter.drawImage(QRectF(rect()), m_frame.image);
        // Another screen or scale: Qt 6.4 repaints the window, but has no public event for it.
        if (m_settings.devicePixels != pixels)
            m_rest.start(0ms);
    }
    paintNote(painter);
    if (!m_frame.image.isNull() && !m_frame.settings.moving)
        Q_EMIT framePainted();
}

QString SceneView::note() const
{
    if (!m_unavailable.isEmpty())
        return m_unavailable;
    if (m_frame.image.isNull())
        return tr("Preparing 3-D…");
    QStringList parts{scenePresetName(m_settings.preset)};
    if (m_frame.software)
        parts += tr("software rendering");
    if (m_frame.reduced)
        parts += tr("reduced resolution");
    return parts.join(QStringLiteral(", "));
}

void SceneView::paintNote(QPainter &painter) const
{
    const int margin = fontMetrics().height() / 2;
    const QRect area = rect().adjusted(margin, margin, -margin, -margin);
    const bool quiet = m_unavailable.isEmpty() && !m_frame.image.isNull();
    painter.setPen(quiet ? QColor(0x9a, 0xa3, 0xad) : QColor(Qt::lightGray));
    painter.drawText(
        area, quiet ? Qt::AlignTop | Qt::AlignLeft : Qt::AlignCenter | Qt::TextWordWrap, note());
}

void SceneView::describe()
{
    setAccessibleName(tr("3-D view"));
    setAccessibleDescription(m_volume ? note() : tr("No volume"));
}

void SceneView::resizeEvent(QResizeEvent *)
{
    ask(true);
}

void SceneView::showEvent(QShowEvent *)
{
    ask(false);
}

void SceneView::hideEvent(QHideEvent *)
{
    m_rest.stop();
}

void SceneView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) {
        event->ignore();
        return;
    }
    m_drag = event->button();
    m_dragFrom = event->position();
}

void SceneView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT maximiseRequested();
}

void SceneView::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Qt::NoButton) {
        event->ignore();
        return;
    }
    const QPointF moved = event->position() - m_dragFrom;
    m_dragFrom = event->position();
    const double side = std::max(1, std::min(width(), height()));
    SceneCamera camera = m_settings.camera;
    if (m_drag == Qt::LeftButton) {
        // What is in front follows the pointer.
        camera.azimuthDegrees += moved.x() / side * kDegreesPerPane;
        camera.elevationDegrees += moved.y() / side * kDegreesPerPane;
    } else {
        camera.panFraction += moved / side;
    }
    setCamera(camera);
}

void SceneView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != m_drag) {
        event->ignore();
        return;
    }
    m_drag = Qt::NoButton;
}

void SceneView::wheelEvent(QWheelEvent *event)
{
    SceneCamera camera = m_settings.camera;
    camera.zoom *= std::pow(kZoomPerNotch, static_cast<double>(event->angleDelta().y()) /
                                               int{QWheelEvent::DefaultDeltasPerStep});
    setCamera(camera);
    event->accept();
}

void SceneView::keyPressEvent(QKeyEvent *event)
{
    SceneCamera camera = m_settings.camera;
    switch (event->key()) {
    case Qt::Key_Left:
        camera.azimuthDegrees -= kDegreesPerKey;
        break;
    case Qt::Key_Right:
        camera.azimuthDegrees += kDegreesPerKey;
        break;
    case Qt::Key_Up:
        camera.elevationDegrees -= kDegreesPerKey;
        break;
    case Qt::Key_Down:
        camera.elevationDegrees += kDegreesPerKey;
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        camera.zoom *= kZoomPerNotch;
        break;
    case Qt::Key_Minus:
        camera.zoom /= kZoomPerNotch;
        break;
    case Qt::Key_R:
        camera = startCamera();
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    setCamera(camera);
}

} // namespace mrb::viewer
