// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/evidence/RecordedRun.h"

#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// As --num-gpus takes them.
constexpr std::int64_t kMostGpus = 64;

Error unusable(const QString &what)
{
    return {error_codes::kRecordUnusable, what,
            Text::tr("Nothing was run. Take the settings that you trust to mrbrain generate.")};
}

/// "engine" of both documents, which must agree. Results of the reference name none; it runs
/// nothing but the upstream command.
Result<Engine> engineOf(const RecordedRun &run)
{
    std::optional<QString> named;
    for (const JsonView &engine : {run.result()["engine"], run.journal()["engine"]}) {
        if (!engine.exists())
            continue;
        const QString name = engine.textOr(engine.compact());
        if (named && *named != name)
            return unusable(Text::tr("The record names two engines, %1 and %2.").arg(*named, name));
        named = name;
    }
    if (!named) {
        const JsonView entry = run.result()["invocation"]["official_entrypoint"];
        if (entry.textOr(QString()).isEmpty())
            return unusable(Text::tr("The record does not say which engine made its volumes."));
        return Engine::Upstream;
    }
    for (const Engine engine : {Engine::Upstream, Engine::Phantom})
        if (*named == QString::fromUtf8(engineName(engine)))
            return engine;
    return unusable(Text::tr("The record names an unknown engine, %1.").arg(*named));
}

Result<int> gpusOf(const RecordedRun &run)
{
    const JsonView inResult = run.result()["run"]["num_gpus"];
    const JsonView gpus = inResult.exists() ? inResult : run.journal()["num_gpus"];
    if (!gpus.exists())
        return 1; // the reference knows no more
    const auto count = gpus.integer();
    if (!count || *count < 1 || *count > kMostGpus)
        return unusable(
            Text::tr("The record says that %1 GPUs were used at once.").arg(gpus.compact()));
    return static_cast<int>(*count);
}

/// What somebody else wrote must not start lines of its own.
Error onOneLine(Error error)
{
    for (QString *text : {&error.message, &error.hint, &error.field})
        *text = tidyText(*text);
    return error;
}

Result<RepeatableRun> repeatable(const fs::path &folder, const Manifest *manifest)
{
    const Result<RecordedRun> run = readRecordedRun(folder);
    if (!run)
        return run.error();
    if (run->stored.result.kind == StoredDocument::Kind::Damaged)
        return *run->stored.result.error;
    if (run->volumes.empty())
        return Error{error_codes::kNothingToCompare,
                     Text::tr("The record lists no volume, so a second run could not be compared "
                              "with it."),
                     Text::tr("Use its settings with mrbrain generate to run it anyway.")};
    const Result<Engine> engine = engineOf(*run);
    if (!engine)
        return engine.error();
    const Result<int> gpus = gpusOf(*run);
    if (!gpus)
        return gpus.error();
    Result<std::string> overrides = settingsOfRun(run->folder, {}, manifest);
    if (!overrides)
        return overrides.error();
    return RepeatableRun{.overrides = std::move(*overrides), .engine = *engine, .numGpus = *gpus};
}

} // namespace

Result<RepeatableRun> repeatableRun(const fs::path &folder, const Manifest *manifest)
{
    Result<RepeatableRun> run = repeatable(folder, manifest);
    return run ? std::move(run) : onOneLine(run.error());
}

} // namespace mrb::backend
