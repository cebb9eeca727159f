// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/canonicaljson.h"

#include <QDateTime>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

struct ListArguments
{
    std::string filter;
    int limit = 50;
    bool json = false;
};

struct BillArguments
{
    std::string run;
    std::string from;
    std::string to;
    std::string user;
    std::vector<std::string> groupBy;
    std::string format = "table";
    std::string profile = "machine";
    std::string output;
};

struct ExportArguments
{
    std::string run;
    std::string format = "jsonl";
    std::string output;
};

QString isoTime(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString indented(const QJsonValue& value)
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Indented)).trimmed();
}

QString costText(const RunSummary& run)
{
    CostGroup group;
    group.cost = run.totalCost;
    return run.unknownCostLines == 0 ? moneyText(group)
                                     : u"%1+ (%2 unknown)"_s.arg(moneyText(run.totalCost)).arg(run.unknownCostLines);
}

int listRuns(Shell& shell, const ListArguments& a)
{
    RunQuery query;
    query.limit = a.limit;
    // "user=alice status=COMPLETE words": known keys filter by field, the rest is searched for.
    QStringList words;
    for (const QString& word : text(a.filter).split(u' ', Qt::SkipEmptyParts)) {
        if (word.startsWith(u"user="_s)) {
            query.userId = word.mid(5);
        } else if (word.startsWith(u"status="_s)) {
            query.status = fromName<RunStatus>(word.mid(7).toUpper());
            if (!query.status) {
                return Shell::usage(u"--filter: unknown status \"%1\""_s.arg(word.mid(7)));
            }
        } else {
            words.append(word);
        }
    }
    query.text = words.join(u' ');
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QList<RunSummary>> runs = shell.ask(shell.facade().runs(query));
    if (!runs) {
        return shell.status();
    }
    if (a.json) {
        QJsonArray list;
        for (const RunSummary& run : *runs) {
            list.append(toJson(run));
        }
        Shell::print(indented(list));
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const RunSummary& run : *runs) {
        rows.append({run.runId.left(8), isoTime(run.startedAtMs), toName(run.status), run.userId, run.model,
                     QString::number(run.decisions), QString::number(run.tokensUsed), costText(run),
                     (run.name.isEmpty() ? run.promptStart : run.name).simplified().left(60)});
    }
    if (rows.isEmpty()) {
        Shell::say(u"no runs"_s);
        return ExitComplete;
    }
    Shell::print(tableText({u"run"_s, u"started (UTC)"_s, u"status"_s, u"user"_s, u"model"_s, u"decisions"_s,
                            u"tokens"_s, u"cost"_s, u"task"_s},
                           rows, {5, 6, 7}));
    return ExitComplete;
}

QJsonObject recordJson(const RunRecord& record)
{
    QJsonObject json = toJson(record.summary);
    json.insert("job"_L1, record.job);
    QJsonArray phases;
    for (const PhaseRecord& phase : record.phases) {
        QJsonObject object{{u"phase"_s, toName(phase.phase)},
                           {u"entered"_s, phase.entered},
                           {u"durationUs"_s, phase.durationUs},
                           {u"cost"_s, phase.cost.toDecimal()}};
        if (phase.result) {
            object.insert("result"_L1, toName(*phase.result));
        }
        phases.append(object);
    }
    json.insert("phases"_L1, phases);
    QJsonArray decisions;
    for (const DecisionRecord& decision : record.decisions) {
        decisions.append(toJson(decision));
    }
    json.insert("decisionList"_L1, decisions);
    json.insert("policy"_L1, toJson(record.policy));
    json.insert("result"_L1, record.result);
    if (record.error) {
        json.insert("error"_L1, QJsonObject{{u"code"_s, record.error->code},
                                            {u"message"_s, record.error->message},
                                            {u"details"_s, record.error->details}});
    }
    if (record.billing) {
        json.insert("billing"_L1, toJson(*record.billing));
    }
    if (record.stop) {
        json.insert("stoppedAt"_L1, QJsonObject{{u"point"_s, toName(record.stop->point)},
                                                {u"decision"_s, record.stop->decision},
                                                {u"tool"_s, record.stop->tool},
                                                {u"editable"_s, record.stop->editable}});
    }
    return json;
}

void printRecord(const RunRecord& record)
{
    const RunSummary& s = record.summary;
    Shell::print(
        u"run      %1\nstatus   %2\nuser     %3 (%4)\nmodel    %5 %6\nstarted  %7 UTC\ntokens   %8\ncost     %9"_s.arg(
            s.runId, toName(s.status), s.userId, toName(s.tier), s.provider, s.model, isoTime(s.startedAtMs),
            QString::number(s.tokensUsed), costText(s)));
    QList<QStringList> rows;
    for (const DecisionRecord& decision : record.decisions) {
        const QString indent(2 * decision.depth, u' ');
        QString what = decision.finalAnswer.simplified().left(60);
        QStringList tools;
        for (const ToolCallRecord& call : decision.toolCalls) {
            tools.append(call.status.isEmpty() ? call.tool : u"%1 (%2)"_s.arg(call.tool, call.status));
        }
        if (!tools.isEmpty()) {
            what = tools.join(u", "_s);
        }
        Money own = decision.modelCost;
        const Result<Money> sum = own.plus(decision.toolCost);
        own = sum.value_or(own);
        rows.append({QString::number(decision.number),
                     indent + (decision.action ? QString(toName(*decision.action)) : u"–"_s), toName(decision.status),
                     QString::number(decision.tokens()), moneyText(own), moneyText(decision.inclusiveCost), what});
    }
    if (!rows.isEmpty()) {
        Shell::print(u'\n' +
                     tableText({u"#"_s, u"action"_s, u"status"_s, u"tokens"_s, u"own"_s, u"inclusive"_s, u"what"_s},
                               rows, {0, 3, 4, 5}));
    }
    if (record.error) {
        Shell::print(u"\n%1: %2"_s.arg(record.error->code, record.error->message));
    }
    if (!record.result.isEmpty()) {
        Shell::print(u"\n"_s + record.result);
    }
}

int showRun(Shell& shell, const std::string& run, bool json)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(run)));
    if (!runId) {
        return shell.status();
    }
    const std::optional<RunRecord> record = shell.ask(shell.facade().record(*runId));
    if (!record) {
        return shell.status();
    }
    if (json) {
        Shell::print(indented(recordJson(*record)));
    } else {
        printRecord(*record);
    }
    return ExitComplete;
}

int deleteRun(Shell& shell, const std::string& run)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(run)));
    if (!runId || !shell.ask(shell.facade().deleteRun(*runId))) {
        return shell.status();
    }
    Shell::say(u"deleted run %1"_s.arg(*runId));
    return ExitComplete;
}

int exportRun(Shell& shell, const ExportArguments& a)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(a.run)));
    if (!runId) {
        return shell.status();
    }
    QByteArray bytes;
    if (a.format == "response") {
        const std::optional<AguiResponse> response = shell.ask(shell.facade().response(*runId));
        if (!response) {
            return shell.status();
        }
        bytes = QJsonDocument(toJson(*response)).toJson(QJsonDocument::Indented);
    } else {
        EventQuery query;
        query.limit = 5000;
        while (true) {
            const std::optional<QList<RunEvent>> page = shell.ask(shell.facade().events(*runId, query));
            if (!page) {
                return shell.status();
            }
            for (const RunEvent& event : *page) {
                bytes += canonicalJson(QJsonValue(toJson(event))) + '\n';
            }
            if (page->size() < query.limit) {
                break;
            }
            query.afterSeq = page->last().seq;
        }
    }
    return Shell::write(text(a.output), bytes) ? ExitComplete : ExitDatabase;
}

/// A day as 2026-11-22 (UTC) or a full ISO 8601 time; 0 for an empty text, nothing if it cannot be read.
std::optional<qint64> timeOf(const std::string& value)
{
    if (value.empty()) {
        return 0;
    }
    const QDate date = QDate::fromString(text(value), Qt::ISODate);
    if (date.isValid() && value.size() == 10) {
        return QDateTime(date, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    }
    const QDateTime time = QDateTime::fromString(text(value), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(time.toMSecsSinceEpoch()) : std::nullopt;
}

std::optional<BillGroup> groupOf(const std::string& name)
{
    static const QHash<QString, BillGroup> kGroups{
        {u"phase"_s, BillGroup::Phase}, {u"decision"_s, BillGroup::Decision}, {u"tool"_s, BillGroup::Tool},
        {u"model"_s, BillGroup::Model}, {u"provider"_s, BillGroup::Provider}, {u"user"_s, BillGroup::User},
        {u"day"_s, BillGroup::Day}};
    const auto found = kGroups.constFind(text(name));
    return found == kGroups.constEnd() ? std::nullopt : std::optional(*found);
}

QString csvCell(const QString& cell)
{
    if (!cell.contains(u',') && !cell.contains(u'"') && !cell.contains(u'\n') && !cell.contains(u'\r')) {
        return cell;
    }
    return u'"' + QString(cell).replace(u'"', u"\"\""_s) + u'"';
}

QByteArray groupedCsv(const BillArguments& a, const BillResult& bill)
{
    QStringList header;
    for (const std::string& group : a.groupBy) {
        header.append(text(group));
    }
    header += {u"cost"_s, u"currency"_s, u"tokens"_s, u"calls"_s, u"lines"_s, u"unknown_lines"_s};
    QString csv = header.join(u',') + u"\r\n"_s;
    for (const BillResult::Row& row : bill.rows) {
        QStringList cells;
        for (const QString& key : row.keys) {
            cells.append(csvCell(key));
        }
        cells += {row.group.cost.toDecimal(),        u"USD"_s,
                  QString::number(row.group.tokens), QString::number(row.group.calls),
                  QString::number(row.group.lines),  QString::number(row.group.unknownLines)};
        csv += cells.join(u',') + u"\r\n"_s;
    }
    return csv.toUtf8();
}

QJsonObject groupJson(const CostGroup& group)
{
    return {{u"cost"_s, group.cost.toDecimal()},
            {u"tokens"_s, group.tokens},
            {u"calls"_s, group.calls},
            {u"lines"_s, group.lines},
            {u"unknownLines"_s, group.unknownLines}};
}

QByteArray billJson(const BillArguments& a, const BillResult& bill)
{
    QJsonArray rows;
    for (const BillResult::Row& row : bill.rows) {
        QJsonObject object = groupJson(row.group);
        for (qsizetype i = 0; i < row.keys.size(); ++i) {
            const std::size_t at = static_cast<std::size_t>(i);
            object.insert(at < a.groupBy.size() ? text(a.groupBy[at]) : u"phase"_s, row.keys.at(i));
        }
        rows.append(object);
    }
    const QJsonObject json{{u"currency"_s, u"USD"_s},
                           {u"rows"_s, rows},
                           {u"total"_s, groupJson(bill.total)},
                           {u"avoided"_s, bill.avoided.toDecimal()},
                           {u"sums"_s, QJsonObject{{u"phases"_s, bill.phases.toDecimal()},
                                                   {u"decisions"_s, bill.decisions.toDecimal()},
                                                   {u"tools"_s, bill.tools.toDecimal()},
                                                   {u"agree"_s, bill.sumsAgree}}}};
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

QByteArray billTable(const BillArguments& a, const BillResult& bill)
{
    QStringList header;
    for (const std::string& group : a.groupBy) {
        header.append(text(group));
    }
    if (header.isEmpty()) {
        header.append(u"phase"_s);
    }
    const int keys = static_cast<int>(header.size());
    header += {u"tokens"_s, u"calls"_s, u"cost"_s};
    QList<QStringList> rows;
    for (const BillResult::Row& row : bill.rows) {
        QStringList cells = row.keys;
        for (QString& cell : cells) {
            cell = cell.isEmpty() ? u"–"_s : cell;
        }
        cells += {QString::number(row.group.tokens), QString::number(row.group.calls), moneyText(row.group)};
        rows.append(cells);
    }
    QStringList total{u"total"_s};
    while (total.size() < keys) {
        total.append(QString());
    }
    total += {QString::number(bill.total.tokens), QString::number(bill.total.calls), moneyText(bill.total)};
    rows.append(total);
    QString out = tableText(header, rows, {keys, keys + 1, keys + 2});
    out += u"\n\nphases %1 = decisions %2 + tools %3 = total %4: %5\n"_s.arg(
        moneyText(bill.phases), moneyText(bill.decisions), moneyText(bill.tools), moneyText(bill.total.cost),
        bill.sumsAgree ? u"agrees"_s : u"DOES NOT AGREE"_s);
    return out.toUtf8();
}

int showBill(Shell& shell, const BillArguments& a)
{
    BillQuery query;
    query.userId = text(a.user);
    const std::optional<qint64> from = timeOf(a.from);
    const std::optional<qint64> to = timeOf(a.to);
    if (!from || !to) {
        return Shell::usage(
            u"%1 is not a date; use 2026-11-22 or 2026-11-22T10:00:00Z"_s.arg(text(from ? a.to : a.from)));
    }
    query.fromMs = *from;
    query.toMs = *to;
    if (a.groupBy.size() > 2) {
        return Shell::usage(u"--group-by takes at most two of phase, decision, tool, model, provider, user, day"_s);
    }
    for (const std::string& name : a.groupBy) {
        const std::optional<BillGroup> group = groupOf(name);
        if (!group) {
            return Shell::usage(
                u"--group-by: \"%1\" is none of phase, decision, tool, model, provider, user, day"_s.arg(text(name)));
        }
        query.groupBy.append(*group);
    }
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    if (!a.run.empty()) {
        const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(a.run)));
        if (!runId) {
            return shell.status();
        }
        query.runId = *runId;
    }
    if (a.format == "csv" && a.groupBy.empty()) {
        const std::optional<QByteArray> csv = shell.ask(shell.facade().breakdownCsv(query, a.profile == "spreadsheet"));
        if (!csv) {
            return shell.status();
        }
        return Shell::write(text(a.output), *csv) ? ExitComplete : ExitDatabase;
    }
    const std::optional<BillResult> bill = shell.ask(shell.facade().bill(query));
    if (!bill) {
        return shell.status();
    }
    const QByteArray bytes = a.format == "csv"    ? groupedCsv(a, *bill)
                             : a.format == "json" ? billJson(a, *bill)
                                                  : billTable(a, *bill);
    return Shell::write(text(a.output), bytes) ? ExitComplete : ExitDatabase;
}

} // namespace

void addReportCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *runs = app.add_subcommand("runs", "List, show and delete recorded runs");
    runs->require_subcommand(1);
    const auto list = std::make_shared<ListArguments>();
    CLI::App *listApp = runs->add_subcommand("list", "Runs, newest first");
    listApp->add_option("--filter", list->filter, "Words to search for; user=ID and status=NAME filter by field");
    listApp->add_option("--limit", list->limit, "At most this many")->check(CLI::Range(1, 100000));
    listApp->add_flag("--json", list->json, "Print a JSON array");
    commands.append({listApp, [list](Shell& shell) { return listRuns(shell, *list); }});

    const auto shown = std::make_shared<std::pair<std::string, bool>>();
    CLI::App *show = runs->add_subcommand("show", "One run with its decisions and costs");
    show->add_option("run", shown->first, "Its id or the beginning of it")->required();
    show->add_flag("--json", shown->second, "Print JSON");
    commands.append({show, [shown](Shell& shell) { return showRun(shell, shown->first, shown->second); }});

    const auto deleted = std::make_shared<std::string>();
    CLI::App *remove = runs->add_subcommand("delete", "Delete a run, its journal and its cost lines");
    remove->add_option("run", *deleted, "Its id or the beginning of it")->required();
    commands.append({remove, [deleted](Shell& shell) { return deleteRun(shell, *deleted); }});

    const auto exported = std::make_shared<ExportArguments>();
    CLI::App *exporter = app.add_subcommand("export", "Write a run's journal or response");
    exporter->add_option("run", exported->run, "Its id or the beginning of it")->required();
    exporter->add_option("--format", exported->format, "jsonl (the journal) or response")
        ->check(CLI::IsMember({"jsonl", "response"}));
    exporter->add_option("-o", exported->output, "File (default: standard output)");
    commands.append({exporter, [exported](Shell& shell) { return exportRun(shell, *exported); }});

    const auto bill = std::make_shared<BillArguments>();
    CLI::App *billApp = app.add_subcommand("bill", "What was spent, grouped or line by line");
    billApp->add_option("--run", bill->run, "Only this run");
    billApp->add_option("--from", bill->from, "From this day or time (UTC), inclusive");
    billApp->add_option("--to", bill->to, "To this day or time (UTC), exclusive");
    billApp->add_option("--user", bill->user, "Only this user");
    billApp->add_option("--group-by", bill->groupBy, "One or two of phase, decision, tool, model, provider, user, day")
        ->delimiter(',');
    billApp->add_option("--format", bill->format, "table, json, or csv (without --group-by: every ledger line)")
        ->check(CLI::IsMember({"table", "csv", "json"}));
    billApp->add_option("--profile", bill->profile, "For csv: machine, or spreadsheet (text cells guarded)")
        ->check(CLI::IsMember({"machine", "spreadsheet"}));
    billApp->add_option("-o", bill->output, "File (default: standard output)");
    commands.append({billApp, [bill](Shell& shell) { return showBill(shell, *bill); }});
}

} // namespace lathe::ctl
