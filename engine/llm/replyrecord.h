// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmtypes.h"

namespace lathe {

/// A reply as a JSON document of its own, {"latheReply":{...}}, in no provider's words: what is recorded where a
/// provider's own bytes must not be, because they hold the key in pieces that cannot be masked one by one.
[[nodiscard]] QByteArray encodeReplyRecord(const LlmReply& reply);
/// Nothing if the bytes are no such document.
[[nodiscard]] std::optional<LlmReply> decodeReplyRecord(const QByteArray& bytes);

} // namespace lathe
