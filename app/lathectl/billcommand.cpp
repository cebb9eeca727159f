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
    std::string accounting = "chargeback";
    std::string priceBook;
    std::string asModel;
    std::string output;
};

constexpr auto kGroups = "phase, decision, tool, model, provider, user, day, hour, team, tier";

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
    QJsonObject json{{u"currency"_s, u"USD"_s},
                     {u"rows"_s, rows},
                     {u"total"_s, groupJson(bill.total)},
                     {u"avoided"_s, bill.avoided.toDecimal()},
                     {u"sums"_s, QJsonObject{{u"phases"_s, bill.phases.toDecimal()},
                                             {u"decisions"_s, bill.decisions.toDecimal()},
                                             {u"tools"_s, bill.tools.toDecimal()},
                                             {u"agree"_s, bill.sumsAgree}}}};
    if (!bill.priceBook.isEmpty()) {
        json.insert("sameTokensAtPricesOf"_L1, bill.priceBook);
    }
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
    if (!bill.priceBook.isEmpty()) {
        out += u"\n\nsame tokens, other prices: %1"_s.arg(bill.priceBook);
    }
    out += u"\n\nphases %1 = decisions %2 + tools %3 = total %4: %5\n"_s.arg(
        moneyText(bill.phases), moneyText(bill.decisions), moneyText(bill.tools), moneyText(bill.total.cost),
        bill.sumsAgree ? u"agrees"_s : u"DOES NOT AGREE"_s);
    return out.toUtf8();
}

/// What is written line by line; nothing for what is made of groups.
std::optional<BillFile::Format> fileFormatOf(const BillArguments& a)
{
    if (a.format == "csv" && a.groupBy.empty()) {
        return BillFile::Format::Breakdown;
    }
    if (a.format == "focus-1.4") {
        return BillFile::Format::Focus14;
    }
    if (a.format == "focus-1.2") {
        return BillFile::Format::Focus12;
    }
    return a.format == "pivot" ? std::optional(BillFile::Format::Pivot) : std::nullopt;
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
    query.priceBook = text(a.priceBook);
    query.asModel = text(a.asModel);
    for (const std::string& name : a.groupBy) {
        const std::optional<BillGroup> group = fromName<BillGroup>(text(name));
        if (!group || query.groupBy.contains(*group)) {
            return usage(u"--group-by: \"%1\" is %2 %3"_s.arg(text(name), group ? u"named twice among"_s : u"none of"_s,
                                                              text(kGroups)));
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
    if (const std::optional<BillFile::Format> format = fileFormatOf(a)) {
        BillFile file;
        file.format = *format;
        file.spreadsheet = a.profile == "spreadsheet";
        file.merge = a.accounting == "merge";
        file.path = text(a.output);
        const std::optional<QJsonObject> summary = shell.ask(shell.facade().exportBill(query, file));
        if (!summary) {
            return shell.status();
        }
        if (const qint64 omitted = summary->value("omittedLines"_L1).toInteger(); omitted > 0) {
            say(u"%1 lines of unknown cost are not in the file"_s.arg(omitted));
        }
        return ExitComplete;
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
    billApp->add_option("--group-by", bill->groupBy, std::string("Any of ") + kGroups)->delimiter(',');
    billApp
        ->add_option(
            "--format", bill->format,
            "table, json, csv (without --group-by: every ledger line), focus-1.4, focus-1.2, or pivot (rows by "
            "the first groups, columns by the last, with totals)")
        ->check(CLI::IsMember({"table", "csv", "json", "focus-1.4", "focus-1.2", "pivot"}));
    billApp->add_option("--profile", bill->profile, "For files: machine, or spreadsheet (text cells guarded)")
        ->check(CLI::IsMember({"machine", "spreadsheet"}));
    billApp
        ->add_option("--accounting", bill->accounting,
                     "For FOCUS: chargeback (Lathe bills), or merge (to be put beside the providers' invoices)")
        ->check(CLI::IsMember({"chargeback", "merge"}));
    billApp->add_option("--price-book", bill->priceBook, "The same tokens at the prices of this book");
    billApp->add_option("--as-model", bill->asModel, "The same tokens at the prices of PROVIDER/MODEL");
    billApp->add_option("-o", bill->output, "File (default: standard output); beside NAME.csv comes NAME.summary.json");
    commands.append({billApp, [bill](Shell& shell) { return showBill(shell, *bill); }});
}

} // namespace lathe::ctl
