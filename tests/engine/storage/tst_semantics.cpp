// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgeranking.h"
#include "tests/engine/storage/storagesupport.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// Cars and gardens. "automobile" and "car" never stand together, but in the same company.
QList<SemanticText> twoWorlds()
{
    QList<SemanticText> texts;
    const QStringList cars{u"engine"_s, u"wheel"_s, u"brake"_s, u"road"_s, u"driver"_s, u"gear"_s};
    const QStringList gardens{u"flower"_s, u"soil"_s, u"seed"_s, u"water"_s, u"spade"_s, u"hedge"_s};
    for (int i = 0; i < 40; ++i) {
        const QStringList& world = i % 2 == 0 ? cars : gardens;
        QString text = i % 2 != 0 ? u"tulip"_s : i % 4 == 0 ? u"car"_s : u"automobile"_s;
        for (int j = 0; j < 4; ++j) {
            text += u' ' + world.at((i / 2 + j * (1 + i % 3)) % world.size());
        }
        texts << SemanticText{.title = {}, .text = text};
    }
    return texts;
}

double cosine(const SemanticVector& a, const SemanticVector& b)
{
    KnowledgeVectors vectors(static_cast<int>(a.size()));
    vectors.append(1, QByteArrayView(reinterpret_cast<const char *>(a.data()), qsizetype(a.size() * 2)));
    return vectors.similarity(b, 1);
}

SemanticVector vectorOf(const SemanticModel& model, const QString& text)
{
    return model.vectorOf({.title = {}, .text = text});
}

} // namespace

/// Learning what words mean, and ranking by it.
class TestSemantics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsStemsAndTitlesTwice();
    void learnsThatWordsInTheSameCompanyAreNear();
    void givesTheSameModelForTheSameTexts();
    void comesBackFromItsBytes();
    void refusesDamagedBytes_data();
    void refusesDamagedBytes();
    void refusesTooFewTextsAndStrangers();
    void stopsWhenAsked();
    void knowsNothingOfUnknownWords();
    void looksForTheRarestWordsOfALargeCorpus();
    void findsTheNearest();
    void fusesWordsAndMeaning();
    void findsByMeaningInTheDatabase();
    void throwsHalfMadeModelsAway();
};

void TestSemantics::countsStemsAndTitlesTwice()
{
    const auto counts = countStems({.title = u"The engine"_s, .text = u"Engines of the connected Gr\u00F6\u00DFe"_s});
    QCOMPARE(counts.value("engin"_ba), 3);
    QCOMPARE(counts.value("connect"_ba), 1);
    QVERIFY(!counts.contains("the"_ba));
    QVERIFY(countStems({.title = {}, .text = QString(60, u'x')}).isEmpty()); // encoded data is no word
}

void TestSemantics::learnsThatWordsInTheSameCompanyAreNear()
{
    const SemanticModel model = need(SemanticModel::train(twoWorlds(), {}, 2));
    QCOMPARE(model.dimensions(), 2);
    QVERIFY(cosine(vectorOf(model, u"car"_s), vectorOf(model, u"automobiles"_s)) > 0.9);
    QVERIFY(cosine(vectorOf(model, u"car"_s), vectorOf(model, u"tulip"_s)) < 0.1);
    QVERIFY(std::abs(cosine(vectorOf(model, u"car"_s), vectorOf(model, u"car"_s)) - 1) < 0.001);
}

void TestSemantics::givesTheSameModelForTheSameTexts()
{
    QCOMPARE(need(SemanticModel::train(twoWorlds(), {})).toBytes(),
             need(SemanticModel::train(twoWorlds(), {})).toBytes());
}

void TestSemantics::comesBackFromItsBytes()
{
    const SemanticModel model = need(SemanticModel::train(twoWorlds(), {}));
    const SemanticModel again = need(SemanticModel::fromBytes(model.toBytes()));
    QCOMPARE(again.toBytes(), model.toBytes());
    QCOMPARE(vectorOf(again, u"engine of a car"_s), vectorOf(model, u"engine of a car"_s));
}

void TestSemantics::refusesDamagedBytes_data()
{
    const QByteArray whole = need(SemanticModel::train(twoWorlds(), {})).toBytes();
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("of something else") << QByteArray(100, 'x');
    QTest::newRow("cut") << whole.chopped(7);
    QTest::newRow("many dimensions") << whole.first(4) + "\xff\xff\xff\x7f" + whole.mid(8);
    QTest::newRow("many words") << whole.first(8) + "\xff\xff\xff\x7f" + whole.mid(12);
}

void TestSemantics::refusesDamagedBytes()
{
    QFETCH(QByteArray, bytes);
    const auto read = SemanticModel::fromBytes(bytes);
    QVERIFY(!read);
    QVERIFY(read.error().message.contains(u"damaged"_s));
}

void TestSemantics::refusesTooFewTextsAndStrangers()
{
    QCOMPARE(SemanticModel::train(twoWorlds().first(29), {}).error().code, ErrorCode::InvalidInput);
    QList<SemanticText> strangers;
    for (int i = 0; i < 40; ++i) {
        strangers << SemanticText{.title = {}, .text = u"word%1"_s.arg(i)};
    }
    QCOMPARE(SemanticModel::train(strangers, {}).error().code, ErrorCode::InvalidInput);
}

void TestSemantics::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    QCOMPARE(SemanticModel::train(twoWorlds(), source.get_token()).error().code, ErrorCode::Cancelled);
}

void TestSemantics::knowsNothingOfUnknownWords()
{
    const SemanticModel model = need(SemanticModel::train(twoWorlds(), {}));
    QVERIFY(vectorOf(model, u"zzqqxx"_s).empty());
    QVERIFY(vectorOf(model, QString()).empty());
}

void TestSemantics::looksForTheRarestWordsOfALargeCorpus()
{
    KnowledgeSemantics semantics;
    const QString query = u"the tulip and a zzqqxx car"_s;
    QCOMPARE(tellingWords(query, semantics), (QStringList{u"tulip"_s, u"zzqqxx"_s, u"car"_s}));
    semantics.model = std::make_shared<SemanticModel>(need(SemanticModel::train(twoWorlds(), {}, 2)));
    semantics.vectors = KnowledgeVectors(2);
    QCOMPARE(tellingWords(query, semantics), (QStringList{u"zzqqxx"_s, u"car"_s, u"tulip"_s})); // rarest first
    QVERIFY(std::abs(semantics.model->shareOf(u"tulips"_s) - 0.5) < 0.01);
    QCOMPARE(semantics.model->shareOf(u"zzqqxx"_s), 0.0);
    for (qint64 i = 0; i < 50'000; ++i) {
        semantics.vectors.append(i, QByteArrayView("abcd"));
    }
    QCOMPARE(tellingWords(query, semantics), (QStringList{u"zzqqxx"_s, u"car"_s})); // 25,000 hold tulips
    QCOMPARE(tellingWords(u"tulip"_s, semantics), QStringList{u"tulip"_s});         // unless there is nothing else
}

void TestSemantics::findsTheNearest()
{
    KnowledgeVectors vectors(2);
    const auto append = [&vectors](qint64 passage, qint16 x, qint16 y) {
        const qint16 numbers[] = {x, y};
        vectors.append(passage, QByteArrayView(reinterpret_cast<const char *>(numbers), 4));
    };
    append(3, 16384, 0);
    append(5, 0, 16384);
    append(8, 11585, 11585);
    append(9, 16384, 0);
    vectors.append(10, QByteArrayView("x")); // of another size
    QCOMPARE(vectors.size(), 4);
    const auto near = vectors.nearest({16384, 0}, 3);
    QCOMPARE(near.size(), 3U);
    QCOMPARE(near.at(0), (ScoredPassage{3, 1.0}));
    QCOMPARE(near.at(1), (ScoredPassage{9, 1.0})); // ties by their place
    QCOMPARE(near.at(2).passage, 8);
    QCOMPARE(vectors.nearest({16384, 0}, 100).size(), 4U);
    QVERIFY(vectors.nearest({}, 3).empty());
    QCOMPARE(vectors.similarity({16384, 0}, 5), 0.0);
    QCOMPARE(vectors.similarity({16384, 0}, 4), 0.0);
}

void TestSemantics::fusesWordsAndMeaning()
{
    KnowledgeSemantics semantics;
    QCOMPARE(fuse({{7, 4.0}, {2, 1.0}}, u"car"_s, semantics), (std::vector<ScoredPassage>{{7, 1.0}, {2, 0.25}}));
    QVERIFY(fuse({}, u"car"_s, semantics).empty());
    semantics.model = std::make_shared<SemanticModel>(need(SemanticModel::train(twoWorlds(), {}, 2)));
    semantics.vectors = KnowledgeVectors(2);
    const auto append = [&semantics](qint64 passage, const QString& text) {
        const SemanticVector v = vectorOf(*semantics.model, text);
        semantics.vectors.append(passage,
                                 QByteArrayView(reinterpret_cast<const char *>(v.data()), qsizetype(v.size() * 2)));
    };
    append(1, u"automobile gear"_s);
    append(2, u"tulip soil"_s);
    const auto ranked = fuse({{2, 3.0}}, u"car"_s, semantics);
    QCOMPARE(ranked.size(), 2U); // one by its words, one by its meaning
    QVERIFY(std::all_of(ranked.begin(), ranked.end(), [](const auto& e) { return e.score > 0.4 && e.score <= 1; }));
    QCOMPARE(fuse({{2, 3.0}, {1, 2.9}}, u"car"_s, semantics).front().passage, 1); // both count
}

void TestSemantics::findsByMeaningInTheDatabase()
{
    const QTemporaryDir folder;
    FakeClock clock;
    const auto database = openDatabase(folder.filePath(u"lathe.db"_s), clock);
    QList<KnowledgeDocument> documents;
    for (const SemanticText& text : twoWorlds()) {
        documents << KnowledgeDocument{u"d%1"_s.arg(documents.size()), {}, text.text};
    }
    const auto base = need(database->addKnowledgeBase(u"b"_s, documents, false));
    const auto sample = need(database->semanticSample(20));
    QCOMPARE(sample.size(), 20);
    const SemanticModel model = need(SemanticModel::train(twoWorlds(), {}, 2));
    const qint64 id = need(database->addSemanticModel(model.toBytes(), 40));
    const auto without = need(database->passagesWithoutVector(id, 100));
    QCOMPARE(without.size(), 40);
    QList<StoredVector> vectors;
    for (const UnreadPassage& passage : without) {
        vectors << StoredVector{passage.id, model.vectorOf(passage.text)};
    }
    QCOMPARE(need(database->search(u"car"_s, 100)).size(), 10); // by words alone until it is whole
    need(database->addSemanticVectors(id, vectors, true));
    QCOMPARE(need(database->search(u"car"_s, 100)).size(), 20); // automobiles too
    QCOMPARE(need(database->semanticState()).model, id);
    // What is dropped is not found, and has no vector any more; what comes is found once it has one.
    need(database->changeKnowledgeBase(base.id, {{u"new"_s, {}, u"automobile engine"_s}}, {u"d0"_s}));
    QCOMPARE(need(database->search(u"car"_s, 100)).size(), 19);
    const auto fresh = need(database->passagesWithoutVector(id, 100));
    QCOMPARE(fresh.size(), 1);
    need(database->addSemanticVectors(id, {{fresh.first().id, model.vectorOf(fresh.first().text)}}, false));
    QCOMPARE(need(database->search(u"car"_s, 100)).size(), 20);
}

void TestSemantics::throwsHalfMadeModelsAway()
{
    const QTemporaryDir folder;
    FakeClock clock;
    const auto database = openDatabase(folder.filePath(u"lathe.db"_s), clock);
    const qint64 half = need(database->addSemanticModel("half"_ba, 40));
    need(database->addSemanticVectors(half, {{1, {1, 2}}}, false));
    QCOMPARE(need(database->semanticState()).model, 0);
    const qint64 next = need(database->addSemanticModel("next"_ba, 40));
    QVERIFY(!settled(database->addSemanticVectors(half, {{1, {1, 2}}}, true))); // whoever made it lost the race
    need(database->addSemanticVectors(next, {}, true));
    QCOMPARE(need(database->semanticState()).content, "next"_ba);
    QVERIFY(!settled(database->search(u"word"_s, 5))); // damaged: said, not ignored
}

QTEST_GUILESS_MAIN(TestSemantics)
#include "tst_semantics.moc"
