// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"
#include "app/lathectl/runarguments.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

struct ListArguments
{
    std::string filter;
    int limit = 50;
    bool json = false;
};

struct ExportArguments
{
    std::string run;
    std::string format = "jsonl";
    std::string output;
    std::string endpoint;
    bool content = false;
};

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
                return usage(u"--filter: unknown status \"%1\""_s.arg(word.mid(7)));
            }
        } else {
            words.append(word);
        }
    }
    query.text = words.join(u' ');
    const std::optional<QList<RunSummary>> runs = shell.ask(shell.facade().runs(query));
    if (!runs) {
        return shell.status();
    }
    if (a.json) {
        QJsonArray list;
        for (const RunSummary& run : *runs) {
            list.append(toJson(run));
        }
        print(indented(list));
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const RunSummary& run : *runs) {
        rows.append({run.runId.left(8), timeText(run.startedAtMs), toName(run.status), run.userId, run.model,
                     QString::number(run.decisions), QString::number(run.tokensUsed), costText(run),
                     (run.name.isEmpty() ? run.promptStart : run.name).simplified().left(60)});
    }
    if (rows.isEmpty()) {
        say(u"no runs"_s);
        return ExitComplete;
    }
    print(tableText({u"run"_s, u"started (UTC)"_s, u"status"_s, u"user"_s, u"model"_s, u"decisions"_s, u"tokens"_s,
                     u"cost"_s, u"task"_s},
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
    print(
        u"run      %1\nstatus   %2\nuser     %3 (%4)\nmodel    %5 %6\nstarted  %7 UTC\ntokens   %8\ncost     %9"_s.arg(
            s.runId, toName(s.status), s.userId, toName(s.tier), s.provider, s.model, timeText(s.startedAtMs),
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
        print(u'\n' + tableText({u"#"_s, u"action"_s, u"status"_s, u"tokens"_s, u"own"_s, u"inclusive"_s, u"what"_s},
                                rows, {0, 3, 4, 5}));
    }
    if (record.error) {
        print(u"\n%1: %2"_s.arg(record.error->code, record.error->message));
    }
    if (!record.result.isEmpty()) {
        print(u"\n"_s + record.result);
    }
}

int showRun(Shell& shell, const std::string& run, bool json)
{
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(run)));
    if (!runId) {
        return shell.status();
    }
    const std::optional<RunRecord> record = shell.ask(shell.facade().record(*runId));
    if (!record) {
        return shell.status();
    }
    if (json) {
        print(indented(recordJson(*record)));
    } else {
        printRecord(*record);
    }
    return ExitComplete;
}

struct ImportArguments
{
    std::string file;
    bool asNew = false;
};

int importRuns(Shell& shell, const ImportArguments& a)
{
    const Result<QByteArray> bytes = readAll(text(a.file));
    if (!bytes) {
        return report(bytes.error());
    }
    RunImport options;
    options.fileName = a.file == "-" ? QString() : QFileInfo(text(a.file)).fileName();
    options.asNew = a.asNew;
    const std::optional<RunImportResult> result = shell.ask(shell.facade().importRuns(*bytes, options));
    if (!result) {
        return shell.status();
    }
    for (const QString& note : result->notes) {
        say(note);
    }
    for (const QString& id : result->present) {
        say(u"run %1 is there already and stays as it is"_s.arg(id));
    }
    print(result->runs.join(u'\n'));
    return ExitComplete;
}

int deleteRun(Shell& shell, const std::string& run)
{
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(run)));
    if (!runId || !shell.ask(shell.facade().deleteRun(*runId))) {
        return shell.status();
    }
    say(u"deleted run %1"_s.arg(*runId));
    return ExitComplete;
}

/// OTEL_EXPORTER_OTLP_HEADERS: "key=value,key=value", percent-encoded. What they say is never shown.
QList<std::pair<QByteArray, QByteArray>> otlpHeaders()
{
    QList<std::pair<QByteArray, QByteArray>> headers;
    for (const QByteArray& entry : qgetenv("OTEL_EXPORTER_OTLP_HEADERS").split(',')) {
        const qsizetype equals = entry.indexOf('=');
        if (equals > 0) {
            headers.append({QByteArray::fromPercentEncoding(entry.left(equals).trimmed()),
                            QByteArray::fromPercentEncoding(entry.mid(equals + 1).trimmed())});
        }
    }
    return headers;
}

int sendRun(Shell& shell, const QString& runId, const ExportArguments& a)
{
    const std::optional<OtlpDelivery> delivery =
        shell.ask(shell.facade().sendTrace(runId, {text(a.endpoint), a.content, otlpHeaders()}));
    if (!delivery) {
        return shell.status();
    }
    if (delivery->rejectedSpans > 0) {
        say(u"the endpoint rejected %1 of %2 spans: %3"_s.arg(delivery->rejectedSpans)
                .arg(delivery->spans)
                .arg(delivery->message));
        return ExitInternal;
    }
    if (!delivery->message.isEmpty()) {
        say(u"the endpoint says: %1"_s.arg(delivery->message));
    }
    say(u"sent %1 spans"_s.arg(delivery->spans));
    return ExitComplete;
}

int exportRun(Shell& shell, const ExportArguments& a)
{
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(a.run)));
    if (!runId) {
        return shell.status();
    }
    if (!a.endpoint.empty()) {
        return sendRun(shell, *runId, a);
    }
    const RunExport wanted{fromName<RunFormat>(text(a.format)).value_or(RunFormat::Jsonl), a.content};
    const std::optional<QByteArray> bytes = shell.ask(shell.facade().exportRun(*runId, wanted));
    if (!bytes) {
        return shell.status();
    }
    return write(text(a.output), *bytes) ? ExitComplete : ExitDatabase;
}

/// What is wrong with the options of export as a whole.
Result<void> checkExport(const ExportArguments& a)
{
    if (a.content && a.format != "otlp") {
        return fail(ErrorCode::InvalidInput, u"--with-content goes with --format otlp; the others have it anyway"_s);
    }
    if (!a.endpoint.empty() && a.format != "otlp") {
        return fail(ErrorCode::InvalidInput, u"--otlp-endpoint takes --format otlp"_s);
    }
    if (!a.endpoint.empty() && !a.output.empty()) {
        return fail(ErrorCode::InvalidInput, u"--otlp-endpoint and -o exclude each other"_s);
    }
    return {};
}

} // namespace

void addRunsCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *runs = app.add_subcommand("runs", "List, show, import and delete recorded runs");
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

    const auto imported = std::make_shared<ImportArguments>();
    CLI::App *importer = runs->add_subcommand(
        "import", "Take in runs of others, to look at: OTLP/JSON traces (GenAI, OpenInference), AG-UI events, or what "
                  "export writes as otlp, agui, jsonl or run; prints their ids");
    importer->add_option("file", imported->file, "The file, or - for standard input")->required();
    importer->add_flag("--as-new", imported->asNew, "Also runs that are there already, under new ids");
    commands.append({importer, [imported](Shell& shell) { return importRuns(shell, *imported); }});

    const auto deleted = std::make_shared<std::string>();
    CLI::App *remove = runs->add_subcommand("delete", "Delete a run, its journal and its cost lines");
    remove->add_option("run", *deleted, "Its id or the beginning of it")->required();
    commands.append({remove, [deleted](Shell& shell) { return deleteRun(shell, *deleted); }});

    const auto exported = std::make_shared<ExportArguments>();
    CLI::App *exporter = app.add_subcommand("export", "Write a run's journal, trace or response");
    exporter->add_option("run", exported->run, "Its id or the beginning of it")->required();
    exporter
        ->add_option(
            "--format", exported->format,
            "jsonl (the journal), otlp (OTLP/JSON spans with GenAI and OpenInference attributes), agui (AG-UI 1.0 "
            "events as server-sent events), response, or run (everything, to be imported elsewhere)")
        ->check(CLI::IsMember({"jsonl", "otlp", "agui", "response", "run"}));
    exporter->add_option("-o", exported->output, "File (default: standard output)");
    exporter->add_flag("--with-content", exported->content,
                       "otlp: prompts, answers, arguments and results too, not only names, counts and costs");
    exporter->add_option(
        "--otlp-endpoint", exported->endpoint,
        "otlp: send the spans there (http://localhost:4318); OTEL_EXPORTER_OTLP_HEADERS holds headers");
    commands.append({exporter, [exported](Shell& shell) { return exportRun(shell, *exported); },
                     [exported] { return checkExport(*exported); }});
}

} // namespace lathe::ctl
