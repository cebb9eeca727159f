// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/retrievecontext.h"

#include "engine/core/async.h"
#include "engine/tools/toolschema.h"

#include <QFutureWatcher>
#include <QJsonArray>

namespace lathe {

namespace {

using Passages = Result<QList<ContextPassage>>;

constexpr int kDefaultTopK = 5;

/// Waits for the search; a stop request from any thread ends the wait. A search that was dropped without an answer,
/// as at the end of the program, is an error instead of a crash.
QCoro::Task<Passages> awaitSearch(QFuture<Passages> search, std::stop_token stop)
{
    QFutureWatcher<Passages> watcher;
    OneShot<bool> ended;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &watcher, [&ended] { ended.set(true); });
    watcher.setFuture(search);
    auto wake = [&watcher, &ended] {
        QMetaObject::invokeMethod(
            &watcher, [&ended] { ended.set(false); }, Qt::QueuedConnection);
    };
    const std::stop_callback onStop(stop, wake);
    const bool finished = co_await ended.future();
    if (!finished) {
        co_return fail(ErrorCode::Cancelled, QStringLiteral("stopped before the search ended"));
    }
    if (search.resultCount() == 0) {
        co_return fail(ErrorCode::Cancelled, QStringLiteral("the search was dropped before it ended"));
    }
    co_return search.result();
}

} // namespace

RetrieveContextTool::RetrieveContextTool(ContextSource& source) : m_source(source)
{
    m_spec.name = QStringLiteral("retrieve_context");
    m_spec.description = QStringLiteral(
        "Searches the user's own knowledge bases (documents added with \"kb add\") and returns the passages that fit "
        "best, each with its source and position, so that an answer can cite them. Use it for questions about the "
        "user's documents or about facts that they may hold, before answering from memory. It knows nothing about "
        "the web or current events.");
    m_spec.inputSchema = schemaFromText(uR"({
        "type": "object",
        "properties": {
            "query": {
                "type": "string", "minLength": 1, "maxLength": 4000, "pattern": "\\S",
                "description": "What to look for, in the words of the documents: a question or key words. Any text is valid; there is no query syntax."
            },
            "topK": {
                "type": "integer", "minimum": 1, "maximum": 20, "default": 5,
                "description": "How many passages to return at most, best first."
            }
        },
        "required": ["query"],
        "additionalProperties": false
    })");
    m_spec.sideEffect = SideEffect::Reads;
    m_spec.timeout = std::chrono::seconds(20);
}

QCoro::Task<ToolResult> RetrieveContextTool::run(ToolInvocation invocation, std::stop_token stop)
{
    const QString query = invocation.arguments.value(QStringLiteral("query")).toString();
    const int topK = invocation.arguments.value(QStringLiteral("topK")).toInt(kDefaultTopK);
    QFuture<Passages> search = m_source.search(query, topK);
    const Passages found = co_await awaitSearch(search, stop);
    if (!found) {
        const bool cancelled = found.error().code == ErrorCode::Cancelled;
        co_return toolError(cancelled ? QStringLiteral("CANCELLED") : QStringLiteral("SEARCH_FAILED"),
                            QStringLiteral("the knowledge base cannot be searched: %1").arg(found.error().message));
    }
    QJsonArray passages;
    for (const ContextPassage& passage : *found) {
        passages.append(toJson(passage));
    }
    ToolResult result;
    result.value.insert(QStringLiteral("query"), query);
    result.value.insert(QStringLiteral("count"), passages.size());
    result.value.insert(QStringLiteral("passages"), passages);
    co_return result;
}

} // namespace lathe
