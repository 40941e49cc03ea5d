// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/PythonRequirements.h"
#include "backend/request/Manifest.h"

#include <QStringList>
#include <QTest>

using namespace mrb::backend;

namespace {

const ManifestRequirements &needs()
{
    static const ManifestRequirements known = builtInManifest()->requirements;
    return known;
}

} // namespace

class TestPythonRequirements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void versions_areOrderedByTheirRelease_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<int>("order");
        const auto row = [](const char *a, const char *b, int order) {
            QTest::addRow("%s and %s", a, b) << a << b << order;
        };
        row("1.10", "1.9", 1);
        row("2.1", "2.1.0", 0);
        row("2.1.0", "2.1.0.0", 0);
        row("0", "0.0", 0);
        row("2.0.9", "2.1.0", -1);
        row("2.4.0+cu130", "2.4.0", 0);
        row("2.4.0+cu130", "2.4.1", -1);
        row("v1.2", "1.2", 0);
        row(" 1.2 ", "1.2", 0);
        row("1.2rc1", "1.2", -1);
        row("1.2.0a0", "1.2.0b1", 0);
        row("1.2.dev3", "1.2", -1);
        row("2.10.0a0+git123", "2.10.0", -1);
        row("2.10.0a0+git123", "2.9", 1);
        row("1.2.post1", "1.2", 0);
        row("99999999999999999999999", "1", 1);
        row("1..2", "1", 0);
    }

    void versions_areOrderedByTheirRelease()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(int, order);
        QCOMPARE(compareVersions(a.toStdString(), b.toStdString()), order);
        QCOMPARE(compareVersions(b.toStdString(), a.toStdString()), -order);
    }

    void textThatIsNoVersion_isTold()
    {
        QVERIFY(isVersion("1"));
        QVERIFY(isVersion("v2.0"));
        for (const char *text : {"", "unknown", "v", "+cu130", ".1"})
            QVERIFY2(!isVersion(text), text);
    }

    void lines_areUnderstood_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("expected"); // distribution, module, minimum, required
        const auto row = [](const char *line, const char *expected) {
            const QString text = QString::fromUtf8(expected);
            QTest::addRow("\"%s\"", line)
                << line << (text.isEmpty() ? QStringList() : text.split(u'|'));
        };
        row("einops>=0.7.0", "einops|einops|0.7.0|no");
        row("  torch >= 2.1.0  # with CUDA\r", "torch|torch|2.1.0|yes");
        row("Scikit_Image>=0.20.0", "Scikit_Image|skimage|0.20.0|yes");
        row("PyYAML>=6.0", "PyYAML|yaml|6.0|no");
        row("my-tool", "my-tool|my_tool||no");
        row("dotted.name==1", "dotted.name|dotted_name|1|no");
        row("monai[all]>=1.5.0", "monai|monai|1.5.0|yes");
        row("a<3,>=1.2", "a|a|1.2|no");
        row("a~=1.4", "a|a|1.4|no");
        row("a==1.4; python_version < '3.12'", "a|a|1.4|no");
        row("a!=1.4", "a|a||no");
        row("a @ https://example.org/a.whl", "a|a||no");
        row("# torch>=9", "");
        row("", "");
        row("-r other.txt", "");
        row("--index-url https://example.org", "");
        row("./local", "");
        row("https://example.org/a.whl", "");
        row("a[unclosed", "");
        row("two words", "");
        row("=", "");
    }

    void lines_areUnderstood()
    {
        QFETCH(QString, line);
        QFETCH(QStringList, expected);
        const auto packages = parseRequirements(line.toStdString() + "\n", needs());
        const std::size_t always = requiredPackages(needs()).size();
        if (expected.isEmpty()) {
            QVERIFY(packages == requiredPackages(needs()));
            return;
        }
        const PythonRequirement wanted{.distribution = expected[0].toStdString(),
                                       .module = expected[1].toStdString(),
                                       .minimumVersion = expected[2].toStdString(),
                                       .required = expected[3] == u"yes"};
        QVERIFY(packages.front() == wanted);
        QCOMPARE(packages.size(), always + (wanted.required ? 0 : 1));
    }

    void packagesTheRunCannotDoWithout_areAlwaysThere()
    {
        QStringList names;
        for (const PythonRequirement &package :
             parseRequirements("numpy>=1.24\nnumpy>=9\nfire", needs())) {
            names += QString::fromStdString(package.distribution);
            QCOMPARE(package.required, package.distribution != "fire");
        }
        QCOMPARE(
            names,
            QStringLiteral("numpy fire torch monai nibabel scipy scikit-image tqdm").split(u' '));
    }

    void requiredPackages_areThoseTheManifestNames()
    {
        std::vector<std::string> names;
        for (const PythonRequirement &package : requiredPackages(needs()))
            names.push_back(package.distribution);
        QCOMPARE(names, needs().packages);
        const ManifestRequirements others{.pythonMinimum = "3.12",
                                          .pythonRecommended = "3.13",
                                          .gpuMemoryGb = 24,
                                          .packages = {"scikit-image", "jax"}};
        const auto packages = parseRequirements("Scikit_Image>=0.20\ntorch", others);
        QCOMPARE(packages.size(), std::size_t{3});
        QVERIFY(packages[0].required);
        QCOMPARE(packages[0].minimumVersion, std::string("0.20"));
        QVERIFY(!packages[1].required);
        QCOMPARE(packages[2].module, std::string("jax"));
        QVERIFY(packages[2].required);
    }
};

QTEST_GUILESS_MAIN(TestPythonRequirements)
#include "tst_PythonRequirements.moc"
