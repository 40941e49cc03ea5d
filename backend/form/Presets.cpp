// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/Presets.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/request/OverrideDocument.h"

#include <QCollator>
#include <QFile>
#include <QLocale>
#include <QStandardPaths>

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kSuffix = ".json";

// A name that every file system takes as it is, and that is no hidden file.
Result<QString> usableName(const QString &name)
{
    constexpr qsizetype kMostBytes = 100;
    static const QString kReserved = QStringLiteral("/\\:*?\"<>|");
    const QString trimmed = name.trimmed();
    const auto refused = [&trimmed](const QString &why) {
        return Error{error_codes::kPresetName,
                     Text::tr("A preset cannot be called \u201c%1\u201d: %2.").arg(trimmed, why),
                     Text::tr("Choose another name."), QStringLiteral("name")};
    };
    if (trimmed.isEmpty()) {
        return Error{error_codes::kPresetName, Text::tr("A preset needs a name."),
                     Text::tr("Type a name."), QStringLiteral("name")};
    }
    if (trimmed.toUtf8().size() > kMostBytes)
        return refused(Text::tr("the name is too long"));
    if (trimmed.startsWith(u'.') || trimmed.endsWith(u'.'))
        return refused(Text::tr("a name neither begins nor ends with a dot"));
    const bool hasReserved = std::ranges::any_of(trimmed, [](QChar character) {
        return kReserved.contains(character) || character.category() == QChar::Other_Control;
    });
    if (hasReserved || !trimmed.isValidUtf16())
        return refused(Text::tr("the characters %1 and control characters are not for file names")
                           .arg(kReserved));
    return trimmed;
}

fs::path fileOf(const fs::path &folder, const QString &usable)
{
    return folder / (usable.toStdString() + kSuffix);
}

Error unknownPreset(const QString &name)
{
    return {error_codes::kPresetName,
            Text::tr("There is no preset called \u201c%1\u201d.").arg(name),
            Text::tr("Choose one of the list."), QStringLiteral("name")};
}

// Nothing when the text is a document.
std::optional<Error> problemOf(const std::string &text, const QString &name)
{
    const OverrideParse parse = parseOverrides(text, name);
    return parse.errors.empty() ? std::nullopt : std::optional(parse.errors.front());
}

QCollator collator()
{
    // In the C locale a collator compares bytes, whatever else it was told.
    QLocale locale;
    if (locale.language() == QLocale::C)
        locale = QLocale(QLocale::English);
    QCollator collator(locale);
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    return collator;
}

} // namespace

Presets::Presets(fs::path folder) : m_folder(std::move(folder)) {}

QStringList Presets::names() const
{
    QStringList names;
    std::error_code failed;
    for (fs::directory_iterator entry(m_folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::error_code ignored;
        const fs::path &file = entry->path();
        if (file.extension() != kSuffix || !entry->is_regular_file(ignored))
            continue;
        const QString name = toQString(file.stem());
        const Result<QString> usable = usableName(name);
        if (usable && *usable == name && fileOf(m_folder, name) == file)
            names << name;
    }
    const QCollator order = collator();
    std::ranges::sort(names, [&order](const QString &a, const QString &b) {
        const int compared = order.compare(a, b);
        return compared == 0 ? a < b : compared < 0;
    });
    return names;
}

Result<std::string> Presets::read(const QString &name) const
{
    const Result<QString> usable = usableName(name);
    if (!usable)
        return usable.error();
    const fs::path file = fileOf(m_folder, *usable);
    Result<std::string> text = readSmallFile(file, kMaxJsonBytes);
    if (!text)
        return text;
    if (auto problem = problemOf(*text, toQString(file)))
        return *problem;
    return text;
}

Result<> Presets::save(const QString &name, const std::string &document) const
{
    const Result<QString> usable = usableName(name);
    if (!usable)
        return usable.error();
    if (auto problem = problemOf(document, Text::tr("The preset")))
        return *problem;
    const fs::path file = fileOf(m_folder, *usable);
    std::error_code failed;
    // Whatever else lies under this name may be of worth to someone.
    if (const fs::file_status there = fs::symlink_status(file, failed); fs::exists(there)) {
        if (const Result<std::string> readable = read(*usable); !readable) {
            return Error{error_codes::kPresetName,
                         Text::tr("%1 is no preset that can be read, and stays as it is: %2")
                             .arg(toQString(file), readable.error().message),
                         Text::tr("Choose another name, or remove that preset first."),
                         QStringLiteral("name")};
        }
    }
    fs::create_directories(m_folder, failed);
    if (failed) {
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("The folder %1 cannot be made: %2.")
                         .arg(toQString(m_folder), systemErrorText(failed.value())),
                     Text::tr("Check that you may write there."), toQString(m_folder)};
    }
    return writeFileAtomically(file, document);
}

Result<> Presets::remove(const QString &name) const
{
    const Result<QString> usable = usableName(name);
    if (!usable)
        return usable.error();
    const fs::path file = fileOf(m_folder, *usable);
    std::error_code failed;
    if (fs::is_directory(fs::symlink_status(file, failed)))
        return unknownPreset(*usable);
    const bool removed = fs::remove(file, failed);
    if (failed) {
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("%1 cannot be removed: %2.")
                         .arg(toQString(file), systemErrorText(failed.value())),
                     Text::tr("Check that you may write in that folder."), toQString(file)};
    }
    return removed ? Result<>() : unknownPreset(*usable);
}

fs::path defaultPresetFolder()
{
    const QString base = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    return fs::path(QFile::encodeName(base).toStdString()) / "mrbrain" / "presets";
}

} // namespace mrb::backend
