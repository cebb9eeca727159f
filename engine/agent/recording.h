// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/runrecord.h"

#include <QFuture>
#include <QHash>
#include <QSet>

#include <functional>
#include <optional>

namespace lathe {

/// What a journal holds that a second walk through the run can use again: replies, tool results, edits, verdicts.
/// Immutable after it is made; an empty one is a run that starts afresh.
class Recording
{
public:
    using BodyLoader = std::function<QFuture<Result<QByteArray>>(QString sha256)>;

    Recording() = default;
    Recording(const QList<RunEvent>& events, BodyLoader bodies);

    struct Attempt
    {
        int attempt = 0;
        QString requestHash;
        QString idempotencyKey;
        QString outcome; ///< "" if it was in flight when the process died
        BodyRef reply;
        bool stream = false;
        QString provider;
        QString model;
        qint64 firstByteMs = 0;
        qint64 durationMs = 0;
        qint64 inputEstimate = 0;
    };
    struct ToolOutcome
    {
        bool started = false;
        bool finished = false;
        bool ok = false;
        bool pending = false;
        QString errorCode;
        QString text;    ///< as shown to the model (before edits at AFTER_TOOL)
        BodyRef textRef; ///< instead of text when it is long
        qint64 durationMs = 0;
        SideEffect sideEffect = SideEffect::Pure;
        bool synthetic = false;
        bool billed = false; ///< its fee is in the ledger
    };

    [[nodiscard]] QList<Attempt> attempts(int decision) const { return m_attempts.value(decision); }
    [[nodiscard]] ToolOutcome tool(int decision, const QString& callId) const;
    /// The edits at one stop point, in order.
    [[nodiscard]] QList<QJsonObject> edits(StopPoint point, int decision, const QString& callId) const;
    [[nodiscard]] std::optional<QJsonObject> verdict(int decision, const QString& callId) const;
    /// Whether the run stood at this stop point already: a resumed run goes on from there.
    [[nodiscard]] bool stoppedAt(StopPoint point, int decision, const QString& callId) const;
    [[nodiscard]] QFuture<Result<QByteArray>> body(const QString& sha256) const { return m_bodies(sha256); }
    [[nodiscard]] bool isEmpty() const { return m_empty; }

private:
    static QString place(int decision, const QString& callId);
    static QString place(StopPoint point, int decision, const QString& callId);

    bool m_empty = true;
    BodyLoader m_bodies;
    QHash<int, QList<Attempt>> m_attempts;
    QHash<QString, ToolOutcome> m_tools;
    QHash<QString, QList<QJsonObject>> m_edits;
    QHash<QString, QJsonObject> m_verdicts;
    QSet<QString> m_stops;
};

} // namespace lathe
