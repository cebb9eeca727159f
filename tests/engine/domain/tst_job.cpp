// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/job.h"

#include <QTest>

#include <functional>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

AguiRunJob fullJob()
{
    AguiRunJob job;
    job.userId = u"ann"_s;
    job.prompt = u"Sum the figures in a.csv\nand say where they come from."_s;
    job.correlationId = u"123e4567-e89b-42d3-a456-426614174000"_s;
    job.name = u"sums"_s;
    job.provider = u"openai"_s;
    job.model = u"m1"_s;
    job.parameters.temperature = 0.5;
    job.parameters.seed = -9'007'199'254'740'993;
    job.parameters.maxOutputTokens = 1000;
    job.maxDepth = 3;
    job.currentDepth = 1;
    job.maxSteps = 9;
    job.contextWindowLimit = 16'000;
    job.previousContext = {QJsonObject({{u"role"_s, u"user"_s}, {u"content"_s, u"before"_s}})};
    job.toolResults = {QJsonObject(
        {{u"tool"_s, u"google_search"_s}, {u"arguments"_s, QJsonObject({{u"q"_s, u"x"_s}})}, {u"result"_s, u"y"_s}})};
    job.metadata = {{u"team"_s, u"red"_s}};
    job.tools = QStringList{u"code_executor"_s, u"retrieve_context"_s};
    job.budget = *Money::fromDecimal(u"0.20");
    job.attachments = {{u"a.csv"_s, u"text/csv"_s, "1,2\n3,4\n"},
                       {u"b.bin"_s, {}, QByteArray("\x00\xff\xfe", 3), false}};
    job.parameters.reasoning = ReasoningEffort::Medium;
    job.parameters.toolChoice = ToolChoice::Required;
    job.parameters.responseSchema = QJsonObject{{u"type"_s, u"object"_s}};
    return job;
}

QJsonObject smallJob()
{
    return {{u"userId"_s, u"ann"_s}, {u"prompt"_s, u"hello"_s}};
}

QStringList lines(const QList<JsonIssue>& issues)
{
    QStringList list;
    for (const JsonIssue& issue : issues) {
        list.append(issue.path + u": "_s + issue.message);
    }
    return list;
}

QJsonArray attachment(const QJsonObject& json)
{
    return {json};
}

} // namespace

class TestJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void smallJobGetsTheDefaults()
    {
        const auto reading = readJob(smallJob());
        QCOMPARE(lines(reading.issues), QStringList());
        AguiRunJob expected;
        expected.userId = u"ann"_s;
        expected.prompt = u"hello"_s;
        QCOMPARE(reading.job, expected);
        QCOMPARE(reading.job.maxDepth, 5);
        QCOMPARE(reading.job.currentDepth, 0);
        QCOMPARE(reading.job.contextWindowLimit, 8000);
        QCOMPARE(reading.job.tools, std::nullopt);
    }

    void everyFieldComesBack()
    {
        const AguiRunJob job = fullJob();
        const auto reading = readJob(toJson(job));
        QCOMPARE(lines(reading.issues), QStringList());
        QCOMPARE(reading.job, job);
        QCOMPARE(validate(job), QList<JsonIssue>());
    }

    void textAttachmentsAreWrittenAsText()
    {
        const QJsonArray attachments = toJson(fullJob()).value("attachments"_L1).toArray();
        QCOMPARE(attachments.at(0).toObject().value("text"_L1).toString(), u"1,2\n3,4\n"_s);
        QCOMPARE(attachments.at(1).toObject().value("base64"_L1).toString(), u"AP/+"_s);
    }

    void refusesWithPathAndReason_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *name, const QString& key, const QJsonValue& value, const char *path,
                            const char *part) {
            QTest::newRow(name) << key << value << QString::fromUtf8(path) << QString::fromUtf8(part);
        };
        const QString absent;
        row("user missing", u"-userId"_s, {}, "$.userId", "is missing");
        row("user blank", u"userId"_s, u"  "_s, "$.userId", "must not be blank");
        row("user long", u"userId"_s, QString(u"u"_s.repeated(256)), "$.userId", "at most 255 characters, not 256");
        row("user number", u"userId"_s, 7, "$.userId", "must be a text, not the number 7");
        row("prompt missing", u"-prompt"_s, {}, "$.prompt", "is missing");
        row("prompt empty", u"prompt"_s, QString(u""_s), "$.prompt", "must not be blank");
        row("prompt blank", u"prompt"_s, u" \n\t\u00a0"_s, "$.prompt", "must not be blank");
        row("prompt large", u"prompt"_s, QString(u"\u20ac"_s.repeated(3'500'000)), "$.prompt", "has 10500000 bytes");
        row("unknown", u"promt"_s, u"x"_s, "$.promt", "is not a known field");
        row("no UUID", u"correlationId"_s, u"123"_s, "$.correlationId", "must be a UUID");
        row("UUID in braces", u"correlationId"_s, u"{123e4567-e89b-42d3-a456-426614174000}"_s, "$.correlationId",
            "must be a UUID");
        row("UUID with a wrong digit", u"correlationId"_s, u"123e4567-e89b-42d3-a456-42661417400g"_s, "$.correlationId",
            "must be a UUID");
        row("UUID with a wrong dash", u"correlationId"_s, u"123e4567xe89b-42d3-a456-426614174000"_s, "$.correlationId",
            "must be a UUID");
        row("name long", u"name"_s, QString(u"n"_s.repeated(256)), "$.name", "at most 255");
        row("provider number", u"provider"_s, 1, "$.provider", "must be a text");
        row("model list", u"model"_s, QJsonArray(), "$.model", "must be a text, not a list");
        row("parameters text", u"parameters"_s, u"hot"_s, "$.parameters", "must be an object");
        row("temperature", u"parameters"_s, QJsonObject({{u"temperature"_s, 2.5}}), "$.parameters.temperature",
            "must be from 0 to 2");
        row("temperature text", u"parameters"_s, QJsonObject({{u"temperature"_s, u"1"_s}}), "$.parameters.temperature",
            "must be a number");
        row("seed", u"parameters"_s, QJsonObject({{u"seed"_s, 1.5}}), "$.parameters.seed", "must be a whole number");
        row("no output", u"parameters"_s, QJsonObject({{u"maxOutputTokens"_s, 0}}), "$.parameters.maxOutputTokens",
            "must be from 1 to 1000000");
        row("unknown parameter", u"parameters"_s, QJsonObject({{u"top_p"_s, 1}}), "$.parameters.top_p",
            "is not a known field");
        row("depth 0", u"maxDepth"_s, 0, "$.maxDepth", "must be from 1 to 100, not 0");
        row("depth 101", u"maxDepth"_s, 101, "$.maxDepth", "must be from 1 to 100");
        row("depth text", u"maxDepth"_s, u"5"_s, "$.maxDepth", "must be a whole number, not the text \"5\"");
        row("current depth", u"currentDepth"_s, -1, "$.currentDepth", "must be from 0");
        row("steps", u"maxSteps"_s, 10'001, "$.maxSteps", "must be from 1 to 10000");
        row("window", u"contextWindowLimit"_s, 0, "$.contextWindowLimit", "must be from 1");
        row("metadata list", u"metadata"_s, QJsonArray(), "$.metadata", "must be an object");
        row("tools text", u"tools"_s, u"a"_s, "$.tools", "must be a list");
        row("tool number", u"tools"_s, QJsonArray({1}), "$.tools[0]", "must be a text");
        row("tool blank", u"tools"_s, QJsonArray({u" "_s}), "$.tools[0]", "must not be blank");
        row("tool twice", u"tools"_s, QJsonArray({u"a"_s, u"a"_s}), "$.tools[1]", "a second time");
        row("budget number", u"budget"_s, 0.2, "$.budget", "write it in quotes, like \"0.2\"");
        row("budget words", u"budget"_s, u"cheap"_s, "$.budget", "is not an amount of money");
        row("budget list", u"budget"_s, QJsonArray(), "$.budget", "must be a decimal text");
        row("budget negative", u"budget"_s, u"-1"_s, "$.budget", "must not be negative");
        row("context text", u"previousContext"_s, QJsonArray({u"hi"_s}), "$.previousContext[0]", "must be a message");
        row("context role", u"previousContext"_s,
            QJsonArray({QJsonObject({{u"role"_s, u"boss"_s}, {u"content"_s, u"x"_s}})}), "$.previousContext[0].role",
            "must be system, user or assistant");
        row("context content", u"previousContext"_s, QJsonArray({QJsonObject({{u"role"_s, u"user"_s}})}),
            "$.previousContext[0].content", "is missing");
        row("result text", u"toolResults"_s, QJsonArray({1}), "$.toolResults[0]", "must be a result");
        row("result blank", u"toolResults"_s, QJsonArray({QJsonObject({{u"tool"_s, u""_s}, {u"result"_s, 1}})}),
            "$.toolResults[0].tool", "must not be blank");
        row("result none", u"toolResults"_s, QJsonArray({QJsonObject({{u"tool"_s, u"a"_s}})}),
            "$.toolResults[0].result", "is missing");
        row("result arguments", u"toolResults"_s,
            QJsonArray({QJsonObject({{u"tool"_s, u"a"_s}, {u"arguments"_s, 1}, {u"result"_s, 1}})}),
            "$.toolResults[0].arguments", "must be an object");
        row("attachment shown", u"attachments"_s,
            attachment({{u"name"_s, u"a"_s}, {u"text"_s, u"x"_s}, {u"inPrompt"_s, u"yes"_s}}),
            "$.attachments[0].inPrompt", "true or false");
        row("reasoning", u"parameters"_s, QJsonObject{{u"reasoning"_s, u"much"_s}}, "$.parameters.reasoning", "low");
        row("tool choice", u"parameters"_s, QJsonObject{{u"toolChoice"_s, u"maybe"_s}}, "$.parameters.toolChoice",
            "required");
        row("response schema", u"parameters"_s, QJsonObject{{u"responseSchema"_s, u"{}"_s}},
            "$.parameters.responseSchema", "must be an object");
        row("attachment text", u"attachments"_s, QJsonArray({u"a"_s}), "$.attachments[0]", "must be an object");
        row("attachment empty", u"attachments"_s, attachment({{u"name"_s, u"a"_s}}), "$.attachments[0]",
            "as text or base64");
        row("attachment both", u"attachments"_s,
            attachment({{u"name"_s, u"a"_s}, {u"text"_s, u"x"_s}, {u"base64"_s, u"eA=="_s}}), "$.attachments[0]",
            "not both");
        row("attachment base64", u"attachments"_s, attachment({{u"name"_s, u"a"_s}, {u"base64"_s, u"?"_s}}),
            "$.attachments[0].base64", "is not valid base64");
        row("attachment unknown", u"attachments"_s,
            attachment({{u"name"_s, u"a"_s}, {u"text"_s, u"x"_s}, {u"path"_s, u"/"_s}}), "$.attachments[0].path",
            "is not a known field");
        row("attachment name missing", u"attachments"_s, attachment({{u"text"_s, u"x"_s}}), "$.attachments[0].name",
            "is missing");
        for (const QString& name : {u"a/b"_s, u"/etc/passwd"_s, u"..\\x"_s}) {
            QTest::addRow("attachment %s", qPrintable(name))
                << u"attachments"_s << QJsonValue(attachment({{u"name"_s, name}, {u"text"_s, u"x"_s}}))
                << u"$.attachments[0].name"_s << u"without slashes"_s;
        }
        for (const QString& name : {u"."_s, u".."_s}) {
            QTest::addRow("attachment %s", qPrintable(name))
                << u"attachments"_s << QJsonValue(attachment({{u"name"_s, name}, {u"text"_s, u"x"_s}}))
                << u"$.attachments[0].name"_s << u"must be a file name"_s;
        }
        row("attachment control", u"attachments"_s, attachment({{u"name"_s, u"a\nb"_s}, {u"text"_s, u"x"_s}}),
            "$.attachments[0].name", "control characters");
        row("attachment long name", u"attachments"_s,
            attachment({{u"name"_s, QString(u"\u00e9"_s.repeated(128))}, {u"text"_s, u"x"_s}}), "$.attachments[0].name",
            "at most 255 bytes");
        row("attachment twice", u"attachments"_s,
            QJsonArray({QJsonObject({{u"name"_s, u"a"_s}, {u"text"_s, u"x"_s}}),
                        QJsonObject({{u"name"_s, u"a"_s}, {u"text"_s, u"y"_s}})}),
            "$.attachments[1].name", "name of another attachment");
    }
    void refusesWithPathAndReason()
    {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QString, path);
        QFETCH(QString, part);
        QJsonObject json = smallJob();
        if (key.startsWith(u'-')) {
            json.remove(key.mid(1));
        } else {
            json.insert(key, value);
        }
        const auto reading = readJob(json);
        QVERIFY2(reading.issues.size() == 1, qPrintable(lines(reading.issues).join(u'\n').left(500)));
        QCOMPARE(reading.issues.constFirst().path, path);
        QVERIFY2(reading.issues.constFirst().message.contains(part), qPrintable(reading.issues.constFirst().message));
    }

    void namesAllIssuesAtOnce()
    {
        const auto reading = readJob({{u"prompt"_s, u" "_s}, {u"maxDepth"_s, 0}, {u"x"_s, 1}, {u"budget"_s, 1}});
        QStringList paths;
        for (const JsonIssue& issue : reading.issues) {
            paths.append(issue.path);
        }
        paths.sort();
        QCOMPARE(paths, QStringList({u"$.budget"_s, u"$.maxDepth"_s, u"$.prompt"_s, u"$.userId"_s, u"$.x"_s}));
    }

    void valuesMadeByHandAreCheckedToo()
    {
        AguiRunJob job = fullJob();
        job.parameters.temperature = 3;
        job.parameters.maxOutputTokens = 0;
        job.maxDepth = 1000;
        job.currentDepth = -1;
        job.maxSteps = 0;
        job.contextWindowLimit = -1;
        job.budget = Money::fromAtto(-1);
        job.attachments.append({u" "_s, {}, {}});
        QStringList paths;
        const auto issues = validate(job);
        for (const JsonIssue& issue : issues) {
            paths.append(issue.path);
        }
        QCOMPARE(paths, QStringList({u"$.parameters.temperature"_s, u"$.parameters.maxOutputTokens"_s, u"$.maxDepth"_s,
                                     u"$.currentDepth"_s, u"$.maxSteps"_s, u"$.contextWindowLimit"_s, u"$.budget"_s,
                                     u"$.attachments[2].name"_s}));
    }

    void takesWhatIsAtTheLimit()
    {
        QJsonObject json = smallJob();
        json.insert(u"userId"_s, QString(u"u"_s.repeated(255)));
        json.insert(u"prompt"_s, QString(u"x"_s.repeated(10 * 1024 * 1024)));
        json.insert(u"maxDepth"_s, 100);
        json.insert(u"budget"_s, u"0"_s);
        json.insert(u"tools"_s, QJsonArray());
        json.insert(u"attachments"_s,
                    attachment({{u"name"_s, QString(u"n"_s.repeated(255))}, {u"text"_s, QString(u""_s)}}));
        const auto reading = readJob(json);
        QCOMPARE(lines(reading.issues), QStringList());
        QCOMPARE(reading.job.tools, QStringList());
        QCOMPARE(reading.job.budget, Money());
    }

    void signatureIsStable()
    {
        // Computed by another program (json.dumps with sorted keys, hashlib) from the documented members. A change of
        // these values makes every cached result unreachable: do it knowingly.
        QCOMPARE(intentSignature(readJob(smallJob()).job),
                 u"617aa721a1a63700740a510c012bb201bf99fd3b1aabe57442d82a4c8eb909d9"_s);
        // Parameters that came later count only if they are set, so that what was cached before them stays good.
        AguiRunJob plain = fullJob();
        plain.parameters.reasoning.reset();
        plain.parameters.toolChoice = ToolChoice::Auto;
        plain.parameters.responseSchema.reset();
        QVERIFY(intentSignature(plain) != intentSignature(fullJob()));
        QCOMPARE(intentSignature(plain), u"d69cf4d2ad50b265866dc630654be58f61a0cc3ac9ee382c5d1bbfa795eccf1e"_s);
    }

    void signatureChangesWithWhatDecidesTheAnswer_data()
    {
        using Change = std::function<void(AguiRunJob&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<bool>("same");
        const auto row = [](const char *name, bool same, Change change) { QTest::newRow(name) << change << same; };
        row("nothing", true, [](AguiRunJob&) {});
        row("correlationId", true, [](AguiRunJob& job) { job.correlationId.clear(); });
        row("currentDepth", true, [](AguiRunJob& job) { job.currentDepth = 0; });
        row("name", true, [](AguiRunJob& job) { job.name = u"other"_s; });
        row("order of tools", true, [](AguiRunJob& job) { std::reverse(job.tools->begin(), job.tools->end()); });
        row("userId", false, [](AguiRunJob& job) { job.userId = u"bob"_s; });
        row("prompt", false, [](AguiRunJob& job) { job.prompt += u' '; });
        row("provider", false, [](AguiRunJob& job) { job.provider.clear(); });
        row("model", false, [](AguiRunJob& job) { job.model = u"m2"_s; });
        row("temperature", false, [](AguiRunJob& job) { job.parameters.temperature = 0.6; });
        row("no temperature", false, [](AguiRunJob& job) { job.parameters.temperature.reset(); });
        row("seed", false, [](AguiRunJob& job) { job.parameters.seed = -9'007'199'254'740'992; });
        row("maxOutputTokens", false, [](AguiRunJob& job) { job.parameters.maxOutputTokens = 1001; });
        row("maxDepth", false, [](AguiRunJob& job) { job.maxDepth = 4; });
        row("maxSteps", false, [](AguiRunJob& job) { job.maxSteps = 10; });
        row("contextWindowLimit", false, [](AguiRunJob& job) { job.contextWindowLimit = 8000; });
        row("budget", false, [](AguiRunJob& job) { job.budget = Money::fromAtto(1); });
        row("no budget", false, [](AguiRunJob& job) { job.budget.reset(); });
        row("fewer tools", false, [](AguiRunJob& job) { job.tools->removeFirst(); });
        row("no tools", false, [](AguiRunJob& job) { job.tools = QStringList(); });
        row("any tools", false, [](AguiRunJob& job) { job.tools.reset(); });
        row("previousContext", false, [](AguiRunJob& job) { job.previousContext = {}; });
        row("toolResults", false, [](AguiRunJob& job) { job.toolResults = {}; });
        row("metadata", false, [](AguiRunJob& job) { job.metadata = {}; });
        row("attachment content", false, [](AguiRunJob& job) { job.attachments[0].content += '\n'; });
        row("attachment name", false, [](AguiRunJob& job) { job.attachments[0].name = u"c.csv"_s; });
        row("attachment type", false, [](AguiRunJob& job) { job.attachments[0].mediaType.clear(); });
    }
    void signatureChangesWithWhatDecidesTheAnswer()
    {
        using Change = std::function<void(AguiRunJob&)>;
        QFETCH(Change, change);
        QFETCH(bool, same);
        AguiRunJob job = fullJob();
        change(job);
        const QString signature = intentSignature(job);
        QCOMPARE(signature.size(), 64);
        QCOMPARE(signature == intentSignature(fullJob()), same);
    }

    void signatureDoesNotDependOnTheOrderOfKeys()
    {
        const auto a = parseJsonObject(
            R"({"userId":"ann","prompt":"hi","metadata":{"x":1,"y":[{"b":2,"a":1}]},"parameters":{"seed":1,"temperature":1.0}})");
        const auto b = parseJsonObject(
            R"({"parameters":{"temperature":1,"seed":1},"metadata":{"y":[{"a":1,"b":2.0}],"x":1},"prompt":"hi","userId":"ann"})");
        QCOMPARE(intentSignature(readJob(*a).job), intentSignature(readJob(*b).job));
    }
};

QTEST_GUILESS_MAIN(TestJob)
#include "tst_job.moc"
