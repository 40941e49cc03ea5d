// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// A program with a run in it, to be killed: runhost KIND SUPERVISOR PROGRAM ARGUMENT...
/// Prints the run's lines. KIND: "cold"; "kept" keeps the program ready, and says so; "warm" makes
/// a run of it then.

#include "backend/process/UpstreamRunner.h"
#include "backend/process/WarmProcess.h"

#include <QCoreApplication>

#include <cstdio>
#include <memory>
#include <string_view>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    mrb::backend::UpstreamRunner runner;
    QObject::connect(&runner, &mrb::backend::UpstreamRunner::lineRead, &runner,
                     [](const mrb::backend::LogLine &line) {
                         std::puts(line.text.toUtf8().constData());
                         std::fflush(stdout);
                     });
    QObject::connect(&runner, &mrb::backend::UpstreamRunner::finished, &application,
                     &QCoreApplication::quit);
    const std::string_view kind = argv[1];
    mrb::backend::ProcessSpec spec;
    spec.supervisor = argv[2];
    spec.program = argv[3];
    spec.arguments = application.arguments().sliced(4);
    spec.workingFolder = "/";
    spec.grace = std::chrono::milliseconds(300);
    std::unique_ptr<mrb::backend::WarmProcess> warm;
    if (kind == "cold") {
        runner.start(spec);
    } else {
        warm = std::make_unique<mrb::backend::WarmProcess>();
        QObject::connect(warm.get(), &mrb::backend::WarmProcess::ready, &runner, [&] {
            std::puts("kept");
            std::fflush(stdout);
            if (kind == "warm")
                runner.start(spec, std::move(warm));
        });
        warm->start({.program = spec.program,
                     .arguments = spec.arguments,
                     .workingFolder = spec.workingFolder,
                     .environment = {},
                     .supervisor = spec.supervisor,
                     .grace = spec.grace});
    }
    return application.exec();
}
