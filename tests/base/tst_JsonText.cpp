// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "tests/base/OrdinaryUser.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

#include <cmath>
#include <limits>

using namespace mrb;
using namespace std::string_literals;

namespace {

const QString kName = QStringLiteral("request.json");

std::string idOf(const Result<Json> &result)
{
    return result ? "accepted"s : std::string(result.error().code.id());
}

std::string repeated(std::string_view text, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

class TestJsonText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatIsNotStrictJson_data();
    void refusesWhatIsNotStrictJson();
    void namesTheRepeatedKeyAndItsPlace_data();
    void namesTheRepeatedKeyAndItsPlace();
    void countsColumnsInCharacters();
    void namesTheKeyOfANumberThatIsNotFinite();
    void acceptsWhatIsStrictJson_data();
    void acceptsWhatIsStrictJson();
    void keepsTypesAndTheOrderOfKeys();
    void survivesAMebibyteOf_data();
    void survivesAMebibyteOf();
    void survivesEveryTruncationOfADocument();
    void findsTheFirstByteThatIsNotUtf8_data();
    void findsTheFirstByteThatIsNotUtf8();
    void readsRegularFilesOnly();
    void readsThroughASymbolicLink();
    void refusesAFileAboveTheLimit();
    void namesTheFileThatCannotBeRead();
    void writesIndentedJsonWithAFinalNewline();
    void roundsLikePython_data();
    void roundsLikePython();
    void roundsRandomNumbersAsPythonItselfDoes();
};

void TestJsonText::refusesWhatIsNotStrictJson_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("code");
    const auto row = [](const char *name, const std::string &text, ErrorCode code) {
        QTest::newRow(name) << text << std::string(code.id());
    };
    row("nothing", "", error_codes::kJsonSyntax);
    row("blank", " \n", error_codes::kJsonSyntax);
    row("unclosed", "{\"a\": 1", error_codes::kJsonSyntax);
    row("trailing comma", "{\"a\": 1,}", error_codes::kJsonSyntax);
    row("trailing content", "{} {}", error_codes::kJsonSyntax);
    row("comment", "{} // why", error_codes::kJsonSyntax);
    row("single quotes", "{'a': 1}", error_codes::kJsonSyntax);
    row("leading zero", "[01]", error_codes::kJsonSyntax);
    row("hexadecimal", "[0x10]", error_codes::kJsonSyntax);
    row("Python's None", "[None]", error_codes::kJsonSyntax);
    row("raw newline in a text", "[\"a\nb\"]", error_codes::kJsonSyntax);
    row("NUL after the document", "{}\0{"s, error_codes::kJsonSyntax);
    row("NUL inside", "[1,\0 2]"s, error_codes::kJsonSyntax);
    row("byte order mark", "\xEF\xBB\xBF{}", error_codes::kJsonSyntax);
    row("UTF-16", "\xFF\xFE{\0}\0"s, error_codes::kJsonNotUtf8);
    row("Latin-1", "{\"n\": \"\xE9\"}", error_codes::kJsonNotUtf8);
    row("overlong slash", "[\"\xC0\xAF\"]", error_codes::kJsonNotUtf8);
    row("encoded surrogate", "[\"\xED\xA0\x80\"]", error_codes::kJsonNotUtf8);
    row("high surrogate alone", "[\"\\ud800\"]", error_codes::kJsonNotUtf8);
    row("high surrogate, text", "[\"\\ud800 x\"]", error_codes::kJsonNotUtf8);
    row("high surrogate, other escape", "[\"\\uD800\\n\"]", error_codes::kJsonNotUtf8);
    row("two high surrogates", "[\"\\ud800\\ud800\"]", error_codes::kJsonNotUtf8);
    row("low surrogate alone", "[\"\\udc00\"]", error_codes::kJsonNotUtf8);
    row("high surrogate in a key", "{\"\\ud9ff\": 1}", error_codes::kJsonNotUtf8);
    row("bad escape", "[\"\\x41\"]", error_codes::kJsonSyntax);
    row("short escape", "[\"\\u12\"]", error_codes::kJsonSyntax);
    row("NaN", "{\"a\": NaN}", error_codes::kJsonNotFinite);
    row("bare NaN", "NaN", error_codes::kJsonNotFinite);
    row("Infinity", "[Infinity]", error_codes::kJsonNotFinite);
    row("minus Infinity", "[-Infinity]", error_codes::kJsonNotFinite);
    row("overflow", "[1e999]", error_codes::kJsonNotFinite);
    row("negative overflow", "{\"a\": -1e400}", error_codes::kJsonNotFinite);
    row("integer beyond 64 bits", "[18446744073709551616]", error_codes::kJsonIntegerTooLarge);
    row("negative beyond 64 bits", "[-9223372036854775809]", error_codes::kJsonIntegerTooLarge);
    row("integer of 400 digits", "[" + std::string(400, '9') + "]", error_codes::kJsonNotFinite);
    row("65 levels", std::string(65, '[') + std::string(65, ']'), error_codes::kJsonTooDeep);
}

void TestJsonText::refusesWhatIsNotStrictJson()
{
    QFETCH(std::string, text);
    QFETCH(std::string, code);
    const auto parsed = parseJsonStrictly(text, kName);
    QCOMPARE(idOf(parsed), code);
    QVERIFY(parsed.error().message.startsWith(kName));
    QVERIFY(parsed.error().message.contains(QStringLiteral("line ")));
    QVERIFY(!parsed.error().hint.isEmpty());
}

void TestJsonText::namesTheRepeatedKeyAndItsPlace_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("place");
    QTest::newRow("same line") << "{\"dim\": 1, \"dim\": 2}"s << QStringLiteral("dim")
                               << QStringLiteral("line 1, column 12:");
    QTest::newRow("next line") << "{\"a\": 1,\n  \"a\": 2}"s << QStringLiteral("a")
                               << QStringLiteral("line 2, column 3:");
    QTest::newRow("nested") << "{\"n\": {\"b\": [1],\n\"b\": 1}}"s << QStringLiteral("b")
                            << QStringLiteral("line 2, column 1:");
    QTest::newRow("in a list") << "[{\"c\": 1, \"c\": 1}]"s << QStringLiteral("c")
                               << QStringLiteral("line 1, column 11:");
    QTest::newRow("written differently") << "{\"a\": 1, \"\\u0061\": 2}"s << QStringLiteral("a")
                                         << QStringLiteral("line 1, column 10:");
    QTest::newRow("with a quote") << "{\"a\\\"\": 1, \"a\\\"\": 2}"s << QStringLiteral("a\"")
                                  << QStringLiteral("line 1, column 12:");
}

void TestJsonText::namesTheRepeatedKeyAndItsPlace()
{
    QFETCH(std::string, text);
    QFETCH(QString, key);
    QFETCH(QString, place);
    const auto parsed = parseJsonStrictly(text, kName);
    QCOMPARE(idOf(parsed), std::string(error_codes::kJsonDuplicateKey.id()));
    QCOMPARE(parsed.error().field, key);
    QVERIFY2(parsed.error().message.contains(place), qPrintable(parsed.error().message));
}

void TestJsonText::countsColumnsInCharacters()
{
    const auto parsed = parseJsonStrictly("[\"\u00e4\u4e2d\", x]", kName);
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().message.contains(QStringLiteral("line 1, column 8:")),
             qPrintable(parsed.error().message));
}

void TestJsonText::namesTheKeyOfANumberThatIsNotFinite()
{
    for (const char *text :
         {"{\"spacing\": NaN}", "{\"spacing\": [1, -Infinity]}", "{\"spacing\": 1e999}"}) {
        const auto parsed = parseJsonStrictly(text, kName);
        QCOMPARE(idOf(parsed), std::string(error_codes::kJsonNotFinite.id()));
        QCOMPARE(parsed.error().field, QStringLiteral("spacing"));
    }
}

void TestJsonText::acceptsWhatIsStrictJson_data()
{
    QTest::addColumn<std::string>("text");
    for (const char *text :
         {"{}", " [ ] ", "null", "0", "-0.0", "1e-05", "\"\\ud83d\\ude00\"", "\"\\u0000\"",
          "{\"a\": {\"a\": {\"a\": 1}}}", "[{\"a\": 1}, {\"a\": 2}]", "18446744073709551615",
          "-9223372036854775808", "1.7e308", "1e-400", "\"NaN\"", "{\"\": 1}"}) {
        QTest::newRow(text) << std::string(text);
    }
    QTest::newRow("64 levels") << std::string(64, '[') + std::string(64, ']');
}

void TestJsonText::acceptsWhatIsStrictJson()
{
    QFETCH(std::string, text);
    const auto parsed = parseJsonStrictly(text, kName);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(*parsed, Json::parse(text));
}

void TestJsonText::keepsTypesAndTheOrderOfKeys()
{
    const auto parsed =
        parseJsonStrictly(R"({"z": 2, "a": 2.0, "m": [1e-05, {"y": 1, "b": 2}]})", kName);
    QVERIFY(parsed);
    QCOMPARE(parsed->dump(), R"({"z":2,"a":2.0,"m":[1e-05,{"y":1,"b":2}]})"s);
}

void TestJsonText::survivesAMebibyteOf_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("code");
    constexpr std::size_t kSize = std::size_t{1} << 20;
    QTest::newRow("opening brackets")
        << std::string(kSize, '[') << std::string(error_codes::kJsonTooDeep.id());
    QTest::newRow("opening objects")
        << repeated("{\"a\":", kSize / 5) << std::string(error_codes::kJsonTooDeep.id());
    QTest::newRow("digits") << std::string(kSize, '7')
                            << std::string(error_codes::kJsonNotFinite.id());
    QTest::newRow("quotes") << std::string(kSize, '"')
                            << std::string(error_codes::kJsonSyntax.id());
    QTest::newRow("one key, repeated") << "{" + repeated("\"a\":1,", kSize / 6) + "\"b\":1}"
                                       << std::string(error_codes::kJsonDuplicateKey.id());
    std::string keys = "{";
    for (int i = 0; keys.size() < kSize; ++i)
        keys += '"' + std::to_string(i) + "\":0,";
    QTest::newRow("different keys") << keys + "\"b\":1}"
                                    << "accepted"s;
}

void TestJsonText::survivesAMebibyteOf()
{
    QFETCH(std::string, text);
    QFETCH(std::string, code);
    QCOMPARE(idOf(parseJsonStrictly(text, kName)), code);
}

void TestJsonText::survivesEveryTruncationOfADocument()
{
    const std::string whole = R"({"_n": "\ud83d\ude00 \u00e4", "dim": [256, -1.5e+3], "b": true})";
    for (std::size_t size = 0; size < whole.size(); ++size)
        QVERIFY2(!parseJsonStrictly(whole.substr(0, size), kName), whole.substr(0, size).c_str());
    QVERIFY(parseJsonStrictly(whole, kName));
}

void TestJsonText::findsTheFirstByteThatIsNotUtf8_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("at");
    QTest::newRow("ASCII") << "plain"s << -1;
    QTest::newRow("two to four bytes") << "\u00e4\u20ac\U0001F600"s << -1;
    QTest::newRow("last code point") << "\xF4\x8F\xBF\xBF"s << -1;
    QTest::newRow("above it") << "\xF4\x90\x80\x80"s << 0;
    QTest::newRow("tail alone") << "ab\x80"s << 2;
    QTest::newRow("cut off") << "a\xE2\x82"s << 1;
    QTest::newRow("overlong 2") << "\xC1\xBF"s << 0;
    QTest::newRow("overlong 3") << "\xE0\x9F\xBF"s << 0;
    QTest::newRow("overlong 4") << "\xF0\x8F\xBF\xBF"s << 0;
    QTest::newRow("surrogate") << "x\xED\xBF\xBF"s << 1;
    QTest::newRow("five bytes") << "\xF8\x88\x80\x80\x80"s << 0;
}

void TestJsonText::findsTheFirstByteThatIsNotUtf8()
{
    QFETCH(std::string, text);
    QFETCH(int, at);
    const auto found = firstInvalidUtf8(text);
    QCOMPARE(found ? static_cast<int>(*found) : -1, at);
}

void TestJsonText::readsRegularFilesOnly()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
    std::filesystem::create_symlink(root / "nowhere", root / "dangling");
    std::filesystem::create_symlink("/dev/zero", root / "to-device");
    for (const std::filesystem::path &path :
         {root / "missing", root, root / "pipe", root / "dangling", root / "to-device",
          std::filesystem::path("/dev/null"), root / std::string(300, 'n'),
          std::filesystem::path()}) {
        const auto text = readSmallFile(path, 1000);
        QVERIFY2(!text, path.c_str());
        QVERIFY(text.error().code == error_codes::kCannotRead);
        QVERIFY(!text.error().hint.isEmpty());
    }
}

void TestJsonText::readsThroughASymbolicLink()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QFile file(folder.filePath(QStringLiteral("target")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("{\"a\": 1}") == 8);
    file.close();
    std::filesystem::create_symlink(root / "target", root / "link");
    const auto json = readJsonFile(root / "link");
    QVERIFY(json);
    QCOMPARE(*json, Json({{"a", 1}}));
}

void TestJsonText::refusesAFileAboveTheLimit()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("f")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(100, ' ')) == 100);
    file.close();
    const std::filesystem::path path = file.fileName().toStdString();
    QVERIFY(readSmallFile(path, 100));
    const auto text = readSmallFile(path, 99);
    QVERIFY(!text);
    QVERIFY(text.error().code == error_codes::kFileTooLarge);
    // Files in /proc claim to be empty; the limit holds while reading.
    const auto claimsToBeEmpty = readSmallFile("/proc/self/smaps", 10);
    QVERIFY(!claimsToBeEmpty);
    QVERIFY(claimsToBeEmpty.error().code == error_codes::kFileTooLarge);
}

void TestJsonText::namesTheFileThatCannotBeRead()
{
    QTemporaryDir folder;
    QCOMPARE(::chmod(folder.path().toLocal8Bit().constData(), 0755), 0);
    QFile file(folder.filePath(QStringLiteral("secret.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    QVERIFY(file.setPermissions({}));
    const OrdinaryUser ordinaryUser;
    const auto json = readJsonFile(file.fileName().toStdString());
    QVERIFY(!json);
    QVERIFY(json.error().code == error_codes::kCannotRead);
    QVERIFY(json.error().message.contains(QStringLiteral("secret.json")));
}

void TestJsonText::writesIndentedJsonWithAFinalNewline()
{
    QCOMPARE(writeJson(Json{{"b", Json::array({1, 2.0})}, {"a", "\u00e4"}}),
             "{\n  \"b\": [\n    1,\n    2.0\n  ],\n  \"a\": \"\u00e4\"\n}\n"s);
    QVERIFY(parseJsonStrictly(writeJson(Json{{"path", "/tmp/\xff"}}), kName));
    // What a terminal would obey is escaped, and the same document comes back.
    const Json commands = Json::array({"a\u007f\u009b\u202e\u2066\u200fz\u00a0\u2030\ufeff"});
    QCOMPARE(compactJson(commands),
             "[\"a\\u007f\\u009b\\u202e\\u2066\\u200fz\u00a0\u2030\\ufeff\"]");
    QCOMPARE(*parseJsonStrictly(writeJson(commands), kName), commands);
}

void TestJsonText::roundsLikePython_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("decimals");
    QTest::addColumn<double>("expected");
    QTest::newRow("tie to even, down") << 0.9765625 << 6 << 0.976562;
    QTest::newRow("tie to even, up") << 0.0009765625 * 3 << 9 << 0.002929688;
    QTest::newRow("looks like a tie") << 2.675 << 2 << 2.67;
    QTest::newRow("0.5") << 0.5 << 0 << 0.0;
    QTest::newRow("1.5") << 1.5 << 0 << 2.0;
    QTest::newRow("2.5") << 2.5 << 0 << 2.0;
    QTest::newRow("float32 0.94") << static_cast<double>(0.94F) << 6 << 0.94;
    QTest::newRow("negative") << -1.0005 << 3 << -1.0;
    QTest::newRow("largest") << std::numeric_limits<double>::max() << 6
                             << std::numeric_limits<double>::max();
    QTest::newRow("smallest") << std::numeric_limits<double>::denorm_min() << 6 << 0.0;
}

void TestJsonText::roundsLikePython()
{
    QFETCH(double, value);
    QFETCH(int, decimals);
    QFETCH(double, expected);
    QVERIFY2(roundLikePython(value, decimals) == expected,
             std::to_string(roundLikePython(value, decimals)).c_str());
    QVERIFY(std::isnan(roundLikePython(std::numeric_limits<double>::quiet_NaN(), decimals)));
    QVERIFY(std::isinf(roundLikePython(-std::numeric_limits<double>::infinity(), decimals)));
}

void TestJsonText::roundsRandomNumbersAsPythonItselfDoes()
{
    QProcess python;
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral("-c"),
                  QStringLiteral("import random, struct\n"
                                 "random.seed(7)\n"
                                 "for i in range(3000):\n"
                                 "    x = random.choice([random.uniform(-2000, 2000),\n"
                                 "        random.randrange(1 << 20) / 1024,\n"
                                 "        random.randrange(10 ** 7) / 2000,\n"
                                 "        10 ** random.uniform(-12, 22)])\n"
                                 "    n = random.choice([1, 3, 6])\n"
                                 "    print(x.hex(), n, round(x, n).hex())\n")});
    QVERIFY(python.waitForFinished(60000));
    QCOMPARE(python.exitCode(), 0);
    const QList<QByteArray> lines = python.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), 3000);
    for (const QByteArray &line : lines) {
        const QList<QByteArray> words = line.split(' ');
        const double value = std::strtod(words[0].constData(), nullptr);
        const double expected = std::strtod(words[2].constData(), nullptr);
        QVERIFY2(roundLikePython(value, words[1].toInt()) == expected, line.constData());
    }
}

QTEST_GUILESS_MAIN(TestJsonText)
#include "tst_JsonText.moc"
