// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpresponseparser.h"

#include <QRandomGenerator>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;
using Parser = HttpResponseParser;

namespace {

/// What a parser made of a stream, for comparison.
struct Parsed
{
    QString outcome; ///< "End", or the kind of error
    QString error;
    int status = 0;
    HttpHeaders headers;
    QByteArray body;
    QByteArray rest; ///< what was not part of the response
    bool keepAlive = false;
    int heads = 0;

    bool operator==(const Parsed&) const = default;
};

QString nameOf(Parser::ErrorKind kind)
{
    switch (kind) {
    case Parser::ErrorKind::Malformed:
        return u"Malformed"_s;
    case Parser::ErrorKind::TooLarge:
        return u"TooLarge"_s;
    case Parser::ErrorKind::ClosedBeforeHead:
        return u"ClosedBeforeHead"_s;
    case Parser::ErrorKind::Truncated:
        return u"Truncated"_s;
    }
    return {};
}

Parsed parse(const QByteArray& stream, const QList<qsizetype>& cuts = {}, bool toHead = false,
             const Parser::Limits& limits = {})
{
    Parser parser(toHead, limits);
    Parsed parsed;
    bool ended = false;
    const auto take = [&parsed, &parser](Parser::Event event) {
        switch (event) {
        case Parser::Event::NeedMore:
            return false;
        case Parser::Event::Head:
            parsed.status = parser.status();
            parsed.headers = parser.headers();
            ++parsed.heads;
            return false;
        case Parser::Event::Body:
            parsed.body += parser.piece();
            return false;
        case Parser::Event::End:
            parsed.outcome = u"End"_s;
            parsed.keepAlive = parser.keepAlive();
            return true;
        case Parser::Event::Error:
            parsed.outcome = nameOf(parser.errorKind());
            parsed.error = parser.errorText();
            return true;
        }
        return true;
    };
    qsizetype from = 0;
    QList<qsizetype> ends = cuts;
    ends.append(stream.size());
    for (const qsizetype end : ends) {
        const QByteArray piece(stream.constData() + from, end - from);
        from = end;
        QByteArrayView input = piece;
        while (!ended) {
            const Parser::Event event = parser.next(input);
            ended = take(event);
            if (event == Parser::Event::NeedMore) {
                break;
            }
        }
        if (ended) {
            parsed.rest += input;
        }
    }
    if (!ended) {
        take(parser.endOfInput());
    }
    if (parsed.outcome != "End"_L1) {
        // How far it read before it gave up depends on the split, and nobody uses it.
        parsed.rest.clear();
    }
    return parsed;
}

QByteArray answer(const QByteArray& headers, const QByteArray& body = {})
{
    QByteArray wire("HTTP/1.1 200 OK\r\n");
    wire += headers;
    wire += "\r\n";
    wire += body;
    return wire;
}

} // namespace

class TestHttpResponseParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void everySplitGivesTheSame_data() { reads_data(); }
    void everySplitGivesTheSame();
    void refuses_data();
    void refuses();
    void everySplitOfABadResponseGivesTheSame_data() { refuses_data(); }
    void everySplitOfABadResponseGivesTheSame();
    void everyCutIsTold();
    void headRequestHasNoBody();
    void limitsAreKept();
    void limitsThatAreMetPass();
    void keepsHeadersInOrder();
    void tellsAnotherProtocolAtItsFirstByte();
    void endAndErrorStay();
    void randomBytesNeverCrashOrLoop();
    void headerListsAreSearchedByWord();
};

void TestHttpResponseParser::reads_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("keepAlive");
    QTest::addColumn<QByteArray>("rest");

    const QByteArray chunked("Transfer-Encoding: chunked\r\n");
    const QByteArray none;
    QTest::newRow("length") << answer("Content-Length: 5\r\n", "hello") << 200 << QByteArray("hello") << true << none;
    QTest::newRow("length 0") << answer("Content-Length: 0\r\n") << 200 << none << true << none;
    QTest::newRow("length twice") << answer("Content-Length: 2\r\ncontent-length: 2, 02\r\n", "ab") << 200
                                  << QByteArray("ab") << true << none;
    QTest::newRow("something after") << answer("Content-Length: 1\r\n", "abc") << 200 << QByteArray("a") << true
                                     << QByteArray("bc");
    QTest::newRow("close") << answer("Content-Length: 1\r\nConnection: x, Close\r\n", "a") << 200 << QByteArray("a")
                           << false << none;
    QTest::newRow("chunked") << answer(chunked, "5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\n\r\n") << 200
                             << QByteArray("hello world") << true << none;
    QTest::newRow("chunk sizes") << answer(chunked, "A \t; x\r\n0123456789\r\n0001\r\nx\r\n000\r\n\r\n") << 200
                                 << QByteArray("0123456789x") << true << none;
    QTest::newRow("trailers") << answer(chunked, "1\r\na\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\nHTTP") << 200
                              << QByteArray("a") << true << QByteArray("HTTP");
    QTest::newRow("empty chunked") << answer("transfer-encoding: CHUNKED\r\n", "0\r\n\r\n") << 200 << none << true
                                   << none;
    QTest::newRow("until close") << answer("Connection: close\r\n", "all of it") << 200 << QByteArray("all of it")
                                 << false << none;
    QTest::newRow("until close, empty") << answer("Connection: close\r\n") << 200 << none << false << none;
    QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.0 200 OK\r\n\r\nabc") << 200 << QByteArray("abc") << false << none;
    QTest::newRow("HTTP/1.0 with length")
        << QByteArray("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na") << 200 << QByteArray("a") << false << none;
    QTest::newRow("HTTP/1.0 keep-alive")
        << QByteArray("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na") << 200
        << QByteArray("a") << true << none;
    QTest::newRow("204") << QByteArray("HTTP/1.1 204 No Content\r\n\r\nx") << 204 << none << true << QByteArray("x");
    QTest::newRow("304 with length") << QByteArray("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n") << 304
                                     << none << true << none;
    QTest::newRow("interim") << QByteArray("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                           "HTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\na")
                             << 201 << QByteArray("a") << true << none;
    QTest::newRow("no reason") << QByteArray("HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n") << 503 << none << true
                               << none;
    QTest::newRow("empty reason") << QByteArray("HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n") << 503 << none << true
                                  << none;
    QTest::newRow("identity") << answer("Content-Encoding: identity\r\nContent-Length: 1\r\n", "a") << 200
                              << QByteArray("a") << true << none;
    QTest::newRow("odd values") << answer("A:\r\nB: \t\xC3\xBC \t\r\nContent-Length: 1\r\n", "a") << 200
                                << QByteArray("a") << true << none;
}

void TestHttpResponseParser::reads()
{
    QFETCH(QByteArray, stream);
    const Parsed parsed = parse(stream);
    QCOMPARE(parsed.error, QString());
    QCOMPARE(parsed.outcome, u"End"_s);
    QTEST(parsed.status, "status");
    QTEST(parsed.body, "body");
    QTEST(parsed.keepAlive, "keepAlive");
    QTEST(parsed.rest, "rest");
    QCOMPARE(parsed.heads, 1);
}

void TestHttpResponseParser::everySplitGivesTheSame()
{
    QFETCH(QByteArray, stream);
    const Parsed whole = parse(stream);
    QList<qsizetype> each;
    for (qsizetype at = 0; at <= stream.size(); ++at) {
        each.append(at);
        QVERIFY2(parse(stream, {at}) == whole, qPrintable(QString::number(at)));
    }
    QVERIFY(parse(stream, each) == whole);
    QRandomGenerator random(7);
    for (int round = 0; round < 200; ++round) {
        QList<qsizetype> cuts;
        for (qsizetype at = random.bounded(9); at < stream.size(); at += random.bounded(9)) {
            cuts.append(at);
        }
        QVERIFY(parse(stream, cuts) == whole);
    }
}

void TestHttpResponseParser::refuses_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<QString>("says");

    const QByteArray chunked("Transfer-Encoding: chunked\r\n");
    const QString malformed = u"Malformed"_s;
    QTest::newRow("nothing") << QByteArray() << u"ClosedBeforeHead"_s << u"before a response"_s;
    QTest::newRow("part of a head") << QByteArray("HTTP/1.1 200 OK\r\n") << u"ClosedBeforeHead"_s
                                    << u"within the head"_s;
    QTest::newRow("only interim") << QByteArray("HTTP/1.1 100 Continue\r\n\r\n") << u"ClosedBeforeHead"_s << u"head"_s;
    QTest::newRow("another protocol") << QByteArray("SSH-2.0-OpenSSH\r\n") << malformed << u"not HTTP/1.1"_s;
    QTest::newRow("HTTP/2") << QByteArray("HTTP/2 200\r\n\r\n") << malformed << u"begins with"_s;
    QTest::newRow("HTTP/1.2") << QByteArray("HTTP/1.2 200 OK\r\n\r\n") << malformed << u"status line"_s;
    QTest::newRow("status of two digits") << QByteArray("HTTP/1.1 20 OK\r\n\r\n") << malformed << u"status line"_s;
    QTest::newRow("status of four digits") << QByteArray("HTTP/1.1 2000 OK\r\n\r\n") << malformed << u"status line"_s;
    QTest::newRow("status 099") << QByteArray("HTTP/1.1 099 X\r\n\r\n") << malformed << u"status"_s;
    QTest::newRow("status 600") << QByteArray("HTTP/1.1 600 X\r\n\r\n") << malformed << u"600"_s;
    QTest::newRow("NUL in the reason") << QByteArray("HTTP/1.1 200 O\0K\r\n\r\n", 20) << malformed << u"status line"_s;
    QTest::newRow("switch of protocols") << QByteArray("HTTP/1.1 101 Switching\r\n\r\n") << malformed << u"protocol"_s;
    QTest::newRow("folded") << answer("A: b\r\n c\r\n") << malformed << u"folded"_s;
    QTest::newRow("folded by tab") << answer("A: b\r\n\tc\r\n") << malformed << u"folded"_s;
    QTest::newRow("blank before the colon") << answer("A : b\r\n") << malformed << u"no header"_s;
    QTest::newRow("no colon") << answer("Abc\r\n") << malformed << u"no header"_s;
    QTest::newRow("no name") << answer(": b\r\n") << malformed << u"no header"_s;
    QTest::newRow("bare LF") << answer("A: b\nC: d\r\n") << malformed << u"control"_s;
    QTest::newRow("bare CR") << answer("A: b\rC: d\r\n") << malformed << u"control"_s;
    QTest::newRow("NUL in a value") << answer(QByteArray("A: b\0c\r\n", 8)) << malformed << u"control"_s;
    QTest::newRow("two lengths") << answer("Content-Length: 1\r\nContent-Length: 2\r\n", "ab") << malformed
                                 << u"two different"_s;
    QTest::newRow("length list differs") << answer("Content-Length: 1, 2\r\n", "ab") << malformed << u"two different"_s;
    for (const char *bad : {"-1", "+1", "1a", "", "0x1", "1 2", "99999999999999999999", "1,"}) {
        QTest::addRow("length \"%s\"", bad)
            << answer(QByteArray("Content-Length: ") + bad + QByteArray("\r\n"), "ab") << malformed << u"no length"_s;
    }
    QTest::newRow("length and chunked") << answer(chunked + "Content-Length: 1\r\n", "1\r\na\r\n0\r\n\r\n") << malformed
                                        << u"both"_s;
    QTest::newRow("gzip, chunked") << answer("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n") << malformed
                                   << u"gzip, chunked"_s;
    QTest::newRow("chunked twice") << answer(chunked + chunked, "0\r\n\r\n") << malformed << u"two Transfer"_s;
    QTest::newRow("chunked in HTTP/1.0") << QByteArray("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                                         << malformed << u"chunked"_s;
    QTest::newRow("compressed") << answer("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "a") << malformed
                                << u"gzip"_s;
    for (const char *bad : {"", "x", "-1", " 5", "5 x", "0x5", "1234567890abcdef", ";"}) {
        QTest::addRow("chunk size \"%s\"", bad)
            << answer(chunked, QByteArray(bad) + QByteArray("\r\nhello\r\n0\r\n\r\n")) << malformed << u"chunk size"_s;
    }
    QTest::newRow("chunk size, bare LF") << answer(chunked, "1\na\r\n0\r\n\r\n") << malformed << u"CR LF"_s;
    QTest::newRow("chunk longer than said") << answer(chunked, "1\r\nab\r\n0\r\n\r\n") << malformed << u"longer"_s;
    QTest::newRow("chunk much longer") << answer(chunked, "1\r\nabcdefghijkl\r\n0\r\n\r\n") << malformed << u"longer"_s;
    QTest::newRow("chunk end, bare LF") << answer(chunked, "1\r\na\n0\r\n\r\n") << malformed << u"CR LF"_s;
    QTest::newRow("trailer, bare LF") << answer(chunked, "0\r\nA: b\n\r\n") << malformed << u"CR LF"_s;
    QTest::newRow("short body") << answer("Content-Length: 500\r\n", "{\"id\":1") << u"Truncated"_s << u"7 of 500"_s;
    QTest::newRow("no last chunk") << answer(chunked, "5\r\nhello\r\n") << u"Truncated"_s << u"after 5 bytes"_s;
    QTest::newRow("cut chunk") << answer(chunked, "5\r\nhel") << u"Truncated"_s << u"after 3 bytes"_s;
    QTest::newRow("cut trailers") << answer(chunked, "5\r\nhello\r\n0\r\n") << u"Truncated"_s << u"last chunk"_s;
    QTest::newRow("end not announced") << answer("A: b\r\n", "body") << u"Truncated"_s << u"not announced"_s;
    QTest::newRow("HTTP/1.0 keep-alive without length")
        << QByteArray("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nbody") << u"Truncated"_s << u"4 bytes"_s;
}

void TestHttpResponseParser::refuses()
{
    QFETCH(QByteArray, stream);
    QFETCH(QString, says);
    const Parsed parsed = parse(stream);
    QTEST(parsed.outcome, "outcome");
    QVERIFY2(parsed.error.contains(says), qPrintable(parsed.error));
    QVERIFY(!parsed.keepAlive);
}

void TestHttpResponseParser::everySplitOfABadResponseGivesTheSame()
{
    QFETCH(QByteArray, stream);
    const Parsed whole = parse(stream);
    QList<qsizetype> each;
    for (qsizetype at = 0; at <= stream.size(); ++at) {
        each.append(at);
        const Parsed split = parse(stream, {at});
        QVERIFY2(split.outcome == whole.outcome && split.status == whole.status,
                 qPrintable(QStringLiteral("%1: %2 %3").arg(at).arg(split.outcome, split.error)));
    }
    QCOMPARE(parse(stream, each).outcome, whole.outcome);
}

void TestHttpResponseParser::everyCutIsTold()
{
    const QByteArray whole = answer("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n");
    const qsizetype headEnd = whole.indexOf("\r\n\r\n") + 4;
    QCOMPARE(parse(whole).outcome, u"End"_s);
    for (qsizetype at = 0; at < whole.size(); ++at) {
        QCOMPARE(parse(whole.first(at)).outcome, at < headEnd ? u"ClosedBeforeHead"_s : u"Truncated"_s);
    }
}

void TestHttpResponseParser::headRequestHasNoBody()
{
    const Parsed parsed = parse(answer("Content-Length: 5\r\n"), {}, true);
    QCOMPARE(parsed.outcome, u"End"_s);
    QVERIFY(parsed.keepAlive);
    QVERIFY(parsed.body.isEmpty());
}

void TestHttpResponseParser::limitsAreKept()
{
    Parser::Limits limits;
    limits.headBytes = 200;
    limits.headers = 3;
    limits.bodyBytes = 10;
    const QByteArray chunked("Transfer-Encoding: chunked\r\n");
    const QList<std::pair<QByteArray, QString>> cases = {
        {answer(QByteArray("A: ") + QByteArray(200, 'x') + QByteArray("\r\n")), u"head"_s},
        {answer(QByteArray("A: ") + QByteArray(500, 'x')), u"head"_s},
        {answer("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n"), u"3 headers"_s},
        {answer("Content-Length: 11\r\n", "hello world"), u"10 bytes"_s},
        {answer(chunked, "b\r\nhello world\r\n0\r\n\r\n"), u"10 bytes"_s},
        {answer(chunked, "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"), u"10 bytes"_s},
        {answer("Connection: close\r\n", "hello world"), u"10 bytes"_s},
        {answer(chunked, QByteArray("0\r\nA: ") + QByteArray(300, 'x') + QByteArray("\r\n\r\n")), u"line"_s},
        {answer(chunked, QByteArray("0\r\n") + QByteArray("A: 1234567890\r\n").repeated(20) + QByteArray("\r\n")),
         u"trailers"_s},
        {answer(chunked, QByteArray("1;") + QByteArray(10000, 'x') + QByteArray("\r\na\r\n0\r\n\r\n")), u"line"_s},
    };
    for (const auto& [stream, says] : cases) {
        QList<qsizetype> each;
        for (qsizetype at = 0; at <= stream.size(); ++at) {
            each.append(at);
        }
        for (const QList<qsizetype>& cuts : {QList<qsizetype>(), each}) {
            const Parsed parsed = parse(stream, cuts, false, limits);
            QCOMPARE(parsed.outcome, u"TooLarge"_s);
            QVERIFY2(parsed.error.contains(says), qPrintable(parsed.error));
        }
    }
    // The head of a body that is too large is still told.
    QCOMPARE(parse(answer("Content-Length: 11\r\n", "hello world"), {}, false, limits).status, 200);
}

void TestHttpResponseParser::limitsThatAreMetPass()
{
    const QByteArray stream = answer("A: 1\r\nB: 2\r\nContent-Length: 3\r\n", "abc");
    Parser::Limits limits;
    limits.headBytes = stream.size() - 3;
    limits.headers = 3;
    limits.bodyBytes = 3;
    for (qsizetype at = 0; at <= stream.size(); ++at) {
        QCOMPARE(parse(stream, {at}, false, limits).outcome, u"End"_s);
    }
    --limits.headBytes;
    for (qsizetype at = 0; at <= stream.size(); ++at) {
        QCOMPARE(parse(stream, {at}, false, limits).outcome, u"TooLarge"_s);
    }
}

void TestHttpResponseParser::keepsHeadersInOrder()
{
    const Parsed parsed = parse(answer("B: 1\r\nA: 2\r\nb:  3  \r\nContent-Length: 0\r\n"));
    const HttpHeaders expected = {{"B", "1"}, {"A", "2"}, {"b", "3"}, {"Content-Length", "0"}};
    QCOMPARE(parsed.headers, expected);
    QCOMPARE(headerValue(parsed.headers, "b"), QByteArray("1"));
    QVERIFY(!headerValue(parsed.headers, "c"));
}

void TestHttpResponseParser::tellsAnotherProtocolAtItsFirstByte()
{
    Parser parser;
    QByteArrayView input("\x15");
    QCOMPARE(parser.next(input), Parser::Event::Error);
    QVERIFY(parser.hasBegun());
}

void TestHttpResponseParser::endAndErrorStay()
{
    Parser good;
    const QByteArray stream = answer("Content-Length: 0\r\n", "rest");
    QByteArrayView input = stream;
    QCOMPARE(good.next(input), Parser::Event::Head);
    QCOMPARE(good.next(input), Parser::Event::End);
    QCOMPARE(good.next(input), Parser::Event::End);
    QCOMPARE(good.endOfInput(), Parser::Event::End);
    QCOMPARE(input, QByteArrayView("rest"));

    Parser bad;
    QCOMPARE(bad.endOfInput(), Parser::Event::Error);
    input = stream;
    QCOMPARE(bad.next(input), Parser::Event::Error);
    QCOMPARE(bad.endOfInput(), Parser::Event::Error);
    QCOMPARE(bad.errorKind(), Parser::ErrorKind::ClosedBeforeHead);
}

void TestHttpResponseParser::randomBytesNeverCrashOrLoop()
{
    QRandomGenerator random(2026);
    const QList<QByteArray> atoms = {"HTTP/1.1 200 OK\r\n",
                                     "HTTP/1.0 404 \r\n",
                                     "HTTP/1.1 100 C\r\n",
                                     "Content-Length: 3\r\n",
                                     "Content-Length: 0\r\n",
                                     "Transfer-Encoding: chunked\r\n",
                                     "Connection: close\r\n",
                                     "\r\n",
                                     "\r",
                                     "\n",
                                     "3\r\n",
                                     "abc",
                                     "0\r\n",
                                     "A: b\r\n",
                                     " ",
                                     ";",
                                     "fffffffffffffff\r\n"};
    int ends = 0;
    for (int round = 0; round < 20000; ++round) {
        QByteArray stream = random.bounded(8) == 0 ? QByteArray() : atoms.at(0);
        const int length = random.bounded(12);
        for (int i = 0; i < length; ++i) {
            stream += atoms.at(random.bounded(static_cast<int>(atoms.size())));
            if (random.bounded(30) == 0) {
                stream += static_cast<char>(random.bounded(256));
            }
        }
        QList<qsizetype> cuts;
        for (qsizetype at = random.bounded(7); at < stream.size(); at += 1 + random.bounded(7)) {
            cuts.append(at);
        }
        const Parsed whole = parse(stream);
        const Parsed split = parse(stream, cuts);
        QVERIFY2(whole.outcome == split.outcome, stream.toPercentEncoding().constData());
        if (whole.outcome == "End"_L1) {
            ++ends;
            QVERIFY2(whole == split, stream.toPercentEncoding().constData());
        }
    }
    QVERIFY2(ends > 100, qPrintable(QString::number(ends)));
}

void TestHttpResponseParser::headerListsAreSearchedByWord()
{
    const HttpHeaders headers = {{"Connection", "keep-alive, X-Close"}, {"connection", " CLOSE ,"}};
    QVERIFY(headerListContains(headers, "Connection", "close"));
    QVERIFY(headerListContains(headers, "Connection", "x-close"));
    QVERIFY(!headerListContains(headers, "Connection", "clos"));
    QVERIFY(!headerListContains(headers, "Via", "close"));
    QVERIFY(isHttpToken("X-Request_Id.1~"));
    QVERIFY(!isHttpToken(""));
    QVERIFY(!isHttpToken("a b"));
    QVERIFY(!isHttpToken("\xC3\xBC"));
}

QTEST_GUILESS_MAIN(TestHttpResponseParser)
#include "tst_httpresponseparser.moc"
