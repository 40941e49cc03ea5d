// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/evidence/Verify.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace mrb;
using namespace mrb::backend;
namespace fs = std::filesystem;

namespace {

void put(const fs::path &file, const std::string &content)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

/// Something that looks like an exported bundle, and nothing in it is right.
void putBundle(const fs::path &folder)
{
    put(folder / "bundle.json", "{}");
    put(folder / "redactions.json", "{}");
    put(folder / "runs/a/result.json", "{}");
    put(folder / "runs/b/result.json", "[]");
    put(folder / "SHA256SUMS", "");
}

bool hasFailed(const VerifyReport &report, std::string_view name)
{
    return std::ranges::any_of(report.checks, [name](const EvidenceCheck &check) {
        return check.name == name && !check.passed;
    });
}

} // namespace

/// The function behind the window and the command; what it finds is tested through the command in
/// test_verify.py.
class tst_Verify final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aRequestToStop_endsIt()
    {
        putBundle(path());
        std::stop_source source;
        source.request_stop();
        const auto report = verifyEvidence(path(), {}, source.get_token());
        QVERIFY(!report);
        QCOMPARE(report.error().code, backend::error_codes::kBundleCancelled);
    }

    void aRequestToStopWhileItReads_endsIt()
    {
        putBundle(path());
        std::stop_source source;
        const auto report =
            verifyEvidence(path(), {}, source.get_token(),
                           [&source](std::uint64_t, std::uint64_t) { source.request_stop(); });
        QVERIFY(!report);
        QCOMPARE(report.error().code, backend::error_codes::kBundleCancelled);
    }

    void moreThanTheLimits_isAFinding()
    {
        putBundle(path());
        VerifyOptions options;
        options.limits.entries = 2;
        const auto report = verifyEvidence(path(), options);
        QVERIFY(report);
        QVERIFY(!report->passed);
        QVERIFY(hasFailed(*report, "bundle_readable"));
    }

    void whatIsThere_doesNotPassBecauseItIsEmpty()
    {
        putBundle(path());
        const auto report = verifyEvidence(path());
        QVERIFY(report);
        QVERIFY(!report->passed);
        for (const char *name : {"checksums_match", "index_matches_content", "redactions_match",
                                 "source_pack_passed", "schemas_valid", "record_readable"})
            QVERIFY2(hasFailed(*report, name), name);
        // Both runs are judged, also the one whose record is none.
        QVERIFY(std::ranges::any_of(report->checks, [](const auto &c) { return c.run == "a"; }));
        QVERIFY(std::ranges::any_of(report->checks, [](const auto &c) { return c.run == "b"; }));
    }

    void theReportInCpp_isTheOneInJson()
    {
        putBundle(path());
        const auto report = verifyEvidence(path());
        QVERIFY(report);
        const auto json = parseJsonStrictly(report->document, QStringLiteral("report"));
        QVERIFY(json);
        QCOMPARE(json->at("checks").size(), report->checks.size());
        for (std::size_t i = 0; i < report->checks.size(); ++i) {
            QCOMPARE(json->at("checks")[i].at("name").get<std::string>(), report->checks[i].name);
            QCOMPARE(json->at("checks")[i].at("status") == "pass", report->checks[i].passed);
        }
        QCOMPARE(json->at("notes").size(), std::size_t(report->notes.size()));
        QCOMPARE(json->at("digests").at("sums_sha256").get<std::string>(), report->sumsSha256);
    }

    void progress_growsToItsEnd()
    {
        putBundle(path());
        std::uint64_t last = 0;
        bool grows = true;
        const auto report = verifyEvidence(path(), {}, {}, [&](std::uint64_t done, auto all) {
            grows = grows && done >= last && done <= all;
            last = done;
        });
        QVERIFY(report);
        QVERIFY(grows);
        QVERIFY(last > 0);
    }

private:
    fs::path path() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(tst_Verify)
#include "tst_Verify.moc"
