// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/recordedrequests.h"

#include "engine/llm/llmtypes.h"

using namespace Qt::StringLiterals;

namespace lathe {

RecordedRequests::RecordedRequests(const QList<RunEvent>& events)
{
    for (const RunEvent& event : events) {
        if (event.type == EventType::LlmRequest) {
            const QJsonObject details = event.details;
            const int decision = details.value("decision"_L1).toInt();
            m_byAttempt.insert({decision, details.value("attempt"_L1).toInt()}, details);
            m_byDecision.insert(decision, details);
        }
    }
}

std::optional<QStringList> RecordedRequests::partsOf(int decision, int attempt) const
{
    const auto wanted = m_byAttempt.constFind({decision, attempt});
    if (wanted == m_byAttempt.constEnd()) {
        return std::nullopt;
    }
    QStringList names;
    QJsonObject at = *wanted;
    while (true) {
        QStringList own;
        for (const QJsonValue& name : at.value("appended"_L1).toArray()) {
            own.append(name.toString());
        }
        names = own + names;
        const qint64 keep = at.value("keep"_L1).toInteger();
        const int base = at.value("base"_L1).toInt();
        // A base is an earlier decision; anything else is a broken journal and must not loop.
        if (base == 0 || keep == 0 || !m_byDecision.contains(base) || base >= at.value("decision"_L1).toInt()) {
            break;
        }
        at = m_byDecision.value(base);
        // What is kept are the first messages: cut what the base appended beyond them.
        const qint64 baseKeep = at.value("keep"_L1).toInteger();
        QJsonArray appended = at.value("appended"_L1).toArray();
        while (baseKeep + appended.size() > keep && !appended.isEmpty()) {
            appended.removeLast();
        }
        at.insert("appended"_L1, appended);
        if (keep < baseKeep) {
            at.insert("keep"_L1, keep);
        }
    }
    names.prepend(wanted->value("headRef"_L1).toString());
    names.append(wanted->value("tailRef"_L1).toString());
    return names;
}

QByteArray joinRequest(const QList<QByteArray>& parts)
{
    EncodedRequest encoded;
    encoded.head = parts.first();
    encoded.tail = parts.last();
    encoded.messages = parts.mid(1, parts.size() - 2);
    return encoded.joined();
}

} // namespace lathe
