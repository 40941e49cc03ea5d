// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// One run, from what lies in its folder. Nothing there is trusted.
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/diagnostics/Redaction.h"
#include "backend/diagnostics/Sections.h"
#include "backend/run/RunFolder.h"

#include <QRegularExpression>
#include <QStringList>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostDocumentBytes = std::size_t{4} << 20;
constexpr off_t kLogBytes = off_t{128} << 10;
constexpr qsizetype kLogLines = 60;
constexpr qsizetype kLongestLine = 400;
constexpr qsizetype kLongestText = qsizetype{16} << 10;
constexpr qsizetype kMostItems = 40; ///< gates, phases or warnings

using Path = std::initializer_list<std::string_view>;

/// Null where something on the way is missing or no object.
Json valueAt(const Json &document, Path path)
{
    const Json *at = &document;
    for (const std::string_view key : path) {
        const auto found = at->is_object() ? at->find(key) : at->end();
        if (found == at->end())
            return nullptr;
        at = &*found;
    }
    return *at;
}

QString textOf(const Json &value)
{
    const QString text = value.is_string()
                             ? QString::fromStdString(value.get_ref<const std::string &>())
                         : value.is_null() ? QString()
                                           : QString::fromStdString(compactJson(value));
    if (text.size() <= kLongestText)
        return text;
    // At a blank: half a secret would not be recognised.
    return text.left(std::max<qsizetype>(text.lastIndexOf(u' ', kLongestText), 0)) + u'…';
}

QString textAt(const Json &document, Path path)
{
    return textOf(valueAt(document, path));
}

struct Document
{
    Json json = Json::object();
    QString problem; ///< empty when it was read
};

Document read(const fs::path &file)
{
    Document document;
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        document.problem = QStringLiteral("missing");
    } else if (Result<Json> json = readJsonFile(file, kMostDocumentBytes); !json) {
        document.problem = factText(json.error());
    } else if (!json->is_object()) {
        document.problem = QStringLiteral("not a JSON object");
    } else {
        document.json = std::move(json).value();
    }
    return document;
}

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Running:
        return QStringLiteral("running");
    case RunState::Interrupted:
        return QStringLiteral("interrupted");
    case RunState::Ended:
        return QStringLiteral("ended");
    case RunState::NoRun:
        break;
    }
    return QStringLiteral("no run");
}

/// One line for each item, or nothing when the list is empty.
template <class Line> QString linesOf(const Json &list, Line line)
{
    QStringList lines;
    for (const Json &item : list.is_array() ? list : Json::array())
        if (const QString text = line(item); !text.isEmpty() && lines.size() < kMostItems)
            lines += text;
    return lines.join(u'\n');
}

void addIfThere(FactSection &section, const char *name, const QString &value)
{
    if (!value.isEmpty())
        section.add(QString::fromLatin1(name), value);
}

void addRequest(FactSection &section, const Json &result)
{
    QStringList parts;
    for (const char *key :
         {"modality_name", "dim_requested", "spacing_requested", "num_inference_steps_requested",
          "cfg_guidance_scale_requested", "random_seed"})
        if (const QString value = textAt(result, {"input", key}); !value.isEmpty())
            parts += QStringLiteral("%1 %2").arg(QString::fromLatin1(key), value);
    addIfThere(section, "request", parts.join(QStringLiteral(", ")));
    addIfThere(section, "GPUs asked for", textAt(result, {"run", "num_gpus"}));
    addIfThere(section, "GPU", textAt(result, {"preflight", "cuda", "device_name"}));
    addIfThere(section, "driver", textAt(result, {"preflight", "cuda", "driver_version"}));
}

void addVerdict(FactSection &section, const Json &result)
{
    addIfThere(section, "failed gates", linesOf(valueAt(result, {"gates"}), [](const Json &gate) {
                   if (textAt(gate, {"status"}) != QStringLiteral("fail"))
                       return QString();
                   return QStringLiteral("%1 %2 %3, observed %4: %5")
                       .arg(textAt(gate, {"path"}), textAt(gate, {"operator"}),
                            textOf(valueAt(gate, {"expected"})),
                            textOf(valueAt(gate, {"observed"})), textAt(gate, {"reason"}));
               }));
    addIfThere(section, "warnings", linesOf(valueAt(result, {"warnings"}), [](const Json &warning) {
                   return textAt(warning, {"code"}) + QStringLiteral(": ") +
                          textAt(warning, {"message"});
               }));
    const Json failure = valueAt(result, {"failure"});
    for (const char *key : {"code", "what", "why", "advice", "evidence"})
        addIfThere(section, (std::string("failure ") + key).c_str(), textAt(failure, {key}));
    addIfThere(section, "upstream ended", textAt(result, {"invocation", "outcome"}));
    addIfThere(section, "upstream's exit code", textAt(result, {"invocation", "exit_code"}));
    addIfThere(section, "phases", linesOf(valueAt(result, {"phases"}), [](const Json &phase) {
                   return QStringLiteral("%1: %2 s")
                       .arg(textAt(phase, {"name"}), textAt(phase, {"seconds"}));
               }));
    const Json measured = valueAt(result, {"cost", "measured"});
    addIfThere(section, "measured", measured.is_object() ? textOf(measured) : QString());
    addIfThere(section, "volumes", textAt(result, {"output", "num_samples"}));
}

/// The last bytes of a regular file; whole lines only, since half a secret is not recognised.
Result<std::string> endOf(const fs::path &file)
{
    const auto failed = [&file] {
        return Error{mrb::error_codes::kCannotRead,
                     QStringLiteral("%1 cannot be read: %2")
                         .arg(toQString(file.filename()), systemErrorText(errno))};
    };
    const int descriptor =
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
    if (descriptor < 0)
        return failed();
    struct stat info = {};
    std::string bytes;
    ssize_t got = -1;
    off_t from = 0;
    if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) {
        from = std::max<off_t>(info.st_size - kLogBytes, 0);
        bytes.resize(static_cast<std::size_t>(std::min(info.st_size, kLogBytes)));
        got = ::pread(descriptor, bytes.data(), bytes.size(), from);
    }
    const int reason = errno;
    ::close(descriptor);
    errno = reason;
    if (got < 0)
        return failed();
    bytes.resize(static_cast<std::size_t>(got));
    if (from > 0)
        bytes.erase(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    return bytes;
}

/// What a terminal would show: of a progress bar the last state.
QString shownLine(const QString &line)
{
    const QStringList states = line.split(u'\r', Qt::SkipEmptyParts);
    const QString shown = states.isEmpty() ? QString() : states.back();
    return shown.size() > kLongestLine ? shown.left(kLongestLine) + u'…' : shown;
}

/// Secrets go before lines are cut and dropped: what is left of one would not be recognised.
QString lastLines(const std::string &log, const std::vector<PlaceLabel> &places,
                  const PrivateNames &names)
{
    static const QRegularExpression kEscapes(QStringLiteral("\\x1b\\[[0-9;?]*[A-Za-z]"));
    QString text = QString::fromUtf8(log.data(), std::ssize(log));
    text = withoutSecrets(withLabels(text.remove(kEscapes), places), names);
    QStringList lines = text.split(u'\n');
    while (!lines.isEmpty() && lines.back().trimmed().isEmpty())
        lines.removeLast();
    QStringList shown;
    for (const QString &line : lines.sliced(std::max<qsizetype>(lines.size() - kLogLines, 0)))
        shown += shownLine(line);
    return shown.join(u'\n');
}

void addLog(FactSection &section, const fs::path &folder, const std::vector<PlaceLabel> &places,
            const PrivateNames &names)
{
    const QString name = QStringLiteral("end of stderr.log");
    const Result<std::string> log = endOf(folder / kLogFolder / "stderr.log");
    if (!log)
        section.add(name, factText(log.error()));
    else
        section.add(name, log->empty() ? QStringLiteral("the log is empty")
                                       : lastLines(*log, places, names));
}

} // namespace

FactSection runFacts(const fs::path &given, const PrivateNames &names)
{
    FactSection section{QStringLiteral("run")};
    std::error_code ignored;
    const fs::path resolved = fs::weakly_canonical(given, ignored);
    const fs::path folder = resolved.empty() ? given : resolved;
    section.add(QStringLiteral("folder"), toQString(folder));
    if (!fs::is_directory(folder, ignored)) {
        section.add(QStringLiteral("state"),
                    fs::exists(folder, ignored)
                        ? QStringLiteral("no run, this is not a folder")
                        : QStringLiteral("no run, there is no such folder"));
        return section;
    }
    const Document journal = read(folder / kJournalFile);
    const Document result = read(folder / kResultFile);
    section.add(QStringLiteral("state"), stateText(runStateOf(folder)));
    for (const auto &[name, document] :
         {std::pair{kJournalFile, &journal}, std::pair{kResultFile, &result}})
        if (!document->problem.isEmpty())
            section.add(QString::fromLatin1(name), document->problem);
    const std::vector<PlaceLabel> places = {
        {folder, QStringLiteral("<run>")},
        {textAt(result.json, {"output", "directory"}).toStdString(), QStringLiteral("<run>")},
        {textAt(result.json, {"invocation", "upstream_root"}).toStdString(),
         QStringLiteral("<upstream>")}};

    FactSection told;
    addIfThere(told, "state in its journal", textAt(journal.json, {"state"}));
    addIfThere(told, "verdict", textAt(result.json, {"overall_status"}));
    addIfThere(told, "exit code", textAt(result.json, {"exit_code"}));
    addIfThere(told, "engine", textAt(journal.json, {"engine"}));
    addIfThere(told, "started", textAt(journal.json, {"started_at"}));
    addIfThere(told, "last change", textAt(journal.json, {"updated_at"}));
    addIfThere(told, "written by", textAt(result.json, {"run", "software", "version"}));
    addIfThere(told, "written by commit", textAt(result.json, {"run", "software", "commit"}));
    addRequest(told, result.json);
    addVerdict(told, result.json);
    for (const Fact &fact : told.facts)
        section.add(fact.name, withLabels(fact.value, places));
    if (journal.problem.isEmpty() || result.problem.isEmpty())
        addLog(section, folder, places, names);
    return section;
}

} // namespace mrb::backend
