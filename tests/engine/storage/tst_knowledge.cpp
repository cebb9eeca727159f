// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/passages.h"
#include "tests/engine/storage/storagesupport.h"

#include <QElapsedTimer>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Splitting documents, indexing and searching them.
class TestKnowledge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = openDatabase(m_folder->filePath(u"lathe.db"_s), m_clock);
    }
    void cleanup() { m_database.reset(); }

    void keepsAShortTextWhole();
    void tellsLineAndPage();
    void cutsAtTheBestBorder();
    void losesNoCharacterOfALongText_data();
    void losesNoCharacterOfALongText();
    void takesWordsFromAnyQuery_data();
    void takesWordsFromAnyQuery();
    void boundsTheNumberOfWords();
    void findsTheBestPassageFirst();
    void findsWordsByTheirStem();
    void weighsTitlesTwice();
    void searchesAllBases();
    void takesAnyTextForAQuery_data();
    void takesAnyTextForAQuery();
    void replacesABaseOfTheSameName();
    void dropsABase();
    void countsWhatABaseHolds();
    void refusesABaseWithoutAName();
    void indexesManySmallDocumentsQuickly();

private:
    FakeClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
};

void TestKnowledge::keepsAShortTextWhole()
{
    QCOMPARE(splitPassages(QString()), QList<Passage>());
    QCOMPARE(splitPassages(u" \n\t "_s), QList<Passage>());
    const QString text = u"  One sentence. Another."_s;
    QCOMPARE(splitPassages(text), (QList<Passage>{{2, u"One sentence. Another."_s}}));
    const QString exact(2000, u'x'); // cut only when longer
    QCOMPARE(splitPassages(exact), (QList<Passage>{{0, exact}}));
    QVERIFY(splitPassages(QString(2001, u'x')).size() > 1);
}

void TestKnowledge::tellsLineAndPage()
{
    const QString page = u"One line of the page.\n"_s.repeated(60); // over a passage long
    const auto passages = splitPassages(u"\n\n"_s + page + u'\f' + page);
    QCOMPARE(passages.first().line, 3);
    QCOMPARE(passages.first().page, 1);
    for (const Passage& passage : passages) {
        const QString before = QString(u"\n\n"_s + page + u'\f' + page).left(passage.position);
        QCOMPARE(passage.line, before.count(u'\n') + 1);
        QCOMPARE(passage.page, before.count(u'\f') + 1);
    }
    QCOMPARE(passages.last().page, 2);
    QCOMPARE(splitPassages(page).first().page, 0); // it has none
}

void TestKnowledge::cutsAtTheBestBorder()
{
    const QString paragraph = QString(700, u'a') + u"\n\n"_s + u"b. c "_s.repeated(400);
    QCOMPARE(splitPassages(paragraph).first().text.size(), 702);
    const QString sentence = QString(800, u'a') + u". "_s + QString(1800, u'b');
    QCOMPARE(splitPassages(sentence).first().text, QString(QString(800, u'a') + u"."_s));
    const QString word = QString(900, u'a') + u" "_s + QString(1800, u'b');
    QCOMPARE(splitPassages(word).first().text.size(), 901);
    const QString none(2500, u'a');
    QCOMPARE(splitPassages(none).first().text.size(), 1000);
    // Never half of a character.
    const QString crabs = u"x"_s + u"\U0001F980"_s.repeated(1000);
    for (const Passage& passage : splitPassages(crabs)) {
        QVERIFY(!passage.text.front().isLowSurrogate());
        QVERIFY(!passage.text.back().isHighSurrogate());
    }
}

void TestKnowledge::losesNoCharacterOfALongText_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("prose")
        << u"The wing carries lift. It bends, and the flow parts from it! Why? Nobody knows. "_s.repeated(400);
    QTest::newRow("one word") << QString(12'345, u'q');
    QTest::newRow("lines") << u"a,b,c,d\n"_s.repeated(3000);
    QTest::newRow("paragraphs") << QString(QString(300, u'p') + u"\n\n"_s).repeated(60);
    QTest::newRow("spaces") << QString(u"word"_s + QString(1200, u' ')).repeated(20);
}

void TestKnowledge::losesNoCharacterOfALongText()
{
    QFETCH(QString, text);
    const auto passages = splitPassages(text);
    qsizetype covered = 0;
    qsizetype last = -1;
    for (const Passage& passage : passages) {
        QVERIFY(passage.position > last);
        QVERIFY(passage.text.size() <= 1000);
        QCOMPARE(text.mid(passage.position, passage.text.size()), passage.text);
        // Only blanks may lie between two passages.
        if (passage.position > covered) {
            QVERIFY(text.mid(covered, passage.position - covered).trimmed().isEmpty());
        }
        QVERIFY(covered - passage.position <= 300);
        covered = passage.position + passage.text.size();
        last = passage.position;
    }
    QVERIFY(text.mid(covered).trimmed().isEmpty());
}

void TestKnowledge::takesWordsFromAnyQuery_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("empty") << QString() << QStringList();
    QTest::newRow("stop words go") << u"What is the lift of a Wing?"_s << QStringList{u"lift"_s, u"wing"_s};
    QTest::newRow("unless there is nothing else")
        << u"To be or not to be"_s << QStringList{u"to"_s, u"be"_s, u"or"_s, u"not"_s};
    QTest::newRow("each once") << u"wing Wing WING"_s << QStringList{u"wing"_s};
    QTest::newRow("signs part words") << u"\"a-b\" AND c* NEAR(d):e^2 'f'"_s
                                      << QStringList{u"b"_s, u"c"_s, u"near"_s, u"d"_s, u"e"_s, u"2"_s, u"f"_s};
    QTest::newRow("emoji") << u"\U0001F980\U0001F980 !?"_s << QStringList();
    QTest::newRow("nul") << u"lift\0drag"_s << QStringList{u"lift"_s, u"drag"_s};
    QTest::newRow("other scripts") << u"Gr\u00F6\u00DFe \u7FFC \u0643\u062A\u0627\u0628"_s
                                   << QStringList{u"gr\u00F6\u00DFe"_s, u"\u7FFC"_s, u"\u0643\u062A\u0627\u0628"_s};
}

void TestKnowledge::takesWordsFromAnyQuery()
{
    QFETCH(QString, query);
    QFETCH(QStringList, words);
    QCOMPARE(searchTerms(query), words);
}

void TestKnowledge::boundsTheNumberOfWords()
{
    QString query;
    for (int i = 0; i < 20'000; ++i) {
        query += u"word%1 "_s.arg(i);
    }
    QCOMPARE(searchTerms(query).size(), 256);
    QCOMPARE(need(m_database->search(query, 5)).size(), 0);
}

void TestKnowledge::findsTheBestPassageFirst()
{
    need(m_database->addKnowledgeBase(u"aero"_s,
                                      {{u"1.txt"_s, u"Lift"_s, u"Lift of a swept wing at low speed."_s},
                                       {u"2.txt"_s, u"Drag"_s, u"Drag of a body. The wing is mentioned once."_s},
                                       {u"3.txt"_s, u"Heat"_s, u"Heat transfer in a boundary layer."_s}},
                                      false));
    const auto found = need(m_database->search(u"what is the lift of a wing"_s, 5));
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.first().source, u"1.txt"_s);
    QCOMPARE(found.first().title, u"Lift"_s);
    QCOMPARE(found.first().knowledgeBase, u"aero"_s);
    QCOMPARE(found.first().text, u"Lift of a swept wing at low speed."_s);
    QVERIFY(found.first().score > found.last().score);
    QVERIFY(found.last().score > 0);
    QCOMPARE(need(m_database->search(u"wing"_s, 1)).size(), 1);
    QCOMPARE(need(m_database->search(u"wing"_s, -3)).size(), 1);
}

void TestKnowledge::findsWordsByTheirStem()
{
    need(m_database->addKnowledgeBase(u"b"_s, {{u"1"_s, u"t"_s, u"The engineers were connecting turbines."_s}}, false));
    QCOMPARE(need(m_database->search(u"connected turbine"_s, 5)).size(), 1);
    QCOMPARE(need(m_database->search(u"CONNECTIONS"_s, 5)).size(), 1);
    QCOMPARE(need(m_database->search(u"compressor"_s, 5)).size(), 0);
}

void TestKnowledge::weighsTitlesTwice()
{
    QList<KnowledgeDocument> documents{{u"title"_s, u"zeppelin facts"_s, u"nothing more to say here"_s},
                                       {u"text"_s, u"nothing more"_s, u"zeppelin facts to say here"_s}};
    for (int i = 0; i < 20; ++i) {
        documents << KnowledgeDocument{u"other"_s, u"filler words"_s, u"nothing of interest in here"_s};
    }
    need(m_database->addKnowledgeBase(u"b"_s, documents, false));
    const auto found = need(m_database->search(u"zeppelin"_s, 5));
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.first().source, u"title"_s);
}

void TestKnowledge::searchesAllBases()
{
    need(m_database->addKnowledgeBase(u"one"_s, {{u"1"_s, u"t"_s, u"a turbine blade"_s}}, true));
    need(m_database->addKnowledgeBase(u"two"_s, {{u"2"_s, u"t"_s, u"another turbine blade"_s}}, false));
    QStringList names;
    for (const ContextPassage& passage : need(m_database->search(u"turbine"_s, 10))) {
        names << passage.knowledgeBase;
    }
    names.sort();
    QCOMPARE(names, (QStringList{u"one"_s, u"two"_s}));
}

void TestKnowledge::takesAnyTextForAQuery_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("count");
    QTest::newRow("empty") << QString() << 0;
    QTest::newRow("quotes") << u"\"turbine\" \"\"\" ' \""_s << 1;
    QTest::newRow("operators") << u"turbine AND (NOT OR NEAR) * : ^ - +"_s << 1;
    QTest::newRow("nul") << u"\0turbine\0"_s << 1;
    QTest::newRow("emoji") << u"\U0001F980"_s << 0;
    QTest::newRow("column filter") << u"title:turbine {content}:x"_s << 1;
    QTest::newRow("lone surrogate") << QString(QChar(0xD83E)) + u" turbine"_s << 1;
    QTest::newRow("sql") << u"'; DROP TABLE agent_knowledge_bases; -- turbine"_s << 1;
    QTest::newRow("long word") << QString(100'000, u'x') << 0;
}

void TestKnowledge::takesAnyTextForAQuery()
{
    QFETCH(QString, query);
    QFETCH(int, count);
    need(m_database->addKnowledgeBase(u"b"_s, {{u"1"_s, u"t"_s, u"a turbine blade"_s}}, false));
    QCOMPARE(need(m_database->search(query, 5)).size(), count);
}

void TestKnowledge::replacesABaseOfTheSameName()
{
    const auto first = need(m_database->addKnowledgeBase(u"b"_s, {{u"1"_s, u"old"_s, u"a turbine blade"_s}}, false));
    const auto second =
        need(m_database->addKnowledgeBase(u"b"_s, {{u"1"_s, u"new"_s, u"a compressor blade"_s}}, false));
    QCOMPARE(second.id, first.id); // a run may name it
    QCOMPARE(need(m_database->knowledgeBases()).size(), 1);
    QCOMPARE(need(m_database->search(u"turbine old"_s, 5)).size(), 0);
    QCOMPARE(need(m_database->search(u"compressor"_s, 5)).size(), 1);
}

void TestKnowledge::dropsABase()
{
    const auto base = need(m_database->addKnowledgeBase(u"b"_s, {{u"1"_s, u"t"_s, u"a turbine blade"_s}}, false));
    need(m_database->addKnowledgeBase(u"c"_s, {{u"2"_s, u"t"_s, u"a turbine wheel"_s}}, false));
    need(m_database->dropKnowledgeBase(base.id));
    QCOMPARE(need(m_database->knowledgeBases()).size(), 1);
    QCOMPARE(need(m_database->search(u"turbine"_s, 5)).size(), 1);
    const auto again = settled(m_database->dropKnowledgeBase(base.id));
    QCOMPARE(again.error().code, ErrorCode::NotFound);
    QCOMPARE(need(m_database->rebuild(true)).integrity, QStringList());
}

void TestKnowledge::countsWhatABaseHolds()
{
    m_clock.setWallMs(1234567);
    const auto base = need(m_database->addKnowledgeBase(
        u"b"_s, {{u"1"_s, u"t"_s, u"short"_s}, {u"2"_s, u"t"_s, u"word "_s.repeated(500)}, {u"3"_s, u"t"_s, QString()}},
        true));
    QCOMPARE(base.documents, 3);
    QCOMPARE(base.passages, 4);
    QCOMPARE(base.characters, 2505);
    QCOMPARE(base.addedAtMs, 1234567);
    QVERIFY(base.builtin);
    QVERIFY(need(m_database->knowledgeBases()) == QList<KnowledgeBaseInfo>{base});
    const auto empty = need(m_database->addKnowledgeBase(u"empty"_s, {}, false));
    QCOMPARE(empty.documents, 0);
}

void TestKnowledge::refusesABaseWithoutAName()
{
    QCOMPARE(settled(m_database->addKnowledgeBase(u" "_s, {}, false)).error().code, ErrorCode::InvalidInput);
}

void TestKnowledge::indexesManySmallDocumentsQuickly()
{
    QRandomGenerator random(7);
    QList<KnowledgeDocument> documents;
    for (int i = 0; i < 1400; ++i) {
        QString text;
        for (int word = 0; word < 180; ++word) {
            text += u"w%1 "_s.arg(random.bounded(8000));
        }
        documents << KnowledgeDocument{QString::number(i), u"document %1 n%1"_s.arg(i), text};
    }
    QElapsedTimer timer;
    timer.start();
    const auto base = need(m_database->addKnowledgeBase(u"many"_s, documents, false));
    QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(base.documents, 1400);
    const auto found = need(m_database->search(u"n777"_s, 5));
    QVERIFY(!found.isEmpty());
    QCOMPARE(found.first().source, u"777"_s);
}

QTEST_GUILESS_MAIN(TestKnowledge)
#include "tst_knowledge.moc"
