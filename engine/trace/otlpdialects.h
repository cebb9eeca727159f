// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/trace/chatmessages.h"
#include "engine/trace/otlpspan.h"
#include "engine/trace/recordedrun.h"

// What spans say, in the words of the GenAI conventions, of OpenInference and of OpenLLMetry.

namespace lathe {

enum class SpanRole
{
    Other,
    Agent,
    Model,
    Tool
};
[[nodiscard]] SpanRole roleOf(const OtlpSpan& span);

/// The provider by the name it has here.
[[nodiscard]] QString providerOf(const OtlpFields& fields);
/// The sends of a model call: those that Lathe told of, or the one that the span is.
[[nodiscard]] QList<RecordedAttempt> attemptsOf(const OtlpSpan& span);
/// What the model wrote and asked for.
[[nodiscard]] QList<TraceMessage> outputOf(const OtlpSpan& span);
/// The first thing a user said to it.
[[nodiscard]] QString promptOf(const OtlpSpan& span);

} // namespace lathe
