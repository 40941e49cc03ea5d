// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/SceneWindow.h"

// GLEW must come before any other OpenGL header, which is why no Qt one is here.
#include <vtkObjectFactory.h>
#include <vtkOpenGLState.h>
#include <vtkRect.h>
#include <vtk_glew.h>

#include <utility>

namespace mrb::viewer {

vtkStandardNewMacro(SceneWindow)

    SceneWindow::SceneWindow()
{
    SetReadyForRendering(false);
    SetOwnContext(0);
    SetFrameBlitModeToNoBlit();
    SetMultiSamples(0);
    SwapBuffersOff();
    // Wide lines are made of triangles by VTK: core profiles promise no more than one pixel.
    SetForceMaximumHardwareLineWidth(1.0F);
}

SceneWindow::~SceneWindow()
{
    // The base class releases its framebuffers through MakeCurrent(); it must still find them.
    Finalize();
}

void SceneWindow::setContext(std::function<void()> makeCurrent, std::function<bool()> isCurrent)
{
    m_makeCurrent = std::move(makeCurrent);
    m_isCurrent = std::move(isCurrent);
}

bool SceneWindow::initialise()
{
    OpenGLInitContext();
    if (!GlewInitValid)
        return false;
    vtkOpenGLState *state = GetState();
    state->Reset();
    // A fresh context has GL_LESS and no depth test, with which slices vanish; later versions of
    // VTK (9.4) set this themselves.
    state->vtkglDepthFunc(GL_LEQUAL);
    state->vtkglEnable(GL_DEPTH_TEST);
    SetReadyForRendering(true);
    return true;
}

QImage SceneWindow::draw(QSize pixels)
{
    SetSize(pixels.width(), pixels.height());
    SetAbortRender(0);
    Render();
    if (GetAbortRender() != 0 || isInterrupted())
        return {};
    QImage image(pixels, QImage::Format_RGB32);
    constexpr int kBackBuffer = 0;
    const int status = ReadPixels(vtkRecti(0, 0, pixels.width(), pixels.height()), kBackBuffer,
                                  GL_BGRA, GL_UNSIGNED_BYTE, image.bits(), 0);
    return status == VTK_OK ? image.mirrored() : QImage();
}

void SceneWindow::MakeCurrent()
{
    if (m_makeCurrent)
        m_makeCurrent();
}

bool SceneWindow::IsCurrent()
{
    return m_isCurrent && m_isCurrent();
}

void SceneWindow::OpenGLInitContext()
{
    if (Initialized)
        return;
    glewExperimental = GL_TRUE;
    // Debian's GLEW expects GLX. In an EGL context (Wayland) it loads all functions and then
    // reports the missing GLX display, code 4 (VTK issue 19357; until VTK 9.4).
    constexpr GLenum kNoGlxDisplay = 4;
    const GLenum status = glewInit();
    GlewInitValid = (status == GLEW_OK || status == kNoGlxDisplay) && GLEW_VERSION_3_2 != 0;
    Initialized = true;
}

int SceneWindow::CheckAbortStatus()
{
    if (isInterrupted())
        SetAbortRender(1);
    return GetAbortRender();
}

} // namespace mrb::viewer
