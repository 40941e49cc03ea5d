// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/CheckoutIdentity.h"
#include "tests/environment/TestFiles.h"

#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mrb::test {

namespace fs = std::filesystem;

/// A real repository of the shape that matters, and the means to spoil it.
class GitCheckout
{
public:
    GitCheckout() : root(outside() / "checkout")
    {
        writeFile(root / "configs/config_network_rflow.json", "{}\n");
        writeFile(root / "configs/unused.json", "{}\n");
        writeFile(root / "scripts/__init__.py", "");
        writeFile(root / "scripts/diff_model_infer.py", "print('run')\n");
        writeFile(root / "assets/picture.txt", "large\n");
        writeFile(root / "requirements.txt", "torch>=2.1\n");
        git({"init", "-q", "-b", "main"});
        commitAll();
    }

    /// Runs git in the root (or in another folder of the test) and returns what it prints.
    std::string git(const std::vector<std::string> &arguments, const fs::path &where = {}) const
    {
        QProcess process;
        process.setWorkingDirectory(
            QString::fromStdString((where.empty() ? root : where).string()));
        QStringList all;
        for (const char *setting : {"user.name=t", "user.email=t@example.org",
                                    "commit.gpgsign=false", "protocol.file.allow=always"})
            all << QStringLiteral("-c") << QString::fromUtf8(setting);
        for (const std::string &argument : arguments)
            all << QString::fromStdString(argument);
        process.start(QStringLiteral("git"), all);
        if (!process.waitForFinished() || process.exitCode() != 0)
            qFatal("git %s: %s", qPrintable(all.join(u' ')),
                   process.readAllStandardError().constData());
        return QString::fromUtf8(process.readAllStandardOutput()).trimmed().toStdString();
    }

    void config(const std::string &key, const std::string &value) const
    {
        git({"config", key, value});
    }

    void commitAll()
    {
        git({"add", "-A"});
        git({"commit", "-qm", "state"});
        commit = git({"rev-parse", "HEAD"});
    }

    /// An edit of a tracked file that keeps its size.
    void edit(const fs::path &file) const
    {
        std::string content = readFile(root / file);
        content.front() = content.front() == '#' ? ' ' : '#';
        writeFile(root / file, content);
    }

    /// Where git keeps a loose object.
    fs::path objectFile(const std::string &name) const
    {
        return root / ".git/objects" / name.substr(0, 2) / name.substr(2);
    }

    /// Puts the content of one object under the name of another.
    void forge(const std::string &name, const std::string &content) const
    {
        const std::string bytes = readFile(objectFile(content));
        fs::remove(objectFile(name));
        writeFile(objectFile(name), bytes);
    }

    /// A program that tells when somebody runs it, then behaves as a filter or just fails.
    std::string program(const std::string &then = "exec cat") const
    {
        const std::string sign = (outside() / "ran").string();
        return writeScript(outside() / "evil.sh", "touch '" + sign + "'\n" + then).string();
    }
    bool programRan() const { return fs::exists(outside() / "ran"); }

    backend::CheckoutIdentity
    identify(const std::string &path = qgetenv("PATH").toStdString()) const
    {
        return backend::identifyCheckout(root, commit, {"configs/config_network_rflow.json"},
                                         {{"PATH", path}, {"HOME", outside().string()}});
    }

    fs::path outside() const { return fs::canonical(m_folder.path().toStdString()); }

private:
    QTemporaryDir m_folder;

public:
    fs::path root;
    std::string commit;
};

using Spoil = std::function<void(GitCheckout &)>;

inline bool names(const backend::CheckoutIdentity &identity, ErrorCode code)
{
    return std::ranges::any_of(identity.reasons,
                               [code](const Error &error) { return error.code == code; });
}

/// For the message of a failed comparison.
inline QByteArray reasonsOf(const Errors &reasons)
{
    QStringList texts;
    for (const Error &reason : reasons)
        texts << QString::fromUtf8(reason.code.id().data()) + QStringLiteral(": ") + reason.message;
    return texts.join(u'\n').toUtf8();
}

} // namespace mrb::test
