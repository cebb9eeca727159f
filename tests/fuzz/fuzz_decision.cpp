// SPDX-License-Identifier: GPL-3.0-or-later
// A decision as a person or a model writes it in JSON: what is taken is written and read back as the same.
#include "engine/agent/decisionparser.h"
#include "engine/core/jsonreader.h"

#include "tests/fuzz/fuzzing.h"

using namespace lathe;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const Result<QJsonObject> json = parseJsonObject(text);
    if (!json) {
        fuzz::expect(!json.error().message.isEmpty(), "an error says what is wrong");
        return 0;
    }
    const Result<AgentDecision> decision = decisionFromJson(*json);
    if (!decision) {
        fuzz::expect(!decision.error().message.isEmpty(), "an error says what is wrong");
        return 0;
    }
    const Result<AgentDecision> again = decisionFromJson(toJson(*decision));
    fuzz::expect(again && *again == *decision, "what is written reads as the same");
    (void)assistantMessage(*decision);
    return 0;
}
