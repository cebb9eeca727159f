// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"

#include <QHash>
#include <QStringList>

#include <optional>

namespace lathe {

/// Finds the parts of recorded requests: an entry of the journal names only what it adds to the messages of an earlier
/// decision.
class RecordedRequests
{
public:
    /// events: all LLM_REQUEST entries of a run, in order; others do no harm.
    explicit RecordedRequests(const QList<RunEvent>& events);

    /// Head, messages and tail of one attempt by their hashes; nothing if there was no such attempt.
    [[nodiscard]] std::optional<QStringList> partsOf(int decision, int attempt) const;

private:
    QHash<int, QJsonObject> m_byDecision; ///< a later attempt repeats the messages of the first: the last stands for it
    QHash<std::pair<int, int>, QJsonObject> m_byAttempt;
};

/// The exact bytes of a request from the bytes of its parts.
[[nodiscard]] QByteArray joinRequest(const QList<QByteArray>& parts);

} // namespace lathe
