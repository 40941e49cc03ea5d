// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;

namespace mrb::ui {

/// A SHA-256 to be read, selected and copied. Hidden while there is none.
class DigestField final : public QWidget
{
    Q_OBJECT

public:
    /// @param name of what it is the digest of, for screen readers
    explicit DigestField(const QString &name, QWidget *parent = nullptr);

    void setDigest(const QString &digest);
    QString digest() const;

private:
    QLineEdit *m_text;
};

} // namespace mrb::ui
