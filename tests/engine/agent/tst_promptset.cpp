// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/promptset.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestPromptSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBuiltInOnesAreWhole()
    {
        const PromptSet prompts = builtinPrompts();
        QVERIFY(prompts.system.startsWith(u"You are a careful assistant."_s) && !prompts.system.endsWith(u'\n'));
        QVERIFY(prompts.tools.contains(u"{{tools}}"_s));
        QVERIFY(!prompts.examples.isEmpty());
        QVERIFY(prompts.result.contains(u"{{tool}}"_s) && prompts.result.contains(u"{{result}}"_s));
        QVERIFY(prompts.repair.contains(u"{{problem}}"_s));
        QCOMPARE(*readPrompts(QString()), prompts);
        QCOMPARE(*promptsFromBytes(toBytes(prompts)), prompts);
    }

    void aFileTakesThePlaceOfABuiltInText()
    {
        QTemporaryDir folder;
        QVERIFY(write(folder.filePath(u"system.txt"_s), "Be brief. \xC3\xA4\n\n"));
        const PromptSet prompts = *readPrompts(folder.path());
        QCOMPARE(prompts.system, u"Be brief. ä"_s);
        QCOMPARE(prompts.tools, builtinPrompts().tools);
        QVERIFY(versionOf(prompts) != versionOf(builtinPrompts()));
        QCOMPARE(versionOf(prompts).size(), 12);
        const QList<PromptText> texts = *promptTexts(folder.path());
        QCOMPARE(texts.size(), 5);
        QVERIFY(texts.first().isOwn && texts.first().name == u"system"_s && texts.first().text == prompts.system);
        QVERIFY(!texts.at(1).isOwn && texts.at(1).places == u"tools"_s);
    }

    void whatCannotBeUsedIsRefusedByName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("problem");
        QTest::newRow("empty") << u"system"_s << " \n"_ba << u"is empty"_s;
        QTest::newRow("without its place") << u"tools"_s << "Use tools."_ba << u"lacks {{tools}}"_s;
        QTest::newRow("without its second place") << u"result"_s << "{{tool}}"_ba << u"lacks {{result}}"_s;
        QTest::newRow("not UTF-8") << u"system"_s << "\xFF\xFE"_ba << u"is not UTF-8"_s;
        QTest::newRow("too long") << u"system"_s << QByteArray(70'000, 'a') << u"is too long"_s;
    }
    void whatCannotBeUsedIsRefusedByName()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, problem);
        QTemporaryDir folder;
        const QString path = folder.filePath(name + u".txt"_s);
        QVERIFY(write(path, bytes));
        const auto read = readPrompts(folder.path());
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        QVERIFY2(read.error().message.contains(path) && read.error().message.contains(problem),
                 qPrintable(read.error().message));
        const auto shown = promptTexts(folder.path());
        QVERIFY(!shown && shown.error() == read.error());
    }

    void examplesMayBeEmpty()
    {
        QTemporaryDir folder;
        QVERIFY(write(folder.filePath(u"examples.txt"_s), "\n"));
        QCOMPARE(readPrompts(folder.path())->examples, QString());
    }

    void writtenTextsHoldUntilTheyAreTakenAway()
    {
        QTemporaryDir parent;
        const QString folder = parent.filePath(u"a/prompts"_s); // made when needed
        QVERIFY(writePrompt(folder, u"repair"_s, u"Again: {{problem}}"_s));
        QCOMPARE(readPrompts(folder)->repair, u"Again: {{problem}}"_s);
        const auto bad = writePrompt(folder, u"repair"_s, u"Again"_s);
        QCOMPARE(bad.error().message, u"the prompt repair lacks {{problem}}"_s);
        QCOMPARE(readPrompts(folder)->repair, u"Again: {{problem}}"_s);
        QVERIFY(writePrompt(folder, u"repair"_s, QString()));
        QCOMPARE(*readPrompts(folder), builtinPrompts());
        QCOMPARE(writePrompt(folder, u"../x"_s, u"a"_s).error().code, ErrorCode::NotFound);
        QVERIFY(write(parent.filePath(u"file"_s), "x"));
        QCOMPARE(writePrompt(parent.filePath(u"file"_s), u"system"_s, u"a"_s).error().code, ErrorCode::File);
    }

private:
    static bool write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
};

QTEST_GUILESS_MAIN(TestPromptSet)
#include "tst_promptset.moc"
