// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/QueueJournal.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/queue/QueueJson.h"
#include "backend/queue/RunQueue.h"

#include <QHash>

#include <algorithm>
#include <string_view>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kVersionKey = "queue_version";
constexpr const char *kRemovedKey = "removed";
constexpr const char *kPutKey = "put";
constexpr const char *kOrderKey = "order";
constexpr int kVersion = 1;
constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

using Entries = std::vector<QueueEntry>;

int rankOf(EntryState state)
{
    return state == EntryState::Pending ? 2 : state == EntryState::Running ? 1 : 0;
}

QStringList idsOf(const Entries &entries)
{
    QStringList ids;
    for (const QueueEntry &entry : entries)
        ids << entry.id;
    return ids;
}

QHash<QString, std::size_t> placesOf(const Entries &entries)
{
    QHash<QString, std::size_t> places;
    for (std::size_t i = 0; i < entries.size(); ++i)
        places.insert(entries[i].id, i);
    return places;
}

Error damaged(const fs::path &file, const QString &why)
{
    return {error_codes::kQueueDamaged,
            Text::tr("The stored queue %1 cannot be read: %2").arg(toQString(file), why),
            Text::tr("It is kept as it is. Repair it or move it away, then start the program "
                     "again."),
            toQString(file)};
}

std::optional<Error> checkVersion(std::string_view line, const fs::path &file)
{
    const Result<Json> header = parseJsonStrictly(line, toQString(file));
    if (!header)
        return damaged(file, header.error().message);
    const auto version = header->find(kVersionKey); // end() when it is no object
    if (version == header->end() || !version->is_number_integer() || *version < 1)
        return damaged(file, Text::tr("Its first line has no version."));
    if (*version > kVersion) {
        return Error{error_codes::kQueueNewer,
                     Text::tr("The stored queue %1 is from a newer version of this program.")
                         .arg(toQString(file)),
                     Text::tr("It is kept as it is. Open it with the newer version."),
                     toQString(file)};
    }
    return std::nullopt;
}

Result<QueueChange> readChange(std::string_view line)
{
    const Result<Json> json = parseJsonStrictly(line, Text::tr("A line"));
    if (!json)
        return json.error();
    QueueChange change;
    try {
        for (const auto &[key, value] : json->items()) {
            if (key == kPutKey) {
                for (const Json &each : value) {
                    Result<QueueEntry> entry = entryFromJson(each);
                    if (!entry)
                        return entry.error();
                    change.put.push_back(std::move(entry).value());
                }
                continue;
            }
            if (key != kRemovedKey && key != kOrderKey)
                return Error{error_codes::kQueueEntry, Text::tr("A line has an unknown key.")};
            for (const Json &id : value) {
                const QString text = QString::fromStdString(id.get<std::string>());
                if (key == kRemovedKey)
                    change.removed.insert(text);
                else
                    change.order << text;
            }
        }
    } catch (const Json::exception &failure) {
        return Error{error_codes::kQueueEntry, QString::fromUtf8(failure.what())};
    }
    return change;
}

} // namespace

void sortAsListed(Entries &entries)
{
    std::ranges::stable_sort(entries, {},
                             [](const QueueEntry &each) { return rankOf(each.state); });
}

void applyChange(Entries &entries, const QueueChange &change)
{
    if (!change.removed.empty())
        std::erase_if(entries, [&change](const QueueEntry &entry) {
            return change.removed.contains(entry.id);
        });
    auto places = placesOf(entries);
    for (const QueueEntry &entry : change.put) {
        if (const auto found = places.constFind(entry.id); found != places.constEnd()) {
            entries[*found] = entry;
        } else {
            places.insert(entry.id, entries.size());
            entries.push_back(entry);
        }
    }
    if (!change.order.isEmpty()) {
        QHash<QString, qsizetype> wanted;
        for (qsizetype i = 0; i < change.order.size(); ++i)
            wanted.insert(change.order[i], i);
        std::ranges::stable_sort(entries, {}, [&](const QueueEntry &each) {
            return wanted.value(each.id, change.order.size());
        });
    }
    sortAsListed(entries);
}

QueueChange changeBetween(const Entries &before, const Entries &after)
{
    QueueChange change;
    const auto placesBefore = placesOf(before);
    const auto placesAfter = placesOf(after);
    for (const QueueEntry &entry : before) {
        if (!placesAfter.contains(entry.id))
            change.removed.insert(entry.id);
    }
    for (const QueueEntry &entry : after) {
        const auto found = placesBefore.constFind(entry.id);
        if (found == placesBefore.constEnd() || before[*found] != entry)
            change.put.push_back(entry);
    }
    Entries made = before;
    applyChange(made, change);
    if (idsOf(made) != idsOf(after))
        change.order = idsOf(after);
    return change;
}

std::string lineOf(const QueueChange &change)
{
    Json json = Json::object();
    for (const QString &id : change.removed)
        json[kRemovedKey].push_back(id.toStdString());
    for (const QueueEntry &entry : change.put)
        json[kPutKey].push_back(toJson(entry));
    for (const QString &id : change.order)
        json[kOrderKey].push_back(id.toStdString());
    return compactJson(json) + "\n";
}

std::string journalOf(const Entries &entries)
{
    std::string text = compactJson({{kVersionKey, kVersion}}) + "\n";
    if (!entries.empty())
        text += lineOf({.removed = {}, .put = entries, .order = {}});
    return text;
}

Result<QueueJournal> readJournal(const fs::path &file)
{
    const Result<std::string> text = readSmallFile(file, kMaxFileBytes);
    if (!text)
        return damaged(file, text.error().message);
    std::string_view rest = *text;
    const auto nextLine = [&rest]() -> std::optional<std::string_view> {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos)
            return std::nullopt;
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return line;
    };
    // A newer version may end its lines as it likes.
    const std::string_view first = nextLine().value_or(rest);
    if (auto error = checkVersion(first, file))
        return *error;
    QueueJournal journal;
    int lines = 0;
    while (const auto line = nextLine()) {
        const Result<QueueChange> change = readChange(*line);
        if (!change)
            return damaged(file, change.error().message);
        applyChange(journal.entries, *change);
        ++lines;
    }
    journal.isCompact = lines <= 1 && rest.empty();
    return journal;
}

} // namespace mrb::backend
