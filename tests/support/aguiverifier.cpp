// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/aguiverifier.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

using namespace Qt::StringLiterals;

namespace lathe::test {

namespace {

/// Required and optional members; "s" text, "i" whole number, "o" object, "a" array, "*" anything, "p" text or parts.
struct EventSchema
{
    QHash<QString, char> required;
    QHash<QString, char> optional;
    bool ofSubagent = false; ///< may carry subagentRunId
};

const QHash<QString, EventSchema>& schemas()
{
    static const QHash<QString, EventSchema> all = [] {
        const EventSchema step{{{u"stepName"_s, 's'}}, {}, true};
        const EventSchema message{{{u"messageId"_s, 's'}}, {}, true};
        const EventSchema delta{{{u"messageId"_s, 's'}, {u"delta"_s, 's'}}, {}, true};
        QHash<QString, EventSchema> table;
        table[u"RUN_STARTED"_s] = {{{u"threadId"_s, 's'}, {u"runId"_s, 's'}},
                                   {{u"protocolVersion"_s, 's'}, {u"parentRunId"_s, 's'}, {u"input"_s, 'o'}}};
        table[u"RUN_FINISHED"_s] = {{{u"threadId"_s, 's'}, {u"runId"_s, 's'}},
                                    {{u"result"_s, '*'}, {u"outcome"_s, 'o'}, {u"usage"_s, 'a'}}};
        table[u"RUN_ERROR"_s] = {{{u"message"_s, 's'}}, {{u"code"_s, 's'}, {u"usage"_s, 'a'}}};
        table[u"STEP_STARTED"_s] = step;
        table[u"STEP_FINISHED"_s] = step;
        table[u"TEXT_MESSAGE_START"_s] = {{{u"messageId"_s, 's'}}, {{u"role"_s, 's'}, {u"name"_s, 's'}}, true};
        table[u"TEXT_MESSAGE_CONTENT"_s] = delta;
        table[u"TEXT_MESSAGE_END"_s] = message;
        table[u"TOOL_CALL_START"_s] = {
            {{u"toolCallId"_s, 's'}, {u"toolCallName"_s, 's'}}, {{u"parentMessageId"_s, 's'}}, true};
        table[u"TOOL_CALL_ARGS"_s] = {{{u"toolCallId"_s, 's'}, {u"delta"_s, 's'}}, {}, true};
        table[u"TOOL_CALL_END"_s] = {{{u"toolCallId"_s, 's'}}, {}, true};
        table[u"TOOL_CALL_RESULT"_s] = {
            {{u"messageId"_s, 's'}, {u"toolCallId"_s, 's'}, {u"content"_s, 'p'}}, {{u"role"_s, 's'}}, true};
        table[u"CUSTOM"_s] = {{{u"name"_s, 's'}, {u"value"_s, '*'}}, {}, true};
        table[u"REASONING_START"_s] = message;
        table[u"REASONING_END"_s] = message;
        table[u"REASONING_MESSAGE_START"_s] = {{{u"messageId"_s, 's'}, {u"role"_s, 's'}}, {}, true};
        table[u"REASONING_MESSAGE_CONTENT"_s] = delta;
        table[u"REASONING_MESSAGE_END"_s] = message;
        table[u"SUBAGENT_STARTED"_s] = {{{u"subagentRunId"_s, 's'}, {u"name"_s, 's'}},
                                        {{u"description"_s, 's'},
                                         {u"parentSubagentRunId"_s, 's'},
                                         {u"parentToolCallId"_s, 's'},
                                         {u"parentMessageId"_s, 's'}}};
        table[u"SUBAGENT_FINISHED"_s] = {{{u"subagentRunId"_s, 's'}}, {{u"result"_s, '*'}, {u"outcome"_s, 'o'}}};
        table[u"SUBAGENT_ERROR"_s] = {{{u"subagentRunId"_s, 's'}, {u"message"_s, 's'}}, {{u"code"_s, 's'}}};
        return table;
    }();
    return all;
}

bool fits(const QJsonValue& value, char type)
{
    switch (type) {
    case 's':
        return value.isString();
    case 'i':
        return value.isDouble() && value.toInteger(-1) == static_cast<qint64>(value.toDouble());
    case 'o':
        return value.isObject();
    case 'a':
        return value.isArray();
    case 'p':
        return value.isString() || value.isArray();
    default:
        return true;
    }
}

bool hasNull(const QJsonValue& value)
{
    if (value.isNull()) {
        return true;
    }
    if (value.isArray()) {
        for (const QJsonValue entry : value.toArray()) {
            if (hasNull(entry)) {
                return true;
            }
        }
    }
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto at = object.begin(); at != object.end(); ++at) {
            if (hasNull(at.value())) {
                return true;
            }
        }
    }
    return false;
}

class Verifier
{
public:
    QStringList verify(const QList<QJsonObject>& events)
    {
        for (const QJsonObject& event : events) {
            ++m_place;
            m_type = event.value("type"_L1).toString();
            checkSchema(event);
            checkOrder();
            checkSequence(event);
        }
        return m_complaints;
    }

private:
    void complain(const QString& what) { m_complaints.append(u"event %1 (%2): %3"_s.arg(m_place).arg(m_type, what)); }

    void checkSchema(const QJsonObject& event)
    {
        const auto schema = schemas().constFind(m_type);
        if (schema == schemas().constEnd()) {
            complain(u"unknown type"_s);
            return;
        }
        if (hasNull(event)) {
            complain(u"holds a null"_s);
        }
        for (auto at = schema->required.begin(); at != schema->required.end(); ++at) {
            if (!fits(event.value(at.key()), at.value())) {
                complain(at.key() + u" is missing or has a wrong type"_s);
            }
        }
        for (auto at = event.begin(); at != event.end(); ++at) {
            const bool common = at.key() == "type"_L1 || (at.key() == "timestamp"_L1 && fits(at.value(), 'i')) ||
                                (at.key() == "metadata"_L1 && fits(at.value(), 'o')) ||
                                (at.key() == "subagentRunId"_L1 && schema->ofSubagent && fits(at.value(), 's'));
            const bool optional =
                schema->optional.contains(at.key()) && fits(at.value(), schema->optional.value(at.key()));
            if (!common && !optional && !schema->required.contains(at.key())) {
                complain(at.key() + u" is not known there or has a wrong type"_s);
            }
        }
        checkUsage(event);
        checkOutcome(event);
    }

    void checkUsage(const QJsonObject& event)
    {
        QSet<QString> models;
        for (const QJsonValue value : event.value("usage"_L1).toArray()) {
            const QJsonObject usage = value.toObject();
            const QString model = usage.value("provider"_L1).toString() + u'/' + usage.value("model"_L1).toString();
            if (models.contains(model)) {
                complain(u"two usages of "_s + model);
            }
            models.insert(model);
            for (auto at = usage.begin(); at != usage.end(); ++at) {
                if (at.key().endsWith("Tokens"_L1) && (!fits(at.value(), 'i') || at.value().toInteger() < 0)) {
                    complain(u"usage."_s + at.key() + u" is no count"_s);
                }
            }
        }
    }

    void checkOutcome(const QJsonObject& event)
    {
        if (m_type != "RUN_FINISHED"_L1 || !event.contains("outcome"_L1)) {
            return;
        }
        const QJsonObject outcome = event.value("outcome"_L1).toObject();
        const QString type = outcome.value("type"_L1).toString();
        if (type == "interrupt"_L1) {
            const QJsonArray interrupts = outcome.value("interrupts"_L1).toArray();
            if (interrupts.isEmpty()) {
                complain(u"an interrupt without interrupts"_s);
            }
            for (const QJsonValue interrupt : interrupts) {
                if (!interrupt.toObject().value("id"_L1).isString() ||
                    !interrupt.toObject().value("reason"_L1).isString()) {
                    complain(u"an interrupt without id or reason"_s);
                }
            }
        } else if (type != "success"_L1 && type != "cancelled"_L1) {
            complain(u"unknown outcome "_s + type);
        }
    }

    void checkOrder()
    {
        const bool starts = m_type == "RUN_STARTED"_L1;
        const bool fails = m_type == "RUN_ERROR"_L1;
        if (m_state == State::Before && !starts && !fails) {
            complain(u"comes before RUN_STARTED"_s);
        }
        if (m_state == State::Running && starts) {
            complain(u"begins a run inside a run"_s);
        }
        if (m_state == State::Finished && !starts && !fails) {
            complain(u"comes after RUN_FINISHED"_s);
        }
        if (m_state == State::Failed && !starts) {
            complain(u"comes after RUN_ERROR"_s);
        }
    }

    void open(const QString& kind, const QString& id)
    {
        if (m_open.contains(kind + id)) {
            complain(id + u" is open already"_s);
        }
        m_open.insert(kind + id);
    }
    void need(const QString& kind, const QString& id)
    {
        if (!m_open.contains(kind + id)) {
            complain(id + u" was not started"_s);
        }
    }
    void close(const QString& kind, const QString& id)
    {
        need(kind, id);
        m_open.remove(kind + id);
    }

    void checkSequence(const QJsonObject& event)
    {
        const QString message = event.value("messageId"_L1).toString();
        const QString call = event.value("toolCallId"_L1).toString();
        const QString agent = event.value("subagentRunId"_L1).toString();
        const QString step = agent + u'/' + event.value("stepName"_L1).toString();
        if (!agent.isEmpty() && !m_type.startsWith("SUBAGENT_"_L1)) {
            need(u"agent "_s, agent);
        }
        if (m_type == "RUN_STARTED"_L1) {
            m_state = State::Running;
            m_open.clear();
        } else if (m_type == "RUN_ERROR"_L1) {
            m_state = State::Failed;
        } else if (m_type == "RUN_FINISHED"_L1) {
            m_state = State::Finished;
            for (const QString& left : std::as_const(m_open)) {
                complain(left + u" is still open"_s);
            }
        } else if (m_type == "STEP_STARTED"_L1) {
            open(u"step "_s, step);
        } else if (m_type == "STEP_FINISHED"_L1) {
            close(u"step "_s, step);
        } else if (m_type == "TEXT_MESSAGE_START"_L1) {
            open(u"text "_s, message);
        } else if (m_type == "TEXT_MESSAGE_CONTENT"_L1) {
            need(u"text "_s, message);
        } else if (m_type == "TEXT_MESSAGE_END"_L1) {
            close(u"text "_s, message);
        } else if (m_type == "TOOL_CALL_START"_L1) {
            open(u"call "_s, call);
        } else if (m_type == "TOOL_CALL_ARGS"_L1) {
            need(u"call "_s, call);
        } else if (m_type == "TOOL_CALL_END"_L1) {
            close(u"call "_s, call);
        } else if (m_type == "REASONING_START"_L1) {
            open(u"thought "_s, message);
        } else if (m_type == "REASONING_END"_L1) {
            close(u"thought "_s, message);
        } else if (m_type == "REASONING_MESSAGE_START"_L1) {
            open(u"words "_s, message);
        } else if (m_type == "REASONING_MESSAGE_CONTENT"_L1) {
            need(u"words "_s, message);
        } else if (m_type == "REASONING_MESSAGE_END"_L1) {
            close(u"words "_s, message);
        } else if (m_type == "SUBAGENT_STARTED"_L1) {
            open(u"agent "_s, agent);
        } else if (m_type == "SUBAGENT_FINISHED"_L1 || m_type == "SUBAGENT_ERROR"_L1) {
            close(u"agent "_s, agent);
        }
    }

    enum class State
    {
        Before,
        Running,
        Finished,
        Failed
    } m_state = State::Before;
    int m_place = 0;
    QString m_type;
    QSet<QString> m_open;
    QStringList m_complaints;
};

} // namespace

QList<QJsonObject> readAguiStream(const QByteArray& stream, QStringList *complaints)
{
    QList<QJsonObject> events;
    if (stream.contains('\r')) {
        complaints->append(u"the stream holds a CR"_s);
    }
    if (!stream.isEmpty() && !stream.endsWith("\n\n")) {
        complaints->append(u"the last event is not closed"_s);
    }
    for (qsizetype from = 0; from < stream.size();) {
        qsizetype to = stream.indexOf("\n\n", from);
        to = to < 0 ? stream.size() : to;
        const QByteArray block = stream.mid(from, to - from);
        from = to + 2;
        const QJsonDocument json = QJsonDocument::fromJson(block.mid(6));
        if (!block.startsWith("data: ") || block.contains('\n') || !json.isObject()) {
            complaints->append(u"no event: "_s + QString::fromUtf8(block.left(80)));
            continue;
        }
        events.append(json.object());
    }
    return events;
}

QStringList verifyAgui(const QList<QJsonObject>& events)
{
    return Verifier().verify(events);
}

} // namespace lathe::test
