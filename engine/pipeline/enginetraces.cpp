// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that writes runs down for others.
#include "engine/core/canonicaljson.h"
#include "engine/pipeline/engine.h"
#include "engine/pipeline/otlpsender.h"
#include "engine/pipeline/recordedrequests.h"
#include "engine/pipeline/responsebuilder.h"
#include "engine/trace/aguiexport.h"
#include "engine/trace/otlpexport.h"
#include "engine/trace/runfile.h"

#include <QCoroFuture>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

QCoro::Task<Result<QHash<QString, QByteArray>>> Engine::bodiesThatAreThere(QStringList refs)
{
    QHash<QString, QByteArray> bodies;
    for (const QString& ref : std::as_const(refs)) {
        const Result<QByteArray> bytes = co_await m_database->body(ref);
        if (bytes) {
            bodies.insert(ref, *bytes);
        } else if (bytes.error().code != ErrorCode::NotFound) {
            co_return fail(bytes.error());
        }
    }
    co_return bodies;
}

QCoro::Task<Result<RunTrace>> Engine::trace(QString runId, bool content)
{
    RunTrace trace;
    const Result<RunRecord> record = co_await this->record(runId);
    if (!record) {
        co_return fail(record.error());
    }
    trace.record = *record;
    const Result<QList<RunEvent>> events = co_await allEvents(runId);
    if (!events) {
        co_return fail(events.error());
    }
    trace.events = *events;
    const Result<AguiResponse> response = co_await this->response(runId);
    if (!response) {
        co_return fail(response.error());
    }
    trace.response = *response;
    QStringList refs = textRefs(trace.events);
    const Result<QHash<QString, QByteArray>> bodies = co_await bodiesThatAreThere(std::move(refs));
    if (!bodies) {
        co_return fail(bodies.error());
    }
    trace.bodies = *bodies;
    if (!content) {
        co_return trace;
    }
    const RecordedRequests requests(trace.events);
    for (const DecisionRecord& decision : std::as_const(trace.record.decisions)) {
        if (decision.attempts.isEmpty()) {
            continue;
        }
        const int attempt = decision.attempts.last().attempt;
        const std::optional<QStringList> parts = requests.partsOf(decision.number, attempt);
        if (!parts) {
            continue;
        }
        const Result<QList<QByteArray>> bytes = co_await m_database->bodies(*parts);
        if (!bytes && bytes.error().code == ErrorCode::NotFound) {
            continue; // imported without its bodies
        }
        if (!bytes) {
            co_return fail(bytes.error());
        }
        trace.requests.insert({decision.number, attempt}, joinRequest(*bytes));
    }
    co_return trace;
}

QCoro::Task<Result<QByteArray>> Engine::exportRun(QString runId, RunExport wanted)
{
    if (wanted.format == RunFormat::Response) {
        const Result<AguiResponse> response = co_await this->response(runId);
        if (!response) {
            co_return fail(response.error());
        }
        co_return QJsonDocument(toJson(*response)).toJson(QJsonDocument::Indented);
    }
    if (wanted.format == RunFormat::Jsonl || wanted.format == RunFormat::Run) {
        const Result<QList<RunEvent>> events = co_await allEvents(runId);
        if (!events) {
            co_return fail(events.error());
        }
        if (wanted.format == RunFormat::Jsonl) {
            co_return toJsonLines(*events);
        }
        QStringList refs = bodyRefs(*events);
        const Result<QHash<QString, QByteArray>> bodies = co_await bodiesThatAreThere(std::move(refs));
        if (!bodies) {
            co_return fail(bodies.error());
        }
        co_return toRunFile(*events, *bodies, QStringLiteral(LATHE_VERSION));
    }
    const Result<RunTrace> trace = co_await this->trace(runId, wanted.content);
    if (!trace) {
        co_return fail(trace.error());
    }
    if (wanted.format == RunFormat::Agui) {
        co_return toAguiStream(*trace);
    }
    const OtlpOptions options{wanted.content, QStringLiteral(LATHE_VERSION)};
    co_return toOtlpJson(*trace, options);
}

QCoro::Task<Result<OtlpDelivery>> Engine::sendTrace(QString runId, OtlpTarget target)
{
    const Result<QUrl> url = OtlpSender::tracesUrl(target.endpoint);
    if (!url) {
        co_return fail(url.error());
    }
    RunExport wanted{RunFormat::Otlp, target.content};
    const Result<QByteArray> bytes = co_await exportRun(std::move(runId), wanted);
    if (!bytes) {
        co_return fail(bytes.error());
    }
    OtlpSender sender(*m_http, m_clock, m_jitter);
    const std::stop_token stop = m_tasks.stopToken();
    const Result<OtlpDelivery> delivery = co_await sender.send(*bytes, std::move(target), stop);
    co_return delivery;
}

} // namespace lathe
