// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/canonicaljson.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

int listTools(Shell& shell, bool json)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QList<ToolInfo>> tools = shell.ask(shell.facade().tools());
    if (!tools) {
        return shell.status();
    }
    if (json) {
        QJsonArray list;
        for (const ToolInfo& tool : *tools) {
            QJsonObject object{{u"name"_s, tool.name},
                               {u"description"_s, tool.description},
                               {u"inputSchema"_s, tool.inputSchema},
                               {u"sideEffect"_s, toName(tool.sideEffect)},
                               {u"available"_s, tool.available},
                               {u"timeoutMs"_s, tool.timeoutMs}};
            if (!tool.available) {
                object.insert("reason"_L1, tool.reason);
            }
            if (tool.price) {
                object.insert("price"_L1, tool.price->toDecimal());
            }
            list.append(object);
        }
        Shell::print(QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Indented)).trimmed());
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const ToolInfo& tool : *tools) {
        rows.append({tool.name, toName(tool.sideEffect), tool.price ? moneyText(*tool.price) : u"unknown"_s,
                     tool.available ? u"available"_s : tool.reason});
    }
    Shell::print(tableText({u"tool"_s, u"class"_s, u"price"_s, u"state"_s}, rows, {2}));
    return ExitComplete;
}

int checkTools(Shell& shell)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QList<ToolInfo>> tools = shell.ask(shell.facade().tools());
    if (!tools) {
        return shell.status();
    }
    for (const ToolInfo& tool : *tools) {
        Shell::print(u"%1: %2"_s.arg(tool.name, tool.available ? u"ok"_s : tool.reason));
    }
    return ExitComplete;
}

int callTool(Shell& shell, const std::string& name, const std::string& arguments)
{
    const Result<QJsonObject> parsed = parseJsonObject(QByteArray::fromStdString(arguments));
    if (!parsed) {
        return Shell::usage(u"the arguments are not a JSON object: %1"_s.arg(parsed.error().message));
    }
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QJsonObject> result = shell.ask(shell.facade().callTool(text(name), *parsed));
    if (!result) {
        return shell.status();
    }
    const bool ok = result->value("ok"_L1).toBool();
    QJsonObject value = result->value("value"_L1).toObject();
    if (!ok) {
        value.insert("error"_L1, QJsonObject{{u"code"_s, result->value("errorCode"_L1)},
                                             {u"message"_s, result->value("message"_L1)}});
    }
    Shell::print(indentedText(value));
    return ok ? ExitComplete : ExitInternal;
}

int addKnowledge(Shell& shell, const std::vector<std::string>& paths)
{
    QStringList list;
    for (const std::string& path : paths) {
        list.append(text(path));
    }
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<KnowledgeBaseInfo> added = shell.ask(shell.facade().addKnowledge(list));
    if (!added) {
        return shell.status();
    }
    Shell::print(u"%1  %2: %3 documents, %4 passages"_s.arg(added->id)
                     .arg(added->name)
                     .arg(added->documents)
                     .arg(added->passages));
    return ExitComplete;
}

int searchKnowledge(Shell& shell, const std::string& query, int top, bool json)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QList<ContextPassage>> found = shell.ask(shell.facade().searchKnowledge(text(query), top));
    if (!found) {
        return shell.status();
    }
    if (json) {
        QJsonArray list;
        for (const ContextPassage& passage : *found) {
            list.append(toJson(passage));
        }
        Shell::print(QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Indented)).trimmed());
        return ExitComplete;
    }
    if (found->isEmpty()) {
        Shell::say(u"nothing found"_s);
    }
    for (const ContextPassage& passage : *found) {
        Shell::print(u"%1  %2  %3\n      %4"_s.arg(QString::number(passage.score, 'f', 2), passage.source,
                                                   passage.title, passage.text.simplified().left(160)));
    }
    return ExitComplete;
}

int listKnowledge(Shell& shell)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QList<KnowledgeBaseInfo>> bases = shell.ask(shell.facade().knowledgeBases());
    if (!bases) {
        return shell.status();
    }
    QList<QStringList> rows;
    for (const KnowledgeBaseInfo& base : *bases) {
        rows.append({QString::number(base.id), base.name + (base.builtin ? u" (built in)"_s : QString()),
                     QString::number(base.documents), QString::number(base.passages),
                     QString::number(base.characters)});
    }
    if (rows.isEmpty()) {
        Shell::say(u"no knowledge bases; add one with: lathectl kb add FILE|DIR"_s);
        return ExitComplete;
    }
    Shell::print(tableText({u"id"_s, u"name"_s, u"documents"_s, u"passages"_s, u"characters"_s}, rows, {0, 2, 3, 4}));
    return ExitComplete;
}

int dropKnowledge(Shell& shell, qint64 id)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    if (!shell.ask(shell.facade().dropKnowledge(id))) {
        return shell.status();
    }
    Shell::say(u"dropped knowledge base %1"_s.arg(id));
    return ExitComplete;
}

int listModels(Shell& shell, const ProviderSettings& wanted)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    ProviderSettings settings = wanted;
    if (settings.provider.isEmpty()) {
        settings = shell.configuration().provider;
    }
    const std::optional<QList<ModelDescription>> models = shell.ask(shell.facade().models(settings));
    if (!models) {
        return shell.status();
    }
    for (const ModelDescription& model : *models) {
        QString line = model.id;
        if (model.contextWindow) {
            line += u"  %1 tokens"_s.arg(*model.contextWindow);
        }
        if (!model.description.isEmpty()) {
            line += u"  "_s + model.description;
        }
        Shell::print(line);
    }
    return ExitComplete;
}

int doctor(Shell& shell, bool rebuild)
{
    const int opened = shell.open();
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<DoctorReport> report = shell.ask(shell.facade().doctor(rebuild));
    if (!report) {
        return shell.status();
    }
    Shell::print(u"database   %1"_s.arg(report->database));
    Shell::print(u"journal    %1 entries of %2 runs, %3"_s.arg(
        QString::number(report->events), QString::number(report->runs),
        report->gaps.isEmpty() ? u"no gaps"_s : u"gaps: "_s + report->gaps.join(u"; "_s)));
    Shell::print(u"integrity  %1"_s.arg(report->integrity.isEmpty() ? u"ok"_s : report->integrity.join(u"; "_s)));
    Shell::print(u"rebuild    %1"_s.arg(
        report->differences.isEmpty()
            ? u"decisions, tool calls, cost lines and totals agree with the journal"_s
            : u"%1 differences%2\n  %3"_s.arg(QString::number(report->differences.size()),
                                              rebuild ? u", now replaced from the journal"_s : QString(),
                                              report->differences.join(u"\n  "_s))));
    Shell::print(u"sandbox    %1"_s.arg(report->sandbox));
    return report->healthy() || (rebuild && report->gaps.isEmpty() && report->integrity.isEmpty()) ? ExitComplete
                                                                                                   : ExitDatabase;
}

} // namespace

void addAdminCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *tools = app.add_subcommand("tools", "The tools an agent may use");
    tools->require_subcommand(1);
    const auto json = std::make_shared<bool>(false);
    CLI::App *toolList = tools->add_subcommand("list", "Tools with class, price and state");
    toolList->add_flag("--json", *json, "Print a JSON array with schemas");
    commands.append({toolList, [json](Shell& shell) { return listTools(shell, *json); }});
    const auto call = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App *toolCall = tools->add_subcommand("call", "Run one tool by hand");
    toolCall->add_option("name", call->first)->required();
    toolCall->add_option("arguments", call->second, "A JSON object")->required();
    commands.append({toolCall, [call](Shell& shell) { return callTool(shell, call->first, call->second); }});
    CLI::App *check = tools->add_subcommand("check", "One line per tool: ok, or what to set");
    commands.append({check, [](Shell& shell) { return checkTools(shell); }});

    CLI::App *kb = app.add_subcommand("kb", "Knowledge bases for retrieve_context");
    kb->require_subcommand(1);
    const auto paths = std::make_shared<std::vector<std::string>>();
    CLI::App *add = kb->add_subcommand("add", "Make a knowledge base of files and folders (same name: replaced)");
    add->add_option("paths", *paths, "Files or folders")->required();
    commands.append({add, [paths](Shell& shell) { return addKnowledge(shell, *paths); }});
    struct SearchArguments
    {
        std::string query;
        int top = 5;
        bool json = false;
    };
    const auto search = std::make_shared<SearchArguments>();
    CLI::App *searchApp = kb->add_subcommand("search", "The best passages for a text");
    searchApp->add_option("text", search->query)->required();
    searchApp->add_option("--top", search->top, "How many")->check(CLI::Range(1, 100));
    searchApp->add_flag("--json", search->json, "Print a JSON array");
    commands.append({searchApp, [search](Shell& shell) {
                         return searchKnowledge(shell, search->query, search->top, search->json);
                     }});
    CLI::App *kbList = kb->add_subcommand("list", "All knowledge bases");
    commands.append({kbList, [](Shell& shell) { return listKnowledge(shell); }});
    const auto id = std::make_shared<qint64>(0);
    CLI::App *drop = kb->add_subcommand("drop", "Remove a knowledge base");
    drop->add_option("id", *id)->required();
    commands.append({drop, [id](Shell& shell) { return dropKnowledge(shell, *id); }});

    struct ModelArguments
    {
        std::string provider;
        std::string baseUrl;
        std::string apiKeyVariable;
    };
    const auto wanted = std::make_shared<ModelArguments>();
    CLI::App *models = app.add_subcommand("models", "The models a provider offers");
    models->add_option("--provider", wanted->provider, "builtin, openai or scripted");
    models->add_option("--base-url", wanted->baseUrl, "Where it is reached");
    models->add_option("--api-key-env", wanted->apiKeyVariable, "Environment variable that holds the API key");
    commands.append({models, [wanted](Shell& shell) {
                         return listModels(
                             shell, {text(wanted->provider), text(wanted->baseUrl), {}, text(wanted->apiKeyVariable)});
                     }});

    const auto rebuild = std::make_shared<bool>(false);
    CLI::App *doctorApp = app.add_subcommand("doctor", "Check the database against its journal, and the sandbox");
    doctorApp->add_flag("--rebuild", *rebuild, "Replace what differs by what the journal says");
    commands.append({doctorApp, [rebuild](Shell& shell) { return doctor(shell, *rebuild); }});
}

} // namespace lathe::ctl
