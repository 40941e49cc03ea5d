// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Version.h"
#include "ui/MainWindow.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QScreen>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

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
    const std::unique_ptr<QCoreApplication> application =
        asksForTextOnly(argc, argv) ? std::make_unique<QCoreApplication>(argc, argv)
                                    : std::make_unique<QApplication>(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    QCoreApplication::setApplicationVersion(
        QString::fromUtf8(mrb::kVersion.data(), mrb::kVersion.size()));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Look at brain MRI volumes. Not for clinical use."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("file"),
        QCoreApplication::translate("main", "A NIfTI, NRRD or MetaImage volume to show."),
        QStringLiteral("[file...]"));
    parser.process(*application);

    mrb::ui::MainWindow window;
    window.resize(QSize(1400, 600).boundedTo(window.screen()->availableSize()));
    window.openFiles(parser.positionalArguments());
    window.show();
    return QCoreApplication::exec();
}
