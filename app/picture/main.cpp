// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/ReportMode.h"
#include "app/picture/Snapshot.h"
#include "app/picture/SnapshotOptions.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/cli/Commands.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLoggingCategory>

#include <exception>
#include <memory>
#include <optional>
#include <string_view>

namespace {

using mrb::backend::ExitCode;

/// Pictures look the same whatever the desktop, and a missing display does not matter.
std::unique_ptr<QGuiApplication> startWithoutDisplay(int &argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    for (const char *name : {"QT_QPA_PLATFORMTHEME", "QT_SCALE_FACTOR", "QT_FONT_DPI"})
        qunsetenv(name);
    // Such as that there is no XDG_RUNTIME_DIR, which pictures do not need.
    QLoggingCategory::setFilterRules(
        QStringLiteral("*.debug=false\n*.info=false\n*.warning=false"));
    auto application = std::make_unique<QGuiApplication>(argc, argv);
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(14);
    QGuiApplication::setFont(font);
    return application;
}

/// What should say which side is which, or anything at all, and cannot must not be made.
std::optional<ExitCode> refusalWithoutFonts(const QString &hint)
{
    if (!QFontDatabase::families().isEmpty())
        return {};
    return mrb::backend::refuse(
        mrb::Text::tr("no fonts"),
        {{mrb::picture::kNoFonts, mrb::Text::tr("No font is installed to write annotations in"),
          hint}});
}

ExitCode makePicture(int argc, char **argv)
{
    const auto parsed = mrb::picture::parseSnapshotOptions(argc, argv);
    if (!parsed)
        return mrb::backend::refuse(mrb::Text::tr("usage"), {parsed.error()});
    if (const auto *help = std::get_if<std::string>(&*parsed))
        return mrb::backend::printDocument(*help) ? ExitCode::Passed : ExitCode::NotWritten;
    const auto &options = std::get<mrb::picture::SnapshotOptions>(*parsed);
    const auto application = startWithoutDisplay(argc, argv);
    if (options.settings.annotations)
        if (const auto refusal = refusalWithoutFonts(
                mrb::Text::tr("Install one, such as Debian's fonts-dejavu-core, or give "
                              "--no-annotations.")))
            return *refusal;
    return mrb::picture::makeSnapshot(options);
}

ExitCode makeReport(int argc, char **argv)
{
    const auto parsed = mrb::picture::parseReportOptions(argc, argv);
    if (!parsed)
        return mrb::backend::refuse(mrb::Text::tr("usage"), {parsed.error()});
    if (const auto *help = std::get_if<std::string>(&*parsed))
        return mrb::backend::printDocument(*help) ? ExitCode::Passed : ExitCode::NotWritten;
    const auto application = startWithoutDisplay(argc, argv);
    if (const auto refusal =
            refusalWithoutFonts(mrb::Text::tr("Install one, such as Debian's fonts-dejavu-core.")))
        return *refusal;
    return mrb::picture::makeReport(std::get<mrb::picture::ReportOptions>(*parsed));
}

/// The first word says what to make; without one it is a picture.
ExitCode makeWhatIsAskedFor(int argc, char **argv)
{
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == "report")
        return makeReport(argc - 1, argv + 1);
    return word == "snapshot" ? makePicture(argc - 1, argv + 1) : makePicture(argc, argv);
}

} // namespace

int main(int argc, char **argv)
{
    try {
        return static_cast<int>(makeWhatIsAskedFor(argc, argv));
    } catch (const std::exception &error) { // the last net: what is let through is lack of memory
        return static_cast<int>(mrb::backend::refuse(
            mrb::Text::tr("picture not written"),
            {{mrb::backend::error_codes::kUsage, QString::fromLocal8Bit(error.what()),
              mrb::Text::tr("Ask for a smaller picture or use a larger machine.")}},
            ExitCode::NotWritten));
    }
}
