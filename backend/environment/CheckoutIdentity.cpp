// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/CheckoutIdentity.h"

#include "backend/base/Text.h"

#include <QCryptographicHash>
#include <QFile>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

struct TreeEntry
{
    std::string mode; // 100644, 100755, 120000 (symbolic link), 160000 (submodule)
    std::string object;
};

using Tree = std::map<std::string, TreeEntry>; // path relative to the root -> what HEAD has there

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

/// Runs git with everything switched off by which a repository could run programs.
class Git
{
public:
    Git(fs::path root, const EnvironmentPairs &parent, std::stop_token stop)
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

    /// Filters named by the configuration are programs that `status` would run on the files.
    std::optional<Error> disableFilters()
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

    Result<std::string> run(std::vector<std::string> arguments, int alsoFine = 0) const
    {
        std::vector<std::string> all = {"-C", m_root.string(),
                                        "-c", "core.fsmonitor=false",
                                        "-c", "core.hooksPath=/dev/null",
                                        "-c", "core.attributesFile=/dev/null"};
        const std::string verb = arguments.front();
        all.insert(all.end(), arguments.begin(), arguments.end());
        const auto output = runShortCommand({.program = "git",
                                             .arguments = std::move(all),
                                             .environment = m_environment,
                                             .workingFolder = "/",
                                             .timeLimit = std::chrono::seconds(10),
                                             .maxOutputBytes = std::size_t{64} << 20},
                                            m_stop);
        if (!output)
            return gitFailed(verb, output.error().message);
        if (output->exitCode != 0 && output->exitCode != alsoFine)
            return gitFailed(verb, QString::fromUtf8(output->err.c_str()).trimmed());
        return output->out;
    }

private:
    Error gitFailed(const std::string &verb, const QString &why) const
    {
        return Error{
            error_codes::kGitFailed,
            Text::tr("git %1 failed in %2: %3")
                .arg(QString::fromStdString(verb), toQString(m_root), why),
            Text::tr("Install git, and check that the folder is a git checkout that you own.")};
    }

    fs::path m_root;
    std::stop_token m_stop;
    EnvironmentPairs m_environment;
};

Tree parseTree(const std::string &listing)
{
    Tree tree;
    for (const std::string &line : splitAtNul(listing)) { // "<mode> <type> <object>\t<path>"
        const std::size_t tab = line.find('\t');
        const std::size_t firstSpace = line.find(' ');
        const std::size_t lastSpace = line.rfind(' ', tab);
        if (tab == std::string::npos || lastSpace == std::string::npos)
            continue;
        tree[line.substr(tab + 1)] = {line.substr(0, firstSpace),
                                      line.substr(lastSpace + 1, tab - lastSpace - 1)};
    }
    return tree;
}

std::string blobName(const QByteArray &content)
{
    QCryptographicHash hash(QCryptographicHash::Sha1); // git's object name, not a safety measure
    hash.addData("blob " + QByteArray::number(content.size()) + '\0');
    hash.addData(content);
    return hash.result().toHex().toStdString();
}

/// Empty when the file cannot be read or is no longer of the kind that HEAD has.
std::string blobNameOnDisk(const fs::path &file, const TreeEntry &entry)
{
    std::error_code failed;
    const fs::file_status status = fs::symlink_status(file, failed);
    if (failed)
        return {};
    if (entry.mode == "120000") {
        const fs::path target = fs::read_symlink(file, failed);
        return failed ? std::string{} : blobName(QByteArray::fromStdString(target.string()));
    }
    if (status.type() != fs::file_type::regular)
        return {};
    QFile content(toQString(file));
    return content.open(QIODevice::ReadOnly) ? blobName(content.readAll()) : std::string{};
}

bool startsWithAny(const std::string &path, std::initializer_list<std::string_view> prefixes)
{
    return std::ranges::any_of(
        prefixes, [&path](std::string_view prefix) { return path.starts_with(prefix); });
}

bool alreadyNamed(const CheckoutIdentity &identity, const std::string &path)
{
    return std::ranges::any_of(identity.reasons, [&path](const Error &reason) {
        return reason.field == QString::fromStdString(path);
    });
}

void compareWithHead(const fs::path &root, const Tree &tree,
                     const std::vector<std::string> &neededFiles, CheckoutIdentity &identity)
{
    for (const auto &[path, entry] : tree) {
        if (!startsWithAny(path, {"scripts/", "configs/"}))
            continue;
        std::error_code ignored;
        const bool present =
            fs::symlink_status(root / path, ignored).type() != fs::file_type::not_found;
        const bool needed = (path.starts_with("scripts/") && path.ends_with(".py")) ||
                            std::ranges::find(neededFiles, path) != neededFiles.end();
        if (!present && needed) {
            identity.reasons.push_back(
                {error_codes::kNeededFileMissing,
                 Text::tr("%1 is missing from the checkout.").arg(QString::fromStdString(path)),
                 Text::tr("Restore it with git checkout, or widen the sparse checkout."),
                 QString::fromStdString(path)});
        } else if (present && blobNameOnDisk(root / path, entry) != entry.object &&
                   !alreadyNamed(identity, path)) {
            identity.trackedFilesClean = false;
            identity.reasons.push_back(
                {error_codes::kHiddenEdit,
                 Text::tr("%1 differs from the commit.").arg(QString::fromStdString(path)),
                 Text::tr("Restore it with git checkout; git status may not show it."),
                 QString::fromStdString(path)});
        }
    }
}

bool isImportableFile(const std::string &name)
{
    return name.ends_with(".py") || name.ends_with(".pyc") || name.ends_with(".so");
}

/// The file that makes Python import from a folder before installed packages: only a regular
/// package does that, a folder without __init__ does not.
std::optional<std::string> packageFile(const fs::path &folder)
{
    std::error_code ignored;
    for (fs::directory_iterator it(folder, ignored), end; it != end; it.increment(ignored)) {
        const std::string name = it->path().filename().string();
        const bool extension = name.starts_with("__init__.") && name.ends_with(".so");
        if (extension || name == "__init__.py" || name == "__init__.pyc")
            return name;
    }
    return std::nullopt;
}

Error shadowingModule(const fs::path &module)
{
    return {error_codes::kShadowingModule,
            Text::tr("%1 does not belong to the commit, and Python would import it before an "
                     "installed package or a source.")
                .arg(toQString(module)),
            Text::tr("Move it out of the checkout."), toQString(module)};
}

// A compiled copy whose flags (PEP 552, bytes 4 to 7) are not 0 is not compared with the time and
// size of its source. Python itself writes none; it would run whatever the source says.
void findForeignBytecode(const fs::path &root, CheckoutIdentity &identity)
{
    const fs::path folder = fs::path("scripts") / "__pycache__";
    std::error_code ignored;
    for (fs::directory_iterator it(root / folder, ignored), end; it != end; it.increment(ignored)) {
        if (it->path().extension() != ".pyc" || !it->is_regular_file(ignored))
            continue;
        QFile file(toQString(it->path()));
        const QByteArray header = file.open(QIODevice::ReadOnly) ? file.read(8) : QByteArray();
        if (header.size() < 8 || header.sliced(4) != QByteArray(4, '\0'))
            identity.reasons.push_back(shadowingModule(folder / it->path().filename()));
    }
}

// `python -m` puts the checkout first on sys.path, so whatever can be imported there wins.
void findShadowingModules(const fs::path &root, const Tree &tree, CheckoutIdentity &identity)
{
    for (const char *folder : {".", "scripts"}) {
        std::error_code ignored;
        for (fs::directory_iterator it(root / folder, ignored), end; it != end;
             it.increment(ignored)) {
            fs::path module = (fs::path(folder) / it->path().filename()).lexically_normal();
            if (it->is_directory(ignored)) {
                const auto file = packageFile(it->path());
                if (!file)
                    continue;
                module /= *file;
            } else if (!isImportableFile(module.filename().string())) {
                continue;
            }
            if (tree.contains(module.string()))
                continue;
            identity.reasons.push_back(shadowingModule(module));
        }
    }
}

/// A checkout that is broken as a whole would otherwise be told file by file.
void shorten(Errors &reasons)
{
    constexpr std::size_t kMost = 20;
    if (reasons.size() <= kMost)
        return;
    Error rest = reasons[kMost - 1];
    const qulonglong more = reasons.size() - kMost + 1;
    rest.message = Text::tr("The checkout differs in %1 more places.").arg(more);
    rest.field.clear();
    reasons.resize(kMost - 1, rest);
    reasons.push_back(rest);
}

Error notOwnRepository(const fs::path &root, const std::string &toplevel)
{
    return Error{error_codes::kNotOwnRepository,
                 Text::tr("%1 is not a repository of its own: git answers for %2.")
                     .arg(toQString(root), QString::fromStdString(toplevel)),
                 Text::tr("Clone NVIDIA-Medtech/NV-Generate-CTMR instead of copying its files.")};
}

/// What git itself says; returns what HEAD holds, or the reason why nothing more can be asked.
Result<Tree> askGit(Git &git, const fs::path &root, CheckoutIdentity &identity)
{
    const auto head = git.run({"rev-parse", "--show-toplevel", "--verify", "HEAD^{commit}"});
    if (!head)
        return head.error();
    const std::size_t lineEnd = head->find('\n');
    const std::string toplevel = head->substr(0, lineEnd);
    std::error_code failed;
    if (lineEnd == std::string::npos || !fs::equivalent(toplevel, root, failed) || failed)
        return notOwnRepository(root, toplevel);
    identity.commit = QString::fromStdString(head->substr(lineEnd)).trimmed().toStdString();
    identity.commitMatch = identity.commit == identity.expectedCommit;
    if (!identity.commitMatch) {
        identity.reasons.push_back(
            {error_codes::kCommitDiffers,
             Text::tr("The checkout is at commit %1, not at the pinned %2.")
                 .arg(QString::fromStdString(identity.commit),
                      QString::fromStdString(identity.expectedCommit)),
             Text::tr("Run git checkout --detach %1 in it, or accept it with --allow-checkout.")
                 .arg(QString::fromStdString(identity.expectedCommit))});
    }

    if (const auto error = git.disableFilters())
        return *error;
    const auto status = git.run({"status", "--porcelain=v1", "-z", "--untracked-files=no",
                                 "--no-renames", "--ignore-submodules=all"});
    if (!status)
        return status.error();
    identity.trackedFilesClean = status->empty();
    for (const std::string &line : splitAtNul(*status)) {
        const QString path = QString::fromStdString(line.size() > 3 ? line.substr(3) : line);
        identity.reasons.push_back({error_codes::kTrackedFilesChanged,
                                    Text::tr("%1 was changed in the checkout.").arg(path),
                                    Text::tr("Restore it with git checkout, or commit elsewhere."),
                                    path});
    }
    const auto listing = git.run({"ls-tree", "-r", "-z", "--full-tree", "HEAD"});
    if (!listing)
        return listing.error();
    return parseTree(*listing);
}

} // namespace

CheckoutIdentity identifyCheckout(const fs::path &root, const std::string &expectedCommit,
                                  const std::vector<std::string> &neededFiles,
                                  const EnvironmentPairs &environment, std::stop_token stop)
{
    CheckoutIdentity identity;
    identity.expectedCommit = expectedCommit;
    Git git(root, environment, std::move(stop));
    const Result<Tree> tree = askGit(git, root, identity);
    if (!tree) {
        identity.trackedFilesClean = false;
        identity.reasons.push_back(tree.error());
        return identity;
    }
    compareWithHead(root, *tree, neededFiles, identity);
    findShadowingModules(root, *tree, identity);
    findForeignBytecode(root, identity);
    shorten(identity.reasons);
    identity.trusted =
        identity.commitMatch && identity.trackedFilesClean && identity.reasons.empty();
    return identity;
}

} // namespace mrb::backend
