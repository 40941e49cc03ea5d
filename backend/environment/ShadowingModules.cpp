// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ShadowingModules.h"

#include "backend/base/Text.h"
#include "backend/environment/CheckoutIdentity.h"

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr int kDeepest = 16;
constexpr std::size_t kMostEntries = 20'000;

bool isIdentifier(const std::string &name)
{
    // Letters beyond ASCII are allowed in Python; which ones does not matter here.
    const auto fits = [](unsigned char c) {
        return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
               c >= 128;
    };
    return !name.empty() && std::ranges::all_of(name, fits) && !(name[0] >= '0' && name[0] <= '9');
}

// name.py, name.pyc, name.so, name.abi3.so, name.cpython-311-x86_64-linux-gnu.so
bool isModule(const std::string &name)
{
    const std::size_t dot = std::min(name.find('.'), name.size());
    const std::string suffix = name.substr(dot);
    return isIdentifier(name.substr(0, dot)) &&
           (suffix == ".py" || suffix == ".pyc" || suffix.ends_with(".so"));
}

bool isPackageFile(const std::string &name)
{
    return name.starts_with("__init__.") && isModule(name);
}

Error shadowingModule(const fs::path &module)
{
    return {error_codes::kShadowingModule,
            Text::tr("%1 does not belong to the commit, and Python would import it before an "
                     "installed package or a source.")
                .arg(toQString(module)),
            Text::tr("Move it out of the checkout."), toQString(module)};
}

Error foreignBytecode(const fs::path &file)
{
    return {
        error_codes::kBytecodeDiffers,
        Text::tr("%1 is a compiled copy that Python would run without looking at its source.")
            .arg(toQString(file)),
        Text::tr("Delete the folder %1; Python makes it again.").arg(toQString(file.parent_path())),
        toQString(file)};
}

class Search
{
public:
    Search(const fs::path &root, const std::vector<std::string> &trackedFiles)
        : m_root(root), m_tracked(trackedFiles.begin(), trackedFiles.end())
    {
        for (const std::string &file : trackedFiles) {
            const fs::path path(file);
            if (isPackageFile(path.filename().string()) && path.has_parent_path())
                m_packages.insert(path.parent_path().string());
        }
    }

    void lookAtRoot()
    {
        for (const fs::directory_entry &entry : list({})) {
            const std::string name = entry.path().filename().string();
            std::error_code ignored;
            if (name == "__pycache__")
                lookAtBytecode(name);
            else if (!entry.is_directory(ignored))
                lookAtFile(name);
            else if (isIdentifier(name))
                lookAtFolderOfRoot(name);
        }
    }

    // Everything below counts as reachable: the folder is part of a package.
    void lookBelow(const fs::path &folder, int depth = 0)
    {
        if (depth == 0)
            m_entries = 0;
        for (const fs::directory_entry &entry : list(folder)) {
            if (m_entries > kMostEntries || depth > kDeepest)
                return tooMuch(folder);
            const std::string name = entry.path().filename().string();
            std::error_code ignored;
            if (name == "__pycache__")
                lookAtBytecode(folder / name);
            else if (!entry.is_directory(ignored))
                lookAtFile(folder / name);
            else if (isIdentifier(name))
                lookBelow(folder / name, depth + 1);
        }
    }

    Errors take() { return std::move(m_reasons); }

private:
    std::vector<fs::directory_entry> list(const fs::path &folder)
    {
        std::vector<fs::directory_entry> entries;
        std::error_code failed;
        for (fs::directory_iterator it(m_root / folder, failed), end; !failed && it != end;
             it.increment(failed))
            entries.push_back(*it);
        // What may not even be entered is out of Python's reach as well.
        if (failed && ::faccessat(AT_FDCWD, (m_root / folder).c_str(), X_OK, AT_EACCESS) == 0)
            m_reasons.push_back(
                {error_codes::kShadowingModule,
                 Text::tr("The folder %1 cannot be listed: %2")
                     .arg(toQString(m_root / folder), QString::fromStdString(failed.message())),
                 Text::tr("Make it readable, or move it out of the checkout."), toQString(folder)});
        m_entries += entries.size();
        return entries;
    }

    void lookAtFile(const fs::path &file)
    {
        if (isModule(file.filename().string()) && !m_tracked.contains(file.string()))
            m_reasons.push_back(shadowingModule(file));
    }

    void lookAtFolderOfRoot(const std::string &name)
    {
        if (m_packages.contains(name) || name == "scripts")
            return lookBelow(name);
        for (const fs::directory_entry &entry : list(name)) {
            const std::string file = entry.path().filename().string();
            if (isPackageFile(file))
                return m_reasons.push_back(shadowingModule(fs::path(name) / file));
        }
    }

    // Flags other than 0 in bytes 4 to 7 of the header (PEP 552) mean that the copy is not
    // compared with the time and size of its source. Python itself writes none of these.
    void lookAtBytecode(const fs::path &folder)
    {
        for (const fs::directory_entry &entry : list(folder)) {
            std::error_code ignored;
            if (entry.path().extension() != ".pyc" || entry.is_directory(ignored))
                continue;
            const bool regular = entry.is_regular_file(ignored);
            QFile file(toQString(entry.path()));
            const QByteArray header =
                regular && file.open(QIODevice::ReadOnly) ? file.read(8) : QByteArray();
            if (header.size() < 8 || header.sliced(4) != QByteArray(4, '\0'))
                m_reasons.push_back(foreignBytecode(folder / entry.path().filename()));
        }
    }

    void tooMuch(const fs::path &folder)
    {
        m_reasons.push_back(
            {error_codes::kShadowingModule,
             Text::tr("The folder %1 holds too much to be checked for modules that Python would "
                      "import.")
                 .arg(toQString(folder)),
             Text::tr("Move what does not belong to the commit out of it."), toQString(folder)});
    }

    const fs::path &m_root;
    std::set<std::string> m_tracked;
    std::set<std::string> m_packages;
    std::size_t m_entries = 0;
    Errors m_reasons;
};

} // namespace

Errors findShadowingModules(const fs::path &root, const std::vector<std::string> &trackedFiles)
{
    Search search(root, trackedFiles);
    search.lookAtRoot();
    return search.take();
}

Errors findModulesBelow(const fs::path &root, const std::string &folder,
                        const std::vector<std::string> &trackedFiles)
{
    Search search(root, trackedFiles);
    search.lookBelow(folder);
    Errors reasons = search.take();
    if (reasons.size() > 1)
        reasons.resize(1, reasons.front());
    return reasons;
}

} // namespace mrb::backend
