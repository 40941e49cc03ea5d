// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/StudioSettings.h"

#include "ui/settings/SettingsFile.h"
#include "ui/settings/SettingsRules.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mrb::ui {

namespace {

namespace key {
constexpr QLatin1StringView kEngine("runs/engine");
constexpr QLatin1StringView kUpstreamRoot("runs/checkout");
constexpr QLatin1StringView kPython("runs/python");
constexpr QLatin1StringView kVisibleGpus("runs/gpus");
constexpr QLatin1StringView kManifest("runs/manifest");
constexpr QLatin1StringView kAllowCheckout("runs/allowOtherCheckout");
constexpr QLatin1StringView kAllowWeights("runs/allowOtherWeights");
constexpr QLatin1StringView kTimeLimit("runs/timeLimitSeconds");
constexpr QLatin1StringView kRunsAtOnce("runs/atOnce");
constexpr QLatin1StringView kWarmStart("runs/warmStart");
constexpr QLatin1StringView kOfferWarmStart("runs/offerWarmStart");
constexpr QLatin1StringView kResultsFolder("runs/resultsFolder");
constexpr QLatin1StringView kFurtherResults("runs/furtherResultsFolders");
constexpr QLatin1StringView kColours("runs/colours");
constexpr QLatin1StringView kNotify("runs/notify");
constexpr QLatin1StringView kShowResults("runs/showResults");
} // namespace key

constexpr std::array kSchemes = {
    std::pair(ColourScheme::System, QLatin1StringView("system")),
    std::pair(ColourScheme::Light, QLatin1StringView("light")),
    std::pair(ColourScheme::Dark, QLatin1StringView("dark")),
};

QString nameOf(backend::Engine engine)
{
    const std::string_view name = backend::engineName(engine);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString nameOf(ColourScheme scheme)
{
    const auto *row = std::find_if(kSchemes.begin(), kSchemes.end(),
                                   [scheme](const auto &entry) { return entry.first == scheme; });
    return QString(row->second);
}

/// Takes what can be used from the file and keeps a list of what cannot.
class Reader
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::SettingsStore)

public:
    Reader(const QSettings &file, QStringList &problems) : m_file(file), m_problems(problems) {}

    void read(QLatin1StringView key, QString &into, QString (*problemOf)(const QString &))
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        // An unquoted comma makes a list of a text.
        const QString problem = value->typeId() == QMetaType::QString
                                    ? problemOf(value->toString())
                                    : tr("One text is wanted, not a list.");
        if (problem.isEmpty())
            into = value->toString();
        else
            complain(key, *value, problem);
    }

    void read(QLatin1StringView key, bool &into)
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        const QString text = value->toString();
        if (text == u"true" || text == u"false")
            into = text == u"true";
        else
            complain(key, *value, tr("It must be true or false."));
    }

    void read(QLatin1StringView key, std::chrono::seconds &into)
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        bool isNumber = false;
        const std::chrono::seconds seconds(value->toString().toLongLong(&isNumber));
        if (isNumber && seconds >= kShortestTimeLimit && seconds <= kLongestTimeLimit) {
            into = seconds;
            return;
        }
        complain(key, *value,
                 tr("It must be a whole number of seconds from %1 to %2.")
                     .arg(kShortestTimeLimit.count())
                     .arg(kLongestTimeLimit.count()));
    }

    void readRunsAtOnce(QLatin1StringView key, int &into)
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        bool isNumber = false;
        const int runs = value->toString().toInt(&isNumber);
        if (isNumber && runs >= 0 && runs <= kMostRunsAtOnce) {
            into = runs;
            return;
        }
        complain(
            key, *value,
            tr("It must be a whole number from 1 to %1, or 0 for automatic.").arg(kMostRunsAtOnce));
    }

    void readFolders(QLatin1StringView key, QStringList &into)
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        for (const QString &folder : value->toStringList()) {
            const QString problem = pathProblem(folder);
            if (problem.isEmpty() && !folder.isEmpty() && !into.contains(folder))
                into.append(folder);
            else if (!problem.isEmpty())
                complain(key, folder, problem);
        }
    }

    template <class Choice, std::size_t size>
    void read(QLatin1StringView key, Choice &into,
              const std::array<std::pair<Choice, QLatin1StringView>, size> &choices)
    {
        const std::optional<QVariant> value = valueOf(key);
        if (!value)
            return;
        QStringList names;
        for (const auto &[choice, name] : choices) {
            if (value->toString() == name) {
                into = choice;
                return;
            }
            names += QString(name);
        }
        complain(key, *value, tr("It must be one of: %1.").arg(names.join(QStringLiteral(", "))));
    }

private:
    std::optional<QVariant> valueOf(QLatin1StringView key) const
    {
        return m_file.contains(key) ? std::optional(m_file.value(key)) : std::nullopt;
    }

    void complain(QLatin1StringView key, const QVariant &value, const QString &problem)
    {
        m_problems +=
            tr("%1 in the settings file cannot be used: \"%2\". %3 It is left there and "
               "the default is taken; another choice in the settings replaces it.")
                .arg(QString(key), value.toStringList().join(QStringLiteral(", ")), problem);
    }

    const QSettings &m_file;
    QStringList &m_problems;
};

StudioSettings defaults()
{
    StudioSettings settings;
    settings.resultsFolder = defaultResultsFolder();
    return settings;
}

StudioSettings readFrom(const QSettings &file, QStringList &problems)
{
    static const std::array kEngines = {
        std::pair(backend::Engine::Upstream, QLatin1StringView("upstream")),
        std::pair(backend::Engine::Phantom, QLatin1StringView("phantom")),
    };
    StudioSettings settings = defaults();
    Reader reader(file, problems);
    reader.read(key::kEngine, settings.engine, kEngines);
    reader.read(key::kUpstreamRoot, settings.upstreamRoot, pathProblem);
    reader.read(key::kPython, settings.python, pythonProblem);
    reader.read(key::kVisibleGpus, settings.visibleGpus, gpusProblem);
    reader.read(key::kManifest, settings.manifest, pathProblem);
    reader.read(key::kAllowCheckout, settings.allowCheckout);
    reader.read(key::kAllowWeights, settings.allowWeights);
    reader.read(key::kTimeLimit, settings.timeLimit);
    reader.readRunsAtOnce(key::kRunsAtOnce, settings.runsAtOnce);
    reader.read(key::kWarmStart, settings.warmStart);
    reader.read(key::kOfferWarmStart, settings.offerWarmStart);
    reader.read(key::kResultsFolder, settings.resultsFolder, pathProblem);
    if (settings.resultsFolder.isEmpty())
        settings.resultsFolder = defaultResultsFolder();
    reader.readFolders(key::kFurtherResults, settings.furtherResults);
    reader.read(key::kColours, settings.colours, kSchemes);
    reader.read(key::kNotify, settings.notify);
    reader.read(key::kShowResults, settings.showResults);
    return settings;
}

/// As they are written; in the order of the file.
std::vector<std::pair<QLatin1StringView, QVariant>> valuesOf(const StudioSettings &settings)
{
    return {
        {key::kEngine, nameOf(settings.engine)},
        {key::kUpstreamRoot, settings.upstreamRoot},
        {key::kPython, settings.python},
        {key::kVisibleGpus, settings.visibleGpus},
        {key::kManifest, settings.manifest},
        {key::kAllowCheckout, settings.allowCheckout},
        {key::kAllowWeights, settings.allowWeights},
        {key::kTimeLimit, qint64{settings.timeLimit.count()}},
        {key::kRunsAtOnce, settings.runsAtOnce},
        {key::kWarmStart, settings.warmStart},
        {key::kOfferWarmStart, settings.offerWarmStart},
        {key::kResultsFolder, settings.resultsFolder},
        {key::kFurtherResults, settings.furtherResults},
        {key::kColours, nameOf(settings.colours)},
        {key::kNotify, settings.notify},
        {key::kShowResults, settings.showResults},
    };
}

} // namespace

backend::RunSettings StudioSettings::runSettings() const
{
    backend::RunSettings run;
    run.engine = engine;
    run.upstreamRoot = upstreamRoot.toStdString();
    run.python = python.toStdString();
    run.manifest = manifest.toStdString();
    run.visibleGpus = visibleGpus.toStdString();
    run.timeLimit = timeLimit;
    run.allowCheckout = allowCheckout;
    run.allowWeights = allowWeights;
    run.resultsFolder = resultsFolder.toStdString();
    return run;
}

backend::TargetPolicy StudioSettings::targetPolicy() const
{
    return {.runsAtOnce = runsAtOnce, .warmStart = warmStart};
}

backend::GenerateOptions StudioSettings::options() const
{
    const auto given = [](const QString &text) {
        return text.isEmpty() ? std::nullopt : std::optional(text.toStdString());
    };
    backend::GenerateOptions options = backend::optionsForThisProcess();
    options.timeLimit = timeLimit;
    options.engine = engine;
    options.upstreamRoot = given(upstreamRoot);
    options.python = given(python);
    options.manifest = given(manifest);
    options.allowCheckout = allowCheckout;
    options.allowWeights = allowWeights;
    // Stands for the folder that the run will make: its disk and its name are looked at.
    if (!resultsFolder.isEmpty())
        options.outputFolder =
            (QDir(resultsFolder).filePath(QStringLiteral("new-run"))).toStdString();
    if (!visibleGpus.isEmpty()) {
        constexpr std::string_view kVariable = "CUDA_VISIBLE_DEVICES";
        std::erase_if(options.environment,
                      [kVariable](const auto &pair) { return pair.first == kVariable; });
        options.environment.emplace_back(kVariable, visibleGpus.toStdString());
    }
    return options;
}

std::vector<std::filesystem::path> StudioSettings::libraryFolders() const
{
    QStringList folders = furtherResults;
    folders.prepend(resultsFolder);
    std::vector<std::filesystem::path> paths;
    for (const QString &folder : folders) {
        const auto path = std::filesystem::path(QDir::cleanPath(folder).toStdString());
        if (!folder.isEmpty() && std::find(paths.begin(), paths.end(), path) == paths.end())
            paths.push_back(path);
    }
    return paths;
}

SettingsStore::SettingsStore(QObject *parent) : QObject(parent)
{
    const QString problem = settingsFileProblem();
    if (!problem.isEmpty())
        m_problems += problem;
    m_settings = readFrom(*openSettings(), m_problems);
}

void SettingsStore::set(const StudioSettings &settings)
{
    if (settings == m_settings)
        return;
    const auto before = valuesOf(m_settings);
    const auto after = valuesOf(settings);
    const auto file = openSettings();
    for (std::size_t i = 0; i < after.size(); ++i) {
        // What was not changed here may be another window's, or something that cannot be used.
        if (after[i].second != before[i].second)
            file->setValue(after[i].first, after[i].second);
    }
    file->sync();
    m_settings = settings;
    Q_EMIT changed();
    if (file->status() != QSettings::NoError) {
        const QString problem = tr("The settings could not be written to %1 and last until the "
                                   "program ends. Make the file and its folder writable.")
                                    .arg(file->fileName());
        if (!m_problems.contains(problem))
            m_problems += problem;
        Q_EMIT notSaved(problem);
    }
}

QString defaultResultsFolder()
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QDir(documents.isEmpty() ? QDir::homePath() : documents)
        .absoluteFilePath(QStringLiteral("MR Brain Studio"));
}

} // namespace mrb::ui
