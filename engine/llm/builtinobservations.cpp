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

void readAnswer(Observation& observation, const ChatMessage& message)
{
    observation.answered = true;
    observation.text = message.content;
    observation.value = QJsonDocument::fromJson(message.content.toUtf8()).object();
    const QJsonValue error = observation.value.value("error"_L1);
    const bool errorObject = error.isObject() && error["code"_L1].isString();
    observation.failed = message.toolError || errorObject;
    if (!observation.failed) {
        return;
    }
    observation.errorCode = errorObject ? error["code"_L1].toString() : u"TOOL_ERROR"_s;
    observation.message = errorObject ? error["message"_L1].toString() : message.content;
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
                readAnswer(observation, message);
                break;
            }
        }
    }
    return result;
}

QString callId(const QString& stepKey, const QByteArray& history, qsizetype index)
{
    return kIdPrefix % stepKey % u'-' %
           QString::fromLatin1(history.first(std::min<qsizetype>(history.size(), 4)).toHex()) % u'-' %
           QString::number(index);
}

} // namespace lathe::builtin
