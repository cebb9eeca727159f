// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/costline.h"
#include "engine/domain/enums.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <functional>
#include <optional>

namespace lathe {

/// Cost and counts of one group of lines; unknown lines are counted, never added as zero.
struct CostGroup
{
    QString key; ///< "EXECUTION", "3", "code_executor", "m1" ...
    Money cost;  ///< exact sum of the priced lines
    qint64 lines = 0;
    qint64 unknownLines = 0;
    qint64 tokens = 0;
    qint64 calls = 0; ///< model attempts or tool calls

    bool operator==(const CostGroup&) const = default;
};

/// The FINAL_BILLING_REPORT: sums of the ledger of one run. Invariant, checked when it is built:
/// sum over phases = sum over decisions + tools = total.
struct BillingReport
{
    QString runId;
    Money total;
    bool complete = true; ///< false: some lines have no known cost
    qint64 lines = 0;
    qint64 unknownLines = 0;
    Money unknownEstimate;       ///< what the unknown lines may come to; in no sum
    Money avoided;               ///< not charged thanks to cache or re-use; never netted
    QList<CostGroup> byPhase;    ///< all five, in order
    QList<CostGroup> byDecision; ///< model cost of each decision
    QList<CostGroup> byTool;     ///< tool fees
    QList<CostGroup> byModel;
    QString priceBook;
    bool sumsAgree = true; ///< the invariant held

    bool operator==(const BillingReport&) const = default;
};
[[nodiscard]] QJsonObject toJson(const BillingReport& report);
[[nodiscard]] Result<BillingReport> billingReportFromJson(const QJsonObject& json);

struct ResponseError
{
    QString code; ///< ViolationCode name, provider error kind, VALIDATION_FAILED, STEP_LIMIT_EXCEEDED ...
    QString message;
    QJsonValue details;

    bool operator==(const ResponseError&) const = default;
};

/// A list that becomes JSON when it is asked for: a long run's would cost more than its steps, and few ask. Any thread.
class JsonList
{
public:
    JsonList() = default;
    JsonList(QJsonArray json) : m_size(json.size()), m_make([json] { return json; }) {} // NOLINT: it is one
    JsonList(qsizetype size, std::function<QJsonArray()> make) : m_size(size), m_make(std::move(make)) {}

    [[nodiscard]] qsizetype size() const { return m_size; }
    [[nodiscard]] QJsonArray toJson() const { return m_make ? m_make() : QJsonArray(); }
    friend bool operator==(const JsonList& a, const JsonList& b) { return a.toJson() == b.toJson(); }

private:
    qsizetype m_size = 0;
    std::function<QJsonArray()> m_make;
};

/// What a run returns. decisions and toolCalls are in the form of their journal projections.
struct AguiResponse
{
    QString runId;
    QString correlationId;
    QString jobSignature;
    AgentStatus status = AgentStatus::Error; ///< COMPLETE, ERROR or STOPPED
    QString result;
    std::optional<ResponseError> error;
    PhaseResult phaseResult = PhaseResult::Continue;
    bool fromCache = false;
    qint64 executionTimeMs = 0;
    qint64 tokensUsed = 0; ///< all input (cached too) and output of all attempts
    Money totalCost;
    JsonList decisions;
    JsonList toolCalls;
    BillingReport billing;
    qint64 startedAtMs = 0;
    qint64 completedAtMs = 0;

    bool operator==(const AguiResponse&) const = default;
};
[[nodiscard]] QJsonObject toJson(const AguiResponse& response);
[[nodiscard]] Result<AguiResponse> aguiResponseFromJson(const QJsonObject& json);

} // namespace lathe
