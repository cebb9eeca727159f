// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/recordedruns.h"

#include "tests/support/await.h"

#include <QFile>
#include <QSignalSpy>

using namespace Qt::StringLiterals;

namespace lathe::test {

namespace {

constexpr auto kTools = R"({"model": "demo-1", "steps": [
  {"reasoning": "I look things up.", "usage": {"input": 120, "cacheRead": 64, "output": 34, "reasoning": 8},
   "toolCalls": [{"name": "retrieve_context", "arguments": {"query": "frame"}, "id": "call_a"},
                 {"name": "retrieve_context", "arguments": {"query": "budget", "topK": 2}, "id": "call_b"},
                 {"name": "retrieve_context", "arguments": {"topK": 2}, "id": "call_c"}]},
  {"content": "A frame is one level of recursion.", "usage": {"input": 300, "cacheWrite": 50, "output": 12}}]})";

constexpr auto kFrames = R"({"model": "demo-1", "steps": [
  {"match": {"task": "grand"}, "content": "seven", "usage": {"input": 31, "output": 3}},
  {"match": {"task": "part"}, "reasoning": "Deeper.", "usage": {"input": 41, "output": 5},
   "toolCalls": [{"name": "llm_call", "arguments": {"prompt": "the grand child"}, "id": "deep"}]},
  {"match": {"task": "part"}, "content": "part done", "usage": {"input": 57, "output": 9}},
  {"match": {"task": "whole"}, "usage": {"input": 21, "output": 7},
   "toolCalls": [{"name": "llm_call", "arguments": {"prompt": "one part"}, "id": "sub"}]},
  {"match": {"task": "whole"}, "usage": {"input": 61, "output": 2},
   "toolCalls": [{"name": "retrieve_context", "arguments": {"query": "frame"}, "id": "look"}]},
  {"match": {"task": "whole"}, "content": "all done", "usage": {"input": 71, "output": 4}}]})";

// To stand still in a sub-agent.
constexpr auto kInside = R"({"model": "demo-1", "steps": [
  {"match": {"task": "part"}, "usage": {"input": 41, "output": 5},
   "toolCalls": [{"name": "retrieve_context", "arguments": {"query": "frame"}, "id": "inside"}]},
  {"match": {"task": "part"}, "content": "part done", "usage": {"input": 57, "output": 9}},
  {"match": {"task": "whole"}, "usage": {"input": 21, "output": 7},
   "toolCalls": [{"name": "llm_call", "arguments": {"prompt": "one part"}, "id": "sub"}]},
  {"match": {"task": "whole"}, "content": "all done", "usage": {"input": 71, "output": 4}}]})";

constexpr auto kRetries = R"({"steps": [
  {"error": {"kind": "RATE_LIMITED", "httpStatus": 429, "retryAfterMs": 1, "message": "slow down"}},
  {"error": {"kind": "STREAM_BROKEN", "retryAfterMs": 1, "message": "cut off", "usage": {"input": 40, "output": 3}}},
  {"content": "at last", "usage": {"input": 40, "output": 6}}]})";

constexpr auto kSlow = R"({"steps": [
  {"usage": {"input": 10, "output": 2},
   "toolCalls": [{"name": "retrieve_context", "arguments": {"query": "frame"}, "id": "first"}]},
  {"content": "too late", "delayMs": 600000}]})";

AguiRunJob jobOf(const QString& prompt)
{
    AguiRunJob job;
    job.userId = u"alice"_s;
    job.prompt = prompt;
    job.correlationId = u"0b1f6ce2-3d9b-4d55-9d53-6b6a6e0d0d01"_s;
    return job;
}

} // namespace

RecordedRuns::RecordedRuns()
{
    open();
}

RecordedRuns::~RecordedRuns() = default;

void RecordedRuns::open()
{
    m_facade.reset();
    EngineSettings settings;
    settings.database = m_folder.filePath(u"runs.db"_s);
    m_facade = std::make_unique<EngineFacade>(settings);
    if (!await(m_facade->open())) {
        qFatal("no database");
    }
    // A test makes more runs than anybody would in a minute.
    if (!await(m_facade->setPolicy(u"alice"_s, {{u"requestsPerMinute"_s, 10'000}, {u"requestsPerHour"_s, 10'000}}))) {
        qFatal("no policy");
    }
}

QStringList RecordedRuns::kinds()
{
    return {u"complete"_s, u"tools"_s,   u"frames"_s, u"retries"_s, u"reported"_s,    u"refused"_s, u"invalid"_s,
            u"failed"_s,   u"stopped"_s, u"cached"_s, u"paused"_s,  u"interrupted"_s, u"long"_s};
}

QString RecordedRuns::script(const QByteArray& json)
{
    QFile file(m_folder.filePath(u"script%1.json"_s.arg(++m_scripts)));
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size()) {
        qFatal("no script");
    }
    return file.fileName();
}

QString RecordedRuns::run(const QByteArray& steps, const AguiRunJob& job, const RunOptions& options)
{
    RunOptions scripted = options;
    scripted.provider = {u"scripted"_s, {}, script(steps), {}};
    const auto id = await(m_facade->start(job, scripted));
    if (!id || !await(m_facade->finished(*id))) {
        return {};
    }
    return *id;
}

QString RecordedRuns::make(const QString& kind)
{
    if (kind == "complete"_L1) {
        return run(R"({"steps": [{"content": "It is 42.", "usage": {"input": 12, "output": 5}}]})", jobOf(u"What?"_s));
    }
    if (kind == "tools"_L1) {
        AguiRunJob job = jobOf(u"What is a frame?"_s);
        job.name = u"lookup"_s;
        job.metadata = {{u"team"_s, u"docs"_s}};
        return run(kTools, job);
    }
    if (kind == "frames"_L1) {
        return run(kFrames, jobOf(u"the whole"_s));
    }
    if (kind == "retries"_L1) {
        return run(kRetries, jobOf(u"again"_s));
    }
    if (kind == "reported"_L1) {
        return run(R"({"steps": [{"content": "paid", "usage": {"input": 7, "output": 3}, "cost": "0.000123456789"}]})",
                   jobOf(u"costs"_s));
    }
    if (kind == "refused"_L1) {
        AguiRunJob job = jobOf(u"much too long "_s.repeated(200));
        job.contextWindowLimit = 100;
        return run(kRetries, job);
    }
    if (kind == "invalid"_L1) {
        return run(kRetries, jobOf(u" "_s));
    }
    if (kind == "failed"_L1) {
        return run(R"({"steps": [{"error": {"kind": "AUTH", "httpStatus": 401, "message": "wrong key"}}]})",
                   jobOf(u"fails"_s));
    }
    if (kind == "stopped"_L1 || kind == "paused"_L1) {
        RunOptions options;
        options.provider = {u"scripted"_s, {}, script(kInside), {}};
        options.breakpoints = {*parseBreakpoint(u"tool=retrieve_context"_s)};
        options.interactive = kind == "stopped"_L1;
        const auto id = await(m_facade->start(jobOf(u"the whole"_s), options));
        if (id && options.interactive) {
            const bool stands = QTest::qWaitFor(
                [&] {
                    const auto runs = await(m_facade->runs({}));
                    return runs && runs->first().status == RunStatus::Paused;
                },
                60'000);
            m_facade->command(*id, StepCommand::Stop);
            return stands && await(m_facade->finished(*id)) ? *id : QString();
        }
        return id && await(m_facade->finished(*id)) ? *id : QString();
    }
    if (kind == "cached"_L1) {
        const QByteArray steps = R"({"steps": [{"content": "kept", "usage": {"input": 5, "output": 1}}]})";
        RunOptions options;
        options.provider = {u"scripted"_s, {}, script(steps), {}};
        for (int i = 0; i < 2; ++i) {
            const auto id = await(m_facade->start(jobOf(u"twice"_s), options));
            if (!id || !await(m_facade->finished(*id))) {
                return {};
            }
            if (i == 1) {
                return *id;
            }
        }
    }
    if (kind == "interrupted"_L1) {
        return interrupted();
    }
    const QString text = u"word "_s.repeated(3000);
    return run(
        QJsonDocument(QJsonObject{{u"steps"_s, QJsonArray{QJsonObject{
                                                   {u"content"_s, text},
                                                   {u"usage"_s, QJsonObject{{u"input"_s, 9}, {u"output"_s, 4000}}}}}}})
            .toJson(),
        jobOf(u"at length"_s));
}

QString RecordedRuns::interrupted()
{
    RunOptions options;
    options.provider = {u"scripted"_s, {}, script(kSlow), {}};
    const auto id = await(m_facade->start(jobOf(u"slow"_s), options));
    if (!id) {
        return {};
    }
    const bool waits = QTest::qWaitFor(
        [&] {
            EventQuery requests;
            requests.types = {EventType::LlmRequest};
            const auto found = await(m_facade->events(*id, requests));
            return found && found->size() == 2;
        },
        60'000);
    open(); // the program goes away while a reply is awaited
    return waits ? *id : QString();
}

RunRecord RecordedRuns::record(const QString& runId)
{
    const auto record = await(m_facade->record(runId));
    return record.value_or(RunRecord());
}

QByteArray RecordedRuns::exported(const QString& runId, RunFormat format, bool content)
{
    const auto bytes = await(m_facade->exportRun(runId, {format, content}));
    return bytes.value_or(QByteArray());
}

} // namespace lathe::test
