// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/DisplayPanel.h"

#include "viewer/widgets/CineControls.h"
#include "viewer/widgets/CompareControls.h"
#include "viewer/widgets/SceneControls.h"
#include "viewer/widgets/SliceControls.h"
#include "viewer/widgets/VolumeControls.h"
#include "viewer/widgets/WindowControls.h"

#include <QFrame>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::viewer {

namespace {

constexpr int kMargin = 10;
constexpr int kBetween = 10;
constexpr int kUsualWidth = 300;

QFrame *makeLine(QWidget *parent)
{
    auto *line = new QFrame(parent);
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Plain);
    line->setForegroundRole(QPalette::Midlight);
    return line;
}

} // namespace

DisplayPanel::DisplayPanel(ViewerModel &model, Cine &cine, QWidget *parent) : QScrollArea(parent)
{
    setAccessibleName(tr("Display"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    setFocusPolicy(Qt::NoFocus);

    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(kBetween);
    m_scene = new SceneControls(content);
    const QList<PanelSection *> sections = {new VolumeControls(model, content),
                                            new WindowControls(model, content),
                                            new SliceControls(model, content),
                                            new CompareControls(model, content),
                                            m_scene,
                                            new CineControls(model, cine, content)};
    int labels = 0;
    for (PanelSection *section : sections) {
        if (section != sections.first())
            layout->addWidget(makeLine(content));
        layout->addWidget(section);
        labels = std::max(labels, section->labelWidth());
    }
    for (PanelSection *section : sections)
        section->setLabelWidth(labels);
    layout->addStretch();
    setWidget(content);

    connect(m_scene, &SceneControls::presetChanged, this, &DisplayPanel::presetChanged);
    connect(m_scene, &SceneControls::planesToggled, this, &DisplayPanel::planesToggled);
}

void DisplayPanel::setScene(int preset, bool planes)
{
    m_scene->setScene(preset, planes);
}

void DisplayPanel::setSceneProblem(const QString &problem)
{
    m_scene->setProblem(problem);
}

QSize DisplayPanel::sizeHint() const
{
    return {std::max(kUsualWidth, minimumSizeHint().width()), widget()->sizeHint().height()};
}

QSize DisplayPanel::minimumSizeHint() const
{
    // Nothing scrolls sideways, so there is always room for what is inside.
    return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(), 120};
}

} // namespace mrb::viewer
