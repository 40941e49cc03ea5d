// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/SelfTest.h"

#include "app/studio/InstallationChecks.h"
#include "app/studio/WindowChecks.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"

#include <QDir>
#include <QTextStream>

namespace mrb::studio {

namespace {

const char *word(Check::Outcome outcome)
{
    switch (outcome) {
    case Check::Outcome::Passed:
        return "ok  ";
    case Check::Outcome::Noted:
        return "note";
    case Check::Outcome::Failed:
        return "FAIL";
    }
    return "";
}

} // namespace

NobodysHome::NobodysHome()
{
    if (!isValid())
        return;
    // An X server asks for a cookie that is looked for in the home folder.
    if (!qEnvironmentVariableIsSet("XAUTHORITY") && qEnvironmentVariableIsSet("HOME"))
        qputenv("XAUTHORITY", qgetenv("HOME") + "/.Xauthority");
    qputenv("HOME", m_home.path().toUtf8());
    for (const char *name :
         {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
        qputenv(name, m_home.filePath(QString::fromLatin1(name)).toUtf8());
    // Nobody has a checkout of the model, and nobody wants to be notified.
    qunsetenv("NV_GENERATE_ROOT");
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
        qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen"); // the line on the platform says so
}

bool NobodysHome::isValid() const
{
    // Of a folder that does not exist Qt makes none at all, and then works in the root folder.
    return !QDir::tempPath().isEmpty() && m_home.isValid();
}

int runSelfTest()
{
    QTextStream out(stdout);
    int failed = 0;
    int count = 0;
    const Checks report = [&](const Check &check) {
        ++count;
        failed += check.outcome == Check::Outcome::Failed ? 1 : 0;
        out << word(check.outcome) << "  " << check.name.leftJustified(20) << check.text
            << Qt::endl;
    };
    out << "mrbrain-studio " << QString::fromStdString(versionText()) << Qt::endl;
    checkInstallation(report);
    checkQtParts(report);
    checkWindow(report);
    if (failed == 0)
        out << Text::tr("self-test passed: %1 checks").arg(count) << Qt::endl;
    else
        out << Text::tr("self-test FAILED: %1 of %2 checks").arg(failed).arg(count) << Qt::endl;
    return failed == 0 ? 0 : 1;
}

} // namespace mrb::studio
