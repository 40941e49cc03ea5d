// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/MarkdownView.h"

#include <QAbstractTextDocumentLayout>
#include <QDesktopServices>
#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QImageReader>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocument>
#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kResizedMs = 150;
constexpr qreal kMargin = 16;

/// What a link to a heading is called, as common renderers make it from the heading's text.
QString anchorOf(const QString &heading)
{
    static const QRegularExpression kDropped(QStringLiteral("[^\\w\\- ]"),
                                             QRegularExpression::UseUnicodePropertiesOption);
    return heading.toLower().remove(kDropped).replace(u' ', u'-');
}

QImage readPicture(const QString &file, int widest, qreal ratio)
{
    QImageReader reader(file);
    const QSize size = reader.size();
    const int most = static_cast<int>(widest * ratio);
    QImage image = reader.read();
    if (size.width() > most && !image.isNull())
        image = image.scaledToWidth(most, Qt::SmoothTransformation);
    image.setDevicePixelRatio(size.width() > most ? ratio : 1.0);
    return image;
}

} // namespace

MarkdownView::MarkdownView(QWidget *parent) : QTextBrowser(parent)
{
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // else pictures are read for two widths
    document()->setDocumentMargin(kMargin);
    m_resized.setSingleShot(true);
    m_resized.setInterval(kResizedMs);
    connect(&m_resized, &QTimer::timeout, this, [this] {
        if (room() == m_pictureRoom)
            return;
        ++m_generation;
        for (const QUrl &picture : std::as_const(m_pictures))
            loadPicture(picture);
    });
    connect(this, &QTextBrowser::anchorClicked, this, &MarkdownView::follow);
}

bool MarkdownView::open(const QString &file)
{
    m_file = QFileInfo(file).absoluteFilePath();
    QFile source(m_file);
    const bool isOpen = source.open(QIODevice::ReadOnly);
    m_text = isOpen ? QString::fromUtf8(source.readAll()) : QString();
    showText();
    if (!isOpen) {
        setPlainText(tr("This page cannot be read: %1.\n\n%2\n\nIt comes with the program; "
                        "installing it again brings it back.")
                         .arg(source.errorString(), m_file));
    }
    verticalScrollBar()->setValue(0);
    Q_EMIT opened();
    return isOpen;
}

void MarkdownView::showText()
{
    ++m_generation;
    m_pictures.clear();
    document()->clear(); // with the pictures that it remembers
    document()->setBaseUrl(QUrl::fromLocalFile(m_file));
    document()->setDocumentMargin(kMargin);
    setMarkdown(m_text);
    collectHeadings();
}

void MarkdownView::collectHeadings()
{
    m_headings.clear();
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const int level = block.blockFormat().headingLevel();
        if (level > 0)
            m_headings.push_back({block.text(), level, block.position()});
    }
}

void MarkdownView::goTo(const Heading &heading)
{
    const QTextBlock block = document()->findBlock(heading.position);
    setTextCursor(QTextCursor(block));
    const qreal top = document()->documentLayout()->blockBoundingRect(block).top();
    verticalScrollBar()->setValue(static_cast<int>(top));
}

bool MarkdownView::findText(const QString &text, bool backwards)
{
    if (text.isEmpty())
        return false;
    const QTextDocument::FindFlags flags =
        backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (find(text, flags))
        return true;
    const QTextCursor before = textCursor();
    moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
    if (find(text, flags))
        return true;
    setTextCursor(before);
    return false;
}

QVariant MarkdownView::loadResource(int type, const QUrl &name)
{
    if (type != QTextDocument::ImageResource)
        return QTextBrowser::loadResource(type, name);
    const QUrl picture = document()->baseUrl().resolved(name);
    // Pictures elsewhere are not fetched: nothing here uses the network.
    if (picture.isLocalFile() && !m_pictures.contains(picture)) {
        m_pictures.insert(picture);
        loadPicture(picture);
    }
    QImage nothingYet(1, 1, QImage::Format_ARGB32_Premultiplied);
    nothingYet.fill(Qt::transparent);
    return nothingYet;
}

void MarkdownView::loadPicture(const QUrl &picture)
{
    m_pictureRoom = room();
    ++m_pending;
    auto *watcher = new QFutureWatcher<QImage>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, picture, generation = m_generation] {
                watcher->deleteLater();
                --m_pending;
                const QImage image = watcher->result();
                if (generation != m_generation || image.isNull())
                    return;
                document()->addResource(QTextDocument::ImageResource, picture, image);
                document()->markContentsDirty(0, document()->characterCount());
                Q_EMIT pictureShown();
            });
    watcher->setFuture(
        QtConcurrent::run(readPicture, picture.toLocalFile(), m_pictureRoom, devicePixelRatioF()));
}

int MarkdownView::room() const
{
    return std::max(100, viewport()->width() - static_cast<int>(2 * kMargin));
}

void MarkdownView::follow(const QUrl &link)
{
    const QUrl target = link.isRelative() ? document()->baseUrl().resolved(link) : link;
    if (!target.isLocalFile() || target.toLocalFile() != m_file) {
        if (target.isLocalFile() && !QFileInfo::exists(target.toLocalFile()))
            Q_EMIT linkIsDead(link.toString());
        else
            QDesktopServices::openUrl(target);
        return;
    }
    const auto heading =
        std::find_if(m_headings.begin(), m_headings.end(), [&target](const Heading &entry) {
            return anchorOf(entry.text) == target.fragment();
        });
    if (heading != m_headings.end())
        goTo(*heading);
    else
        Q_EMIT linkIsDead(link.toString());
}

void MarkdownView::resizeEvent(QResizeEvent *event)
{
    QTextBrowser::resizeEvent(event);
    m_resized.start();
}

/// Links get their colour when the text is laid out first.
void MarkdownView::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || m_text.isEmpty())
        return;
    const int before = verticalScrollBar()->value();
    showText();
    verticalScrollBar()->setValue(before);
}

} // namespace mrb::ui
