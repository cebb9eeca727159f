// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgeindexer.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Folders as knowledge bases: what is read, read again and left alone.
class TestKnowledgeIndexer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsOnlyWhatChanged();
    void learnsOnceAndFoldsIn();
    void learnsAnewWhenTheCorpusHasGrown();
    void tellsHowFarItIs();
    void goesOnWhereItWasStopped();
    void letsOneWorkAtATime();
    void saysWhyAFolderCannotBeRead();
    void leavesBadFilesOutAndSaysWhy();
    void keepsEntriesOfAnUnchangedCollection();

private:
    void write(int from, int to, const QString& more = {})
    {
        for (int i = from; i < to; ++i) {
            QFile file(m_files.filePath(u"f%1.txt"_s.arg(i, 4, 10, QLatin1Char('0'))));
            QVERIFY(file.open(QIODevice::WriteOnly));
            const QString text = u"turbine blade number%1 common%2 %3\n"_s.arg(i).arg(i % 7).arg(more);
            QVERIFY(file.write(text.toUtf8()) > 0);
        }
    }
    Result<KnowledgeBaseInfo> index(std::shared_ptr<KnowledgeProgress> progress = {})
    {
        return await(m_indexer->index(u"notes"_s, {m_files.path()}, std::move(progress), {}));
    }
    SemanticState state()
    {
        QFuture<Result<SemanticState>> future = m_database->semanticState();
        future.waitForFinished();
        return *future.result();
    }
    qsizetype found(const QString& query)
    {
        QFuture<Result<QList<ContextPassage>>> future = m_database->search(query, 100);
        future.waitForFinished();
        return future.result()->size();
    }

    QTemporaryDir m_folder;
    QTemporaryDir m_files;
    FakeClock m_clock;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KnowledgeIndexer> m_indexer;
};

void TestKnowledgeIndexer::init()
{
    m_indexer.reset();
    m_database.reset();
    m_folder = QTemporaryDir();
    m_files = QTemporaryDir();
    Result<std::unique_ptr<Database>> opened = Database::open({.path = m_folder.filePath(u"lathe.db"_s)}, m_clock);
    QVERIFY(opened);
    m_database = std::move(*opened);
    m_indexer = std::make_unique<KnowledgeIndexer>(*m_database);
}

void TestKnowledgeIndexer::readsOnlyWhatChanged()
{
    write(0, 5);
    const auto first = index();
    QVERIFY(first);
    QCOMPARE(first->documents, 5);
    QCOMPARE(first->roots, QStringList{m_files.path()});
    const auto progress = std::make_shared<KnowledgeProgress>();
    const auto same = index(progress);
    QCOMPARE(same->documents, 5);
    QCOMPARE(progress->changed.load(), 0); // nothing to do
    write(1, 2, u"zeppelin"_s);
    QVERIFY(QFile::remove(m_files.filePath(u"f0003.txt"_s)));
    const auto changed = std::make_shared<KnowledgeProgress>();
    const auto third = index(changed);
    QCOMPARE(third->id, first->id);
    QCOMPARE(third->documents, 4);
    QCOMPARE(changed->changed.load(), 1);
    QCOMPARE(found(u"zeppelin"_s), 1);
    QCOMPARE(found(u"number3"_s), 0);
    QCOMPARE(found(u"number1"_s), 1);
}

void TestKnowledgeIndexer::learnsOnceAndFoldsIn()
{
    write(0, 20);
    QVERIFY(index());
    QCOMPARE(state().model, 0); // too few to learn from
    write(20, 40);
    QVERIFY(index());
    const SemanticState learned = state();
    QVERIFY(learned.model > 0);
    QCOMPARE(learned.trainedOn, 40);
    write(40, 50);
    QVERIFY(index());
    QCOMPARE(state().model, learned.model); // folded in
    QFuture<Result<QList<UnreadPassage>>> without = m_database->passagesWithoutVector(learned.model, 100);
    without.waitForFinished();
    QVERIFY(without.result()->isEmpty());
}

void TestKnowledgeIndexer::learnsAnewWhenTheCorpusHasGrown()
{
    write(0, 40);
    QVERIFY(index());
    const qint64 before = state().model;
    write(40, 70);
    QVERIFY(index());
    QVERIFY(state().model > before);
    QCOMPARE(state().trainedOn, 70);
    const qint64 grown = state().model;
    for (int i = 30; i < 70; ++i) {
        QVERIFY(QFile::remove(m_files.filePath(u"f%1.txt"_s.arg(i, 4, 10, QLatin1Char('0')))));
    }
    QVERIFY(index());
    QVERIFY(state().model > grown); // and when it has shrunk
}

void TestKnowledgeIndexer::tellsHowFarItIs()
{
    write(0, 40);
    const auto progress = std::make_shared<KnowledgeProgress>();
    QVERIFY(index(progress));
    QCOMPARE(progress->stage.load(), KnowledgeProgress::Stage::Learning);
    QCOMPARE(progress->done.load(), 40);
    QCOMPARE(progress->total.load(), 40);
}

void TestKnowledgeIndexer::goesOnWhereItWasStopped()
{
    write(0, 40);
    const auto progress = std::make_shared<KnowledgeProgress>();
    progress->cancel.request_stop();
    const auto stopped = index(progress);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    QVERIFY(stopped.error().message.contains(u"goes on from there"_s));
    const auto done = index();
    QVERIFY(done);
    QCOMPARE(done->documents, 40);
    QVERIFY(state().model > 0);
}

void TestKnowledgeIndexer::letsOneWorkAtATime()
{
    write(0, 40);
    auto first = m_indexer->index(u"one"_s, {m_files.path()}, {}, {});
    auto second = m_indexer->index(u"two"_s, {m_files.path()}, {}, {});
    QVERIFY(await(std::move(first)));
    QVERIFY(await(std::move(second)));
    QCOMPARE(state().trainedOn, 80);
}

void TestKnowledgeIndexer::saysWhyAFolderCannotBeRead()
{
    const auto missing = await(m_indexer->index(u"x"_s, {u"/nowhere/at/all"_s}, {}, {}));
    QVERIFY(!missing);
    QVERIFY(missing.error().message.contains(u"/nowhere/at/all"_s));
    const auto nothing = index();
    QVERIFY(!nothing);
}

void TestKnowledgeIndexer::leavesBadFilesOutAndSaysWhy()
{
    write(0, 2);
    QFile binary(m_files.filePath(u"zero.txt"_s));
    QVERIFY(binary.open(QIODevice::WriteOnly) && binary.write(QByteArray(10, '\0')) == 10);
    binary.close();
    QFile latin(m_files.filePath(u"latin.txt"_s));
    QVERIFY(latin.open(QIODevice::WriteOnly) && latin.write("caf\xe9 turbine") > 0);
    latin.close();
    const auto progress = std::make_shared<KnowledgeProgress>();
    const auto base = index(progress);
    QVERIFY(base);
    QCOMPARE(base->documents, 3);
    const QString notes = progress->notes().join(u'\n');
    QVERIFY2(notes.contains(u"zero.txt is not a text file"_s), qPrintable(notes));
    QVERIFY2(notes.contains(u"latin.txt: not UTF-8, read as Latin-1"_s), qPrintable(notes));
    QCOMPARE(found(u"caf\u00e9"_s), 1);
    // Named by the user himself, it is an error.
    const auto named = await(m_indexer->index(u"x"_s, {binary.fileName()}, {}, {}));
    QVERIFY(!named);
    QVERIFY(named.error().message.contains(u"zero.txt"_s));
}

void TestKnowledgeIndexer::keepsEntriesOfAnUnchangedCollection()
{
    QFile file(m_files.filePath(u"cran"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(".I 1\n.T\none\n.W\nlift\n.I 2\n.T\ntwo\n.W\ndrag\n") > 0);
    file.close();
    QCOMPARE(index()->documents, 2);
    const auto progress = std::make_shared<KnowledgeProgress>();
    QCOMPARE(index(progress)->documents, 2);
    QCOMPARE(progress->changed.load(), 0);
}

QTEST_GUILESS_MAIN(TestKnowledgeIndexer)
#include "tst_knowledgeindexer.moc"
