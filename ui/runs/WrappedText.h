// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTextDocument>
#include <QTextEdit>

namespace mrb::ui {

/// Plain text that wraps anywhere, can be selected and is as high as it needs to be. A label wraps
/// at words only, so that one long path would make the window as wide as the path.
class WrappedText final : public QTextEdit
{
    Q_OBJECT

public:
    explicit WrappedText(QWidget *parent = nullptr);

    void setText(const QString &text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    mutable QTextDocument m_measured; // the shown one belongs to the editor's own layout
};

} // namespace mrb::ui
