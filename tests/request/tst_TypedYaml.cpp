// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/TypedYaml.h"
#include "tests/request/RequestFixtures.h"

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

const QString kName = QStringLiteral("manifest.yaml");

} // namespace

class TestTypedYaml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainScalarsFollowTheCoreSchema_data();
    void plainScalarsFollowTheCoreSchema();
    void documentsBecomeJson_data();
    void documentsBecomeJson();
    void valuesKnowTheirLines();
    void refusesWithTheLine_data();
    void refusesWithTheLine();
    void survivesGarbage_data();
    void survivesGarbage();
};

void TestTypedYaml::plainScalarsFollowTheCoreSchema_data()
{
    QTest::addColumn<std::string>("scalar");
    QTest::addColumn<std::string>("json");
    const auto row = [](const std::string &scalar, const std::string &json) {
        QTest::newRow(scalar.c_str()) << scalar << json;
    };
    row("", "null");
    row("~", "null");
    row("null", "null");
    row("true", "true");
    row("True", "true");
    row("FALSE", "false");
    row("tRue", "\"tRue\"");
    row("yes", "\"yes\"");
    row("no", "\"no\"");
    row("on", "\"on\"");
    row("1", "1");
    row("-1", "-1");
    row("+1", "1");
    row("0", "0");
    row("007", "7");
    row("0x1F", "31");
    row("0o17", "15");
    row("0x", "\"0x\"");
    row("0xG", "\"0xG\"");
    row("1.0", "1.0");
    row("1.", "1.0");
    row(".5", "0.5");
    row("-.5e-3", "-0.0005");
    row("1e3", "1000.0");
    row("+1.5", "1.5");
    row("1.2.3", "\"1.2.3\"");
    row("0.1.0", "\"0.1.0\"");
    row("1_000", "\"1_000\"");
    row("1e", "\"1e\"");
    row("e5", "\"e5\"");
    row(".", "\".\"");
    row("-", "[null]"); // a list of nothing
    row("--1", "\"--1\"");
    row("+-1", "\"+-1\"");
    row("-+1", "\"-+1\"");
    row("1-2", "\"1-2\"");
    row("12:30:45", "\"12:30:45\"");
    row("2026-11-22", "\"2026-11-22\"");
    row("inf", "\"inf\"");
    row("nan", "\"nan\"");
    row("\"true\"", "\"true\"");
    row("'1'", "\"1\"");
    row("\"\"", "\"\"");
    row("'null'", "\"null\"");
    row("!!str 1", "\"1\"");
    row("9223372036854775807", "9223372036854775807");
}

void TestTypedYaml::plainScalarsFollowTheCoreSchema()
{
    QFETCH(std::string, scalar);
    QFETCH(std::string, json);
    const auto parsed = parseTypedYaml("v: \n  " + scalar + "\n", kName);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(parsed->root.dump(), "{\"v\":" + json + "}");
}

void TestTypedYaml::documentsBecomeJson_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("json");
    QTest::newRow("nothing") << ""s
                             << "null"s;
    QTest::newRow("comment") << "# only\n"s
                             << "null"s;
    QTest::newRow("order") << "z: 1\na: 2\n"s
                           << R"({"z":1,"a":2})"s;
    QTest::newRow("flow") << "{a: [1, {b: c}], 'd': []}"s
                          << R"({"a":[1,{"b":"c"}],"d":[]})"s;
    QTest::newRow("folded") << "a: >-\n  one\n  two\nb: |\n  1\n"s
                            << R"({"a":"one two","b":"1\n"})"s;
    QTest::newRow("keys are texts") << "1: a\ntrue: b\n"s
                                    << R"({"1":"a","true":"b"})"s;
    QTest::newRow("one document") << "---\na: 1\n"s
                                  << R"({"a":1})"s;
}

void TestTypedYaml::documentsBecomeJson()
{
    QFETCH(std::string, text);
    QFETCH(std::string, json);
    const auto parsed = parseTypedYaml(text, kName);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(parsed->root.dump(), json);
}

void TestTypedYaml::valuesKnowTheirLines()
{
    const auto parsed = parseTypedYaml("a: 1\nb:\n  c:\n    - x\n    - d: 5\n", kName);
    QVERIFY(parsed);
    QCOMPARE(parsed->lines.at("a"), 1);
    QCOMPARE(parsed->lines.at("b.c[0]"), 4);
    QCOMPARE(parsed->lines.at("b.c[1].d"), 5);
}

void TestTypedYaml::refusesWithTheLine_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("duplicate key") << "a: 1\nb: 2\na: 3\n"s << 3;
    QTest::newRow("nested duplicate") << "a:\n  b: 1\n  b: 1\n"s << 3;
    QTest::newRow("flow duplicate") << "\na: {b: 1, b: 2}\n"s << 2;
    QTest::newRow("anchor") << "a: &x 1\n"s << 1;
    QTest::newRow("anchor on a list") << "a: 1\nb: &x [1]\n"s << 2;
    QTest::newRow("alias of itself") << "&x [*x]\n"s << 1;
    QTest::newRow("alias") << "a: &x 1\nb: *x\n"s << 1;
    QTest::newRow("tag") << "a: !!int 1\n"s << 1;
    QTest::newRow("own tag") << "a: 1\nb: !thing {}\n"s << 2;
    QTest::newRow("list as key") << "? [1]\n: 2\n"s << 1;
    QTest::newRow("null as key") << "~: 2\n"s << 1;
    QTest::newRow("NaN") << "a: 1\nb: .nan\n"s << 2;
    QTest::newRow("infinity") << "a: -.inf\n"s << 1;
    QTest::newRow("overflow") << "a: 1e999\n"s << 1;
    QTest::newRow("integer too large") << "a: 9223372036854775808\n"s << 1;
    QTest::newRow("two documents") << "a: 1\n---\nb: 2\n"s << 2;
    QTest::newRow("tab as indent") << "a:\n\tb: 1\n"s << 2;
    QTest::newRow("unclosed") << "a: [1, 2\n"s << 2;
    QTest::newRow("Latin-1") << "a: 1\nb: \xE9\n"s << 2;
    QTest::newRow("end of text character") << "a: 1\n\x04\nb: 2\n"s << 2;
    QTest::newRow("NUL") << "a: 1\n\0"s << 2;
}

void TestTypedYaml::refusesWithTheLine()
{
    QFETCH(std::string, text);
    QFETCH(int, line);
    const auto parsed = parseTypedYaml(text, kName);
    QVERIFY(!parsed);
    QVERIFY(parsed.error().code == backend::error_codes::kManifestSyntax);
    QVERIFY2(parsed.error().message.contains(QStringLiteral("line %1:").arg(line)),
             qPrintable(parsed.error().message));
    QVERIFY(parsed.error().message.startsWith(kName));
}

void TestTypedYaml::survivesGarbage_data()
{
    QTest::addColumn<std::string>("text");
    constexpr std::size_t kSize = std::size_t{1} << 16;
    QTest::newRow("opening brackets") << std::string(kSize, '[');
    QTest::newRow("opening braces") << std::string(kSize, '{');
    std::string deep;
    for (std::size_t i = 0; i < 200; ++i)
        deep += std::string(i, ' ') + "a:\n";
    QTest::newRow("deep mapping") << deep + std::string(200, ' ') + "b";
    std::string dashes;
    for (std::size_t i = 0; i < kSize / 2; ++i)
        dashes += "- ";
    QTest::newRow("dashes") << dashes;
    QTest::newRow("binary") << "\x7f\x45\x4c\x46\x02\x01\x01"s;
}

void TestTypedYaml::survivesGarbage()
{
    QFETCH(std::string, text);
    QVERIFY(!parseTypedYaml(text, kName));
}

QTEST_GUILESS_MAIN(TestTypedYaml)
#include "tst_TypedYaml.moc"
