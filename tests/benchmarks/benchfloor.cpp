// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/benchfloor.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTcpSocket>

#include <functional>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;

namespace lathe::bench {

namespace {

QByteArray quoted(const QString& text)
{
    const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return list.mid(1, list.size() - 2);
}

const QByteArray kTools(
    R"(],"tools":[{"type":"function","function":{"name":"lookup_fact","description":"Look up one fact by key",)"
    R"("parameters":{"type":"object","properties":{"key":{"type":"string"},"lang":{"type":"string"}},)"
    R"("required":["key","lang"]}}},{"type":"function","function":{"name":"add_numbers","description":)"
    R"("Add two numbers","parameters":{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},)"
    R"("required":["a","b"]}}}],"parallel_tool_calls":true,"max_tokens":1024})");

class FloorRun
{
public:
    FloorRun(const Load& load, QSqlQuery& insert, int number, std::function<void(QString)> ended)
        : m_load(load), m_insert(insert), m_number(number), m_ended(std::move(ended))
    {
        m_history = R"({"model":"mock-1","stream":false,"messages":[{"role":"system","content":"You are a careful )"
                    R"(assistant."},{"role":"user","content":"Please work through the task. steps=)" +
                    QByteArray::number(load.steps) + "\"}";
        QObject::connect(&m_socket, &QTcpSocket::connected, &m_socket, [this] {
            m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
            send();
        });
        QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket, [this] { read(); });
        QObject::connect(&m_socket, &QTcpSocket::errorOccurred, &m_socket, [this] { m_ended(m_socket.errorString()); });
        m_socket.connectToHost(load.baseUrl.host(), static_cast<quint16>(load.baseUrl.port()));
    }

private:
    void send()
    {
        const qsizetype size = m_history.size() + kTools.size();
        m_socket.write("POST " + m_load.baseUrl.path().toUtf8() +
                       "/chat/completions HTTP/1.1\r\nHost: " + m_load.baseUrl.host().toUtf8() +
                       "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(size) +
                       "\r\n\r\n");
        m_socket.write(m_history);
        m_socket.write(kTools);
        m_socket.flush();
    }
    void read()
    {
        m_received += m_socket.readAll();
        const qsizetype head = m_received.indexOf("\r\n\r\n");
        if (head < 0) {
            return;
        }
        const QByteArray lower = m_received.left(head).toLower();
        const qsizetype at = lower.indexOf("content-length:") + 15;
        const qsizetype size =
            lower.mid(at, lower.indexOf('\r', at) < 0 ? -1 : lower.indexOf('\r', at) - at).trimmed().toLongLong();
        if (m_received.size() < head + 4 + size) {
            return;
        }
        const QByteArray body = m_received.mid(head + 4, size);
        m_received.clear();
        act(body);
    }
    void act(const QByteArray& body)
    {
        const QJsonObject reply = QJsonDocument::fromJson(body).object();
        const QJsonObject message =
            reply.value("choices"_L1).toArray().first().toObject().value("message"_L1).toObject();
        m_insert.bindValue(0, m_number);
        m_insert.bindValue(1, m_step++);
        m_insert.bindValue(2, body);
        if (!m_insert.exec()) {
            m_ended(m_insert.lastError().text());
            return;
        }
        const QJsonArray calls = message.value("tool_calls"_L1).toArray();
        if (calls.isEmpty()) {
            m_ended(m_step == m_load.steps + 1 ? QString() : u"the floor made another number of decisions"_s);
            return;
        }
        const QJsonObject call = calls.first().toObject();
        const QJsonObject function = call.value("function"_L1).toObject();
        const QJsonObject arguments =
            QJsonDocument::fromJson(function.value("arguments"_L1).toString().toUtf8()).object();
        const QString id = call.value("id"_L1).toString();
        const QString result =
            function.value("name"_L1).toString() == "lookup_fact"_L1
                ? QString(u"{\"key\":\""_s + arguments.value("key"_L1).toString() + u"\",\"value\":\""_s +
                          QString(160, u'x') + u"\"}"_s)
                : QString(u"{\"sum\":"_s +
                          QString::number(arguments.value("a"_L1).toInteger() + arguments.value("b"_L1).toInteger()) +
                          u"}"_s);
        m_history += ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":" +
                     QJsonDocument(calls).toJson(QJsonDocument::Compact) +
                     "},{\"role\":\"tool\",\"tool_call_id\":" + quoted(id) + ",\"content\":" + quoted(result) + "}";
        send();
    }

    const Load& m_load;
    QSqlQuery& m_insert;
    int m_number;
    int m_step = 0;
    std::function<void(QString)> m_ended;
    QTcpSocket m_socket;
    QByteArray m_history;
    QByteArray m_received;
};

} // namespace

QString runFloor(const Load& load, const QString& path)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"floor"_s);
    database.setDatabaseName(path);
    if (!database.open()) {
        return database.lastError().text();
    }
    for (const QString& sql : {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s,
                               u"CREATE TABLE log (run BIGINT, step BIGINT, reply BLOB, PRIMARY KEY (run, step))"_s}) {
        QSqlQuery query(database);
        if (!query.exec(sql)) {
            return query.lastError().text();
        }
    }
    QSqlQuery insert(database);
    if (!insert.prepare(u"INSERT INTO log VALUES (?, ?, ?)"_s)) {
        return insert.lastError().text();
    }
    QEventLoop loop;
    QString failure;
    int started = 0;
    int ended = 0;
    std::vector<std::unique_ptr<FloorRun>> runs;
    std::function<void()> startNext = [&] {
        if (started < load.runs) {
            const int number = started++;
            runs.push_back(std::make_unique<FloorRun>(load, insert, number, [&](const QString& error) {
                failure = failure.isEmpty() ? error : failure;
                ++ended;
                if (ended == load.runs || !failure.isEmpty()) {
                    loop.quit();
                } else {
                    startNext();
                }
            }));
        }
    };
    for (int i = 0; i < load.concurrency; ++i) {
        startNext();
    }
    loop.exec();
    runs.clear();
    return failure;
}

} // namespace lathe::bench
