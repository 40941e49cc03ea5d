// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/FailureCause.h"
#include "backend/report/FailureRules.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace mrb::backend;

namespace {

/// What upstream prints before anything can go wrong with it.
const QString kQuietBegin = QStringLiteral(
    "[2026-11-22 11:45:05.315][ INFO](inference) - Using cuda:0 of 1 with random seed: 1234\n"
    "[2026-11-22 11:45:05.315][ INFO](inference) - [config] output_prefix -> CUDA out of memory.\n"
    "  0%|          | 0/30 [00:00<?, ?it/s]\n");

QString traceback(const char *end, const char *function = "load_models")
{
    return kQuietBegin +
           QStringLiteral("Traceback (most recent call last):\n"
                          "  File \"/opt/upstream/scripts/diff_model_infer.py\", line 73, in %1\n"
                          "    raise MemoryError(\"No space left on device\")\n%2\n")
               .arg(QString::fromUtf8(function), QString::fromUtf8(end));
}

} // namespace

class tst_FailureCause : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void realLogs_data();
    void realLogs();
    void excerpts_data();
    void excerpts();
    void everyRuleHasAnExcerpt();
    void exitCodesWithoutAWord_data();
    void exitCodesWithoutAWord();
    void succeededOrCancelledIsNoFailure_data();
    void succeededOrCancelledIsNoFailure();
    void anotherProgramsMemoryIsNamed();
    void unknownShowsTheLastExceptionAndItsPlace();
    void lastExceptionWins();
    void torchrunsSummaryIsNotTheReason();
    void hugeLogsAreCut();
    void textsKeepNoPlaceholder();
    void levels_data();
    void levels();
};

void tst_FailureCause::realLogs_data()
{
    QTest::addColumn<QString>("code");
    const QList<QPair<const char *, const char *>> rows = {
        {"bad_dim", "size_not_supported"},
        {"checkpoint_without_scale_factor", "weights_lack_an_entry"},
        {"disk_full", "disk_full"},
        {"guidance_zero", ""},
        {"html_instead_of_weights", "weights_are_html"},
        {"missing_weights", "weights_missing"},
        {"no_cuda", "no_gpu"},
        {"no_monai", "module_missing"},
        {"out_of_memory", "gpu_out_of_memory"},
        {"seed_negative", ""},
        {"steps_2000", "too_many_steps"},
        {"truncated_checkpoint", "weights_truncated"},
        {"two_gpus_without_torchrun", "rank_not_set"},
        {"unwritable", "output_not_writable"},
        {"wrong_autoencoder", "weights_of_another_model"}};
    for (const auto &[name, code] : rows)
        QTest::newRow(name) << QString::fromUtf8(code);
}

void tst_FailureCause::realLogs()
{
    QFETCH(QString, code);
    const QDir folder(QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/logs/failures"));
    if (!folder.exists())
        QSKIP("upstream's logs do not lie beside this checkout");
    QFile file(
        folder.filePath(QString::fromUtf8(QTest::currentDataTag()) + QStringLiteral(".log")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(file.readAll()).trimmed();
    const qsizetype last = text.lastIndexOf(u'\n');
    const int exitCode = text.mid(last + 1).remove(QStringLiteral("exit ")).toInt();
    text.truncate(last);
    // A result keeps only the last 4,000 characters.
    for (const QString &shown : {text, text.right(4000)}) {
        const auto cause = recogniseFailure(shown, exitCode);
        QCOMPARE(cause ? cause->code : QString(), code);
        if (cause) {
            QVERIFY(!cause->advice.isEmpty());
            QVERIFY(text.contains(cause->evidence.left(100)));
        }
    }
}

void tst_FailureCause::excerpts_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("inWhat");
    const auto row = [](const char *name, const QString &log, const char *code,
                        const char *inWhat = "") {
        QTest::newRow(name) << log << QString::fromUtf8(code) << QString::fromUtf8(inWhat);
    };
    row("memory of the GPU",
        traceback("torch.OutOfMemoryError: CUDA out of memory. Tried to "
                  "allocate 2.00 GiB."),
        "gpu_out_of_memory");
    row("memory of cuBLAS", traceback("RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED"),
        "gpu_out_of_memory");
    row("memory of the machine", traceback("MemoryError"), "host_out_of_memory");
    row("driver library",
        traceback("RuntimeError: Failed to initialize NVML: Driver/library "
                  "version mismatch"),
        "gpu_driver_mismatch");
    row("old driver",
        traceback("RuntimeError: The NVIDIA driver on your system is too old (found "
                  "version 11040). Please update your GPU driver"),
        "gpu_driver_too_old");
    row("torch for the CPU", traceback("AssertionError: Torch not compiled with CUDA enabled"),
        "torch_without_cuda");
    row("GPU number",
        traceback("RuntimeError: CUDA error: invalid device ordinal\nCUDA kernel "
                  "errors might be asynchronously reported"),
        "gpu_number_invalid");
    row("no GPU", traceback("RuntimeError: No CUDA GPUs are available"), "no_gpu");
    row("new GPU",
        traceback("RuntimeError: CUDA error: no kernel image is available for execution "
                  "on the device"),
        "gpu_not_supported_by_torch");
    row("cuDNN", traceback("RuntimeError: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"),
        "gpu_library_failed");
    row("GPU broke",
        traceback("RuntimeError: CUDA error: an illegal memory access was "
                  "encountered"),
        "gpu_failed");
    row("rank",
        traceback("ValueError: Error initializing torch.distributed using env:// "
                  "rendezvous: environment variable RANK expected, but not set"),
        "rank_not_set");
    row("port", traceback("RuntimeError: The server socket has failed to listen: EADDRINUSE"),
        "port_in_use");
    row("NCCL", traceback("torch.distributed.DistBackendError: NCCL error in: x.cpp:1"),
        "gpus_cannot_talk");
    row("web page", traceback("_pickle.UnpicklingError: invalid load key, '<'."),
        "weights_are_html");
    row("LFS pointer", traceback("_pickle.UnpicklingError: invalid load key, 'v'."),
        "weights_are_a_pointer");
    row("weights only",
        traceback("_pickle.UnpicklingError: Weights only load failed. This file "
                  "can still be loaded\n\tWeightsUnpickler error: Unsupported "
                  "global: GLOBAL os.system"),
        "weights_only_refused");
    row("short checkpoint",
        traceback("RuntimeError: PytorchStreamReader failed reading zip "
                  "archive: failed finding central directory."),
        "weights_truncated");
    row("empty checkpoint", traceback("EOFError: Ran out of input"), "weights_truncated");
    row("other bytes", traceback("_pickle.UnpicklingError: invalid load key, '\\x00'."),
        "weights_damaged");
    row("other network",
        traceback("RuntimeError: Error(s) in loading state_dict for "
                  "AutoencoderKlMaisi:\n\tMissing key(s) in state_dict: \"a\". "),
        "weights_of_another_model", "AutoencoderKlMaisi");
    row("no entry", traceback("KeyError: 'unet_state_dict'"), "weights_lack_an_entry",
        "unet_state_dict");
    row("no checkpoint",
        traceback("FileNotFoundError: [Errno 2] No such file or directory: "
                  "'./models/nope.pt'"),
        "weights_missing", "./models/nope.pt");
    row("disk", traceback("OSError: [Errno 28] No space left on device", "save_image"),
        "disk_full");
    row("quota", traceback("OSError: [Errno 122] Disk quota exceeded", "save_image"),
        "quota_exceeded");
    row("no folder",
        traceback("FileNotFoundError: [Errno 2] No such file or directory: '/gone'", "save_image"),
        "output_not_writable", "/gone");
    row("forbidden folder",
        traceback("PermissionError: [Errno 13] Permission denied: '/root/x'", "save_image"),
        "output_not_writable", "/root/x");
    row("read-only disk", traceback("OSError: [Errno 30] Read-only file system: '/cdrom/x'"),
        "disk_read_only");
    row("forbidden file", traceback("PermissionError: [Errno 13] Permission denied: '/etc/x'"),
        "permission_denied", "/etc/x");
    row("no scripts",
        QStringLiteral("/usr/bin/python3: Error while finding module specification "
                       "for 'scripts.diff_model_infer' (ModuleNotFoundError: No "
                       "module named 'scripts')\n"),
        "checkout_module_missing");
    row("no package", traceback("ModuleNotFoundError: No module named 'nibabel'"), "module_missing",
        "nibabel");
    row("mixed packages",
        traceback("ImportError: libcudart.so.12: cannot open shared object file: "
                  "No such file or directory"),
        "packages_do_not_fit");
    row("old Python", traceback("SyntaxError: invalid syntax"), "python_too_old");
    row("size",
        traceback("RuntimeError: Sizes of tensors must match except in dimension 1. "
                  "Expected size 24 but got size 25"),
        "size_not_supported");
    row("steps",
        traceback("ValueError: `num_inference_steps`: 2000 should be at least 1, and "
                  "cannot be larger than `self.num_train_timesteps`: 1000"),
        "too_many_steps", "2000");
    row("broken config", traceback("json.decoder.JSONDecodeError: Expecting value: line 1"),
        "config_damaged");
    row("short config",
        traceback("AttributeError: 'Namespace' object has no attribute "
                  "'cfg_guidance_scale'"),
        "config_lacks_a_key", "cfg_guidance_scale");
    row("no file",
        traceback("FileNotFoundError: [Errno 2] No such file or directory: "
                  "'./configs/x.json'"),
        "file_missing", "./configs/x.json");
    row("killed rank",
        QStringLiteral("torch.distributed.elastic.multiprocessing.errors."
                       "ChildFailedError: \n  exitcode  : -9 (pid: 12)\n"
                       "  traceback : Signal 9 (SIGKILL) received by PID 12\n"),
        "killed");
    row("with the rank in front",
        QStringLiteral("[rank1]: Traceback (most recent call last):\n"
                       "[rank1]: MemoryError\n"),
        "host_out_of_memory");
    row("carriage returns", QStringLiteral(" 3%|# | 1/30 [00:01<00:09]\rMemoryError\r\n"),
        "host_out_of_memory");
}

void tst_FailureCause::excerpts()
{
    QFETCH(QString, log);
    QFETCH(QString, code);
    QFETCH(QString, inWhat);
    const auto cause = recogniseFailure(log, 1);
    QVERIFY(cause);
    QCOMPARE(cause->code, code);
    QVERIFY2(cause->what.contains(inWhat), qPrintable(cause->what));
    QVERIFY(!cause->advice.isEmpty());
    QVERIFY(!cause->evidence.isEmpty());
}

void tst_FailureCause::everyRuleHasAnExcerpt()
{
    QFile self(QStringLiteral(MRB_SOURCE_DIR "/tests/report/tst_FailureCause.cpp"));
    QVERIFY(self.open(QIODevice::ReadOnly));
    const QString source =
        QString::fromUtf8(self.readAll()).section(QStringLiteral("::excerpts_data()"), 1);
    for (const FailureRule &rule : failureRules()) {
        const QString code = QString::fromUtf8(rule.code);
        QVERIFY2(source.contains(u'"' + code + u'"'), rule.code);
    }
}

void tst_FailureCause::exitCodesWithoutAWord_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("code");
    QTest::newRow("killed") << -9 << "killed";
    QTest::newRow("killed behind a shell") << 137 << "killed";
    QTest::newRow("terminated") << -15 << "terminated";
    QTest::newRow("crashed") << -11 << "crashed";
    QTest::newRow("bus error") << -7 << "bus_error";
    QTest::newRow("some signal") << -31 << "crashed";
    QTest::newRow("time limit") << 124 << "time_limit";
    QTest::newRow("not found") << 127 << "not_started";
    QTest::newRow("not startable") << 126 << "not_started";
    QTest::newRow("silent") << 3 << "unknown";
}

void tst_FailureCause::exitCodesWithoutAWord()
{
    QFETCH(int, exitCode);
    QFETCH(QString, code);
    for (const QString &log :
         {QString(), exitCode > 124 && exitCode < 128 ? QString() : kQuietBegin}) {
        const auto cause = recogniseFailure(log, exitCode);
        QVERIFY(cause);
        QCOMPARE(cause->code, code);
        QVERIFY(!cause->what.isEmpty() && !cause->advice.isEmpty());
    }
}

void tst_FailureCause::succeededOrCancelledIsNoFailure_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::newRow("succeeded") << 0;
    QTest::newRow("cancelled") << 130;
}

void tst_FailureCause::succeededOrCancelledIsNoFailure()
{
    QFETCH(int, exitCode);
    QVERIFY(!recogniseFailure(traceback("MemoryError"), exitCode));
}

void tst_FailureCause::anotherProgramsMemoryIsNamed()
{
    const auto cause = recogniseFailure(
        traceback("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.62 GiB. GPU 0 "
                  "has a total capacity of 79.18 GiB of which 126.56 MiB is free. Process 1484 has "
                  "62.51 GiB memory in use. Including non-PyTorch memory, this process has 16.54 "
                  "GiB memory in use."),
        1);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("gpu_out_of_memory"));
    QVERIFY2(cause->why.contains(u"62.51 GiB"), qPrintable(cause->why));
}

void tst_FailureCause::unknownShowsTheLastExceptionAndItsPlace()
{
    const auto cause = recogniseFailure(traceback("mylib.OddError: something new"), 1);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("unknown"));
    QCOMPARE(cause->evidence, QStringLiteral("mylib.OddError: something new"));
    QVERIFY(cause->why.contains(u"/opt/upstream/scripts/diff_model_infer.py"));
    QVERIFY(cause->why.contains(u"73"));
}

void tst_FailureCause::lastExceptionWins()
{
    const QString log = traceback("OSError: [Errno 28] No space left on device") +
                        QStringLiteral("\nDuring handling of the above exception, another "
                                       "exception occurred:\n\n") +
                        traceback("mylib.OddError: something new");
    QCOMPARE(recogniseFailure(log, 1)->code, QStringLiteral("unknown"));
    QCOMPARE(recogniseFailure(log + traceback("MemoryError"), 1)->code,
             QStringLiteral("host_out_of_memory"));
}

void tst_FailureCause::torchrunsSummaryIsNotTheReason()
{
    const QString log =
        traceback("RuntimeError: No CUDA GPUs are available") +
        QStringLiteral("Traceback (most recent call last):\n"
                       "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
                       "============\nscripts.diff_model_infer FAILED\n  exitcode  : 1\n");
    QCOMPARE(recogniseFailure(log, 1)->code, QStringLiteral("no_gpu"));
}

void tst_FailureCause::hugeLogsAreCut()
{
    const QString line(5'000, u'x');
    const auto cause =
        recogniseFailure(QStringLiteral("MemoryError\n") + (line + u'\n').repeated(500), 1);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("unknown"));
    QVERIFY(cause->evidence.size() < 1000);
}

void tst_FailureCause::textsKeepNoPlaceholder()
{
    QSet<QString> sentences;
    for (const FailureRule &rule : failureRules()) {
        const QRegularExpression line(QString::fromUtf8(rule.line));
        QVERIFY2(line.isValid(), rule.code);
        const bool named = QString::fromUtf8(rule.what).contains(u"%1") ||
                           QString::fromUtf8(rule.why).contains(u"%1");
        QVERIFY2(!named || line.captureCount() >= 1, rule.code);
        sentences << QString::fromUtf8(rule.what) + QString::fromUtf8(rule.why);
    }
    QCOMPARE(sentences.size(), static_cast<qsizetype>(failureRules().size()));
}

void tst_FailureCause::levels_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("level");
    const auto row = [](const char *line, LogLevel level) {
        QTest::newRow(line) << QString::fromUtf8(line) << static_cast<int>(level);
    };
    row("[2026-11-22 11:45:02.738][ INFO](inference) - Using cuda:0", LogLevel::Plain);
    row("", LogLevel::Plain);
    row("  File \"/opt/x.py\", line 3, in error", LogLevel::Plain);
    row("no errors were met", LogLevel::Plain);
    row("Traceback (most recent call last):", LogLevel::Error);
    row("RuntimeError: No CUDA GPUs are available", LogLevel::Error);
    row("torch.OutOfMemoryError: CUDA out of memory.", LogLevel::Error);
    row("[rank1]: ValueError: x", LogLevel::Error);
    row("KeyboardInterrupt", LogLevel::Error);
    row("[2026-11-22 11:45:02.738][ERROR](inference) - broken", LogLevel::Error);
    row("CRITICAL:root:broken", LogLevel::Error);
    row("Fatal Python error: Segmentation fault", LogLevel::Error);
    row("[2026-11-22 11:45:02.738][WARNING](inference) - odd", LogLevel::Warning);
    row("/opt/x.py:253: RuntimeWarning: invalid value encountered in cast", LogLevel::Warning);
    row("WARNING:root:odd", LogLevel::Warning);
    row(" 13%|#3        | 4/30 [00:02<00:10,  2.41it/s]", LogLevel::Progress);
    row("  0%|          | 0/30 [00:00<?, ?it/s]  0%|          | 0/30 [00:00<?, ?it/s]",
        LogLevel::Progress);
    row("Sampling: 100%|##########| 2/2 [00:02<00:00]", LogLevel::Progress);
    row("15it [00:03, 4.20it/s]", LogLevel::Progress);
}

void tst_FailureCause::levels()
{
    QFETCH(QString, line);
    QFETCH(int, level);
    QCOMPARE(static_cast<int>(logLevelOf(line)), level);
}

QTEST_GUILESS_MAIN(tst_FailureCause)
#include "tst_FailureCause.moc"
