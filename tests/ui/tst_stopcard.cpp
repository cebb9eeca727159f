// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/taborder.h"
#include "ui/views/stopcard.h"
#include "ui/widgets/kindlabel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

class TestStopCard : public QObject
{
    Q_OBJECT

    static QJsonObject schema()
    {
        return QJsonObject{{u"type"_s, u"object"_s},
                           {u"required"_s, QJsonArray{u"query"_s}},
                           {u"properties"_s, QJsonObject{{u"query"_s, QJsonObject{{u"type"_s, u"string"_s}}},
                                                         {u"topK"_s, QJsonObject{{u"type"_s, u"integer"_s}}}}}};
    }
    static StopState beforeTool()
    {
        StopState stop;
        stop.point = StopPoint::BeforeTool;
        stop.decision = 3;
        stop.tool = u"retrieve_context"_s;
        stop.reason = u"step"_s;
        stop.editable = QJsonObject{{u"arguments"_s, QJsonObject{{u"query"_s, u"frames"_s}}}};
        stop.nextCost = Money::fromDecimal(u"0.005").value_or(Money());
        return stop;
    }
    static QPushButton *button(const StopCard& card, const QString& text)
    {
        for (QPushButton *each : card.findChildren<QPushButton *>()) {
            QString plain = each->text();
            if (plain.remove(u'&') == text && each->isVisible()) {
                return each;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void everyReasonIsASentence_data()
    {
        QTest::addColumn<QString>("reason");
        for (const char *reason : {"step", "step over", "step out", "pause", "interrupted", "approval",
                                   "breakpoint: BEFORE_TOOL tool=retrieve_context"}) {
            QTest::newRow(reason) << QString::fromLatin1(reason);
        }
    }
    void everyReasonIsASentence()
    {
        QFETCH(QString, reason);
        StopCard card;
        StopState stop = beforeTool();
        stop.reason = reason;
        card.setStop(stop, schema());
        const QString text = card.findChild<NoteLabel *>()->text();
        QVERIFY2(text.endsWith(u'.') && !text.endsWith(QString(u' ' + reason)), qPrintable(text));
    }

    void longTextsAreEditedOnSeveralLines()
    {
        StopState stop;
        stop.point = StopPoint::AfterTool;
        stop.tool = u"code_executor"_s;
        stop.editable = QJsonObject{{u"result"_s, QString(500, u'x')}};
        StopCard card;
        card.setStop(stop, {});
        card.show();
        const auto areas = card.findChildren<QPlainTextEdit *>();
        const auto area = std::find_if(areas.begin(), areas.end(), [](const auto *each) { return each->isVisible(); });
        QVERIFY(area != areas.end());
        QCOMPARE((*area)->toPlainText(), stop.editable.value("result"_L1).toString());
        QVERIFY(!card.isEdited());
    }

    void anActionIsChosenNotTyped()
    {
        StopState stop;
        stop.point = StopPoint::AfterDecide;
        stop.editable =
            QJsonObject{{u"decision"_s, QJsonObject{{u"action"_s, u"FINAL_ANSWER"_s}, {u"finalAnswer"_s, u"42"_s}}}};
        StopCard card;
        card.setStop(stop, {});
        auto *box = card.findChild<QComboBox *>();
        QVERIFY(box);
        QCOMPARE(box->count(), 3);
        QCOMPARE(box->currentText(), u"FINAL_ANSWER"_s);
        QVERIFY(!card.isEdited());
    }

    void aResultIsWrittenByHand()
    {
        StopCard card;
        card.setStop(beforeTool(), schema());
        card.show();
        QVERIFY(button(card, u"Write the result…"_s));
        button(card, u"Write the result…"_s)->click();
        QVERIFY(card.writesResult());
        QVERIFY(!card.edit()); // nothing is written yet
        QVERIFY(!button(card, u"Use as the result"_s)->isEnabled());
        card.resultEditor()->setPlainText(u"Frames are levels."_s);
        QVERIFY(button(card, u"Use as the result"_s)->isEnabled());
        QCOMPARE(card.edit()->values, QJsonObject({{u"result"_s, u"Frames are levels."_s}}));
        QVERIFY(card.stepBack());
        QVERIFY(!card.writesResult());
        QVERIFY(!card.isEdited());
        QVERIFY(!card.stepBack());
    }

    void rejectingTakesASecondStepAndGoesBack()
    {
        StopCard card;
        card.setStop(beforeTool(), schema());
        card.show();
        QSignalSpy rejected(&card, &StopCard::rejectWanted);
        button(card, u"Reject…"_s)->click();
        QVERIFY(!button(card, u"Approve"_s)); // one row of buttons at a time
        QVERIFY(card.stepBack());
        QVERIFY(button(card, u"Approve"_s));
        button(card, u"Reject…"_s)->click();
        button(card, u"Reject"_s)->click();
        QCOMPARE(rejected.count(), 1);
    }

    void aChildFrameIsNoTool()
    {
        StopState stop = beforeTool();
        stop.tool = u"llm_call"_s;
        stop.point = StopPoint::AfterTool;
        stop.editable = QJsonObject{{u"result"_s, u"x"_s}};
        StopCard card;
        card.setStop(stop, {});
        QVERIFY(!card.accessibleName().contains(u"llm_call"_s));
        QVERIFY(!card.accessibleName().contains(u"tool"_s, Qt::CaseInsensitive));
    }

    void tabFollowsReadingOrder()
    {
        StopCard card;
        card.resize(700, 360);
        card.setStop(beforeTool(), schema());
        card.show();
        QVERIFY(QTest::qWaitForWindowExposed(&card));
        QCOMPARE(test::outOfReadingOrder(&card), QString());
        card.setStop(beforeTool(), schema()); // fields are made anew
        QCOMPARE(test::outOfReadingOrder(&card), QString());
    }
};

QTEST_MAIN(TestStopCard)
#include "tst_stopcard.moc"
