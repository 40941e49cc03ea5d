// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunLibrary.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <string>
#include <vector>

namespace mrb::test {

/// A results folder with small runs of the phantom engine, made by the real mrbrain.
class PhantomRuns
{
public:
    PhantomRuns()
    {
        if (!m_folder.isValid())
            qFatal("no temporary folder");
        // Others may read, as in OrdinaryUser.
        std::filesystem::permissions(results(), std::filesystem::perms(0755));
    }

    std::filesystem::path results() const { return m_folder.path().toStdString(); }

    /// The run's folder.
    std::filesystem::path add(const std::string &name, int seed,
                              const QString &modality = QStringLiteral("mri_t1"))
    {
        const QString request = m_folder.filePath(QStringLiteral("request.json"));
        QFile file(request);
        if (!file.open(QIODevice::WriteOnly) ||
            file.write("{\"dim\":[64,64,64],\"spacing\":[3.5,3.75,2.72]}") < 0)
            qFatal("cannot write the request");
        file.close();
        const std::filesystem::path folder = results() / name;
        QProcess process;
        process.start(qEnvironmentVariable("MRB_MRBRAIN"),
                      {QStringLiteral("generate"), request, QStringLiteral("--engine"),
                       QStringLiteral("phantom"), QStringLiteral("-o"),
                       QString::fromStdString(folder.string()), QStringLiteral("--random-seed"),
                       QString::number(seed), QStringLiteral("--modality"), modality});
        if (!process.waitForFinished(120000) || process.exitCode() != 0)
            qFatal("mrbrain: %s", process.readAllStandardError().constData());
        return folder;
    }

    /// The same run once more, as after copying it.
    std::filesystem::path copy(const std::filesystem::path &run, const std::string &name)
    {
        const std::filesystem::path folder = results() / name;
        std::filesystem::copy(run, folder, std::filesystem::copy_options::recursive);
        return folder;
    }

    backend::RunSummary summary(const std::filesystem::path &folder) const
    {
        auto run = backend::readRunSummary(folder);
        if (!run)
            qFatal("%s", qPrintable(run.error().message));
        return *run;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace mrb::test
