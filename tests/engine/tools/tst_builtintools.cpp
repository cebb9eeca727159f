// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/async.h"
#include "engine/tools/builtintools.h"
#include "engine/tools/paralleljobtool.h"
#include "tests/support/fakeclock.h"

#include <QJsonArray>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

class NoSource final : public ContextSource
{
public:
    QFuture<Result<QList<ContextPassage>>> search(QString, int) override
    {
        return readyFuture(Result<QList<ContextPassage>>(QList<ContextPassage>()));
    }
};

} // namespace

class TestBuiltinTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void registersAllFive_data();
    void registersAllFive();
    void refusesToRegisterTwice();

private:
    FakeClock m_clock;
    NoSource m_source;
};

void TestBuiltinTools::registersAllFive_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("sideEffect");
    QTest::addColumn<bool>("availableUnset");
    QTest::newRow("code") << u"code_executor"_s << int(SideEffect::Pure) << true;
    QTest::newRow("context") << u"retrieve_context"_s << int(SideEffect::Reads) << true;
    QTest::newRow("search") << u"google_search"_s << int(SideEffect::Reads) << false;
    QTest::newRow("workflow") << u"workflow_orchestrator"_s << int(SideEffect::Irreversible) << false;
    QTest::newRow("jobs") << u"submit_parallel_job"_s << int(SideEffect::Writes) << false;
}

void TestBuiltinTools::registersAllFive()
{
    QFETCH(QString, name);
    QFETCH(int, sideEffect);
    QFETCH(bool, availableUnset);
    ToolRegistry registry;
    QVERIFY(addBuiltinTools(registry, ToolSettings{}, m_source, m_clock, makeParallelJobs({}, m_clock)));
    QCOMPARE(registry.names().size(), 5);
    const Tool *tool = registry.find(name);
    QVERIFY(tool);
    QCOMPARE(int(tool->spec().sideEffect), sideEffect);
    QVERIFY(tool->spec().description.size() > 50);
    const QJsonObject schema = tool->spec().inputSchema;
    QCOMPARE(schema.value(u"type"_s).toString(), u"object"_s);
    QCOMPARE(schema.value(u"additionalProperties"_s), QJsonValue(false));
    const QJsonObject properties = schema.value(u"properties"_s).toObject();
    QVERIFY(!properties.isEmpty());
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        QVERIFY2(it->toObject().value(u"description"_s).isString(), qPrintable(it.key()));
    }
    if (!availableUnset) {
        QVERIFY(!tool->availability().available);
        QVERIFY2(tool->availability().reason.startsWith(u"not configured: set "_s),
                 qPrintable(tool->availability().reason));
    }
}

void TestBuiltinTools::refusesToRegisterTwice()
{
    ToolRegistry registry;
    QVERIFY(addBuiltinTools(registry, ToolSettings{}, m_source, m_clock, makeParallelJobs({}, m_clock)));
    const auto again = addBuiltinTools(registry, ToolSettings{}, m_source, m_clock, makeParallelJobs({}, m_clock));
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    QCOMPARE(registry.names().size(), 5);
}

QTEST_GUILESS_MAIN(TestBuiltinTools)
#include "tst_builtintools.moc"
