// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/ledgerrepository.h"

#include "engine/storage/projectionrows.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace lathe {

namespace {

// What sums and groups are made of comes first; the rest is for whoever wants whole lines.
constexpr const char *kSumColumns = "m.id, l.line, l.line_at, l.phase, l.decision, l.attempt, l.tool, l.provider, "
                                    "l.model_requested, l.model_billed, l.meter, l.quantity, l.cost_micro, l.cost_rem";
constexpr const char *kOtherColumns = ", l.decision_kind, l.tool_call_id, l.service_tier, l.unit_price, l.per, "
                                      "l.cost_state, l.pricebook_version, l.rate_id, l.status";
enum Column
{
    RunKey,
    Line,
    LineAt,
    PhaseName,
    Decision,
    Attempt,
    Tool,
    Provider,
    ModelRequested,
    ModelBilled,
    MeterName,
    Quantity,
    Cost,
    CostRemainder,
    DecisionKind,
    ToolCallId,
    ServiceTier,
    Price,
    Per,
    State,
    PriceBookVersion,
    RateId,
    Status
};

// A run's lines have the same run, so that is read when it changes and not with each of them.
constexpr Sql kRun{"SELECT run_id, name, started_at, user_id, user_tier, metadata, status, owner "
                   "FROM agent_execution_metadata WHERE id = ?"};

/// Texts repeat from line to line: each is decoded once and then shared.
class TextColumn
{
public:
    const QString& decoded(QByteArrayView utf8)
    {
        for (const Entry& entry : m_entries) {
            if (entry.utf8 == utf8) {
                return entry.text;
            }
        }
        Entry& entry = m_entries[m_next];
        m_next = (m_next + 1) % m_entries.size();
        entry.utf8 = utf8.toByteArray();
        entry.text = QString::fromUtf8(utf8);
        return entry.text;
    }
    void read(const Rows& rows, int column, QString& target)
    {
        const QString& text = decoded(rows.view(column));
        if (text.constData() != target.constData()) {
            target = text;
        }
    }

private:
    struct Entry
    {
        QByteArray utf8;
        QString text;
    };
    std::array<Entry, 4> m_entries; // one of each model, meter, tool that a run goes round
    size_t m_next = 0;
};

/// The same for prices.
class PriceColumn
{
public:
    Result<UnitPrice> read(const Rows& rows, int column)
    {
        const QByteArrayView utf8 = rows.view(column);
        const qint64 per = rows.integer(column + 1);
        for (const Entry& entry : m_entries) {
            if (entry.per == per && entry.utf8 == utf8) {
                return entry.price;
            }
        }
        const auto price = UnitPrice::fromDecimal(QString::fromUtf8(utf8), per);
        if (!price) {
            return fail(ErrorCode::Database, QStringLiteral("The database holds an invalid price"),
                        price.error().message);
        }
        m_entries[m_next] = {utf8.toByteArray(), per, *price};
        m_next = (m_next + 1) % m_entries.size();
        return *price;
    }

private:
    struct Entry
    {
        QByteArray utf8;
        qint64 per = 0; // no price is for none
        UnitPrice price;
    };
    std::array<Entry, 4> m_entries;
    size_t m_next = 0;
};

template <typename E>
Result<void> readEnum(const Rows& rows, int column, const char *what, E& target)
{
    const QByteArrayView utf8 = rows.view(column);
    for (const auto& [value, name] : EnumNames<E>::table) {
        if (name.size() == utf8.size() && std::equal(utf8.begin(), utf8.end(), name.begin())) {
            target = value;
            return {};
        }
    }
    return fail(enumFrom<E>(QString::fromUtf8(utf8), what).error());
}

/// Makes bill rows of rows of the two column lists, over and over the same one.
class RowReader
{
public:
    RowReader(Connection& connection, const OwnerLock& owners, bool whole)
        : m_connection(connection), m_owners(owners), m_whole(whole)
    {}

    [[nodiscard]] const BillRow& row() const { return m_row; }
    [[nodiscard]] qint64 runKey() const { return m_run; }

    Result<void> read(const Rows& rows)
    {
        if (const qint64 run = rows.integer(RunKey); run != m_run) {
            const auto changed = changeRun(run);
            if (!changed) {
                return changed;
            }
        }
        CostLine& line = m_row.line;
        m_row.number = rows.integer(Line);
        line.lineAtMs = rows.integer(LineAt);
        line.decision = rows.number(Decision);
        line.attempt = rows.number(Attempt);
        line.quantity = rows.integer(Quantity);
        m_texts[Tool].read(rows, Tool, line.tool);
        m_texts[Provider].read(rows, Provider, line.provider);
        m_texts[ModelRequested].read(rows, ModelRequested, line.modelRequested);
        m_texts[ModelBilled].read(rows, ModelBilled, line.modelBilled);
        const auto phase = readEnum(rows, PhaseName, "phase", line.phase);
        if (!phase) {
            return phase;
        }
        const auto meter = readEnum(rows, MeterName, "meter", line.meter);
        if (!meter) {
            return meter;
        }
        const auto cost = rows.money(Cost);
        if (!cost) {
            return fail(cost.error());
        }
        line.cost = *cost;
        return m_whole ? readRest(rows) : Result<void>();
    }

private:
    Result<void> readRest(const Rows& rows)
    {
        CostLine& line = m_row.line;
        m_texts[ToolCallId].read(rows, ToolCallId, line.toolCallId);
        m_texts[ServiceTier].read(rows, ServiceTier, line.serviceTier);
        m_texts[PriceBookVersion].read(rows, PriceBookVersion, line.priceBookVersion);
        m_texts[RateId].read(rows, RateId, line.rateId);
        m_texts[Status].read(rows, Status, line.status);
        const auto state = readEnum(rows, State, "cost state", line.state);
        if (!state) {
            return state;
        }
        line.decisionKind.reset();
        if (!rows.isNull(DecisionKind)) {
            const auto kind = readEnum(rows, DecisionKind, "decision kind", line.decisionKind.emplace());
            if (!kind) {
                return kind;
            }
        }
        line.unitPrice.reset();
        if (!rows.isNull(Price)) {
            const auto price = m_prices.read(rows, Price);
            if (!price) {
                return fail(price.error());
            }
            line.unitPrice = *price;
        }
        return {};
    }

    Result<void> changeRun(qint64 key)
    {
        auto known = m_runs.constFind(key);
        if (known == m_runs.constEnd()) {
            const auto read = readRun(key);
            if (!read) {
                return fail(read.error());
            }
            known = m_runs.insert(key, *read);
        }
        m_run = key;
        m_row.line.runId = known->line.runId;
        m_row.jobName = known->jobName;
        m_row.startedAtMs = known->startedAtMs;
        m_row.userId = known->userId;
        m_row.userTier = known->userTier;
        m_row.teamId = known->teamId;
        m_row.tags = known->tags;
        m_row.runStatus = known->runStatus;
        return {};
    }

    Result<BillRow> readRun(qint64 key)
    {
        auto rows = m_connection.query(kRun, {key});
        if (!rows) {
            return fail(rows.error());
        }
        BillRow run;
        if (!rows->next()) {
            return fail(ErrorCode::Database, QStringLiteral("The database holds a cost line without its run"));
        }
        run.line.runId = rows->text(0);
        run.jobName = rows->text(1);
        run.startedAtMs = rows->integer(2);
        run.userId = rows->text(3);
        run.userTier = rows->text(4);
        run.tags = rows->text(5);
        run.teamId = QJsonDocument::fromJson(rows->bytes(5)).object().value(QLatin1String("team")).toString();
        const auto status = readEnum(*rows, 6, "run status", run.runStatus);
        if (!status) {
            return fail(status.error());
        }
        if (run.runStatus == RunStatus::Running && !m_owners.isAlive(rows->integer(7))) {
            run.runStatus = RunStatus::Interrupted;
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return run;
    }

    Connection& m_connection;
    const OwnerLock& m_owners;
    bool m_whole;
    BillRow m_row;
    qint64 m_run = 0; ///< no run has this key
    QHash<qint64, BillRow> m_runs;
    std::array<TextColumn, Status + 1> m_texts;
    PriceColumn m_prices;
};

struct Condition
{
    QString where = QStringLiteral(" WHERE l.run_id = m.run_id");
    SqlValues values;

    void add(const char *text, std::initializer_list<SqlValue> given)
    {
        where += QLatin1String(" AND ") + QLatin1String(text);
        values.append(given);
    }
};

Condition conditionOf(const LedgerFilter& filter)
{
    Condition condition;
    if (!filter.runId.isEmpty()) {
        condition.add("m.run_id = ?", {filter.runId});
    }
    if (filter.runId.isEmpty() && !filter.imported) {
        condition.add("m.imported = 0", {});
    }
    if (!filter.userId.isEmpty()) {
        condition.add("m.user_id = ?", {filter.userId});
    }
    if (filter.fromMs != 0) {
        condition.add("l.line_at >= ?", {filter.fromMs});
    }
    if (filter.toMs != 0) {
        condition.add("l.line_at < ?", {filter.toMs});
    }
    return condition;
}

bool hasPeriod(const LedgerFilter& filter)
{
    return filter.fromMs != 0 || filter.toMs != 0;
}

/// The lines of one run, and lines whose order does not matter, come run by run, as they lie in the table, and the runs
/// as their indexes have them, of a user or of all; the lines of a period, and a ledger as people read it, come by
/// time.
bool comesByRun(const LedgerFilter& filter)
{
    return !filter.runId.isEmpty() || (filter.sumsOnly && !hasPeriod(filter));
}

// SQLite takes the tables of a CROSS JOIN in the order in which they stand; either order has an index for its rows.
constexpr const char *kByRun = "agent_execution_metadata m CROSS JOIN agent_cost_lines l";
constexpr const char *kByTime = "agent_cost_lines l CROSS JOIN agent_execution_metadata m";

} // namespace

Result<LedgerPage> LedgerRepository::visit(const LedgerFilter& filter, const LedgerVisitor& visit)
{
    const bool byRun = comesByRun(filter);
    Condition condition = conditionOf(filter);
    if (filter.after) {
        // The first is implied by the second, but lets the index be used.
        const LedgerPlace& after = *filter.after;
        if (byRun) {
            condition.add("m.started_at >= ?", {after.timeMs});
            condition.add("(m.started_at, m.id, l.line) > (?, ?, ?)", {after.timeMs, after.runKey, after.line});
        } else {
            condition.add("l.line_at >= ?", {after.timeMs});
            condition.add("(l.line_at, l.run_id, l.line) > (?, ?, ?)", {after.timeMs, after.runId, after.line});
        }
    }
    QString sql =
        QLatin1String("SELECT ") + QLatin1String(kSumColumns) + QLatin1String(filter.sumsOnly ? "" : kOtherColumns) +
        QLatin1String(" FROM ") + QLatin1String(byRun ? kByRun : kByTime) + condition.where +
        QLatin1String(byRun ? " ORDER BY m.started_at, m.id, l.line" : " ORDER BY l.line_at, l.run_id, l.line");
    if (filter.limit > 0) {
        sql += QLatin1String(" LIMIT ?");
        condition.values << filter.limit;
    }
    auto rows = m_connection.queryText(sql, condition.values);
    if (!rows) {
        return fail(rows.error());
    }
    LedgerPage page;
    RowReader reader(m_connection, m_owners, !filter.sumsOnly);
    while (rows->next()) {
        const auto read = reader.read(*rows);
        if (!read) {
            return fail(read.error());
        }
        ++page.lines;
        const auto visited = visit(reader.row());
        if (!visited) {
            return fail(visited.error());
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    if (filter.limit > 0 && page.lines == filter.limit) {
        const BillRow& last = reader.row();
        page.next =
            LedgerPlace{byRun ? last.startedAtMs : last.line.lineAtMs, reader.runKey(), last.line.runId, last.number};
    }
    return page;
}

Result<qint64> LedgerRepository::count(const LedgerFilter& filter)
{
    const Condition condition = conditionOf(filter);
    const QString sql =
        QLatin1String("SELECT COUNT(*) FROM ") + QLatin1String(hasPeriod(filter) ? kByTime : kByRun) + condition.where;
    auto rows = m_connection.queryText(sql, condition.values);
    if (!rows) {
        return fail(rows.error());
    }
    const qint64 lines = rows->next() ? rows->integer(0) : 0;
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return lines;
}

} // namespace lathe
