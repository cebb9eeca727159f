// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/costline.h"
#include "engine/domain/enums.h"
#include "engine/domain/fields.h"
#include "engine/domain/policy.h"
#include "engine/domain/response.h"
#include "engine/domain/usage.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <variant>

namespace lathe {

/// Bytes that are stored once, compressed, under their SHA-256 (64 hex digits); events refer to them by that name.
struct Body
{
    QByteArray sha256;
    QByteArray bytes;

    bool operator==(const Body&) const = default;
};
[[nodiscard]] Body makeBody(QByteArray bytes);

/// What some entries are made from: of COST_LINE, LLM_RESPONSE, POLICY_CHECK and
/// FINAL_BILLING_REPORT.
using EventValue = std::variant<CostLine, Usage, PolicyVerdict, BillingReport>;

/// One entry of the journal of a run. What details hold for each event type is described in runeventdetails.h.
struct RunEvent
{
    qint64 seq = 0;    ///< 1, 2, 3 ... without gaps within a run; given by the journal
    qint64 timeMs = 0; ///< since 1970-01-01 UTC
    QString runId;
    std::optional<Phase> phase;
    EventType type = EventType::RunCreated;
    Fields details;
    QList<Body> bodies; ///< stored before the event that refers to them; empty when read back
    /// What details say, so that nobody in this process has to read it from them again; null when read back.
    std::shared_ptr<const EventValue> value;

    bool operator==(const RunEvent& other) const;
};

/// {"seq","time","run","phase","event","details"}, the line format of --events and export --format jsonl.
[[nodiscard]] QJsonObject toJson(const RunEvent& event);
[[nodiscard]] Result<RunEvent> runEventFromJson(const QJsonObject& json);

} // namespace lathe
