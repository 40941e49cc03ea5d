// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/RecordDiff.h"
#include "tests/library/LibraryFixtures.h"

#include <vector>

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

namespace {

using Place = Json::json_pointer;

void collect(const Json &json, const Place &place, std::vector<Place> &into)
{
    into.push_back(place);
    if (json.is_object()) {
        for (const auto &[key, value] : json.items())
            collect(value, place / key, into);
    } else if (json.is_array() && !json.empty()) {
        collect(json[0], place / std::size_t{0}, into);
    }
}

bool fits(const QString &text, qsizetype width)
{
    for (const QString &line : text.split(u'\n')) {
        if (line.size() > width)
            return false;
        for (const QChar character : line)
            if (character.category() == QChar::Other_Control)
                return false;
    }
    return true;
}

DiffRow row(const RecordDiff &diff, const QString &section, const QString &name)
{
    for (const DiffSection &candidate : diff.sections)
        if (candidate.key == section)
            for (const DiffRow &found : candidate.rows)
                if (found.name == name)
                    return found;
    return {};
}

} // namespace

/// Records side by side, also such as nobody vouches for.
class TestRecordDiff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(makePhantomRun(path("first")));
        QVERIFY(makePhantomRun(path("second")));
    }

    void aFactThatOneLacks_standsAlone()
    {
        Json json = documentOf(path("second") / "result.json");
        json["run"].erase("software");
        json["invocation"]["python"]["packages"]["extra"] = "1.0";
        const auto diff = diffWith(json);
        QVERIFY(diff);
        const DiffRow program = row(*diff, QStringLiteral("identity"), QStringLiteral("Program"));
        QVERIFY(program.first.startsWith(QStringLiteral("MR Brain Studio")));
        QCOMPARE(program.second, kAbsentFact);
        const DiffRow extra = row(*diff, QStringLiteral("environment"), QStringLiteral("extra"));
        QCOMPARE(extra.first, kAbsentFact);
        QCOMPARE(extra.second, QStringLiteral("1.0"));
        QVERIFY(!extra.same);
        QVERIFY(diff->same); // surroundings are no settings
    }

    void settingsAndVolumes_areAllThatCounts()
    {
        Json json = documentOf(path("second") / "result.json");
        json["input"]["num_inference_steps_requested"] = 31;
        auto diff = diffWith(json);
        QVERIFY(diff);
        QVERIFY(!diff->same);
        json = documentOf(path("second") / "result.json");
        json["output"]["samples"][0]["image_sha256"] = std::string(64, '0');
        diff = diffWith(json);
        QVERIFY(diff);
        QVERIFY(!diff->same);
    }

    void anyValueOfAnyKind_isBorne()
    {
        const Json sound = documentOf(path("second") / "result.json");
        std::vector<Place> places;
        collect(sound, Place(), places);
        QVERIFY(places.size() > 200);
        const Json values[] = {nullptr,
                               true,
                               -1,
                               1e300,
                               std::string("a\x1b[2J\nb\t") + std::string(10'000, 'x'),
                               Json::array({Json::array(), 1, "two"}),
                               {{"key\n", {{"key", Json::array()}}}}};
        int compared = 0;
        for (const Place &place : places) {
            for (const Json &value : values) {
                Json json = sound;
                json[place] = value;
                const auto diff = diffWith(json);
                if (!diff)
                    continue; // no result any more, and that was said
                ++compared;
                const QByteArray where = QByteArray::fromStdString(place.to_string());
                QVERIFY2(fits(diff->text, 120), where.constData());
                QVERIFY2(fits(diffText(*diff, 60), 60), where.constData());
                QVERIFY2(Json::accept(diff->document), where.constData());
            }
        }
        QVERIFY(compared > 1000);
    }

private:
    fs::path path(const char *name) const { return pathOf(m_temporary) / name; }

    /// The first run beside the second one with another result; by hash, which is fast.
    mrb::Result<RecordDiff> diffWith(const Json &result)
    {
        const fs::path changed = path("changed");
        fs::create_directories(changed);
        write(changed / "result.json", mrb::writeJson(result));
        fs::copy_file(path("second") / "run.json", changed / "run.json",
                      fs::copy_options::overwrite_existing);
        return diffRecords(path("first"), changed);
    }

    QTemporaryDir m_temporary;
};

QTEST_GUILESS_MAIN(TestRecordDiff)
#include "tst_RecordDiff.moc"
