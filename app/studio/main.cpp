// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Version.h"
#include "ui/MainWindow.h"
#include "ui/Workbench.h"
#include "ui/settings/ApplicationIcon.h"
#include "viewer/scene/GlFacts.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QTextStream>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace {

/// Answered without a display.
bool asksForTextOnly(int argc, char **argv)
{
    constexpr std::array<std::string_view, 5> kOptions = {"--version", "-v", "--help", "-h",
                                                          "--help-all"};
    return std::any_of(argv + 1, argv + argc, [&](std::string_view argument) {
        return std::find(kOptions.begin(), kOptions.end(), argument) != kOptions.end();
    });
}

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGXFSZ, SIG_IGN); // a limit on the size of files is an error and not the end
    // The slowest step of the start is begun first: reading the file, unless that is an option.
    std::optional<mrb::ui::PendingVolume> begun;
    if (argc > 1 && argv[1][0] != '-')
        begun = mrb::ui::beginLoading(mrb::ui::absolutePath(QFile::decodeName(argv[1])));
    const std::unique_ptr<QCoreApplication> application =
        asksForTextOnly(argc, argv) ? std::make_unique<QCoreApplication>(argc, argv)
                                    : std::make_unique<QApplication>(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    QCoreApplication::setApplicationVersion(
        QString::fromUtf8(mrb::kVersion.data(), mrb::kVersion.size()));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Generate synthetic brain MRI, look at it and judge "
                                            "it. Not for clinical use."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QCoreApplication::translate("main",
                                    "A NIfTI, NRRD or MetaImage volume, a run's folder or "
                                    "result.json to show, a bundle to verify, or a settings file "
                                    "for the form."),
        QStringLiteral("[path...]"));
    const QCommandLineOption testGl(
        QStringLiteral("test-gl"),
        QCoreApplication::translate("main", "Print what 3-D views have to draw with, and end."));
    parser.addOption(testGl);
    parser.process(*application);

    if (parser.isSet(testGl)) {
        const mrb::viewer::GlFacts facts = mrb::viewer::probeGl();
        QTextStream(stdout) << mrb::viewer::toText(facts) << Qt::endl;
        return facts.usable ? 0 : 1;
    }
    QGuiApplication::setDesktopFileName(QStringLiteral("mrbrain-studio"));
    QApplication::setWindowIcon(mrb::ui::applicationIcon());
    mrb::ui::MainWindow window;
    const mrb::ui::Workbench workbench(window);
    window.openPaths(parser.positionalArguments(), std::move(begun));
    window.show();
    return QCoreApplication::exec();
}
