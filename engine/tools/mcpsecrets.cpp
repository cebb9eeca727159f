// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpsecrets.h"

#include "engine/core/canonicaljson.h"

#include <algorithm>
#include <string>

namespace lathe {

void McpSecrets::add(const QString& value)
{
    if (value.size() < kMinLength) {
        return;
    }
    std::string quoted;
    appendJsonText(quoted, value);
    for (const QByteArray& form :
         {value.toUtf8(), QByteArray(quoted.data() + 1, static_cast<qsizetype>(quoted.size()) - 2)}) {
        if (!m_values.contains(form)) {
            m_values.append(form);
        }
    }
    // A value that is part of another must not leave the rest of that one behind.
    std::sort(m_values.begin(), m_values.end(),
              [](const QByteArray& a, const QByteArray& b) { return a.size() > b.size(); });
}

QByteArray McpSecrets::mask(QByteArray text) const
{
    for (const QByteArray& value : m_values) {
        text.replace(value, "[secret]");
    }
    return text;
}

} // namespace lathe
