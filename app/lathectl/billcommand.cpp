// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"
#include "engine/pipeline/billview.h"

#include <QDateTime>
#include <QFile>

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
    bool coldCache = false;
    bool imported = false;
    std::string status;
    std::string model;
    std::string reconcile;
    bool forecast = false;
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

QByteArray billJson(const BillResult& bill, const QList<BillGroup>& groups)
{
    return QJsonDocument(toJson(bill, groups)).toJson(QJsonDocument::Indented);
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

QString amountText(const std::optional<Money>& amount)
{
    return amount ? moneyText(*amount) : u"–"_s;
}

/// A provider's own export beside the ledger.
int showReconciliation(Shell& shell, const BillArguments& a)
{
    QFile file(text(a.reconcile));
    if (!file.open(QIODevice::ReadOnly)) {
        say(u"%1 cannot be read: %2"_s.arg(file.fileName(), file.errorString()));
        return ExitDatabase;
    }
    const std::optional<Reconciliation> found = shell.ask(shell.facade().reconcile(file.readAll()));
    if (!found) {
        return shell.status();
    }
    for (const QString& note : found->notes) {
        say(note);
    }
    QJsonArray json;
    QList<QStringList> rows;
    QString csv = u"day,model,here,there,difference,unknown_lines,reason\r\n"_s;
    for (const ReconcileRow& row : found->rows) {
        const QString here = row.here ? row.here->toDecimal() : QString();
        const QString there = row.there ? row.there->toDecimal() : QString();
        const QString reason = toName(row.reason);
        json.append(QJsonObject{{u"day"_s, row.day},
                                {u"model"_s, row.model},
                                {u"here"_s, row.here ? QJsonValue(here) : QJsonValue()},
                                {u"there"_s, row.there ? QJsonValue(there) : QJsonValue()},
                                {u"difference"_s, row.difference.toDecimal()},
                                {u"unknownLines"_s, row.unknownLines},
                                {u"reason"_s, reason}});
        rows.append({row.day, row.model.isEmpty() ? u"–"_s : row.model, amountText(row.here), amountText(row.there),
                     moneyText(row.difference), reason});
        csv += QStringList{row.day, csvCell(row.model),         here,
                           there,   row.difference.toDecimal(), QString::number(row.unknownLines),
                           reason}
                   .join(u',') +
               u"\r\n"_s;
    }
    QByteArray out;
    if (a.format == "json") {
        out = QJsonDocument(QJsonObject{{u"format"_s, found->format},
                                        {u"provider"_s, found->provider},
                                        {u"from"_s, found->fromDay},
                                        {u"to"_s, found->toDay},
                                        {u"rows"_s, json},
                                        {u"here"_s, found->here.toDecimal()},
                                        {u"there"_s, found->there.toDecimal()},
                                        {u"difference"_s, found->difference.toDecimal()},
                                        {u"tolerance"_s, found->tolerance.toDecimal()},
                                        {u"withinTolerance"_s, found->withinTolerance()}})
                  .toJson();
    } else if (a.format == "csv") {
        out = csv.toUtf8();
    } else {
        rows.append({u"total"_s, QString(), moneyText(found->here), moneyText(found->there),
                     moneyText(found->difference),
                     found->withinTolerance() ? u"within %1"_s.arg(moneyText(found->tolerance))
                                              : u"beyond %1"_s.arg(moneyText(found->tolerance))});
        out = QString(tableText({u"day"_s, u"model"_s, u"here"_s, u"there"_s, u"difference"_s, u"reason"_s}, rows,
                                {2, 3, 4}) +
                      u'\n')
                  .toUtf8();
    }
    return write(text(a.output), out) ? ExitComplete : ExitDatabase;
}

/// This month's spending, and where it is going.
int showForecast(Shell& shell, const BillArguments& a)
{
    const std::optional<Forecast> forecast = shell.ask(shell.facade().forecast(text(a.user)));
    if (!forecast) {
        return shell.status();
    }
    QByteArray out;
    if (a.format == "json") {
        QJsonObject json{{u"spent"_s, forecast->spent.toDecimal()},
                         {u"fullDays"_s, forecast->fullDays},
                         {u"daysLeft"_s, forecast->daysLeft}};
        if (forecast->expected) {
            json.insert("expected"_L1, forecast->expected->toDecimal());
            json.insert("low"_L1, forecast->low.toDecimal());
            json.insert("high"_L1, forecast->high.toDecimal());
        }
        if (forecast->budgetEnd) {
            json.insert("budgetEnd"_L1, forecast->budgetEnd->toString(Qt::ISODate));
        }
        out = QJsonDocument(json).toJson();
    } else {
        QString told = u"this month %1"_s.arg(moneyText(forecast->spent));
        told += forecast->expected ? u"; estimate for its end %1 (%2 to %3), by the last %4 days"_s.arg(
                                         moneyText(*forecast->expected), moneyText(forecast->low),
                                         moneyText(forecast->high), QString::number(forecast->fullDays))
                                   : u"; too few full days for an estimate of its end"_s;
        if (forecast->budgetEnd) {
            told += u"; the monthly budget runs out on %1"_s.arg(forecast->budgetEnd->toString(Qt::ISODate));
        }
        out = QString(told + u'\n').toUtf8();
    }
    return write(text(a.output), out) ? ExitComplete : ExitDatabase;
}

int showBill(Shell& shell, const BillArguments& a)
{
    if (!a.reconcile.empty()) {
        return showReconciliation(shell, a);
    }
    if (a.forecast) {
        return showForecast(shell, a);
    }
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
    query.coldCache = a.coldCache;
    query.imported = a.imported;
    if (!a.status.empty()) {
        query.status = fromName<RunStatus>(text(a.status).toUpper());
        if (!query.status) {
            return usage(u"--status: \"%1\" is no status of a run"_s.arg(text(a.status)));
        }
    }
    if (!a.model.empty()) {
        query.only.append({BillGroup::Model, text(a.model)});
    }
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
    std::optional<BillResult> bill = shell.ask(shell.facade().bill(query));
    const std::optional<Money> avoided = bill ? shell.ask(shell.facade().avoided(query)) : std::nullopt;
    if (!avoided) {
        return shell.status();
    }
    bill->avoided = *avoided;
    const QByteArray bytes = a.format == "csv"    ? groupedCsv(a, *bill)
                             : a.format == "json" ? billJson(*bill, query.groupBy)
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
    billApp->add_flag("--imported", bill->imported, "Imported runs too; else they are only in bills of one run");
    billApp->add_flag("--cold-cache", bill->coldCache, "With other prices: as if no token had come from a cache");
    billApp->add_option("--status", bill->status, "Only runs with this status, such as complete");
    billApp->add_option("--model", bill->model, "Only what this model cost");
    billApp->add_option("--reconcile", bill->reconcile,
                        "A provider's own cost export (OpenAI costs, Anthropic cost report, OpenRouter activity): the "
                        "differences by day and model, with a reason; --format table, csv or json");
    billApp->add_flag("--forecast", bill->forecast, "This month so far, and an estimate for its end");
    billApp->add_option("-o", bill->output, "File (default: standard output); beside NAME.csv comes NAME.summary.json");
    commands.append({billApp, [bill](Shell& shell) { return showBill(shell, *bill); }});
}

} // namespace lathe::ctl
