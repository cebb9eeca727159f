// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/response.h"
#include "engine/domain/runevent.h"
#include "engine/domain/runrecord.h"

#include <QHash>
#include <QSet>

namespace lathe {

/// A run with everything that writing it down for others needs. Plain values; any thread.
struct RunTrace
{
    QList<RunEvent> events; ///< the whole journal, in order
    RunRecord record;       ///< what it says
    AguiResponse response;
    QHash<BodyRef, QByteArray> bodies; ///< those that wholeText() needs; more do no harm
    /// The exact bytes of requests by decision and attempt; empty unless content is wanted.
    QHash<std::pair<int, int>, QByteArray> requests;

    /// A text of the journal: the whole if it is stored apart and was loaded, else what is shown of it.
    [[nodiscard]] QString wholeText(const QString& shown, const BodyRef& ref) const;
    /// The same of the text under key in details, which is stored apart under key + "Ref".
    [[nodiscard]] QString wholeText(const QJsonObject& details, QLatin1StringView key) const;
    /// Arguments of a call, wherever they are stored.
    [[nodiscard]] QJsonObject arguments(const QJsonObject& details) const;
};

/// The bodies with texts that a trace shows: arguments, results, answers, tasks, replies. Parts of requests are not.
[[nodiscard]] QStringList textRefs(const QList<RunEvent>& events);

/// What one attempt, or one tool call, cost, from the ledger.
struct TraceCost
{
    std::optional<Money> total; ///< of the priced lines; absent: none is
    Money input;                ///< of the meters of what was sent
    Money output;               ///< of the others
    qint64 unknownLines = 0;
    CostState state = CostState::Reported; ///< the least sure of the priced lines
};

/// The ledger of a run by what its lines are for. The record must outlive it.
class TraceCosts
{
public:
    explicit TraceCosts(const RunRecord& record);

    [[nodiscard]] TraceCost ofModel(int decision) const; ///< all attempts of a decision
    [[nodiscard]] TraceCost ofAttempt(int decision, int attempt) const;
    [[nodiscard]] TraceCost ofCall(int decision, const QString& callId) const;
    /// Of the lines that no decision caused.
    [[nodiscard]] TraceCost ofRest() const;

private:
    template <typename Wanted>
    [[nodiscard]] TraceCost sum(int decision, const Wanted& wanted) const;

    QHash<int, QList<const CostLine *>> m_lines;
};

} // namespace lathe
