// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogStore.h"

#include <QCoreApplication>
#include <QLocale>

namespace mrb::ui {

namespace {

struct LogText
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::LogStore)
};

QString shownPart(const QString &text)
{
    if (text.size() <= LogStore::kMaxCharacters)
        return text;
    return text.left(LogStore::kMaxCharacters) + QStringLiteral(" …");
}

} // namespace

void LogStore::add(const backend::LogLine &line)
{
    auto &transient = m_transient[line.channel == backend::Channel::Stdout ? 0 : 1];
    if (line.transient) {
        transient = line.text;
        m_transientChanged = true;
        return;
    }
    m_transientChanged |= transient.has_value();
    transient.reset(); // this line took its place
    m_waiting.push_back(line.text);
    if (m_waiting.size() > kMaxBatch) {
        m_waiting.pop_front();
        ++m_leftOut;
    }
}

void LogStore::addAll(std::vector<ShownLine> lines)
{
    for (ShownLine &line : lines)
        keep({shownPart(line.text), line.level});
}

void LogStore::commit()
{
    if (m_leftOut > 0)
        keep({LogText::tr("… %1 lines not shown, see the file").arg(QLocale().toString(m_leftOut)),
              backend::LogLevel::Warning});
    m_leftOut = 0;
    for (const QString &text : m_waiting)
        keep({shownPart(text), backend::logLevelOf(text)});
    m_waiting.clear();
    m_transientChanged = false;
}

const ShownLine &LogStore::at(std::int64_t number) const
{
    return m_lines[static_cast<std::size_t>(number - m_first)];
}

std::vector<ShownLine> LogStore::transients() const
{
    std::vector<ShownLine> lines;
    for (const auto &text : m_transient)
        if (text && !text->isEmpty())
            lines.push_back({shownPart(*text), backend::LogLevel::Progress});
    return lines;
}

void LogStore::keep(ShownLine line)
{
    m_lines.push_back(std::move(line));
    if (m_lines.size() > kMaxLines) {
        m_lines.pop_front();
        ++m_first;
    }
}

} // namespace mrb::ui
