// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/CheckoutFolders.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"

#include <sys/stat.h>

#include <array>
#include <system_error>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kMark = "mrbrain-setup.json";

Error cannotMake(const fs::path &path, const std::error_code &reason)
{
    return {
        mrb::error_codes::kCannotWrite,
        Text::tr("%1 cannot be created: %2.").arg(toQString(path), systemErrorText(reason.value())),
        Text::tr("Choose a folder that you may write to, or change its permissions."),
        toQString(path)};
}

Error cannotRemove(const fs::path &path, const std::error_code &reason)
{
    return {mrb::error_codes::kCannotWrite,
            Text::tr("%1, which an earlier attempt left, cannot be removed: %2.")
                .arg(toQString(path), systemErrorText(reason.value())),
            Text::tr("Remove it by hand, then start again."), toQString(path)};
}

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    const fs::file_type type = fs::symlink_status(path, ignored).type();
    return type != fs::file_type::not_found && type != fs::file_type::none;
}

} // namespace

std::vector<fs::path> entriesOf(const fs::path &folder, std::error_code &failed)
{
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(folder, failed); !failed && it != fs::directory_iterator();
         it.increment(failed))
        entries.push_back(it->path());
    return entries;
}

RootContent contentOf(const fs::path &root)
{
    if (!isThere(root))
        return RootContent::Nothing;
    std::error_code failed;
    if (!fs::is_directory(root, failed))
        return RootContent::NotAFolder;
    const bool isEmpty = entriesOf(root, failed).empty();
    if (failed)
        return RootContent::Unreadable;
    return isEmpty ? RootContent::Nothing : RootContent::Something;
}

bool isMountPoint(const fs::path &folder)
{
    struct stat inside = {};
    struct stat above = {};
    return ::stat(folder.c_str(), &inside) == 0 &&
           ::stat(folder.parent_path().c_str(), &above) == 0 && inside.st_dev != above.st_dev;
}

PartialCheckout::PartialCheckout(const fs::path &root)
    : m_folder(root.parent_path() / ("." + root.filename().string() + ".mrbrain-partial"))
{
}

bool PartialCheckout::isOurs() const
{
    std::error_code ignored;
    return !fs::is_symlink(m_folder, ignored) && fs::is_regular_file(m_folder / kMark, ignored);
}

bool PartialCheckout::isForeign() const
{
    // Empty: we were killed before the mark was written.
    return isThere(m_folder) && !isOurs() && contentOf(m_folder) != RootContent::Nothing;
}

Result<> PartialCheckout::beginAnew() const
{
    std::error_code failed;
    fs::remove_all(clone(), failed);
    if (failed)
        return cannotRemove(clone(), failed);
    fs::create_directories(m_folder, failed);
    if (failed)
        return cannotMake(m_folder, failed);
    return writeFileAtomically(m_folder / kMark,
                               "{\"made_by\": \"mrbrain setup\", \"holds\": \"a clone\"}\n");
}

Result<> PartialCheckout::clearFiles() const
{
    std::error_code failed;
    for (const fs::path &entry : entriesOf(clone(), failed)) {
        if (entry.filename() != ".git")
            fs::remove_all(entry, failed);
        if (failed)
            return cannotRemove(entry, failed);
    }
    for (const char *name : {"index", "index.lock", "HEAD.lock", "config.lock"})
        fs::remove(clone() / ".git" / name, failed);
    return {};
}

Result<> PartialCheckout::moveTo(const fs::path &root) const
{
    std::error_code failed;
    fs::rename(clone(), root, failed); // over an empty folder, never over anything else
    if (failed)
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("The checkout is complete in %1 and cannot be moved to %2: %3.")
                         .arg(toQString(clone()), toQString(root), systemErrorText(failed.value())),
                     Text::tr("Look at what is there now; start again once the folder is empty or "
                              "gone."),
                     toQString(root)};
    remove();
    return {};
}

void PartialCheckout::remove() const
{
    if (!isOurs())
        return;
    std::error_code ignored;
    fs::remove_all(clone(), ignored);
    fs::remove(m_folder / kMark, ignored);
    fs::remove(m_folder, ignored); // stays when somebody put something there
}

} // namespace mrb::backend
