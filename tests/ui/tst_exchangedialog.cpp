// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowfixture.h"
#include "ui/views/debugview.h"
#include "ui/views/exchangedialog.h"
#include "ui/views/inspector.h"
#include "ui/widgets/bytesview.h"
#include "ui/widgets/jsonview.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// What went to a model and came back, attempt by attempt.
class TestExchangeDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<WindowFixture>();
        QVERIFY(m_fixture->isOpen());
    }
    void cleanup() { m_fixture.reset(); }

    void showsEveryAttempt();
    void saysThatNothingWasSent();

private:
    [[nodiscard]] bool run(const QByteArray& script)
    {
        QFile file(QDir(m_fixture->folder()).filePath(u"script.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(script) != script.size()) {
            return false;
        }
        file.close();
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"Say something."_s;
        RunOptions options;
        options.provider = {u"scripted"_s, {}, file.fileName(), {}};
        m_fixture->session().start(job, options);
        return m_fixture->waitForEnd();
    }
    std::unique_ptr<WindowFixture> m_fixture;
};

void TestExchangeDialog::showsEveryAttempt()
{
    QVERIFY(run(R"({"steps": [
        {"error": {"kind": "RATE_LIMITED", "httpStatus": 429, "retryAfterMs": 1, "message": "slow down"}},
        {"content": "Something.", "usage": {"input": 30, "cacheRead": 10, "output": 5}}]})"));
    ExchangeDialog dialog(m_fixture->session(), 1, &m_fixture->window());
    dialog.show();
    const QList<QComboBox *> boxes = dialog.findChildren<QComboBox *>(Qt::FindDirectChildrenOnly);
    QCOMPARE(boxes.size(), 2);
    QCOMPARE(boxes.first()->count(), 2);
    QCOMPARE(boxes.first()->currentIndex(), 1); // the last one
    // A splitter keeps its children in an order of its own.
    const auto *request = dialog.findChild<QWidget *>(u"request"_s)->findChild<JsonView *>();
    const auto *reply = dialog.findChild<QWidget *>(u"reply"_s)->findChild<JsonView *>();
    QTRY_VERIFY_WITH_TIMEOUT(request->plainText().contains(u"Say something."_s), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(reply->plainText().contains(u"Something."_s), 60'000);
    const auto said = [&dialog](const QString& words) {
        const QList<QLabel *> labels = dialog.findChildren<QLabel *>();
        return std::any_of(labels.cbegin(), labels.cend(),
                           [&words](const QLabel *label) { return label->text().contains(words); });
    };
    QVERIFY(said(u"40 tokens in, 5 out"_s));
    QVERIFY(said(u"25.0% of the input from the cache"_s));
    dialog.showAttempt(0); // the failed one has been sent too
    QVERIFY(said(u"slow down"_s) && said(u"HTTP 429"_s));
    QTRY_VERIFY_WITH_TIMEOUT(reply->plainText().contains(u"slow down"_s), 60'000);
    dialog.setForm(ExchangeDialog::Raw);
    const auto *raw = dialog.findChild<QWidget *>(u"request"_s)->findChild<BytesView *>();
    QVERIFY(raw->isVisible() && !request->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(raw->bytes().contains("Say something."), 60'000);
}

void TestExchangeDialog::saysThatNothingWasSent()
{
    ExchangeDialog dialog(m_fixture->session(), 7, &m_fixture->window());
    dialog.show();
    QVERIFY(dialog.findChildren<BytesView *>().first()->bytes().isEmpty());
    QVERIFY(!m_fixture->window().action(u"exchange"_s)->isEnabled());
    m_fixture->window().inspector()->showExchange();                          // without a decision nothing opens
    QCOMPARE(m_fixture->window().findChildren<ExchangeDialog *>().size(), 1); // but this one
}

QTEST_MAIN(TestExchangeDialog)
#include "tst_exchangedialog.moc"
