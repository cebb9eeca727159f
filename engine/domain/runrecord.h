// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/costline.h"
#include "engine/domain/job.h"
#include "engine/domain/policy.h"
#include "engine/domain/response.h"
#include "engine/domain/runevent.h"
#include "engine/domain/usage.h"

#include <QHash>

// The readable form of a run: what projecting its journal gives. Plain values; views, exports and doctor use them.

namespace lathe {

/// The bytes under a SHA-256, not loaded: fetch them through the facade.
using BodyRef = QString;

/// One line of the list of runs; a row of agent_execution_metadata.
struct RunSummary
{
    QString runId;
    QString name;
    QString userId;
    UserTier tier = UserTier::Free;
    QString provider;
    QString model;
    RunStatus status = RunStatus::Running;
    QString jobSignature;
    bool fromCache = false;
    bool imported = false; ///< it ran elsewhere: it is not resumed and counts for no budget, and bills leave it out
    int decisions = 0;
    int toolCalls = 0;
    qint64 tokensUsed = 0;
    Money totalCost; ///< of the priced lines
    qint64 unknownCostLines = 0;
    qint64 startedAtMs = 0;
    qint64 updatedAtMs = 0;   ///< time of the last event
    qint64 completedAtMs = 0; ///< 0 while it is not finished
    QString errorCode;
    QString promptStart; ///< the first 200 characters of the prompt

    bool operator==(const RunSummary&) const = default;
};

/// One send of a model request.
struct AttemptRecord
{
    int attempt = 1;
    QString provider;
    QString model;
    QString modelBilled;
    QString outcome; ///< "" while in flight; ok, error, interrupted
    QString errorKind;
    QString errorMessage;
    int httpStatus = 0;
    qint64 retryAfterMs = 0; ///< wait before the next attempt, 0 if there was none
    qint64 requestSeq = 0;   ///< journal entries, to jump to
    qint64 responseSeq = 0;
    qint64 startedAtMs = 0;
    qint64 endedAtMs = 0;
    qint64 firstByteMs = 0;
    Usage usage;
    BodyRef reply;       ///< exact reply bytes
    bool reused = false; ///< answered from a recording

    bool operator==(const AttemptRecord&) const = default;
};

/// A run that waits before it asks its provider again.
struct RetryRecord
{
    int decision = 0;
    int attempt = 1;  ///< the failed one
    int attempts = 0; ///< made at most; 0: not recorded
    QString errorKind;
    QString message;
    qint64 untilMs = 0; ///< the next attempt, ms since 1970

    bool operator==(const RetryRecord&) const = default;
};

/// A change by a human at a stop point; the original stays.
struct RevisionRecord
{
    StopPoint stopPoint = StopPoint::BeforeDecide;
    QString toolCallId;
    QString field; ///< prompt, model, parameters, decision, arguments, result
    QJsonValue before;
    QJsonValue after;
    QString reason;
    Author author = Author::Human;
    qint64 atMs = 0;

    bool operator==(const RevisionRecord&) const = default;
};

struct ToolCallRecord
{
    QString callId; ///< as the model named it
    QString tool;
    QJsonObject arguments; ///< as executed; empty if they are long
    BodyRef argumentsRef;  ///< their bytes if they are long
    SideEffect sideEffect = SideEffect::Pure;
    QString status; ///< "" not started, running, ok, error, rejected
    QString errorCode;
    QString resultText;     ///< as shown to the model; cut to 4,000 characters here
    BodyRef result;         ///< the whole
    bool synthetic = false; ///< written by a human, the tool did not run
    bool reused = false;
    std::optional<Money> cost;
    qint64 startedAtMs = 0;
    qint64 endedAtMs = 0;
    int childFrame = 0; ///< for llm_call: the frame it opened

    bool operator==(const ToolCallRecord&) const = default;
};

struct DecisionRecord
{
    int number = 0;
    int frame = 1;
    int depth = 0;
    int parentDecision = 0;                ///< the decision whose call opened this frame; 0 for the root frame
    std::optional<AgentActionType> action; ///< absent until the reply is parsed
    AgentStatus status = AgentStatus::NextStep;
    // Texts over 2,048 characters: the first 200 characters here, the whole under the ref.
    QString reasoning;
    BodyRef reasoningRef;
    QString nextPrompt; ///< of LLM_CALL
    BodyRef nextPromptRef;
    QString finalAnswer; ///< of FINAL_ANSWER
    BodyRef finalAnswerRef;
    QString invalid; ///< why a call of the reply cannot be parsed; empty: all can
    QList<ToolCallRecord> toolCalls;
    QList<AttemptRecord> attempts;
    QList<RevisionRecord> revisions;
    QList<PolicyVerdict> policy;
    QList<QJsonObject> verdicts;
    QString requestHash;
    Money modelCost;     ///< priced lines of its attempts
    Money toolCost;      ///< fees of its tool calls
    Money inclusiveCost; ///< own plus everything in the frames below it
    qint64 unknownCostLines = 0;
    qint64 startedAtMs = 0;
    qint64 endedAtMs = 0;

    [[nodiscard]] qint64 tokens() const; ///< of all attempts
    [[nodiscard]] Usage usage() const;   ///< of all attempts; source is the least sure of them, raw is empty
    bool operator==(const DecisionRecord&) const = default;
};

struct FrameRecord
{
    int id = 1;
    int parentFrame = 0;
    int depth = 0;
    int parentDecision = 0;
    QString task;
    BodyRef taskRef;
    QString answer;
    BodyRef answerRef;
    QString status; ///< running, complete, error, stopped
    qint64 startedAtMs = 0;
    qint64 endedAtMs = 0;

    bool operator==(const FrameRecord&) const = default;
};

struct PhaseRecord
{
    Phase phase = Phase::Ingestion;
    bool entered = false;
    std::optional<PhaseResult> result; ///< absent while in it
    qint64 startedAtMs = 0;
    qint64 durationUs = 0;
    Money cost;
    qint64 unknownCostLines = 0;

    bool operator==(const PhaseRecord&) const = default;
};

/// Where a paused run stands and what may be edited there.
struct StopState
{
    StopPoint point = StopPoint::BeforeDecide;
    int decision = 0;
    int frame = 1;
    int depth = 0;
    QString toolCallId;
    QString tool;
    QString reason;                ///< step, pause, breakpoint:<text>, approval
    QJsonObject editable;          ///< BEFORE_DECIDE {prompt, model, parameters}; AFTER_DECIDE {decision};
                                   ///< BEFORE_TOOL {arguments}; AFTER_TOOL {result}
    std::optional<Money> nextCost; ///< price of what continuing does: worst case of the call or the tool fee
    qint64 atMs = 0;

    bool operator==(const StopState&) const = default;
};

/// A run as its journal tells it.
struct RunRecord
{
    RunSummary summary;
    QJsonObject job;
    QList<PhaseRecord> phases;       ///< always five
    QList<FrameRecord> frames;       ///< by id
    QList<DecisionRecord> decisions; ///< by number
    QList<CostLine> lines;
    PolicyVerdict policy;             ///< of phase 3
    std::optional<StopState> stop;    ///< set while it is paused
    std::optional<RetryRecord> retry; ///< set while it waits for a retry
    std::optional<ResponseError> error;
    QString result;
    BodyRef resultRef; ///< the whole, if it is long
    QString priceBook; ///< the version that all lines are priced by
    std::optional<BillingReport> billing;
    Money reserved; ///< held for calls in flight
    std::optional<Money> budget;
    qint64 lastSeq = 0;

    bool operator==(const RunRecord&) const = default;
};

/// When the last attempt with that number was sent; nothing if there is none.
[[nodiscard]] std::optional<qint64> attemptStartMs(const RunRecord& record, int decision, int attempt);

/// Builds a RunRecord event by event; the one place that knows how the journal reads. Pure, any thread, O(1) an
/// event but for inclusive costs, which climb the frames (bounded by the depth).
class RunProjector
{
public:
    RunProjector();
    /// Events must come in order of seq; one that is already known (seq <= lastSeq) is ignored.
    void apply(const RunEvent& event);
    [[nodiscard]] const RunRecord& record() const { return m_record; }

private:
    void onRunCreated(const RunEvent& event);
    void onPhase(const RunEvent& event);
    void onPolicy(const RunEvent& event);
    void onFrame(const RunEvent& event);
    void onBudget(const RunEvent& event);
    void onLlmRequest(const RunEvent& event);
    void onLlmReply(const RunEvent& event);
    void onCostLine(const RunEvent& event);
    void onDecision(const RunEvent& event);
    void onHuman(const RunEvent& event);
    void onTool(const RunEvent& event);
    void onRunState(const RunEvent& event);
    DecisionRecord *decisionOf(const RunEvent& event);
    FrameRecord *findFrame(int id);
    DecisionRecord *findDecision(int number);

    RunRecord m_record;
    int m_currentFrame = 1;
    QHash<qint64, Money> m_reservations; // open ones by id
};

[[nodiscard]] QJsonObject toJson(const RunSummary& summary); ///< the object of "runs list --json", and more
[[nodiscard]] QJsonObject toJson(const DecisionRecord& decision);
[[nodiscard]] QJsonObject toJson(const ToolCallRecord& call);
/// {"point","decision","frame","depth","toolCallId","tool","reason","editable","nextCost"}: details of STOPPED_AT.
[[nodiscard]] QJsonObject toJson(const StopState& stop);
[[nodiscard]] Result<StopState> stopStateFromJson(const QJsonObject& json); ///< atMs is not in it

} // namespace lathe
