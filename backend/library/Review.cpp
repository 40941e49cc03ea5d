// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/Review.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

#include <QDateTime>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kReviewVersion = 1;

constexpr std::array kArtefacts = {
    Artefact{"cut_off", QT_TRANSLATE_NOOP("mrb::Text", "Anatomy cut off"),
             QT_TRANSLATE_NOOP("mrb::Text", "Brain or head ends at the edge of the volume.")},
    Artefact{
        "skull_remnants", QT_TRANSLATE_NOOP("mrb::Text", "Skull remnants"),
        QT_TRANSLATE_NOOP("mrb::Text", "Bone, scalp or eyes are left in a skull-stripped volume.")},
    Artefact{"skull_missing", QT_TRANSLATE_NOOP("mrb::Text", "Skull missing"),
             QT_TRANSLATE_NOOP("mrb::Text",
                               "Skull or scalp is absent or has gaps in a whole-brain volume.")},
    Artefact{
        "implausible_anatomy", QT_TRANSLATE_NOOP("mrb::Text", "Implausible anatomy"),
        QT_TRANSLATE_NOOP("mrb::Text",
                          "Structures are missing, doubled, misplaced or strongly asymmetric.")},
    Artefact{"wrong_contrast", QT_TRANSLATE_NOOP("mrb::Text", "Wrong contrast"),
             QT_TRANSLATE_NOOP(
                 "mrb::Text", "Grey matter, white matter or fluid do not look like the modality.")},
    Artefact{"slice_jumps", QT_TRANSLATE_NOOP("mrb::Text", "Jumps between slices"),
             QT_TRANSLATE_NOOP("mrb::Text",
                               "Neighbouring slices do not fit together in another plane.")},
    Artefact{"seams", QT_TRANSLATE_NOOP("mrb::Text", "Seams"),
             QT_TRANSLATE_NOOP("mrb::Text",
                               "A straight border where tiles of a large volume were joined.")},
    Artefact{"pattern", QT_TRANSLATE_NOOP("mrb::Text", "Checkerboard or ringing"),
             QT_TRANSLATE_NOOP("mrb::Text", "A regular pattern or ripples along edges.")},
    Artefact{"blurred", QT_TRANSLATE_NOOP("mrb::Text", "Blurred or over-smoothed"),
             QT_TRANSLATE_NOOP("mrb::Text", "Fine structure such as sulci is washed out.")},
    Artefact{"noise", QT_TRANSLATE_NOOP("mrb::Text", "Noise"),
             QT_TRANSLATE_NOOP("mrb::Text", "Grain hides structure, or speckles the background.")},
    Artefact{"intensity_holes", QT_TRANSLATE_NOOP("mrb::Text", "Holes or overflow"),
             QT_TRANSLATE_NOOP("mrb::Text",
                               "Black or saturated spots where intensities wrapped or were lost.")},
};

constexpr std::array<std::pair<Rating, std::string_view>, 3> kRatings = {
    {{Rating::Undecided, "undecided"},
     {Rating::Accepted, "accepted"},
     {Rating::Rejected, "rejected"}}};

bool isKnownArtefact(std::string_view key)
{
    return std::ranges::any_of(kArtefacts, [key](const Artefact &row) { return row.key == key; });
}

Error damaged(const fs::path &file, const QString &what)
{
    return {error_codes::kReviewDamaged,
            Text::tr("The review %1 is damaged: %2.").arg(toQString(file), what),
            Text::tr("The file is kept as it is. Repair it, or move it away to review again."),
            toQString(file)};
}

/// The sidecar as it is; nothing when there is none.
Result<std::optional<Json>> readSidecar(const fs::path &file)
{
    struct stat info = {};
    if (::lstat(file.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::optional<Json>();
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 cannot be read: %2").arg(toQString(file), systemErrorText(errno)),
                     Text::tr("Check that you may read the run's folder."), toQString(file)};
    }
    if (!S_ISREG(info.st_mode)) // a link could lead anywhere
        return damaged(file, Text::tr("it is not a regular file"));
    Result<Json> json = readJsonFile(file);
    if (!json && json.error().code == mrb::error_codes::kCannotRead)
        return json.error();
    if (!json)
        return Error{error_codes::kReviewDamaged, json.error().message,
                     Text::tr("The file is kept as it is. Repair it, or move it away to review "
                              "again."),
                     toQString(file)};
    if (!json->is_object())
        return damaged(file, Text::tr("it is not an object"));
    const auto version = json->find("review_version");
    if (version == json->end() || !version->is_number_integer() || *version < 1)
        return damaged(file, Text::tr("it names no version"));
    if (*version > kReviewVersion) {
        return Error{error_codes::kReviewNewer,
                     Text::tr("The review %1 was written by a newer version.").arg(toQString(file)),
                     Text::tr("The file is kept as it is. Update this program to change it."),
                     toQString(file)};
    }
    return std::optional(std::move(*json));
}

/// False when the key is there with another type; a missing one leaves `texts` empty.
bool readTexts(const Json &json, const char *key, QStringList &texts)
{
    const auto list = json.find(key);
    if (list == json.end())
        return true;
    if (!list->is_array())
        return false;
    for (const Json &text : *list) {
        if (!text.is_string())
            return false;
        texts << QString::fromStdString(text.get_ref<const std::string &>());
    }
    return true;
}

Result<Review> interpret(const Json &json, const fs::path &file)
{
    const auto wrong = [&file](const char *key) {
        return damaged(file, Text::tr("%1 is not what it should be").arg(QLatin1StringView(key)));
    };
    Review review;
    if (const auto rating = json.find("rating"); rating != json.end()) {
        const auto *row = std::ranges::find_if(
            kRatings, [&](const auto &known) { return *rating == known.second; });
        if (row == kRatings.end())
            return wrong("rating");
        review.rating = row->first;
    }
    if (const auto note = json.find("note"); note != json.end()) {
        if (!note->is_string())
            return wrong("note");
        review.note = QString::fromStdString(note->get_ref<const std::string &>());
    }
    if (!readTexts(json, "tags", review.tags))
        return wrong("tags");
    QStringList artefacts;
    if (!readTexts(json, "artefacts", artefacts))
        return wrong("artefacts");
    for (const Artefact &row : kArtefacts)
        if (const QString key = QString::fromUtf8(row.key); artefacts.contains(key))
            review.artefacts << key;
    return review;
}

Json texts(const QStringList &list)
{
    Json json = Json::array();
    for (const QString &text : list)
        json.push_back(text.toStdString());
    return json;
}

/// In the table's order, then those of the sidecar that this version does not know.
Json artefactsToWrite(const Review &review, const Json &sidecar)
{
    Json json = Json::array();
    for (const Artefact &row : kArtefacts)
        if (review.artefacts.contains(QString::fromUtf8(row.key)))
            json.push_back(row.key);
    QStringList before;
    readTexts(sidecar, "artefacts", before);
    for (const QString &key : before)
        if (!isKnownArtefact(key.toStdString()))
            json.push_back(key.toStdString());
    return json;
}

} // namespace

std::span<const Artefact> artefactTable()
{
    return kArtefacts;
}

Result<Review> readReview(const fs::path &runFolder)
{
    const fs::path file = runFolder / kReviewFile;
    const Result<std::optional<Json>> sidecar = readSidecar(file);
    if (!sidecar)
        return sidecar.error();
    return *sidecar ? interpret(**sidecar, file) : Review{};
}

Result<> writeReview(const fs::path &runFolder, const Review &review)
{
    const fs::path file = runFolder / kReviewFile;
    Result<std::optional<Json>> sidecar = readSidecar(file);
    if (!sidecar)
        return sidecar.error();
    Json json = Json::object();
    if (*sidecar) {
        if (const Result<Review> before = interpret(**sidecar, file); !before)
            return before.error();
        json = std::move(**sidecar);
    } else if (review == Review{}) {
        return {}; // nothing was said, so there is nothing to keep
    }
    json["review_version"] = kReviewVersion;
    for (const auto &[rating, name] : kRatings)
        if (rating == review.rating)
            json["rating"] = name;
    json["note"] = review.note.toStdString();
    json["tags"] = texts(review.tags);
    json["artefacts"] = artefactsToWrite(review, json);
    json["updated_at"] = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toStdString();
    const std::string text = writeJson(json);
    if (text.size() > kMaxJsonBytes) {
        return Error{
            mrb::error_codes::kFileTooLarge,
            Text::tr("The review of %1 is too long to be stored.").arg(toQString(runFolder)),
            Text::tr("Shorten the note."), toQString(file)};
    }
    return writeFileAtomically(file, text);
}

} // namespace mrb::backend
