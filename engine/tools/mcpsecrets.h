// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace lathe {

/// Values that came from the environment of Lathe into the settings of a server. Whatever the server says is masked
/// before anything reads it, so that a server which repeats its token does not bring it into a journal or a log.
class McpSecrets
{
public:
    /// Shorter values are words, not secrets, and would mask every "1" of an answer.
    static constexpr qsizetype kMinLength = 6;

    void add(const QString& value);
    [[nodiscard]] QByteArray mask(QByteArray text) const;

private:
    QList<QByteArray> m_values; ///< as they are, and as they stand in JSON
};

} // namespace lathe
