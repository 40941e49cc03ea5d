// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/generate/FieldRow.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/generate/ValueBox.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

namespace mrb::tests {

/// The control with this accessible name below a widget; null where there is none.
template <class Control> Control *control(const QWidget &where, const QString &name)
{
    for (Control *candidate : where.findChildren<Control *>()) {
        if (candidate->accessibleName() == name)
            return candidate;
    }
    return nullptr;
}

/// A form and its panel as they are in a dock.
struct ShownPanel
{
    ShownPanel()
    {
        panel.resize(360, 1400);
        panel.show();
        panel.activateWindow();
        if (!QTest::qWaitForWindowActive(&panel))
            qFatal("the panel gets no focus");
    }

    template <class Control> Control *control(const char *name) const
    {
        return tests::control<Control>(panel, QString::fromUtf8(name));
    }

    /// Types over what is in a box of a field.
    void type(const char *box, const QString &text) const
    {
        auto *target = control<ui::ValueBox>(box);
        target->setFocus();
        target->selectAll();
        if (text.isEmpty())
            QTest::keyClick(target, Qt::Key_Delete);
        QTest::keyClicks(target, text);
    }

    /// Types over the override document.
    void typeDocument(const QString &text) const
    {
        editor()->setFocus();
        editor()->selectAll();
        editor()->insertPlainText(text);
    }

    QPlainTextEdit *editor() const { return control<QPlainTextEdit>("Override document"); }

    /// What a line of that name says; empty while it is hidden.
    QString line(const char *name) const
    {
        const auto *label = panel.findChild<QLabel *>(QString::fromUtf8(name));
        return label && label->isVisible() ? label->text() : QString();
    }

    /// The fields with a visible line of that name ("error", "warning").
    QStringList fieldsWith(const char *name) const
    {
        QStringList keys;
        for (const ui::FieldRow *row : panel.findChildren<ui::FieldRow *>()) {
            const auto *label = row->findChild<QLabel *>(QString::fromUtf8(name));
            if (label && label->isVisible() && !label->text().isEmpty())
                keys += QString::fromUtf8(row->field().key);
        }
        return keys;
    }

    QString text(const char *key, int element = 0) const { return form.field(key).texts[element]; }

    QString file(const char *name, const QByteArray &content) const
    {
        const QString path = folder.filePath(QString::fromUtf8(name));
        QFile target(path);
        if (!target.open(QIODevice::WriteOnly) || target.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    QTemporaryDir folder;
    backend::RequestForm form{backend::mirroredContext()};
    backend::Presets presets{folder.filePath(QStringLiteral("presets")).toStdString()};
    ui::GeneratePanel panel{form, presets};
};

} // namespace mrb::tests
