// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// What of a set-up is written into the settings.
#include "tests/ui/setup/PreparedReports.h"
#include "ui/setup/SetupSettings.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using namespace mrb::setup_test;
using backend::SetupReport;
using State = backend::StepState;

namespace {

SetupReport done()
{
    return report({State::Done, State::Done, State::Done, State::Done});
}

StudioSettings with(const char *root, const char *python)
{
    StudioSettings settings;
    settings.upstreamRoot = QString::fromLatin1(root);
    settings.python = QString::fromLatin1(python);
    return settings;
}

} // namespace

class tst_SetupSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatRunsFindIsNotWrittenDown()
    {
        SetupReport found = done();
        found.rootFoundByDefault = true;
        QCOMPARE(settingsForSetup({}, {}, found), StudioSettings());
        // And what hides it is taken away.
        const StudioSettings stale = with("/old/checkout", "/old/python");
        QCOMPARE(settingsForSetup(stale, {}, found), StudioSettings());
        QVERIFY(!setupChangeText(stale, StudioSettings(), found).isEmpty());
    }

    void anotherPlaceIsWrittenDown()
    {
        const StudioSettings after = settingsForSetup({}, {}, done());
        // The environment inside the checkout is found with the checkout.
        QCOMPARE(after, with("/data/NV-Generate-CTMR", ""));
        SetupReport elsewhere = done();
        elsewhere.python = "/data/venvs/model/bin/python";
        elsewhere.pythonFoundByDefault = false;
        const StudioSettings both = settingsForSetup({}, {}, elsewhere);
        QCOMPARE(both, with("/data/NV-Generate-CTMR", "/data/venvs/model/bin/python"));
        const QString told = setupChangeText({}, both, elsewhere);
        QVERIFY(told.contains(both.upstreamRoot));
        QVERIFY(told.contains(both.python));
        // A checkout that runs find needs no entry because its interpreter does.
        elsewhere.rootFoundByDefault = true;
        QCOMPARE(settingsForSetup({}, {}, elsewhere), with("", "/data/venvs/model/bin/python"));
    }

    void whatIsNotDoneIsNotWrittenDown()
    {
        const SetupReport nothing =
            report({State::Missing, State::Blocked, State::Missing, State::Blocked});
        const StudioSettings before = with("/old/checkout", "/old/python");
        QCOMPARE(settingsForSetup(before, {}, nothing), before);
        QVERIFY(setupChangeText(before, before, nothing).isEmpty());
        const SetupReport half =
            report({State::Done, State::Interrupted, State::Missing, State::Blocked});
        QCOMPARE(settingsForSetup(before, {}, half), with("/data/NV-Generate-CTMR", "/old/python"));
    }

    void theSamePlaceByAnotherNameStays()
    {
        const StudioSettings before = with("/link/to/checkout", "/opt/conda/bin/python");
        backend::SetupOptions options;
        options.root = "/link/to/checkout";
        options.python = "/opt/conda/bin/python";
        options.intoPython = true;
        QCOMPARE(settingsForSetup(before, options, done()), before);
    }

    void aManifestThatCannotBeReadChangesNothing()
    {
        SetupReport broken;
        broken.error = Error{kTested, QStringLiteral("No."), {}, {}};
        const StudioSettings before = with("/old", "");
        QCOMPARE(settingsForSetup(before, {}, broken), before);
    }
};

QTEST_GUILESS_MAIN(tst_SetupSettings)

#include "tst_SetupSettings.moc"
