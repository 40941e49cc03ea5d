// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/InstallationChecks.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/environment/ShortCommand.h"
#include "backend/process/RunEnvironment.h"
#include "backend/process/UpstreamCommand.h"
#include "backend/request/Manifest.h"
#include "ui/settings/ApplicationIcon.h"
#include "ui/settings/Licences.h"

#include <QBuffer>
#include <QFile>
#include <QFontInfo>
#include <QGuiApplication>
#include <QImage>
#include <QJsonDocument>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QStringList>

#include <array>
#include <filesystem>
#include <optional>

namespace mrb::studio {

namespace {

namespace fs = std::filesystem;
using Outcome = Check::Outcome;

QString shown(const fs::path &path)
{
    return QFile::decodeName(path.c_str());
}

void passOrFail(const Checks &report, const QString &name, const QStringList &problems,
                const QString &passed)
{
    if (problems.isEmpty())
        report({Outcome::Passed, name, passed});
    else
        report(
            {Outcome::Failed, name,
             Text::tr("%1. Install the program again.").arg(problems.join(QStringLiteral("; ")))});
}

/// Nothing where it cannot be read, as where it is missing.
std::optional<QByteArray> contentOf(const fs::path &path)
{
    QFile file(shown(path));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll();
}

/// Notes what is missing or empty.
std::optional<QByteArray> require(const fs::path &path, QStringList &problems)
{
    auto content = contentOf(path);
    if (!content)
        problems << Text::tr("%1 cannot be read").arg(shown(path));
    else if (content->isEmpty())
        problems << Text::tr("%1 is empty").arg(shown(path));
    return content;
}

void requireJson(const fs::path &path, QStringList &problems)
{
    const auto content = require(path, problems);
    QJsonParseError error;
    if (content && !content->isEmpty() && QJsonDocument::fromJson(*content, &error).isNull())
        problems << Text::tr("%1 is damaged (%2)").arg(shown(path), error.errorString());
}

void checkGuide(const Checks &report)
{
    QStringList problems;
    const fs::path guide = dataFile("guide/guide.md");
    qsizetype pictures = 0;
    if (const auto text = require(guide, problems)) {
        static const QRegularExpression kPicture(QStringLiteral(R"(!\[[^]]*\]\(([^)\s]+)\))"));
        auto matches = kPicture.globalMatch(QString::fromUtf8(*text));
        for (; matches.hasNext(); ++pictures)
            require(guide.parent_path() / matches.next().captured(1).toStdString(), problems);
    }
    passOrFail(report, Text::tr("guide"), problems,
               Text::tr("%1 with %2 pictures").arg(shown(guide)).arg(pictures));
}

void checkSchemas(const Checks &report)
{
    QStringList problems;
    constexpr std::array kNames = {"result",
                                   "reproduction",
                                   "verification",
                                   "record_diff",
                                   "redactions",
                                   "bundle",
                                   "evidence-pack/cost_profile",
                                   "evidence-pack/runtime_profile",
                                   "evidence-pack/manifest",
                                   "evidence-pack/integrity_check",
                                   "evidence-pack/validation_summary",
                                   "evidence-pack/agent_run_trace"};
    for (const char *name : kNames)
        requireJson(dataFile("schema") / (std::string(name) + ".schema.json"), problems);
    passOrFail(report, Text::tr("schemas"), problems,
               Text::tr("%1 can be read").arg(kNames.size()));
}

void checkPhantom(const Checks &report)
{
    QStringList problems;
    const fs::path root = dataFile("phantom_upstream");
    for (const char *name :
         {"PHANTOM_UPSTREAM", "scripts/diff_model_infer.py", "scripts/phantom_head.py"})
        require(root / name, problems);
    for (const char *name : {"config_network_rflow", "config_maisi_diff_model_rflow-mr-brain",
                             "environment_maisi_diff_model_rflow-mr-brain", "modality_mapping"})
        requireJson(root / "configs" / (std::string(name) + ".json"), problems);
    passOrFail(report, Text::tr("phantom engine"), problems, shown(root));
}

void checkSetup(const Checks &report)
{
    QStringList problems;
    const fs::path script = dataFile("setup/fetch_weights.py");
    require(script, problems);
    passOrFail(report, Text::tr("set-up"), problems, shown(script));
}

void checkWarmStart(const Checks &report)
{
    QStringList problems;
    const fs::path script = backend::warmLauncher();
    require(script, problems);
    passOrFail(report, Text::tr("warm start"), problems, shown(script));
}

void checkManifest(const Checks &report)
{
    const Result<backend::Manifest> manifest = backend::builtInManifest();
    if (manifest)
        report({Outcome::Passed, Text::tr("manifest"),
                QString::fromStdString(manifest->id + ' ' + manifest->version)});
    else
        report({Outcome::Failed, Text::tr("manifest"), manifest.error().message});
}

struct Helper
{
    fs::path program;
    std::vector<std::string> arguments;
    int exitCode = 0;        ///< a question that has an answer
    std::string answer = {}; ///< how its output begins
};

void checkHelper(const Helper &helper, const Checks &report)
{
    const QString name = shown(helper.program.filename());
    const Result<backend::CommandOutput> output =
        backend::runShortCommand({.program = helper.program,
                                  .arguments = helper.arguments,
                                  .environment = backend::currentEnvironment(),
                                  .timeLimit = std::chrono::seconds(60)});
    if (!output) {
        report({Outcome::Failed, name, output.error().message});
    } else if (output->exitCode != helper.exitCode || !output->out.starts_with(helper.answer)) {
        const std::string said = output->err.empty() ? output->out : output->err;
        report({Outcome::Failed, name,
                Text::tr("%1 does not answer as it should (exit code %2): %3")
                    .arg(shown(helper.program))
                    .arg(output->exitCode)
                    .arg(QString::fromStdString(said).left(500).simplified())});
    } else {
        report({Outcome::Passed, name, Text::tr("%1 starts").arg(shown(helper.program))});
    }
}

QByteArray savedAs(const char *format)
{
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::red);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return bytes;
}

/// Without fonts Qt draws the same box for each letter, and names families all the same.
QImage drawn(QChar letter)
{
    QImage image(32, 32, QImage::Format_Grayscale8);
    image.fill(Qt::white);
    QPainter(&image).drawText(image.rect(), Qt::AlignCenter, letter);
    return image;
}

void checkPictures(const Checks &report)
{
    QStringList problems;
    if (QImage::fromData(savedAs("PNG")).pixelColor(3, 3) != QColor(Qt::red))
        problems << Text::tr("PNG pictures cannot be written and read");
    QByteArray pdf;
    QBuffer buffer(&pdf);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        QPainter(&writer).drawText(QPoint(10, 10), QStringLiteral("A"));
    }
    if (!pdf.startsWith("%PDF"))
        problems << Text::tr("PDF documents cannot be written");
    passOrFail(report, Text::tr("formats"), problems, Text::tr("PNG and PDF"));
}

} // namespace

void checkInstallation(const Checks &report)
{
    checkGuide(report);
    checkSchemas(report);
    checkPhantom(report);
    checkSetup(report);
    checkWarmStart(report);
    checkManifest(report);
    // What it says without anything to supervise is that it was called wrongly: 125.
    for (const Helper &helper :
         {Helper{executableFolder() / "mrbrain", {"--version"}, 0, "mrbrain " + versionText()},
          Helper{helperProgram("mrbrain-picture"), {"--help"}},
          Helper{helperProgram("mrbrain-supervisor"), {}, 125}})
        checkHelper(helper, report);
}

void checkQtParts(const Checks &report)
{
    report({Outcome::Passed, Text::tr("platform"),
            Text::tr("%1, Qt %2")
                .arg(QGuiApplication::platformName(), QString::fromLatin1(qVersion()))});
    const QString family = QFontInfo(QFont()).family();
    if (drawn(u'A') != drawn(u'B'))
        report({Outcome::Passed, Text::tr("fonts"), Text::tr("%1 and others").arg(family)});
    else
        report({Outcome::Failed, Text::tr("fonts"),
                Text::tr("There is none. Install one, such as Debian's fonts-dejavu-core.")});
    checkPictures(report);
    QStringList problems;
    if (ui::applicationIcon().availableSizes().isEmpty())
        problems << Text::tr("the program's icon is missing");
    for (const ui::Component &component : ui::components())
        if (component.textFile.startsWith(u':') && !QFile::exists(component.textFile))
            problems << Text::tr("%1 is missing").arg(component.textFile);
    passOrFail(report, Text::tr("compiled in"), problems, Text::tr("icon and licences"));
}

} // namespace mrb::studio
