// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/Diagnostics.h"

#include "ui/settings/SettingsFile.h"
#include "ui/settings/StudioSettings.h"

#include <QApplication>
#include <QFont>
#include <QScreen>
#include <QStyle>

#include <utility>

namespace mrb::ui {

namespace {

QString yesNo(bool value)
{
    return value ? QStringLiteral("yes") : QStringLiteral("no");
}

backend::FactSection desktopFacts()
{
    backend::FactSection section{QStringLiteral("window")};
    section.add(QStringLiteral("platform"), QGuiApplication::platformName());
    section.add(QStringLiteral("style"), QApplication::style()->name());
    section.add(QStringLiteral("font"), QStringLiteral("%1, %2 pt")
                                            .arg(QApplication::font().family())
                                            .arg(QApplication::font().pointSizeF()));
    for (const QScreen *screen : QGuiApplication::screens())
        section.add(QStringLiteral("screen"), QStringLiteral("%1 x %2 at ratio %3, %4 dpi")
                                                  .arg(screen->size().width())
                                                  .arg(screen->size().height())
                                                  .arg(screen->devicePixelRatio())
                                                  .arg(screen->logicalDotsPerInch(), 0, 'f', 0));
    return section;
}

backend::FactSection settingsFacts(const SettingsStore &store)
{
    const StudioSettings &settings = store.settings();
    const std::string_view engine = backend::engineName(settings.engine);
    backend::FactSection section{QStringLiteral("settings")};
    section.add(QStringLiteral("file"), settingsFileName());
    section.add(QStringLiteral("engine"), QString::fromUtf8(engine.data(), std::ssize(engine)));
    section.add(QStringLiteral("checkout"), settings.upstreamRoot);
    section.add(QStringLiteral("python"), settings.python);
    section.add(QStringLiteral("GPUs"), settings.visibleGpus);
    section.add(QStringLiteral("manifest"), settings.manifest);
    section.add(QStringLiteral("other checkout accepted"), yesNo(settings.allowCheckout));
    section.add(QStringLiteral("other weights accepted"), yesNo(settings.allowWeights));
    section.add(QStringLiteral("time limit"),
                QStringLiteral("%1 s").arg(settings.timeLimit.count()));
    section.add(QStringLiteral("runs at once"), settings.runsAtOnce == 0
                                                    ? QStringLiteral("automatic")
                                                    : QString::number(settings.runsAtOnce));
    section.add(QStringLiteral("warm start"), yesNo(settings.warmStart));
    section.add(QStringLiteral("results folder"), settings.resultsFolder);
    section.add(QStringLiteral("further folders"), settings.furtherResults.join(u'\n'));
    for (const QString &problem : store.problems())
        section.add(QStringLiteral("problem"), problem);
    return section;
}

} // namespace

backend::Diagnostics windowFacts(const SettingsStore &store,
                                 const std::vector<backend::Fact> &checklist)
{
    backend::Diagnostics facts{{desktopFacts(), settingsFacts(store)}};
    if (!checklist.empty()) {
        backend::FactSection section{QStringLiteral("checklist")};
        for (const backend::Fact &fact : checklist)
            section.add(fact.name, fact.value);
        facts.sections.push_back(std::move(section));
    }
    return facts;
}

} // namespace mrb::ui
