// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/JsonView.h"

#include "backend/base/JsonNumber.h"
#include "backend/base/JsonText.h"

namespace mrb::backend {

JsonView JsonView::operator[](std::string_view key) const
{
    if (!isObject())
        return {};
    const auto found = m_json->find(std::string(key));
    return found == m_json->end() ? JsonView() : JsonView(&*found);
}

JsonView JsonView::operator[](std::size_t index) const
{
    return index < size() ? JsonView(&(*m_json)[index]) : JsonView();
}

std::size_t JsonView::size() const
{
    return isList() ? m_json->size() : 0;
}

std::optional<QString> JsonView::text() const
{
    if (!m_json || !m_json->is_string())
        return {};
    return tidyText(QString::fromStdString(m_json->get_ref<const std::string &>()));
}

std::optional<double> JsonView::number() const
{
    if (!m_json || !m_json->is_number())
        return {};
    return m_json->get<double>();
}

std::optional<std::int64_t> JsonView::integer() const
{
    return m_json ? integerOf(*m_json) : std::nullopt;
}

std::optional<bool> JsonView::boolean() const
{
    if (!m_json || !m_json->is_boolean())
        return {};
    return m_json->get<bool>();
}

std::optional<std::array<double, 3>> JsonView::triple() const
{
    if (size() != 3)
        return {};
    std::array<double, 3> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = (*this)[i].number();
        if (!value)
            return {};
        values[i] = *value;
    }
    return values;
}

QString JsonView::compact() const
{
    return m_json ? tidyText(QString::fromStdString(compactJson(*m_json))) : QString();
}

QString tidyText(const QString &text)
{
    QString tidy = text.size() <= JsonView::kLongestText
                       ? text
                       : text.left(JsonView::kLongestText) + u'\u2026';
    for (QChar &character : tidy)
        if (character.category() == QChar::Other_Control || character == QChar::LineSeparator ||
            character == QChar::ParagraphSeparator)
            character = u' ';
    return tidy;
}

} // namespace mrb::backend
