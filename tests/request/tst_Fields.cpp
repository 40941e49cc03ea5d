// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/request/RequestFixtures.h"

using namespace mrb;
using namespace mrb::backend;

namespace {

/// Of the pinned commit.
const Json &defaults()
{
    return fixtures::manifest().upstream.defaults;
}

} // namespace

class TestFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsDescribed();
    void theKeysAreTheDocumentedOnes();
    void defaultsHaveTheKindAndDomainOfTheirField();
    void defaultsAreUpstreamsOwn();
    void aPrefixIsUsable_data();
    void aPrefixIsUsable();
};

void TestFields::everyFieldIsDescribed()
{
    QSet<QString> keys;
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        const QString key = QString::fromUtf8(field.key);
        QVERIFY2(!keys.contains(key), qPrintable(key));
        keys.insert(key);
        QVERIFY(contract::findField(field.key) == &field);
        QVERIFY2(!contract::fieldLabel(field).isEmpty(), qPrintable(key));
        QVERIFY2(contract::fieldHelp(field).endsWith(u'.'), qPrintable(key));
        QVERIFY2(!contract::kindText(field.kind).isEmpty(), qPrintable(key));
        QVERIFY2(defaults().contains(field.key), qPrintable(key));
    }
    QVERIFY(contract::findField("Dim") == nullptr);
    QVERIFY(contract::findField("") == nullptr);
}

void TestFields::theKeysAreTheDocumentedOnes()
{
    QStringList keys;
    for (const contract::FieldSpec &field : contract::fieldTable())
        keys << QString::fromUtf8(field.key);
    keys.sort();
    QCOMPARE(keys.join(u' '),
             QStringLiteral("bottom_region_index cfg_guidance_scale dim modality "
                            "num_inference_steps output_prefix random_seed spacing "
                            "top_region_index"));
}

void TestFields::defaultsHaveTheKindAndDomainOfTheirField()
{
    Json overrides = Json::object();
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        if (field.kind == contract::FieldKind::ModalityName)
            continue;
        const std::string key(field.key);
        QVERIFY(contract::hasKind(field, defaults().at(key)));
        overrides[key] = defaults().at(key);
    }
    const RequestResolution resolution = resolveRequest(
        overrides, {}, fixtures::modelConfig(), fixtures::modalityMapping(), fixtures::manifest());
    QCOMPARE(fixtures::codesOf(resolution.errors), std::string());
}

void TestFields::defaultsAreUpstreamsOwn()
{
    const auto model =
        fixtures::original("upstream-configs/config_maisi_diff_model_rflow-mr-brain.json");
    if (!std::filesystem::exists(model))
        QSKIP("upstream's originals are not beside the source");
    const auto environment = readJsonFile(
        fixtures::original("upstream-configs/environment_maisi_diff_model_rflow-mr-brain.json"));
    const auto config = readJsonFile(model);
    QVERIFY(config && environment);
    const Json &block = config->at(std::string(contract::model_config::kInference));
    std::size_t compared = 0;
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        const std::string key(field.key);
        const bool isPrefix = field.kind == contract::FieldKind::FileNamePrefix;
        const Json &written = isPrefix ? environment->at(key) : block.at(key);
        // As text: 2 and 2.0 are not the same here.
        QCOMPARE(defaults().at(key).dump(), written.dump());
        compared += isPrefix ? 0 : 1;
    }
    QCOMPARE(block.size(), compared);
}

void TestFields::aPrefixIsUsable_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<bool>("usable");
    const auto row = [](const QString &prefix, bool usable) {
        QTest::newRow(qPrintable(prefix.left(30))) << prefix << usable;
    };
    row(QStringLiteral("mr_brain_mri_t1"), true);
    row(QStringLiteral("A-1.b"), true);
    row(QStringLiteral("-"), true);
    row(QString(100, u'a'), true);
    row(QString(101, u'b'), false);
    row(QString(), false);
    row(QStringLiteral(".hidden"), false);
    row(QStringLiteral(".."), false);
    row(QStringLiteral("a/b"), false);
    row(QStringLiteral("a b"), false);
    row(QStringLiteral("a#b"), false);
    row(QStringLiteral("%a"), false);
    row(QStringLiteral("@a"), false);
    row(QStringLiteral("$a"), false);
    row(QStringLiteral("caf\u00e9"), false);
    row(QStringLiteral("a\n"), false);
    row(QStringLiteral("a") + QChar(u'\0'), false);
}

void TestFields::aPrefixIsUsable()
{
    QFETCH(QString, prefix);
    QFETCH(bool, usable);
    QCOMPARE(contract::isUsablePrefix(prefix.toStdString()), usable);
}

QTEST_GUILESS_MAIN(TestFields)
#include "tst_Fields.moc"
