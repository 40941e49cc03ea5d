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
    }

    void nothingSetAndNothingFound_saysUnsetAndListsWhatWasTried()
    {
        const RootSearch search = findUpstreamRoot(m_places);
        QVERIFY(!search.root);
        QCOMPARE(search.error->code, backend::error_codes::kRootUnset);
        const std::vector<fs::path> expected = {
            m_places.project / ".workbench_data/upstreams/NV-Generate-CTMR",
            m_places.home / "NV-Generate-CTMR", m_places.home / "nv-generate-ctmr",
            m_places.home / ".cache/nvidia-skills/upstreams/NV-Generate-CTMR-da438fe"};
        QVERIFY(search.checkedRoots == expected);
    }

    void variableSetButNothingValid_saysLayoutInvalid()
    {
        m_places.variable = "/nowhere/at/all";
        const RootSearch search = findUpstreamRoot(m_places);
        QCOMPARE(search.error->code, backend::error_codes::kRootLayoutInvalid);
        QCOMPARE(search.checkedRoots.front(), fs::path("/nowhere/at/all"));
        QCOMPARE(search.checkedRoots.size(), std::size_t{5});
    }

    void blankVariable_countsAsUnset()
    {
        m_places.variable = "  ";
        QCOMPARE(findUpstreamRoot(m_places).error->code, backend::error_codes::kRootUnset);
    }

    void candidatesAreTakenInOrder()
    {
        makeRoot(m_places.home / "nv-generate-ctmr");
        const fs::path better = makeRoot(m_places.home / "NV-Generate-CTMR");
        QCOMPARE(*findUpstreamRoot(m_places).root, better);
        const fs::path best = makeRoot(base() / "set");
        m_places.variable = " " + best.string() + "/ \n";
        QCOMPARE(*findUpstreamRoot(m_places).root, best);
    }

    void tildeAndLinks_areResolved_andDuplicatesTriedOnce()
    {
        const fs::path real = makeRoot(base() / "real");
        fs::create_directory_symlink(real, m_places.home / "NV-Generate-CTMR");
        m_places.variable = "~/NV-Generate-CTMR";
        QCOMPARE(*findUpstreamRoot(m_places).root, real);
        fs::remove(real / "configs/config_network_rflow.json");
        const RootSearch search = findUpstreamRoot(m_places);
        QCOMPARE(std::ranges::count(search.checkedRoots, real), 1);
    }

    void invalidChoice_isAnErrorEvenWhenAnotherRootExists()
    {
        makeRoot(m_places.home / "NV-Generate-CTMR");
        m_places.chosen = (base() / "missing").string();
        const RootSearch search = findUpstreamRoot(m_places);
        QVERIFY(!search.root);
        QCOMPARE(search.error->code, backend::error_codes::kRootLayoutInvalid);
        QCOMPARE(search.checkedRoots.size(), std::size_t{1});
    }

    void invalidVariable_isPassedOverWithAWarning()
    {
        m_places.variable = "/nowhere/at/all";
        makeRoot(m_places.home / "NV-Generate-CTMR");
        const RootSearch search = findUpstreamRoot(m_places);
        QVERIFY(search.root);
        QCOMPARE(search.warning->code, backend::error_codes::kRootVariableIgnored);
    }

    void phantomFolder_isNeverARoot()
    {
        const fs::path phantom = makeRoot(m_places.home / "NV-Generate-CTMR");
        std::ofstream(phantom / kPhantomMarker) << "phantom";
        QVERIFY(!findUpstreamRoot(m_places).root);
        m_places.chosen = phantom.string();
        QCOMPARE(findUpstreamRoot(m_places).error->code, backend::error_codes::kRootIsPhantom);
    }
};

QTEST_GUILESS_MAIN(TestUpstreamRoot)
#include "tst_UpstreamRoot.moc"
