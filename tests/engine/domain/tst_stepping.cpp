// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/stepping.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestStepping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndWritesBreakpoints_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written");
        for (const auto& point : {u"BEFORE_DECIDE"_s, u"AFTER_DECIDE"_s, u"BEFORE_TOOL"_s, u"AFTER_TOOL"_s}) {
            QTest::newRow(qPrintable(point)) << point << point;
        }
        QTest::newRow("tool") << u"tool=code_executor"_s << u"tool=code_executor"_s;
        QTest::newRow("phase") << u"phase=POLICY"_s << u"phase=POLICY"_s;
        QTest::newRow("phase in lower case") << u"phase=policy"_s << u"phase=POLICY"_s;
        QTest::newRow("error") << u"error"_s << u"error"_s;
        QTest::newRow("once") << u"error once"_s << u"error once"_s;
        QTest::newRow("all at once, any order") << u"  once tool=t  error phase=EXECUTION BEFORE_TOOL "_s
                                                << u"BEFORE_TOOL tool=t phase=EXECUTION error once"_s;
    }
    void readsAndWritesBreakpoints()
    {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto breakpoint = parseBreakpoint(text);
        QVERIFY(breakpoint);
        QVERIFY(breakpoint->enabled);
        QCOMPARE(toExpression(*breakpoint), written);
        QCOMPARE(*parseBreakpoint(written), *breakpoint);
    }

    void fieldsAreThoseNamed()
    {
        const auto breakpoint = parseBreakpoint(u"BEFORE_TOOL tool=google_search");
        QCOMPARE(breakpoint->stopPoint, StopPoint::BeforeTool);
        QCOMPARE(breakpoint->tool, u"google_search"_s);
        QCOMPARE(breakpoint->phase, std::nullopt);
        QVERIFY(!breakpoint->onError && !breakpoint->oneShot);
        QCOMPARE(toExpression(Breakpoint()), QString());
    }

    void saysWhatItCannotRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("empty") << u"  "_s << u"needs a stop point"_s;
        QTest::newRow("word") << u"BEFORE_LUNCH"_s << u"cannot read \"BEFORE_LUNCH\""_s;
        QTest::newRow("second word") << u"error whenever"_s << u"cannot read \"whenever\""_s;
        QTest::newRow("phase") << u"phase=LUNCH"_s << u"unknown phase \"LUNCH\""_s;
        QTest::newRow("no tool") << u"tool="_s << u"cannot read \"tool=\""_s;
        QTest::newRow("internal stop point") << u"PHASE_ENTERED"_s << u"cannot read"_s;
    }
    void saysWhatItCannotRead()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto breakpoint = parseBreakpoint(text);
        QVERIFY(!breakpoint);
        QCOMPARE(breakpoint.error().code, ErrorCode::InvalidInput);
        QVERIFY2(breakpoint.error().message.contains(part), qPrintable(breakpoint.error().message));
    }
};

QTEST_GUILESS_MAIN(TestStepping)
#include "tst_stepping.moc"
