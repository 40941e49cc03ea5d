// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// A program with a run in it, to be killed: runhost SUPERVISOR PROGRAM ARGUMENT...
/// Prints the run's lines.

#include "backend/process/UpstreamRunner.h"

#include <QCoreApplication>

#include <cstdio>

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
    mrb::backend::ProcessSpec spec;
    spec.supervisor = argv[1];
    spec.program = argv[2];
    spec.arguments = application.arguments().sliced(3);
    spec.workingFolder = "/";
    spec.grace = std::chrono::milliseconds(300);
    runner.start(spec);
    return application.exec();
}
