// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/Histogram.h"
#include "viewer/render/ViewSettings.h"
#include "viewer/widgets/HistogramRange.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <optional>

namespace mrb::viewer {

/// How often each intensity occurs, on a logarithmic scale, with the window over it. Its edges can
/// be dragged, and what is between them moves both; Tab chooses an edge, arrows move it, ten times
/// as far with Shift. A double click asks for the automatic window. GUI thread.
class HistogramView : public QWidget
{
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);

    /// Null: not counted yet, which it says in its place.
    void setHistogram(std::shared_ptr<const Histogram> histogram);
    /// What to say instead of a histogram, such as why there is none. Empty: "Counting…".
    void setPlaceholder(const QString &text);
    /// As the model has it; nothing is emitted.
    void setColours(const ColourScale &colours);
    const ColourScale &colours() const { return m_colours; }

    /// Whether the axis reaches to the smallest and largest value, rather than over the middle
    /// 99.8 % of the voxels and the window.
    void setAllShown(bool all);
    bool allShown() const { return m_allShown; }

    /// Of the axis, without its margins.
    ValueRange shownRange() const { return m_range; }
    /// Where a value is, logical pixels.
    double xOf(double value) const;
    /// The inverse of xOf(), also outside the plot.
    double valueAt(double x) const;
    /// The line on top: what is under the pointer, else the window.
    QString readout() const;

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    /// The user moved an edge: low < high. What is shown changes with the next setColours().
    void windowEdited(mrb::viewer::IntensityWindow window);
    void automaticWindowRequested();
    void allShownChanged(bool all);

protected:
    bool event(QEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    enum class Part { None, Low, High, Both };

    struct Drag
    {
        Part part = Part::None;
        double fromX = 0.0;
        IntensityWindow from;
    };

    Part partAt(QPointF position) const;
    QRectF plot() const;
    QRectF strip() const;
    void move(Part part, const IntensityWindow &from, double by);
    void updateRange();
    void updateCursor(QPointF position);
    void describe();
    void paintBars(QPainter &painter) const;
    void paintStrip(QPainter &painter) const;
    void paintEdges(QPainter &painter) const;
    void paintTexts(QPainter &painter) const;

    std::shared_ptr<const Histogram> m_histogram;
    QString m_placeholder;
    ColourScale m_colours;
    ValueRange m_range;
    bool m_allShown = false;
    Part m_selected = Part::Low; ///< the edge that keys move
    Drag m_drag;
    std::optional<double> m_pointerX;
};

} // namespace mrb::viewer
