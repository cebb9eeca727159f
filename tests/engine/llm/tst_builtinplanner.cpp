// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/llm/builtindialogue.h"

#include "engine/core/canonicaljson.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QString utf8(const char *text)
{
    return QString::fromUtf8(text);
}

QString passages(const QList<QStringList>& list)
{
    QJsonArray array;
    for (const QStringList& passage : list) {
        array.append(QJsonObject{{"source"_L1, passage[0]}, {"title"_L1, passage[1]}, {"text"_L1, passage[2]}});
    }
    return compact({{"passages"_L1, array}});
}

FakeTools always(const FakeAnswer& answer)
{
    return [answer](const ToolCallRequest&) { return answer; };
}

QJsonObject schema(const QJsonObject& properties, const QStringList& required)
{
    return {
        {"type"_L1, u"object"_s}, {"properties"_L1, properties}, {"required"_L1, QJsonArray::fromStringList(required)}};
}

QList<ToolDeclaration> allTools()
{
    const QJsonObject text{{"type"_L1, u"string"_s}};
    QList<ToolDeclaration> tools = usualTools();
    tools.append(declareTool(u"google_search"_s, schema({{"query"_L1, text}}, {u"query"_s})));
    tools.append(declareTool(
        u"workflow_orchestrator"_s,
        schema({{"workflow"_L1, text}, {"input"_L1, QJsonObject{{"type"_L1, u"object"_s}}}}, {u"workflow"_s})));
    tools.append(declareTool(u"submit_parallel_job"_s, schema({{"command"_L1, text}}, {u"command"_s})));
    tools.append(declareTool(u"mcp-files_read"_s, schema({{"path"_L1, text}}, {u"path"_s})));
    return tools;
}

/// "tool {arguments}" of every call of the first reply.
QStringList firstCalls(const QString& prompt, const QList<ToolDeclaration>& tools)
{
    const Dialogue dialogue = play(prompt, tools, always({u"{}"_s}), {}, 1);
    QStringList calls;
    for (const ToolCallRequest& call : dialogue.calls) {
        calls.append(call.name + u' ' + call.arguments);
    }
    return calls;
}

} // namespace

class TestBuiltinPlanner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plansTheFirstCalls_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QStringList>("calls");
        const auto row = [](const char *name, const QString& prompt, const QStringList& calls) {
            QTest::newRow(name) << prompt << calls;
        };
        row("python block", u"Run\n```python\nprint('then')\n```"_s,
            {utf8("code_executor {\"code\":\"print('then')\",\"language\":\"python\"}")});
        row("javascript", u"```js\nconsole.log(1)\n```"_s,
            {utf8("code_executor {\"code\":\"console.log(1)\",\"language\":\"node\"}")});
        row("shell", u"Please run:\n```sh\nls -l\n```\nWhat does it print?"_s,
            {utf8("code_executor {\"code\":\"ls -l\",\"language\":\"bash\"}")});
        row("cpp", u"```c++\nint main(){}\n```"_s,
            {utf8("code_executor {\"code\":\"int main(){}\",\"language\":\"cpp\"}")});
        row("guessed python", u"```\nimport os\nprint(1)\n```"_s,
            {utf8("code_executor {\"code\":\"import os\\nprint(1)\",\"language\":\"python\"}")});
        row("shebang", u"```\n#!/bin/bash\necho 1\n```"_s,
            {utf8("code_executor {\"code\":\"#!/bin/bash\\necho 1\",\"language\":\"bash\"}")});
        row("python shebang", u"```\n#!/usr/bin/env python3\nx = 1\n```"_s,
            {utf8("code_executor {\"code\":\"#!/usr/bin/env python3\\nx = 1\",\"language\":\"python\"}")});
        row("node shebang", u"```\n#!/usr/bin/env node\nx = 1\n```"_s,
            {utf8("code_executor {\"code\":\"#!/usr/bin/env node\\nx = 1\",\"language\":\"node\"}")});
        row("question", u"Please tell me: what is a breakpoint?"_s,
            {utf8("retrieve_context {\"query\":\"what is a breakpoint?\",\"topK\":5}")});
        row("imperative", u"Explain how budgets are reserved."_s,
            {utf8("retrieve_context {\"query\":\"Explain how budgets are reserved.\",\"topK\":5}")});
        row("key words", u"sliding window rate limit"_s,
            {utf8("retrieve_context {\"query\":\"sliding window rate limit\",\"topK\":5}")});
        row("german question", u"Was bedeutet die Phase POLICY?"_s,
            {utf8("retrieve_context {\"query\":\"Was bedeutet die Phase POLICY?\",\"topK\":5}")});
        row("two questions at once", u"What is a frame? What is a phase?"_s,
            {utf8("retrieve_context {\"query\":\"What is a frame?\",\"topK\":5}"),
             utf8("retrieve_context {\"query\":\"What is a phase?\",\"topK\":5}")});
        row("search engine", u"Search the web for \"Qt 6.4 release. Notes\"."_s,
            {utf8("google_search {\"query\":\"Qt 6.4 release. Notes\"}")});
        row("google as a verb", u"google sliding window limiters"_s,
            {utf8("google_search {\"query\":\"sliding window limiters\"}")});
        row("search on the internet", u"Search for lathe chisels on the internet."_s,
            {utf8("google_search {\"query\":\"lathe chisels\"}")});
        row("german search", u"Suche im Internet nach Drechselbank Preisen"_s,
            {utf8("google_search {\"query\":\"Drechselbank Preisen\"}")});
        row("workflow with input", u"Run workflow nightly-report with {\"day\": 3, \"note\": \"a } b\"}."_s,
            {utf8("workflow_orchestrator {\"input\":{\"day\":3,\"note\":\"a } b\"},\"workflow\":\"nightly-report\"}")});
        row("workflow", u"Start the workflow `cleanup`"_s, {utf8("workflow_orchestrator {\"workflow\":\"cleanup\"}")});
        row("job with json", u"Submit a job with {\"command\":\"true\"}"_s,
            {utf8("submit_parallel_job {\"command\":\"true\"}")});
        row("job with a command", u"Submit a job that runs `python3 a.py`."_s,
            {utf8("submit_parallel_job {\"command\":\"python3 a.py\"}")});
        row("any tool", u"Use mcp-files_read with {\"path\": \"a.txt\"}"_s,
            {utf8("mcp-files_read {\"path\":\"a.txt\"}")});
        row("tool by its one argument", u"use retrieve_context to find the step limit"_s, {});
        row("tool for a text", u"Use google_search for \"turning chisels\""_s,
            {utf8("google_search {\"query\":\"turning chisels\"}")});
        row("greeting", u"Hello!"_s, {});
        row("thanks", u"Danke schön"_s, {});
        row("who", u"Who are you?"_s, {});
        row("cannot", u"Write a poem about lathes"_s, {});
        row("code not to be run", u"Explain this without running it:\n```python\nprint(1)\n```"_s, {});
        row("unknown language", u"```rust\nfn main(){}\n```"_s, {});
        row("undecidable block", u"```\nx = 1;\n```"_s, {});
        row("empty block", u"```python\n\n```"_s, {});
    }
    void plansTheFirstCalls()
    {
        QFETCH(QString, prompt);
        QFETCH(QStringList, calls);
        QCOMPARE(firstCalls(prompt, allTools()), calls);
    }

    void givesEachStepAReason()
    {
        const Dialogue dialogue = play(u"What is 2+3? Then explain frames."_s, usualTools(), always(ran(u"5\n"_s)));
        QVERIFY(dialogue.ended);
        for (const LlmReply& reply : dialogue.replies) {
            QVERIFY(reply.reasoning.endsWith(u'.'));
            QVERIFY(reply.reasoning.size() < 400);
        }
        QVERIFY(dialogue.replies.first().reasoning.startsWith(u"Part 1 of 2."_s));
    }

    void answersArithmeticWithTheFigure()
    {
        const Dialogue dialogue = play(u"What is 12.5% of 480?"_s, usualTools(), always(ran(u"60\n"_s)));
        QCOMPARE(dialogue.calls.size(), 1);
        QCOMPARE(dialogue.calls.first().name, u"code_executor"_s);
        QVERIFY(dialogue.calls.first().parsed->value("code"_L1).toString().contains(u"F(\"12.5\")"_s));
        QCOMPARE(dialogue.answer, u"12.5% of 480 = **60**"_s);
    }

    void givesNoFigureWithoutTheSandbox()
    {
        const Dialogue dialogue = play(u"What is 12.5% of 480?"_s, {declareTool(u"retrieve_context"_s)}, always({}));
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"no figure"_s));
        QVERIFY(dialogue.answer.contains(u"`code_executor` is not offered"_s));
        QVERIFY(dialogue.answer.contains(u"`retrieve_context`"_s));
        QVERIFY(!dialogue.answer.contains(u"60"_s));
    }

    void reportsAFailedCalculation_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("expected");
        QTest::newRow("exit status") << ran({}, 1, u"division by zero\n"_s).text
                                     << u"1 / 0 could not be computed: division by zero."_s;
        QTest::newRow("silent") << ran({}, 0).text << u"1 / 0 could not be computed: the program printed nothing."_s;
        QTest::newRow("time-out") << utf8("{\"exitCode\":-1,\"timedOut\":true,\"stdout\":\"\",\"stderr\":\"\"}")
                                  << u"1 / 0 could not be computed: the time limit was reached."_s;
    }
    void reportsAFailedCalculation()
    {
        QFETCH(QString, result);
        QFETCH(QString, expected);
        QCOMPARE(play(u"What is 1 / 0?"_s, usualTools(), always({result})).answer, expected);
    }

    void goesOnWithAnEarlierFigure()
    {
        QStringList programs;
        const auto tools = [&programs](const ToolCallRequest& call) {
            programs.append(call.parsed->value("code"_L1).toString());
            return ran(programs.size() == 1 ? u"60\n"_s : u"2940\n"_s);
        };
        const Dialogue parts = play(u"What is 12.5% of 480? Then multiply it by (3 + 4) ^ 2."_s, usualTools(), tools);
        QCOMPARE(programs.size(), 2);
        QVERIFY(programs[1].contains(u"F(\"60\")"_s));
        QVERIFY(parts.answer.contains(u"= **60**"_s));
        QVERIFY(parts.answer.contains(u"= **2940**"_s));

        programs.clear();
        const Dialogue sentences = play(u"What is 12.5% of 480? Multiply it by 49."_s, usualTools(), tools);
        QCOMPARE(programs.size(), 2);
        QVERIFY(programs[1].contains(u"F(\"60\")"_s));
        QVERIFY(sentences.ended);
    }

    void doublesTwiceWithoutMixingUpTheSteps()
    {
        int runs = 0;
        const auto tools = [&runs](const ToolCallRequest&) {
            ++runs;
            return ran(QString::number(3 << runs));
        };
        const Dialogue dialogue =
            play(u"Add 1 to 2, then multiply it by 2, then multiply it by 2"_s, usualTools(), tools);
        QCOMPARE(runs, 3);
        QVERIFY(dialogue.answer.contains(u"**24**"_s));
    }

    void saysWhenThereIsNoEarlierFigure()
    {
        const Dialogue dialogue = play(u"Multiply it by 2"_s, usualTools(), always({}));
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"there is none"_s));
    }

    void aFailedFirstStepLeavesTheSecondUndone()
    {
        const Dialogue dialogue =
            play(u"What is 1/0? Multiply it by 49."_s, usualTools(), always(ran({}, 1, u"division by zero"_s)));
        QVERIFY(dialogue.ended);
        QCOMPARE(dialogue.calls.size(), 1);
        QVERIFY(dialogue.answer.contains(u"division by zero"_s));
        QVERIFY(dialogue.answer.contains(u"Multiply it by 49"_s));
    }

    void showsWhatCodePrinted()
    {
        QString csv = u"id,amount\n"_s;
        for (int i = 0; i < 10000; ++i) {
            csv += QString::number(i) + u",1.5\n"_s;
        }
        const QString system =
            u"You are an agent.\n\nAttachment rows.csv (text/csv, %1 bytes), its beginning:\n%2"_s.arg(
                QString::number(csv.size()), csv.left(2000));
        const QString code = u"import csv\nprint(sum(float(r['amount']) for r in csv.DictReader(open('rows.csv'))))"_s;
        const Dialogue dialogue =
            play(u"Sum the amounts of rows.csv:\n```python\n%1\n```\nWhat is the sum?"_s.arg(code), usualTools(true),
                 always(ran(u"15000.0\n"_s)), system);
        QCOMPARE(dialogue.calls.size(), 1);
        QCOMPARE(dialogue.calls.first().parsed->value("code"_L1).toString(), code);
        QVERIFY(dialogue.answer.contains(u"15000.0"_s));
        QVERIFY(dialogue.answer.contains(u"exit code 0"_s));
    }

    void showsExitCodeErrorsAndFiles()
    {
        const QString result = compact({{"exitCode"_L1, 3},
                                        {"stdout"_L1, u"half ```fence``` way"_s},
                                        {"stderr"_L1, u"Traceback: no"_s},
                                        {"timedOut"_L1, false},
                                        {"files"_L1, QJsonObject{{"out.csv"_L1, u"a"_s}}}});
        const QString answer = play(u"```python\nx\n```"_s, usualTools(), always({result})).answer;
        QVERIFY(answer.contains(u"exit code 3"_s));
        QVERIFY(answer.contains(u"````text\nhalf ```fence``` way\n````"_s));
        QVERIFY(answer.contains(u"Standard error:\n\n```text\nTraceback: no\n```"_s));
        QVERIFY(answer.contains(u"Files written: `out.csv`."_s));
    }

    void cutsEndlessOutputInItsMiddle()
    {
        const QString answer =
            play(u"```python\nx\n```"_s, usualTools(), always(ran(QString(100000, u'y') + u"END"_s))).answer;
        QVERIFY(answer.size() < 5000);
        QVERIFY(answer.contains(u"characters left out"_s));
        QVERIFY(answer.contains(u"END"_s));
    }

    void runsEveryBlockOnce()
    {
        QStringList codes;
        const auto tools = [&codes](const ToolCallRequest& call) {
            codes.append(call.parsed->value("code"_L1).toString());
            return ran(u"ok"_s);
        };
        const Dialogue dialogue =
            play(u"```py\na()\n```\n```py\nb()\n```\n```py\na()\n```\n```json\n{\"x\":1}\n```"_s, usualTools(), tools);
        QCOMPARE(codes, (QStringList{u"a()"_s, u"b()"_s}));
        QVERIFY(dialogue.ended);
    }

    void doesNotRunALanguageThatTheToolDoesNotTake()
    {
        const QJsonObject language{{"enum"_L1, QJsonArray{u"python"_s, u"bash"_s}}};
        const ToolDeclaration tool = declareTool(u"code_executor"_s, schema({{"language"_L1, language}}, {}));
        const Dialogue dialogue = play(u"```cpp\nint main(){}\n```"_s, {tool}, always({}));
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"does not take cpp"_s));
    }

    void answersFromPassagesWithCitations()
    {
        const QString found = passages(
            {{u"stepping.md"_s, u"Stepping"_s, u"Press F9 to set a breakpoint. Press F5 to go on."_s},
             {u"runs.md"_s, u"Runs"_s, u"A run has five phases. A breakpoint stops a run before a tool is called."_s},
             {u"bill.md"_s, u"Bill"_s, u"Money is exact."_s}});
        const Dialogue dialogue = play(u"How do I set a breakpoint?"_s, usualTools(), always({found}));
        QCOMPARE(dialogue.calls.size(), 1);
        QVERIFY(dialogue.answer.startsWith(u"- Press F9 to set a breakpoint. [1]"_s));
        QVERIFY(dialogue.answer.contains(u"Sources:\n\n- [1] stepping.md: Stepping"_s));
        QVERIFY(!dialogue.answer.contains(u"Money is exact"_s));
    }

    void saysWhenNothingIsRelevant()
    {
        const QString found =
            passages({{u"bill.md"_s, u"The bill"_s, u"Money is exact. Sums agree with the ledger."_s}});
        const Dialogue dialogue = play(u"What is the capital of France?"_s, usualTools(), always({found}));
        QVERIFY(dialogue.answer.contains(u"nothing relevant"_s));
        QVERIFY(dialogue.answer.contains(u"The bill"_s));
        QVERIFY(!dialogue.answer.contains(u"Sources"_s));
    }

    void looksOnceMoreWithKeyWordsWhenNothingCameBack()
    {
        const Dialogue dialogue =
            play(u"Please explain to me how the sliding window works"_s, usualTools(), always({passages({})}));
        QCOMPARE(dialogue.calls.size(), 2);
        QCOMPARE(dialogue.calls[1].parsed->value("query"_L1).toString(), u"sliding window works"_s);
        QVERIFY(dialogue.answer.contains(u"nothing relevant"_s));
    }

    void answersFromAttachmentsByName()
    {
        const QString system = u"Agent.\n\nAttachment contract.txt (text/plain, 90 bytes):\n"
                               "The notice period is three months. The rent is due on the first day.\n\n"
                               "Attachment scan.bin (application/x, 5 bytes): not text"_s;
        const Dialogue dialogue =
            play(u"What is the notice period in contract.txt?"_s, usualTools(), always({}), system);
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"The notice period is three months. [1]"_s));
        QVERIFY(dialogue.answer.contains(u"[1] contract.txt"_s));
        QVERIFY(!dialogue.answer.contains(u"rent"_s));
        const Dialogue unnamed =
            play(u"How long is the notice period?"_s, usualTools(), always({passages({})}), system);
        QVERIFY(unnamed.answer.contains(u"three months"_s));
    }

    void summarisesAttachmentsAndPastedText()
    {
        const QString text = u"Lathes turn wood. Lathes turn metal too. The weather was fine. "
                             "A lathe turns a workpiece against a cutting tool. Wood is turned by hand."_s;
        const QString system = u"Agent.\n\nAttachment notes.txt (text/plain, 9000 bytes), its beginning:\n"_s + text;
        const Dialogue file = play(u"Summarise notes.txt"_s, usualTools(), always({}), system);
        QVERIFY(file.calls.isEmpty());
        QVERIFY(file.answer.contains(u"[1] notes.txt: text/plain, only its beginning was in view"_s));
        QVERIFY(file.answer.contains(u"cutting tool"_s));
        const Dialogue pasted = play(u"Please summarise this: "_s + text + text, usualTools(), always({}));
        QVERIFY(pasted.calls.isEmpty());
        QVERIFY(pasted.answer.contains(u"[1] the prompt"_s));
    }

    void saysHonestlyWithoutRetrieval()
    {
        const Dialogue dialogue = play(u"What is a frame?"_s, {}, always({}));
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"I cannot answer"_s));
        QVERIFY(dialogue.answer.contains(u"`retrieve_context` is not offered"_s));
        QVERIFY(dialogue.answer.contains(u"No tool is offered."_s));
    }

    void hidesNoToolError_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::newRow("named tool") << u"Search the web for lathes"_s;
        QTest::newRow("question") << u"What is a frame?"_s;
        QTest::newRow("code") << u"```python\nprint(1)\n```"_s;
        QTest::newRow("calculation") << u"What is 1+1?"_s;
        QTest::newRow("part of a list") << u"- What is 1+1?\n- Explain frames"_s;
    }
    void hidesNoToolError()
    {
        QFETCH(QString, prompt);
        const Dialogue dialogue =
            play(prompt, allTools(),
                 always(toolFailed(u"UNAVAILABLE"_s, u"not configured: set search.url in the settings"_s)));
        QVERIFY(dialogue.ended);
        QVERIFY(dialogue.answer.contains(u"**UNAVAILABLE**"_s));
        QVERIFY(dialogue.answer.contains(u"not configured: set search.url in the settings"_s));
        QVERIFY(dialogue.replies.last().reasoning.contains(u"failed"_s));
    }

    void reportsErrorsThatAreNoJson()
    {
        const Dialogue dialogue = play(u"Search the web for lathes"_s, allTools(), always({u"it broke"_s, true}));
        QVERIFY(dialogue.answer.contains(u"**TOOL_ERROR**: it broke"_s));
        const Dialogue silent = play(u"Search the web for lathes"_s, allTools(), always({QString(), true}));
        QVERIFY(silent.answer.contains(u"no message"_s));
    }

    void listsSearchHits()
    {
        const QString hits =
            utf8("{\"results\":[{\"title\":\"One\",\"url\":\"https://a.example/"
                 "\",\"snippet\":\"first\"},{\"link\":\"https://b.example/\"},{\"title\":\"no address\"}]}");
        const QString answer = play(u"Search the web for lathes"_s, allTools(), always({hits})).answer;
        QCOMPARE(answer, u"1. One: <https://a.example/>\n   first\n2. https://b.example/: <https://b.example/>"_s);
    }

    void showsOtherToolResultsAsTheyAre()
    {
        const QString json =
            play(u"use mcp-files_read with {\"path\":\"a\"}"_s, allTools(), always({u"{\"n\":1}"_s})).answer;
        QVERIFY(json.contains(u"`mcp-files_read` answered:"_s));
        QVERIFY(json.contains(u"```json\n{\n    \"n\": 1\n}\n```"_s));
        const QString text =
            play(u"use mcp-files_read with {\"path\":\"a\"}"_s, allTools(), always({u"plain"_s})).answer;
        QVERIFY(text.contains(u"```text\nplain\n```"_s));
        const QString empty =
            play(u"use mcp-files_read with {\"path\":\"a\"}"_s, allTools(), always({QString()})).answer;
        QVERIFY(empty.contains(u"answered with nothing"_s));
    }

    void explainsWhatItCannotCall_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        QTest::newRow("unknown tool") << u"use teleport with {\"to\":\"x\"}"_s << u"`teleport` is not offered"_s;
        QTest::newRow("unknown tool without arguments") << u"use my_teleport"_s << u"`my_teleport` is not offered"_s;
        QTest::newRow("broken json") << u"use mcp-files_read with {\"path\": }"_s << u"not valid JSON"_s;
        QTest::newRow("endless json") << u"use mcp-files_read with {\"path\": \"a"_s << u"not valid JSON"_s;
        QTest::newRow("missing arguments") << u"use mcp-files_read"_s << u"`mcp-files_read` needs `path`"_s;
        QTest::newRow("job without command") << u"Submit a job tonight"_s << u"A job needs `command`"_s;
    }
    void explainsWhatItCannotCall()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        const Dialogue dialogue = play(prompt, allTools(), always({}));
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY2(dialogue.answer.contains(expected), qPrintable(dialogue.answer));
    }

    void explainsMissingToolsByName()
    {
        for (const QString& prompt : {u"Search the web for x"_s, u"Run workflow y"_s, u"Submit a job that runs `z`"_s,
                                      u"```python\nprint(1)\n```"_s}) {
            const Dialogue dialogue = play(prompt, {declareTool(u"retrieve_context"_s)}, always({}));
            QVERIFY(dialogue.calls.isEmpty());
            QVERIFY2(dialogue.answer.contains(u"is not offered in this run"_s), qPrintable(dialogue.answer));
        }
    }

    void handsPartsToChildFrames()
    {
        QStringList prompts;
        const auto tools = [&prompts](const ToolCallRequest& call) -> FakeAnswer {
            if (call.name != "llm_call"_L1) {
                return {u"unexpected"_s, true};
            }
            prompts.append(call.parsed->value("prompt"_L1).toString());
            return {prompts.size() == 1 ? u"2+2 = **4**"_s : u"Answer %1"_s.arg(prompts.size())};
        };
        const Dialogue dialogue =
            play(u"1. What is 2+2?\n2. Explain budgets\n3. Explain the result"_s, usualTools(true), tools);
        QVERIFY(dialogue.ended);
        QCOMPARE(dialogue.replies.size(), 4);
        QCOMPARE(prompts[0], u"What is 2+2?"_s);
        QCOMPARE(prompts[1], u"Explain budgets"_s);
        QVERIFY(prompts[2].startsWith(u"Explain the result\n\nKnown so far:\n- What is 2+2?: 2+2 = **4**"_s));
        QVERIFY(dialogue.answer.contains(u"### 1. What is 2+2?\n\n2+2 = **4**"_s));
        QVERIFY(dialogue.answer.contains(u"### 3. Explain the result\n\nAnswer 3"_s));
        QVERIFY(dialogue.replies[1].reasoning.startsWith(u"Part 2 of 3."_s));
    }

    void aChildKnowsWhatItsParentPassedOn()
    {
        QString program;
        const auto tools = [&program](const ToolCallRequest& call) {
            program = call.parsed->value("code"_L1).toString();
            return ran(u"8"_s);
        };
        const QString prompt = u"Multiply it by 2\n\nKnown so far:\n- What is 2+2?: 2+2 = **4**"_s;
        const Dialogue dialogue = play(prompt, usualTools(), tools);
        QVERIFY(program.contains(u"F(\"4\")"_s));
        QVERIFY(dialogue.answer.contains(u"**8**"_s));
        const Dialogue report =
            play(u"Report both results\n\nKnown so far:\n- a: one\n- b: two"_s, usualTools(), always({}));
        QVERIFY(report.calls.isEmpty());
        QCOMPARE(report.answer, u"- **a**: one\n- **b**: two"_s);
        const Dialogue summary = play(u"Summarise it\n\nKnown so far:\n- a: one"_s, usualTools(), always({}));
        QCOMPARE(summary.answer, u"- **a**: one"_s);
        const Dialogue explain = play(u"Explain it\n\nKnown so far:\n- What is a frame?: A level."_s, usualTools(),
                                      always({passages({})}), {}, 1);
        QCOMPARE(explain.calls.first().parsed->value("query"_L1).toString(), u"Explain it What is a frame?"_s);
    }

    void worksOffNestedPartsItselfWithoutChildFrames()
    {
        QStringList asked;
        const auto tools = [&asked](const ToolCallRequest& call) -> FakeAnswer {
            asked.append(call.parsed->contains("query"_L1) ? call.parsed->value("query"_L1).toString() : u"code"_s);
            return call.name == "code_executor"_L1
                       ? ran(u"4"_s)
                       : FakeAnswer{passages({{u"a.md"_s, u"A"_s, u"Budgets are reserved."_s}})};
        };
        const Dialogue dialogue = play(
            u"1. What is 2+2?\n2. Explain:\n   - budgets\n   - frames\n3. Report both results."_s, usualTools(), tools);
        QCOMPARE(asked, (QStringList{u"code"_s, u"Explain budgets"_s, u"Explain frames"_s}));
        QVERIFY(dialogue.answer.contains(u"### 4. Report both results\n\n- **What is 2+2?**"_s));
    }

    void makesAtMostTwelveCallsAFrame()
    {
        QString prompt;
        for (int i = 1; i <= 20; ++i) {
            prompt += u"%1. Explain thing number%1\n"_s.arg(i);
        }
        const Dialogue dialogue = play(prompt, usualTools(true), always({u"ok"_s}), {}, 30);
        QVERIFY(dialogue.ended);
        QCOMPARE(dialogue.calls.size(), 12);
        QVERIFY(dialogue.answer.contains(u"at most 12 calls"_s));
        QVERIFY(dialogue.answer.contains(u"### 20."_s));
    }

    void goesOnAfterAPersonEditedTheArguments()
    {
        LlmRequest request;
        request.tools = usualTools();
        request.transcript.append({ChatRole::User, u"What is a frame?"_s, {}, {}, {}, false});
        LlmReply reply = *askOnce(request).reply;
        ToolCallRequest edited = reply.toolCalls.first();
        edited.arguments = utf8("{\"query\":\"stack frames\",\"topK\":9}");
        edited.parsed = QJsonDocument::fromJson(edited.arguments.toUtf8()).object();
        request.transcript.append({ChatRole::Assistant, {}, {edited}, {}, {}, false});
        request.transcript.append({ChatRole::Tool,
                                   passages({{u"f.md"_s, u"F"_s, u"A frame is a level."_s}}),
                                   {},
                                   edited.id,
                                   edited.name,
                                   false});
        reply = *askOnce(request).reply;
        QVERIFY(reply.toolCalls.isEmpty());
        QVERIFY(reply.content.contains(u"A frame is a level. [1]"_s));
    }

    void usesResultsThatTheJobBrought()
    {
        const QString system = u"Agent.\n\nResults known beforehand:\n"
                               "[{\"arguments\":{\"query\":\"lathes\"},\"result\":{\"results\":[{\"title\":\"T\","
                               "\"url\":\"https://x/\"}]},"
                               "\"tool\":\"google_search\"},{\"tool\":\"x\",\"result\":\"text\"}]"_s;
        const Dialogue dialogue = play(u"Search the web for lathes"_s, allTools(), always({}), system);
        QVERIFY(dialogue.calls.isEmpty());
        QVERIFY(dialogue.answer.contains(u"https://x/"_s));
    }

    void anEmptyRequestIsAnswered()
    {
        const LlmOutcome outcome = askOnce({});
        QVERIFY(outcome.reply);
        QVERIFY(outcome.reply->content.contains(u"no task"_s));
    }

    void staysQuickOnHugePrompts()
    {
        QElapsedTimer timer;
        timer.start();
        const Dialogue text = play(u"What is this about? "_s + u"word and more, then text. "_s.repeated(80000),
                                   usualTools(), always({passages({})}));
        QVERIFY(text.ended);
        const Dialogue quotes =
            play(QString(200000, u'"') + QString(200000, u'`'), usualTools(), always({passages({})}));
        QVERIFY(quotes.ended);
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    }

    /// Random prompts out of everything the planner knows, with tools that answer, fail or say nothing.
    void alwaysEndsAndNeverRepeatsACall()
    {
        const QStringList pieces{u"What is 2+3?"_s,
                                 u" then "_s,
                                 u"explain "_s,
                                 u"\n1. "_s,
                                 u"\n2. "_s,
                                 u"\n- "_s,
                                 u"```python\nprint(1)\n```\n"_s,
                                 u"```\n"_s,
                                 u"budget "_s,
                                 u"multiply it by 2 "_s,
                                 u"use google_search with {\"query\":\"x\"} "_s,
                                 u"use t_x with {"_s,
                                 u"\""_s,
                                 u"“"_s,
                                 u"search the web for y"_s,
                                 u"and then "_s,
                                 u"finally, "_s,
                                 u"Hello"_s,
                                 u"\n\n"_s,
                                 u"summarise it. "_s,
                                 u"Known so far:\n- a: 1\n"_s,
                                 u"Ärger? "_s,
                                 u"🙂"_s,
                                 u"12% of 4 "_s,
                                 u"run workflow w with {\"a\":1}"_s,
                                 u": "_s,
                                 u"    "_s,
                                 u"%1 "_s,
                                 u"first "_s,
                                 u"{}"_s};
        quint32 state = 2026;
        const auto next = [&state](qsizetype below) {
            state = state * 1664525U + 1013904223U;
            return static_cast<qsizetype>((state >> 8) % static_cast<quint32>(below));
        };
        for (int round = 0; round < 400; ++round) {
            QString prompt;
            const qsizetype length = 1 + next(12);
            for (qsizetype i = 0; i < length; ++i) {
                prompt += pieces[next(pieces.size())];
            }
            QList<ToolDeclaration> tools = round % 3 == 0 ? QList<ToolDeclaration>() : allTools();
            if (round % 2 == 0) {
                tools.append(declareTool(u"llm_call"_s));
            }
            const auto answer = [&next](const ToolCallRequest&) -> FakeAnswer {
                switch (next(5)) {
                case 0:
                    return ran(QString::number(next(100)));
                case 1:
                    return toolFailed(u"TIMEOUT"_s, u"too slow"_s);
                case 2:
                    return {passages({{u"a"_s, u"b"_s, u"A budget is a limit."_s}})};
                case 3:
                    return {QString()};
                default:
                    return {u"not json {"_s};
                }
            };
            const Dialogue dialogue = play(prompt, tools, answer, u"Agent."_s, 14);
            QVERIFY2(dialogue.ended, qPrintable(prompt));
            QVERIFY2(!dialogue.answer.trimmed().isEmpty(), qPrintable(prompt));
            QSet<QString> seen;
            QSet<QString> ids;
            for (const ToolCallRequest& call : dialogue.calls) {
                const QString key = call.name + QString::fromUtf8(canonicalJson(*call.parsed));
                QVERIFY2(!seen.contains(key), qPrintable(prompt));
                QVERIFY2(!ids.contains(call.id), qPrintable(prompt));
                seen.insert(key);
                ids.insert(call.id);
                QVERIFY(QJsonDocument::fromJson(call.arguments.toUtf8()).isObject());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestBuiltinPlanner)
#include "tst_builtinplanner.moc"
