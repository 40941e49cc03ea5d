// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// A program with a queue in it, to be killed: queuehost QUEUE RESULTS PYTHON RUNS.
/// Adds phantom runs with the seeds 1 to RUNS, does them, and says what happens.

#include "backend/queue/RunQueue.h"

#include <QCoreApplication>

#include <cstdio>
#include <string>

using namespace mrb::backend;

namespace {

void say(const char *word)
{
    std::puts(word);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    RunQueue queue(argv[1], makeLocalTarget());
    queue.setPolicy({.runsAtOnce = 1});
    QObject::connect(&queue, &RunQueue::started, &queue, [] { say("started"); });
    QObject::connect(&queue, &RunQueue::progressed, &queue, [&queue](const QString &id) {
        if (queue.progressOf(id)->progress.phase == Phase::Diffusion)
            say("drawing");
    });
    QObject::connect(&queue, &RunQueue::idle, &application, &QCoreApplication::quit);
    std::vector<RunSettings> runs;
    for (int seed = 1; seed <= std::atoi(argv[4]); ++seed) {
        RunSettings settings;
        settings.overrides =
            R"({"modality": "mri_t1", "random_seed": )" + std::to_string(seed) + "}";
        settings.engine = Engine::Phantom;
        settings.python = argv[3];
        settings.resultsFolder = argv[2];
        runs.push_back(settings);
    }
    queue.add(runs);
    say("added");
    return QCoreApplication::exec();
}
