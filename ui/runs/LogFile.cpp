// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogFile.h"

#include "backend/base/Text.h"
#include "backend/process/LineSplitter.h"
#include "backend/report/RunReport.h"
#include "backend/run/RunFolder.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace mrb::ui {

namespace fs = std::filesystem;

namespace {

constexpr qint64 kMaxBytes = qint64{4} << 20;

struct LogFileText
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::LogFile)
};

struct Tail
{
    QByteArray bytes;
    bool isCut = false;
    QString failure; ///< empty when it was read
};

Tail readTail(const fs::path &path)
{
    Tail tail;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        tail.failure = file.errorString();
        return tail;
    }
    const qint64 size = file.size();
    if (size > kMaxBytes && file.seek(size - kMaxBytes)) {
        tail.isCut = true;
        file.readLine(); // most of a line, of which the beginning is missing
    }
    tail.bytes = file.read(kMaxBytes);
    if (file.error() != QFileDevice::NoError)
        tail.failure = file.errorString();
    return tail;
}

/// The lines that stay; of a progress bar its last state.
std::vector<ShownLine> linesOf(const QByteArray &bytes, backend::Channel channel)
{
    backend::LineSplitter splitter(channel);
    std::vector<backend::LogLine> read = splitter.feed(bytes, 0);
    for (backend::LogLine &line : splitter.finish(0))
        read.push_back(std::move(line));
    std::erase_if(read, [](const backend::LogLine &line) { return line.transient; });
    const std::size_t kept = std::min(read.size(), LogStore::kMaxLines);
    std::vector<ShownLine> lines;
    lines.reserve(kept);
    for (auto line = read.end() - static_cast<std::ptrdiff_t>(kept); line != read.end(); ++line)
        lines.push_back({line->text, backend::logLevelOf(line->text)});
    return lines;
}

std::optional<backend::FailureCause> causeOf(const fs::path &runFolder,
                                             const std::vector<ShownLine> &errorLines, int exitCode)
{
    // The result knows the program's own exit code, which tells a kill from an exception.
    if (const auto report = backend::reportOfRun(runFolder); report && report->cause)
        return report->cause;
    QString text;
    for (const ShownLine &line : errorLines)
        text += line.text + u'\n';
    // This program's exit code: the only one that says who ended the run.
    constexpr int kTimedOut = 124;
    return backend::recogniseFailure(text, exitCode,
                                     exitCode == kTimedOut ? backend::FailureEnd::TimeLimit
                                                           : backend::FailureEnd::ByItself);
}

} // namespace

fs::path errorLogOf(const fs::path &runFolder)
{
    return runFolder / backend::kLogFolder / "stderr.log";
}

LoadedLog loadLog(const fs::path &runFolder, bool failed, int exitCode)
{
    const Tail errors = readTail(errorLogOf(runFolder));
    const Tail output = readTail(runFolder / backend::kLogFolder / "stdout.log");
    LoadedLog log;
    log.isCut = errors.isCut || output.isCut;
    if (!errors.failure.isEmpty())
        log.error = Error{mrb::error_codes::kCannotRead,
                          LogFileText::tr("%1 cannot be read: %2.")
                              .arg(toQString(errorLogOf(runFolder)), errors.failure),
                          LogFileText::tr("Check whether the folder of the run is still there.")};
    std::vector<ShownLine> errorLines = linesOf(errors.bytes, backend::Channel::Stderr);
    if (failed)
        log.cause = causeOf(runFolder, errorLines, exitCode);
    log.lines = linesOf(output.bytes, backend::Channel::Stdout);
    if (!log.lines.empty()) {
        log.lines.insert(log.lines.begin(), {LogFileText::tr("— Standard output —")});
        log.lines.push_back({LogFileText::tr("— Standard error —")});
    }
    log.lines.insert(log.lines.end(), std::make_move_iterator(errorLines.begin()),
                     std::make_move_iterator(errorLines.end()));
    return log;
}

} // namespace mrb::ui
