// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/Review.h"
#include "tests/library/LibraryFixtures.h"

#include <set>

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

class TestReview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = pathOf(*m_temporary);
        m_file = m_folder / kReviewFile;
    }

    void whatWasSaid_isReadBack_data()
    {
        QTest::addColumn<Review>("review");
        QTest::newRow("accepted") << Review{.rating = Rating::Accepted};
        QTest::newRow("rejected with a reason")
            << Review{.rating = Rating::Rejected,
                      .note = QStringLiteral("Größe \"falsch\"\nsecond line \U0001F9E0\t\\"),
                      .tags = {QStringLiteral("batch 1"), QStringLiteral("ätiologie")},
                      .artefacts = {QStringLiteral("cut_off"), QStringLiteral("noise")}};
        QTest::newRow("only a note") << Review{.note = QStringLiteral("look again")};
    }

    void whatWasSaid_isReadBack()
    {
        QFETCH(Review, review);
        QVERIFY(writeReview(m_folder, review));
        const auto read = readReview(m_folder);
        QVERIFY(read);
        QCOMPARE(*read, review);
        // Said again as nothing: that is kept too.
        QVERIFY(writeReview(m_folder, Review()));
        QCOMPARE(*readReview(m_folder), Review());
    }

    void aRunWithoutASidecar_isEmptyAndStaysSo()
    {
        QCOMPARE(*readReview(m_folder), Review());
        QVERIFY(writeReview(m_folder, Review()));
        QVERIFY(!fs::exists(m_file));
    }

    void unknownKeysAndArtefacts_stay()
    {
        write(m_file, R"({"review_version": 1, "rating": "rejected", "rater": {"name": "A"},
                          "artefacts": ["noise", "from_the_future", "cut_off"], "zeta": [1, 2]})");
        auto review = readReview(m_folder);
        QVERIFY(review);
        QCOMPARE(review->artefacts,
                 (QStringList{QStringLiteral("cut_off"), QStringLiteral("noise")}));
        review->artefacts = {QStringLiteral("seams")};
        review->rating = Rating::Accepted;
        QVERIFY(writeReview(m_folder, *review));
        const Json json = documentOf(m_file);
        QCOMPARE(textOf(json.at("rater")), textOf(Json({{"name", "A"}})));
        QCOMPARE(textOf(json.at("zeta")), textOf(Json({1, 2})));
        QCOMPARE(textOf(json.at("artefacts")), textOf(Json({"seams", "from_the_future"})));
        QCOMPARE(textOf(json.at("rating")), textOf("accepted"));
        QVERIFY(json.at("updated_at").get<std::string>().ends_with("Z"));
    }

    void sidecarsThatAreNotUnderstood_areLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("code");
        const QByteArray damaged = "review_damaged";
        QTest::newRow("cut off") << QByteArray("{\"review_version\": 1, ") << damaged;
        QTest::newRow("empty") << QByteArray("") << damaged;
        QTest::newRow("a list") << QByteArray("[]") << damaged;
        QTest::newRow("no version") << QByteArray(R"({"rating": "accepted"})") << damaged;
        QTest::newRow("version 0") << QByteArray(R"({"review_version": 0})") << damaged;
        QTest::newRow("version a text") << QByteArray(R"({"review_version": "1"})") << damaged;
        QTest::newRow("rating") << QByteArray(R"({"review_version": 1, "rating": "maybe"})")
                                << damaged;
        QTest::newRow("rating a number")
            << QByteArray(R"({"review_version": 1, "rating": 1})") << damaged;
        QTest::newRow("note") << QByteArray(R"({"review_version": 1, "note": ["a"]})") << damaged;
        QTest::newRow("tags") << QByteArray(R"({"review_version": 1, "tags": "a"})") << damaged;
        QTest::newRow("a tag") << QByteArray(R"({"review_version": 1, "tags": [1]})") << damaged;
        QTest::newRow("artefacts")
            << QByteArray(R"({"review_version": 1, "artefacts": {}})") << damaged;
        QTest::newRow("not UTF-8")
            << QByteArray("{\"review_version\": 1, \"note\": \"\xff\"}") << damaged;
        QTest::newRow("too large") << QByteArray(2 << 20, ' ') << damaged;
        QTest::newRow("newer") << QByteArray(R"({"review_version": 2, "rating": {"by": "A"}})")
                               << QByteArray("review_newer");
    }

    void sidecarsThatAreNotUnderstood_areLeftAlone()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, code);
        write(m_file, text.toStdString());
        const auto read = readReview(m_folder);
        QVERIFY(!read);
        QCOMPARE(QByteArray::fromStdString(std::string(read.error().code.id())), code);
        QVERIFY(!read.error().hint.isEmpty());
        const auto written = writeReview(m_folder, {.rating = Rating::Accepted});
        QVERIFY(!written);
        QCOMPARE(written.error().code, read.error().code);
        QCOMPARE(contentOf(m_file), text.toStdString());
    }

    void aLinkInItsPlace_isNeitherReadNorReplaced()
    {
        const fs::path other = m_folder / "other.json";
        write(other, R"({"review_version": 1, "rating": "accepted"})");
        fs::create_symlink(other, m_file);
        QVERIFY(!readReview(m_folder));
        QVERIFY(!writeReview(m_folder, {.rating = Rating::Rejected}));
        QVERIFY(fs::is_symlink(m_file));
        QVERIFY(contentOf(other).find("accepted") != std::string::npos);
    }

    void aNoteThatCouldNotBeReadBack_isRefused()
    {
        QVERIFY(writeReview(m_folder, {.rating = Rating::Accepted}));
        const std::string before = contentOf(m_file);
        const auto written = writeReview(m_folder, {.note = QString(2 << 20, u'x')});
        QVERIFY(!written);
        QCOMPARE(contentOf(m_file), before);
    }

    void aFolderThatIsGone_isAnErrorThatSaysSo()
    {
        const auto written = writeReview(m_folder / "gone", {.rating = Rating::Accepted});
        QVERIFY(!written);
        QCOMPARE(written.error().code, mrb::error_codes::kCannotWrite);
    }

    void theChecklist_hasDistinctKeysAndWords()
    {
        std::set<std::string_view> keys;
        std::set<QString> labels;
        for (const Artefact &row : artefactTable()) {
            keys.insert(row.key);
            labels.insert(QString::fromUtf8(row.label));
            QVERIFY(QString::fromUtf8(row.help).endsWith(u'.'));
        }
        QVERIFY(keys.size() >= 8);
        QCOMPARE(keys.size(), artefactTable().size());
        QCOMPARE(labels.size(), artefactTable().size());
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder, m_file;
};

QTEST_GUILESS_MAIN(TestReview)
#include "tst_Review.moc"
