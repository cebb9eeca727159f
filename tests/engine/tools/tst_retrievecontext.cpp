// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/async.h"
#include "engine/tools/builtintools.h"
#include "engine/tools/paralleljobtool.h"
#include "engine/tools/tooldispatcher.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QJsonArray>
#include <QTest>

#include <optional>
#include <thread>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

using Passages = Result<QList<ContextPassage>>;

/// Answers when told to, and notes what it was asked.
class FakeSource final : public ContextSource
{
public:
    QFuture<Passages> search(QString query, int topK) override
    {
        queries.append(query);
        lastTopK = topK;
        promise = std::make_unique<QPromise<Passages>>();
        promise->start();
        if (answer) {
            promise->addResult(*answer);
            promise->finish();
        }
        return promise->future();
    }
    std::optional<Passages> answer;
    std::unique_ptr<QPromise<Passages>> promise;
    QStringList queries;
    int lastTopK = 0;
};

ToolInvocation invocation(const QJsonObject& arguments)
{
    ToolInvocation invocation;
    invocation.arguments = arguments;
    return invocation;
}

} // namespace

class TestRetrieveContext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void returnsPassages();
    void asksForFiveUnlessTold();
    void refusesBadArguments_data();
    void refusesBadArguments();
    void tellsSearchErrors();
    void survivesDroppedSearch();
    void stopEndsTheWait();

private:
    std::unique_ptr<FakeSource> m_source;
    FakeClock m_clock;
    std::unique_ptr<ToolRegistry> m_registry;
    std::unique_ptr<ToolDispatcher> m_dispatcher;
};

void TestRetrieveContext::init()
{
    m_source = std::make_unique<FakeSource>();
    m_registry = std::make_unique<ToolRegistry>();
    const auto added = addBuiltinTools(*m_registry, ToolSettings{}, *m_source, m_clock, makeParallelJobs({}, m_clock));
    QVERIFY2(added, qPrintable(added ? QString() : added.error().message));
    m_dispatcher = std::make_unique<ToolDispatcher>(*m_registry, m_clock);
}

void TestRetrieveContext::returnsPassages()
{
    ContextPassage passage;
    passage.id = 7;
    passage.source = u"guide.md"_s;
    passage.text = u"Stop points are four."_s;
    passage.score = 2.5;
    m_source->answer = QList<ContextPassage>{passage};
    const ToolResult result = await(m_dispatcher->dispatch(
        u"retrieve_context"_s, invocation(QJsonObject{{u"query"_s, u"stop points"_s}, {u"topK"_s, 3}}), {}));
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(m_source->queries, QStringList{u"stop points"_s});
    QCOMPARE(m_source->lastTopK, 3);
    QCOMPARE(result.value.value(u"query"_s).toString(), u"stop points"_s);
    QCOMPARE(result.value.value(u"count"_s).toInt(), 1);
    QCOMPARE(result.value.value(u"passages"_s).toArray().at(0).toObject(), toJson(passage));
    QCOMPARE(m_registry->find(u"retrieve_context"_s)->spec().sideEffect, SideEffect::Reads);
}

void TestRetrieveContext::asksForFiveUnlessTold()
{
    m_source->answer = QList<ContextPassage>{};
    const ToolResult result =
        await(m_dispatcher->dispatch(u"retrieve_context"_s, invocation(QJsonObject{{u"query"_s, u"x"_s}}), {}));
    QVERIFY(result.ok);
    QCOMPARE(result.value.value(u"count"_s).toInt(-1), 0);
    QCOMPARE(m_source->lastTopK, 5);
}

void TestRetrieveContext::refusesBadArguments_data()
{
    QTest::addColumn<QJsonObject>("arguments");
    QTest::addColumn<QString>("issue");
    QTest::newRow("no query") << QJsonObject{} << u"$.query: is required"_s;
    QTest::newRow("blank query") << QJsonObject{{u"query"_s, u" \n"_s}} << u"$.query: "_s;
    QTest::newRow("long query") << QJsonObject{{u"query"_s, QString(4001, u'x')}}
                                << u"$.query: is 4001 characters long"_s;
    QTest::newRow("topK 0") << QJsonObject{{u"query"_s, u"x"_s}, {u"topK"_s, 0}}
                            << u"$.topK: 0 is less than the minimum 1"_s;
    QTest::newRow("topK 21") << QJsonObject{{u"query"_s, u"x"_s}, {u"topK"_s, 21}}
                             << u"$.topK: 21 is more than the maximum 20"_s;
    QTest::newRow("other member") << QJsonObject{{u"query"_s, u"x"_s}, {u"limit"_s, 2}}
                                  << u"$.limit: is not a known member"_s;
}

void TestRetrieveContext::refusesBadArguments()
{
    QFETCH(QJsonObject, arguments);
    QFETCH(QString, issue);
    const ToolResult result = await(m_dispatcher->dispatch(u"retrieve_context"_s, invocation(arguments), {}));
    QCOMPARE(result.errorCode, u"INVALID_ARGUMENTS"_s);
    QVERIFY2(result.message.contains(issue), qPrintable(result.message));
    QVERIFY(m_source->queries.isEmpty());
}

void TestRetrieveContext::tellsSearchErrors()
{
    m_source->answer = fail(ErrorCode::Database, u"the database is locked"_s);
    const ToolResult result =
        await(m_dispatcher->dispatch(u"retrieve_context"_s, invocation(QJsonObject{{u"query"_s, u"x"_s}}), {}));
    QCOMPARE(result.errorCode, u"SEARCH_FAILED"_s);
    QCOMPARE(result.message, u"the knowledge base cannot be searched: the database is locked"_s);
}

void TestRetrieveContext::survivesDroppedSearch()
{
    auto running = m_dispatcher->dispatch(u"retrieve_context"_s, invocation(QJsonObject{{u"query"_s, u"x"_s}}), {});
    m_source->promise.reset(); // cancels the future without a result
    const ToolResult result = await(std::move(running));
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
}

void TestRetrieveContext::stopEndsTheWait()
{
    std::stop_source source;
    auto running = m_dispatcher->dispatch(u"retrieve_context"_s, invocation(QJsonObject{{u"query"_s, u"x"_s}}),
                                          source.get_token());
    std::thread other([&source] { source.request_stop(); });
    const ToolResult result = await(std::move(running));
    other.join();
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
    QCOMPARE(m_dispatcher->running(), 0);
}

QTEST_GUILESS_MAIN(TestRetrieveContext)
#include "tst_retrievecontext.moc"
