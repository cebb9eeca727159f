// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpheaders.h"

#include <algorithm>
#include <array>

namespace lathe {
namespace {

constexpr std::array<bool, 256> tokenBytes = [] {
    std::array<bool, 256> table{};
    for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
        table[static_cast<unsigned char>(c)] = true;
    }
    for (unsigned char c = '0'; c <= '9'; ++c) {
        table[c] = true;
    }
    for (unsigned char c = 'a'; c <= 'z'; ++c) {
        table[c] = true;
        table[c - 'a' + 'A'] = true;
    }
    return table;
}();

} // namespace

std::optional<QByteArray> headerValue(const HttpHeaders& headers, QByteArrayView name)
{
    for (const auto& [key, value] : headers) {
        if (name.compare(key, Qt::CaseInsensitive) == 0) {
            return value;
        }
    }
    return std::nullopt;
}

bool headerListContains(const HttpHeaders& headers, QByteArrayView name, QByteArrayView word)
{
    for (const auto& [key, value] : headers) {
        if (name.compare(key, Qt::CaseInsensitive) != 0) {
            continue;
        }
        const QList<QByteArray> items = value.split(',');
        for (const QByteArray& item : items) {
            if (QByteArrayView(item).trimmed().compare(word, Qt::CaseInsensitive) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool isHttpToken(QByteArrayView text)
{
    const auto isToken = [](char c) { return tokenBytes[static_cast<unsigned char>(c)]; };
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isToken);
}

bool isHttpFieldValue(QByteArrayView text)
{
    const auto isAllowed = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
    };
    return std::all_of(text.begin(), text.end(), isAllowed);
}

} // namespace lathe
