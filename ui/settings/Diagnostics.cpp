// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/Diagnostics.h"

#include "backend/base/Version.h"
#include "ui/settings/SettingsFile.h"
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QFont>
#include <QRegularExpression>
#include <QScreen>
#include <QStyle>
#include <QSysInfo>
#include <QThread>

#include <pwd.h>
#include <unistd.h>

#include <utility>

namespace mrb::ui {

namespace {

/// Facts are for those who mend the program, so they stay in English.
class Lines
{
public:
    void title(const char *text)
    {
        m_text += QStringLiteral("\n%1\n").arg(QLatin1StringView(text));
    }

    void fact(const char *name, const QString &value)
    {
        m_text += QStringLiteral("  %1: %2\n")
                      .arg(QLatin1StringView(name), value.isEmpty() ? QStringLiteral("-") : value);
    }

    void plain(const QString &text)
    {
        for (const QString &line : text.split(u'\n', Qt::SkipEmptyParts))
            m_text += QStringLiteral("  %1\n").arg(line);
    }

    const QString &text() const { return m_text; }

private:
    QString m_text;
};

QString yesNo(bool value)
{
    return value ? QStringLiteral("yes") : QStringLiteral("no");
}

QString memory()
{
    const double bytes =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    return QStringLiteral("%1 GiB").arg(bytes / (1 << 30), 0, 'f', 1);
}

void addProgram(Lines &lines)
{
    lines.fact("program", QStringLiteral("MR Brain Studio %1")
                              .arg(QString::fromUtf8(kVersion.data(),
                                                     static_cast<qsizetype>(kVersion.size()))));
    lines.fact("written", QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    lines.fact("Qt", QStringLiteral("%1, built with %2")
                         .arg(QString::fromLatin1(qVersion()), QStringLiteral(QT_VERSION_STR)));
    lines.fact("system", QStringLiteral("%1, Linux %2, %3")
                             .arg(QSysInfo::prettyProductName(), QSysInfo::kernelVersion(),
                                  QSysInfo::currentCpuArchitecture()));
    lines.fact("processors", QString::number(QThread::idealThreadCount()));
    lines.fact("memory", memory());
}

void addDesktop(Lines &lines)
{
    lines.title("desktop");
    lines.fact("platform", QGuiApplication::platformName());
    lines.fact("session", qEnvironmentVariable("XDG_CURRENT_DESKTOP") + u' ' +
                              qEnvironmentVariable("XDG_SESSION_TYPE"));
    lines.fact("style", QApplication::style()->name());
    lines.fact("font", QStringLiteral("%1, %2 pt")
                           .arg(QApplication::font().family())
                           .arg(QApplication::font().pointSizeF()));
    for (const QScreen *screen : QGuiApplication::screens()) {
        lines.fact("screen", QStringLiteral("%1 x %2 at ratio %3, %4 dpi")
                                 .arg(screen->size().width())
                                 .arg(screen->size().height())
                                 .arg(screen->devicePixelRatio())
                                 .arg(screen->logicalDotsPerInch(), 0, 'f', 0));
    }
    for (const char *name : {"QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE",
                             "QT_QPA_PLATFORMTHEME", "LIBGL_ALWAYS_SOFTWARE"}) {
        if (qEnvironmentVariableIsSet(name))
            lines.fact(name, qEnvironmentVariable(name));
    }
}

void addSettings(Lines &lines, const SettingsStore &store)
{
    const StudioSettings &settings = store.settings();
    const std::string_view engine = backend::engineName(settings.engine);
    lines.title("settings");
    lines.fact("file", settingsFileName());
    lines.fact("engine", QString::fromUtf8(engine.data(), static_cast<qsizetype>(engine.size())));
    lines.fact("checkout", settings.upstreamRoot);
    lines.fact("python", settings.python);
    lines.fact("GPUs", settings.visibleGpus);
    lines.fact("manifest", settings.manifest);
    lines.fact("other checkout accepted", yesNo(settings.allowCheckout));
    lines.fact("other weights accepted", yesNo(settings.allowWeights));
    lines.fact("time limit", QStringLiteral("%1 s").arg(settings.timeLimit.count()));
    lines.fact("results folder", settings.resultsFolder);
    lines.fact("further folders", settings.furtherResults.join(QStringLiteral("; ")));
    for (const QString &problem : store.problems())
        lines.fact("problem", problem);
}

} // namespace

QString diagnosticsText(const SettingsStore &store, const QString &glFacts, const QStringList &more)
{
    Lines lines;
    addProgram(lines);
    addDesktop(lines);
    if (!glFacts.isEmpty()) {
        lines.title("OpenGL");
        lines.plain(glFacts);
    }
    addSettings(lines, store);
    if (!more.isEmpty()) {
        lines.title("more");
        lines.plain(more.join(u'\n'));
    }
    return withoutNames(lines.text());
}

QString withoutNames(QString text)
{
    // Canonical too: the home folder may be reached through a link.
    for (const QString &home : {QDir::homePath(), QDir(QDir::homePath()).canonicalPath()}) {
        if (home.size() > 1) {
            const QRegularExpression path(QRegularExpression::escape(home) +
                                          QStringLiteral("(?![\\w.-])"));
            text.replace(path, QStringLiteral("~"));
        }
    }
    QStringList users = {qEnvironmentVariable("USER"), qEnvironmentVariable("LOGNAME")};
    if (const passwd *entry = getpwuid(geteuid()))
        users += QString::fromLocal8Bit(entry->pw_name);
    const QString host = QSysInfo::machineHostName();
    const auto hide = [&text](const QString &name, const QString &instead) {
        if (name.isEmpty())
            return;
        const QRegularExpression word(
            QStringLiteral("(?<![\\w])%1(?![\\w])").arg(QRegularExpression::escape(name)),
            QRegularExpression::UseUnicodePropertiesOption);
        text.replace(word, instead);
    };
    for (const QString &user : std::as_const(users))
        hide(user, QStringLiteral("<user>"));
    hide(host, QStringLiteral("<machine>"));
    hide(host.section(u'.', 0, 0), QStringLiteral("<machine>"));
    return text;
}

} // namespace mrb::ui
