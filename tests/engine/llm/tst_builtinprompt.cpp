// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinprompt.h"

#include <QTest>

using namespace lathe;
using namespace lathe::builtin;
using namespace Qt::StringLiterals;

class TestBuiltinPrompt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsFencedBlocks_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("languages");
        QTest::addColumn<QStringList>("codes");
        QTest::newRow("none") << u"no `code` here"_s << QStringList() << QStringList();
        QTest::newRow("one") << u"Run\n```python\nprint(1)\n```\nplease"_s << QStringList{u"python"_s}
                             << QStringList{u"print(1)"_s};
        QTest::newRow("info string") << u"```Python title=\"x\"\na\n```"_s << QStringList{u"python"_s}
                                     << QStringList{u"a"_s};
        QTest::newRow("attribute form") << u"``` {.cpp}\na\n```"_s << QStringList{u"cpp"_s} << QStringList{u"a"_s};
        QTest::newRow("c++") << u"```c++\na\n```"_s << QStringList{u"c++"_s} << QStringList{u"a"_s};
        QTest::newRow("no language") << u"```\na\n\nb\n```"_s << QStringList{QString()} << QStringList{u"a\n\nb"_s};
        QTest::newRow("tildes around backticks")
            << u"~~~bash\n```\n~~~"_s << QStringList{u"bash"_s} << QStringList{u"```"_s};
        QTest::newRow("longer fence") << u"````js\n```\n````"_s << QStringList{u"js"_s} << QStringList{u"```"_s};
        QTest::newRow("indented") << u"1. x\n   ```py\n   if a:\n       b\n   ```"_s << QStringList{u"py"_s}
                                  << QStringList{u"if a:\n    b"_s};
        QTest::newRow("never closed") << u"```sh\nls\n"_s << QStringList{u"sh"_s} << QStringList{u"ls\n"_s};
        QTest::newRow("two") << u"```py\na\n```\nand\n```js\nb\n```"_s << QStringList{u"py"_s, u"js"_s}
                             << QStringList{u"a"_s, u"b"_s};
    }
    void findsFencedBlocks()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, languages);
        QFETCH(QStringList, codes);
        QStringList foundLanguages;
        QStringList foundCodes;
        for (const Fence& fence : findFences(text)) {
            foundLanguages.append(fence.language);
            foundCodes.append(fence.code);
        }
        QCOMPARE(foundLanguages, languages);
        QCOMPARE(foundCodes, codes);
    }

    void splitsTasksIntoParts_data()
    {
        QTest::addColumn<QString>("task");
        QTest::addColumn<QStringList>("parts");
        const auto row = [](const char *name, const QString& task, const QStringList& parts) {
            QTest::newRow(name) << task << parts;
        };
        const auto whole = [&row](const char *name, const QString& task) { row(name, task, {task}); };

        row("numbered list", u"Do this:\n1. Compute 2+2\n2. Explain budgets\n3. What is a frame?"_s,
            {u"Compute 2+2"_s, u"Explain budgets"_s, u"What is a frame?"_s});
        row("bullets", u"- compute 2+2\n- explain budgets"_s, {u"compute 2+2"_s, u"explain budgets"_s});
        row("brackets", u"1) compute 2+2\n2) explain budgets"_s, {u"compute 2+2"_s, u"explain budgets"_s});
        row("letters", u"a) compute 2+2\nb) explain budgets"_s, {u"compute 2+2"_s, u"explain budgets"_s});
        row("nested list stays with its item", u"1. Explain:\n   - budgets\n   - frames\n2. Compute 1.5 + 2."_s,
            {u"Explain:\n   - budgets\n   - frames"_s, u"Compute 1.5 + 2."_s});
        row("item with a fence", u"1. Run this:\n```python\nprint('then')\n```\n2. Explain frames"_s,
            {u"Run this:\n```python\nprint('then')\n```"_s, u"Explain frames"_s});
        row("item over two lines", u"1. Explain what a frame\n   is in Lathe\n2. Compute 1+1"_s,
            {u"Explain what a frame\n   is in Lathe"_s, u"Compute 1+1"_s});
        row("closing task", u"- explain frames\n- explain budgets\n\nFinally, summarise the results."_s,
            {u"explain frames"_s, u"explain budgets"_s, u"Finally, summarise the results."_s});
        row("distributed verb", u"Explain these terms:\n- frame\n- phase"_s, {u"Explain frame"_s, u"Explain phase"_s});
        row("question before", u"What is a run?\n- explain frames\n- explain budgets"_s,
            {u"What is a run?"_s, u"explain frames"_s, u"explain budgets"_s});
        whole("list of things", u"Which of these is the heaviest?\n- lead\n- iron\n- copper"_s);
        whole("list of lone words", u"Sort these fields:\n1. Name\n2. State\n3. Count"_s);
        whole("one item", u"1. Compute 2+2"_s);
        whole("decimal at the start of a line", u"What is\n1.5 + 2?"_s);
        whole("list inside a fence", u"Run\n```bash\n- compute 1\n- compute 2\n```"_s);

        row("then", u"Compute 2+2, then explain budgets."_s, {u"Compute 2+2"_s, u"explain budgets."_s});
        row("and then", u"Compute 2+2 and then explain budgets"_s, {u"Compute 2+2"_s, u"explain budgets"_s});
        row("plain then", u"compute 2+2 then explain budgets"_s, {u"compute 2+2"_s, u"explain budgets"_s});
        row("first then finally", u"First, compute 2+2, then explain budgets, and finally tell me what a frame is."_s,
            {u"compute 2+2"_s, u"explain budgets"_s, u"tell me what a frame is."_s});
        row("sentences", u"What is 12.5% of 480? Then multiply it by 2. After that, explain frames."_s,
            {u"What is 12.5% of 480?"_s, u"multiply it by 2."_s, u"explain frames."_s});
        row("german", u"Berechne 3+4 und dann erkläre Budgets, zum Schluss zeige das Ergebnis."_s,
            {u"Berechne 3+4"_s, u"erkläre Budgets"_s, u"zeige das Ergebnis."_s});
        row("german what", u"Was ist 3+4? Danach: was bedeutet Phase?"_s,
            {u"Was ist 3+4?"_s, u"was bedeutet Phase?"_s});
        row("then before a fence", u"Explain frames, then run\n```py\nprint(1)\n```"_s,
            {u"Explain frames"_s, u"run\n```py\nprint(1)\n```"_s});
        whole("condition", u"If the file is missing, then report an error."_s);
        whole("german condition", u"Wenn die Datei fehlt, dann zeige einen Fehler."_s);
        whole("story", u"He read the log and then went home. Who read the log?"_s);
        whole("since then", u"What has changed since then?"_s);
        whole("quoted", u"Search the knowledge base for \"compute and then explain\"."_s);
        whole("typographic quotes", u"Erkläre „erst rechne, dann erkläre“ bitte."_s);
        whole("inline code", u"Explain `compute 1, then show 2`"_s);
        whole("in a fence", u"Run this:\n```python\n# compute, then show the sum\nprint(1)\n```"_s);
        whole("apostrophes are no quotes", u"What's a run's budget?"_s);
        whole("emoji and han", u"解释一下 🙂 预算, 然后 then"_s);
    }
    void splitsTasksIntoParts()
    {
        QFETCH(QString, task);
        QFETCH(QStringList, parts);
        QCOMPARE(splitTask(task), parts);
    }

    void apostrophesDoNotHideTheSplit()
    {
        QCOMPARE(splitTask(u"What's a run's budget, then explain the users' limits"_s).size(), 2);
    }

    void cutsSentences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("plain") << u"One. Two! Three?"_s << QStringList{u"One."_s, u"Two!"_s, u"Three?"_s};
        QTest::newRow("decimals") << u"It costs 1.50 now. Good."_s << QStringList{u"It costs 1.50 now."_s, u"Good."_s};
        QTest::newRow("abbreviations") << u"See e.g. Fig. 3 for it. Done."_s
                                       << QStringList{u"See e.g. Fig. 3 for it."_s, u"Done."_s};
        QTest::newRow("lower case follows")
            << u"The file a.b is read. then not"_s << QStringList{u"The file a.b is read. then not"_s};
        QTest::newRow("all lower case") << u"lift was measured . drag was not . the end"_s
                                        << QStringList{u"lift was measured ."_s, u"drag was not ."_s, u"the end"_s};
        QTest::newRow("blocks") << u"# Head\n\nText one.\n- item one\n- item two\n\nLast"_s
                                << QStringList{u"Head"_s, u"Text one."_s, u"item one"_s, u"item two"_s, u"Last"_s};
        QTest::newRow("closing quote") << u"He said “Go.” Then he went."_s
                                       << QStringList{u"He said “Go.”"_s, u"Then he went."_s};
        QTest::newRow("german") << u"Das gilt z. B. Für alle. Ende."_s
                                << QStringList{u"Das gilt z. B. Für alle."_s, u"Ende."_s};
        QTest::newRow("nothing") << u" \n \n"_s << QStringList();
    }
    void cutsSentences()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, expected);
        QCOMPARE(sentences(text), expected);
    }

    void stemsAlikeWhatBelongsTogether_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::addColumn<bool>("german");
        QTest::newRow("plural") << u"budgets"_s << u"budget"_s << false;
        QTest::newRow("ies") << u"policies"_s << u"policy"_s << false;
        QTest::newRow("ing") << u"stopping"_s << u"stopped"_s << false;
        QTest::newRow("e") << u"storing"_s << u"store"_s << false;
        QTest::newRow("es") << u"phases"_s << u"phase"_s << false;
        QTest::newRow("german plural") << u"haltepunkte"_s << u"haltepunkten"_s << true;
        QTest::newRow("german genitive") << u"budgets"_s << u"budget"_s << true;
    }
    void stemsAlikeWhatBelongsTogether()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        QFETCH(bool, german);
        QCOMPARE(stem(one, german), stem(other, german));
    }
    void stemsApartWhatDiffers()
    {
        QVERIFY(stem(u"class"_s, false) != stem(u"clas"_s, false) || stem(u"class"_s, false) == u"class"_s);
        QCOMPARE(stem(u"status"_s, false), u"status"_s);
        QCOMPARE(stem(u"ring"_s, false), u"ring"_s);
        QVERIFY(stem(u"phase"_s, false) != stem(u"phrase"_s, false));
    }

    void tellsGermanFromEnglish()
    {
        QVERIFY(looksGerman(u"Was ist das Budget und wie viel kostet der Lauf?"_s));
        QVERIFY(!looksGerman(u"What is the budget and how much does a run cost?"_s));
        QVERIFY(!looksGerman(QString()));
    }

    void shortensAtWords()
    {
        QCOMPARE(shortened(u"one two three"_s, 100), u"one two three"_s);
        QCOMPARE(shortened(u"one\n two   three"_s, 9), u"one two…"_s);
        QVERIFY(shortened(QString(50, u'x'), 10).size() <= 11);
        const QString faces = QString::fromUtf8("🙂🙂🙂🙂🙂🙂");
        QVERIFY(!shortened(faces, 6).contains(QChar::ReplacementCharacter));
        QVERIFY(QString::fromUtf8(shortened(faces, 6).toUtf8()) == shortened(faces, 6));
    }

    void readsAttachmentsOfTheSystemPrompt()
    {
        const QString system =
            u"You are an agent.\n\nThe user attached files.\n\n"
            "Attachment sales (old).csv (text/csv, 4200 bytes), its beginning:\nregion,amount\nNorth,5\n\n"
            "Attachment photo.png (image/png, 9 bytes): not text\n\n"
            "Attachment notes.md (text/markdown, 12 bytes):\n```\ncode\n```\nmore\n\n"
            "Results known beforehand:\n[{\"tool\":\"t\"}]"_s;
        const Task task = readTask({{ChatRole::System, system, {}, {}, {}, false},
                                    {ChatRole::User, u"Earlier"_s, {}, {}, {}, false},
                                    {ChatRole::Assistant, u"Yes"_s, {}, {}, {}, false},
                                    {ChatRole::User, u" Now this \n"_s, {}, {}, {}, false}});
        QCOMPARE(task.text, u"Now this"_s);
        QCOMPARE(task.attachments.size(), 3);
        QCOMPARE(task.attachments[0].name, u"sales (old).csv"_s);
        QCOMPARE(task.attachments[0].mediaType, u"text/csv"_s);
        QCOMPARE(task.attachments[0].size, 4200);
        QCOMPARE(task.attachments[0].text, u"region,amount\nNorth,5"_s);
        QVERIFY(task.attachments[0].cut);
        QVERIFY(task.attachments[1].text.isEmpty());
        QCOMPARE(task.attachments[2].text, u"```\ncode\n```\nmore"_s);
        QVERIFY(!task.attachments[2].cut);
        QCOMPARE(task.knownResults.size(), 1);
    }

    void passesOnWhatIsKnown()
    {
        const QString prompt =
            withKnown(u"Multiply it by 2"_s, {{u"What is 2+3?"_s, u"2+3 = **5**"_s}, {u"b"_s, u"two\nlines"_s}});
        const Task task = readTask({{ChatRole::User, prompt, {}, {}, {}, false}});
        QCOMPARE(task.text, u"Multiply it by 2"_s);
        QCOMPARE(task.previous, u"- What is 2+3?: 2+3 = **5**\n- b: two lines"_s);
        QCOMPARE(withKnown(u"x"_s, {}), u"x"_s);
    }

    void anEmptyTranscriptHoldsNoTask() { QVERIFY(readTask({}).text.isEmpty()); }
};

QTEST_GUILESS_MAIN(TestBuiltinPrompt)
#include "tst_builtinprompt.moc"
