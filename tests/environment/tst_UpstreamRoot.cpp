// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/UpstreamRoot.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace mrb;
using namespace mrb::backend;
namespace fs = std::filesystem;

class TestUpstreamRoot : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    RootSearchPlaces m_places;
    ManifestUpstream m_upstream;

    RootSearch found() const { return findUpstreamRoot(m_places, m_upstream); }
    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    fs::path makeRoot(const fs::path &root) const
    {
        fs::create_directories(root / "configs");
        std::ofstream(root / "configs/config_network_rflow.json") << "{}";
        return root;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_places = {.chosen = std::nullopt,
                    .variable = std::nullopt,
                    .home = base() / "home",
                    .project = base() / "project"};
        fs::create_directories(m_places.home);
        m_upstream = {.repository = "https://example.org/models/generator",
                      .commit = "0123456789abcdef0123456789abcdef01234567",
                      .entrypoint = {},
                      .networkConfig = "configs/config_network_rflow.json",
                      .modelConfig = {},
                      .environmentConfig = {},
                      .modalityMapping = {}};
    }

    void nothingSetAndNothingFound_saysUnsetAndListsWhatWasTried()
    {
        const RootSearch result = found();
        QVERIFY(!result.root);
        QCOMPARE(result.error->code, backend::error_codes::kRootUnset);
        const std::vector<fs::path> expected = {
            m_places.project / ".workbench_data/upstreams/NV-Generate-CTMR",
            m_places.home / "NV-Generate-CTMR", m_places.home / "nv-generate-ctmr",
            m_places.home / ".cache/nvidia-skills/upstreams/NV-Generate-CTMR-0123456"};
        QVERIFY(result.checkedRoots == expected);
        QVERIFY(result.error->hint.contains(u"https://example.org/models/generator"));
    }

    void variableSetButNothingValid_saysLayoutInvalid()
    {
        m_places.variable = "/nowhere/at/all";
        const RootSearch result = found();
        QCOMPARE(result.error->code, backend::error_codes::kRootLayoutInvalid);
        QCOMPARE(result.checkedRoots.front(), fs::path("/nowhere/at/all"));
        QCOMPARE(result.checkedRoots.size(), std::size_t{5});
    }

    void blankVariable_countsAsUnset()
    {
        m_places.variable = "  ";
        QCOMPARE(found().error->code, backend::error_codes::kRootUnset);
    }

    void candidatesAreTakenInOrder()
    {
        makeRoot(m_places.home / "nv-generate-ctmr");
        const fs::path better = makeRoot(m_places.home / "NV-Generate-CTMR");
        QCOMPARE(*found().root, better);
        const fs::path best = makeRoot(base() / "set");
        m_places.variable = " " + best.string() + "/ \n";
        QCOMPARE(*found().root, best);
    }

    void tildeAndLinks_areResolved_andDuplicatesTriedOnce()
    {
        const fs::path real = makeRoot(base() / "real");
        fs::create_directory_symlink(real, m_places.home / "NV-Generate-CTMR");
        m_places.variable = "~/NV-Generate-CTMR";
        QCOMPARE(*found().root, real);
        fs::remove(real / "configs/config_network_rflow.json");
        const RootSearch result = found();
        QCOMPARE(std::ranges::count(result.checkedRoots, real), 1);
    }

    void invalidChoice_isAnErrorEvenWhenAnotherRootExists()
    {
        makeRoot(m_places.home / "NV-Generate-CTMR");
        m_places.chosen = (base() / "missing").string();
        const RootSearch result = found();
        QVERIFY(!result.root);
        QCOMPARE(result.error->code, backend::error_codes::kRootLayoutInvalid);
        QCOMPARE(result.checkedRoots.size(), std::size_t{1});
    }

    void invalidVariable_isPassedOverWithAWarning()
    {
        m_places.variable = "/nowhere/at/all";
        makeRoot(m_places.home / "NV-Generate-CTMR");
        const RootSearch result = found();
        QVERIFY(result.root);
        QCOMPARE(result.warning->code, backend::error_codes::kRootVariableIgnored);
    }

    void manifestOfAnotherPin_movesTheDefaultFolderAndTheMarker()
    {
        const fs::path older = makeRoot(defaultCheckoutFolder(m_places.home, m_upstream.commit));
        QCOMPARE(*found().root, older);
        m_upstream.commit = "fedcba98" + m_upstream.commit.substr(8);
        QVERIFY(!found().root);
        const fs::path newer = makeRoot(defaultCheckoutFolder(m_places.home, m_upstream.commit));
        QCOMPARE(newer.filename(), fs::path("NV-Generate-CTMR-fedcba9"));
        QCOMPARE(*found().root, newer);
        m_upstream.networkConfig = "settings/network.json";
        QVERIFY(!found().root);
        m_places.chosen = newer.string();
        QVERIFY(found().error->message.contains(u"settings/network.json"));
        fs::create_directories(newer / "settings");
        std::ofstream(newer / "settings/network.json") << "{}";
        QCOMPARE(*found().root, newer);
    }

    void manifestThatCouldNotBeRead_makesNoFolderARoot()
    {
        makeRoot(m_places.home / "NV-Generate-CTMR");
        m_upstream = {};
        QVERIFY(!found().root);
    }

    void phantomFolder_isNeverARoot()
    {
        const fs::path phantom = makeRoot(m_places.home / "NV-Generate-CTMR");
        std::ofstream(phantom / kPhantomMarker) << "phantom";
        QVERIFY(!found().root);
        m_places.chosen = phantom.string();
        QCOMPARE(found().error->code, backend::error_codes::kRootIsPhantom);
    }
};

QTEST_GUILESS_MAIN(TestUpstreamRoot)
#include "tst_UpstreamRoot.moc"
