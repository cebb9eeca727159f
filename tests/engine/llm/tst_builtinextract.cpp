// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinextract.h"

#include <QJsonArray>
#include <QTest>

using namespace lathe::builtin;
using namespace Qt::StringLiterals;

namespace {

Passage passage(const QString& source, const QString& title, const QString& text)
{
    Passage result;
    result.source = source;
    result.title = title;
    result.text = text;
    return result;
}

QStringList quoted(const Extract& extract)
{
    QStringList list;
    for (const Quote& quote : extract.quotes) {
        list.append(quote.sentence);
    }
    return list;
}

QList<Passage> handbook()
{
    return {
        passage(
            u"frames.md"_s, u"Frames"_s,
            u"Each part is worked off in a child frame. A frame is one level of recursion. The depth is limited."_s),
        passage(u"budget.md"_s, u"Budgets"_s,
                u"A budget is the most that a run may cost. The worst case is reserved before each call."_s),
        passage(u"keys.md"_s, u"Keys"_s,
                u"Press F10 to step over. Press Shift+F11 to step out of the frame. Another key stops the run."_s)};
}

} // namespace

class TestBuiltinExtract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsTheBestSentenceFirst_data()
    {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("best");
        QTest::newRow("definition") << u"What is a frame?"_s << u"A frame is one level of recursion."_s;
        QTest::newRow("explain") << u"Explain what a budget is."_s << u"A budget is the most that a run may cost."_s;
        QTest::newRow("action") << u"How do I step out of a frame?"_s << u"Press Shift+F11 to step out of the frame."_s;
        QTest::newRow("other word form") << u"What gets reserved before calls?"_s
                                         << u"The worst case is reserved before each call."_s;
    }
    void putsTheBestSentenceFirst()
    {
        QFETCH(QString, question);
        QFETCH(QString, best);
        const Extract found = extract(question, handbook());
        QVERIFY(found.relevant());
        QCOMPARE(found.quotes.first().sentence, best);
        QVERIFY(found.coverage > 0.3);
        QVERIFY(found.coverage <= 1.0);
    }

    void findsNothingForForeignQuestions_data()
    {
        QTest::addColumn<QString>("question");
        QTest::newRow("other subject") << u"What is the capital of France?"_s;
        QTest::newRow("one common word among foreign ones") << u"Which French run wins the marathon in Paris?"_s;
        QTest::newRow("no content") << u"What is it?"_s;
        QTest::newRow("nothing") << QString();
    }
    void findsNothingForForeignQuestions()
    {
        QFETCH(QString, question);
        QVERIFY(!extract(question, handbook()).relevant());
    }

    void staysWithinTheNumberAsked()
    {
        QVERIFY(extract(u"frame run step budget call"_s, handbook(), 2).quotes.size() <= 2);
        QVERIFY(extract(u"frame"_s, {}).quotes.isEmpty());
    }

    void leavesOutWhatSaysTheSame()
    {
        const QList<Passage> twice{passage(u"a"_s, u"A"_s, u"A frame is one level of recursion."_s),
                                   passage(u"b"_s, u"B"_s, u"A frame is one level of the recursion."_s)};
        QCOMPARE(quoted(extract(u"What is a frame?"_s, twice)).size(), 1);
    }

    void leavesOutStumpsOfCutPassages()
    {
        Passage cut = passage(u"a"_s, u"A"_s, u"its frame is lost. A frame is one level of recursion."_s);
        cut.startsInside = true;
        QCOMPARE(quoted(extract(u"What is a frame?"_s, {cut})), QStringList{u"A frame is one level of recursion."_s});
        Passage open =
            passage(u"a"_s, u"A"_s, u"Nothing here matters much to anybody. "_s.repeated(30) + u"A frame is one"_s);
        QVERIFY(!quoted(extract(u"What is a frame?"_s, {open})).contains(u"A frame is one"_s));
    }

    void understandsGermanEndings()
    {
        const QList<Passage> german{
            passage(u"a.md"_s, u"Haltepunkte"_s,
                    u"Ein Haltepunkt hält den Lauf an. Das Wetter ist schön und die Sonne scheint."_s)};
        const Extract found = extract(u"Was sind die Haltepunkte und wie wirken sie?"_s, german);
        QVERIFY(found.relevant());
        QCOMPARE(found.quotes.first().sentence, u"Ein Haltepunkt hält den Lauf an."_s);
    }

    void quotesLowerCaseAbstracts()
    {
        const QList<Passage> abstracts{
            passage(
                u"cran/184"_s, u"scale models for thermo-aeroelastic research ."_s,
                u"scale models for thermo-aeroelastic research .\n  an investigation is made of the parameters to be "
                "satisfied for thermo-aeroelastic similarity .  it is concluded that complete similarity obtains only "
                "when "
                "aircraft and model are identical in all respects ."_s),
            passage(u"cran/1"_s, u"a wing in a slipstream"_s, u"the lift of a wing in a slipstream was measured ."_s)};
        const Extract found =
            extract(u"what similarity laws must be obeyed when constructing aeroelastic models"_s, abstracts);
        QVERIFY(found.relevant());
        for (const Quote& quote : found.quotes) {
            QCOMPARE(quote.passage, 0);
        }
    }

    void readsPassagesOfTheTool()
    {
        const QJsonObject one{
            {"source"_L1, u"a.md"_s}, {"title"_L1, u"A"_s}, {"text"_L1, u"text"_s}, {"offset"_L1, 850}};
        const QJsonObject empty{{"source"_L1, u"b.md"_s}};
        const QList<Passage> read = readPassages({{"passages"_L1, QJsonArray{one, empty, 7}}});
        QCOMPARE(read.size(), 1);
        QCOMPARE(read.first().source, u"a.md"_s);
        QVERIFY(read.first().startsInside);
        QCOMPARE(readPassages({{"results"_L1, QJsonArray{one}}}).size(), 1);
        QVERIFY(readPassages({}).isEmpty());
    }

    void summarisesInTheOrderOfTheText()
    {
        const QString text = u"Lathes turn wood and metal. The tool cuts the turning wood. It rained. "
                             "A lathe turns the wood against the tool. Nobody came."_s;
        const QStringList summary = quoted(summarise({passage(u"a"_s, {}, text)}, 2));
        QCOMPARE(summary.size(), 2);
        QVERIFY(text.indexOf(summary[0]) < text.indexOf(summary[1]));
        QVERIFY(!summary.contains(u"It rained."_s));
        QVERIFY(!summarise({}).relevant());
    }

    void staysQuickOnLongTexts()
    {
        QString text;
        for (int i = 0; i < 20000; ++i) {
            text += u"Sentence number %1 speaks of frames and runs. "_s.arg(i);
        }
        QElapsedTimer timer;
        timer.start();
        QVERIFY(extract(u"What is sentence number 17 about frames?"_s, {passage(u"a"_s, {}, text)}).relevant());
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestBuiltinExtract)
#include "tst_builtinextract.moc"
