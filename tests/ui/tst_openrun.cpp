// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/openrun.h"

#include "engine/pipeline/enginefacade.h"
#include "tests/support/await.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;
using namespace lathe::test;

/// The run that the window shows, followed while it goes on.
class TestOpenRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_facade.reset(); }

    void readsWhatIsThere();
    void keepsWhatComesWhileItReads();
    void readsAgainWhenSomethingIsMissing();

private:
    [[nodiscard]] RunEvent later(qint64 seq) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<EngineFacade> m_facade;
    QString m_runId;
    qint64 m_lastSeq = 0;
};

/// A run that stands at its first stop point.
void TestOpenRun::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    EngineSettings settings;
    settings.database = m_folder->filePath(u"lathe.db"_s);
    settings.installBuiltinKnowledge = false;
    m_facade = std::make_unique<EngineFacade>(std::move(settings));
    QVERIFY(await(m_facade->open()));
    AguiRunJob job;
    job.userId = u"alice"_s;
    job.prompt = u"What is 6 * 7?"_s;
    RunOptions options;
    options.startPaused = true;
    const auto run = await(m_facade->start(job, options)); // nobody to ask: it is suspended there
    QVERIFY(run);
    m_runId = *run;
    QCOMPARE(await(m_facade->finished(m_runId))->status, RunStatus::Paused);
    m_lastSeq = await(m_facade->record(m_runId))->lastSeq;
    QVERIFY(m_lastSeq > 5);
    QCoreApplication::processEvents(); // what the facade still has to tell
}

RunEvent TestOpenRun::later(qint64 seq) const
{
    RunEvent event;
    event.runId = m_runId;
    event.seq = seq;
    event.type = EventType::Continued;
    return event;
}

void TestOpenRun::readsWhatIsThere()
{
    OpenRun run(*m_facade);
    run.open(m_runId);
    QVERIFY(run.isLoading());
    QTRY_COMPARE(run.record().lastSeq, m_lastSeq);
    QVERIFY(run.record().stop.has_value());
    run.close();
    QVERIFY(!run.isOpen());
}

void TestOpenRun::keepsWhatComesWhileItReads()
{
    OpenRun run(*m_facade);
    run.open(m_runId);
    // Told while the answer to the first question is on its way, and not in it.
    Q_EMIT m_facade->runEvents(m_runId, {later(m_lastSeq + 1)});
    Q_EMIT m_facade->runEvents(m_runId, {later(m_lastSeq + 2)});
    Q_EMIT m_facade->runEvents(u"another"_s, {later(m_lastSeq + 3)});
    QCOMPARE(run.record().lastSeq, 0);
    QTRY_COMPARE(run.record().lastSeq, m_lastSeq + 2);
}

void TestOpenRun::readsAgainWhenSomethingIsMissing()
{
    OpenRun run(*m_facade);
    run.open(m_runId);
    QTRY_COMPARE(run.record().lastSeq, m_lastSeq);
    QSignalSpy changed(&run, &OpenRun::changed);
    Q_EMIT m_facade->runEvents(m_runId, {later(m_lastSeq + 5)});
    QTRY_COMPARE(changed.count(), 1); // what it read again
    QCOMPARE(run.record().lastSeq, m_lastSeq);
}

QTEST_MAIN(TestOpenRun)
#include "tst_openrun.moc"
