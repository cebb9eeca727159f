// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/benchserver.h"

#include <QPointer>
#include <QTcpSocket>
#include <QTimer>

namespace lathe::bench {

namespace {

constexpr int kCompletionTokens = 24;
constexpr qsizetype kEdge = 4096; // "stream":true is looked for in the first and last bytes

int numberAt(const QByteArray& text, qsizetype at)
{
    int number = 0;
    for (; at < text.size() && text.at(at) >= '0' && text.at(at) <= '9'; ++at) {
        number = number * 10 + (text.at(at) - '0');
    }
    return number;
}

QByteArray callId(int turn)
{
    return "call_" + QByteArray::number(turn).rightJustified(6, '0');
}

QByteArray arguments(int turn)
{
    const QByteArray number = QByteArray::number(turn);
    if (turn % 2 == 0) {
        return R"({\"key\":\"fact-)" + number + R"(\",\"lang\":\"en\"})";
    }
    return R"({\"a\":)" + number + R"(,\"b\":)" + QByteArray::number(turn * 2) + "}";
}

QByteArray toolCall(int turn)
{
    return R"({"id":")" + callId(turn) + R"(","type":"function","function":{"name":")" +
           (turn % 2 == 0 ? "lookup_fact" : "add_numbers") + R"(","arguments":")" + arguments(turn) + "\"}}";
}

QByteArray usage(qsizetype requestBytes)
{
    const qsizetype prompt = requestBytes / 4;
    return R"("usage":{"prompt_tokens":)" + QByteArray::number(prompt) + R"(,"completion_tokens":)" +
           QByteArray::number(kCompletionTokens) + R"(,"total_tokens":)" +
           QByteArray::number(prompt + kCompletionTokens) + "}";
}

const QByteArray kFinal("All facts were looked up and all numbers were added; the work is done.");

QByteArray plainReply(int turn, int steps, qsizetype requestBytes)
{
    const bool last = turn >= steps;
    QByteArray message = R"("content":)";
    if (last) {
        message += '"' + kFinal + R"(","refusal":null)";
    } else {
        message += R"(null,"refusal":null,"tool_calls":[)" + toolCall(turn) + "]";
    }
    return R"({"id":"chatcmpl-)" + QByteArray::number(turn) +
           R"(","object":"chat.completion","created":1750000000,"model":"mock-1","choices":[{"index":0,"message":)"
           R"({"role":"assistant",)" +
           message + R"(},"logprobs":null,"finish_reason":")" + (last ? "stop" : "tool_calls") + "\"}]," +
           usage(requestBytes) + "}";
}

QByteArray event(int turn, const QByteArray& choices, const QByteArray& rest = {})
{
    return R"(data: {"id":"chatcmpl-)" + QByteArray::number(turn) +
           R"(","object":"chat.completion.chunk","created":1750000000,"model":"mock-1","choices":[)" + choices + "]" +
           rest + "}\n\n";
}

QByteArray streamedReply(int turn, int steps, qsizetype requestBytes)
{
    const bool last = turn >= steps;
    const auto choice = [turn](const QByteArray& delta, const QByteArray& finish) {
        return event(turn, R"({"index":0,"delta":)" + delta + R"(,"logprobs":null,"finish_reason":)" + finish + "}");
    };
    QByteArray reply;
    if (last) {
        reply += choice(R"({"role":"assistant","content":""})", "null");
        for (qsizetype at = 0; at < kFinal.size(); at += 5) {
            reply += choice(R"({"content":")" + kFinal.mid(at, 5) + "\"}", "null");
        }
    } else {
        QByteArray call = toolCall(turn);
        call.insert(1, R"("index":0,)");
        reply += choice(R"({"role":"assistant","content":null,"tool_calls":[)" + call + "]}", "null");
    }
    reply += choice("{}", last ? R"("stop")" : R"("tool_calls")");
    return reply + event(turn, {}, "," + usage(requestBytes)) + "data: [DONE]\n\n";
}

} // namespace

void BenchServer::incomingConnection(qintptr descriptor)
{
    auto *socket = new QTcpSocket(this);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
        m_received.remove(socket);
        socket->deleteLater();
    });
    socket->setSocketDescriptor(descriptor);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

void BenchServer::read(QTcpSocket *socket)
{
    QByteArray& received = m_received[socket];
    received += socket->readAll();
    for (;;) {
        const qsizetype head = received.indexOf("\r\n\r\n");
        const qsizetype length = received.left(qMax<qsizetype>(head, 0)).toLower().indexOf("content-length:");
        if (head < 0 || length < 0) {
            return;
        }
        qsizetype at = length + 15;
        while (received.at(at) == ' ') {
            ++at;
        }
        const qsizetype end = head + 4 + numberAt(received, at);
        if (received.size() < end) {
            return;
        }
        const QByteArray body = received.mid(head + 4, end - head - 4);
        received.remove(0, end);
        if (m_delayMs == 0) {
            answer(socket, body);
        } else {
            QTimer::singleShot(m_delayMs, Qt::PreciseTimer, this, [this, to = QPointer<QTcpSocket>(socket), body] {
                if (to) {
                    answer(to, body);
                }
            });
        }
    }
}

void BenchServer::answer(QTcpSocket *socket, const QByteArray& body)
{
    const qsizetype steps = body.indexOf("steps=");
    const qsizetype call = body.lastIndexOf("call_0");
    const int wanted = steps < 0 ? 0 : numberAt(body, steps + 6);
    const int turn = call < 0 ? 0 : numberAt(body, call + 5) + 1;
    const bool stream = body.left(kEdge).contains("\"stream\":true") || body.right(kEdge).contains("\"stream\":true");
    const QByteArray reply = stream ? streamedReply(turn, wanted, body.size()) : plainReply(turn, wanted, body.size());
    const QByteArray type = stream ? "text/event-stream" : "application/json";
    socket->write("HTTP/1.1 200 OK\r\nContent-Type: " + type +
                  "\r\nContent-Length: " + QByteArray::number(reply.size()) + "\r\n\r\n" + reply);
    socket->flush();
}

} // namespace lathe::bench
