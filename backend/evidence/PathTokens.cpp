// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/PathTokens.h"

#include "backend/library/RecordedCommand.h"
#include "backend/library/StoredRun.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <array>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Those of places, and what withoutSecrets() writes.
constexpr std::array<const char *, 12> kTokens = {
    "<run>",        "<upstream>", "<python>",  "<home>",   "<request>", "<manifest>",
    kLauncherToken, "<user>",     "<machine>", "<secret>", "<address>", "<e-mail>"};

/// Text under these keys is worded by this program or is a name of upstream's: it tells nothing of
/// a person, and checks compare it letter by letter.
const QSet<QString> &plainKeys()
{
    static const QSet<QString> kKeys = [] {
        const QStringList list =
            QStringLiteral(
                "skill model model_repo model_weights_repo license version modality_name "
                "official_entrypoint modality output_prefix "
                "rendered_env_output_prefix upstream_commit commit expected_commit sha256 "
                "image_sha256 expected_sha256 operator status name code engine "
                "overall_status device intended_use_disclaimer started_at ended_at "
                "updated_at state basis envelope id launch")
                .split(u' ');
        return QSet<QString>(list.begin(), list.end());
    }();
    return kKeys;
}

/// Folders that every system has: hiding them would only make a report harder to read.
bool isOfTheSystem(const fs::path &folder)
{
    static const std::array<fs::path, 4> kSystem = {"/", "/usr", "/usr/local", "/opt"};
    return folder.empty() || std::ranges::find(kSystem, folder) != kSystem.end();
}

/// X of X/bin/python3, or the program itself where X is everybody's.
fs::path environmentOf(const fs::path &interpreter)
{
    const fs::path folder = interpreter.parent_path();
    const bool inEnvironment = folder.filename() == "bin" && !isOfTheSystem(folder.parent_path());
    return inEnvironment ? folder.parent_path() : interpreter;
}

} // namespace

PathTokens PathTokens::ofRun(const fs::path &runFolder, const EnvironmentPairs &environment)
{
    PathTokens tokens;
    tokens.m_names = privateNames(environment);
    const auto add = [&tokens](const fs::path &path, const char *token) {
        std::error_code failed;
        for (const fs::path &form : {path.lexically_normal(), fs::canonical(path, failed)}) {
            std::string text = form.string();
            while (text.size() > 1 && text.ends_with('/'))
                text.pop_back();
            if (form.is_absolute() && text.size() > 1)
                tokens.m_places.push_back({QString::fromStdString(text), QString::fromUtf8(token)});
        }
    };
    const StoredRun run = readStoredRun(runFolder);
    const auto textOf = [&run](std::initializer_list<std::string_view> path) {
        return fs::path(textAt(run.result.json, path).toStdString());
    };
    add(fs::absolute(runFolder), "<run>");
    add(textOf({"output", "directory"}), "<run>");
    add(textOf({"invocation", "rendered_env_output_dir"}), "<run>");
    add(textOf({"invocation", "upstream_root"}), "<upstream>");
    add(textOf({"input", "model_config_override_path"}), "<request>");
    add(textAt(run.journal.json, {"request_path"}).toStdString(), "<request>");
    add(textOf({"manifest", "path"}), "<manifest>");
    // The command names the interpreter also where nobody asked it for its facts.
    const Json *command = valueAt(run.result.json, {"invocation", "command"});
    if (!command)
        command = valueAt(run.journal.json, {"command"});
    if (command && command->is_array() && !command->empty() && command->front().is_string())
        add(environmentOf(command->front().get<std::string>()), "<python>");
    add(recordedCommand(command).launcher, kLauncherToken);
    if (const fs::path python = textOf({"invocation", "python", "executable"}); !python.empty())
        add(environmentOf(python), "<python>");
    for (const QString &home : tokens.m_names.homes)
        add(home.toStdString(), "<home>");
    // The run may be from another machine, or of somebody else here.
    for (const Place &place : std::vector(tokens.m_places)) {
        static const QRegularExpression kHome(QStringLiteral("^/(home|Users)/[^/]+"));
        if (const auto match = kHome.match(place.path); match.hasMatch()) {
            tokens.m_places.push_back({match.captured(), QStringLiteral("<home>")});
            tokens.m_names.people += match.captured().section(u'/', 2, 2);
        }
    }
    tokens.m_names.people.removeDuplicates();
    std::ranges::stable_sort(tokens.m_names.people, std::ranges::greater{}, &QString::size);
    for (const ListedVolume &volume : listedVolumes(runFolder, run.result.json))
        tokens.m_volumes += volume.recordedName;
    // As JSON may spell a slash.
    for (const Place &place : std::vector(tokens.m_places))
        tokens.m_places.push_back(
            {QString(place.path).replace(u'/', QStringLiteral("\\/")), place.token});
    // Longest first: the run may lie in the checkout, and both at home. Where two tokens stand for
    // one place, the first one counts.
    std::ranges::stable_sort(tokens.m_places, std::ranges::greater{},
                             [](const Place &place) { return place.path.size(); });
    return tokens;
}

QString PathTokens::withPlaces(QString text) const
{
    for (const Place &place : m_places) {
        if (!text.contains(place.path))
            continue;
        // A path begins where no other one goes on; "-I/usr" is an option and a path.
        const QRegularExpression expression(
            QStringLiteral("(?:(?<![\\w.~-])|(?<=[\\s'\"]-[A-Za-z]))") +
                QRegularExpression::escape(place.path) + QStringLiteral("(?![\\w-]|\\.\\w)"),
            QRegularExpression::UseUnicodePropertiesOption);
        text.replace(expression, place.token);
    }
    return withoutSecrets(text, m_names);
}

QString PathTokens::withoutNames(const QString &text) const
{
    QString out = withPlaces(text);
    // Colours of a terminal and encoded characters end in letters and digits, behind which neither
    // a path nor a name would be seen.
    static const QRegularExpression kJoint(
        QStringLiteral("\\x1b\\[[0-9;]*[A-Za-z]|%[0-9A-Fa-f]{2}|\\\\u[0-9a-fA-F]{4}|\\\\/"));
    QString joined;
    qsizetype from = 0;
    for (auto it = kJoint.globalMatch(out); it.hasNext();) {
        const QRegularExpressionMatch joint = it.next();
        joined += withPlaces(out.mid(from, joint.capturedStart() - from)) + joint.captured();
        from = joint.capturedEnd();
    }
    return from == 0 ? out : joined + withPlaces(out.mid(from));
}

QString PathTokens::apply(const QString &text) const
{
    if (m_places.empty() && m_names == PrivateNames{})
        return text;
    QString out;
    qsizetype from = 0;
    while (true) {
        qsizetype at = -1;
        const QString *found = nullptr;
        for (const QString &name : m_volumes)
            if (const qsizetype place = text.indexOf(name, from);
                place >= 0 && (at < 0 || place < at)) {
                at = place;
                found = &name;
            }
        if (!found)
            return out + withoutNames(text.mid(from));
        out += withoutNames(text.mid(from, at - from)) + *found;
        from = at + found->size();
    }
}

Json PathTokens::apply(const Json &document) const
{
    if (document.is_string())
        return apply(QString::fromStdString(document.get<std::string>())).toStdString();
    if (document.is_array()) {
        Json list = Json::array();
        for (const Json &member : document)
            list.push_back(apply(member));
        return list;
    }
    if (!document.is_object())
        return document;
    Json object = Json::object();
    for (const auto &[key, value] : document.items()) {
        const bool isPlain = value.is_string() && plainKeys().contains(QString::fromStdString(key));
        // Keys are ours, but for the identifiers of graphics cards.
        const bool isCard = key.starts_with("GPU-") || key.starts_with("MIG-");
        object[isCard ? apply(QString::fromStdString(key)).toStdString() : key] =
            isPlain ? value : apply(value);
    }
    return object;
}

std::map<std::string, int> PathTokens::count(const QString &text)
{
    std::map<std::string, int> counts;
    for (const char *token : kTokens)
        if (const auto found = text.count(QString::fromUtf8(token)); found > 0)
            counts[token] = static_cast<int>(found);
    return counts;
}

} // namespace mrb::backend
