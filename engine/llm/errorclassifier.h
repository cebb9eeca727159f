// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmtypes.h"
#include "engine/net/httptransport.h"

namespace lathe {

/// What a provider said about a failure. All texts may be empty.
struct ProviderError
{
    int status = 0; ///< of HTTP; 200 if the error came inside a reply that had begun
    QString code;   ///< numbers as their digits
    QString type;
    QString message;
    QString detail{};                                      ///< what else tells of the cause: ids of quotas
    std::optional<std::chrono::milliseconds> retryAfter{}; ///< said in the body

    bool operator==(const ProviderError&) const = default;
};

struct ErrorVerdict
{
    LlmErrorKind kind = LlmErrorKind::Network;
    ErrorClass errorClass = ErrorClass::TerminalError;
    bool breaker = false; ///< whether it tells that the service is ill (a circuit breaker counts it)

    bool operator==(const ErrorVerdict&) const = default;
};

/// Whether another try may help, as far as the kind alone tells.
[[nodiscard]] ErrorClass defaultClass(LlmErrorKind kind);
[[nodiscard]] bool countsForBreaker(LlmErrorKind kind);
/// By status, then by code, type and message; an `x-should-retry` header overrides the class of any status.
[[nodiscard]] ErrorVerdict classify(const ProviderError& error, const HttpHeaders& headers = {});
/// By how the exchange failed; bodyBegan: bytes of a 2xx body had arrived.
[[nodiscard]] ErrorVerdict classify(HttpFailureKind kind, bool bodyBegan);

/// A failure for an error the provider reported.
[[nodiscard]] LlmFailure failureFor(const ProviderError& error, const HttpHeaders& headers = {});
/// A failure for a reply that began with status 200 and cannot be read, or is not complete.
[[nodiscard]] LlmFailure brokenReply(const QString& message);

} // namespace lathe
