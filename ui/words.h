// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"
#include "engine/domain/enums.h"
#include "engine/domain/mcp.h"
#include "engine/domain/reconciliation.h"
#include "engine/pipeline/facadequeries.h"
#include "ui/theme.h"

#include <QCoreApplication>
#include <QString>

/// What the closed sets of names are called on screen, with the icon and the colour that say the same.
namespace lathe {

class Words
{
    Q_DECLARE_TR_FUNCTIONS(lathe::Words)
};

struct Look
{
    Kind kind = Kind::Neutral;
    QString icon;
    QString word;
};

[[nodiscard]] Look look(RunStatus status);
[[nodiscard]] Look look(AgentActionType action);
[[nodiscard]] Look look(AgentStatus status);
/// Of a tool call: "" not started, running, ok, error, rejected.
[[nodiscard]] Look lookOfToolStatus(const QString& status);
[[nodiscard]] Look look(CheckOutcome outcome);
[[nodiscard]] Look look(McpServerState state);
[[nodiscard]] QString word(Phase phase);
[[nodiscard]] QString word(PhaseResult result);
[[nodiscard]] QString word(UserTier tier);
[[nodiscard]] QString word(SideEffect effect);
[[nodiscard]] QString word(Meter meter);
[[nodiscard]] QString word(CostState state);
[[nodiscard]] QString word(ReconcileReason reason);
[[nodiscard]] QString word(StopPoint point);
/// "stopped before the decision"
[[nodiscard]] QString stoppedWord(StopPoint point);
/// One sentence: what is about to happen or has just happened at this stop.
[[nodiscard]] QString sentence(StopPoint point);
[[nodiscard]] QString wordOfCheck(const QString& check);
[[nodiscard]] QString wordOfBudget(BudgetScope scope);
/// Of a value of a policy, named as in its JSON.
[[nodiscard]] QString wordOfPolicyKey(const QString& key);
[[nodiscard]] Look look(RuleVerdict verdict);
/// Of a dry run: what would have happened.
[[nodiscard]] Look look(SimulatedFinding::Effect effect);
/// What one can do about an error of this kind; may be empty.
[[nodiscard]] QString advice(ErrorCode code);
/// What a provider is, in the language of the window where it is one of ours.
[[nodiscard]] QString descriptionOf(const QString& provider, const QString& description);
[[nodiscard]] QString title(ErrorCode code);
/// Kind of a journal entry, for its colour.
[[nodiscard]] Kind kindOf(EventType type);

} // namespace lathe
