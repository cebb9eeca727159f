// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/jobstore.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestJobStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesBackWhatItStored();
    void namesWhatIsMissing();
};

namespace {

AguiRunJob fullJob()
{
    AguiRunJob job;
    job.userId = u"alice"_s;
    job.prompt = QString(5000, u'p');
    job.correlationId = u"00000000-0000-4000-8000-000000000001"_s;
    job.name = u"name"_s;
    job.provider = u"builtin"_s;
    job.model = u"builtin-planner-1"_s;
    job.tools = QStringList{u"code_executor"_s};
    job.budget = *Money::fromDecimal(u"0.20");
    job.metadata = {{u"k"_s, 1}};
    job.attachments = {{u"a.csv"_s, u"text/csv"_s, QByteArray("1,2\n")}, {u"b.bin"_s, QString(), QByteArray(3, '\0')}};
    return job;
}

} // namespace

void TestJobStore::givesBackWhatItStored()
{
    RunEvent event;
    const AguiRunJob job = fullJob();
    const QJsonObject stored = storeJob(event, job);
    QHash<QString, QByteArray> bodies;
    for (const Body& body : event.bodies) {
        bodies.insert(QString::fromLatin1(body.sha256), body.bytes);
    }
    for (const QString& name : bodiesOfStoredJob(stored)) {
        QVERIFY(bodies.contains(name));
    }
    const auto restored = restoreJob(stored, bodies);
    QVERIFY(restored);
    QCOMPARE(*restored, job);
    QCOMPARE(intentSignature(*restored), intentSignature(job));
}

void TestJobStore::namesWhatIsMissing()
{
    RunEvent event;
    const QJsonObject stored = storeJob(event, fullJob());
    const auto nothing = restoreJob(stored, {});
    QVERIFY(!nothing);
    QVERIFY(nothing.error().message.contains(u"prompt"_s));
    QHash<QString, QByteArray> some{{QString::fromLatin1(event.bodies.first().sha256), event.bodies.first().bytes}};
    const auto attachment = restoreJob(stored, some);
    QVERIFY(!attachment);
    QVERIFY(attachment.error().message.contains(u"a.csv"_s));
}

QTEST_GUILESS_MAIN(TestJobStore)
#include "tst_jobstore.moc"
