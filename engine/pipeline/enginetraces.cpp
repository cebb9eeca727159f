// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that writes runs down for others and takes those of others in.
#include "engine/core/canonicaljson.h"
#include "engine/pipeline/engine.h"
#include "engine/pipeline/importedjournal.h"
#include "engine/pipeline/otlpsender.h"
#include "engine/pipeline/recordedrequests.h"
#include "engine/pipeline/responsebuilder.h"
#include "engine/trace/aguiexport.h"
#include "engine/trace/otlpexport.h"
#include "engine/trace/runfile.h"
#include "engine/trace/tracefile.h"

#include <QCoroFuture>
#include <QJsonDocument>
#include <QtConcurrent>

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

QCoro::Task<Result<RunImportResult>> Engine::importRuns(QByteArray file, RunImport options)
{
    const qint64 nowMs = m_clock.nowMs();
    const Result<PriceBook> book = co_await priceBook();
    if (!book) {
        co_return fail(book.error());
    }
    // Reading is kept off this thread, which also serves runs.
    auto reading = [file, nowMs] { return readTraceFile(file, nowMs); };
    QFuture<Result<TraceFile>> future = QtConcurrent::run(reading);
    const Result<TraceFile> read = co_await future;
    if (!read) {
        co_return fail(read.error());
    }
    // All journals are made before the first is stored: a file is taken as a whole or not at all.
    RunImportResult result{.format = read->format, .runs = {}, .present = {}, .notes = read->notes};
    QList<QList<RunEvent>> journals;
    for (const RecordedRun& run : read->runs) {
        RecordedRun named = run;
        named.userId = run.userId.isEmpty() ? u"imported"_s : run.userId.left(255);
        const Result<QList<RunEvent>> journal = journalOf(named, *book, read->format, options.fileName, nowMs);
        if (!journal) {
            co_return fail(journal.error());
        }
        journals.append(*journal);
    }
    for (const TraceFile::Journal& journal : read->journals) {
        journals.append(journalOf(journal, read->format, options.fileName, nowMs));
    }
    if (!read->runs.isEmpty()) {
        const Result<void> kept = co_await keepPriceBook(*book);
        if (!kept) {
            co_return fail(kept.error());
        }
    }
    if (options.progress) {
        options.progress->total = journals.size();
    }
    for (QList<RunEvent>& journal : journals) {
        if (options.progress && options.progress->cancelled) {
            co_return fail(ErrorCode::Cancelled, u"the import was cancelled after %1 runs"_s.arg(result.runs.size()));
        }
        const QString runId = journal.first().runId;
        const Result<RunSummary> there = co_await m_database->run(runId);
        if (!there && there.error().code != ErrorCode::NotFound) {
            co_return fail(there.error());
        }
        if (there && !options.asNew) {
            result.present.append(runId);
            continue;
        }
        if (there) {
            const QString fresh = m_ids.newUuid();
            for (RunEvent& event : journal) {
                event.runId = fresh;
            }
        }
        result.runs.append(journal.first().runId);
        const Result<void> stored = co_await m_database->append(std::move(journal), Durability::Full);
        if (!stored) {
            co_return fail(stored.error());
        }
        if (options.progress) {
            ++options.progress->runs;
        }
    }
    if (result.runs.isEmpty()) {
        co_return fail(ErrorCode::Conflict,
                       result.present.size() == 1
                           ? u"run %1 is there already"_s.arg(result.present.first())
                           : u"all %1 runs of the file are there already"_s.arg(result.present.size()));
    }
    co_return result;
}

} // namespace lathe
