// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/GlFacts.h"

#include "backend/base/Text.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QScreen>

#include <vtkVersion.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr std::pair<int, int> kLeastVersion = {3, 2};

QString glText(QOpenGLFunctions &gl, GLenum name)
{
    const GLubyte *text = gl.glGetString(name);
    return text ? QString::fromLatin1(reinterpret_cast<const char *>(text)) : QString();
}

QString yesOrNo(bool yes)
{
    return yes ? Text::tr("yes") : Text::tr("no");
}

} // namespace

QSurfaceFormat sceneFormat()
{
    QSurfaceFormat format;
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(kLeastVersion.first, kLeastVersion.second);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setRedBufferSize(8);
    format.setGreenBufferSize(8);
    format.setBlueBufferSize(8);
    format.setAlphaBufferSize(8);
    format.setDepthBufferSize(24);
    format.setStencilBufferSize(0);
    format.setSamples(0);
    return format;
}

bool isSoftwareRenderer(const QString &renderer)
{
    constexpr std::array<QLatin1StringView, 7> kNames = {
        QLatin1StringView("llvmpipe"), QLatin1StringView("softpipe"),
        QLatin1StringView("swrast"),   QLatin1StringView("software"),
        QLatin1StringView("SWR"),      QLatin1StringView("SwiftShader"),
        QLatin1StringView("lavapipe")};
    return std::any_of(kNames.begin(), kNames.end(), [&renderer](QLatin1StringView name) {
        return renderer.contains(name, Qt::CaseInsensitive);
    });
}

GlFacts platformFacts()
{
    GlFacts facts;
    facts.platform = QGuiApplication::platformName();
    if (const QScreen *screen = QGuiApplication::primaryScreen())
        facts.pixelRatio = screen->devicePixelRatio();
    return facts;
}

QString noGlText(const QString &why, const QString &platform)
{
    return Text::tr("No 3-D view: %1. Slices and everything else work without it. For 3-D, run on "
                    "a desktop with OpenGL 3.2 or later (Qt platform here: %2); Debian's package "
                    "libgl1-mesa-dri provides it without a graphics card.")
        .arg(why, platform);
}

GlFacts factsOfCurrentContext(GlFacts facts)
{
    QOpenGLContext *context = QOpenGLContext::currentContext();
    QOpenGLFunctions &gl = *context->functions();
    facts.vendor = glText(gl, GL_VENDOR);
    facts.renderer = glText(gl, GL_RENDERER);
    facts.version = glText(gl, GL_VERSION);
    facts.shadingLanguage = glText(gl, GL_SHADING_LANGUAGE_VERSION);
    facts.software = isSoftwareRenderer(facts.renderer);
    constexpr GLenum kMax3dTextureSize = 0x8073; // GL_MAX_3D_TEXTURE_SIZE, absent from ES headers
    gl.glGetIntegerv(kMax3dTextureSize, &facts.largestTexture3d);
    if (context->isOpenGLES() || context->format().version() < kLeastVersion)
        facts.message =
            noGlText(Text::tr("this desktop offers OpenGL %1, which is too old").arg(facts.version),
                     facts.platform);
    facts.usable = facts.message.isEmpty();
    return facts;
}

GlFacts probeGl()
{
    GlFacts facts = platformFacts();
    QOffscreenSurface surface;
    surface.setFormat(sceneFormat());
    surface.create();
    QOpenGLContext context;
    context.setFormat(sceneFormat());
    if (!surface.isValid() || !context.create() || !context.makeCurrent(&surface)) {
        facts.message =
            noGlText(Text::tr("OpenGL cannot be started on this desktop"), facts.platform);
        return facts;
    }
    facts.threaded = QOpenGLContext::supportsThreadedOpenGL();
    facts = factsOfCurrentContext(std::move(facts));
    context.doneCurrent();
    return facts;
}

QString toText(const GlFacts &facts)
{
    QStringList lines = {Text::tr("OpenGL usable: %1").arg(yesOrNo(facts.usable))};
    if (!facts.message.isEmpty())
        lines += facts.message;
    lines += Text::tr("VTK: %1").arg(QString::fromLatin1(vtkVersion::GetVTKVersion()));
    lines += Text::tr("Qt platform: %1").arg(facts.platform);
    lines += Text::tr("Device pixel ratio: %1").arg(facts.pixelRatio);
    if (facts.renderer.isEmpty())
        return lines.join(u'\n');
    lines += Text::tr("Vendor: %1").arg(facts.vendor);
    lines += Text::tr("Renderer: %1").arg(facts.renderer);
    lines += Text::tr("Version: %1").arg(facts.version);
    lines += Text::tr("Shading language: %1").arg(facts.shadingLanguage);
    lines += Text::tr("Software rendering: %1").arg(yesOrNo(facts.software));
    lines += Text::tr("In a thread of its own: %1").arg(yesOrNo(facts.threaded));
    lines += Text::tr("Largest 3-D texture: %1 voxels along an edge").arg(facts.largestTexture3d);
    return lines.join(u'\n');
}

} // namespace mrb::viewer
