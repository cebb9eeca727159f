// SPDX-License-Identifier: GPL-3.0-or-later
// The decision in the text of a reply: there is one or it is said why not, and shown to the model it reads as the same.
#include "engine/agent/jsondecision.h"

#include "tests/fuzz/fuzzing.h"

using namespace lathe;

namespace {

AgentDecision read(const QString& content)
{
    LlmReply reply;
    reply.content = content;
    return parseJsonDecision(reply);
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const AgentDecision decision = read(text);
    const bool decided = !decision.calls.isEmpty() || !decision.finalAnswer.trimmed().isEmpty();
    fuzz::expect(decided || decision.failure || !decision.malformed.isEmpty(), "a decision, or why there is none");
    const QString shown = jsonDecisionMessage(decision).content;
    if (!decided || decision.failure || !decision.malformed.isEmpty() || shown.contains(u'<')) {
        return 0; // tags in it would be taken for thinking
    }
    const AgentDecision again = read(shown);
    fuzz::expect(again.finalAnswer == decision.finalAnswer, "the same answer again");
    fuzz::expect(again.calls.size() == decision.calls.size(), "as many calls again");
    for (qsizetype i = 0; i < again.calls.size(); ++i) {
        fuzz::expect(again.calls.at(i).name == decision.calls.at(i).name, "the same tool again");
        fuzz::expect(again.calls.at(i).parsed == decision.calls.at(i).parsed, "the same arguments again");
    }
    return 0;
}
