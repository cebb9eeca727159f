// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QRegularExpression>
#include <QString>

namespace lathe::schema {

/// Rewrites a regular expression of ECMA 262, the dialect of JSON Schema, for PCRE: $ ends the text only, \uXXXX,
/// \s with all of Unicode's blanks, [^], \p{Letter}. Refuses what only PCRE knows ("(*VERB)", \Q, \K, \G, \C).
[[nodiscard]] Result<QString> translatePattern(const QString& pattern);

/// A regular expression from a stranger. Every match has a step limit, so that a pattern such as ^(a+)+$ ends soon
/// on any text. Immutable after compile(); any thread.
class Pattern
{
public:
    enum class Outcome
    {
        Matches,
        Differs,
        TooMuchWork ///< neither could be found out within the step limit or the work left
    };

    /// InvalidInput with the reason and the position in the pattern.
    [[nodiscard]] static Result<Pattern> compile(const QString& pattern);
    /// Whether it is found anywhere in text. Takes what the search cost at worst, about one unit a microsecond, from
    /// work.
    [[nodiscard]] Outcome search(const QString& text, qint64& work) const;
    [[nodiscard]] const QString& text() const { return m_text; }

private:
    QString m_text;
    QRegularExpression m_cheap; ///< with a low step limit: enough for nearly all
    QRegularExpression m_dear;  ///< with the highest limit
};

} // namespace lathe::schema
