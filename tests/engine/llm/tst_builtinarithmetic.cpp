// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinarithmetic.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace lathe::builtin;
using namespace Qt::StringLiterals;

namespace {

struct Run
{
    QString output;
    QString stopped; ///< what a program ended with instead of a figure
};

/// Runs all programs in one interpreter: starting one each takes too long for a table.
QList<Run> runPython(const QStringList& programs)
{
    const QString driver = QString::fromUtf8(R"(
import contextlib, io, json, sys
runs = []
for program in json.load(sys.stdin):
    output, stopped = io.StringIO(), ""
    with contextlib.redirect_stdout(output):
        try:
            exec(program, {})
        except SystemExit as end:
            stopped = str(end)
    runs.append([output.getvalue().strip(), stopped])
print(json.dumps(runs))
)");
    QProcess process;
    process.start(u"python3"_s, {u"-I"_s, u"-c"_s, driver});
    process.write(QJsonDocument(QJsonArray::fromStringList(programs)).toJson());
    process.closeWriteChannel();
    process.waitForFinished(60000);
    QList<Run> runs;
    const QJsonArray results = QJsonDocument::fromJson(process.readAllStandardOutput()).array();
    for (const QJsonValue& result : results) {
        runs.append({result[0].toString(), result[1].toString()});
    }
    return runs;
}

} // namespace

class TestBuiltinArithmetic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        if (QStandardPaths::findExecutable(u"python3"_s).isEmpty()) {
            QSKIP("python3 is not installed: the programs cannot be run");
        }
    }

    /// The programs really run; the figure is what a user would see.
    void computes()
    {
        struct Row
        {
            const char *sentence;
            const char *text; ///< what of the sentence is the calculation
            const char *result;
        };
        const Row rows[] = {
            {"What is 12.5% of 480?", "12.5% of 480", "60"},
            {"(3+4)*2^10", "(3+4)*2^10", "7168"},
            {"What is the sum of 1, 2 and 3?", "the sum of 1, 2 and 3", "6"},
            {"Calculate 0.1 + 0.2", "0.1 + 0.2", "0.3"},
            {"please compute 2**10 / 4", "2**10 / 4", "256"},
            {"What's 7 times 8?", "7 times 8", "56"},
            {"What is 10 divided by 4?", "10 divided by 4", "2.5"},
            {"how much is 1,234.50 + 1,000?", "1,234.50 + 1,000", "2234.5"},
            {"What is 100,200 plus 1", "100,200 plus 1", "100201"},
            {"sum of 100,200,300", "sum of 100,200,300", "600"},
            {"the average of 4, 5 and 9", "the average of 4, 5 and 9", "6"},
            {"What is the difference between 9 and 4.5?", "the difference between 9 and 4.5", "4.5"},
            {"What is the product of 2, 3 and 7?", "the product of 2, 3 and 7", "42"},
            {"max(3, 9, 4)", "max(3, 9, 4)", "9"},
            {"What is the square root of 144?", "the square root of 144", "12"},
            {"What is sqrt(2)?", "sqrt(2)", "about 1.41421356237"},
            {"What is 5 squared?", "5 squared", "25"},
            {"What is 2 cubed + 1?", "2 cubed + 1", "9"},
            {"2 to the power of 100", "2 to the power of 100", "1267650600228229401496703205376"},
            {"-2^2", "-2^2", "-4"},
            {"2^3^2", "2^3^2", "512"},
            {"17 % 5", "17 % 5", "2"},
            {"17 mod 5", "17 mod 5", "2"},
            {"200 * 10%", "200 * 10%", "20"},
            {"10 percent of (20 + 30)", "10 percent of (20 + 30)", "5"},
            {"What is 1/3?", "1/3", "about 0.333333333333"},
            {"What is 1/8?", "1/8", "0.125"},
            {"What is -3 - -4?", "-3 - -4", "1"},
            {"6 × 7 ÷ 2", "6 × 7 ÷ 2", "21"},
            {"3 x 4", "3 x 4", "12"},
            {"3x4", "3x4", "12"},
            {"add 5 to 7", "add 5 to 7", "12"},
            {"Subtract 3 from 10.", "Subtract 3 from 10", "7"},
            {"multiply 6 by 7", "multiply 6 by 7", "42"},
            {"divide 10 by 4", "divide 10 by 4", "2.5"},
            {"add 1, 2 and 3", "add 1, 2 and 3", "6"},
            {"Berechne 12,5 % von 480", "12,5 % von 480", "60"},
            {"Was ist 3 mal 4 plus 1?", "3 mal 4 plus 1", "13"},
            {"Wie viel ist 10 geteilt durch 4", "10 geteilt durch 4", "2.5"},
            {"Was ist die Summe von 1, 2 und 3?", "die Summe von 1, 2 und 3", "6"},
            {"4 ^ 0.5", "4 ^ 0.5", "about 2"},
            {"2^-2", "2^-2", "0.25"},
            {"What is `3+4`?", "3+4", "7"},
            {"3 + 4 =", "3 + 4", "7"},
            {"what is the value of 3 + .5", "3 + .5", "3.5"},
            {"0 - 1/8", "0 - 1/8", "-0.125"},
        };
        QStringList programs;
        for (const Row& row : rows) {
            const std::optional<Calculation> calculation = findCalculation(QString::fromUtf8(row.sentence));
            QVERIFY2(calculation, row.sentence);
            QCOMPARE(calculation->text, QString::fromUtf8(row.text));
            programs.append(calculationProgram(*calculation).value());
        }
        const QList<Run> runs = runPython(programs);
        QCOMPARE(runs.size(), programs.size());
        for (qsizetype i = 0; i < runs.size(); ++i) {
            QVERIFY2(runs[i].stopped.isEmpty(), qPrintable(runs[i].stopped));
            QVERIFY2(runs[i].output == QString::fromUtf8(rows[i].result),
                     qPrintable(QString::fromUtf8(rows[i].sentence) + u" gave "_s + runs[i].output));
        }
    }

    void saysWhyThereIsNoFigure()
    {
        const std::pair<QString, QString> rows[] = {
            {u"1 / (2 - 2)"_s, u"division by zero"_s},
            {u"0 ^ -1"_s, u"division by zero"_s},
            {u"10 ^ 10 ^ 10"_s, u"the result has too many digits to print"_s},
            {u"(10 ^ 3000) ^ 0.5"_s, u"the result is too large"_s},
            {u"(0 - 8) ^ 0.5"_s, u"the result is not a real number"_s},
            {u"sqrt(1 - 2)"_s, u"the result is not a real number"_s},
            {u"5 mod 0"_s, u"division by zero"_s},
        };
        QStringList programs;
        for (const auto& [sentence, why] : rows) {
            const std::optional<Calculation> calculation = findCalculation(sentence);
            QVERIFY2(calculation, qPrintable(sentence));
            programs.append(calculationProgram(*calculation).value());
        }
        const QList<Run> runs = runPython(programs);
        QCOMPARE(runs.size(), programs.size());
        for (qsizetype i = 0; i < runs.size(); ++i) {
            QCOMPARE(runs[i].stopped, rows[i].second);
            QVERIFY(runs[i].output.isEmpty());
        }
    }

    void takesNothingElseForACalculation_data()
    {
        QTest::addColumn<QString>("sentence");
        for (const char *sentence : {"What is a run?",
                                     "What is 5?",
                                     "42",
                                     "What is 24/7 support?",
                                     "24/7",
                                     "555-1234",
                                     "2026-11-22",
                                     "What is 2026-11-22?",
                                     "1.2.3 + 4",
                                     "3-5",
                                     "What is 3 km + 4 km?",
                                     "What is the 3rd - 4th phase?",
                                     "What is it?",
                                     "sum of 5",
                                     "What is 3 +",
                                     "(3 + 4",
                                     "3 + 4)",
                                     "What is 10:30 - 9:00?",
                                     "add",
                                     "divide 3",
                                     "What is 5 + import os?",
                                     "__import__('os') + 1",
                                     "what is 3 + print(4)",
                                     "What is the sum of the amounts?",
                                     "average",
                                     "12/31/2026 - 1",
                                     "",
                                     "difference between 1, 2 and 3",
                                     "What is 3 + 4 $?",
                                     "F(3) + 1",
                                     "What is \xD9\xA3 + \xD9\xA4?"}) {
            QTest::newRow(sentence) << QString::fromUtf8(sentence);
        }
        QTest::newRow("nested too deep") << QString(QString(200, u'(') + u"1+1"_s + QString(200, u')'));
        QTest::newRow("too many signs") << QString(u"1"_s + u"+1"_s.repeated(1000));
        QTest::newRow("many minus signs") << QString(QString(300, u'-') + u"1+1"_s);
        QTest::newRow("very long") << QString(u"1+"_s + QString(5000, u'1'));
    }
    void takesNothingElseForACalculation()
    {
        QFETCH(QString, sentence);
        QVERIFY(!findCalculation(sentence));
    }

    void putsInAnEarlierFigure()
    {
        const std::optional<Calculation> calculation = findCalculation(u"Multiply it by 2.5"_s);
        QVERIFY(calculation);
        QVERIFY(calculation->usesPrevious);
        QVERIFY(!calculationProgram(*calculation));
        for (const QString& bad : {u"about 3"_s, u"3; import os"_s, u"1e5"_s, u"٣"_s}) {
            QVERIFY2(!calculationProgram(*calculation, bad), qPrintable(bad));
        }
        const QList<Run> runs = runPython({*calculationProgram(*calculation, u"-60.2"_s)});
        QCOMPARE(runs.size(), 1);
        QCOMPARE(runs.first().output, u"-150.5"_s);
        QVERIFY(findCalculation(u"add 5 to the result"_s)->usesPrevious);
        QVERIFY(!findCalculation(u"add 5 to 6"_s)->usesPrevious);
    }

    /// Whatever the sentence: only these characters ever reach the program's one open place.
    void neverCopiesTextIntoTheProgram()
    {
        static const QRegularExpression allowed(
            u"^(?:F\\(\"[0-9.]+\"\\)|F\\(\\d+\\)|power|root|sum|product|mean|max|min|difference|PREVIOUS|[-+*/%(), \\[\\]])+$"_s);
        const QStringList pieces{u"3"_s,   u"0.5"_s,   u" + "_s, u"("_s,    u")"_s,       u"sum of "_s, u", "_s,
                                 u"%"_s,   u" of "_s,  u"^"_s,   u"it"_s,   u" and "_s,   u"\""_s,      u"import"_s,
                                 u" - "_s, u"sqrt "_s, u"_"_s,   u"max("_s, u"squared "_s};
        quint32 state = 12345;
        int found = 0;
        for (int i = 0; i < 20000; ++i) {
            QString sentence;
            for (int k = 0; k < 3 + i % 5; ++k) {
                state = state * 1664525U + 1013904223U;
                sentence += pieces[static_cast<qsizetype>((state >> 8) % static_cast<quint32>(pieces.size()))];
            }
            if (const std::optional<Calculation> calculation = findCalculation(sentence)) {
                ++found;
                QVERIFY2(allowed.match(calculation->expression).hasMatch(), qPrintable(calculation->expression));
            }
        }
        QVERIFY(found > 20);
    }
};

QTEST_GUILESS_MAIN(TestBuiltinArithmetic)
#include "tst_builtinarithmetic.moc"
