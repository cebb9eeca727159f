// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of the Model Context Protocol: what is taken is written as one line and read back as the same.
#include "engine/tools/mcpmessage.h"

#include "tests/fuzz/fuzzing.h"

using namespace lathe;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const Result<QList<McpMessage>> messages = readMcpMessages(text);
    if (!messages) {
        fuzz::expect(!messages.error().message.isEmpty(), "an error says what is wrong");
        return 0;
    }
    for (const McpMessage& message : *messages) {
        const QByteArray line = toJsonLine(message);
        fuzz::expect(!line.contains('\n'), "a message is one line");
        const Result<QList<McpMessage>> again = readMcpMessages(line);
        fuzz::expect(again && again->size() == 1 && again->first() == message, "what is written reads as the same");
    }
    return 0;
}
