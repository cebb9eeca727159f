// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/taborder.h"
#include "tests/ui/windowfixture.h"
#include "ui/views/composeview.h"
#include "ui/views/debugview.h"
#include "ui/views/retrycard.h"
#include "ui/views/settingsdialog.h"

#include <QAccessible>
#include <QFile>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

constexpr qint64 kNowMs = 1'790'000'000'000;

RetryRecord retryIn(qint64 ms, int attempt = 1)
{
    return {.decision = 1,
            .attempt = attempt,
            .attempts = 4,
            .errorKind = u"OVERLOADED"_s,
            .message = u"The provider answered 503: too many users"_s,
            .untilMs = kNowMs + ms};
}

/// A model that asks for a minute, and then answers.
const QByteArray kScript = R"({"steps": [
    {"error": {"kind": "RATE_LIMITED", "httpStatus": 429, "retryAfterMs": 60000, "message": "slow down"}},
    {"content": "done"}]})";

} // namespace

class TestRetryCard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsDown_data()
    {
        QTest::addColumn<qint64>("leftMs");
        QTest::addColumn<int>("shown");
        QTest::newRow("whole") << qint64(12'000) << 12;
        QTest::newRow("rounded up") << qint64(11'001) << 12;
        QTest::newRow("the last") << qint64(1) << 1;
        QTest::newRow("over") << qint64(0) << 0;
        QTest::newRow("late") << qint64(-5'000) << 0;
    }
    void countsDown()
    {
        QFETCH(qint64, leftMs);
        QFETCH(int, shown);
        RetryCard card;
        card.setRetry(retryIn(leftMs), kNowMs);
        QVERIFY2(card.text().contains(u" %1 second"_s.arg(shown)), qPrintable(card.text()));
        QVERIFY(card.text().contains(u"Attempt 1 of 4 failed. The provider answered 503: too many users"_s));
    }
    void isAnsweredOnceForEachWait()
    {
        RetryCard card;
        card.show();
        card.setRetry(retryIn(5'000), kNowMs);
        QList<RetryAnswer> answers;
        connect(&card, &RetryCard::answered, this, [&answers](RetryAnswer answer) { answers << answer; });
        card.tryNowButton()->click();
        QVERIFY(!card.tryNowButton()->isEnabled());
        QVERIFY(!card.giveUpButton()->isEnabled());
        card.setRetry(retryIn(5'000), kNowMs + 1'000); // the same wait, later
        QVERIFY(!card.giveUpButton()->isEnabled());
        card.setRetry(retryIn(9'000, 2), kNowMs + 2'000);
        card.giveUpButton()->click();
        QCOMPARE(answers, (QList<RetryAnswer>{RetryAnswer::TryNow, RetryAnswer::GiveUp}));
    }
    void saysWhatItsButtonsDo()
    {
        RetryCard card;
        card.setRetry(retryIn(5'000), kNowMs);
        card.resize(800, 80);
        card.show();
        QVERIFY(QTest::qWaitForWindowExposed(&card));
        QCOMPARE(test::outOfReadingOrder(&card), QString());
        for (const QPushButton *button : card.findChildren<QPushButton *>()) {
            QVERIFY(!button->toolTip().isEmpty());
            QVERIFY(button->text().contains(u'&'));
            QVERIFY(!button->isDefault() && !button->autoDefault());
            const QAccessibleInterface *told = QAccessible::queryAccessibleInterface(const_cast<QPushButton *>(button));
            QVERIFY(told && !told->text(QAccessible::Name).isEmpty());
        }
        QVERIFY(card.accessibleName().contains(u"too many users"_s));
    }

    void endsAWaitInTheWindow_data()
    {
        QTest::addColumn<bool>("now");
        QTest::addColumn<RunStatus>("status");
        QTest::newRow("try now") << true << RunStatus::Complete;
        QTest::newRow("give up") << false << RunStatus::Error;
    }
    void endsAWaitInTheWindow()
    {
        QFETCH(bool, now);
        QFETCH(RunStatus, status);
        test::WindowFixture fixture;
        QVERIFY(fixture.isOpen());
        QFile script(fixture.folder() + u"/script.json"_s);
        QVERIFY(script.open(QIODevice::WriteOnly));
        QCOMPARE(script.write(kScript), kScript.size());
        script.close();
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"Say something."_s;
        job.provider = u"scripted"_s;
        job.model = script.fileName();
        fixture.window().compose()->setJob(job);
        fixture.window().compose()->run(false);
        RetryCard *card = fixture.window().debug()->retryCard();
        QTRY_VERIFY(card->isVisible());
        QVERIFY2(card->text().contains(u"slow down"_s), qPrintable(card->text()));
        QPushButton *button = now ? card->tryNowButton() : card->giveUpButton();
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QVERIFY(fixture.waitForEnd());
        QCOMPARE(fixture.session().run().record().summary.status, status);
        QTRY_VERIFY(!card->isVisible());
    }
    void theLimitsAreSettings()
    {
        test::WindowFixture fixture;
        QVERIFY(fixture.isOpen());
        fixture.window().showSettings();
        auto *settings = fixture.window().findChild<SettingsDialog *>();
        QVERIFY(settings);
        auto *retries = settings->findChild<QSpinBox *>(u"retries"_s);
        auto *wait = settings->findChild<QSpinBox *>(u"longestRetryWait"_s);
        auto *timeout = settings->findChild<QSpinBox *>(u"callTimeout"_s);
        QVERIFY(retries && wait && timeout);
        QCOMPARE(timeout->value(), 0);
        QCOMPARE(retries->value(), 3);
        QCOMPARE(wait->value(), 60);
        const auto stored = [&fixture](QLatin1StringView key) {
            const QFuture<Result<QJsonObject>> all = fixture.facade().settings();
            const bool come = QTest::qWaitFor([&all] { return all.isFinished(); }, 60'000);
            return come ? all.result()->value("retry"_L1)[key].toInt(-1) : -2;
        };
        QTest::qWait(0);
        QTRY_COMPARE(stored("retries"_L1), -1); // looking at it stores nothing
        retries->setValue(1);
        wait->setValue(600);
        QTRY_COMPARE(stored("retries"_L1), 1);
        QTRY_COMPARE(stored("longestWaitSeconds"_L1), 600);
        timeout->setValue(1800);
        const auto storedTimeout = [&fixture] {
            const QFuture<Result<QJsonObject>> all = fixture.facade().settings();
            const bool come = QTest::qWaitFor([&all] { return all.isFinished(); }, 60'000);
            return come ? all.result()->value("callTimeoutSeconds"_L1).toInt(-1) : -2;
        };
        QTRY_COMPARE(storedTimeout(), 1800);
        settings->close();
    }
};

QTEST_MAIN(TestRetryCard)
#include "tst_retrycard.moc"
