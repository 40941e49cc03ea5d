// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/GitReader.h"

#include "backend/base/Text.h"
#include "backend/environment/CheckoutIdentity.h"

#include <QCryptographicHash>

#include <algorithm>
#include <charconv>
#include <set>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongNameLength = 64;
// Deeper than any sane repository; stops a tree that was built to never end.
constexpr std::size_t kMostEntries = 200'000;

// Settings of a repository that run programs, or that let another tree pass for the commit's.
constexpr const char *kOverrides[] = {"core.fsmonitor=false", "core.hooksPath=/dev/null",
                                      "core.attributesFile=/dev/null", "core.commitGraph=false"};

QString fatalLine(const std::string &said)
{
    const QStringList lines = QString::fromUtf8(said.c_str()).split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (line.startsWith(u"fatal: "))
            return line.sliced(7).trimmed();
    }
    return lines.isEmpty() ? QString() : lines.last().trimmed();
}

// Names of objects by their content, from the output of `git cat-file --batch`.
std::map<std::string, QByteArray> readBatch(const std::string &output, const std::string &like)
{
    std::map<std::string, QByteArray> objects;
    std::size_t at = 0;
    while (at < output.size()) { // "<name> <type> <size>\n<content>\n" or "<name> missing\n"
        const std::size_t lineEnd = output.find('\n', at);
        if (lineEnd == std::string::npos)
            break;
        const std::string line = output.substr(at, lineEnd - at);
        at = lineEnd + 1;
        const std::size_t typeAt = line.find(' ') + 1;
        const std::size_t sizeAt = line.find(' ', typeAt);
        if (typeAt == 0 || sizeAt == std::string::npos)
            continue;
        std::size_t size = 0;
        const char *end = line.data() + line.size();
        if (std::from_chars(line.data() + sizeAt + 1, end, size).ptr != end ||
            size > output.size() - at)
            break;
        const QByteArray content(output.data() + at, static_cast<qsizetype>(size));
        objects[objectName(line.substr(typeAt, sizeAt - typeAt), content, like)] = content;
        at += size + 1;
    }
    return objects;
}

// Adds what one tree object lists. False when it is cut off.
bool addEntries(const QByteArray &object, const std::string &folder, const std::string &like,
                CommitTree &tree, std::vector<std::string> &folders)
{
    const qsizetype nameLength = static_cast<qsizetype>(like.size()) / 2;
    qsizetype at = 0;
    while (at < object.size()) { // "<mode> <name>\0<object name in bytes>"
        const qsizetype space = object.indexOf(' ', at);
        const qsizetype zero = object.indexOf('\0', at);
        if (space < 0 || zero < space || zero + 1 + nameLength > object.size())
            return false;
        const std::string path = folder + object.sliced(space + 1, zero - space - 1).toStdString();
        TreeEntry entry{.mode = object.sliced(at, space - at).toStdString(),
                        .object = object.sliced(zero + 1, nameLength).toHex().toStdString()};
        if (entry.mode == "40000")
            folders.push_back(path);
        tree[path] = std::move(entry);
        at = zero + 1 + nameLength;
    }
    return true;
}

} // namespace

std::vector<std::string> splitAtNul(const std::string &text)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\0', start), text.size());
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return parts;
}

std::string objectName(std::string_view type, const QByteArray &content, const std::string &like)
{
    QCryptographicHash hash(like.size() == kLongNameLength ? QCryptographicHash::Sha256
                                                           : QCryptographicHash::Sha1);
    hash.addData(QByteArray(type.data(), static_cast<qsizetype>(type.size())) + ' ' +
                 QByteArray::number(content.size()) + '\0');
    hash.addData(content);
    return hash.result().toHex().toStdString();
}

GitReader::GitReader(fs::path root, const EnvironmentPairs &parent, std::stop_token stop)
    : m_root(std::move(root)), m_stop(std::move(stop))
{
    for (const auto &[name, value] : parent) {
        // safe.directory lives in the user's own configuration.
        if (name == "PATH" || name == "HOME" || name == "XDG_CONFIG_HOME")
            m_environment.emplace_back(name, value);
    }
    m_environment.insert(m_environment.end(),
                         {{"LC_ALL", "C"},
                          {"GIT_OPTIONAL_LOCKS", "0"},
                          {"GIT_TERMINAL_PROMPT", "0"},
                          {"GIT_NO_REPLACE_OBJECTS", "1"},
                          // No transport at all: a partial clone must not fetch what it lacks.
                          {"GIT_ALLOW_PROTOCOL", "none"},
                          {"GIT_CEILING_DIRECTORIES", m_root.parent_path().string()}});
}

std::optional<Error> GitReader::disableFilters()
{
    // Exit code 1 means that there is none.
    const auto names = run({"config", "-z", "--name-only", "--get-regexp", "^filter\\."}, 1);
    if (!names)
        return names.error();
    std::set<std::string> keys;
    for (const std::string &name : splitAtNul(*names)) {
        const std::string driver = name.substr(0, name.rfind('.'));
        for (const char *key : {".clean", ".smudge", ".process", ".required"})
            keys.insert(driver + key);
    }
    // Given through the environment, since `-c` cannot carry a name with an equals sign.
    m_environment.emplace_back("GIT_CONFIG_COUNT", std::to_string(keys.size()));
    std::size_t index = 0;
    for (const std::string &key : keys) {
        m_environment.emplace_back("GIT_CONFIG_KEY_" + std::to_string(index), key);
        m_environment.emplace_back("GIT_CONFIG_VALUE_" + std::to_string(index),
                                   key.ends_with(".required") ? "false" : "");
        ++index;
    }
    return std::nullopt;
}

Result<std::string> GitReader::run(std::vector<std::string> arguments, int alsoFine,
                                   std::string input) const
{
    std::vector<std::string> all = {"-C", m_root.string()};
    for (const char *setting : kOverrides)
        all.insert(all.end(), {"-c", setting});
    const std::string verb = arguments.front();
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto output = runShortCommand({.program = "git",
                                         .arguments = std::move(all),
                                         .environment = m_environment,
                                         .workingFolder = "/",
                                         .input = std::move(input),
                                         .timeLimit = std::chrono::seconds(10),
                                         .maxOutputBytes = std::size_t{64} << 20},
                                        m_stop);
    if (!output)
        return notAnswered(verb, output.error());
    if (output->exitCode != 0 && output->exitCode != alsoFine)
        return failed(verb, QString::fromUtf8(output->err.c_str()));
    return output->out;
}

Result<CommitTree> GitReader::readCommit(const std::string &commit) const
{
    // git's word for which folders there are only says what to ask for.
    const auto listing = run({"ls-tree", "-r", "-t", "-d", "-z", "--full-tree", commit});
    if (!listing)
        return listing.error();
    std::string wanted = commit + "\n" + commit + "^{tree}\n";
    for (const std::string &line : splitAtNul(*listing)) { // "<mode> <type> <object>\t<path>"
        const std::size_t tab = std::min(line.find('\t'), line.size());
        wanted += line.substr(line.rfind(' ', tab) + 1, tab - line.rfind(' ', tab) - 1) + "\n";
    }
    const auto batch = run({"cat-file", "--batch"}, 0, wanted);
    if (!batch)
        return batch.error();
    const auto objects = readBatch(*batch, commit);

    const auto head = objects.find(commit);
    if (head == objects.end() || !head->second.startsWith("tree "))
        return damaged(commit);
    CommitTree tree;
    const auto nameLength = static_cast<qsizetype>(commit.size());
    tree[""] = {.mode = "40000", .object = head->second.mid(5, nameLength).toStdString()};
    std::vector<std::string> folders = {""};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        const std::string object = tree[folder].object;
        const auto found = objects.find(object);
        if (found == objects.end() || tree.size() > kMostEntries ||
            !addEntries(found->second, folder.empty() ? folder : folder + "/", commit, tree,
                        folders))
            return damaged(object);
    }
    tree.erase("");
    return tree;
}

Error GitReader::damaged(const std::string &object) const
{
    return Error{error_codes::kObjectsDamaged,
                 Text::tr("The repository %1 is damaged or forged: the object %2 is missing or "
                          "holds something else.")
                     .arg(toQString(m_root), QString::fromStdString(object)),
                 Text::tr("Clone the repository again.")};
}

Error GitReader::failed(const std::string &verb, const QString &why) const
{
    if (why.contains(u"dubious ownership"))
        return Error{error_codes::kCheckoutOfAnotherUser,
                     Text::tr("%1 belongs to another user, so git does not answer for it.")
                         .arg(toQString(m_root)),
                     Text::tr("Clone it as your own user. If you trust the owner: git config "
                              "--global --add safe.directory '%1'")
                         .arg(toQString(m_root))};
    constexpr QLatin1StringView kMismatch("hash mismatch ");
    if (const qsizetype at = why.indexOf(kMismatch); at >= 0)
        return damaged(why.sliced(at + kMismatch.size()).section(u'\n', 0, 0).toStdString());
    return Error{
        error_codes::kGitFailed,
        Text::tr("git %1 failed in %2: %3")
            .arg(QString::fromStdString(verb), toQString(m_root), fatalLine(why.toStdString())),
        Text::tr("Run git status there to see what is wrong. When the repository is "
                 "damaged, clone it again.")};
}

Error GitReader::notAnswered(const std::string &verb, const Error &cause) const
{
    return Error{error_codes::kGitFailed,
                 Text::tr("git %1 failed in %2: %3")
                     .arg(QString::fromStdString(verb), toQString(m_root), cause.message),
                 cause.code == error_codes::kCommandNotFound
                     ? Text::tr("Install git; it tells whether the checkout is the pinned one.")
                     : Text::tr("Run git status there to see what it waits for.")};
}

} // namespace mrb::backend
