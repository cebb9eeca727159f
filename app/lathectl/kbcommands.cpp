// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include <QTimer>

#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

/// For people who wait: one line that is written over.
void sayProgress(const KnowledgeProgress& progress)
{
    const bool isLearning = progress.stage == KnowledgeProgress::Stage::Learning;
    std::fprintf(stderr, "\r%s %lld of %lld\033[K\r",
                 isLearning ? "learning from passages:" : "files:", static_cast<long long>(progress.done),
                 static_cast<long long>(progress.total));
}

int addKnowledge(Shell& shell, const std::vector<std::string>& paths)
{
    QStringList list;
    for (const std::string& path : paths) {
        list.append(text(path));
    }
    const auto progress = std::make_shared<KnowledgeProgress>();
    const QFuture<Result<KnowledgeBaseInfo>> adding = shell.facade().addKnowledge(list, progress);
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [progress] { sayProgress(*progress); });
    if (isatty(STDERR_FILENO) != 0) {
        timer.start(500);
    }
    const std::optional<KnowledgeBaseInfo> added = shell.ask(adding);
    if (!added) {
        progress->cancel.request_stop();
        return shell.status();
    }
    const QStringList notes = progress->notes();
    for (const QString& note : notes) {
        say(note);
    }
    print(u"%1  %2: %3 documents, %4 passages"_s.arg(added->id)
              .arg(added->name)
              .arg(added->documents)
              .arg(added->passages));
    return ExitComplete;
}

int searchKnowledge(Shell& shell, const std::string& query, int top, bool json)
{
    const std::optional<QList<ContextPassage>> found = shell.ask(shell.facade().searchKnowledge(text(query), top));
    if (!found) {
        return shell.status();
    }
    if (json) {
        QJsonArray list;
        for (const ContextPassage& passage : *found) {
            list.append(toJson(passage));
        }
        print(indented(list));
        return ExitComplete;
    }
    if (found->isEmpty()) {
        say(u"nothing found"_s);
    }
    for (const ContextPassage& passage : *found) {
        const QString place = passage.page > 0 ? u"page %1"_s.arg(passage.page) : u"line %1"_s.arg(passage.line);
        print(u"%1  %2, %3  %4\n      %5"_s.arg(QString::number(passage.score, 'f', 2), passage.source, place,
                                                passage.title, passage.text.simplified().left(160)));
    }
    return ExitComplete;
}

int listKnowledge(Shell& shell)
{
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
        say(u"no knowledge bases; add one with: lathectl kb add FILE|DIR"_s);
        return ExitComplete;
    }
    print(tableText({u"id"_s, u"name"_s, u"documents"_s, u"passages"_s, u"characters"_s}, rows, {0, 2, 3, 4}));
    return ExitComplete;
}

int dropKnowledge(Shell& shell, qint64 id)
{
    if (!shell.ask(shell.facade().dropKnowledge(id))) {
        return shell.status();
    }
    say(u"dropped knowledge base %1"_s.arg(id));
    return ExitComplete;
}

} // namespace

void addKnowledgeCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *kb = app.add_subcommand("kb", "Knowledge bases for retrieve_context");
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
}

} // namespace lathe::ctl
