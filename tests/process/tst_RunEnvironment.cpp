// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/RunEnvironment.h"
#include "backend/process/UpstreamCommand.h"

#include <QTest>

#include <map>
#include <set>

using namespace mrb::backend;
using mrb::EnvironmentPairs;

class tst_RunEnvironment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void secretsAndPythonSettingsStayOut();
    void allowedVariablesPassUnchanged();
    void ownSettingsWinOverTheParents();
    void virtualEnvironmentIsTheOneInUse();
    void presentEnvironmentIsRead();
    void command_data();
    void command();
};

namespace {

const RunFolders kFolders{"/up", "/out"};

std::map<std::string, std::string> mapped(const EnvironmentPairs &environment)
{
    return {environment.begin(), environment.end()};
}

const std::set<std::string> kOwn{
    "PYTHONUNBUFFERED",        "PYTHONIOENCODING", "MONAI_DATA_DIRECTORY", "CUDA_CACHE_PATH",
    "PYTORCH_CUDA_ALLOC_CONF", "HF_HOME",          "MPLCONFIGDIR",         "XDG_CACHE_HOME"};

std::set<std::string> names(const EnvironmentPairs &environment)
{
    std::set<std::string> result;
    for (const auto &[name, value] : environment)
        result.insert(name);
    return result;
}

} // namespace

void tst_RunEnvironment::secretsAndPythonSettingsStayOut()
{
    const EnvironmentPairs parent{
        {"HF_TOKEN", "t"},       {"NGC_API_KEY", "k"}, {"PYTHONPATH", "/evil"},
        {"PYTHONSTARTUP", "/x"}, {"LD_PRELOAD", "/x"}, {"AWS_SECRET", "s"},
        {"VIRTUAL_ENV", "/v"},   {"path", "/x"},       {"PATHX", "/x"}};
    QVERIFY(names(runEnvironment(parent, kFolders)) == kOwn);
}

void tst_RunEnvironment::allowedVariablesPassUnchanged()
{
    // The names of the contract, written out: the table must not lose or gain one unseen.
    const char *const allowed[] = {"CUDA_DEVICE_ORDER",
                                   "CUDA_HOME",
                                   "CUDA_PATH",
                                   "CUDA_VISIBLE_DEVICES",
                                   "CUBLAS_WORKSPACE_CONFIG",
                                   "CURL_CA_BUNDLE",
                                   "HOME",
                                   "LANG",
                                   "LC_ALL",
                                   "LD_LIBRARY_PATH",
                                   "NVIDIA_DRIVER_CAPABILITIES",
                                   "NVIDIA_VISIBLE_DEVICES",
                                   "OMP_NUM_THREADS",
                                   "PATH",
                                   "PYTHONNOUSERSITE",
                                   "REQUESTS_CA_BUNDLE",
                                   "SSL_CERT_FILE",
                                   "TMPDIR",
                                   "TORCH_EXTENSIONS_DIR",
                                   "TORCH_HOME"};
    EnvironmentPairs parent;
    for (const char *name : allowed)
        parent.emplace_back(name, std::string("= \n\xFF ") + name);
    const auto result = mapped(runEnvironment(parent, kFolders));
    QCOMPARE(result.size(), std::size(allowed) + kOwn.size());
    for (const auto &[name, value] : parent)
        QCOMPARE(result.at(name), value);
    QCOMPARE(kPassedVariables.size(), std::size(allowed));
    // An empty value is a value: CUDA_VISIBLE_DEVICES= hides every GPU.
    QCOMPARE(mapped(runEnvironment({{"CUDA_VISIBLE_DEVICES", ""}}, kFolders))
                 .count("CUDA_VISIBLE_DEVICES"),
             std::size_t{1});
}

void tst_RunEnvironment::ownSettingsWinOverTheParents()
{
    const EnvironmentPairs parent{{"HF_HOME", "/home/me/hf"}, {"PYTORCH_CUDA_ALLOC_CONF", "x"}};
    const EnvironmentPairs result = runEnvironment(parent, kFolders);
    QCOMPARE(names(result).size(), result.size());
    const std::map<std::string, std::string> expected{
        {"PYTHONUNBUFFERED", "1"},
        {"PYTHONIOENCODING", "utf-8"},
        {"MONAI_DATA_DIRECTORY", "/up/temp_work_dir"},
        {"PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:128,expandable_segments:True"},
        {"CUDA_CACHE_PATH", "/out/_runtime_cache/cuda"},
        {"HF_HOME", "/out/_runtime_cache/huggingface"},
        {"MPLCONFIGDIR", "/out/_runtime_cache/matplotlib"},
        {"XDG_CACHE_HOME", "/out/_runtime_cache/xdg"}};
    QVERIFY(mapped(result) == expected);
}

void tst_RunEnvironment::virtualEnvironmentIsTheOneInUse()
{
    const auto result =
        mapped(runEnvironment({{"VIRTUAL_ENV", "/other"}}, {"/up", "/out", "/up/.venv"}));
    QCOMPARE(result.at("VIRTUAL_ENV"), std::string("/up/.venv"));
}

void tst_RunEnvironment::presentEnvironmentIsRead()
{
    qputenv("MRB_TEST_VARIABLE", "a=b \xFF");
    QCOMPARE(mapped(currentEnvironment()).at("MRB_TEST_VARIABLE"), std::string("a=b \xFF"));
}

void tst_RunEnvironment::command_data()
{
    QTest::addColumn<int>("gpus");
    QTest::addColumn<QString>("expected");
    const QString core = u"-m|scripts.diff_model_infer|-t|./configs/config_network_rflow.json"
                         "|-e|/o u/e.json|-c|/o u/m.json"_qs;
    QTest::newRow("one") << 1 << u"/py|"_qs + core;
    QTest::newRow("two") << 2
                         << u"/py|-m|torch.distributed.run|--standalone|--nproc_per_node|2|"_qs +
                                core + u"|-g|2"_qs;
}

void tst_RunEnvironment::command()
{
    QFETCH(int, gpus);
    QFETCH(QString, expected);
    const UpstreamCommand command =
        upstreamCommand({.python = "/py",
                         .module = "scripts.diff_model_infer",
                         .networkConfig = "configs/config_network_rflow.json",
                         .stagedEnvironment = "/o u/e.json",
                         .stagedModel = "/o u/m.json",
                         .numGpus = gpus});
    QCOMPARE(command.argv().join(u'|'), expected);
    QCOMPARE(command.program, std::filesystem::path("/py"));
}

QTEST_APPLESS_MAIN(tst_RunEnvironment)
#include "tst_RunEnvironment.moc"
