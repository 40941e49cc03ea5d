// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/SettingsFile.h"

#include "backend/base/Text.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QSettings>
#include <QStringDecoder>
#include <QTemporaryDir>

namespace mrb::ui {

namespace {

constexpr QLatin1StringView kFormatKey("format");
constexpr int kFormat = 1; ///< raised when older programs would misread the file

/// What was found when the file was last looked at.
struct Finding
{
    qint64 bytes = -1;
    QDateTime changed;
    QString problem;
    std::shared_ptr<QTemporaryDir> session; ///< in place of a file with a problem
};

std::unique_ptr<QSettings> usersSettings()
{
    return std::make_unique<QSettings>(QSettings::IniFormat, QSettings::UserScope,
                                       QStringLiteral("mrbrain"), QStringLiteral("studio"));
}

QString sessionFile(const QTemporaryDir &folder)
{
    return folder.filePath(QStringLiteral("studio.ini"));
}

QString keptUntouched(const QString &fault)
{
    return Text::tr("%1 It is kept as it is, and changes last until the program ends.").arg(fault);
}

QString damaged(const QString &file)
{
    return keptUntouched(Text::tr("The settings in %1 are damaged.").arg(file)) + u' ' +
           Text::tr("Correct the file, or move it away to start with new settings.");
}

/// Parses a copy: QSettings remembers files by their name and reports damage only once.
QString problemOf(const QString &file)
{
    if (!QFileInfo::exists(file))
        return {};
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly)) {
        return keptUntouched(Text::tr("The settings in %1 cannot be read: %2.")
                                 .arg(file, source.errorString())) +
               u' ' + Text::tr("Make the file readable and start the program again.");
    }
    const QByteArray bytes = source.readAll();
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(bytes);
    if (decoder.hasError() || text.contains(QChar::Null))
        return damaged(file);
    const QTemporaryDir folder;
    QFile copy(sessionFile(folder));
    if (!copy.open(QIODevice::WriteOnly) || copy.write(bytes) != bytes.size())
        return {}; // nothing is known against it
    copy.close();
    const QSettings parsed(sessionFile(folder), QSettings::IniFormat);
    static_cast<void>(parsed.allKeys()); // sections are parsed when they are asked for
    if (parsed.status() != QSettings::NoError)
        return damaged(file);
    const QVariant format = parsed.value(kFormatKey, kFormat);
    bool isNumber = false;
    const int number = format.toInt(&isNumber);
    if (!isNumber)
        return damaged(file);
    if (number > kFormat) {
        return keptUntouched(
                   Text::tr("The settings in %1 were written by a newer version.").arg(file)) +
               u' ' + Text::tr("Use that version, or move the file away.");
    }
    return {};
}

const Finding &examined(const QString &file)
{
    static QHash<QString, Finding> found;
    Finding &finding = found[file];
    const QFileInfo info(file);
    const qint64 bytes = info.exists() ? info.size() : 0;
    if (!finding.session && (bytes != finding.bytes || info.lastModified() != finding.changed)) {
        finding.bytes = bytes;
        finding.changed = info.lastModified();
        finding.problem = problemOf(file);
        if (!finding.problem.isEmpty())
            finding.session = std::make_shared<QTemporaryDir>();
    }
    return finding;
}

} // namespace

std::unique_ptr<QSettings> openSettings()
{
    auto settings = usersSettings();
    const Finding &finding = examined(settings->fileName());
    if (finding.session) {
        return std::make_unique<QSettings>(sessionFile(*finding.session), QSettings::IniFormat);
    }
    if (!settings->contains(kFormatKey))
        settings->setValue(kFormatKey, kFormat);
    return settings;
}

QString settingsFileName()
{
    return usersSettings()->fileName();
}

QString settingsFileProblem()
{
    return examined(settingsFileName()).problem;
}

} // namespace mrb::ui
