// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QString>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <string>

namespace mrb::test {

inline std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write(const std::filesystem::path &file, const std::string &content)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << content;
    if (!out.flush())
        qFatal("cannot write a test file");
}

/// Another process that holds the lock of a folder until it is ended.
class LockHolder
{
public:
    explicit LockHolder(const std::filesystem::path &folder)
    {
        m_process.start(QStringLiteral(MRB_TEST_PYTHON),
                        {QStringLiteral("-c"),
                         QStringLiteral("import fcntl, sys\n"
                                        "lock = open(sys.argv[1], 'a')\n"
                                        "fcntl.flock(lock, fcntl.LOCK_EX)\n"
                                        "print('held', flush=True)\n"
                                        "sys.stdin.read()\n"),
                         QString::fromStdString((folder / "run.lock").string())});
        while (!m_process.canReadLine() && m_process.waitForReadyRead()) {
        }
        m_held = m_process.readLine() == "held\n";
        if (!m_held)
            qWarning().noquote() << m_process.errorString() << m_process.readAllStandardError();
    }
    ~LockHolder() { kill(); }

    bool held() const { return m_held; }
    /// SIGKILL, as an out-of-memory killer does it.
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
    bool m_held = false;
};

} // namespace mrb::test
