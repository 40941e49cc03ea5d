// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/diagnostics/CollectDiagnostics.h"

#include "backend/base/Text.h"
#include "backend/diagnostics/Redaction.h"
#include "backend/diagnostics/Sections.h"

#include <QRegularExpression>

#include <exception>
#include <functional>
#include <future>
#include <string>

namespace mrb::backend {

namespace {

using Sections = std::vector<FactSection>;

/// One that could not be made says so and does not take the others with it.
Sections guarded(const QString &name, const std::function<Sections()> &make)
{
    try {
        return make();
    } catch (const std::exception &failure) { // out of memory or threads, for instance
        FactSection section{name};
        section.add(QStringLiteral("problem"), QString::fromLocal8Bit(failure.what()));
        return {section};
    }
}

} // namespace

Diagnostics collectDiagnostics(const DiagnosticsOptions &options, std::stop_token stop)
{
    const EnvironmentPairs &environment = options.run.environment;
    const PrivateNames names = privateNames(environment);
    const ManifestInUse manifest = manifestInUse(options.run);
    std::vector<std::future<Sections>> parts;
    // Where no thread can be had the part is made when it is asked for.
    const auto begin = [&parts](const char *name, std::function<Sections()> make) {
        parts.push_back(std::async(std::launch::async | std::launch::deferred,
                                   [name = QString::fromLatin1(name), make = std::move(make)] {
                                       return guarded(name, make);
                                   }));
    };
    begin("program", [&] { return Sections{programFacts(manifest)}; });
    begin("system", [&] { return Sections{systemFacts(environment)}; });
    begin("display", [&] { return Sections{displayFacts(environment, stop)}; });
    begin("GPUs", [&] { return Sections{gpuFacts(environment, stop)}; });
    begin("checkout", [&] { return modelFacts(options.run, manifest.manifest, stop); });
    begin("disk", [&] { return Sections{diskFacts(options)}; });
    begin("files", [&] { return Sections{fileFacts(environment)}; });
    begin("environment", [&] { return Sections{environmentFacts(environment)}; });
    if (options.runFolder) {
        const std::filesystem::path folder = options.run.workingFolder / *options.runFolder;
        begin("run", [&names, folder] { return Sections{runFacts(folder, names)}; });
    }
    Diagnostics all;
    for (std::future<Sections> &part : parts)
        for (FactSection &section : part.get())
            all.sections.push_back(std::move(section));
    return withoutSecrets(std::move(all), names);
}

QString factText(const Error &error)
{
    const std::string_view code = error.code.id();
    return QStringLiteral("%1: ").arg(QLatin1StringView(code.data(), std::ssize(code))) +
           error.message;
}

QString bytesText(double bytes)
{
    constexpr double kStep = 1024;
    double value = bytes;
    int unit = 0;
    static constexpr const char *kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    for (; value >= kStep && unit < 4; ++unit)
        value /= kStep;
    return QStringLiteral("%1 %2")
        .arg(value, 0, 'f', unit == 0 ? 0 : 1)
        .arg(QLatin1StringView(kUnits[unit]));
}

QString withLabels(QString text, const std::vector<PlaceLabel> &places)
{
    for (const PlaceLabel &place : places) {
        if (place.folder.relative_path().empty()) // none, or all of the disk
            continue;
        const QRegularExpression path(QStringLiteral("(?<![\\w.~-])") +
                                          QRegularExpression::escape(toQString(place.folder)) +
                                          QStringLiteral("(?![\\w.-])"),
                                      QRegularExpression::UseUnicodePropertiesOption);
        text.replace(path, place.label);
    }
    return text;
}

} // namespace mrb::backend
