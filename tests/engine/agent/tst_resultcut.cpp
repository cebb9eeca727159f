// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/resultcut.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestResultCut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatFits();
    void keepsBeginningAndEnd();
    void partsNoCharacter();
    void dividesRoom_data();
    void dividesRoom();
};

void TestResultCut::keepsWhatFits()
{
    const QString text(1000, u'x');
    QCOMPARE(fittingResult(text, 1000), text);
    QCOMPARE(fittingResult({}, 0), QString());
}

void TestResultCut::keepsBeginningAndEnd()
{
    const QString text = u"begin"_s + QString(5000, u'x') + u"end"_s;
    const QString cut = fittingResult(text, 1000);
    QVERIFY(cut.startsWith(u"begin"_s));
    QVERIFY(cut.endsWith(u"end"_s));
    QVERIFY2(cut.contains(u"4008 of 5008 characters were left out"_s), qPrintable(cut));
    QVERIFY(cut.size() < 1100);
}

void TestResultCut::partsNoCharacter()
{
    const QString smile = QString::fromUcs4(U"\U0001F600", 1);
    for (int shift = 0; shift < 4; ++shift) { // the cuts fall before, in and after the pair
        const QString text = QString(shift, u'x') + smile.repeated(2000) + QString(shift, u'y');
        const QString cut = fittingResult(text, 1001);
        QCOMPARE(QString::fromUtf8(cut.toUtf8()), cut);
        QVERIFY(!cut.contains(QChar(QChar::ReplacementCharacter)));
    }
}

void TestResultCut::dividesRoom_data()
{
    QTest::addColumn<qint64>("tokens");
    QTest::addColumn<int>("results");
    QTest::addColumn<int>("room");
    QTest::newRow("one") << qint64(8000) << 1 << 16000;
    QTest::newRow("four share") << qint64(8000) << 4 << 4000;
    QTest::newRow("never nothing") << qint64(100) << 10 << 1000;
    QTest::newRow("none at all") << qint64(8000) << 0 << 16000;
}

void TestResultCut::dividesRoom()
{
    QFETCH(qint64, tokens);
    QFETCH(int, results);
    QFETCH(int, room);
    QCOMPARE(roomForResult(tokens, results), qsizetype(room));
}

QTEST_GUILESS_MAIN(TestResultCut)
#include "tst_resultcut.moc"
