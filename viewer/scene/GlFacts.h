// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QSurfaceFormat>

namespace mrb::viewer {

/// What is known about OpenGL on this desktop. The texts are OpenGL's own.
struct GlFacts
{
    bool usable = false;
    QString message;         ///< why not, and what to do about it; empty when usable
    QString platform;        ///< Qt's platform plug-in: xcb, wayland, offscreen and so on
    double pixelRatio = 1.0; ///< device pixels per logical pixel of the primary screen
    bool threaded = false;   ///< the platform allows OpenGL off the GUI thread
    QString vendor;
    QString renderer;
    QString version;
    QString shadingLanguage;
    bool software = false;    ///< the "graphics card" is the CPU
    int largestTexture3d = 0; ///< voxels along an edge

    friend bool operator==(const GlFacts &, const GlFacts &) = default;
};

/// What the scene asks of OpenGL: core profile 3.2 with a depth buffer, VTK 9.1's least.
QSurfaceFormat sceneFormat();

/// Whether GL_RENDERER names one of the known renderers that run on the CPU.
bool isSoftwareRenderer(const QString &renderer);

/// Facts that need no context. GUI thread.
GlFacts platformFacts();

/// Completes the facts from the context that is current in this thread.
GlFacts factsOfCurrentContext(GlFacts facts);

/// Makes a context, asks it and drops it again. Needs a QGuiApplication; GUI thread; some 10 to
/// 300 ms. Without OpenGL it says so in the message.
GlFacts probeGl();

/// One fact per line, for a terminal and for reports of mistakes.
QString toText(const GlFacts &facts);

/// The message for a desktop without usable OpenGL. why: a clause without a full stop.
QString noGlText(const QString &why, const QString &platform);

} // namespace mrb::viewer
