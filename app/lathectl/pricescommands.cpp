// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

struct PricesArguments
{
    std::string name;
    std::string as;
    std::string model;
    bool json = false;
    bool accept = false;
};

int listBooks(Shell& shell, const PricesArguments& a)
{
    const std::optional<QList<PriceBookInfo>> books = shell.ask(shell.facade().priceBooks());
    if (!books) {
        return shell.status();
    }
    QJsonArray list;
    QList<QStringList> rows;
    for (const PriceBookInfo& book : *books) {
        list.append(QJsonObject{{u"id"_s, book.id},
                                {u"version"_s, book.version},
                                {u"models"_s, book.models},
                                {u"asOf"_s, book.asOf},
                                {u"sources"_s, QJsonArray::fromStringList(book.sources)},
                                {u"builtin"_s, book.builtin},
                                {u"inUse"_s, book.inUse}});
        rows.append({book.inUse ? u"*"_s : QString(), book.id, book.version,
                     book.models == 0 ? u"every model"_s : QString::number(book.models),
                     book.asOf.isEmpty() ? u"–"_s : book.asOf, book.sources.join(u", "_s)});
    }
    print(a.json ? indented(list)
                 : tableText({u"used"_s, u"id"_s, u"version"_s, u"models"_s, u"as of"_s, u"source"_s}, rows, {3}));
    return ExitComplete;
}

/// "input $3, cache_read $0.3 per million tokens"; what is quoted otherwise says so.
QString pricesText(const QJsonObject& prices)
{
    QStringList parts;
    for (auto it = prices.constBegin(); it != prices.constEnd(); ++it) {
        const auto meter = fromName<Meter>(it.key());
        const qint64 per = meter ? perOf(*meter) : 1'000'000;
        const QString unit = per == 1 ? u" a call"_s : per == 1000 ? u" per 1000 requests"_s : QString();
        parts.append(u"%1 $%2%3"_s.arg(it.key(), it->toString(), unit));
    }
    return parts.join(u", "_s);
}

QString whenText(const QJsonObject& rate)
{
    QStringList parts;
    if (rate.contains("from"_L1)) {
        parts.append(u"from "_s + rate.value("from"_L1).toString().left(10));
    }
    if (rate.contains("to"_L1)) {
        parts.append(u"to "_s + rate.value("to"_L1).toString().left(10));
    }
    for (const QJsonValue& value : rate.value("utc_windows"_L1).toArray()) {
        const QJsonObject window = value.toObject();
        parts.append(u"%1-%2 UTC"_s.arg(window.value("start"_L1).toString(), window.value("end"_L1).toString()));
    }
    if (rate.contains("min_input_tokens"_L1)) {
        parts.append(u"from %1 input tokens"_s.arg(rate.value("min_input_tokens"_L1).toInteger()));
    }
    for (const auto key : {"service_tier"_L1, "region"_L1}) {
        if (rate.contains(key)) {
            parts.append(rate.value(key).toString());
        }
    }
    return parts.isEmpty() ? u"always"_s : parts.join(u", "_s);
}

int showBook(Shell& shell, const PricesArguments& a)
{
    const std::optional<PriceBookInfo> book = shell.ask(shell.facade().priceBookInfo(text(a.name)));
    if (!book) {
        return shell.status();
    }
    if (a.json) {
        print(indented(book->document));
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const QJsonValue& rate : book->document.value("defaults"_L1).toObject().value("rates"_L1).toArray()) {
        rows.append({u"(default)"_s, u"always"_s, pricesText(rate.toObject().value("prices"_L1).toObject())});
    }
    for (const QJsonValue& value : book->document.value("models"_L1).toArray()) {
        const QJsonObject model = value.toObject();
        const QString id = model.value("id"_L1).toString();
        if (!a.model.empty() && !id.contains(text(a.model), Qt::CaseInsensitive)) {
            continue;
        }
        for (const QJsonValue& rate : model.value("rates"_L1).toArray()) {
            const QJsonObject row = rate.toObject();
            rows.append({id, whenText(row), pricesText(row.value("prices"_L1).toObject())});
        }
    }
    say(u"%1, as of %2; prices per million tokens"_s.arg(book->version, book->asOf.isEmpty() ? u"–"_s : book->asOf));
    print(tableText({u"model"_s, u"when"_s, u"prices"_s}, rows, {}));
    return ExitComplete;
}

int importBook(Shell& shell, const PricesArguments& a, bool check)
{
    QFile file(text(a.name));
    if (!file.open(QIODevice::ReadOnly)) {
        say(u"%1: %2"_s.arg(file.fileName(), file.errorString()));
        return ExitDatabase;
    }
    using Mode = PriceImport::Mode;
    const Mode mode = check ? Mode::Check : a.accept ? Mode::Store : Mode::StoreUnlessDoubtful;
    const QString name = a.as.empty() ? QFileInfo(file.fileName()).completeBaseName() : text(a.as);
    const std::optional<PriceImport> taken = shell.ask(shell.facade().importPriceBook(name, file.readAll(), mode));
    if (!taken) {
        return shell.status();
    }
    for (const QString& note : taken->notes) {
        say(u"note: "_s + note);
    }
    for (const QString& doubt : taken->doubts) {
        say(u"doubtful: "_s + doubt);
    }
    if (!check && !taken->stored) {
        say(u"not imported: look at what is doubtful, then repeat with --accept"_s);
        return ExitUsage;
    }
    print(check ? u"%1: valid, %2 models, %3 doubtful prices"_s.arg(taken->format)
                      .arg(taken->models)
                      .arg(taken->doubts.size())
                : taken->version);
    return ExitComplete;
}

int useBook(Shell& shell, const PricesArguments& a)
{
    const std::optional<PriceBookInfo> book = shell.ask(shell.facade().usePriceBook(text(a.name)));
    if (!book) {
        return shell.status();
    }
    print(book->version);
    return ExitComplete;
}

} // namespace

void addPricesCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *prices = app.add_subcommand("prices", "Price books: list, show, check, import, use");
    prices->require_subcommand(1);
    const auto add = [&commands, prices](const char *name, const char *what,
                                         int (*run)(Shell&, const PricesArguments&)) {
        const auto arguments = std::make_shared<PricesArguments>();
        CLI::App *sub = prices->add_subcommand(name, what);
        commands.append({sub, [arguments, run](Shell& shell) { return run(shell, *arguments); }});
        return std::make_pair(sub, arguments);
    };
    const auto [list, ofList] = add("list", "The price books there are", listBooks);
    list->add_flag("--json", ofList->json, "Print a JSON array");
    const auto [show, ofShow] = add("show", "The prices of a book", showBook);
    show->add_option("book", ofShow->name, "Its id, version or both (default: the one in use)");
    show->add_option("--model", ofShow->model, "Only models with this in their name");
    show->add_flag("--json", ofShow->json, "Print the document (lathe.pricebook/1)");
    const auto [check, ofCheck] =
        add("check", "Say what is wrong or doubtful in a file of prices",
            [](Shell& shell, const PricesArguments& a) { return importBook(shell, a, true); });
    check->add_option("file", ofCheck->name, "lathe.pricebook/1, genai-prices, LiteLLM or OpenRouter (JSON)")
        ->required();
    const auto [take, ofImport] =
        add("import", "Take over a file of prices; prints its version",
            [](Shell& shell, const PricesArguments& a) { return importBook(shell, a, false); });
    take->add_option("file", ofImport->name, "lathe.pricebook/1, genai-prices, LiteLLM or OpenRouter (JSON)")
        ->required();
    take->add_option("--as", ofImport->as, "The book's id (default: the name of the file)");
    take->add_flag("--accept", ofImport->accept, "Also with prices that look doubtful");
    const auto [use, ofUse] = add("use", "Price the runs that begin from now on by this book", useBook);
    use->add_option("book", ofUse->name, "Its id, version or both; \"flat\": the flat prices")->required();
}

} // namespace lathe::ctl
