// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/JsonText.h"
#include "backend/report/RunReport.h"
#include "backend/request/Manifest.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

/// The program that ctest names; empty when a test is started by hand without it.
inline QString mrbrainProgram()
{
    return qEnvironmentVariable("MRB_MRBRAIN");
}

inline void writeFile(const std::filesystem::path &file, const std::string &content)
{
    QFile out(QString::fromStdString(file.string()));
    QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(out.write(content.data(), static_cast<qint64>(content.size())),
             static_cast<qint64>(content.size()));
}

/// A small run of the phantom by the real program. Empty on failure.
inline std::filesystem::path phantomRun(const QTemporaryDir &under)
{
    const std::filesystem::path folder = under.path().toStdString();
    writeFile(folder / "request.json", R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72]})");
    QProcess program;
    program.start(mrbrainProgram(),
                  {QStringLiteral("generate"), under.filePath(QStringLiteral("request.json")),
                   QStringLiteral("--engine"), QStringLiteral("phantom"), QStringLiteral("-o"),
                   under.filePath(QStringLiteral("run"))});
    if (!program.waitForFinished(120'000) || program.exitCode() != 0) {
        qWarning().noquote() << program.errorString() << program.readAllStandardError();
        return {};
    }
    return folder / "run";
}

/// What a good run of upstream writes, as far as the report reads it.
inline mrb::Json goodResult()
{
    mrb::Json gates = mrb::Json::array();
    const mrb::Result<mrb::backend::Manifest> manifest = mrb::backend::builtInManifest();
    for (const mrb::backend::Gate &gate : manifest->gates)
        gates.push_back({{"path", gate.path},
                         {"operator", gate.op},
                         {"expected", gate.expected},
                         {"observed", gate.expected},
                         {"status", "pass"}});
    mrb::Json sample = {{"image_path", "/moved/away/run/volume.nii.gz"},
                        {"image_bytes", 1234567},
                        {"image_readable", true},
                        {"image_shape", {256, 256, 128}},
                        {"image_spacing", {0.94, 0.94, 1.36}},
                        {"intensity_min", 0.0},
                        {"intensity_max", 2676.0},
                        {"intensity_mean", 178.318},
                        {"intensity_std", 268.483}};
    return {
        {"skill", "nv_generate_mr_brain"},
        {"engine", "upstream"},
        {"overall_status", "passed"},
        {"input", {{"modality_name", "mri_t1"}, {"modality_code", 9}, {"random_seed", 4294967295}}},
        {"output", {{"directory", "/moved/away/run"}, {"samples", {sample}}}},
        {"invocation", {{"exit_code", 0}}},
        {"gates", std::move(gates)}};
}

inline const mrb::backend::ReportSection *findSection(const mrb::backend::RunReport &report,
                                                      const QString &title)
{
    const auto found = std::ranges::find_if(
        report.sections, [&title](const auto &section) { return section.title == title; });
    return found == report.sections.end() ? nullptr : &*found;
}

/// The value of a row; null when there is no such row.
inline QString valueOf(const mrb::backend::RunReport &report, const QString &title,
                       const QString &name)
{
    if (const auto *section = findSection(report, title))
        for (const auto &row : section->rows)
            if (row.name == name)
                return row.value;
    return {};
}
