// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/diagnostics/Redaction.h"

#include <QDir>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QSysInfo>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

using Option = QRegularExpression::PatternOption;

constexpr qsizetype kShortestName = 3;
constexpr qsizetype kShortestSecret = 8; ///< below that a variable holds "us" or "yes"

/// Words that account and host names are often made of and that reports are full of.
const QSet<QString> &ordinaryWords()
{
    static const QStringList kWords =
        QStringLiteral(
            "address admin administrator app apps arch bin brain build builder checkout ci cluster "
            "commit compute computer config configs container cpu cuda daemon data debian default "
            "desktop dev developer disk display docker driver environment etc false fedora file "
            "files form gpu gpus guest home host image images kernel lab laptop lib library linux "
            "local localhost machine mail main manifest memory model models monai mrbrain mri "
            "nibabel node nobody none numpy nvidia opt output package packages platform program "
            "project projects python qt renderer report request research researcher result "
            "results root run runner runs scanner scipy script scripts secret server service "
            "settings "
            "share shared srv state student studio style system temp test tests tmp torch tqdm "
            "true ubuntu unknown upstream usr user users var version weights window work worker "
            "workspace workstation www yes")
            .split(u' ');
    static const QSet<QString> kSet(kWords.begin(), kWords.end());
    return kSet;
}

bool isOrdinary(const QString &name)
{
    return ordinaryWords().contains(name.toLower()) ||
           std::ranges::all_of(name, [](QChar letter) { return letter.isDigit(); });
}

void addName(QStringList &list, const QString &name)
{
    const QString clean = name.trimmed();
    if (!clean.isEmpty() && !list.contains(clean))
        list += clean;
}

void longestFirst(QStringList &list)
{
    std::ranges::stable_sort(list, std::ranges::greater{}, &QString::size);
}

QString valueOf(const EnvironmentPairs &environment, const char *name)
{
    for (const auto &[key, value] : environment)
        if (key == name)
            return QString::fromStdString(value);
    return {};
}

void addHome(PrivateNames &names, const QString &home)
{
    const QString clean = QDir::cleanPath(home);
    for (const QString &folder : {clean, QDir(clean).canonicalPath()})
        if (folder.size() > 1 && folder.startsWith(u'/'))
            addName(names.homes, folder);
}

void addHost(PrivateNames &names, const QString &host)
{
    addName(names.machines, host);
    addName(names.machines, host.section(u'.', 0, 0));
    const QString domain = host.section(u'.', 1);
    if (domain.contains(u'.'))
        addName(names.domains, domain);
}

QString replaced(QString text, const QString &pattern, const QString &instead,
                 QRegularExpression::PatternOptions options = Option::CaseInsensitiveOption)
{
    // Made once and not for every string of a document; there are as many as there are names.
    constexpr qsizetype kMostKept = 200;
    thread_local QHash<QString, QRegularExpression> kept;
    if (kept.size() > kMostKept)
        kept.clear();
    const QString key = QString::number(options.toInt()) + pattern;
    auto found = kept.find(key);
    if (found == kept.end())
        found = kept.insert(
            key, QRegularExpression(pattern, options | Option::UseUnicodePropertiesOption));
    text.replace(*found, instead);
    return text;
}

struct Rule
{
    const char *pattern;
    const char *instead;
    bool anyCase = true;
};

/// The order matters: what encloses other secrets comes first.
constexpr auto kSecretRules = std::to_array<Rule>({
    // A log may begin or end in the middle of a key.
    {"-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(-----END [A-Z ]*PRIVATE KEY-----|\\z)",
     "<secret>"},
    {"(?:(?<=\\n)[A-Za-z0-9+/=]{1,80}\\s+){0,100}-----END [A-Z ]*PRIVATE KEY-----", "<secret>"},
    {"(\\b[a-z][a-z0-9+.-]{0,20}://)[^\\s/@'\"<>]{0,400}@", "\\1<secret>@"},
    {"(\\b[a-z][a-z0-9+.-]{0,20}://)[^\\s/:@'\"<>]{1,200}:[^\\s@'\"<>]{1,400}@", "\\1<secret>@"},
    {"\\b((?:proxy-)?authorization[\"']?\\s*[:=]\\s*[\"']?)(?:\\w+\\s+)?[^\\s\"',;<]+",
     "\\1<secret>"},
    {"\\b(bearer\\s+)[\\w.~+/=-]{6,}", "\\1<secret>"},
    {"\\b(?:set-)?cookie[\"']?\\s*:\\s*\\S.*", "cookie: <secret>"},
    // By their form, whatever stands around them.
    {"\\bhf_(?=[A-Za-z]*\\d)[A-Za-z0-9]{8,}|\\bhf_[A-Za-z0-9]{20,}", "<secret>", false},
    {"\\b(?:gh[pousr]_[A-Za-z0-9]{10,}|github_pat_\\w{10,}|glpat-[\\w-]{10,})", "<secret>", false},
    {"\\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\\b", "<secret>", false},
    {"\\b(?:sk-[\\w-]{16,}|nvapi-[\\w-]{10,}|xox[a-z]-[\\w-]{10,}|AIza[\\w-]{30,}|npm_[A-Za-z0-9]{"
     "20,}|pypi-[\\w-]{20,})",
     "<secret>", false},
    {"\\beyJ[\\w-]{6,}\\.[\\w-]+(?:\\.[\\w-]*)?", "<secret>", false},
    // By the name they are given to. A bare "key" counts only before an equals sign: what follows
    // "KeyError:" or "key(s):" is what a report is about.
    {"(\\b[\\w.-]{0,80}(?:token(?!iz)|secret|passw(?:or)?d|passphrase|credential|signature|key)"
     "[\\w.-]*[\"']?[ \\t]*=(?!=)[ \\t]*)(\"(?:\\\\.|[^\"\\\\\\n])*\"|'[^'\\n]*'|[^\\s,;&\"'<>]+)",
     "\\1<secret>"},
    {"(\\b[\\w.-]{0,80}(?:token(?!iz)|secret|passw(?:or)?d|passphrase|credential|"
     "(?:api|access|private|auth|ssh|secret)[_-]?key)[\\w-]*[\"']?[ \\t]*:[ "
     "\\t]*)(\"(?:\\\\.|[^\"\\\\\\n])*\"|'[^'\\n]*'|[^\\s,;&\"'<>]+)",
     "\\1<secret>"},
    // The same as a string inside of another one has it.
    {"(\\\\\"[\\w.-]{0,80}(?:token(?!iz)|secret|passw(?:or)?d|passphrase|credential|key)[\\w-]*"
     "\\\\\"[ \\t]*:[ \\t]*)\\\\\"[^\\n]*?\\\\\"",
     "\\1<secret>"},
    {"(--[\\w-]*(?:token(?!iz)|secret|passw(?:or)?d|passphrase|credential|key)[\\w-]*[ \\t]+)"
     "(\"(?:\\\\.|[^\"\\\\\\n])*\"|'[^'\\n]*'|[^\\s\"'<>-][^\\s\"'<>]*)",
     "\\1<secret>"},
});

constexpr auto kAddressRules = std::to_array<Rule>({
    {"\\b(GPU|MIG)-([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", "\\1-\\2…"},
    {"(?<![\\w:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\\1){4}[0-9a-f]{2}(?![\\w:-])", "<address>"},
    // Four numbers are a version after ==, "v" and a hyphen; the loopback names nobody.
    {"(?<![=<>~!]=)(?<![\\w.-])(?!127\\.|0\\.0\\.0\\.0\\b)(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}"
     "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\w-]|\\.\\d)",
     "<address>"},
    {"(?<![\\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\\w:])", "<address>"},
    {"(?<![\\w:])[0-9a-f]{4}:(?:[0-9a-f]{1,4}:){0,5}(?::[0-9a-f]{1,4}){1,6}(?![\\w:])",
     "<address>"},
});

struct CompiledRule
{
    QRegularExpression pattern;
    QString instead;
};

std::vector<CompiledRule> compiled(std::span<const Rule> rules)
{
    std::vector<CompiledRule> list;
    for (const Rule &rule : rules) {
        const auto letters = rule.anyCase ? Option::CaseInsensitiveOption : Option::NoPatternOption;
        list.push_back({QRegularExpression(QString::fromUtf8(rule.pattern),
                                           letters | Option::UseUnicodePropertiesOption),
                        QString::fromUtf8(rule.instead)});
    }
    return list;
}

void apply(const std::vector<CompiledRule> &rules, QString &text)
{
    for (const CompiledRule &rule : rules)
        text.replace(rule.pattern, rule.instead);
}

QString withoutHomes(QString text, const QStringList &homes)
{
    for (const QString &home : homes)
        text = replaced(std::move(text),
                        QStringLiteral("(?<![\\w.~-])") + QRegularExpression::escape(home) +
                            QStringLiteral("(?![\\w.-])"),
                        QStringLiteral("~"), Option::NoPatternOption);
    // Whoever it is that lives there.
    return replaced(std::move(text), QStringLiteral("(/home/|/Users/)[^/\\s:;,'\"<>()]+"),
                    QStringLiteral("\\1<user>"), Option::NoPatternOption);
}

QString withoutNames(QString text, const QStringList &names, const QString &instead)
{
    for (const QString &name : names)
        if (name.size() >= kShortestName && !isOrdinary(name))
            text =
                replaced(std::move(text),
                         QStringLiteral("(?<![\\p{L}\\p{N}])") + QRegularExpression::escape(name) +
                             QStringLiteral("(?![\\p{L}\\p{N}])"),
                         instead);
    return text;
}

QString withoutShortFolders(QString text, const QStringList &people)
{
    for (const QString &name : people)
        if (name.size() < kShortestName)
            text = replaced(std::move(text),
                            QStringLiteral("(?<=/)") + QRegularExpression::escape(name) +
                                QStringLiteral("(?=/|\\s|[:;,'\"]|\\z)"),
                            QStringLiteral("<user>"), Option::NoPatternOption);
    return text;
}

/// Whether a variable of this name holds something to keep to oneself.
bool soundsSecret(const QString &name)
{
    static const QRegularExpression kTelling(
        QStringLiteral("token(?!iz)|secret|passw(or)?d|passphrase|credential|key"),
        Option::CaseInsensitiveOption);
    return name.contains(kTelling);
}

/// What the user database says, whatever the environment claims.
void addAccount(PrivateNames &names)
{
    std::array<char, 16384> texts{};
    passwd entry = {};
    passwd *found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, texts.data(), texts.size(), &found) != 0 || !found)
        return;
    addName(names.people, QString::fromLocal8Bit(entry.pw_name));
    addHome(names, QString::fromLocal8Bit(entry.pw_dir));
    const QString fullName = QString::fromLocal8Bit(entry.pw_gecos).section(u',', 0, 0).trimmed();
    if (fullName.contains(u' '))
        addName(names.people, fullName);
}

} // namespace

PrivateNames privateNames(const EnvironmentPairs &environment)
{
    PrivateNames names;
    addHome(names, valueOf(environment, "HOME"));
    addAccount(names);
    for (const char *variable : {"USER", "LOGNAME", "USERNAME", "SUDO_USER"})
        addName(names.people, valueOf(environment, variable));
    for (const QString &home : std::as_const(names.homes))
        if (home.startsWith(QStringLiteral("/home/")) || home.startsWith(QStringLiteral("/Users/")))
            addName(names.people, home.section(u'/', 2, 2));
    addHost(names, QSysInfo::machineHostName());
    addHost(names, valueOf(environment, "HOSTNAME"));
    for (const auto &[name, value] : environment) {
        const QString secret = QString::fromStdString(value).trimmed();
        if (secret.size() >= kShortestSecret && soundsSecret(QString::fromStdString(name)))
            addName(names.secrets, secret);
    }
    for (QStringList *list :
         {&names.homes, &names.people, &names.machines, &names.domains, &names.secrets})
        longestFirst(*list);
    return names;
}

QString withoutSecrets(const QString &given, const PrivateNames &names)
{
    QString text = given;
    for (const QString &secret : names.secrets)
        text.replace(secret, QStringLiteral("<secret>"));
    static const std::vector<CompiledRule> kSecrets = compiled(kSecretRules);
    apply(kSecrets, text);
    text = replaced(std::move(text),
                    QStringLiteral("[\\w.+-]{1,80}@(?:[\\w-]{1,63}\\.){1,8}[a-z][\\w-]*"),
                    QStringLiteral("<e-mail>"));
    text = withoutHomes(std::move(text), names.homes);
    for (const QString &domain : names.domains)
        text = replaced(std::move(text),
                        QStringLiteral("(?<![\\w.-])(?:[\\w-]{1,63}\\.){0,6}") +
                            QRegularExpression::escape(domain) + QStringLiteral("(?![\\w-])"),
                        QStringLiteral("<machine>"));
    text = withoutNames(std::move(text), names.machines, QStringLiteral("<machine>"));
    text = withoutNames(std::move(text), names.people, QStringLiteral("<user>"));
    text = withoutShortFolders(std::move(text), names.people);
    static const std::vector<CompiledRule> kAddresses = compiled(kAddressRules);
    apply(kAddresses, text);
    return text;
}

} // namespace mrb::backend
