// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/money.h"
#include "tests/e2e/lathectl.h"
#include "tests/engine/tools/stubserver.h"
#include "tests/support/aguiverifier.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

const QStringList kBreakdown =
    u"run_id,job_name,started_at_utc,line_at_utc,day_utc,user_id,user_tier,team_id,phase_number,phase,decision_number,"
    "decision_kind,attempt,tool,provider,model_requested,model_billed,service_tier,meter,quantity,unit,unit_price,per,"
    "cost,currency,cost_source,pricebook_version,rate_id,status,tags"_s.split(u',');

} // namespace

/// What lathectl tells of runs, bills, users, tools and knowledge: the forms that scripts read, field by field.
class TestReports : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_lathe = std::make_unique<Lathectl>(); }

    void listsRunsAsPromised();
    void findsRunsByTheirBeginning();
    void writesTheBreakdown();
    void groupsBills();
    void reconcilesAndForecasts();
    void exportsJournalAndResponse();
    void exportsTraces();
    void sendsTraces();
    void importsRuns();
    void keepsPolicies();
    void callsTools();
    void keepsKnowledge();
    void listsModels();

private:
    [[nodiscard]] QString ask(const QString& user, const QString& prompt)
    {
        const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, prompt, u"--user"_s, user, u"--quiet"_s});
        return ran.status == 0 ? m_lathe->newest().value("run"_L1).toString() : QString();
    }
    std::unique_ptr<Lathectl> m_lathe;
};

void TestReports::listsRunsAsPromised()
{
    QCOMPARE(m_lathe->run({u"runs"_s, u"list"_s, u"--json"_s}).out.trimmed(), "[\n]"_ba);
    const QStringList ids{ask(u"alice"_s, u"What is a frame?"_s), ask(u"bob"_s, u"What is a run?"_s),
                          ask(u"alice"_s, u"What is a tool?"_s)};
    const QJsonArray runs = m_lathe->runs();
    QCOMPARE(runs.size(), 3);
    for (int i = 0; i < 3; ++i) {
        const QJsonObject run = runs.at(i).toObject();
        QCOMPARE(run.value("run"_L1).toString(), ids.at(2 - i)); // newest first
        QCOMPARE(run.value("status"_L1).toString(), u"COMPLETE"_s);
        QCOMPARE(run.value("userId"_L1).toString(), i == 1 ? u"bob"_s : u"alice"_s);
        QVERIFY(!run.value("model"_L1).toString().isEmpty());
        QCOMPARE(run.value("decisions"_L1).toInt(), 2);
        QVERIFY(run.value("tokensUsed"_L1).toInteger() > 0);
        QVERIFY(run.value("totalCost"_L1).isString());
        QVERIFY(Money::fromDecimal(run.value("totalCost"_L1).toString()));
        const QString started = run.value("startedAt"_L1).toString();
        QVERIFY2(QDateTime::fromString(started, Qt::ISODateWithMs).isValid() && started.endsWith(u'Z'),
                 qPrintable(started));
    }
    QCOMPARE(m_lathe->runs({u"--filter"_s, u"user=bob"_s}).size(), 1);
    QCOMPARE(m_lathe->runs({u"--filter"_s, u"status=complete tool"_s}).size(), 1);
    QCOMPARE(m_lathe->runs({u"--filter"_s, u"status=error"_s}).size(), 0);
    QCOMPARE(m_lathe->runs({u"--limit"_s, u"2"_s}).size(), 2);
    const Ran table = m_lathe->run({u"runs"_s, u"list"_s});
    QCOMPARE(table.out.trimmed().split('\n').size(), 4);
    QVERIFY(table.out.contains("What is a tool?"));
}

void TestReports::findsRunsByTheirBeginning()
{
    const QString id = ask(u"alice"_s, u"What is a frame?"_s);
    QCOMPARE(m_lathe->run({u"runs"_s, u"show"_s, id.left(4), u"--json"_s}).json().object().value("run"_L1).toString(),
             id);
    const QJsonObject shown = m_lathe->run({u"runs"_s, u"show"_s, id, u"--json"_s}).json().object();
    QCOMPARE(shown.value("phases"_L1).toArray().size(), 5);
    QCOMPARE(shown.value("decisionList"_L1).toArray().size(), 2);
    QVERIFY(m_lathe->run({u"runs"_s, u"show"_s, id}).out.contains("TOOL_CALL"));
    // More runs than beginnings of four hexadecimal digits would take long; an underscore or % matches nothing.
    for (const QString& prefix : {u"____"_s, u"%%%%"_s, u"zzzz"_s}) {
        const Ran ran = m_lathe->run({u"runs"_s, u"show"_s, prefix});
        QVERIFY2(ran.status == 2 && ran.err.contains(prefix.toUtf8()), ran.told().constData());
    }
    QCOMPARE(m_lathe->run({u"runs"_s, u"delete"_s, id.left(8)}).status, 0);
    QCOMPARE(m_lathe->runs().size(), 0);
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestReports::writesTheBreakdown()
{
    const QByteArray job = R"({"userId":"o'neil, \"pat\"","prompt":"What is a frame?","metadata":
                              {"name":"=cmd|x","tags":"a,b"}})";
    QCOMPARE(
        m_lathe->run({u"run"_s, u"-"_s, u"--quiet"_s, u"--response"_s, m_lathe->path(u"response.json"_s)}, job).status,
        0);
    const Ran csv = m_lathe->run({u"bill"_s, u"--format"_s, u"csv"_s, u"-o"_s, m_lathe->path(u"bill.csv"_s)});
    QCOMPARE(csv.status, 0);
    QCOMPARE(csv.out, QByteArray());
    const QList<QStringList> rows = readCsv(m_lathe->read(u"bill.csv"_s)); // RFC 4180 with CRLF, or nothing
    QVERIFY(rows.size() > 3);
    QCOMPARE(rows.first(), kBreakdown);
    const auto cell = [&](const QStringList& row, const QString& column) { return row.at(kBreakdown.indexOf(column)); };
    for (const QStringList& row : rows.mid(1)) {
        QCOMPARE(row.size(), kBreakdown.size());
        QCOMPARE(cell(row, u"user_id"_s), u"o'neil, \"pat\""_s);
        QCOMPARE(cell(row, u"currency"_s), u"USD"_s);
        QCOMPARE(cell(row, u"phase"_s), u"EXECUTION"_s);
        QCOMPARE(cell(row, u"phase_number"_s), u"4"_s);
        // quantity x unit price / per = cost, exactly
        const Money price = *Money::fromDecimal(cell(row, u"unit_price"_s));
        const Money cost = *Money::fromDecimal(cell(row, u"cost"_s));
        QCOMPARE(*price.times(cell(row, u"quantity"_s).toLongLong()), *cost.times(cell(row, u"per"_s).toLongLong()));
    }
    QCOMPARE(m_lathe->billed(), m_lathe->response().value("totalCost"_L1).toString());
    const Ran guarded = m_lathe->run({u"bill"_s, u"--format"_s, u"csv"_s, u"--profile"_s, u"spreadsheet"_s});
    QVERIFY(!guarded.out.contains(",=cmd"));
    QVERIFY(m_lathe->read(u"bill.csv"_s).endsWith("\r\n"));
}

void TestReports::groupsBills()
{
    const QString first = ask(u"alice"_s, u"What is a frame?"_s);
    const QString second = ask(u"bob"_s, u"What is a run?"_s);
    const auto bill = [this](const QStringList& more) {
        return m_lathe->run(QStringList{u"bill"_s, u"--format"_s, u"json"_s} + more).json().object();
    };
    const auto total = [](const QJsonObject& json) {
        return json.value("total"_L1).toObject().value("cost"_L1).toString();
    };
    const QJsonObject all = bill({});
    QVERIFY(all.value("sums"_L1).toObject().value("agree"_L1).toBool());
    const Money one = *Money::fromDecimal(total(bill({u"--run"_s, first})));
    const Money two = *Money::fromDecimal(total(bill({u"--user"_s, u"bob"_s})));
    QCOMPARE(*one.plus(two), *Money::fromDecimal(total(all)));
    for (const QString& group :
         {u"phase"_s, u"decision"_s, u"tool"_s, u"model"_s, u"provider"_s, u"user"_s, u"day"_s, u"user,tool"_s}) {
        const QJsonObject grouped = bill({u"--group-by"_s, group});
        QCOMPARE(total(grouped), total(all));
        Money sum;
        for (const QJsonValue& row : grouped.value("rows"_L1).toArray()) {
            sum = *sum.plus(*Money::fromDecimal(row.toObject().value("cost"_L1).toString()));
        }
        QCOMPARE(sum.toDecimal(), total(all));
        const QList<QStringList> csv =
            readCsv(m_lathe->run({u"bill"_s, u"--format"_s, u"csv"_s, u"--group-by"_s, group}).out);
        QCOMPARE(csv.size(), grouped.value("rows"_L1).toArray().size() + 1);
        QVERIFY(csv.first().join(u',').startsWith(group + u",cost,currency"_s));
    }
    QCOMPARE(total(bill({u"--to"_s, u"2020-01-01"_s})), u"0"_s);
    QCOMPARE(total(bill({u"--from"_s, u"2020-01-01"_s})), total(all));
    QVERIFY(m_lathe->run({u"bill"_s, u"--group-by"_s, u"user"_s}).out.contains("agrees"));
    QVERIFY(!second.isEmpty());
}

void TestReports::reconcilesAndForecasts()
{
    QVERIFY(!ask(u"alice"_s, u"What is a frame?"_s).isEmpty());
    const QString day = QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate);
    const QString file =
        m_lathe->write(u"activity.csv"_s, u"date,model,usage\n%1,openai/gpt-4.1,0.25\n"_s.arg(day).toUtf8());
    const Ran json = m_lathe->run({u"bill"_s, u"--reconcile"_s, file, u"--format"_s, u"json"_s});
    QVERIFY2(json.status == 0, json.told().constData());
    QCOMPARE(json.json().object().value("difference"_L1).toString(), u"0.25"_s);
    QCOMPARE(json.json().object().value("rows"_L1).toArray().first().toObject().value("reason"_L1).toString(),
             u"missing_here"_s);
    const QList<QStringList> csv =
        readCsv(m_lathe->run({u"bill"_s, u"--reconcile"_s, file, u"--format"_s, u"csv"_s}).out);
    QCOMPARE(csv.size(), 2);
    QCOMPARE(csv.last().first(), day);
    QVERIFY(m_lathe->run({u"bill"_s, u"--reconcile"_s, file}).out.contains("within $1"));
    QCOMPARE(m_lathe->run({u"bill"_s, u"--reconcile"_s, m_lathe->path(u"none"_s)}).status, 5);
    QCOMPARE(m_lathe->run({u"bill"_s, u"--reconcile"_s, m_lathe->write(u"x"_s, "x")}).status, 2);

    const QJsonObject forecast = m_lathe->run({u"bill"_s, u"--forecast"_s, u"--format"_s, u"json"_s}).json().object();
    const QJsonObject bill = m_lathe->run({u"bill"_s, u"--format"_s, u"json"_s}).json().object();
    QCOMPARE(forecast.value("spent"_L1), bill.value("total"_L1).toObject().value("cost"_L1));
    QVERIFY(m_lathe->run({u"bill"_s, u"--forecast"_s}).out.contains("too few full days"));
    QCOMPARE(m_lathe->run({u"bill"_s, u"--status"_s, u"stone"_s}).status, 2);
    const QJsonObject none =
        m_lathe->run({u"bill"_s, u"--model"_s, u"none"_s, u"--format"_s, u"json"_s}).json().object();
    QCOMPARE(none.value("total"_L1).toObject().value("lines"_L1).toInt(), 0);
}

void TestReports::exportsJournalAndResponse()
{
    const QString id = ask(u"alice"_s, u"What is a frame?"_s);
    const Ran journal = m_lathe->run({u"export"_s, id, u"--format"_s, u"jsonl"_s});
    QCOMPARE(journal.status, 0);
    qint64 seq = 0;
    QStringList names;
    for (const QByteArray& line : journal.out.trimmed().split('\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        QCOMPARE(event.keys(), (QStringList{u"details"_s, u"event"_s, u"phase"_s, u"run"_s, u"seq"_s, u"time"_s}));
        QCOMPARE(event.value("seq"_L1).toInteger(), ++seq);
        QCOMPARE(event.value("run"_L1).toString(), id);
        const QString time = event.value("time"_L1).toString();
        QVERIFY2(time.size() == 24 && time.endsWith(u'Z'), qPrintable(time));
        names << event.value("event"_L1).toString();
    }
    for (const QString& name :
         {u"RUN_CREATED"_s, u"VALIDATION_SUCCESS"_s, u"CACHE_LOOKUP"_s, u"PHASE_ENTERED"_s, u"PHASE_LEFT"_s,
          u"POLICY_CHECK"_s, u"FRAME_ENTERED"_s, u"FRAME_LEFT"_s, u"LLM_REQUEST"_s, u"LLM_RESPONSE"_s, u"DECISION"_s,
          u"TOOL_REQUEST"_s, u"TOOL_RESULT"_s, u"COST_LINE"_s, u"CACHE_WRITTEN"_s, u"FINAL_BILLING_REPORT"_s}) {
        QVERIFY2(names.contains(name), qPrintable(name));
    }
    QCOMPARE(names.first(), u"RUN_CREATED"_s);
    QCOMPARE(names.last(), u"RUN_FINISHED"_s);
    QCOMPARE(m_lathe->run({u"export"_s, id, u"-o"_s, m_lathe->path(u"e.jsonl"_s)}).status, 0);
    QCOMPARE(m_lathe->read(u"e.jsonl"_s), journal.out);
    const QJsonObject response = m_lathe->run({u"export"_s, id, u"--format"_s, u"response"_s}).json().object();
    for (const QString& field : {u"correlationId"_s, u"jobSignature"_s, u"status"_s, u"result"_s, u"phaseResult"_s,
                                 u"fromCache"_s, u"executionTime"_s, u"tokensUsed"_s, u"totalCost"_s, u"decisions"_s,
                                 u"toolCalls"_s, u"billing"_s, u"startedAt"_s, u"completedAt"_s}) {
        QVERIFY2(response.contains(field), qPrintable(field));
    }
    QCOMPARE(m_lathe->run({u"export"_s, id, u"--format"_s, u"stone"_s}).status, 2);
}

void TestReports::exportsTraces()
{
    const QString id = ask(u"alice"_s, u"What is a frame?"_s);
    const QStringList otlp{u"export"_s, id, u"--format"_s, u"otlp"_s};
    const Ran trace = m_lathe->run(otlp);
    QVERIFY2(trace.status == 0, trace.told().constData());
    QCOMPARE(trace.json().object().keys(), QStringList{u"resourceSpans"_s});
    QVERIFY(!trace.out.contains("What is a frame?")); // nobody asked for content
    QVERIFY(m_lathe->run(otlp + QStringList{u"--with-content"_s}).out.contains("What is a frame?"));
    QCOMPARE(m_lathe->run(otlp + QStringList{u"-o"_s, m_lathe->path(u"t.json"_s)}).status, 0);
    QCOMPARE(m_lathe->read(u"t.json"_s), trace.out); // byte for byte the same
    const Ran agui = m_lathe->run({u"export"_s, id, u"--format"_s, u"agui"_s});
    QStringList complaints;
    const QList<QJsonObject> events = readAguiStream(agui.out, &complaints);
    complaints += verifyAgui(events);
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(u'\n')));
    QCOMPARE(events.last().value("type"_L1).toString(), u"RUN_FINISHED"_s);
    const Ran run = m_lathe->run({u"export"_s, id, u"--format"_s, u"run"_s});
    const QJsonObject head = QJsonDocument::fromJson(run.out.split('\n').first()).object();
    QCOMPARE(head.value("format"_L1).toString(), u"lathe.run/1"_s);
    QCOMPARE(head.value("run"_L1).toString(), id);
    QCOMPARE(run.out.count('\n'), 1 + head.value("events"_L1).toInt() + head.value("bodies"_L1).toInt());
    for (const QStringList& wrong :
         {QStringList{u"--format"_s, u"jsonl"_s, u"--with-content"_s},
          QStringList{u"--format"_s, u"agui"_s, u"--otlp-endpoint"_s, u"http://127.0.0.1:1"_s},
          QStringList{u"--format"_s, u"otlp"_s, u"--otlp-endpoint"_s, u"http://127.0.0.1:1"_s, u"-o"_s, u"x"_s},
          QStringList{u"--format"_s, u"otlp"_s, u"--otlp-endpoint"_s, u"nonsense"_s},
          QStringList{u"--format"_s, u"xml"_s}}) {
        const Ran refused = m_lathe->run(QStringList{u"export"_s, id} + wrong);
        QVERIFY2(refused.status == 2, refused.told().constData());
    }
}

void TestReports::sendsTraces()
{
    const QString id = ask(u"alice"_s, u"What is a frame?"_s);
    int status = 200;
    QByteArray body = "{}";
    StubServer server([&](const StubRequest&) {
        StubReply reply;
        reply.status = status;
        reply.body = body;
        return reply;
    });
    m_lathe->environment().insert(u"OTEL_EXPORTER_OTLP_HEADERS"_s, u"authorization=Bearer%20s3cret,x-a = b"_s);
    const QStringList command{u"export"_s, id, u"--format"_s, u"otlp"_s, u"--otlp-endpoint"_s, server.url()};
    const auto send = [&] {
        const auto process = m_lathe->start(command);
        // The server answers on this thread.
        const bool ended = QTest::qWaitFor([&] { return process->state() == QProcess::NotRunning; }, 120'000);
        return ended ? Lathectl::finish(*process) : Ran();
    };
    const Ran sent = send();
    QVERIFY2(sent.status == 0, sent.told().constData());
    QCOMPARE(server.requests.size(), 1);
    QCOMPARE(server.requests.first().headers.value("authorization"), "Bearer s3cret"_ba);
    QCOMPARE(server.requests.first().headers.value("x-a"), "b"_ba);
    QCOMPARE(server.requests.first().body, m_lathe->run({u"export"_s, id, u"--format"_s, u"otlp"_s}).out);
    QVERIFY(sent.out.isEmpty() && sent.err.contains("sent 4 spans"));
    body = R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}})";
    const Ran partly = send();
    QVERIFY2(partly.status == 1 && partly.err.contains("3 of 4 spans: too old"), partly.told().constData());
    status = 401;
    body = "who are you";
    const Ran refused = send();
    QVERIFY2(refused.status != 0 && refused.err.contains("401: who are you"), refused.told().constData());
    QVERIFY(!refused.told().contains("s3cret"));
}

void TestReports::importsRuns()
{
    const QString id = ask(u"alice"_s, u"What is a frame?"_s);
    const QJsonObject before = m_lathe->newest();
    for (const QString& format : {u"run"_s, u"jsonl"_s, u"otlp"_s, u"agui"_s}) {
        const QString file = m_lathe->path(u"export."_s + format);
        QCOMPARE(m_lathe->run({u"export"_s, id, u"--format"_s, format, u"-o"_s, file}).status, 0);
        const QStringList elsewhere{u"--db"_s, m_lathe->path(format + u".db"_s)};
        const Ran taken = m_lathe->run(QStringList{u"runs"_s, u"import"_s, file} + elsewhere);
        QVERIFY2(taken.status == 0, taken.told().constData());
        QCOMPARE(taken.out.trimmed(), id.toUtf8());
        const QJsonObject after = m_lathe->runs(elsewhere).first().toObject();
        QVERIFY(after.value("imported"_L1).toBool());
        for (const QString& field :
             {u"run"_s, u"status"_s, u"userId"_s, u"decisions"_s, u"tokensUsed"_s, u"totalCost"_s}) {
            QCOMPARE(after.value(field), before.value(field));
        }
        // Looked at, but charged to nobody.
        const QStringList bill{u"bill"_s, u"--format"_s, u"csv"_s};
        QCOMPARE(readCsv(m_lathe->run(bill + elsewhere).out).size(), 1);
        QVERIFY(readCsv(m_lathe->run(bill + QStringList{u"--run"_s, id} + elsewhere).out).size() > 1);
        QVERIFY(readCsv(m_lathe->run(bill + QStringList{u"--imported"_s} + elsewhere).out).size() > 1);
        QCOMPARE(m_lathe->run(QStringList{u"resume"_s, id} + elsewhere).status, 2);
        QCOMPARE(m_lathe->run(QStringList{u"runs"_s, u"import"_s, file} + elsewhere).status, 2); // is there already
        QCOMPARE(m_lathe->run(QStringList{u"runs"_s, u"import"_s, u"--as-new"_s, file} + elsewhere).status, 0);
        QCOMPARE(m_lathe->runs(elsewhere).size(), 2);
        QCOMPARE(m_lathe->run(QStringList{u"doctor"_s} + elsewhere).status, 0);
    }
    const Ran wrong = m_lathe->run({u"runs"_s, u"import"_s, m_lathe->write(u"x.json"_s, R"({"resourceSpans": [7]})")});
    QVERIFY2(wrong.status == 2 && wrong.err.contains("$.resourceSpans[0]"), wrong.told().constData());
    QCOMPARE(m_lathe->run({u"runs"_s, u"import"_s, m_lathe->path(u"missing"_s)}).status, 5);
    QCOMPARE(m_lathe->run({u"runs"_s, u"import"_s, u"-"_s}, "nonsense").status, 2);
}

void TestReports::keepsPolicies()
{
    QVERIFY(m_lathe->run({u"policy"_s, u"list"_s}).err.contains("no users"));
    const auto get = [this](const QString& user) {
        QJsonObject policy = m_lathe->run({u"policy"_s, u"get"_s, user}).json().object();
        policy.remove("changes"_L1); // who made them and when
        policy.remove("ruleOrigins"_L1);
        return policy;
    };
    QCOMPARE(get(u"bob"_s).value("tier"_L1).toString(), u"free"_s);
    QCOMPARE(get(u"bob"_s).value("maxToolCalls"_L1).toInt(), 10);
    const Ran set = m_lathe->run({u"policy"_s, u"set"_s, u"bob"_s, u"tier=pro"_s, u"maxToolCalls=7"_s,
                                  u"budgetPerRun=0.25"_s, u"allowedTools=retrieve_context,code_executor"_s});
    QVERIFY2(set.status == 0, set.told().constData());
    QCOMPARE(set.json().object(), get(u"bob"_s));
    QCOMPARE(get(u"bob"_s).value("requestsPerMinute"_L1).toInt(), 30);
    QCOMPARE(get(u"bob"_s).value("maxToolCalls"_L1).toInt(), 7);
    QCOMPARE(get(u"bob"_s).value("budgetPerRun"_L1).toString(), u"0.25"_s);
    QCOMPARE(get(u"bob"_s).value("allowedTools"_L1).toArray().size(), 2);
    QCOMPARE(m_lathe->run({u"policy"_s, u"set"_s, u"bob"_s, u"budgetPerRun=none"_s, u"maxToolCalls=x"_s}).status, 2);
    QCOMPARE(get(u"bob"_s).value("budgetPerRun"_L1).toString(), u"0.25"_s); // a refused change changes nothing
    QCOMPARE(m_lathe->run({u"policy"_s, u"set"_s, u"bob"_s, u"budgetPerRun=none"_s}).status, 0);
    QVERIFY(get(u"bob"_s).value("budgetPerRun"_L1).isNull());
    QVERIFY(m_lathe->run({u"policy"_s, u"list"_s}).out.contains("pro"));
    // A limit holds from the next check on.
    QCOMPARE(m_lathe->run({u"policy"_s, u"set"_s, u"bob"_s, u"requestsPerMinute=1"_s}).status, 0);
    QVERIFY(!ask(u"bob"_s, u"What is a frame?"_s).isEmpty());
    const Ran refused = m_lathe->run({u"run"_s, u"--prompt"_s, u"And a run?"_s, u"--user"_s, u"bob"_s, u"--quiet"_s});
    QCOMPARE(refused.status, 3);
    QVERIFY2(refused.err.contains("RATE_LIMIT_EXCEEDED") && refused.err.contains("allowed at"),
             refused.told().constData());
}

void TestReports::callsTools()
{
    const QJsonArray tools = m_lathe->run({u"tools"_s, u"list"_s, u"--json"_s}).json().array();
    QCOMPARE(tools.size(), 5);
    for (const QJsonValue& tool : tools) {
        QVERIFY(tool.toObject().value("inputSchema"_L1).isObject());
        QVERIFY(tool.toObject().value("available"_L1).toBool() || tool.toObject().contains("reason"_L1));
    }
    const Ran found = m_lathe->run({u"tools"_s, u"call"_s, u"retrieve_context"_s, u"{\"query\":\"breakpoint\"}"_s});
    QCOMPARE(found.status, 0);
    QVERIFY(!found.json().object().value("passages"_L1).toArray().isEmpty());
    QCOMPARE(m_lathe->run({u"tools"_s, u"check"_s}).out.count('\n'), 5);
    if (qEnvironmentVariableIsSet("LATHE_NO_SANDBOX")) {
        QSKIP("this machine has no working sandbox");
    }
    const auto execute = [this](const QJsonObject& arguments) {
        return m_lathe->run({u"tools"_s, u"call"_s, u"code_executor"_s,
                             QString::fromUtf8(QJsonDocument(arguments).toJson(QJsonDocument::Compact))});
    };
    const Ran sum = execute({{u"language"_s, u"python"_s},
                             {u"code"_s, u"print(open('a.txt').read() * 2)\nopen('b.txt', 'w').write('done')"_s},
                             {u"files"_s, QJsonObject{{u"a.txt"_s, u"ab"_s}}}});
    QVERIFY2(sum.status == 0, sum.told().constData());
    const QJsonObject result = sum.json().object();
    QCOMPARE(result.value("exitCode"_L1).toInt(-1), 0);
    QCOMPARE(result.value("stdout"_L1).toString(), u"abab\n"_s);
    QCOMPARE(result.value("timedOut"_L1).toBool(true), false);
    QVERIFY(result.contains("durationMs"_L1) && result.contains("stderr"_L1) && result.contains("files"_L1));
    const Ran slow = execute({{u"language"_s, u"bash"_s}, {u"code"_s, u"sleep 30"_s}, {u"timeoutMs"_s, 300}});
    QVERIFY2(slow.status == 1 || slow.json().object().value("timedOut"_L1).toBool(), slow.told().constData());
}

void TestReports::keepsKnowledge()
{
    QVERIFY(QDir(m_lathe->path(u"."_s)).mkpath(u"notes"_s));
    static_cast<void>(m_lathe->write(u"notes/a.md"_s, "# Gaskets\n\nA gasket seals the joint of two flanges.\n"));
    static_cast<void>(m_lathe->write(u"notes/b.txt"_s, "A flange is a rim for strength or for attachment.\n"));
    const Ran added = m_lathe->run({u"kb"_s, u"add"_s, m_lathe->path(u"notes"_s)});
    QVERIFY2(added.status == 0 && added.out.contains("notes: 2 documents"), added.told().constData());
    const QJsonArray found =
        m_lathe->run({u"kb"_s, u"search"_s, u"what seals a joint"_s, u"--top"_s, u"1"_s, u"--json"_s}).json().array();
    QCOMPARE(found.size(), 1);
    QVERIFY(found.first().toObject().value("text"_L1).toString().contains(u"gasket"_s));
    QVERIFY(m_lathe->run({u"kb"_s, u"search"_s, u"flange"_s}).out.contains("b.txt"));
    for (const QString& odd : {u""_s, u"\"*( AND"_s, u"zzqqxx"_s}) {
        const Ran ran = m_lathe->run({u"kb"_s, u"search"_s, odd, u"--json"_s});
        QVERIFY2(ran.status == 0 && ran.json().isArray(), ran.told().constData());
    }
    static_cast<void>(m_lathe->write(u"noise.bin"_s, QByteArray(100, '\0')));
    QCOMPARE(m_lathe->run({u"kb"_s, u"add"_s, m_lathe->path(u"noise.bin"_s)}).status, 2);
    const QString id = QString::fromUtf8(added.out.trimmed().split(' ').first());
    QVERIFY(m_lathe->run({u"kb"_s, u"list"_s}).out.contains("notes"));
    QCOMPARE(m_lathe->run({u"kb"_s, u"drop"_s, id}).status, 0);
    QVERIFY(!m_lathe->run({u"kb"_s, u"list"_s}).out.contains("notes"));
    QVERIFY(m_lathe->run({u"kb"_s, u"list"_s}).out.contains("built in"));
}

void TestReports::listsModels()
{
    QVERIFY(m_lathe->run({u"models"_s}).out.contains("builtin-planner-1"));
}

QTEST_GUILESS_MAIN(TestReports)
#include "tst_reports.moc"
