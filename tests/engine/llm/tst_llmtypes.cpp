// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmtypes.h"

#include <QSet>
#include <QTest>

using namespace lathe;

namespace {

int encodings = 0;

QByteArray encodeA(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    ++encodings;
    return "a:" + message.content.toUtf8();
}

QByteArray encodeB(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    ++encodings;
    return "b:" + message.content.toUtf8();
}

ChatMessage text(const QString& content, ChatRole role = ChatRole::User)
{
    ChatMessage message;
    message.role = role;
    message.content = content;
    return message;
}

Transcript transcriptOf(const QStringList& contents)
{
    Transcript transcript;
    for (const QString& content : contents) {
        transcript.append(text(content));
    }
    return transcript;
}

LlmRequest sampleRequest()
{
    LlmRequest request;
    request.model = QStringLiteral("m1");
    request.transcript = transcriptOf({QStringLiteral("be brief"), QStringLiteral("hello")});
    request.tools = {{QStringLiteral("lookup"), QStringLiteral("Looks up"),
                      QJsonObject{{QStringLiteral("type"), QStringLiteral("object")}}}};
    request.parameters.temperature = 0.5;
    request.parameters.seed = 7;
    request.idempotencyKey = QStringLiteral("k1");
    return request;
}

} // namespace

class TestLlmTypes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { encodings = 0; }
    void chainTellsTranscriptsApart();
    void chainIsTheSameHoweverItWasReached();
    void countsCharactersOfContentsAndCalls();
    void encodesEachMessageOnce();
    void sharesEncodingsWithTheRequestMadeOfIt();
    void divergedCopiesKeepTheirOwnEncodings();
    void shorterCopyGetsOnlyItsOwnMessages();
    void editMakesLaterEncodingsAnew();
    void anotherEncoderStartsAnew();
    void encodesResultsThatFollowOneAnotherAnew();
    void requestHashDependsOnWhatDecides_data();
    void requestHashDependsOnWhatDecides();
    void requestHashIgnoresTransport();
    void requestHashOfProviders();
    void requestHashIsTheSameForEqualToolsInAnotherList();
    void joinsPartsWithCommas();
};

void TestLlmTypes::chainTellsTranscriptsApart()
{
    QSet<QByteArray> seen;
    const auto add = [&seen](const ChatMessage& message) {
        Transcript transcript;
        transcript.append(message);
        seen.insert(transcript.chainHash());
    };
    ChatMessage message = text(QStringLiteral("x"));
    add(message);
    message.role = ChatRole::Tool;
    add(message);
    message.toolCallId = QStringLiteral("c1");
    add(message);
    message.toolName = QStringLiteral("t");
    add(message);
    message.toolError = true;
    add(message);
    ChatMessage call = text(QStringLiteral("x"), ChatRole::Assistant);
    call.toolCalls = {{QStringLiteral("ab"), QStringLiteral("c"), QStringLiteral("{}"), std::nullopt}};
    add(call);
    call.toolCalls = {{QStringLiteral("a"), QStringLiteral("bc"), QStringLiteral("{}"), std::nullopt}};
    add(call);
    call.toolCalls[0].arguments = QStringLiteral("{ }");
    add(call);
    seen.insert(transcriptOf({QStringLiteral("x"), QString()}).chainHash());
    seen.insert(transcriptOf({QString(), QStringLiteral("x")}).chainHash());
    QCOMPARE(seen.size(), 10);
    QVERIFY(Transcript().chainHash().isEmpty());
    QCOMPARE(transcriptOf({QStringLiteral("x")}).chainHash().size(), 32);
}

void TestLlmTypes::chainIsTheSameHoweverItWasReached()
{
    const Transcript wanted = transcriptOf({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
    Transcript edited = transcriptOf({QStringLiteral("a"), QStringLiteral("?"), QStringLiteral("c")});
    QVERIFY(edited.chainHash() != wanted.chainHash());
    edited.replace(1, text(QStringLiteral("b")));
    QCOMPARE(edited.chainHash(), wanted.chainHash());
    QCOMPARE(edited.messages(), wanted.messages());
}

void TestLlmTypes::countsCharactersOfContentsAndCalls()
{
    Transcript transcript = transcriptOf({QStringLiteral("12345"), QStringLiteral("\U0001F600")});
    QCOMPARE(transcript.characters(), 7);
    ChatMessage call = text(QString(), ChatRole::Assistant);
    call.toolCalls = {{QStringLiteral("id"), QStringLiteral("tool"), QStringLiteral("{\"a\":1}"), std::nullopt}};
    transcript.append(call);
    QCOMPARE(transcript.characters(), 7 + 4 + 7);
    transcript.replace(0, text(QStringLiteral("1")));
    QCOMPARE(transcript.characters(), 3 + 4 + 7);
}

void TestLlmTypes::encodesEachMessageOnce()
{
    Transcript transcript;
    for (int i = 0; i < 100; ++i) {
        transcript.append(text(QString::number(i)));
        QCOMPARE(transcript.encoded(encodeA).size(), i + 1);
    }
    QCOMPARE(encodings, 100);
    QCOMPARE(transcript.encoded(encodeA).last(), QByteArray("a:99"));
}

void TestLlmTypes::sharesEncodingsWithTheRequestMadeOfIt()
{
    Transcript frame = transcriptOf({QStringLiteral("a"), QStringLiteral("b")});
    for (int i = 0; i < 10; ++i) {
        LlmRequest request;
        request.transcript = frame;
        QCOMPARE(request.transcript.encoded(encodeA).size(), frame.messages().size());
        frame.append(text(QString::number(i)));
    }
    QCOMPARE(encodings, 11);
}

void TestLlmTypes::divergedCopiesKeepTheirOwnEncodings()
{
    Transcript one = transcriptOf({QStringLiteral("a"), QStringLiteral("b")});
    Transcript two = one;
    one.append(text(QStringLiteral("c")));
    two.append(text(QStringLiteral("d")));
    QCOMPARE(one.encoded(encodeA), (QList<QByteArray>{"a:a", "a:b", "a:c"}));
    QCOMPARE(two.encoded(encodeA), (QList<QByteArray>{"a:a", "a:b", "a:d"}));
    QCOMPARE(one.encoded(encodeA), (QList<QByteArray>{"a:a", "a:b", "a:c"}));
    QCOMPARE(encodings, 4);
}

void TestLlmTypes::shorterCopyGetsOnlyItsOwnMessages()
{
    Transcript frame = transcriptOf({QStringLiteral("a")});
    const Transcript earlier = frame;
    frame.append(text(QStringLiteral("b")));
    QCOMPARE(frame.encoded(encodeA).size(), 2);
    QCOMPARE(earlier.encoded(encodeA), (QList<QByteArray>{"a:a"}));
    QCOMPARE(frame.encoded(encodeA).size(), 2);
    QCOMPARE(encodings, 2);
}

void TestLlmTypes::editMakesLaterEncodingsAnew()
{
    Transcript transcript = transcriptOf({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
    QCOMPARE(transcript.encoded(encodeA).size(), 3);
    transcript.replace(1, text(QStringLiteral("B")));
    QCOMPARE(transcript.encoded(encodeA), (QList<QByteArray>{"a:a", "a:B", "a:c"}));
    QCOMPARE(encodings, 5);
}

void TestLlmTypes::anotherEncoderStartsAnew()
{
    const Transcript transcript = transcriptOf({QStringLiteral("a")});
    QCOMPARE(transcript.encoded(encodeA).first(), QByteArray("a:a"));
    QCOMPARE(transcript.encoded(encodeB).first(), QByteArray("b:a"));
    QVERIFY(Transcript().encoded(encodeA).isEmpty());
}

void TestLlmTypes::encodesResultsThatFollowOneAnotherAnew()
{
    // Results of one turn are one message of some providers: in the place of the last.
    const auto encodeRun = [](const QList<ChatMessage>& messages, qsizetype index) -> QByteArray {
        if (messages.at(index).role != ChatRole::Tool) {
            return messages.at(index).content.toUtf8();
        }
        if (index + 1 < messages.size() && messages.at(index + 1).role == ChatRole::Tool) {
            return {};
        }
        QByteArray run;
        for (qsizetype i = index; i >= 0 && messages.at(i).role == ChatRole::Tool; --i) {
            run.prepend(messages.at(i).content.toUtf8());
        }
        return run;
    };
    Transcript transcript = transcriptOf({QStringLiteral("a")});
    transcript.append(text(QStringLiteral("1"), ChatRole::Tool));
    const Transcript earlier = transcript;
    QCOMPARE(transcript.encoded(encodeRun), (QList<QByteArray>{"a", "1"}));
    transcript.append(text(QStringLiteral("2"), ChatRole::Tool));
    transcript.append(text(QStringLiteral("3"), ChatRole::Tool));
    QCOMPARE(transcript.encoded(encodeRun), (QList<QByteArray>{"a", "", "", "123"}));
    QCOMPARE(earlier.encoded(encodeRun), (QList<QByteArray>{"a", "1"}));
    transcript.append(text(QStringLiteral("b")));
    QCOMPARE(transcript.encoded(encodeRun), (QList<QByteArray>{"a", "", "", "123", "b"}));
}

void TestLlmTypes::requestHashDependsOnWhatDecides_data()
{
    QTest::addColumn<int>("change");
    QTest::newRow("model") << 0;
    QTest::newRow("temperature") << 1;
    QTest::newRow("no temperature") << 2;
    QTest::newRow("seed") << 3;
    QTest::newRow("max tokens") << 4;
    QTest::newRow("tool name") << 5;
    QTest::newRow("tool text") << 6;
    QTest::newRow("tool schema") << 7;
    QTest::newRow("no tools") << 8;
    QTest::newRow("one more message") << 9;
    QTest::newRow("edited message") << 10;
    QTest::newRow("reasoning") << 11;
    QTest::newRow("tool choice") << 12;
    QTest::newRow("response schema") << 13;
    QTest::newRow("provider state") << 14;
    QTest::newRow("attachment") << 15;
}

void TestLlmTypes::requestHashDependsOnWhatDecides()
{
    QFETCH(int, change);
    const LlmRequest before = sampleRequest();
    LlmRequest after = before;
    switch (change) {
    case 0:
        after.model = QStringLiteral("m2");
        break;
    case 1:
        after.parameters.temperature = 0.6;
        break;
    case 2:
        after.parameters.temperature.reset();
        break;
    case 3:
        after.parameters.seed = 8;
        break;
    case 4:
        after.parameters.maxOutputTokens = 17;
        break;
    case 5:
        after.tools[0].name = QStringLiteral("look_up");
        break;
    case 6:
        after.tools[0].description = QStringLiteral("Looks");
        break;
    case 7:
        after.tools[0].parameters = {};
        break;
    case 8:
        after.tools.clear();
        break;
    case 9:
        after.transcript.append(text(QStringLiteral("more")));
        break;
    case 11:
        after.parameters.reasoning = ReasoningEffort::Low;
        break;
    case 12:
        after.parameters.toolChoice = ToolChoice::Required;
        break;
    case 13:
        after.parameters.responseSchema = QJsonObject();
        break;
    case 14: {
        ChatMessage thought = after.transcript.messages().at(1);
        thought.state = {QStringLiteral("anthropic"), QJsonArray{1}};
        after.transcript.replace(1, thought);
        break;
    }
    case 15: {
        ChatMessage shown = after.transcript.messages().at(1);
        shown.attachments = {{QStringLiteral("a.png"), QStringLiteral("image/png"), "x"}};
        after.transcript.replace(1, shown);
        break;
    }
    default:
        after.transcript.replace(1, text(QStringLiteral("bye")));
        break;
    }
    const QByteArray hash = before.hash(u"openai");
    QCOMPARE(hash.size(), 64);
    QVERIFY(after.hash(u"openai") != hash);
    QCOMPARE(before.hash(u"openai"), hash);
}

void TestLlmTypes::requestHashIgnoresTransport()
{
    const LlmRequest before = sampleRequest();
    LlmRequest after = before;
    after.stream = false;
    after.idempotencyKey = QStringLiteral("k2");
    QCOMPARE(after.hash(u"openai"), before.hash(u"openai"));
}

void TestLlmTypes::requestHashOfProviders()
{
    QVERIFY(sampleRequest().hash(u"openai") != sampleRequest().hash(u"builtin"));
}

void TestLlmTypes::requestHashIsTheSameForEqualToolsInAnotherList()
{
    const LlmRequest one = sampleRequest();
    const LlmRequest two = sampleRequest();
    QVERIFY(!one.tools.isSharedWith(two.tools));
    QCOMPARE(one.hash(u"openai"), two.hash(u"openai"));
}

void TestLlmTypes::joinsPartsWithCommas()
{
    QCOMPARE((EncodedRequest{"{[", {}, "]}"}).joined(), QByteArray("{[]}"));
    QCOMPARE((EncodedRequest{"{[", {"1"}, "]}"}).joined(), QByteArray("{[1]}"));
    QCOMPARE((EncodedRequest{"{[", {"1", "2", "3"}, "]}"}).joined(), QByteArray("{[1,2,3]}"));
    QCOMPARE((EncodedRequest{"{[", {"", "1", "", "2", ""}, "]}"}).joined(), QByteArray("{[1,2]}"));
}

QTEST_GUILESS_MAIN(TestLlmTypes)
#include "tst_llmtypes.moc"
