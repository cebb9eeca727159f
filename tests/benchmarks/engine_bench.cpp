// SPDX-License-Identifier: GPL-3.0-or-later
// The decision benchmark: runs agents through the engine's own facade, with policy, budget, journal and cost lines on,
// against a chat/completions server. The last line of standard output is one JSON object with the figures.
//
//   engine_bench --base-url http://127.0.0.1:PORT/v1 --steps N --runs R --concurrency C [--stream] [--db FILE]
//                [--synchronous normal|full] [--extras]
//   engine_bench --all [--base-url URL]   every load beside its floor, against a server of its own if none is named
//   engine_bench --floor ...              the floor with the same options: a bare socket, QJson and Qt SQL
//   engine_bench --serve [--delay MS]     the server; prints its port

#include "engine/pipeline/enginefacade.h"
#include "engine/tools/tool.h"
#include "tests/benchmarks/benchall.h"
#include "tests/benchmarks/benchfloor.h"
#include "tests/benchmarks/benchserver.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFutureWatcher>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

#include <cstdio>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

QJsonObject typed(const QString& type)
{
    return {{u"type"_s, type}};
}

/// One of the two tools of the benchmark; they run in process.
class BenchTool final : public Tool
{
public:
    using Work = QJsonObject (*)(const QJsonObject&);

    BenchTool(const QString& name, const QString& description, const QJsonObject& properties, Work work) : m_work(work)
    {
        m_spec.name = name;
        m_spec.description = description;
        m_spec.inputSchema = QJsonObject{{u"type"_s, u"object"_s},
                                         {u"properties"_s, properties},
                                         {u"required"_s, QJsonArray::fromStringList(properties.keys())},
                                         {u"additionalProperties"_s, false}};
    }
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override { return {}; }
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token) override
    {
        ToolResult result;
        result.value = m_work(invocation.arguments);
        co_return result;
    }

private:
    ToolSpec m_spec;
    Work m_work;
};

QJsonObject lookUp(const QJsonObject& arguments)
{
    return {{u"key"_s, arguments.value("key"_L1)}, {u"value"_s, QString(160, u'x')}};
}

QJsonObject add(const QJsonObject& arguments)
{
    return {{u"sum"_s, arguments.value("a"_L1).toInteger() + arguments.value("b"_L1).toInteger()}};
}

std::vector<std::unique_ptr<Tool>> benchTools()
{
    std::vector<std::unique_ptr<Tool>> tools;
    const QJsonObject lookUpProperties{{u"key"_s, typed(u"string"_s)}, {u"lang"_s, typed(u"string"_s)}};
    const QJsonObject addProperties{{u"a"_s, typed(u"number"_s)}, {u"b"_s, typed(u"number"_s)}};
    tools.push_back(
        std::make_unique<BenchTool>(u"lookup_fact"_s, u"Look up one fact by key"_s, lookUpProperties, &lookUp));
    tools.push_back(std::make_unique<BenchTool>(u"add_numbers"_s, u"Add two numbers"_s, addProperties, &add));
    return tools;
}

double cpuMs()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1000.0 + static_cast<double>(t.tv_usec) / 1000.0;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

template <typename T>
T waitFor(const QFuture<T>& future)
{
    QEventLoop loop;
    QFutureWatcher<T> watcher;
    QObject::connect(&watcher, &QFutureWatcher<T>::finished, &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished()) {
        loop.exec();
    }
    return future.result();
}

int complain(const QString& message)
{
    std::fprintf(stderr, "engine_bench: %s\n", qUtf8Printable(message));
    return 1;
}

struct Space
{
    double bodies = 0; ///< bytes of agent_bodies and its index
    double rest = 0;   ///< of all other tables and indexes
};

Space spaceOf(const QString& path)
{
    Space space;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"space"_s);
        database.setDatabaseName(path);
        database.setConnectOptions(u"QSQLITE_OPEN_READONLY"_s);
        database.open();
        QSqlQuery query(database);
        if (!query.exec(u"SELECT name, sum(pgsize) FROM dbstat GROUP BY name"_s)) {
            qFatal("%s", qPrintable(query.lastError().text()));
        }
        while (query.next()) {
            const bool ofBodies = query.value(0).toString().endsWith("agent_bodies"_L1) ||
                                  query.value(0).toString().contains("agent_bodies_"_L1);
            (ofBodies ? space.bodies : space.rest) += query.value(1).toDouble();
        }
    }
    QSqlDatabase::removeDatabase(u"space"_s);
    return space;
}

/// What the runs took, without start-up.
struct Taken
{
    double wallMs = 0;
    double cpuMs = 0;
    QJsonArray runMs;
    QString failure;
};

struct Options
{
    bench::Load load;
    bool stream = false;
    bool full = false;
    QString database;
};

/// The figures of a finished program: the contract's object, and more of them in front if they are asked for.
int report(const Taken& taken, const QString& database, Space before, bool extras)
{
    QJsonObject result{{u"wall_ms"_s, taken.wallMs}, {u"cpu_ms"_s, taken.cpuMs}, {u"run_ms"_s, taken.runMs}};
    if (extras) {
        const Space after = spaceOf(database);
        rusage usage = {};
        getrusage(RUSAGE_SELF, &usage);
        result.insert(u"peak_rss_mb"_s, static_cast<double>(usage.ru_maxrss) / 1024);
        result.insert(u"own_bytes"_s, after.rest - before.rest);
        result.insert(u"body_bytes"_s, after.bodies - before.bodies);
    }
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}

Taken runEngine(EngineFacade& facade, const Options& given)
{
    const int steps = given.load.steps;
    const int runs = given.load.runs;
    Taken taken;
    const QString user = u"bench"_s;
    const Result<UserPolicy> policy = waitFor(facade.setPolicy(user, {{u"tier"_s, u"enterprise"_s},
                                                                      {u"maxToolCalls"_s, 100'000},
                                                                      {u"contextWindowLimit"_s, 10'000'000},
                                                                      {u"requestsPerMinute"_s, 1'000'000},
                                                                      {u"requestsPerHour"_s, 1'000'000}}));
    if (!policy) {
        taken.failure = policy.error().message;
        return taken;
    }

    AguiRunJob job;
    job.userId = user;
    job.prompt = u"Please work through the task. steps=%1"_s.arg(steps);
    job.tools = QStringList{u"lookup_fact"_s, u"add_numbers"_s};
    job.maxSteps = steps + 1;
    job.contextWindowLimit = 10'000'000;
    const Result<Money> budget = Money::fromDecimal(u"1000000");
    job.budget = *budget;
    RunOptions options;
    options.provider.provider = u"openai"_s;
    options.provider.model = u"mock-1"_s;
    options.provider.baseUrl = given.load.baseUrl.toString();
    options.stream = given.stream;
    options.useCache = false;

    QEventLoop loop;
    int started = 0;
    int finished = 0;
    QString& failure = taken.failure;
    QHash<QString, qint64> startedAt;
    QElapsedTimer clock;
    const auto startNext = [&] {
        if (started < runs && failure.isEmpty()) {
            ++started;
            const qint64 at = clock.nsecsElapsed();
            facade.start(job, options).then(&facade, [&, at](const Result<QString>& run) {
                if (!run) {
                    failure = run.error().message;
                    loop.quit();
                    return;
                }
                startedAt.insert(*run, at);
            });
        }
    };
    QObject::connect(&facade, &EngineFacade::runFinished, &facade, [&](const QString& runId, const RunEnd& end) {
        if (end.status != RunStatus::Complete) {
            failure = end.response && end.response->error ? end.response->error->message : u"a run did not complete"_s;
        } else if (end.response->decisions.size() != steps + 1) {
            failure = u"a run made %1 decisions, not %2"_s.arg(end.response->decisions.size()).arg(steps + 1);
        }
        taken.runMs.append(static_cast<double>(clock.nsecsElapsed() - startedAt.value(runId)) / 1e6);
        ++finished;
        startNext();
        if (finished == runs || !failure.isEmpty()) {
            loop.quit();
        }
    });
    const double cpuBefore = cpuMs();
    clock.start();
    for (int i = 0; i < given.load.concurrency; ++i) {
        startNext();
    }
    loop.exec();
    taken.wallMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    taken.cpuMs = cpuMs() - cpuBefore;
    return taken;
}

Taken runFloor(const Options& given)
{
    Taken taken;
    QElapsedTimer clock;
    const double cpuBefore = cpuMs();
    clock.start();
    taken.failure = bench::runFloor(given.load, given.database);
    taken.wallMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    taken.cpuMs = cpuMs() - cpuBefore;
    return taken;
}

int serve(QCoreApplication& application, int delayMs)
{
    bench::BenchServer server(delayMs);
    if (!server.listen(QHostAddress::LocalHost)) {
        return complain(server.errorString());
    }
    std::printf("%d\n", server.serverPort());
    std::fflush(stdout);
    return application.exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    CLI::App app{"Decisions a second through the engine"};
    std::string baseUrl;
    std::string database;
    std::string synchronous = "normal";
    Options options;
    bool all = false;
    bool floor = false;
    bool server = false;
    bool extras = false;
    int delayMs = 0;
    app.add_option("--base-url", baseUrl);
    app.add_option("--steps", options.load.steps)->check(CLI::Range(0, 9000));
    app.add_option("--runs", options.load.runs)->check(CLI::PositiveNumber);
    app.add_option("--concurrency", options.load.concurrency)->check(CLI::PositiveNumber);
    app.add_flag("--stream", options.stream);
    app.add_option("--db", database);
    app.add_option("--synchronous", synchronous)->check(CLI::IsMember({"normal", "full"}));
    app.add_flag("--all", all);
    app.add_flag("--floor", floor);
    app.add_flag("--serve", server);
    app.add_flag("--extras", extras);
    app.add_option("--delay", delayMs)->check(CLI::NonNegativeNumber);
    CLI11_PARSE(app, argc, argv);
    if (server) {
        return serve(application, delayMs);
    }
    if (all) {
        return bench::runAll(QCoreApplication::applicationFilePath(), QString::fromStdString(baseUrl));
    }
    if (baseUrl.empty()) {
        return complain(u"name a server with --base-url, or use --all"_s);
    }
    QTemporaryDir folder;
    options.load.baseUrl = QUrl(QString::fromStdString(baseUrl));
    options.database = database.empty() ? folder.filePath(u"bench.db"_s) : QString::fromStdString(database);
    if (floor) {
        const Taken taken = runFloor(options);
        return taken.failure.isEmpty() ? report(taken, options.database, Space(), false) : complain(taken.failure);
    }
    EngineSettings settings;
    settings.database = options.database;
    settings.fullDurability = synchronous == "full";
    settings.extraTools = &benchTools;
    settings.installBuiltinKnowledge = false;
    auto facade = std::make_unique<EngineFacade>(std::move(settings));
    const Result<void> opened = waitFor(facade->open());
    if (!opened) {
        return complain(opened.error().message);
    }
    const Space before = extras ? spaceOf(options.database) : Space();
    const Taken taken = runEngine(*facade, options);
    facade.reset();
    return taken.failure.isEmpty() ? report(taken, options.database, before, extras) : complain(taken.failure);
}
