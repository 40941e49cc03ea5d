// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/diagnostics/Redaction.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::backend;

namespace {

PrivateNames zebra()
{
    return {.homes = {QStringLiteral("/home/zebra")},
            .people = {QStringLiteral("Zebra O'Grady"), QStringLiteral("zebra")},
            .machines = {QStringLiteral("stripes.zoo.example.org"), QStringLiteral("stripes")},
            .domains = {QStringLiteral("zoo.example.org")},
            .secrets = {QStringLiteral("correct horse battery")}};
}

} // namespace

class tst_Redaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void secretsGo_data();
    void secretsGo();
    void whatAReportIsAboutStays_data();
    void whatAReportIsAboutStays();
    void namesGo_data();
    void namesGo();
    void namesThatAreWordsSpoilNothing_data();
    void namesThatAreWordsSpoilNothing();
    void namesComeFromTheEnvironment();
    void secretsComeFromTheEnvironment();
    void longTextsWithoutEndAreNoTrap();
};

/// `secret` must be gone and `kept` must still be there.
void tst_Redaction::secretsGo_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("secret");
    QTest::addColumn<QString>("kept");
    const auto row = [](const char *name, const char *text, const char *secret, const char *kept) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(secret)
                            << QString::fromUtf8(kept);
    };
    row("value of a variable", "tried 'correct horse battery' twice", "horse", "twice");
    row("user and password", "origin https://anne:pa55@git.example.com/x.git", "pa55", "/x.git");
    row("password with a slash", "http://anne:p/a55@proxy:3128 refused", "a55", "proxy:3128");
    row("token as user", "https://hunter2@git.example.com/x", "hunter2", "git.example.com/x");
    row("token in a query", "GET https://h/y?token=hunter2&page=2", "hunter2", "page=2");
    row("signed address", "https://s3/o?X-Amz-Signature=0a1b2c3d&n=1", "0a1b2c3d", "n=1");
    row("bearer", "-H 'Authorization: Bearer abcdef.123456' -v", "abcdef", "-v");
    row("basic", "Authorization: Basic aHVudGVyOjI=", "aHVudGVy", "Authorization");
    row("bearer alone", "sent bearer 0123456789abcdef to it", "0123456789", "to it");
    row("cookie", "Set-Cookie: id=hunter2; path=/\nnext", "hunter2", "next");
    row("Hugging Face", "got hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh here", "AbCdEf", "here");
    row("short Hugging Face", "hf_abc123def456 here", "abc123", "here");
    row("GitHub", "push with ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e4", "push");
    row("GitHub, fine", "github_pat_11ABCDEFG0aBcDeFgHiJkL_xyz is old", "11ABC", "is old");
    row("GitLab", "glpat-ABCDEF123456_xy-z is old", "ABCDEF", "is old");
    row("AWS identifier", "for AKIAIOSFODNN7EXAMPLE today", "IOSFOD", "today");
    row("AWS key", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx ok", "wJalr", "ok");
    row("NVIDIA", "nvapi-0123456789_abc-def works", "0123456789", "works");
    row("web token", "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ is signed", "eyJzdWI", "is signed");
    row("assignment", "export HF_TOKEN=hunter2 && run", "hunter2", "&& run");
    row("assignment in quotes", "password='two words' --yes", "two words", "--yes");
    row("JSON", R"({"api_key": "hunter2", "dim": [64]})", "hunter2", R"("dim": [64])");
    row("JSON with quotes", R"({"password":"hun\"ter2","x":1})", "ter2", R"("x":1)");
    row("YAML", "client_secret: hunter2\nname: x", "hunter2", "name: x");
    row("option", "curl --proxy-password hunter2 https://h/", "hunter2", "https://h/");
    row("private key",
        "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAbC\n-----END RSA PRIVATE "
        "KEY-----\nb",
        "MIIEow", "\nb");
    row("cut private key", "a\n-----BEGIN PRIVATE KEY-----\nMIIEow\nAbC", "MIIEow", "a\n");
    row("end of a private key", "first\nMIIEow+/\nAbC=\n-----END PRIVATE KEY-----\nb", "MIIEow",
        "first\n");
    row("e-mail", "Author: A <anne.b+c@mail.example.com> wrote", "anne", "wrote");
    row("IPv4", "no route to 192.168.17.4:29500, retry", "192.168", ":29500, retry");
    row("IPv4 after an equals sign", "MASTER_ADDR=10.1.2.3 set", "10.1.2.3", "set");
    row("IPv6", "listening on [2001:db8:0:1:1:1:1:1]:80", "2001", ":80");
    row("short IPv6", "peer fe80::1c2d:3e4f is gone", "1c2d", "is gone");
    row("MAC", "eth0 52:54:00:ab:cd:ef up", "52:54", "up");
    row("GPU", "GPU-11112222-3333-4444-5555-666677778888 lost", "3333-4444", "GPU-11112222…");
}

void tst_Redaction::secretsGo()
{
    QFETCH(QString, text);
    QFETCH(QString, secret);
    QFETCH(QString, kept);
    const QString clean = withoutSecrets(text, zebra());
    QVERIFY2(!clean.contains(secret), qPrintable(clean));
    QVERIFY2(clean.contains(kept), qPrintable(clean));
    QCOMPARE(withoutSecrets(clean, zebra()), clean);
}

void tst_Redaction::whatAReportIsAboutStays_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"KeyError: 'num_inference_steps'",
          "Missing key(s) in state_dict: \"conv.weight\", \"conv.bias\".",
          "RuntimeError: CUDA error: out of memory at c10::cuda::CUDACachingAllocator",
          "at::native::add (c10::Error)", "commit da438fec6484cdb6f421f8c7051d954ebefff730",
          "sha256 1f8a7a056d0ebc00486edc43c26768bf1c12eaa6df9dd172e34598003be95eb3",
          "driver 550.54.15, Linux 6.1.0-28-amd64, Mesa 22.3.6",
          "nvidia-cublas-cu12==12.4.5.8 from /usr/lib/python3/dist-packages",
          "from huggingface_hub import hf_hub_download, hf_transfer", "12:34:56 100%|##| 30/30",
          "torchrun listens on 127.0.0.1:29500 and 0.0.0.0", "@torch.no_grad()",
          "git@: https://github.com/NVIDIA-Medtech/NV-Generate-CTMR.git",
          "if key == \"dim\":", "PCI 00000000:3B:00.0, bus 0000:3b:00.0",
          "/data/NV-Generate-CTMR/configs/config_network_rflow.json", "tokenizer: bert",
          "Python 3.11.2 (main, Nov 30 2024) [GCC 12.2.0]", "spacing [0.94, 0.94, 1.36]"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void tst_Redaction::whatAReportIsAboutStays()
{
    QFETCH(QString, text);
    QCOMPARE(withoutSecrets(text, zebra()), text);
}

void tst_Redaction::namesGo_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("/home/zebra/runs/a", "~/runs/a");
    row("PATH=/usr/bin:/home/zebra/bin", "PATH=/usr/bin:~/bin");
    row("file:///home/zebra/a b", "file://~/a b");
    row("/home/zebra", "~");
    row("/home/zebras/x", "/home/<user>/x");
    row("/home/okapi/NV-Generate-CTMR", "/home/<user>/NV-Generate-CTMR");
    row("/mnt/disk/home/zebra/x", "/mnt/disk/home/<user>/x");
    row("/data/zebra/x and /data/Zebra_2/x", "/data/<user>/x and /data/<user>_2/x");
    row("/data/zebras/x", "/data/zebras/x");
    row("zebra@stripes:~$", "<user>@<machine>:~$");
    row("started by Zebra O'Grady.", "started by <user>.");
    row("at stripes.zoo.example.org and okapi.zoo.example.org:22", "at <machine> and <machine>:22");
    row("stripes-gpu is not STRIPES", "<machine>-gpu is not <machine>");
    row("pinstripes", "pinstripes");
}

void tst_Redaction::namesGo()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(withoutSecrets(text, zebra()), expected);
    QCOMPARE(withoutSecrets(expected, zebra()), expected);
}

void tst_Redaction::namesThatAreWordsSpoilNothing_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("home");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *home, const char *text,
                        const char *expected) {
        QTest::addRow("%s: %s", name, text)
            << QString::fromUtf8(name) << QString::fromUtf8(home) << QString::fromUtf8(text)
            << QString::fromUtf8(expected);
    };
    row("root", "/root", "root: /root/NV, /mnt/root/x, invocation.upstream_root",
        "root: ~/NV, /mnt/root/x, invocation.upstream_root");
    row("data", "/data", "data: /data/scans and ./data and /srv/data/x",
        "data: ~/scans and ./data and /srv/data/x");
    row("user", "/home/user", "user mode, /home/user/x, /data/user/x",
        "user mode, ~/x, /data/user/x");
    row("gpu", "/home/gpu", "GPU 0 of /home/gpu/x", "GPU 0 of ~/x");
    row("al", "/home/al", "total al: /home/al/x /data/al/x /data/al",
        "total al: ~/x "
        "/data/<user>/x "
        "/data/<user>");
    row("1000", "/home/1000", "1000 MiB in /home/1000/x", "1000 MiB in ~/x");
    row("debian", "/home/debian", "Debian GNU/Linux 12", "Debian GNU/Linux 12");
}

/// Given to the person and to the machine, as on many installations.
void tst_Redaction::namesThatAreWordsSpoilNothing()
{
    QFETCH(QString, name);
    QFETCH(QString, home);
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const PrivateNames names{.homes = {home}, .people = {name}, .machines = {name}};
    QCOMPARE(withoutSecrets(text, names), expected);
}

void tst_Redaction::namesComeFromTheEnvironment()
{
    const PrivateNames names = privateNames(
        {{"HOME", "/home/zebra/"}, {"USER", "z.grady"}, {"HOSTNAME", "stripes.zoo.example.org"}});
    QVERIFY(names.homes.contains(QStringLiteral("/home/zebra")));
    QVERIFY(names.people.contains(QStringLiteral("zebra")));
    QVERIFY(names.people.contains(QStringLiteral("z.grady")));
    QVERIFY(names.machines.contains(QStringLiteral("stripes")));
    QVERIFY(names.domains.contains(QStringLiteral("zoo.example.org")));
    QVERIFY(names.machines.contains(QSysInfo::machineHostName()));
}

void tst_Redaction::secretsComeFromTheEnvironment()
{
    const PrivateNames names = privateNames({{"WANDB_API_KEY", "0123456789abcdef"},
                                             {"MY_Secret", "a sentence that is one"},
                                             {"TOKENIZERS_PARALLELISM", "false-or-true"},
                                             {"KEYMAP", "us"},
                                             {"LANG", "en_GB.UTF-8"}});
    QCOMPARE(names.secrets, QStringList({QStringLiteral("a sentence that is one"),
                                         QStringLiteral("0123456789abcdef")}));
}

void tst_Redaction::longTextsWithoutEndAreNoTrap()
{
    // Patterns that try again at every letter would need hours for these.
    constexpr qsizetype kLetters = 100'000;
    for (const char *unit : {"a", "a.", "a-", "A1/", "key", "ab:", "://a:", "12.", "a\n", "\""}) {
        const QString text = QString::fromLatin1(unit).repeated(kLetters);
        QVERIFY(!withoutSecrets(text, zebra()).isEmpty());
    }
}

QTEST_GUILESS_MAIN(tst_Redaction)
#include "tst_Redaction.moc"
