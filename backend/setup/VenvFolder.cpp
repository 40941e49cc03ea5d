// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/VenvFolder.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/setup/CheckoutFolders.h"

#include <optional>
#include <string>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kMark = "mrbrain-setup.json";
constexpr std::size_t kMostMark = 4096;
constexpr const char *kMaker = "mrbrain setup";
constexpr const char *kCreating = "creating";
constexpr const char *kMade = "made";

Error cannotWrite(const QString &what, const fs::path &path, const std::error_code &reason)
{
    return {mrb::error_codes::kCannotWrite,
            what.arg(toQString(path), systemErrorText(reason.value())),
            Text::tr("Choose a folder that you may write to with --venv, or change its "
                     "permissions."),
            toQString(path)};
}

/// What the mark says; nothing when there is none. A document of somebody's that only has its name,
/// such as what `mrbrain setup` printed, is no mark: what a mark stands beside may be removed.
std::optional<std::string> readMark(const fs::path &folder)
{
    const auto text = readSmallFile(folder / kMark, kMostMark);
    const auto mark = text ? parseJsonStrictly(*text, QString()) : Result<Json>(text.error());
    if (!mark || !mark->is_object() || mark->value("made_by", Json()) != kMaker)
        return std::nullopt;
    const Json state = mark->value("state", Json());
    if (state != kCreating && state != kMade)
        return std::nullopt;
    return state.get<std::string>();
}

Result<> writeMark(const fs::path &folder, const char *state)
{
    const Json mark = {{"made_by", kMaker}, {"state", state}};
    return writeFileAtomically(folder / kMark, writeJson(mark));
}

} // namespace

VenvFolder::State VenvFolder::state() const
{
    switch (contentOf(m_folder)) {
    case RootContent::Nothing:
        return State::Nothing;
    case RootContent::NotAFolder:
    case RootContent::Unreadable:
        return State::NoVenv;
    case RootContent::Something:
        break;
    }
    std::error_code ignored;
    const bool isVenv = fs::exists(m_folder / "pyvenv.cfg", ignored);
    const std::optional<std::string> mark = readMark(m_folder);
    if (!mark)
        return isVenv ? State::SomebodyElses : State::NoVenv;
    return isVenv && *mark == kMade ? State::Ours : State::HalfMade;
}

std::string VenvFolder::pipVersion() const
{
    std::error_code ignored;
    for (const fs::path &lib : entriesOf(m_folder / "lib", ignored)) {
        for (const fs::path &entry : entriesOf(lib / "site-packages", ignored)) {
            const std::string name = entry.filename().string();
            constexpr std::string_view kBegin = "pip-";
            constexpr std::string_view kEnd = ".dist-info";
            if (name.starts_with(kBegin) && name.ends_with(kEnd))
                return name.substr(kBegin.size(), name.size() - kBegin.size() - kEnd.size());
        }
    }
    return {};
}

Result<> VenvFolder::begin() const
{
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (failed)
        return cannotWrite(Text::tr("%1 cannot be created: %2."), m_folder, failed);
    const bool isOurs = state() == State::HalfMade || state() == State::Ours;
    if (Result<> marked = writeMark(m_folder, kCreating); !marked)
        return marked;
    if (!isOurs)
        return {};
    // The mark goes last, that is never: killed in between, it is still ours.
    for (const fs::path &entry : entriesOf(m_folder, failed)) {
        if (entry.filename() != kMark)
            fs::remove_all(entry, failed);
        if (failed)
            return cannotWrite(Text::tr("%1 cannot be removed: %2."), entry, failed);
    }
    return {};
}

Result<> VenvFolder::finish() const
{
    return writeMark(m_folder, kMade);
}

} // namespace mrb::backend
