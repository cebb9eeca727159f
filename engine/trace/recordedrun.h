// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/enums.h"
#include "engine/domain/response.h"
#include "engine/domain/runevent.h"
#include "engine/domain/usage.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

// A run as a trace file tells it, before it becomes a journal. Times are milliseconds since 1970; 0: not told.

namespace lathe {

struct RecordedAttempt
{
    QString provider;
    QString model;
    QString modelBilled;                    ///< empty: the same
    QString outcome = QStringLiteral("ok"); ///< ok, error, interrupted
    QString errorKind;
    QString errorMessage;
    int httpStatus = 0;
    qint64 startMs = 0;
    qint64 endMs = 0;
    qint64 firstByteMs = 0; ///< after the start
    qint64 retryAfterMs = 0;
    Usage usage; ///< Missing: the file does not tell
    std::optional<Money> cost;
};

struct RecordedCall
{
    QString id;
    QString tool;
    QJsonObject arguments;
    QString result;
    QString errorCode; ///< empty: it did not fail
    bool finished = true;
    SideEffect sideEffect = SideEffect::Irreversible; ///< what is not known is not taken lightly
    qint64 startMs = 0;
    qint64 endMs = 0;
    std::optional<Money> cost;
    int childFrame = 0; ///< id of the frame that it opened
};

struct RecordedDecision
{
    int frame = 1;
    std::optional<AgentActionType> action; ///< absent: follows from what was done
    std::optional<AgentStatus> status;
    QString reasoning;
    QString answer;
    QByteArray request; ///< what was sent, as far as the file tells
    QByteArray reply;
    QList<RecordedAttempt> attempts; ///< none: decided without asking a model, or the file does not tell
    QList<RecordedCall> calls;
    qint64 startMs = 0;
};

struct RecordedFrame
{
    int id = 1; ///< the first is 1
    int parent = 0;
    QString task;
    QString answer;
    QString status = QStringLiteral("complete"); ///< complete, error, stopped; empty: not left
    qint64 startMs = 0;
    qint64 endMs = 0;
};

struct RecordedRun
{
    QString id;   ///< a UUID: the same for the same run of a file
    QString name; ///< may be empty
    QString userId;
    QString conversation;
    QString prompt;
    QString result;
    QString provider;
    QString model;
    RunStatus status = RunStatus::Complete;
    std::optional<ResponseError> error;
    QJsonObject metadata;
    qint64 startMs = 0;
    qint64 endMs = 0;
    QList<RecordedFrame> frames;       ///< the first is the run's own; parents before their children
    QList<RecordedDecision> decisions; ///< in each frame in the order in which they were made
};

/// What a file holds: runs of others to make journals of, or journals of Lathe with their bodies.
struct TraceFile
{
    struct Journal
    {
        QList<RunEvent> events;
        QList<Body> bodies;
    };
    QString format; ///< "otlp", "agui", "jsonl", "run"
    QList<RecordedRun> runs;
    QList<Journal> journals;
    QStringList notes; ///< what was left out or taken to be something, worth knowing
};

} // namespace lathe
