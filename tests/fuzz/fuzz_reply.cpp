// SPDX-License-Identifier: GPL-3.0-or-later
// The replies of one provider (FUZZED_PROTOCOL), streamed or whole: a reply or a failure, the same in any split, and
// what is recorded of a reply reads back as the same.
#include FUZZED_HEADER

#include "engine/agent/decisionparser.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/replyrecord.h"

#include "tests/fuzz/fuzzing.h"

#include <QSet>

using namespace lathe;

namespace {

LlmOutcome read(const LlmProtocol& protocol, const QList<QByteArray>& pieces)
{
    qint64 told = 0;
    const std::unique_ptr<ReplyReader> reader =
        protocol.reader([&told](const LlmDelta& delta) { told += delta.text.size(); });
    for (const QByteArray& piece : pieces) {
        reader->feed(piece);
    }
    LlmOutcome outcome = reader->finish();
    fuzz::expect(outcome.reply.has_value() != outcome.failure.has_value(), "either a reply or a failure");
    fuzz::expect(outcome.rawReply == pieces.join(), "every byte is kept");
    return outcome;
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const FUZZED_PROTOCOL protocol(QUrl(QStringLiteral("http://127.0.0.1/v1")), LlmSettings());
    const fuzz::Input input(data, size);
    const LlmOutcome whole = read(protocol, {input.whole});
    const LlmOutcome split = read(protocol, input.pieces);
    fuzz::expect(whole.reply == split.reply, "the same reply in any split");
    fuzz::expect(whole.failure == split.failure, "the same failure in any split");
    if (whole.reply) {
        fuzz::expect(decodeReplyRecord(encodeReplyRecord(*whole.reply)) == whole.reply, "a record reads as its reply");
        const AgentDecision decision = parseDecision(*whole.reply);
        QSet<QString> ids;
        for (const ToolCallRequest& call : decision.calls) {
            fuzz::expect(!call.id.isEmpty() && !ids.contains(call.id), "each call has an id of its own");
            ids.insert(call.id);
        }
    }
    (void)protocol.readError(429, input.whole);
    if (const Result<QJsonObject> document = parseJsonObject(input.whole)) {
        (void)protocol.readModels(*document);
    }
    return 0;
}
