// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/errorclassifier.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kLongestMessage = 1000;

/// How an entry looks for its text: codes and types are compared whole, messages are searched.
enum class Where
{
    Anywhere, ///< no text needed
    Code,
    Message
};

struct StatusRule
{
    int first;
    int last;
    Where where;
    QLatin1StringView text;
    LlmErrorKind kind;
};

// The first rule that fits decides. Rows of one status go from the special to the general.
constexpr StatusRule kStatusRules[] = {
    {400, 422, Where::Code, "context_length_exceeded"_L1, LlmErrorKind::ContextOverflow},
    {400, 422, Where::Code, "exceed_context_size_error"_L1, LlmErrorKind::ContextOverflow},
    {400, 422, Where::Message, "prompt is too long"_L1, LlmErrorKind::ContextOverflow},
    {400, 422, Where::Message, "maximum context length"_L1, LlmErrorKind::ContextOverflow},
    {400, 422, Where::Message, "exceeds the maximum number of tokens"_L1, LlmErrorKind::ContextOverflow}, // Gemini
    {400, 422, Where::Message, "exceeds the context length"_L1, LlmErrorKind::ContextOverflow},           // Ollama
    {400, 400, Where::Message, "api key not valid"_L1, LlmErrorKind::Auth},                               // Gemini
    {400, 400, Where::Code, "organization_on_hold"_L1, LlmErrorKind::Quota},
    {400, 422, Where::Code, "content_filter"_L1, LlmErrorKind::ContentFiltered},
    {400, 422, Where::Code, "content_policy_violation"_L1, LlmErrorKind::ContentFiltered},
    {400, 422, Where::Code, "invalid_prompt"_L1, LlmErrorKind::ContentFiltered},
    {401, 401, Where::Anywhere, {}, LlmErrorKind::Auth},
    {402, 402, Where::Anywhere, {}, LlmErrorKind::Quota},
    {403, 403, Where::Anywhere, {}, LlmErrorKind::Forbidden},
    {404, 404, Where::Anywhere, {}, LlmErrorKind::ModelMissing},
    {407, 407, Where::Anywhere, {}, LlmErrorKind::Proxy},
    {408, 408, Where::Anywhere, {}, LlmErrorKind::Timeout},
    {409, 409, Where::Anywhere, {}, LlmErrorKind::Conflict},
    {413, 413, Where::Anywhere, {}, LlmErrorKind::ContextOverflow},
    {425, 425, Where::Anywhere, {}, LlmErrorKind::Timeout},
    {429, 429, Where::Code, "insufficient_quota"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "credit_balance_exhausted"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "organization_spend_limit_exceeded"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "project_spend_limit_exceeded"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "organization_usage_limit_exceeded"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "billing_hard_limit_reached"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "enforced_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Code, "contract_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Message, "perday"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Message, "limit: 0"_L1, LlmErrorKind::Quota},
    {429, 429, Where::Anywhere, {}, LlmErrorKind::RateLimited},
    {499, 499, Where::Anywhere, {}, LlmErrorKind::Cancelled},
    {501, 501, Where::Anywhere, {}, LlmErrorKind::BadRequest},
    {503, 503, Where::Anywhere, {}, LlmErrorKind::Overloaded},
    {529, 529, Where::Anywhere, {}, LlmErrorKind::Overloaded},
    {500, 599, Where::Code, "server_is_overloaded"_L1, LlmErrorKind::Overloaded},
    {500, 599, Where::Code, "overloaded_error"_L1, LlmErrorKind::Overloaded},
    {500, 599, Where::Anywhere, {}, LlmErrorKind::Server},
    {300, 499, Where::Anywhere, {}, LlmErrorKind::BadRequest},
};

struct CodeRule
{
    QLatin1StringView code;
    LlmErrorKind kind;
};

// For errors inside a reply that began with status 200, where code or type is all there is.
constexpr CodeRule kCodeRules[] = {
    {"context_length_exceeded"_L1, LlmErrorKind::ContextOverflow},
    {"exceed_context_size_error"_L1, LlmErrorKind::ContextOverflow},
    {"content_filter"_L1, LlmErrorKind::ContentFiltered},
    {"content_policy_violation"_L1, LlmErrorKind::ContentFiltered},
    {"invalid_prompt"_L1, LlmErrorKind::ContentFiltered},
    {"credit_balance_exhausted"_L1, LlmErrorKind::Quota},
    {"enforced_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {"contract_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {"insufficient_quota"_L1, LlmErrorKind::Quota},
    {"credit_balance_exhausted"_L1, LlmErrorKind::Quota},
    {"organization_spend_limit_exceeded"_L1, LlmErrorKind::Quota},
    {"project_spend_limit_exceeded"_L1, LlmErrorKind::Quota},
    {"organization_usage_limit_exceeded"_L1, LlmErrorKind::Quota},
    {"billing_hard_limit_reached"_L1, LlmErrorKind::Quota},
    {"enforced_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {"contract_spend_limit_reached"_L1, LlmErrorKind::Quota},
    {"billing_error"_L1, LlmErrorKind::Quota},
    {"rate_limit_exceeded"_L1, LlmErrorKind::RateLimited},
    {"rate_limit_error"_L1, LlmErrorKind::RateLimited},
    {"slow_down"_L1, LlmErrorKind::RateLimited},
    {"ramp_limit_exceeded"_L1, LlmErrorKind::RateLimited},
    {"invalid_api_key"_L1, LlmErrorKind::Auth},
    {"authentication_error"_L1, LlmErrorKind::Auth},
    {"permission_error"_L1, LlmErrorKind::Forbidden},
    {"model_not_found"_L1, LlmErrorKind::ModelMissing},
    {"not_found_error"_L1, LlmErrorKind::ModelMissing},
    {"invalid_request_error"_L1, LlmErrorKind::BadRequest},
    {"not_supported_error"_L1, LlmErrorKind::BadRequest},
    {"overloaded_error"_L1, LlmErrorKind::Overloaded},
    {"server_is_overloaded"_L1, LlmErrorKind::Overloaded},
    {"unavailable_error"_L1, LlmErrorKind::Overloaded},
    {"insufficient_permissions"_L1, LlmErrorKind::Forbidden},
    {"timeout"_L1, LlmErrorKind::Timeout},
    {"timeout_error"_L1, LlmErrorKind::Timeout},
};

struct TransportRule
{
    HttpFailureKind failure;
    LlmErrorKind before; ///< no byte of a good reply had come
    LlmErrorKind after;
};

constexpr TransportRule kTransportRules[] = {
    {HttpFailureKind::Resolve, LlmErrorKind::Network, LlmErrorKind::Network},
    {HttpFailureKind::Connect, LlmErrorKind::Network, LlmErrorKind::Network},
    {HttpFailureKind::Tls, LlmErrorKind::Tls, LlmErrorKind::Tls},
    {HttpFailureKind::Proxy, LlmErrorKind::Proxy, LlmErrorKind::Proxy},
    {HttpFailureKind::ConnectTimeout, LlmErrorKind::Network, LlmErrorKind::Network},
    {HttpFailureKind::FirstByteTimeout, LlmErrorKind::Timeout, LlmErrorKind::StreamBroken},
    {HttpFailureKind::StallTimeout, LlmErrorKind::StreamBroken, LlmErrorKind::StreamBroken},
    {HttpFailureKind::TotalTimeout, LlmErrorKind::Timeout, LlmErrorKind::StreamBroken},
    {HttpFailureKind::ClosedBeforeResponse, LlmErrorKind::Network, LlmErrorKind::StreamBroken},
    {HttpFailureKind::Truncated, LlmErrorKind::StreamBroken, LlmErrorKind::StreamBroken},
    {HttpFailureKind::Malformed, LlmErrorKind::Network, LlmErrorKind::StreamBroken},
    {HttpFailureKind::TooLarge, LlmErrorKind::StreamBroken, LlmErrorKind::StreamBroken},
    {HttpFailureKind::Cancelled, LlmErrorKind::Cancelled, LlmErrorKind::Cancelled},
    {HttpFailureKind::InvalidRequest, LlmErrorKind::BadRequest, LlmErrorKind::BadRequest},
};

[[nodiscard]] bool isCode(const ProviderError& error, QLatin1StringView text)
{
    return error.code.compare(text, Qt::CaseInsensitive) == 0 || error.type.compare(text, Qt::CaseInsensitive) == 0;
}

[[nodiscard]] bool fits(const StatusRule& rule, int status, const ProviderError& error)
{
    if (status < rule.first || status > rule.last) {
        return false;
    }
    switch (rule.where) {
    case Where::Anywhere:
        return true;
    case Where::Code:
        return isCode(error, rule.text);
    case Where::Message:
        return error.message.contains(rule.text, Qt::CaseInsensitive) ||
               error.detail.contains(rule.text, Qt::CaseInsensitive);
    }
    return false;
}

[[nodiscard]] std::optional<LlmErrorKind> kindOfStatus(int status, const ProviderError& error)
{
    for (const StatusRule& rule : kStatusRules) {
        if (fits(rule, status, error)) {
            return rule.kind;
        }
    }
    return std::nullopt;
}

/// Errors inside a reply: servers put a status number or a name into code or type.
[[nodiscard]] LlmErrorKind kindInsideReply(const ProviderError& error)
{
    for (const CodeRule& rule : kCodeRules) {
        if (isCode(error, rule.code)) {
            return rule.kind;
        }
    }
    bool isNumber = false;
    const int status = error.code.toInt(&isNumber);
    return (isNumber ? kindOfStatus(status, error) : std::nullopt).value_or(LlmErrorKind::Server);
}

[[nodiscard]] QString shortened(const QString& text, qsizetype limit)
{
    const QString line = text.simplified();
    return line.size() <= limit ? line : QString(line.first(limit) + u"...");
}

} // namespace

ErrorClass defaultClass(LlmErrorKind kind)
{
    switch (kind) {
    case LlmErrorKind::Timeout:
    case LlmErrorKind::Conflict:
    case LlmErrorKind::RateLimited:
    case LlmErrorKind::Server:
    case LlmErrorKind::Overloaded:
    case LlmErrorKind::Network:
    case LlmErrorKind::StreamBroken:
        return ErrorClass::TransientError;
    case LlmErrorKind::ContextOverflow:
    case LlmErrorKind::ContentFiltered:
    case LlmErrorKind::BadRequest:
    case LlmErrorKind::Auth:
    case LlmErrorKind::Quota:
    case LlmErrorKind::Forbidden:
    case LlmErrorKind::ModelMissing:
    case LlmErrorKind::Tls:
    case LlmErrorKind::Proxy:
    case LlmErrorKind::CircuitOpen:
    case LlmErrorKind::Cancelled:
        break;
    }
    return ErrorClass::TerminalError;
}

bool countsForBreaker(LlmErrorKind kind)
{
    // A lock conflict and a rate limit pass by themselves and say nothing about the service's health.
    return defaultClass(kind) == ErrorClass::TransientError && kind != LlmErrorKind::Conflict &&
           kind != LlmErrorKind::RateLimited;
}

ErrorVerdict classify(const ProviderError& error, const HttpHeaders& headers)
{
    const bool insideReply = error.status >= 200 && error.status < 300;
    const LlmErrorKind kind =
        insideReply ? kindInsideReply(error) : kindOfStatus(error.status, error).value_or(LlmErrorKind::BadRequest);
    ErrorVerdict verdict{kind, defaultClass(kind), countsForBreaker(kind)};
    const QByteArray hint = headerValue(headers, "x-should-retry").value_or(QByteArray()).trimmed().toLower();
    if (hint == "true") {
        verdict.errorClass = ErrorClass::TransientError;
    } else if (hint == "false") {
        verdict.errorClass = ErrorClass::TerminalError;
    }
    return verdict;
}

ErrorVerdict classify(HttpFailureKind kind, bool bodyBegan)
{
    const auto isKind = [kind](const TransportRule& rule) { return rule.failure == kind; };
    const auto *const rule = std::find_if(std::begin(kTransportRules), std::end(kTransportRules), isKind);
    Q_ASSERT(rule != std::end(kTransportRules));
    const LlmErrorKind found = bodyBegan ? rule->after : rule->before;
    ErrorVerdict verdict{found, defaultClass(found), countsForBreaker(found)};
    if (kind == HttpFailureKind::TooLarge) {
        // The same question would bring the same flood.
        verdict = {found, ErrorClass::TerminalError, false};
    }
    return verdict;
}

LlmFailure failureFor(const ProviderError& error, const HttpHeaders& headers)
{
    const ErrorVerdict verdict = classify(error, headers);
    LlmFailure failure;
    failure.kind = verdict.kind;
    failure.errorClass = verdict.errorClass;
    failure.httpStatus = error.status;
    failure.providerCode = error.code.isEmpty() ? error.type : error.code;
    failure.requestSent = true;
    failure.retryAfter = error.retryAfter;
    const QString message = error.message.isEmpty() ? u"no message"_s : shortened(error.message, kLongestMessage);
    const bool insideReply = error.status >= 200 && error.status < 300;
    const QString where = insideReply ? u"The provider reported an error inside its reply"_s
                                      : u"The provider answered %1"_s.arg(error.status);
    const QString code = failure.providerCode.isEmpty() ? QString() : u" (%1)"_s.arg(failure.providerCode);
    failure.message = where + code + u": " + message;
    return failure;
}

LlmFailure brokenReply(const QString& message)
{
    LlmFailure failure;
    failure.kind = LlmErrorKind::StreamBroken;
    failure.errorClass = defaultClass(failure.kind);
    failure.httpStatus = 200;
    failure.requestSent = true;
    failure.message = message;
    return failure;
}

} // namespace lathe
