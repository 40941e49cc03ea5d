// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSet>
#include <QTextBrowser>
#include <QTimer>

#include <vector>

namespace mrb::ui {

/// Shows a Markdown file with the pictures beside it, never wider than the view. Pictures are read
/// in a worker and appear when they are there. Links to headings are followed here, all others are
/// opened by the desktop. GUI thread.
class MarkdownView : public QTextBrowser
{
    Q_OBJECT

public:
    struct Heading
    {
        QString text;
        int level = 1;
        int position = 0; ///< in the document

        friend bool operator==(const Heading &, const Heading &) = default;
    };

    explicit MarkdownView(QWidget *parent = nullptr);

    /// False when it cannot be read; a message stands in its place then.
    bool open(const QString &file);
    const QString &file() const { return m_file; }
    const std::vector<Heading> &headings() const { return m_headings; }
    /// Scrolls so that the heading is at the top.
    void goTo(const Heading &heading);
    /// To the next place, from the other end after the last one. False when there is none; an empty
    /// text is nowhere.
    bool findText(const QString &text, bool backwards = false);
    /// Pictures still being read.
    bool isLoading() const { return m_pending > 0; }

Q_SIGNALS:
    /// A file was shown, or could not be.
    void opened();
    void pictureShown();
    /// There is no such file or heading.
    void linkIsDead(const QString &link);

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showText();
    void collectHeadings();
    void follow(const QUrl &link);
    void loadPicture(const QUrl &picture);
    /// How wide pictures may be, in device-independent pixels.
    int room() const;

    QString m_file;
    QString m_text; ///< as in the file
    std::vector<Heading> m_headings;
    QSet<QUrl> m_pictures; ///< asked for by the document
    int m_pictureRoom = 0; ///< that they were read for
    QTimer m_resized;
    int m_pending = 0;
    int m_generation = 0; ///< pictures for an earlier file or width are dropped
};

} // namespace mrb::ui
