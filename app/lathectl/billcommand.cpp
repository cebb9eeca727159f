// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

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
        return usage(u"%1 is not a date; use 2026-11-22 or 2026-11-22T10:00:00Z"_s.arg(text(from ? a.to : a.from)));
    }
    query.fromMs = *from;
    query.toMs = *to;
    if (a.groupBy.size() > 2) {
        return usage(u"--group-by takes at most two of phase, decision, tool, model, provider, user, day"_s);
    }
    for (const std::string& name : a.groupBy) {
        const std::optional<BillGroup> group = groupOf(name);
        if (!group) {
            return usage(
                u"--group-by: \"%1\" is none of phase, decision, tool, model, provider, user, day"_s.arg(text(name)));
        }
        query.groupBy.append(*group);
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
        return write(text(a.output), *csv) ? ExitComplete : ExitDatabase;
    }
    const std::optional<BillResult> bill = shell.ask(shell.facade().bill(query));
    if (!bill) {
        return shell.status();
    }
    const QByteArray bytes = a.format == "csv"    ? groupedCsv(a, *bill)
                             : a.format == "json" ? billJson(a, *bill)
                                                  : billTable(a, *bill);
    return write(text(a.output), bytes) ? ExitComplete : ExitDatabase;
}

} // namespace

void addBillCommand(CLI::App& app, QList<Command>& commands)
{
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
