// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/GpuProbe.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

namespace {

const Gpu kBig{.index = 0,
               .name = QStringLiteral("NVIDIA H100 80GB HBM3"),
               .memoryTotalMiB = 81559,
               .memoryFreeMiB = 81000,
               .driverVersion = QStringLiteral("550.54.15"),
               .computeCapability = QStringLiteral("9.0"),
               .uuid = QStringLiteral("GPU-11aa0000-0000-0000-0000-000000000000")};
const Gpu kSmall{.index = 1,
                 .name = QStringLiteral("NVIDIA T4"),
                 .memoryTotalMiB = 15360,
                 .memoryFreeMiB = 3,
                 .driverVersion = QStringLiteral("550.54.15"),
                 .computeCapability = QStringLiteral("7.5"),
                 .uuid = QStringLiteral("GPU-11bb0000-0000-0000-0000-000000000000")};

constexpr const char *kBigRow = "0, NVIDIA H100 80GB HBM3, 81559, 81000, 550.54.15, 9.0, "
                                "GPU-11aa0000-0000-0000-0000-000000000000\n";
constexpr const char *kSmallRow =
    "1, NVIDIA T4, 15360, 3, 550.54.15, 7.5, GPU-11bb0000-0000-0000-0000-000000000000\n";

QString codeOf(const std::optional<Error> &error)
{
    return error ? QString::fromUtf8(error->code.id().data()) : QString();
}

} // namespace

class TestGpuProbe : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    EnvironmentPairs environment() const
    {
        return {{"PATH", base().native() + ":/usr/bin:/bin"}, {"FOLDER", base().native()}};
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void severalCards_areReadByOneCallOfTheQuery()
    {
        writeFile(base() / "answer", std::string(kBigRow) + kSmallRow);
        writeScript(base() / "nvidia-smi", "echo \"$*\" >> $FOLDER/calls; cat $FOLDER/answer");
        const GpuProbe probe = probeGpus(environment());
        QVERIFY(!probe.error);
        QVERIFY(probe.gpus == (std::vector<Gpu>{kBig, kSmall}));
        QCOMPARE(readFile(base() / "calls"),
                 std::string("--query-gpu=index,name,memory.total,memory.free,driver_version,"
                             "compute_cap,uuid --format=csv,noheader,nounits\n"));
    }

    void failures_haveTheirOwnCodes_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("cards");
        const auto row = [](const char *name, const char *script, ErrorCode code, int cards = 0) {
            QTest::newRow(name) << script << QString::fromUtf8(code.id().data()) << cards;
        };
        row("driver not loaded",
            "echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
            "Make sure that the latest NVIDIA driver is installed and running.\"; exit 9",
            codes::kGpuToolFailed);
        row("library mismatch",
            "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18",
            codes::kGpuToolFailed);
        row("fails silently", "exit 3", codes::kGpuToolFailed);
        row("fails on stderr", "echo 'no permission' >&2; exit 4", codes::kGpuToolFailed);
        row("crashes", "kill -SEGV $$", codes::kGpuToolFailed);
        row("column unknown to an old driver",
            "echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2",
            codes::kGpuDriverTooOld);
        row("no devices", "echo 'No devices were found'; exit 0", codes::kGpuNone);
        row("no devices, exit code 6", "echo 'No devices were found'; exit 6", codes::kGpuNone);
        row("nothing at all", "exit 0", codes::kGpuNone);
        row("missing columns", "echo '0, NVIDIA H100, 81559'", codes::kGpuAnswerUnreadable);
        row("garbage", "echo hello; head -c 500 /dev/urandom", codes::kGpuAnswerUnreadable);
        row("index is not a number", "echo 'x, A, 1, 1, 5, 9.0, GPU-1'",
            codes::kGpuAnswerUnreadable);
        row("memory is not a number", "echo '0, A, lots, 1, 5, 9.0, GPU-1'",
            codes::kGpuAnswerUnreadable);
        row("negative memory", "echo '0, A, -1, 1, 5, 9.0, GPU-1'", codes::kGpuAnswerUnreadable);
        row("endless output", "exec yes", codes::kGpuAnswerUnreadable);
        row("one of two lost",
            "echo '0, A, 100, 50, 5, 9.0, GPU-1'; "
            "echo 'Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.'; "
            "exit 15",
            codes::kGpuToolFailed, 1);
        row("one row unreadable", "echo '0, A, 100, 50, 5, 9.0, GPU-1'; echo junk",
            codes::kGpuAnswerUnreadable, 1);
    }

    void failures_haveTheirOwnCodes()
    {
        QFETCH(QString, script);
        QFETCH(QString, code);
        QFETCH(int, cards);
        writeScript(base() / "nvidia-smi", script.toStdString());
        const GpuProbe probe = probeGpus(environment());
        QCOMPARE(codeOf(probe.error), code);
        QVERIFY(!probe.error->message.isEmpty());
        QVERIFY(!probe.error->hint.isEmpty());
        QCOMPARE(static_cast<int>(probe.gpus.size()), cards);
    }

    void whatTheToolComplainedOf_isInTheMessage()
    {
        writeScript(base() / "nvidia-smi",
                    "echo '0, A, 100, 50, 5, 9.0, GPU-1'; echo 'GPU 1 is lost'; exit 15");
        QVERIFY(probeGpus(environment()).error->message.contains(u"GPU 1 is lost"));
    }

    void missingTool_isNamed()
    {
        const GpuProbe probe = probeGpus({{"PATH", base().native()}});
        QCOMPARE(codeOf(probe.error), QStringLiteral("gpu_tool_missing"));
    }

    void hangingTool_isGivenUp()
    {
        writeScript(base() / "nvidia-smi", "sleep 1000");
        const GpuProbe probe = probeGpus(environment(), std::chrono::milliseconds(200));
        QCOMPARE(codeOf(probe.error), QStringLiteral("gpu_tool_timed_out"));
    }

    void fieldsNotReported_areAbsent_data()
    {
        QTest::addColumn<QString>("unknown");
        for (const char *text : {"[N/A]", "[Not Supported]", "N/A", "[Unknown Error]",
                                 "[Insufficient Permissions]", ""})
            QTest::newRow(text) << text;
    }

    void fieldsNotReported_areAbsent()
    {
        QFETCH(QString, unknown);
        const QString row = QStringLiteral("2, NVIDIA GB10, %1, %1, %1, %1, %1\n").arg(unknown);
        const GpuProbe probe = parseGpuAnswer({0, row.toStdString(), ""});
        QVERIFY(!probe.error);
        QVERIFY(probe.gpus ==
                (std::vector<Gpu>{Gpu{.index = 2, .name = QStringLiteral("NVIDIA GB10")}}));
    }

    void commasInTheName_belongToIt()
    {
        const GpuProbe probe =
            parseGpuAnswer({0, "0, Card, 16 GB, rev. 2, 16000, 15000, 5.1, 8.9, GPU-1\r\n", ""});
        QVERIFY(!probe.error);
        QCOMPARE(probe.gpus.at(0).name, QStringLiteral("Card, 16 GB, rev. 2"));
        QCOMPARE(probe.gpus.at(0).memoryTotalMiB, std::optional<std::int64_t>(16000));
        QCOMPARE(probe.gpus.at(0).uuid, QStringLiteral("GPU-1"));
    }

    void visibleDevices_followCuda_data()
    {
        QTest::addColumn<bool>("isSet");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("indices");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const char *value, const char *indices,
                            const char *code = "") {
            QTest::newRow(name) << true << value << indices << code;
        };
        QTest::newRow("not set") << false << ""
                                 << "01"
                                 << "";
        row("empty", "", "", "gpu_all_hidden");
        row("blanks", "  ", "", "gpu_all_hidden");
        row("-1", "-1", "", "gpu_all_hidden");
        row("one", "1", "1");
        row("swapped", "1,0", "10");
        row("blanks around", " 1 , 0 ", "10");
        row("ends at -1", "1,-1,0", "1");
        row("ends at an empty entry", "1,,0", "1");
        row("ends at the first invalid", "0,5,1", "0", "gpu_selection_invalid");
        row("first is invalid", "7,0", "", "gpu_selection_invalid");
        row("letters after the number", "1gpu", "1");
        row("plus sign", "+1", "1");
        row("no number", "none", "", "gpu_selection_invalid");
        row("beyond int", "99999999999", "", "gpu_selection_invalid");
        row("twice", "0,0", "", "gpu_selection_invalid");
        row("whole UUID", "GPU-11bb0000-0000-0000-0000-000000000000", "1");
        row("UUID prefix", "GPU-11b", "1");
        row("UUID prefixes", "GPU-11b,GPU-11a", "10");
        row("ambiguous prefix", "GPU-11", "", "gpu_selection_invalid");
        row("unknown UUID", "GPU-99", "", "gpu_selection_invalid");
        row("same card by two prefixes", "GPU-11a,GPU-11aa", "", "gpu_selection_invalid");
        row("UUID then ordinal", "GPU-11b,0", "1", "gpu_selection_invalid");
        row("ordinal then UUID", "0,GPU-11b", "0", "gpu_selection_invalid");
        row("slice", "MIG-11aa0000-0000-0000-0000-000000000000", "", "gpu_slice_unknown");
    }

    void visibleDevices_followCuda()
    {
        QFETCH(bool, isSet);
        QFETCH(QString, value);
        QFETCH(QString, indices);
        QFETCH(QString, code);
        const auto variable =
            isSet ? std::optional<std::string>(value.toStdString()) : std::nullopt;
        const VisibleGpus visible = visibleGpus({kBig, kSmall}, variable);
        QString seen;
        for (const Gpu &gpu : visible.gpus)
            seen += QString::number(gpu.index);
        QCOMPARE(seen, indices);
        QCOMPARE(codeOf(visible.error), code);
        QCOMPARE(visible.sliceSelected, code == u"gpu_slice_unknown");
    }
};

QTEST_GUILESS_MAIN(TestGpuProbe)
#include "tst_GpuProbe.moc"
