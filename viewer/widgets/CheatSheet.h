// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFont>
#include <QPointF>
#include <QPointer>
#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace mrb::viewer {

/// Commands that are not the viewer's own, for its cheat sheet.
struct CheatSheetGroup
{
    struct Row
    {
        QStringList keys; ///< QKeySequence::PortableText
        QString effect;
    };
    QString title;
    std::vector<Row> rows;
};

/// The keys and gestures of the viewer, laid over it: made of the tables that menus are made of.
/// Covers its parent and follows its size. Escape, H, ? or a click closes it; where there is not
/// enough room it scrolls.
class CheatSheet : public QWidget
{
    Q_OBJECT

public:
    /// Hidden at first.
    explicit CheatSheet(QWidget *parent);

    /// The preference decides what one of the gestures does.
    void setRightDragZooms(bool zooms);
    /// Listed after the viewer's own.
    void setFurther(std::vector<CheatSheetGroup> groups);
    void toggle();

    /// All of it, a line each, as screen readers have it: "Ctrl+J: Automatic window".
    QString text() const;
    /// Whether all of it is visible at once.
    bool fits() const { return m_height <= height(); }

Q_SIGNALS:
    void closed();

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    /// Keys or a gesture, and what they do.
    struct Row
    {
        QStringList caps;
        QString gesture; ///< in place of caps
        QString effect;
        QString spoken;
        double height = 0.0;
    };
    struct Block
    {
        QString title;
        std::vector<Row> rows = {};
        double keysWidth = 0.0;
        double height = 0.0;
        QPointF at = {}; ///< top left corner, unscrolled
    };

    void build();
    void layOut();
    /// Whether all of it has room at this size and in so many columns.
    bool tryLayout(double pointSize, int columns);
    void measure(double columnWidth);
    double keysWidthOf(const Row &row) const;
    double capWidth(const QString &cap) const;
    double lineHeight() const;
    void paintBlock(QPainter &painter, const Block &block) const;
    void paintKeys(QPainter &painter, const Row &row, QPointF at) const;
    void scrollBy(double pixels);

    std::vector<CheatSheetGroup> m_further;
    std::vector<Block> m_blocks;
    QFont m_font; ///< of this layout
    double m_columnWidth = 0.0;
    double m_height = 0.0; ///< of everything, logical pixels
    double m_scrolled = 0.0;
    bool m_rightDragZooms = false;
    QPointer<QWidget> m_focusBefore;
};

} // namespace mrb::viewer
