// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/SettingsRules.h"

#include "backend/base/Text.h"

#include <QDir>
#include <QRegularExpression>

namespace mrb::ui {

QString pathProblem(const QString &path)
{
    if (path.isEmpty() || QDir::isAbsolutePath(path))
        return {};
    return Text::tr("The path must begin with / or ~/.");
}

QString pythonProblem(const QString &python)
{
    if (python.contains(u'/'))
        return pathProblem(python);
    static const QRegularExpression kWhiteSpace(QStringLiteral("\\s"));
    return python.contains(kWhiteSpace)
               ? Text::tr("Name the interpreter alone, without options: python3.11 or "
                          "/usr/bin/python3.")
               : QString();
}

QString gpusProblem(const QString &gpus)
{
    static const QRegularExpression kEntry(
        QStringLiteral("^([0-9]{1,4}|(GPU|MIG)-[0-9A-Za-z/-]+)$"));
    if (gpus.isEmpty())
        return {};
    for (const QString &entry : gpus.split(u',')) {
        if (!kEntry.match(entry.trimmed()).hasMatch()) {
            return Text::tr("List GPUs by number or identifier with commas between them: 0 or "
                            "0,1 or GPU-1a2b3c4d.");
        }
    }
    return {};
}

QString withHomeExpanded(const QString &typed)
{
    const QString path = typed.trimmed();
    if (path == u'~' || path.startsWith(QStringLiteral("~/")))
        return QDir::homePath() + path.mid(1);
    return path;
}

} // namespace mrb::ui
