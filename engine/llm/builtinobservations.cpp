// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinobservations.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kIdPrefix("bp-");

QString stepKeyOf(const QString& id)
{
    return id.startsWith(kIdPrefix) ? id.section(u'-', 1, 1) : QString();
}

void readAnswer(Observation& observation, const QString& text, bool toolError)
{
    observation.answered = true;
    observation.text = text;
    observation.value = QJsonDocument::fromJson(text.toUtf8()).object();
    const QJsonValue error = observation.value.value("error"_L1);
    const bool errorObject = error.isObject() && error["code"_L1].isString();
    observation.failed = toolError || errorObject;
    if (!observation.failed) {
        return;
    }
    observation.errorCode = errorObject ? error["code"_L1].toString() : u"TOOL_ERROR"_s;
    observation.message = errorObject ? error["message"_L1].toString() : text;
}

} // namespace

QList<Observation> readObservations(const QList<ChatMessage>& messages)
{
    QList<Observation> result;
    for (const ChatMessage& message : messages) {
        if (message.role == ChatRole::User) {
            result.clear();
        }
        for (const ToolCallRequest& call : message.toolCalls) {
            Observation observation;
            observation.id = call.id;
            observation.stepKey = stepKeyOf(call.id);
            observation.tool = call.name;
            observation.arguments = call.parsed.value_or(QJsonDocument::fromJson(call.arguments.toUtf8()).object());
            result.append(observation);
        }
        if (message.role != ChatRole::Tool) {
            continue;
        }
        for (Observation& observation : result) {
            if (!observation.answered && observation.id == message.toolCallId) {
                readAnswer(observation, message.content, message.toolError);
                break;
            }
        }
    }
    return result;
}

QList<Observation> readKnownResults(const QJsonArray& results)
{
    QList<Observation> known;
    for (const QJsonValue& entry : results) {
        Observation observation;
        observation.tool = entry["tool"_L1].toString();
        observation.arguments = entry["arguments"_L1].toObject();
        const QJsonValue result = entry["result"_L1];
        const QString text = result.isObject()
                                 ? QString::fromUtf8(QJsonDocument(result.toObject()).toJson(QJsonDocument::Compact))
                                 : result.toString();
        readAnswer(observation, text, false);
        known.append(observation);
    }
    return known;
}

QString callId(const QString& stepKey, const QByteArray& history, qsizetype index)
{
    return kIdPrefix % stepKey % u'-' %
           QString::fromLatin1(history.first(std::min<qsizetype>(history.size(), 4)).toHex()) % u'-' %
           QString::number(index);
}

} // namespace lathe::builtin
