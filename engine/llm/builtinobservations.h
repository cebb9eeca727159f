// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmtypes.h"

#include <QJsonArray>

// What the tools of a frame have answered so far. Pure functions.

namespace lathe::builtin {

/// One call of this frame with what came back.
struct Observation
{
    QString id;
    QString stepKey; ///< which step asked for it; empty if somebody else made the call
    QString tool;
    QJsonObject arguments; ///< as executed, perhaps edited by a person
    bool answered = false;
    bool failed = false;
    QString errorCode; ///< if failed
    QString message;   ///< if failed
    QString text;      ///< as the tool message holds it
    QJsonObject value; ///< text as JSON, if it is an object
};

/// The calls after the last user message, in order.
[[nodiscard]] QList<Observation> readObservations(const QList<ChatMessage>& messages);

/// Results that the job brought along, as {tool, arguments, result}: calls that need not be made.
[[nodiscard]] QList<Observation> readKnownResults(const QJsonArray& results);

/// The id of a call names the step it is for, so that it is found again when its arguments were edited. history is
/// the chain hash of the transcript: equal steps of different frames get different ids.
[[nodiscard]] QString callId(const QString& stepKey, const QByteArray& history, qsizetype index);

} // namespace lathe::builtin
