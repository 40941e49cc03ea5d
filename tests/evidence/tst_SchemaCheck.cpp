// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/evidence/SchemaCheck.h"

#include <QDirIterator>
#include <QTest>

#include <string>

using namespace mrb;
using namespace mrb::backend;

namespace {

Json json(const char *text)
{
    return Json::parse(text);
}

} // namespace

/// How JSON Schemas are read; tests/evidence/test_mutations.py compares with python3-jsonschema.
class tst_SchemaCheck final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keywords_data();
    void keywords();
    void whatIsNotSupported_isRefusedEvenWhereNobodyLooks_data();
    void whatIsNotSupported_isRefusedEvenWhereNobodyLooks();
    void everySchemaOfTheProgram_isSupported();
    void aProblem_namesItsPlace();
    void aLongText_isNoDanger();
    void aReference_countsTogetherWithWhatStandsBesideIt();
    void aMissingSchema_isToldWithoutItsPath();
};

void tst_SchemaCheck::keywords_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("good");
    QTest::addColumn<QByteArray>("bad");
    const auto row = [](const char *name, const char *schema, const char *good, const char *bad) {
        QTest::newRow(name) << QByteArray(schema) << QByteArray(good) << QByteArray(bad);
    };
    row("type", R"({"type":"integer"})", "3.0", "3.5");
    row("type of truth", R"({"type":"number"})", "1", "true");
    row("types", R"({"type":["string","null"]})", "null", "0");
    row("const", R"({"const":1})", "1.0", "true");
    row("const object", R"({"const":{"a":1,"b":2}})", R"({"b":2,"a":1})", R"({"a":1})");
    row("enum", R"({"enum":["a",2]})", "2", R"("b")");
    row("properties", R"({"properties":{"a":{"type":"string"}}})", R"({"b":1})", R"({"a":1})");
    row("closed", R"({"properties":{"a":true},"additionalProperties":false})", R"({"a":1})",
        R"({"b":1})");
    row("others", R"({"additionalProperties":{"type":"integer"}})", R"({"b":1})", R"({"b":""})");
    row("required", R"({"required":["a"]})", R"({"a":null})", R"({"b":1})");
    row("required of objects only", R"({"required":["a"]})", "[]", "{}");
    row("items", R"({"items":{"type":"integer"}})", "[1,2]", R"([1,"2"])");
    row("few", R"({"minItems":1})", "[1]", "[]");
    row("many", R"({"maxItems":1})", "[1]", "[1,2]");
    row("short", R"({"minLength":2})", R"("ää")", R"("a")");
    row("pattern", R"({"pattern":"^[a-z]+$"})", R"("abc")", R"("a1")");
    row("pattern anywhere", R"({"pattern":"b"})", R"("abc")", R"("ac")");
    row("time", R"({"format":"date-time"})", R"("2026-11-29T18:37:25.556Z")",
        R"("2026-13-29T18:37:25Z")");
    row("time without zone", R"({"format":"date-time"})", R"("2026-11-29T18:37:25+01:00")",
        R"("2026-11-29T18:37:25")");
    row("minimum", R"({"minimum":0})", "0", "-1");
    row("maximum", R"({"maximum":5})", "5", "5.1");
    row("above", R"({"exclusiveMinimum":0})", "0.1", "0");
    row("multiple", R"({"multipleOf":32})", "64", "48");
    row("all", R"({"allOf":[{"minimum":0},{"maximum":1}]})", "1", "2");
    row("one", R"({"oneOf":[{"minimum":0},{"maximum":5}]})", "6", "3");
    row("not", R"({"not":{"const":0}})", "1", "0");
    row("then", R"({"if":{"minimum":5},"then":{"multipleOf":2}})", "3", "7");
    row("else", R"({"if":{"minimum":5},"else":{"const":1}})", "7", "3");
    row("true", "true", "0", "");
    row("false", R"({"properties":{"a":false}})", "{}", R"({"a":1})");
    row("reference", R"({"$defs":{"a":{"type":"null"}},"$ref":"#/$defs/a"})", "null", "0");
}

void tst_SchemaCheck::keywords()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, good);
    QFETCH(QByteArray, bad);
    const auto fine = schemaProblems(json(schema), json(good));
    QVERIFY(fine);
    QCOMPARE(fine->size(), 0);
    if (bad.isEmpty())
        return;
    const auto found = schemaProblems(json(schema), json(bad));
    QVERIFY(found);
    QCOMPARE(found->size(), 1);
}

void tst_SchemaCheck::whatIsNotSupported_isRefusedEvenWhereNobodyLooks_data()
{
    QTest::addColumn<QByteArray>("schema");
    for (const char *schema :
         {R"({"dependentRequired":{}})", R"({"uniqueItems":true})", R"({"anyOf":[{}]})",
          R"({"properties":{"a":{"contains":{}}}})",
          R"({"$defs":{"a":{"unevaluatedProperties":false}}})", R"({"$ref":"other.json"})",
          R"({"$ref":"#/$defs/none"})", R"({"format":"email"})", R"({"pattern":"("})",
          R"({"type":3})", R"({"minimum":"0"})", R"({"oneOf":{}})", R"({"then":{"x":1}})",
          R"({"items":[{}]})", "[]", "3"})
        QTest::newRow(schema) << QByteArray(schema);
}

void tst_SchemaCheck::whatIsNotSupported_isRefusedEvenWhereNobodyLooks()
{
    QFETCH(QByteArray, schema);
    const auto answer = schemaProblems(json(schema), json("{}"));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, backend::error_codes::kSchemaNotSupported);
}

void tst_SchemaCheck::everySchemaOfTheProgram_isSupported()
{
    int schemas = 0;
    QDirIterator it(QStringLiteral(MRB_SOURCE_DIR "/resources/schema"), {QStringLiteral("*.json")},
                    QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const auto schema = readJsonFile(it.next().toStdString());
        QVERIFY2(schema, qPrintable(it.filePath()));
        const auto answer = schemaProblems(*schema, json("{}"));
        QVERIFY2(answer, qPrintable(it.filePath()));
        QVERIFY2(!answer->isEmpty(), qPrintable(it.filePath() + QStringLiteral(" takes {}")));
        ++schemas;
    }
    QVERIFY(schemas >= 4);
}

void tst_SchemaCheck::aProblem_namesItsPlace()
{
    const auto found = schemaProblems(json(R"({"properties":{"a":{"items":{"required":["b"]}}}})"),
                                      json(R"({"a":[{"b":1},{}]})"));
    QVERIFY(found);
    QCOMPARE(found->size(), 1);
    QVERIFY(found->first().startsWith(u"/a/1: "));
}

void tst_SchemaCheck::aLongText_isNoDanger()
{
    const Json schema = json(R"({"pattern":"^[a-z0-9_]+$"})");
    const auto long_ = schemaProblems(schema, Json(std::string(3'000'000, 'a')));
    QVERIFY(long_);
    // A pattern that would run away gives up, and what was not found to match does not.
    const auto runaway =
        schemaProblems(json(R"({"pattern":"^(a+)+$"})"), Json(std::string(60, 'a') + "!"));
    QVERIFY(runaway);
    QCOMPARE(runaway->size(), 1);
}

void tst_SchemaCheck::aReference_countsTogetherWithWhatStandsBesideIt()
{
    const Json schema =
        json(R"({"$defs":{"a":{"type":"integer"}},"$ref":"#/$defs/a","minimum":5})");
    QCOMPARE(schemaProblems(schema, json("7"))->size(), 0);
    QCOMPARE(schemaProblems(schema, json("3"))->size(), 1);
    QCOMPARE(schemaProblems(schema, json("7.5"))->size(), 1);
}

void tst_SchemaCheck::aMissingSchema_isToldWithoutItsPath()
{
    const auto schema = readInstalledSchema("none.schema.json");
    QVERIFY(!schema);
    QVERIFY(schema.error().message.contains(u"none.schema.json"));
    QVERIFY(!schema.error().message.contains(u'/'));
}

QTEST_GUILESS_MAIN(tst_SchemaCheck)
#include "tst_SchemaCheck.moc"
