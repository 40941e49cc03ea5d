// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/evidence/RecordDiff.h"

#include <QStringList>

#include <algorithm>

namespace mrb::backend {

namespace {

constexpr int kNarrowest = 60;
constexpr int kGap = 2;
constexpr int kMark = 2; ///< the sign in front and a space

struct Columns
{
    qsizetype name = 0, first = 0, second = 0;
};

/// The end of a value often tells more than its middle.
QString shortened(const QString &text, qsizetype width)
{
    if (text.size() <= width)
        return text;
    const qsizetype front = width / 2;
    return text.left(front) + u'\u2026' + text.right(width - front - 1);
}

qsizetype widest(const QString &text)
{
    qsizetype width = 0;
    for (const QString &line : text.split(u'\n'))
        width = std::max(width, line.size());
    return width;
}

/// As wide as the content, where there is room; else the values share it.
Columns columnsFor(const RecordDiff &diff, int width)
{
    Columns columns{.first = 1, .second = 1};
    for (const DiffSection &section : diff.sections) {
        for (const DiffRow &row : section.rows) {
            columns.name = std::max(columns.name, row.name.size());
            columns.first = std::max(columns.first, widest(row.first));
            columns.second = std::max(columns.second, widest(row.second));
        }
    }
    columns.name = std::min<qsizetype>(columns.name, width / 3);
    const qsizetype room = width - kMark - columns.name - 2 * kGap;
    if (columns.first + columns.second > room) {
        const qsizetype half = room / 2;
        if (columns.first <= half)
            columns.second = room - columns.first;
        else if (columns.second <= half)
            columns.first = room - columns.second;
        else
            columns.first = columns.second = half;
    }
    return columns;
}

void addRow(QStringList &lines, const DiffRow &row, const Columns &columns)
{
    const QStringList first = row.first.split(u'\n');
    const QStringList second = row.second.split(u'\n');
    const QString gap(kGap, u' ');
    for (qsizetype i = 0; i < std::max(first.size(), second.size()); ++i) {
        const QString name = i == 0 ? shortened(row.name, columns.name) : QString();
        QString line = row.same || i > 0 ? QStringLiteral("  ") : QStringLiteral("≠ ");
        line += name.leftJustified(columns.name) + gap +
                shortened(first.value(i), columns.first).leftJustified(columns.first) + gap +
                shortened(second.value(i), columns.second);
        while (line.endsWith(u' '))
            line.chop(1);
        lines << line;
    }
}

/// A long sentence on several lines.
void addWrapped(QStringList &lines, const QString &text, int width)
{
    QString line;
    for (const QString &word : text.split(u' ')) {
        if (!line.isEmpty() && line.size() + 1 + word.size() > width - kMark) {
            lines << QString(kMark, u' ') + line;
            line.clear();
        }
        line += (line.isEmpty() ? QString() : QStringLiteral(" ")) + shortened(word, width - kMark);
    }
    lines << QString(kMark, u' ') + line;
}

void addVolumes(QStringList &lines, const RecordDiff &diff, int width)
{
    if (diff.volumes.empty())
        return;
    lines << QString() << Text::tr("Voxel by voxel");
    int number = 0;
    for (const VolumeComparison &comparison : diff.volumes) {
        ++number;
        QString text = comparison.seed
                           ? Text::tr("Volume %1, seed %2: ").arg(number).arg(*comparison.seed)
                           : Text::tr("Volume %1: ").arg(number);
        addWrapped(lines,
                   text + verdictName(comparison.verdict) + QStringLiteral(". ") +
                       comparison.reason,
                   width);
    }
}

} // namespace

QString diffText(const RecordDiff &diff, int width)
{
    const int within = std::max(width, kNarrowest);
    const Columns columns = columnsFor(diff, within);
    QStringList lines;
    addRow(lines, {.name = {}, .first = diff.firstTitle, .second = diff.secondTitle, .same = true},
           columns);
    for (const DiffSection &section : diff.sections) {
        lines << QString() << shortened(section.title, within);
        for (const DiffRow &row : section.rows)
            addRow(lines, row, columns);
    }
    addVolumes(lines, diff, within);
    lines << QString()
          << (diff.same ? Text::tr("Settings and volumes are the same.")
                        : Text::tr("Settings or volumes are not the same; ≠ marks what differs."));
    QString text = lines.join(u'\n') + u'\n';
    // A terminal would turn around what stands beside such a character.
    for (QChar &character : text)
        if (character.category() == QChar::Other_Format)
            character = u' ';
    return text;
}

} // namespace mrb::backend
