// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/CheatSheet.h"

#include "viewer/widgets/CommandTable.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

// Over pictures, which are dark in every palette.
constexpr QRgb kSheet = qRgba(0x10, 0x13, 0x18, 0xf0);
constexpr QRgb kCapFill = qRgb(0x2b, 0x31, 0x3a);
constexpr QRgb kCapEdge = qRgb(0x4a, 0x53, 0x60);
constexpr QRgb kText = qRgb(0xe6, 0xe9, 0xee);
constexpr QRgb kQuiet = qRgb(0x9a, 0xa4, 0xb2);
constexpr QRgb kTitle = qRgb(0x8e, 0xc5, 0xff);

constexpr double kEdge = 20.0; ///< around everything
constexpr double kBetweenColumns = 24.0;
constexpr double kSmallest = 0.8; ///< of the usual font size
constexpr int kSizeSteps = 8;     ///< between the two
constexpr int kMostColumns = 5;
constexpr double kNarrowestText = 5.5; ///< em; of what a key does
constexpr double kWidestColumn = 26.0; ///< em
constexpr double kLine = 1.24;         ///< of the height of the font
constexpr double kHeading = 1.15;      ///< lines
constexpr double kCapPad = 0.4;        ///< em, on both sides of a key's name
constexpr double kCapGap = 0.3;        ///< em, between keys
constexpr double kKeysGap = 0.9;       ///< em, between keys and what they do
constexpr double kBlockGap = 0.55;     ///< lines, between groups

/// The modifiers once, then all keys that share them.
QStringList capsOf(const QStringList &keys)
{
    QStringList caps;
    for (const QString &key : keys) {
        const QStringList own = keyCaps(key);
        if (caps.isEmpty())
            caps = own;
        else if (own.size() == 1 || caps.first() == own.first())
            caps += own.last();
    }
    return caps;
}

/// A second key with modifiers is for other keyboards, and would only be in the way here.
QStringList shownKeys(const QStringList &keys)
{
    return !keys.isEmpty() && keyCaps(keys.first()).size() > 1 ? keys.first(1) : keys;
}

} // namespace

CheatSheet::CheatSheet(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keys and gestures"));
    build();
    parent->installEventFilter(this);
    hide();
}

void CheatSheet::build()
{
    m_blocks.clear();
    Block gestures{tr("Mouse and touchpad"), {}};
    for (const MouseGesture &gesture : mouseGestures(m_rightDragZooms))
        gestures.rows.push_back({{},
                                 gesture.gesture,
                                 gesture.effect,
                                 tr("%1: %2").arg(gesture.gesture, gesture.effect)});
    m_blocks.push_back(std::move(gestures));
    const auto addRow = [](Block &block, const QStringList &keys, const QString &effect) {
        const QString names = keys.isEmpty() ? tr("menu") : keys.join(QStringLiteral(", "));
        block.rows.push_back({capsOf(keys), keys.isEmpty() ? tr("menu") : QString(), effect,
                              tr("%1: %2").arg(names, effect)});
    };
    for (const CommandGroup group : kCommandGroups) {
        Block block{plainText(groupTitle(group)), {}};
        for (const PaneKey &key : paneKeys())
            if (key.group == group)
                addRow(block, key.keys, key.effect);
        for (const CommandInfo &info : commandTable())
            if (info.group == group)
                addRow(block, shownKeys(info.keys), plainText(info.text));
        m_blocks.push_back(std::move(block));
    }
    for (const CheatSheetGroup &group : m_further) {
        Block block{group.title, {}};
        for (const CheatSheetGroup::Row &row : group.rows)
            addRow(block, shownKeys(row.keys), row.effect);
        m_blocks.push_back(std::move(block));
    }
    setAccessibleDescription(text());
    layOut();
}

QString CheatSheet::text() const
{
    QStringList lines;
    for (const Block &block : m_blocks) {
        lines += block.title;
        for (const Row &row : block.rows)
            lines += row.spoken;
    }
    return lines.join(u'\n');
}

void CheatSheet::setRightDragZooms(bool zooms)
{
    if (zooms == m_rightDragZooms)
        return;
    m_rightDragZooms = zooms;
    build();
    update();
}

void CheatSheet::setFurther(std::vector<CheatSheetGroup> groups)
{
    m_further = std::move(groups);
    build();
    update();
}

void CheatSheet::toggle()
{
    setVisible(!isVisible());
}

double CheatSheet::lineHeight() const
{
    return std::ceil(QFontMetricsF(m_font).height() * kLine);
}

double CheatSheet::capWidth(const QString &cap) const
{
    const QFontMetricsF metrics(m_font);
    const double em = metrics.height();
    return std::max(metrics.horizontalAdvance(cap) + 2.0 * kCapPad * em, 1.25 * em);
}

double CheatSheet::keysWidthOf(const Row &row) const
{
    const QFontMetricsF metrics(m_font);
    double width = row.gesture.isEmpty() ? 0.0 : metrics.horizontalAdvance(row.gesture);
    for (const QString &cap : row.caps)
        width += capWidth(cap) + kCapGap * metrics.height();
    return width;
}

void CheatSheet::measure(double columnWidth)
{
    const QFontMetricsF metrics(m_font);
    const double line = lineHeight();
    for (Block &block : m_blocks) {
        block.keysWidth = 0.0;
        for (const Row &row : block.rows)
            block.keysWidth = std::max(block.keysWidth, keysWidthOf(row));
        block.keysWidth += kKeysGap * metrics.height();
        const double room = columnWidth - block.keysWidth;
        block.height = line * kHeading;
        for (Row &row : block.rows) {
            const double text = metrics
                                    .boundingRect(QRectF(0, 0, std::max(room, 1.0), 1e4),
                                                  Qt::TextWordWrap, row.effect)
                                    .height();
            row.height = line + std::max(0.0, std::round(text - metrics.height()));
            block.height += row.height;
        }
    }
}

bool CheatSheet::tryLayout(double pointSize, int columns)
{
    m_font = font();
    m_font.setPointSizeF(pointSize);
    const double em = QFontMetricsF(m_font).height();
    const double room = width() - 2.0 * kEdge - (columns - 1) * kBetweenColumns;
    m_columnWidth = std::floor(std::min(room / columns, kWidestColumn * em));
    measure(m_columnWidth);
    const double top = kEdge + 1.8 * lineHeight();
    const double gap = kBlockGap * lineHeight();

    // The least height at which the groups, in their order, fill no more than the columns.
    double least = 0.0;
    double widestKeys = 0.0;
    double all = 0.0;
    for (const Block &block : m_blocks) {
        least = std::max(least, block.height);
        widestKeys = std::max(widestKeys, block.keysWidth);
        all += block.height + gap;
    }
    least = std::max(least, all / columns - gap);
    const auto place = [&](double height) {
        const double used = columns * m_columnWidth + (columns - 1) * kBetweenColumns;
        const double left = std::max(kEdge, std::round((width() - used) / 2.0));
        std::vector<double> filled(static_cast<std::size_t>(columns), 0.0);
        m_height = 0.0;
        for (Block &block : m_blocks) {
            // The first column with room: nearly in order, and short groups fill what is left.
            const auto column = std::find_if(filled.begin(), filled.end(), [&](double y) {
                return y == 0.0 || y + block.height <= height;
            });
            if (column == filled.end())
                return false;
            const auto index = static_cast<double>(column - filled.begin());
            block.at = {left + index * (m_columnWidth + kBetweenColumns), top + *column};
            *column += block.height;
            m_height = std::max(m_height, top + *column + kEdge / 2.0);
            *column += gap;
        }
        return true;
    };
    while (!place(least) && least < all)
        least += lineHeight();
    return m_columnWidth - widestKeys >= kNarrowestText * em && m_height <= height();
}

void CheatSheet::layOut()
{
    const double usual = font().pointSizeF() > 0.0 ? font().pointSizeF() : 10.0;
    m_scrolled = 0.0;
    for (int step = 0; step <= kSizeSteps; ++step) {
        const double size = usual * (1.0 - (1.0 - kSmallest) * step / kSizeSteps);
        for (int columns = 1; columns <= kMostColumns; ++columns)
            if (tryLayout(size, columns))
                return;
    }
    // There is not enough room: as many columns as are wide enough, and scroll.
    const double size = usual * std::max(kSmallest, 0.9);
    const double em = QFontMetricsF(font()).height();
    const double wide = 22.0 * em;
    const int columns = std::clamp(static_cast<int>((width() - kEdge) / wide), 1, kMostColumns);
    (void)tryLayout(size, columns);
}

void CheatSheet::scrollBy(double pixels)
{
    const double most = std::max(0.0, m_height - height());
    m_scrolled = std::clamp(m_scrolled + pixels, 0.0, most);
    update();
}

void CheatSheet::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), QColor::fromRgba(kSheet));
    painter.translate(0.0, -m_scrolled);
    QFont heading = m_font;
    heading.setPointSizeF(m_font.pointSizeF() * 1.25);
    heading.setBold(true);
    painter.setFont(heading);
    painter.setPen(QColor(kText));
    const double left = m_blocks.front().at.x();
    const QRectF top(left, kEdge * 0.75, width() - left - kEdge, 1.5 * lineHeight());
    painter.drawText(top, Qt::AlignLeft | Qt::AlignVCenter, tr("Keys and gestures"));
    painter.setFont(m_font);
    painter.setPen(QColor(kQuiet));
    painter.drawText(QRectF(left, top.top(), width() - 2.0 * left, top.height()),
                     Qt::AlignRight | Qt::AlignVCenter,
                     fits() ? tr("Esc closes") : tr("Wheel scrolls, Esc closes"));
    for (const Block &block : m_blocks)
        paintBlock(painter, block);
    painter.resetTransform();
    if (!fits()) {
        const double part = height() / m_height;
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(kCapEdge));
        painter.drawRoundedRect(QRectF(width() - 8.0, m_scrolled * part, 5.0, height() * part), 2.5,
                                2.5);
    }
}

void CheatSheet::paintBlock(QPainter &painter, const Block &block) const
{
    const double line = lineHeight();
    QFont bold = m_font;
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(QColor(kTitle));
    painter.drawText(QRectF(block.at, QSizeF(m_columnWidth, line)),
                     Qt::AlignLeft | Qt::AlignVCenter, block.title);
    painter.setFont(m_font);
    const double down = (line - QFontMetricsF(m_font).height()) / 2.0;
    double y = block.at.y() + line * kHeading;
    for (const Row &row : block.rows) {
        paintKeys(painter, row, {block.at.x(), y});
        painter.setPen(QColor(kText));
        painter.drawText(QRectF(block.at.x() + block.keysWidth, y + down,
                                m_columnWidth - block.keysWidth, row.height),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, row.effect);
        y += row.height;
    }
}

void CheatSheet::paintKeys(QPainter &painter, const Row &row, QPointF at) const
{
    const double line = lineHeight();
    if (!row.gesture.isEmpty()) {
        painter.setPen(QColor(kQuiet));
        painter.drawText(QRectF(at, QSizeF(m_columnWidth, line)), Qt::AlignLeft | Qt::AlignVCenter,
                         row.gesture);
        return;
    }
    const double em = QFontMetricsF(m_font).height();
    double x = at.x();
    for (const QString &cap : row.caps) {
        const QRectF key(x + 0.5, at.y() + 1.5, capWidth(cap), line - 4.0);
        painter.setPen(QPen(QColor(kCapEdge), 1.0));
        painter.setBrush(QColor(kCapFill));
        painter.drawRoundedRect(key, 3.0, 3.0);
        painter.setPen(QColor(kText));
        painter.drawText(key, Qt::AlignCenter, cap);
        x += key.width() + kCapGap * em;
    }
}

bool CheatSheet::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parent() && event->type() == QEvent::Resize && isVisible())
        resize(parentWidget()->size());
    return QWidget::eventFilter(watched, event);
}

bool CheatSheet::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept(); // closing this comes before any command of that key
        return true;
    }
    return QWidget::event(event);
}

void CheatSheet::showEvent(QShowEvent *event)
{
    m_focusBefore = window()->focusWidget();
    setGeometry(parentWidget()->rect());
    raise();
    layOut();
    setFocus();
    QWidget::showEvent(event);
}

void CheatSheet::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (event->spontaneous())
        return;
    if (m_focusBefore && m_focusBefore != this)
        m_focusBefore->setFocus();
    Q_EMIT closed();
}

void CheatSheet::resizeEvent(QResizeEvent *event)
{
    layOut();
    QWidget::resizeEvent(event);
}

void CheatSheet::mousePressEvent(QMouseEvent *)
{
    hide();
}

void CheatSheet::wheelEvent(QWheelEvent *event)
{
    scrollBy(-event->angleDelta().y() / 2.0);
    event->accept();
}

void CheatSheet::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Escape:
        hide();
        break;
    case Qt::Key_Down:
        scrollBy(lineHeight());
        break;
    case Qt::Key_Up:
        scrollBy(-lineHeight());
        break;
    case Qt::Key_PageDown:
        scrollBy(height() * 0.9);
        break;
    case Qt::Key_PageUp:
        scrollBy(-height() * 0.9);
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace mrb::viewer
