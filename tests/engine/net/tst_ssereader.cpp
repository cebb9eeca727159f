// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/ssereader.h"

#include <QRandomGenerator>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

/// Events as text, "event|data|id", so that a table can hold them.
struct Read
{
    QStringList events;
    qint64 comments = 0;
    std::optional<qint64> retryMs;
    bool ok = true;

    bool operator==(const Read&) const = default;
};

QString text(const SseEvent& event)
{
    QString line = QString::fromUtf8(event.event);
    line += u'|';
    line += QString::fromUtf8(event.data);
    line += u'|';
    line += QString::fromUtf8(event.id);
    return line;
}

/// Reads stream cut at the given places; finish says whether the end of the stream is told.
Read readSplit(const QByteArray& stream, const QList<qsizetype>& cuts)
{
    Read read;
    auto onEvent = [&read](const SseEvent& event) { read.events.append(text(event)); };
    SseReader reader(onEvent);
    qsizetype from = 0;
    QList<qsizetype> ends = cuts;
    ends.append(stream.size());
    for (const qsizetype end : ends) {
        // A buffer of exactly this size: reading past it is seen by the address sanitizer.
        const QByteArray piece(stream.constData() + from, end - from);
        read.ok = read.ok && reader.feed(piece).has_value();
        from = end;
    }
    read.ok = read.ok && reader.finish().has_value();
    read.comments = reader.commentCount();
    read.retryMs = reader.retryMs();
    return read;
}

} // namespace

class TestSseReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void everySplitGivesTheSame_data() { reads_data(); }
    void everySplitGivesTheSame();
    void randomSplitsOfALongStreamGiveTheSame();
    void dispatchesWithoutWaitingForTheByteAfterACr();
    void eventAtTheLimitPasses();
    void eventOverTheLimitIsRefused_data();
    void eventOverTheLimitIsRefused();
    void manySmallEventsNeverReachTheLimit();
    void resetForgets();
    void retryMustBeDigits_data();
    void retryMustBeDigits();
};

void TestSseReader::reads_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QStringList>("events");
    QTest::addColumn<int>("comments");

    QTest::newRow("nothing") << QByteArray() << QStringList() << 0;
    QTest::newRow("one") << QByteArray("data: a\n\n") << QStringList{u"|a|"_s} << 0;
    QTest::newRow("no space") << QByteArray("data:a\n\n") << QStringList{u"|a|"_s} << 0;
    QTest::newRow("one space is dropped") << QByteArray("data:  a \n\n") << QStringList{u"| a |"_s} << 0;
    QTest::newRow("LF CR CRLF") << QByteArray("data: a\n\ndata: b\r\rdata: c\r\n\r\n")
                                << QStringList{u"|a|"_s, u"|b|"_s, u"|c|"_s} << 0;
    QTest::newRow("mixed ends in one event")
        << QByteArray("data: a\rdata: b\r\ndata: c\n\r\n") << QStringList{u"|a\nb\nc|"_s} << 0;
    QTest::newRow("LF after CRLF is an empty line")
        << QByteArray("data: a\r\n\ndata: b\n\n") << QStringList{u"|a|"_s, u"|b|"_s} << 0;
    QTest::newRow("several data lines") << QByteArray("data: a\ndata:\ndata: b\n\n") << QStringList{u"|a\n\nb|"_s} << 0;
    QTest::newRow("empty data is an event") << QByteArray("data\n\ndata:\n\n") << QStringList{u"||"_s, u"||"_s} << 0;
    QTest::newRow("first data line empty") << QByteArray("data:\ndata: a\n\n") << QStringList{u"|\na|"_s} << 0;
    QTest::newRow("event without data is none")
        << QByteArray("event: ping\n\ndata: a\n\n") << QStringList{u"|a|"_s} << 0;
    QTest::newRow("event name") << QByteArray("event: delta\ndata: a\n\ndata: b\n\n")
                                << QStringList{u"delta|a|"_s, u"|b|"_s} << 0;
    QTest::newRow("id lasts") << QByteArray("id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")
                              << QStringList{u"|a|7"_s, u"|b|7"_s, u"|c|"_s} << 0;
    QTest::newRow("id with NUL is ignored")
        << QByteArray("id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n", 31) << QStringList{u"|a|7"_s, u"|b|7"_s} << 0;
    QTest::newRow("comments") << QByteArray(": OPENROUTER PROCESSING\n\n:\ndata: a\n:x\n\n") << QStringList{u"|a|"_s}
                              << 3;
    QTest::newRow("unknown fields") << QByteArray("foo: x\nfoo\ndata: a\n data: b\nDATA: c\n\n")
                                    << QStringList{u"|a|"_s} << 0;
    QTest::newRow("colons in data") << QByteArray("data: {\"a\":\":\"}\n\n") << QStringList{u"|{\"a\":\":\"}|"_s} << 0;
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                   "data: a\n\n")
                                     << QStringList{u"|a|"_s} << 0;
    QTest::newRow("mark only at the start") << QByteArray("data: a\n\n\xEF\xBB\xBF"
                                                          "data: b\n\n")
                                            << QStringList{u"|a|"_s} << 0;
    QTest::newRow("rest without empty line") << QByteArray("data: a\n") << QStringList{u"|a|"_s} << 0;
    QTest::newRow("rest without line end") << QByteArray("event: e\ndata: a") << QStringList{u"e|a|"_s} << 0;
    QTest::newRow("rest after CR") << QByteArray("data: a\r") << QStringList{u"|a|"_s} << 0;
    QTest::newRow("rest of two lines") << QByteArray("data: a\ndata: b") << QStringList{u"|a\nb|"_s} << 0;
    QTest::newRow("UTF-8") << QByteArray("data: gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\xA7\n\n")
                           << QStringList{QStringLiteral("|grüß 🔧|")} << 0;
    QTest::newRow("done mark") << QByteArray("data: {}\n\ndata: [DONE]\n\n") << QStringList{u"|{}|"_s, u"|[DONE]|"_s}
                               << 0;
}

void TestSseReader::reads()
{
    QFETCH(QByteArray, stream);
    QFETCH(QStringList, events);
    QFETCH(int, comments);
    const Read read = readSplit(stream, {});
    QVERIFY(read.ok);
    QCOMPARE(read.events, events);
    QCOMPARE(read.comments, comments);
}

void TestSseReader::everySplitGivesTheSame()
{
    QFETCH(QByteArray, stream);
    const Read whole = readSplit(stream, {});
    for (qsizetype first = 0; first <= stream.size(); ++first) {
        for (qsizetype second = first; second <= stream.size(); ++second) {
            QVERIFY2(readSplit(stream, {first, second}) == whole,
                     qPrintable(QStringLiteral("cut at %1 and %2").arg(first).arg(second)));
        }
    }
    QList<qsizetype> each;
    for (qsizetype at = 1; at < stream.size(); ++at) {
        each.append(at);
    }
    QVERIFY(readSplit(stream, each) == whole);
}

void TestSseReader::randomSplitsOfALongStreamGiveTheSame()
{
    QRandomGenerator random(4711);
    const QList<QByteArray> atoms = {"data: ", "data:", "event: x", "id: 3", ": c", "\n", "\r",
                                     "\r\n",   "\n\n",  "a",        "ü",     " ",   ":",  "retry: 5"};
    for (int round = 0; round < 300; ++round) {
        QByteArray stream;
        const int length = random.bounded(60);
        for (int i = 0; i < length; ++i) {
            stream += atoms.at(random.bounded(static_cast<int>(atoms.size())));
        }
        const Read whole = readSplit(stream, {});
        for (int tries = 0; tries < 20; ++tries) {
            QList<qsizetype> cuts;
            qsizetype at = 0;
            while (at < stream.size()) {
                cuts.append(at);
                at += random.bounded(9);
            }
            QVERIFY2(readSplit(stream, cuts) == whole, stream.toPercentEncoding().constData());
        }
    }
}

void TestSseReader::dispatchesWithoutWaitingForTheByteAfterACr()
{
    int events = 0;
    auto onEvent = [&events](const SseEvent&) { ++events; };
    SseReader reader(onEvent);
    QVERIFY(reader.feed("data: a\r\n\r"));
    QCOMPARE(events, 1);
    QVERIFY(reader.feed("\n"));
    QVERIFY(reader.feed("data: b\r\r"));
    QCOMPARE(events, 2);
    QCOMPARE(reader.eventCount(), 2);
}

void TestSseReader::eventAtTheLimitPasses()
{
    qsizetype size = 0;
    auto onEvent = [&size](const SseEvent& event) { size = event.data.size(); };
    SseReader reader(onEvent, 100);
    QByteArray line("data: ");
    line += QByteArray(94, 'x');
    QVERIFY(reader.feed(line));
    QVERIFY(reader.feed("\n\n"));
    QCOMPARE(size, 94);
}

void TestSseReader::eventOverTheLimitIsRefused_data()
{
    QTest::addColumn<QList<QByteArray>>("pieces");
    QTest::newRow("one long line") << QList<QByteArray>{QByteArray("data: ") + QByteArray(95, 'x')};
    QTest::newRow("a line that grows") << QList<QByteArray>{"data: ", QByteArray(60, 'x'), QByteArray(60, 'x')};
    QTest::newRow("many lines") << QList<QByteArray>(40, QByteArray("data: xxx\n"));
    QTest::newRow("many empty lines of data") << QList<QByteArray>(200, QByteArray("data\n"));
    QTest::newRow("a long comment") << QList<QByteArray>{QByteArray(":") + QByteArray(101, 'x')};
    QTest::newRow("name and data") << QList<QByteArray>{QByteArray("event: ") + QByteArray(60, 'x') + "\n",
                                                        QByteArray("data: ") + QByteArray(60, 'x') + "\n"};
}

void TestSseReader::eventOverTheLimitIsRefused()
{
    QFETCH(QList<QByteArray>, pieces);
    int events = 0;
    auto onEvent = [&events](const SseEvent&) { ++events; };
    SseReader reader(onEvent, 100);
    Result<void> result;
    for (const QByteArray& piece : pieces) {
        result = reader.feed(piece);
    }
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Network);
    QVERIFY(result.error().message.contains(QStringLiteral("100 bytes")));
    QVERIFY(!reader.feed("\n\n"));
    QVERIFY(!reader.finish());
    QCOMPARE(events, 0);
}

void TestSseReader::manySmallEventsNeverReachTheLimit()
{
    int events = 0;
    auto onEvent = [&events](const SseEvent&) { ++events; };
    SseReader reader(onEvent, 100);
    for (int i = 0; i < 1000; ++i) {
        QVERIFY(reader.feed(": ping\nevent: e\ndata: 0123456789\n\nda"));
        QVERIFY(reader.feed("ta: 0123456789\n\n"));
    }
    QCOMPARE(events, 2000);
}

void TestSseReader::resetForgets()
{
    QStringList events;
    auto onEvent = [&events](const SseEvent& event) { events.append(text(event)); };
    SseReader reader(onEvent, 100);
    QVERIFY(reader.feed("id: 1\nretry: 5\n: c\nevent: e\ndata: a"));
    QVERIFY(!reader.feed(QByteArray(200, 'x')));
    reader.reset();
    QCOMPARE(reader.commentCount(), 0);
    QVERIFY(!reader.retryMs());
    QVERIFY(reader.feed("\xEF\xBB\xBF"
                        "data: b\n\n"));
    QCOMPARE(events, QStringList{u"|b|"_s});
}

void TestSseReader::retryMustBeDigits_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("expected");
    QTest::newRow("digits") << QByteArray("1500") << qint64(1500);
    QTest::newRow("zero") << QByteArray("0") << qint64(0);
    QTest::newRow("sign") << QByteArray("-1") << qint64(-1);
    QTest::newRow("plus") << QByteArray("+1") << qint64(-1);
    QTest::newRow("blank") << QByteArray(" 12") << qint64(-1);
    QTest::newRow("empty") << QByteArray("") << qint64(-1);
    QTest::newRow("text") << QByteArray("5s") << qint64(-1);
    QTest::newRow("too large") << QByteArray("99999999999999999999") << qint64(-1);
}

void TestSseReader::retryMustBeDigits()
{
    QFETCH(QByteArray, value);
    QFETCH(qint64, expected);
    auto ignore = [](const SseEvent&) {};
    SseReader reader(ignore);
    QByteArray line("retry: ");
    line += value;
    line += "\n";
    QVERIFY(reader.feed(line));
    QCOMPARE(reader.retryMs().value_or(-1), expected);
}

QTEST_GUILESS_MAIN(TestSseReader)
#include "tst_ssereader.moc"
