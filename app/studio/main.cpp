// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/SelfTest.h"
#include "app/studio/StudioOptions.h"
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
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

namespace studio = mrb::studio;

QString translated(const char *text)
{
    return QCoreApplication::translate("main", text);
}

/// Answered without a display.
bool asksForTextOnly(int argc, char **argv)
{
    constexpr std::array<std::string_view, 5> kOptions = {"--version", "-v", "--help", "-h",
                                                          "--help-all"};
    return std::any_of(argv + 1, argv + argc, [&](std::string_view argument) {
        return std::find(kOptions.begin(), kOptions.end(), argument) != kOptions.end();
    });
}

/// Known before there is an application, which reads the user's own settings of Qt.
bool asksForSelfTest(int argc, char **argv)
{
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == std::string("--") + studio::kSelfTest.name;
    });
}

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGXFSZ, SIG_IGN); // a limit on the size of files is an error and not the end
    std::optional<studio::NobodysHome> home; // first, so that it goes last
    if (asksForSelfTest(argc, argv) && !home.emplace().isValid()) {
        std::fputs("mrbrain-studio: there is no folder for temporary files; see TMPDIR\n", stderr);
        return 1;
    }
    // The slowest step of the start is begun first: reading the file, unless that is an option.
    std::optional<mrb::ui::PendingVolume> begun;
    if (!home && argc > 1 && argv[1][0] != '-')
        begun = mrb::ui::beginLoading(mrb::ui::absolutePath(QFile::decodeName(argv[1])));
    const std::unique_ptr<QCoreApplication> application =
        asksForTextOnly(argc, argv) ? std::make_unique<QCoreApplication>(argc, argv)
                                    : std::make_unique<QApplication>(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    QCoreApplication::setApplicationVersion(QString::fromStdString(mrb::versionText()));

    QCommandLineParser parser;
    parser.setApplicationDescription(translated(studio::kDescription));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QString::fromLatin1(studio::kPath), translated(studio::kPathText),
                                 QStringLiteral("[path...]"));
    for (const studio::Switch &option : studio::kSwitches)
        parser.addOption({QString::fromLatin1(option.name), translated(option.text)});
    parser.process(*application);

    if (parser.isSet(QString::fromLatin1(studio::kTestGl.name))) {
        const mrb::viewer::GlFacts facts = mrb::viewer::probeGl();
        QTextStream(stdout) << mrb::viewer::toText(facts) << Qt::endl;
        return facts.usable ? 0 : 1;
    }
    if (home)
        return studio::runSelfTest();
    QGuiApplication::setDesktopFileName(QStringLiteral("mrbrain-studio"));
    QApplication::setWindowIcon(mrb::ui::applicationIcon());
    mrb::ui::MainWindow window;
    const mrb::ui::Workbench workbench(window);
    window.openPaths(parser.positionalArguments(), std::move(begun));
    window.show();
    return QCoreApplication::exec();
}
