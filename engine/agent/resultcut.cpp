// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/resultcut.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kLeastRoom = 1'000; // below it a result says nothing any more

} // namespace

QString fittingResult(const QString& text, qsizetype limit)
{
    if (text.size() <= limit) {
        return text;
    }
    // What a result is stands at its beginning; how it ended, at its end.
    qsizetype head = limit / 4 * 3;
    qsizetype tail = limit - head;
    if (head > 0 && text.at(head - 1).isHighSurrogate()) {
        --head;
    }
    if (tail > 0 && text.at(text.size() - tail).isLowSurrogate()) {
        --tail;
    }
    const qsizetype left = text.size() - head - tail;
    return text.left(head) +
           u"\n[... %1 of %2 characters were left out here to fit the context ...]\n"_s.arg(left).arg(text.size()) +
           text.right(tail);
}

qsizetype roomForResult(qint64 contextTokens, qsizetype results)
{
    constexpr qint64 kCharactersPerToken = 4;
    const qint64 room = contextTokens * kCharactersPerToken / 2 / std::max<qint64>(results, 1);
    return std::max<qsizetype>(kLeastRoom, room);
}

} // namespace lathe
