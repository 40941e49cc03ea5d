// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"

#include "backend/base/Text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mrb {

namespace {

// Line and column of a byte, both from 1; columns count characters, as editors do.
struct Position
{
    qint64 line = 1;
    qint64 column = 1;
};

Position positionAt(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t newline = before.rfind('\n');
    const std::string_view row =
        newline == std::string_view::npos ? before : before.substr(newline + 1);
    const auto isLead = [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    };
    return {.line = 1 + std::count(before.begin(), before.end(), '\n'),
            .column = 1 + std::count_if(row.begin(), row.end(), isLead)};
}

// Feeds the parser and tells how far it has read, which its SAX events do not.
class CountingIterator
{
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char *;
    using reference = const char &;

    CountingIterator(const char *at, std::size_t *read) : m_at(at), m_read(read) {}
    reference operator*() const { return *m_at; }
    CountingIterator &operator++()
    {
        ++m_at;
        ++*m_read;
        return *this;
    }
    CountingIterator operator++(int)
    {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const CountingIterator &a, const CountingIterator &b)
    {
        return a.m_at == b.m_at;
    }

private:
    const char *m_at;
    std::size_t *m_read;
};

// Builds the document from the parser's events and refuses what the library would let pass.
class StrictBuilder final : public nlohmann::json_sax<Json>
{
public:
    StrictBuilder(std::string_view text, QString name) : m_text(text), m_name(std::move(name)) {}

    std::size_t *readCounter() { return &m_read; }
    Json takeRoot() { return std::move(m_root); }
    const std::optional<Error> &error() const { return m_error; }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t &written) override
    {
        // The library turns an integer that does not fit into 64 bits into a rounded double.
        if (written.find_first_of(".eE") == string_t::npos) {
            return fail(error_codes::kJsonIntegerTooLarge, m_read - 1,
                        Text::tr("the integer %1 is too large").arg(shortened(written)),
                        Text::tr("Write a number that fits into 64 bits."));
        }
        return add(value);
    }
    bool string(string_t &value) override { return add(std::move(value)); }
    bool binary(binary_t & /*value*/) override { return false; }

    bool start_object(std::size_t /*elements*/) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*elements*/) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t &key) override
    {
        Level &level = m_levels.back();
        if (!level.seen.insert(key).second) {
            m_keyOfError = QString::fromStdString(key);
            return fail(error_codes::kJsonDuplicateKey, startOfStringEndingAt(m_read),
                        Text::tr("the key \"%1\" appears twice").arg(shortened(key)),
                        Text::tr("Keep one of the two entries."));
        }
        level.key = std::move(key);
        return true;
    }

    bool parse_error(std::size_t position, const std::string & /*lastToken*/,
                     const nlohmann::detail::exception &problem) override
    {
        constexpr int kNumberOverflow = 406; // json.exception.out_of_range.406
        const std::size_t at = position == 0 ? 0 : position - 1;
        const std::string_view rest = m_text.substr(std::min(at, m_text.size()));
        if (problem.id == kNumberOverflow || rest.starts_with("NaN") ||
            rest.starts_with("Infinity")) {
            m_keyOfError = currentKey();
            return fail(
                error_codes::kJsonNotFinite, at,
                m_keyOfError.isEmpty()
                    ? Text::tr("a number is not finite")
                    : Text::tr("the value of \"%1\" is not a finite number").arg(m_keyOfError),
                Text::tr("JSON has no NaN and no Infinity; write an ordinary number."));
        }
        if (endsInHalfSurrogate(at)) {
            return fail(error_codes::kJsonNotUtf8, at,
                        Text::tr("a \\u escape is half of a surrogate pair"),
                        Text::tr("Write the character itself, in UTF-8."));
        }
        return fail(error_codes::kJsonSyntax, at,
                    at >= m_text.size() ? Text::tr("the document ends too early")
                                        : Text::tr("this is not valid JSON"),
                    Text::tr("Correct the document there: quotes, commas, brackets and the "
                             "spelling of true, false and null."));
    }

    bool fail(ErrorCode code, std::size_t offset, const QString &what, const QString &hint)
    {
        const Position position = positionAt(m_text, offset);
        m_error = Error{code,
                        Text::tr("%1, line %2, column %3: %4.")
                            .arg(m_name)
                            .arg(position.line)
                            .arg(position.column)
                            .arg(what),
                        hint, m_keyOfError};
        return false;
    }

private:
    struct Level
    {
        Json *container;
        std::string key;
        std::unordered_set<std::string> seen;
    };

    static QString shortened(const std::string &text)
    {
        constexpr qsizetype kMaxShown = 60;
        const QString all = QString::fromStdString(text);
        return all.size() <= kMaxShown ? all : all.left(kMaxShown) + QChar(0x2026);
    }

    QString currentKey() const
    {
        const auto inObject = std::find_if(m_levels.rbegin(), m_levels.rend(),
                                           [](const Level &level) { return !level.key.empty(); });
        return inObject == m_levels.rend() ? QString() : shortened(inObject->key);
    }

    Json *place(Json value)
    {
        if (m_levels.empty()) {
            m_root = std::move(value);
            return &m_root;
        }
        Level &level = m_levels.back();
        if (level.container->is_array()) {
            auto &list = level.container->get_ref<Json::array_t &>();
            return &list.emplace_back(std::move(value));
        }
        // Straight into the vector below: the map's own insert searches all keys each time.
        auto &object = level.container->get_ref<Json::object_t &>();
        Json::object_t::Container &entries = object;
        return &entries.emplace_back(level.key, std::move(value)).second;
    }

    bool add(Json value)
    {
        place(std::move(value));
        return true;
    }

    bool open(Json container)
    {
        if (m_levels.size() == kMaxJsonDepth) {
            return fail(
                error_codes::kJsonTooDeep, m_read - 1,
                Text::tr("lists and objects are nested more than %1 deep").arg(kMaxJsonDepth),
                Text::tr("No document this program reads needs that."));
        }
        Json *placed = place(std::move(container));
        m_levels.push_back(Level{.container = placed, .key = {}, .seen = {}});
        return true;
    }

    bool close()
    {
        m_levels.pop_back();
        return true;
    }

    std::size_t startOfStringEndingAt(std::size_t end) const
    {
        std::size_t at = end - 1; // the closing quote
        while (at > 0) {
            --at;
            if (m_text[at] != '"')
                continue;
            std::size_t backslashes = 0;
            while (backslashes < at && m_text[at - 1 - backslashes] == '\\')
                ++backslashes;
            if (backslashes % 2 == 0)
                return at;
        }
        return 0;
    }

    // The lexer stops at the character after the escape, or inside a second escape.
    bool endsInHalfSurrogate(std::size_t at) const
    {
        constexpr std::size_t kTwoEscapes = 12;
        const std::size_t end = std::min(at + 1, m_text.size());
        const std::size_t begin = end < kTwoEscapes ? 0 : end - kTwoEscapes;
        const std::string_view tail = m_text.substr(begin, end - begin);
        const std::size_t escape = tail.rfind("\\u");
        const auto isHalf = [&tail](std::size_t from) {
            return tail.size() >= from + 4 && (tail[from + 2] == 'd' || tail[from + 2] == 'D') &&
                   std::string_view("89abcdefABCDEF").find(tail[from + 3]) !=
                       std::string_view::npos;
        };
        if (escape == std::string_view::npos)
            return false;
        const std::size_t earlier =
            escape == 0 ? std::string_view::npos : tail.rfind("\\u", escape - 1);
        return isHalf(escape) || (earlier != std::string_view::npos && isHalf(earlier));
    }

    std::string_view m_text;
    QString m_name;
    std::size_t m_read = 0;
    Json m_root;
    std::vector<Level> m_levels;
    QString m_keyOfError;
    std::optional<Error> m_error;
};

// Refuses what the library skips or takes for the end: a byte order mark, bad bytes, NUL.
std::optional<Error> checkBytes(std::string_view text, StrictBuilder &builder)
{
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (const auto bad = firstInvalidUtf8(text)) {
        builder.fail(error_codes::kJsonNotUtf8, *bad, Text::tr("the text is not UTF-8"),
                     Text::tr("Save the file in UTF-8."));
    } else if (text.starts_with(kByteOrderMark)) {
        builder.fail(error_codes::kJsonSyntax, 0, Text::tr("there is a byte order mark"),
                     Text::tr("Save the file as UTF-8 without a byte order mark (BOM)."));
    } else if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        builder.fail(error_codes::kJsonSyntax, nul, Text::tr("there is a NUL byte"),
                     Text::tr("Check that this is a text file."));
    }
    return builder.error();
}

/// What a terminal obeys, or what turns the direction of text around, as in category Cf: the
/// characters of the first plane, of which JSON itself escapes only those below U+0020.
bool isCommand(unsigned codePoint)
{
    struct Range
    {
        unsigned first, last;
    };
    constexpr std::array<Range, 8> kCommands = {{{0x7F, 0x9F},
                                                 {0xAD, 0xAD},
                                                 {0x61C, 0x61C},
                                                 {0x180E, 0x180E},
                                                 {0x200B, 0x200F},
                                                 {0x2028, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0xFEFF, 0xFEFF}}};
    return std::any_of(kCommands.begin(), kCommands.end(), [codePoint](const Range &range) {
        return codePoint >= range.first && codePoint <= range.last;
    });
}

/// Escapes them: outside strings JSON has none of them, so it stays the same document.
std::string withoutCommands(std::string json)
{
    const auto isOrdinary = [](char byte) { return byte > 0 && byte < 0x7F; };
    if (std::all_of(json.begin(), json.end(), isOrdinary))
        return json;
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const auto lead = static_cast<unsigned char>(json[at]);
        const std::size_t length = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
        unsigned codePoint = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length && at + i < json.size(); ++i)
            codePoint = codePoint << 6U | (static_cast<unsigned char>(json[at + i]) & 0x3FU);
        if (isCommand(codePoint)) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            out += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4)
                out += kDigits[(codePoint >> static_cast<unsigned>(shift)) & 0xFU];
        } else {
            out.append(json, at, length);
        }
        at += length;
    }
    return out;
}

} // namespace

std::optional<std::size_t> firstInvalidUtf8(std::string_view text)
{
    // Well-formed sequences as in table 3-7 of the Unicode standard.
    const auto byteAt = [&text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const auto isTail = [](unsigned byte) { return (byte & 0xC0U) == 0x80U; };
    std::size_t at = 0;
    while (at < text.size()) {
        const unsigned lead = byteAt(at);
        if (lead < 0x80U) {
            ++at;
            continue;
        }
        std::size_t length = 0;
        unsigned low = 0x80U;
        unsigned high = 0xBFU;
        if (lead >= 0xC2U && lead <= 0xDFU) {
            length = 2;
        } else if (lead >= 0xE0U && lead <= 0xEFU) {
            length = 3;
            low = lead == 0xE0U ? 0xA0U : low;
            high = lead == 0xEDU ? 0x9FU : high;
        } else if (lead >= 0xF0U && lead <= 0xF4U) {
            length = 4;
            low = lead == 0xF0U ? 0x90U : low;
            high = lead == 0xF4U ? 0x8FU : high;
        } else {
            return at;
        }
        const unsigned second = byteAt(at + 1);
        bool ok = second >= low && second <= high;
        for (std::size_t i = 2; i < length; ++i)
            ok = ok && isTail(byteAt(at + i));
        if (!ok)
            return at;
        at += length;
    }
    return std::nullopt;
}

Result<Json> parseJsonStrictly(std::string_view text, const QString &name)
{
    StrictBuilder builder(text, name);
    if (const auto error = checkBytes(text, builder))
        return *error;
    try {
        const bool complete =
            Json::sax_parse(CountingIterator(text.data(), builder.readCounter()),
                            CountingIterator(text.data() + text.size(), builder.readCounter()),
                            &builder, Json::input_format_t::json, true);
        if (complete && !builder.error())
            return builder.takeRoot();
    } catch (const std::exception &) {
        builder.fail(error_codes::kJsonSyntax, 0, Text::tr("the document cannot be parsed"),
                     Text::tr("Check that this is a JSON document of reasonable size."));
    }
    return *builder.error();
}

Result<Json> readJsonFile(const std::filesystem::path &file, std::size_t maxBytes)
{
    const Result<std::string> text = readSmallFile(file, maxBytes);
    if (!text)
        return text.error();
    return parseJsonStrictly(*text, toQString(file));
}

Result<std::string> readSmallFile(const std::filesystem::path &file, std::size_t maxBytes)
{
    const auto failed = [&file](const QString &why) {
        return Error{
            error_codes::kCannotRead, Text::tr("%1 cannot be read: %2.").arg(toQString(file), why),
            Text::tr("Check that the file exists and that you may read it."), toQString(file)};
    };
    const auto tooLarge = [&file, maxBytes] {
        return Error{error_codes::kFileTooLarge,
                     Text::tr("%1 is larger than %2 bytes.").arg(toQString(file)).arg(maxBytes),
                     Text::tr("Check that this is the right file."), toQString(file)};
    };
    // O_NONBLOCK: opening a named pipe without a writer would otherwise wait for ever.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return failed(systemErrorText(errno));
    struct Closer
    {
        int descriptor;
        ~Closer() { ::close(descriptor); }
    } const closer{descriptor};

    struct stat info = {};
    if (::fstat(descriptor, &info) != 0)
        return failed(systemErrorText(errno));
    if (S_ISDIR(info.st_mode))
        return failed(Text::tr("it is a folder"));
    if (!S_ISREG(info.st_mode))
        return failed(Text::tr("it is not a regular file"));
    if (static_cast<std::uintmax_t>(info.st_size) > maxBytes)
        return tooLarge();

    // The size is only a promise: the file may grow, and in /proc it is 0.
    std::string content;
    content.reserve(static_cast<std::size_t>(info.st_size));
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got == 0)
            return content;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed(systemErrorText(errno));
        if (static_cast<std::size_t>(got) > maxBytes - content.size())
            return tooLarge();
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::string writeJson(const Json &json)
{
    return withoutCommands(json.dump(2, ' ', false, Json::error_handler_t::replace)) + '\n';
}

std::string compactJson(const Json &json)
{
    return withoutCommands(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

double roundLikePython(double value, int decimals)
{
    Q_ASSERT(decimals >= 0 && decimals <= 300);
    if (!std::isfinite(value))
        return value;
    // Fixed notation rounds the exact binary value, ties to even, and always reads back.
    std::array<char, 700> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                       std::chars_format::fixed, decimals);
    if (written.ec != std::errc())
        return value;
    double rounded = value;
    std::from_chars(digits.data(), written.ptr, rounded);
    return rounded;
}

} // namespace mrb
