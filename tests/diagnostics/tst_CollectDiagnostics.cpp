// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/diagnostics/CollectDiagnostics.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>

using namespace mrb;
using namespace mrb::backend;

namespace fs = std::filesystem;

namespace {

const FactSection *find(const Diagnostics &all, const QString &name)
{
    const auto found = std::ranges::find(all.sections, name, &FactSection::name);
    return found == all.sections.end() ? nullptr : &*found;
}

} // namespace

class tst_CollectDiagnostics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noFactIsLost();
    void textAndJsonSayTheSame();
    void aMachineWithNothingHasEverySection();
    void aStopEndsEvenWhatHangs();
};

void tst_CollectDiagnostics::noFactIsLost()
{
    FactSection section{QStringLiteral("s")};
    section.add(QStringLiteral("a"), QStringLiteral(" one "));
    section.add(QStringLiteral("a"), QStringLiteral("two\x1b[31m\tred"));
    section.add(QStringLiteral("b"), QString());
    QCOMPARE(section.facts,
             (std::vector<Fact>{{QStringLiteral("a"), QStringLiteral("one")},
                                {QStringLiteral("a (2)"), QStringLiteral("two?[31m red")},
                                {QStringLiteral("b"), QStringLiteral("-")}}));
}

void tst_CollectDiagnostics::textAndJsonSayTheSame()
{
    FactSection section{QStringLiteral("s")};
    section.add(QStringLiteral("one"), QStringLiteral("a: b"));
    section.add(QStringLiteral("more"), QStringLiteral("x\n\n  y"));
    const Diagnostics all{{section, FactSection{QStringLiteral("empty")}}};
    QCOMPARE(toText(all), QStringLiteral("s\n  one: a: b\n  more:\n    x\n\n      y\n\nempty\n"));
    const Result<Json> json = parseJsonStrictly(toJsonText(all), QStringLiteral("answer"));
    QVERIFY(json);
    QCOMPARE(json->at("diagnostics"),
             Json({{"s", {{"one", "a: b"}, {"more", "x\n\n  y"}}}, {"empty", Json::object()}}));
}

void tst_CollectDiagnostics::aMachineWithNothingHasEverySection()
{
    DiagnosticsOptions options;
    options.run.workingFolder = "/nowhere/at/all";
    options.run.manifest = "no-manifest.yaml";
    options.run.upstreamRoot = "no-checkout";
    options.runFolder = "no-run";
    const Diagnostics all = collectDiagnostics(options);
    for (const char *name : {"program", "system", "display", "GPUs", "checkout", "Python",
                             "weights", "disk", "files", "environment", "run"}) {
        const FactSection *section = find(all, QString::fromLatin1(name));
        QVERIFY2(section && !section->facts.empty(), name);
    }
    QVERIFY(toText(all).contains(QStringLiteral("manifest problem: cannot_read: ")));
    QVERIFY(toText(all).contains(QStringLiteral("built in, sha256 ")));
}

void tst_CollectDiagnostics::aStopEndsEvenWhatHangs()
{
    const QTemporaryDir folder;
    const fs::path bin = folder.path().toStdString();
    const fs::path started = bin / "started";
    std::ofstream(bin / "nvidia-smi")
        << "#!/bin/sh\n: > '" << started.string() << "'\nwhile :; do /bin/sleep 1000; done\n";
    fs::permissions(bin / "nvidia-smi", fs::perms::owner_all);
    DiagnosticsOptions options;
    options.run.environment = {{"PATH", bin.string()}};
    options.run.workingFolder = bin;
    std::stop_source stop;
    auto answer = std::async(std::launch::async,
                             [&] { return collectDiagnostics(options, stop.get_token()); });
    QTRY_VERIFY(fs::exists(started));
    stop.request_stop();
    // It answered for having been stopped, and not because its own limit was reached.
    QVERIFY(toText(answer.get()).contains(QStringLiteral("command_cancelled")));
}

QTEST_GUILESS_MAIN(tst_CollectDiagnostics)
#include "tst_CollectDiagnostics.moc"
