// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/jsonreader.h"
#include "engine/llm/usagedialects.h"

#include <QTest>

#include <random>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestUsageDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsIntoDisjointClasses_data()
    {
        QTest::addColumn<UsageDialect>("dialect");
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<Usage>("expected");
        QTest::addColumn<bool>("inconsistent");
        const auto row = [](const char *name, UsageDialect dialect, const QByteArray& json, const Usage& usage,
                            bool inconsistent = false) {
            QTest::newRow(name) << dialect << json << usage << inconsistent;
        };
        row("anthropic", UsageDialect::Anthropic,
            R"({"input_tokens":3,"cache_creation_input_tokens":12304,"cache_read_input_tokens":7,"output_tokens":550,
                "output_tokens_details":{"thinking_tokens":50},"service_tier":"standard",
                "server_tool_use":{"web_search_requests":2}})",
            {.input = 3, .cacheRead = 7, .cacheWrite = 12304, .output = 550, .reasoning = 50, .webSearch = 2});
        row("anthropic, two lifetimes of the cache", UsageDialect::Anthropic,
            R"({"input_tokens":1,"cache_creation_input_tokens":3000,"output_tokens":2,"service_tier":"batch",
                "cache_creation":{"ephemeral_5m_input_tokens":1000,"ephemeral_1h_input_tokens":2000}})",
            {.input = 1, .cacheWrite = 1000, .cacheWrite1h = 2000, .output = 2, .serviceTier = u"batch"_s});
        row("anthropic, lifetimes do not add up", UsageDialect::Anthropic,
            R"({"input_tokens":1,"cache_creation_input_tokens":100,"output_tokens":2,
                "cache_creation":{"ephemeral_5m_input_tokens":1000,"ephemeral_1h_input_tokens":200}})",
            {.input = 1, .cacheWrite1h = 200, .output = 2}, true);
        row("bedrock", UsageDialect::Bedrock,
            R"({"inputTokens":3,"outputTokens":442,"cacheReadInputTokens":7917,"cacheWriteInputTokens":350,
                "totalTokens":8712})",
            {.input = 3, .cacheRead = 7917, .cacheWrite = 350, .output = 442});
        row("bedrock, an hour", UsageDialect::Bedrock,
            R"({"inputTokens":3,"outputTokens":4,"cacheWriteInputTokens":350,
                "cacheDetails":[{"ttl":"5m","inputTokens":150},{"ttl":"1h","inputTokens":200}]})",
            {.input = 3, .cacheWrite = 150, .cacheWrite1h = 200, .output = 4});
        row("bedrock, total does not add up", UsageDialect::Bedrock,
            R"({"inputTokens":3,"outputTokens":4,"totalTokens":8})", {.input = 3, .output = 4}, true);
        row("gemini, thoughts beside the candidates", UsageDialect::Gemini,
            R"({"promptTokenCount":10,"candidatesTokenCount":200,"thoughtsTokenCount":5000,"totalTokenCount":5210})",
            {.input = 10, .output = 5200, .reasoning = 5000});
        row("gemini, thoughts inside the candidates", UsageDialect::Gemini,
            R"({"promptTokenCount":10,"candidatesTokenCount":5200,"thoughtsTokenCount":5000,"totalTokenCount":5210})",
            {.input = 10, .output = 5200, .reasoning = 5000});
        row("gemini, no total", UsageDialect::Gemini,
            R"({"promptTokenCount":10,"candidatesTokenCount":200,"thoughtsTokenCount":50})",
            {.input = 10, .output = 250, .reasoning = 50});
        row("gemini, cached prompt and tools", UsageDialect::Gemini,
            R"({"promptTokenCount":100,"cachedContentTokenCount":60,"toolUsePromptTokenCount":5,
                "candidatesTokenCount":7,"totalTokenCount":112})",
            {.input = 45, .cacheRead = 60, .output = 7});
        row("gemini, audio", UsageDialect::Gemini,
            R"({"promptTokenCount":1000,"cachedContentTokenCount":300,"candidatesTokenCount":50,"totalTokenCount":1050,
                "promptTokensDetails":[{"modality":"TEXT","tokenCount":400},{"modality":"AUDIO","tokenCount":600}],
                "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":100},{"modality":"TEXT","tokenCount":200}],
                "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":20}]})",
            {.input = 200,
             .cacheRead = 200,
             .cacheReadAudio = 100,
             .inputAudio = 500,
             .output = 30,
             .outputAudio = 20});
        row("gemini, total does not add up", UsageDialect::Gemini,
            R"({"promptTokenCount":10,"candidatesTokenCount":20,"totalTokenCount":99})", {.input = 10, .output = 20},
            true);
        row("gemini, more cached than prompt", UsageDialect::Gemini,
            R"({"promptTokenCount":10,"cachedContentTokenCount":20,"candidatesTokenCount":1,"totalTokenCount":11})",
            {.cacheRead = 20, .output = 1}, true);
        row("responses", UsageDialect::OpenAiResponses,
            R"({"input_tokens":100,"input_tokens_details":{"cached_tokens":40},"output_tokens":20,
                "output_tokens_details":{"reasoning_tokens":15},"total_tokens":120})",
            {.input = 60, .cacheRead = 40, .output = 20, .reasoning = 15});
        row("openai, cached audio", UsageDialect::OpenAi,
            R"({"prompt_tokens":100,"completion_tokens":1,"service_tier":"flex","prompt_tokens_details":
                {"cached_tokens":40,"audio_tokens":50,"cached_tokens_details":{"audio_tokens":10,"text_tokens":30}}})",
            {.input = 20,
             .cacheRead = 30,
             .cacheReadAudio = 10,
             .inputAudio = 40,
             .output = 1,
             .serviceTier = u"flex"_s});
        row("ollama", UsageDialect::Ollama, R"({"prompt_eval_count":26,"eval_count":18})", {.input = 26, .output = 18});
        row("ollama, prompt in its cache", UsageDialect::Ollama, R"({"eval_count":18})", {.output = 18});
        row("a negative count", UsageDialect::Anthropic, R"({"input_tokens":-3,"output_tokens":5})", {.output = 5},
            true);
    }
    void splitsIntoDisjointClasses()
    {
        QFETCH(UsageDialect, dialect);
        QFETCH(QByteArray, json);
        QFETCH(Usage, expected);
        QFETCH(bool, inconsistent);
        const QJsonObject object = *parseJsonObject(json);
        expected.source = UsageSource::Reported;
        expected.inconsistent = inconsistent;
        expected.raw = object;
        const Usage usage = readUsage(dialect, object);
        QCOMPARE(QJsonDocument(toJson(usage)).toJson(), QJsonDocument(toJson(expected)).toJson());
    }

    void nothingCountedIsMissing()
    {
        for (int i = 0; i <= static_cast<int>(UsageDialect::Ollama); ++i) {
            for (const QJsonValue& value : {QJsonValue(), QJsonValue(QJsonObject()), QJsonValue(u"12"_s)}) {
                const Usage usage = readUsage(static_cast<UsageDialect>(i), value);
                QCOMPARE(usage.source, UsageSource::Missing);
                QCOMPARE(usage.total(), 0);
                QVERIFY(!usage.inconsistent);
            }
        }
    }

    void metersAddUpToTheReportedTotals()
    {
        std::mt19937 random(41);
        const auto below = [&random](qint64 limit) { return static_cast<qint64>(random() % (limit + 1)); };
        for (int i = 0; i < 2000; ++i) {
            const qint64 prompt = below(100'000);
            const qint64 cached = below(prompt);
            const qint64 audio = below(prompt - cached);
            const qint64 completion = below(10'000);
            const qint64 thoughts = below(completion);
            const Usage chat = readUsage(
                UsageDialect::OpenAi,
                QJsonObject{
                    {u"prompt_tokens"_s, prompt},
                    {u"completion_tokens"_s, completion},
                    {u"total_tokens"_s, prompt + completion},
                    {u"prompt_tokens_details"_s, QJsonObject{{u"cached_tokens"_s, cached}, {u"audio_tokens"_s, audio}}},
                    {u"completion_tokens_details"_s, QJsonObject{{u"reasoning_tokens"_s, thoughts}}}});
            QCOMPARE(chat.total(), prompt + completion);
            QCOMPARE(chat.totalInput(), prompt);
            const Usage gemini =
                readUsage(UsageDialect::Gemini, QJsonObject{{u"promptTokenCount"_s, prompt},
                                                            {u"cachedContentTokenCount"_s, cached},
                                                            {u"candidatesTokenCount"_s, completion},
                                                            {u"thoughtsTokenCount"_s, thoughts},
                                                            {u"totalTokenCount"_s, prompt + completion + thoughts}});
            QCOMPARE(gemini.total(), prompt + completion + thoughts);
            const Usage claude =
                readUsage(UsageDialect::Anthropic, QJsonObject{{u"input_tokens"_s, prompt - cached - audio},
                                                               {u"cache_read_input_tokens"_s, cached},
                                                               {u"cache_creation_input_tokens"_s, audio},
                                                               {u"output_tokens"_s, completion}});
            QCOMPARE(claude.totalInput(), prompt);
            for (const Usage& usage : {chat, gemini, claude}) {
                QVERIFY(!usage.inconsistent);
                QVERIFY(usage.input >= 0 && usage.cacheRead >= 0 && usage.inputAudio >= 0 && usage.output >= 0);
            }
        }
    }

    void aStreamKeepsTheLastUsage()
    {
        QJsonObject seen;
        keepLastUsage(seen, *parseJsonObject(R"({"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1})"));
        keepLastUsage(seen, *parseJsonObject(R"({"output_tokens":41,"cache_read_input_tokens":null})"));
        keepLastUsage(seen, *parseJsonObject(R"({"output_tokens":15})"));
        QCOMPARE(seen, *parseJsonObject(R"({"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":41})"));
    }

    void theOrdinaryTierHasNoName()
    {
        for (const auto& name : {u"default"_s, u"Standard"_s, u"auto"_s, u"on_demand"_s, QString()}) {
            QCOMPARE(normalServiceTier(name), QString());
        }
        QCOMPARE(normalServiceTier(u"Flex"_s), u"flex"_s);
    }
};

QTEST_GUILESS_MAIN(TestUsageDialects)
#include "tst_usagedialects.moc"
