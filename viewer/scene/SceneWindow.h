// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>

#include <vtkGenericOpenGLRenderWindow.h>

#include <atomic>
#include <functional>

namespace mrb::viewer {

/// The bridge from VTK to somebody else's OpenGL context: VTK asks for it to be made current and
/// draws into framebuffers of its own. One thread; interrupt() may come from any.
class SceneWindow : public vtkGenericOpenGLRenderWindow
{
public:
    static SceneWindow *New();
    vtkTypeMacro(SceneWindow, vtkGenericOpenGLRenderWindow)

        void setContext(std::function<void()> makeCurrent, std::function<bool()> isCurrent);

    /// Loads the OpenGL functions; the context must be current. False when that failed.
    bool initialise();

    /// Draws and reads back. Null when interrupted or when OpenGL failed.
    QImage draw(QSize pixels);

    /// While true, frames are given up as soon as a mapper looks.
    void setInterrupted(const std::atomic<bool> *interrupted) { m_interrupted = interrupted; }
    bool isInterrupted() const { return m_interrupted && m_interrupted->load(); }

    void MakeCurrent() override;
    bool IsCurrent() override;
    void OpenGLInitContext() override;
    int CheckAbortStatus() override;

protected:
    SceneWindow();
    ~SceneWindow() override;

private:
    std::function<void()> m_makeCurrent;
    std::function<bool()> m_isCurrent;
    const std::atomic<bool> *m_interrupted = nullptr;
};

} // namespace mrb::viewer
