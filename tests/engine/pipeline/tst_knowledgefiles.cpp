// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgefiles.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestKnowledgeFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsASmartCollection();
    void readsFilesAndFolders();
    void refusesWhatItCannotRead_data();
    void refusesWhatItCannotRead();

private:
    static void write(const QString& path, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
};

void TestKnowledgeFiles::splitsASmartCollection()
{
    const QString text = u".I 1\n.T\nfirst title\nof two lines .\n.A\nsomebody\n.B\nj. 1958\n.W\nthe text .\n"
                         u".W.\n.I 2\n.T\n.A\n.B\n.W\n"_s;
    const QList<KnowledgeDocument> documents = splitSmartCollection(text, u"cran"_s);
    QCOMPARE(documents.size(), 2);
    QCOMPARE(documents.first().source, u"cran#1"_s);
    QCOMPARE(documents.first().title, u"first title of two lines ."_s);
    QVERIFY(documents.first().text.startsWith(u"the text ."_s));
    QVERIFY(!documents.first().text.contains(u"somebody"_s));
    QCOMPARE(documents.last().text, u"cran#2"_s); // an entry without text still counts
    QVERIFY(splitSmartCollection(u"I am a plain text"_s, u"x"_s).isEmpty());
}

void TestKnowledgeFiles::readsFilesAndFolders()
{
    const QTemporaryDir folder;
    write(folder.filePath(u"a.md"_s), "# The title\n\nbody");
    write(folder.filePath(u"sub/b.html"_s), "<html><style>p{}</style><p>one &amp; two</p></html>");
    write(folder.filePath(u"sub/latin.txt"_s), "caf\xe9");
    write(folder.filePath(u"image.png"_s), QByteArray(100, '\0'));
    write(folder.filePath(u"zero.txt"_s), QByteArray(10, '\0'));
    write(folder.filePath(u".hidden/c.txt"_s), "hidden");
    const auto documents = readKnowledgeFiles({folder.path()});
    QVERIFY(documents);
    QCOMPARE(documents->size(), 3);
    QCOMPARE(documents->at(0).title, u"The title"_s);
    QCOMPARE(documents->at(1).text.trimmed(), u"one & two"_s);
    QCOMPARE(documents->at(2).text, u"caf\u00e9"_s);
    QCOMPARE(knowledgeName({folder.path(), u"/x/b.txt"_s}), QFileInfo(folder.path()).fileName() + u", b.txt"_s);
}

void TestKnowledgeFiles::refusesWhatItCannotRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    QTest::newRow("missing") << u"missing.txt"_s << int(ErrorCode::File);
    QTest::newRow("binary") << u"zero.txt"_s << int(ErrorCode::InvalidInput);
    QTest::newRow("nothing in it") << u"empty"_s << int(ErrorCode::InvalidInput);
}

void TestKnowledgeFiles::refusesWhatItCannotRead()
{
    QFETCH(QString, name);
    QFETCH(int, code);
    const QTemporaryDir folder;
    write(folder.filePath(u"zero.txt"_s), QByteArray(10, '\0'));
    QDir(folder.path()).mkdir(u"empty"_s);
    const auto documents = readKnowledgeFiles({folder.filePath(name)});
    QVERIFY(!documents);
    QCOMPARE(int(documents.error().code), code);
    QVERIFY2(documents.error().message.contains(name), qPrintable(documents.error().message));
}

QTEST_GUILESS_MAIN(TestKnowledgeFiles)
#include "tst_knowledgefiles.moc"
