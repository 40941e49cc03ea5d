// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/Gates.h"
#include "tests/request/RequestFixtures.h"

#include <QElapsedTimer>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

GateResult evaluate(const std::string &check, const Json &document)
{
    return evaluateGates({gateFromCheck(Json::parse(check))}, document).front();
}

} // namespace

class TestGates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judges_data();
    void judges();
    void pathsWalkObjectsOnly_data();
    void pathsWalkObjectsOnly();
    void aRunawayPatternFailsInsteadOfHanging();
    void observedAndExpectedAreReported();
    void everyGateIsEvaluatedInOrder();
    void noGatesAreNotAPass();
    void theManifestsGatesPassOnAGoodResult();
    void theManifestsGatesFailOnAnEmptyResult();
};

void TestGates::judges_data()
{
    QTest::addColumn<std::string>("observed");
    QTest::addColumn<std::string>("check");
    QTest::addColumn<bool>("passes");
    // The value at "v", the check without its path, and whether it passes.
    const auto row = [](const std::string &observed, const std::string &check, bool passes) {
        QTest::newRow((observed.substr(0, 40) + " " + check).c_str())
            << observed << check << passes;
    };
    row("1", R"("eq": 1)", true);
    row("1", R"("eq": 1.0)", true);
    row("1", R"("eq": 2)", false);
    row("1", R"("eq": true)", false);
    row("true", R"("eq": 1)", false);
    row("true", R"("eq": true)", true);
    row("false", R"("eq": 0)", false);
    row("\"true\"", R"("eq": true)", false);
    row("\"1\"", R"("eq": 1)", false);
    row("null", R"("eq": null)", true);
    row("null", R"("eq": false)", false);
    row("\"\"", R"("eq": null)", false);
    row("[1, 2]", R"("eq": [1, 2.0])", true);
    row("[1, 2]", R"("eq": [2, 1])", false);
    row("[true]", R"("eq": [1])", false);
    row(R"({"a": 1, "b": [2]})", R"("eq": {"b": [2], "a": 1})", true);
    row(R"({"a": 1})", R"("eq": {"a": 1, "b": 2})", false);
    row("{}", R"("eq": [])", false);

    row("1", R"("ne": 2)", true);
    row("1", R"("ne": 1)", false);
    row("1", R"("ne": 1.0)", false);
    row("1", R"("ne": true)", true);
    row("null", R"("ne": 1)", true);

    row("2", R"("gt": 1)", true);
    row("1", R"("gt": 1)", false);
    row("1.5", R"("gt": 1)", true);
    row("1", R"("gte": 1)", true);
    row("0.999", R"("gte": 1)", false);
    row("0", R"("lt": 1)", true);
    row("1", R"("lt": 1)", false);
    row("1", R"("lte": 1.0)", true);
    row("2", R"("lte": 1)", false);
    row("-1", R"("lt": 0)", true);
    row("18446744073709551615", R"("gt": 9223372036854775807)", true);
    row("true", R"("gte": 1)", false);
    row("false", R"("lt": 1)", false);
    row("\"5\"", R"("gt": 1)", false);
    row("null", R"("lt": 1)", false);
    row("[3]", R"("gt": 1)", false);
    row("5", R"("gt": "1")", false);
    row("5", R"("gt": true)", false);
    row("5", R"("lt": null)", false);

    row("\"abcdef\"", R"("matches": "cd")", true);
    row("\"abcdef\"", R"("matches": "^abc")", true);
    row("\"abcdef\"", R"("matches": "^cd")", false);
    row("\"v1.2.3\"", R"("matches": "^v[0-9]+\\.[0-9]+")", true);
    row("\"\u00e4\"", R"("matches": "^.$")", true);
    row("\"\"", R"("matches": "")", true);
    row("\"a(\"", R"("matches": "(")", false);
    row("5", R"("matches": "5")", false);
    row("null", R"("matches": ".*")", false);
    row("\"5\"", R"("matches": 5)", false);

    row("\"abc\"", R"("length_eq": 3)", true);
    row("\"\u00e4\u4e2d\U0001F600\"", R"("length_eq": 3)", true);
    row("[1, 2]", R"("length_eq": 2)", true);
    row(R"({"a": 1})", R"("length_eq": 1)", true);
    row("[]", R"("length_eq": 0)", true);
    row("[1]", R"("length_eq": 2)", false);
    row("[1]", R"("length_gte": 1)", true);
    row("[]", R"("length_gte": 1)", false);
    row("\"abc\"", R"("length_lte": 3)", true);
    row("\"abcd\"", R"("length_lte": 3)", false);
    row("3", R"("length_eq": 3)", false);
    row("true", R"("length_gte": 0)", false);
    row("null", R"("length_lte": 5)", false);
    row("[]", R"("length_gte": -1)", false);
    row("[1]", R"("length_eq": "1")", false);
    row("[1]", R"("length_eq": true)", false);
    row("[1]", R"("length_eq": 1.5)", false);

    row("\"abcdef\"", R"("contains": "cde")", true);
    row("\"abcdef\"", R"("contains": "ce")", false);
    row("[1, \"a\", null]", R"("contains": "a")", true);
    row("[1, 2]", R"("contains": 2.0)", true);
    row("[1, 2]", R"("contains": true)", false);
    row("[[1]]", R"("contains": [1])", true);
    row("[]", R"("contains": null)", false);
    row("\"5\"", R"("contains": 5)", false);
    row(R"({"a": 1})", R"("contains": "a")", false);
    row("5", R"("contains": 5)", false);

    row("\"abcdef\"", R"("contains_any_of": ["x", "cd"])", true);
    row("\"abcdef\"", R"("contains_any_of": ["x", "y"])", false);
    row("[1, 2]", R"("contains_any_of": [5, 2])", true);
    row("[1, 2]", R"("contains_any_of": [])", false);
    row("[1, 2]", R"("contains_any_of": 2)", false);
    row("\"abc\"", R"("contains_any_of": "abc")", false);
    row("{}", R"("contains_any_of": ["a"])", false);

    row("0", R"("exists": true)", true);
    row("false", R"("exists": true)", true);
    row("null", R"("exists": true)", false);
    row("null", R"("exists": false)", true);
    row("1", R"("exists": false)", false);
    row("1", R"("exists": 1)", false);
    row("1", R"("exists": "true")", false);
    row("null", R"("exists": null)", false);

    row("1", R"("equals": 1)", false);
    row("1", R"("EQ": 1)", false);
    row("1", R"("": 1)", false);
    row("1", R"("eq": 1, "gte": 0)", false);
    row("1", R"("eq": 1, "note": "why")", false);
    row("1", R"("eq": 1, "exists": true)", false);
}

void TestGates::judges()
{
    QFETCH(std::string, observed);
    QFETCH(std::string, check);
    QFETCH(bool, passes);
    const Json document{{"v", Json::parse(observed)}};
    const GateResult result = evaluate(R"({"path": "v", )" + check + "}", document);
    QCOMPARE(result.passed, passes);
    QCOMPARE(result.reason.isEmpty(), passes);
    QCOMPARE(result.observed, document["v"]);
    QCOMPARE(toJson(result)["status"], passes ? "pass" : "fail");
}

void TestGates::pathsWalkObjectsOnly_data()
{
    QTest::addColumn<std::string>("check");
    QTest::addColumn<bool>("passes");
    const auto row = [](const char *check, bool passes) {
        QTest::newRow(check) << std::string(check) << passes;
    };
    row(R"({"path": "a.b.c", "eq": 1})", true);
    row(R"({"path": "a.b", "exists": true})", true);
    row(R"({"path": "a.b.x", "eq": 1})", false);
    row(R"({"path": "a.b.c.d", "eq": 1})", false);
    row(R"({"path": "a.b.x", "eq": null})", false);
    row(R"({"path": "a.b.x", "ne": 1})", false);
    row(R"({"path": "a.b.x", "lt": 1})", false);
    row(R"({"path": "a.b.x", "matches": ""})", false);
    row(R"({"path": "a.b.x", "length_gte": 0})", false);
    row(R"({"path": "a.b.x", "contains_any_of": [null]})", false);
    row(R"({"path": "a.b.x", "exists": false})", true);
    row(R"({"path": "a.b.x", "exists": true})", false);
    row(R"({"path": "a.b.x", "exists": false, "eq": 1})", false);
    row(R"({"path": "list.0", "eq": 7})", false);
    row(R"({"path": "list.length", "exists": true})", false);
    row(R"({"path": "a..b", "exists": true})", false);
    row(R"({"path": "a.", "exists": true})", false);
    row(R"({"path": "", "exists": true})", false);
    row(R"({"path": ".", "exists": true})", false);
    row(R"({"path": "a", "no_such_operator": 1})", false);
    row(R"({"path": "a"})", false);
    row(R"({"eq": 1})", false);
    row(R"({"path": 5, "exists": true})", false);
    row(R"([])", false);
    row(R"("a")", false);
    row(R"(null)", false);
}

void TestGates::pathsWalkObjectsOnly()
{
    QFETCH(std::string, check);
    QFETCH(bool, passes);
    const Json document = Json::parse(R"({"a": {"b": {"c": 1}}, "list": [7]})");
    const GateResult result = evaluate(check, document);
    QCOMPARE(result.passed, passes);
    QCOMPARE(result.reason.isEmpty(), passes);
    // A result that is not even an object is a missing path as well.
    if (result.op != "exists"s)
        QVERIFY(!evaluate(check, Json::array()).passed);
}

void TestGates::aRunawayPatternFailsInsteadOfHanging()
{
    const Json document{{"v", std::string(5000, 'a') + "b"}};
    for (const char *pattern : {"^(a+)+$", "(a|aa)+$", "(.*)*c\\\\1"}) {
        const GateResult result =
            evaluate(R"({"path": "v", "matches": ")"s + pattern + "\"}", document);
        QVERIFY2(!result.passed, pattern);
    }
    // A check may ask for a larger limit; it does not get one.
    QVERIFY(!evaluate(R"({"path": "v", "matches": "(*LIMIT_MATCH=4000000000)^(a+)+$"})", document)
                 .passed);
}

void TestGates::observedAndExpectedAreReported()
{
    const Json document{{"a", {{"b", 2}}}};
    QCOMPARE(toJson(evaluate(R"({"path": "a.b", "gte": 1})", document)).dump(),
             R"({"path":"a.b","operator":"gte","expected":1,"observed":2,"status":"pass"})"s);
    const Json failed = toJson(evaluate(R"({"path": "a.c", "gte": 1})", document));
    QCOMPARE(failed["observed"], Json());
    QCOMPARE(failed["status"], "fail");
    QVERIFY(failed["reason"].get<std::string>().find("a.c") != std::string::npos);
    const Json several = toJson(evaluate(R"({"path": "a.b", "gte": 1, "lt": 5})", document));
    QCOMPARE(several["operator"], "gte, lt");
    QCOMPARE(several["expected"].dump(), R"({"gte":1,"lt":5})"s);
}

void TestGates::everyGateIsEvaluatedInOrder()
{
    const std::vector<Gate> gates{{"x", "exists", true}, {"a", "eq", 1}, {"a", "what", 1}};
    const auto results = evaluateGates(gates, Json{{"a", 1}});
    QCOMPARE(results.size(), 3U);
    QVERIFY(!results[0].passed && results[1].passed && !results[2].passed);
    QVERIFY(!allPassed(results));
    QVERIFY(allPassed({results[1]}));
}

void TestGates::noGatesAreNotAPass()
{
    QVERIFY(!allPassed({}));
    QVERIFY(evaluateGates({}, Json::object()).empty());
}

void TestGates::theManifestsGatesPassOnAGoodResult()
{
    const Json good = Json::parse(R"({"skill": "nv_generate_mr_brain",
        "invocation": {"official_entrypoint": "python -m scripts.diff_model_infer", "exit_code": 0,
                       "upstream_identity": {"trusted": true},
                       "model_inventory": {"all_present": true, "all_sha256_match": true}},
        "output": {"num_samples": 1, "all_images_readable": true,
                   "all_shapes_match_requested": true, "all_spacing_match_requested": true,
                   "all_images_finite": true, "all_images_nonconstant": true,
                   "all_images_nonnegative": true}})");
    const std::vector<Gate> &gates = fixtures::manifest().gates;
    QVERIFY(allPassed(evaluateGates(gates, good)));
    // Spoiling any one value fails exactly its gate.
    for (const Gate &gate : gates) {
        Json spoilt = good;
        std::string pointer = "/" + gate.path;
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        const Json value = spoilt[Json::json_pointer(pointer)];
        spoilt[Json::json_pointer(pointer)] = value.is_boolean() ? Json(1)
                                              : gate.op == "gte" ? Json(0)
                                                                 : Json(false);
        for (const GateResult &result : evaluateGates(gates, spoilt))
            QCOMPARE(result.passed, result.path != gate.path);
    }
}

void TestGates::theManifestsGatesFailOnAnEmptyResult()
{
    for (const GateResult &result : evaluateGates(fixtures::manifest().gates, Json::object()))
        QVERIFY2(!result.passed, result.path.c_str());
}

QTEST_GUILESS_MAIN(TestGates)
#include "tst_Gates.moc"
