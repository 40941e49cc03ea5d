// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/CheckoutIdentity.h"

#include "backend/base/Text.h"
#include "backend/environment/GitReader.h"
#include "backend/environment/ShadowingModules.h"

#include <QFile>

#include <algorithm>
#include <cstdint>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

// No source or configuration is larger; a sparse file in the place of one must not be read for
// minutes.
constexpr std::uintmax_t kLargest = std::uintmax_t{256} << 20;

enum class Comparison { Same, LineEndsDiffer, Differs };

/// A file that cannot be read, or is no longer of the kind that the commit has, differs.
Comparison compareFile(const fs::path &file, const TreeEntry &entry)
{
    const auto isThe = [&entry](const QByteArray &content) {
        return objectName("blob", content, entry.object) == entry.object;
    };
    std::error_code failed;
    const fs::file_status status = fs::symlink_status(file, failed);
    if (failed)
        return Comparison::Differs;
    if (entry.mode == "120000") {
        const fs::path target = fs::read_symlink(file, failed);
        return !failed && isThe(QByteArray::fromStdString(target.string())) ? Comparison::Same
                                                                            : Comparison::Differs;
    }
    if (status.type() != fs::file_type::regular || fs::file_size(file, failed) > kLargest || failed)
        return Comparison::Differs;
    QFile source(toQString(file));
    if (!source.open(QIODevice::ReadOnly))
        return Comparison::Differs;
    QByteArray content = source.readAll();
    if (isThe(content))
        return Comparison::Same;
    const bool lineEnds = content.contains("\r\n") && isThe(content.replace("\r\n", "\n"));
    return lineEnds ? Comparison::LineEndsDiffer : Comparison::Differs;
}

bool alreadyNamed(const CheckoutIdentity &identity, const std::string &path)
{
    return std::ranges::any_of(identity.reasons, [&path](const Error &reason) {
        return reason.field == QString::fromStdString(path);
    });
}

Error missing(const QString &path)
{
    return {error_codes::kNeededFileMissing, Text::tr("%1 is missing from the checkout.").arg(path),
            Text::tr("Restore it with git checkout, or widen the sparse checkout."), path};
}

Error differing(const QString &path, Comparison how)
{
    if (how == Comparison::LineEndsDiffer)
        return {error_codes::kLineEndsDiffer,
                Text::tr("%1 has other line ends than the commit (CRLF).").arg(path),
                Text::tr("Clone again with git clone -c core.autocrlf=false."), path};
    return {error_codes::kHiddenEdit, Text::tr("%1 differs from the commit.").arg(path),
            Text::tr("Restore it with git checkout; git status may not show it."), path};
}

// False for a folder that is a link: what Python imports would lie elsewhere.
bool hasRealFolders(const fs::path &root, const CommitTree &tree, CheckoutIdentity &identity)
{
    bool real = true;
    for (const auto &[path, entry] : tree) {
        std::error_code ignored;
        if (entry.mode != "40000" || !fs::is_symlink(fs::symlink_status(root / path, ignored)))
            continue;
        identity.reasons.push_back(differing(QString::fromStdString(path), Comparison::Differs));
        real = false;
    }
    return real;
}

void compareWithCommit(const fs::path &root, const CommitTree &tree,
                       const std::vector<std::string> &neededFiles, CheckoutIdentity &identity)
{
    identity.trackedFilesClean &= hasRealFolders(root, tree, identity);
    for (const auto &[path, entry] : tree) {
        if (entry.mode == "40000" || entry.mode == "160000")
            continue;
        const QString name = QString::fromStdString(path);
        std::error_code ignored;
        if (fs::symlink_status(root / path, ignored).type() == fs::file_type::not_found) {
            if ((path.starts_with("scripts/") && path.ends_with(".py")) ||
                std::ranges::find(neededFiles, path) != neededFiles.end())
                identity.reasons.push_back(missing(name));
            continue;
        }
        const Comparison comparison = compareFile(root / path, entry);
        if (comparison == Comparison::Same || alreadyNamed(identity, path))
            continue;
        identity.trackedFilesClean = false;
        identity.reasons.push_back(differing(name, comparison));
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
                 Text::tr("Clone the repository instead of copying its files.")};
}

/// What git itself says; returns what HEAD holds, or the reason why nothing more can be asked.
Result<CommitTree> askGit(GitReader &git, const fs::path &root, CheckoutIdentity &identity)
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
    return git.readCommit(identity.commit);
}

} // namespace

CheckoutIdentity identifyCheckout(const fs::path &root, const std::string &expectedCommit,
                                  const std::vector<std::string> &neededFiles,
                                  const EnvironmentPairs &environment, std::stop_token stop)
{
    CheckoutIdentity identity;
    identity.expectedCommit = expectedCommit;
    try {
        GitReader git(root, environment, std::move(stop));
        const Result<CommitTree> tree = askGit(git, root, identity);
        if (!tree) {
            identity.trackedFilesClean = false;
            identity.reasons.push_back(tree.error());
            return identity;
        }
        for (const auto &[path, entry] : *tree) {
            if (entry.mode != "40000" && entry.mode != "160000")
                identity.trackedFiles.push_back(path);
        }
        compareWithCommit(root, *tree, neededFiles, identity);
        for (Error &reason : findShadowingModules(root, identity.trackedFiles))
            identity.reasons.push_back(std::move(reason));
    } catch (const std::exception &failure) {
        identity.trackedFilesClean = false;
        identity.reasons.push_back(
            {error_codes::kGitFailed,
             Text::tr("The checkout %1 could not be compared with its commit: %2")
                 .arg(toQString(root), QString::fromUtf8(failure.what())),
             Text::tr("Check the machine's memory and the disk.")});
    }
    shorten(identity.reasons);
    identity.trusted =
        identity.commitMatch && identity.trackedFilesClean && identity.reasons.empty();
    return identity;
}

} // namespace mrb::backend
