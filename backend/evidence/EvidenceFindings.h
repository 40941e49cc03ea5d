// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Text.h"
#include "backend/evidence/Verify.h"
#include "backend/report/JsonView.h"

#include <string>
#include <utility>

namespace mrb::backend {

/// Collects the answers of a verification in their order. Inside evidence only.
class EvidenceFindings
{
public:
    /// Where the files are, which is nobody's business: names are told as they are below it.
    void setRoot(const std::filesystem::path &root) { m_root = toQString(root); }
    /// From now on everything is about this run; empty: about the bundle as a whole.
    void setRun(const std::string &run) { m_run = run; }

    void check(std::string name, bool passed, const QString &reason)
    {
        m_checks.push_back({m_run, std::move(name), passed, below(reason)});
    }
    /// Passes when there is no problem; otherwise the reason tells the first ones.
    void check(std::string name, const QStringList &problems, const QString &fine)
    {
        constexpr qsizetype kMostTold = 6;
        QString reason = problems.mid(0, kMostTold).join(QStringLiteral("; "));
        if (problems.size() > kMostTold)
            reason += Text::tr("; and %1 more").arg(problems.size() - kMostTold);
        check(std::move(name), problems.isEmpty(), problems.isEmpty() ? fine : reason);
    }
    void note(const QString &text)
    {
        const QString told = below(
            m_run.empty() ? text : Text::tr("%1: %2").arg(QString::fromStdString(m_run), text));
        if (!m_notes.contains(told))
            m_notes << told;
    }

    const std::vector<EvidenceCheck> &checks() const { return m_checks; }
    const QStringList &notes() const { return m_notes; }

private:
    QString below(QString text) const
    {
        if (!m_root.isEmpty())
            text.replace(m_root + u'/', QString()).replace(m_root, QStringLiteral("."));
        // What evidence says may forge a line or turn the direction of the text around it.
        text = tidyText(text);
        for (QChar &character : text)
            if (character.category() == QChar::Other_Format)
                character = QChar::ReplacementCharacter;
        return text;
    }

    QString m_root;
    std::string m_run;
    std::vector<EvidenceCheck> m_checks;
    QStringList m_notes;
};

} // namespace mrb::backend
