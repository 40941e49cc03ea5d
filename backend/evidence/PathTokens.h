// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Json.h"
#include "backend/diagnostics/Redaction.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mrb::backend {

/// Puts tokens in the place of a run's absolute paths, and leaves out who and where it was:
/// <run> for its folder, <upstream> for the checkout, <python> for the folder of the interpreter's
/// environment, <home>, <request> and <manifest> for the files that were given, <launcher> for the
/// program of ours that a warm start begins with; then what withoutSecrets() leaves out. Applied
/// twice it changes nothing more. A value; pure.
class PathTokens
{
public:
    /// Changes nothing.
    PathTokens() = default;
    /// Of a run as its documents tell, and of this machine and its user.
    static PathTokens ofRun(const std::filesystem::path &runFolder,
                            const EnvironmentPairs &environment);

    /// The names of the run's volumes stay as they are: sums and logs know them by these.
    QString apply(const QString &text) const;
    /// The same, names of volumes included.
    QString withoutNames(const QString &text) const;
    /// Every string but keys and what this program or upstream words itself (the skill, the entry
    /// point, names of modalities, ...), which checks compare.
    Json apply(const Json &document) const;

    /// How often each token stands in a text: {"<run>": 3}.
    static std::map<std::string, int> count(const QString &text);

private:
    struct Place
    {
        QString path; ///< without a slash at its end
        QString token;
    };
    QString withPlaces(QString text) const;

    std::vector<Place> m_places; ///< longest path first
    QStringList m_volumes;       ///< file names
    PrivateNames m_names;
};

} // namespace mrb::backend
