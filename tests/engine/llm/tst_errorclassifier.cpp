// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/errorclassifier.h"
#include "engine/llm/retryafter.h"
#include "engine/llm/secretmask.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

using Kind = LlmErrorKind;

namespace {

constexpr qint64 kNowMs = 784'111'777'000; // Sun, 06 Nov 1994 08:49:37 GMT

} // namespace

class TestErrorClassifier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void classifiesWhatProvidersSay_data();
    void classifiesWhatProvidersSay();
    void looksIntoDetails();
    void classifiesHowTheExchangeFailed_data();
    void classifiesHowTheExchangeFailed();
    void shouldRetryHeaderOverrides_data();
    void shouldRetryHeaderOverrides();
    void everyKindHasAName();
    void readsRetryAfter_data();
    void readsRetryAfter();
    void readsHttpDates_data();
    void readsHttpDates();
    void masksSecrets_data();
    void masksSecrets();
};

void TestErrorClassifier::classifiesWhatProvidersSay_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("message");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<bool>("transient");
    QTest::addColumn<bool>("breaker");
    const auto row = [](const char *name, int status, const char *code, const char *type, const char *message,
                        Kind kind, bool transient, bool breaker) {
        QTest::newRow(name) << status << QString::fromLatin1(code) << QString::fromLatin1(type)
                            << QString::fromLatin1(message) << kind << transient << breaker;
    };
    row("context", 400, "context_length_exceeded", "", "", Kind::ContextOverflow, false, false);
    row("context llama.cpp", 400, "400", "exceed_context_size_error", "", Kind::ContextOverflow, false, false);
    row("context Anthropic", 400, "", "invalid_request_error", "Prompt is too long: 9", Kind::ContextOverflow, false,
        false);
    row("context vLLM", 400, "400", "", "This model's maximum context length is 4096", Kind::ContextOverflow, false,
        false);
    row("context Gemini", 400, "400", "INVALID_ARGUMENT",
        "The input token count exceeds the maximum number of tokens allowed", Kind::ContextOverflow, false, false);
    row("context Ollama", 400, "", "", "the input length exceeds the context length", Kind::ContextOverflow, false,
        false);
    row("key Gemini", 400, "400", "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", Kind::Auth,
        false, false);
    row("organization on hold", 400, "organization_on_hold", "invalid_request_error", "", Kind::Quota, false, false);
    row("linked organization", 402, "linked_organization_disabled", "billing_error", "", Kind::Quota, false, false);
    row("filter", 400, "content_filter", "", "", Kind::ContentFiltered, false, false);
    row("content policy", 400, "content_policy_violation", "", "", Kind::ContentFiltered, false, false);
    row("invalid prompt", 400, "invalid_prompt", "", "", Kind::ContentFiltered, false, false);
    row("other 400", 400, "", "invalid_request_error", "", Kind::BadRequest, false, false);
    row("422", 422, "", "", "", Kind::BadRequest, false, false);
    row("401", 401, "invalid_api_key", "", "", Kind::Auth, false, false);
    row("402", 402, "", "", "", Kind::Quota, false, false);
    row("403", 403, "", "permission_error", "", Kind::Forbidden, false, false);
    row("404", 404, "model_not_found", "", "", Kind::ModelMissing, false, false);
    row("404 Ollama", 404, "", "not_found_error", "", Kind::ModelMissing, false, false);
    row("407", 407, "", "", "", Kind::Proxy, false, false);
    row("408", 408, "", "", "", Kind::Timeout, true, true);
    row("425", 425, "", "", "", Kind::Timeout, true, true);
    row("409", 409, "", "", "", Kind::Conflict, true, false);
    row("413", 413, "", "", "", Kind::ContextOverflow, false, false);
    row("quota by code", 429, "insufficient_quota", "", "", Kind::Quota, false, false);
    row("quota by type", 429, "", "insufficient_quota", "", Kind::Quota, false, false);
    row("credit", 429, "credit_balance_exhausted", "", "", Kind::Quota, false, false);
    row("organization spend", 429, "organization_spend_limit_exceeded", "", "", Kind::Quota, false, false);
    row("project spend", 429, "project_spend_limit_exceeded", "", "", Kind::Quota, false, false);
    row("organization usage", 429, "organization_usage_limit_exceeded", "", "", Kind::Quota, false, false);
    row("hard limit", 429, "billing_hard_limit_reached", "", "", Kind::Quota, false, false);
    row("enforced spend", 429, "enforced_spend_limit_reached", "", "", Kind::Quota, false, false);
    row("contract spend", 429, "contract_spend_limit_reached", "", "", Kind::Quota, false, false);
    row("Gemini a day", 429, "429", "", "Quota GenerateRequestsPerDayPerProject exceeded", Kind::Quota, false, false);
    row("Gemini none", 429, "429", "", "Quota exceeded, limit: 0", Kind::Quota, false, false);
    row("rate limit", 429, "rate_limit_exceeded", "", "", Kind::RateLimited, true, false);
    row("slow down", 429, "slow_down", "", "", Kind::RateLimited, true, false);
    row("ramp limit", 429, "ramp_limit_exceeded", "", "", Kind::RateLimited, true, false);
    row("plain 429", 429, "", "", "", Kind::RateLimited, true, false);
    row("499", 499, "", "", "", Kind::Cancelled, false, false);
    row("500", 500, "", "server_error", "", Kind::Server, true, true);
    row("502", 502, "", "", "", Kind::Server, true, true);
    row("504", 504, "", "", "", Kind::Server, true, true);
    row("501", 501, "", "not_supported_error", "", Kind::BadRequest, false, false);
    row("503", 503, "", "unavailable_error", "", Kind::Overloaded, true, true);
    row("529", 529, "", "overloaded_error", "", Kind::Overloaded, true, true);
    row("overloaded with 500", 500, "server_is_overloaded", "", "", Kind::Overloaded, true, true);
    row("unknown 5xx", 599, "", "", "", Kind::Server, true, true);
    row("unknown 4xx", 418, "", "", "", Kind::BadRequest, false, false);
    row("redirect", 301, "", "", "", Kind::BadRequest, false, false);
    row("odd status", 999, "", "", "", Kind::BadRequest, false, false);
    // Inside a reply that had begun
    row("inside: by code", 200, "rate_limit_exceeded", "", "", Kind::RateLimited, true, false);
    row("inside: by type", 200, "", "overloaded_error", "", Kind::Overloaded, true, true);
    row("inside: status as code", 200, "502", "", "", Kind::Server, true, true);
    row("inside: 429 as code", 200, "429", "", "", Kind::RateLimited, true, false);
    row("inside: quota", 200, "insufficient_quota", "", "", Kind::Quota, false, false);
    row("inside: spend limit", 200, "enforced_spend_limit_reached", "rate_limit_error", "", Kind::Quota, false, false);
    row("inside: Anthropic's own", 200, "", "api_error", "", Kind::Server, true, true);
    row("inside: Anthropic in time", 200, "", "timeout_error", "", Kind::Timeout, true, true);
    row("inside: Gemini", 200, "503", "UNAVAILABLE", "", Kind::Overloaded, true, true);
    for (const char *code :
         {"credit_balance_exhausted", "organization_spend_limit_exceeded", "project_spend_limit_exceeded",
          "organization_usage_limit_exceeded", "billing_hard_limit_reached", "enforced_spend_limit_reached",
          "contract_spend_limit_reached"}) {
        row(QByteArray(QByteArray("inside: ") + code).constData(), 200, code, "", "", Kind::Quota, false, false);
    }
    row("inside: refused", 200, "", "invalid_request_error", "", Kind::BadRequest, false, false);
    row("inside: unknown", 200, "", "", "boom", Kind::Server, true, true);
    row("inside: unknown number", 200, "17", "", "", Kind::Server, true, true);
}

void TestErrorClassifier::classifiesWhatProvidersSay()
{
    QFETCH(int, status);
    QFETCH(QString, code);
    QFETCH(QString, type);
    QFETCH(QString, message);
    QFETCH(Kind, kind);
    QFETCH(bool, transient);
    QFETCH(bool, breaker);
    const ErrorVerdict verdict = classify(ProviderError{status, code, type, message});
    QCOMPARE(toName(verdict.kind), toName(kind));
    QCOMPARE(verdict.errorClass == ErrorClass::TransientError, transient);
    QCOMPARE(verdict.breaker, breaker);
}

void TestErrorClassifier::looksIntoDetails()
{
    ProviderError error{429, u"429"_s, u"RESOURCE_EXHAUSTED"_s, u"Quota exceeded"_s};
    error.detail = u"GenerateRequestsPerDayPerProjectPerModel "_s;
    QCOMPARE(toName(classify(error).kind), toName(Kind::Quota));
    error.detail = u"GenerateRequestsPerMinutePerProject "_s;
    error.retryAfter = std::chrono::seconds(46);
    QCOMPARE(toName(classify(error).kind), toName(Kind::RateLimited));
    QCOMPARE(failureFor(error).retryAfter, error.retryAfter);
}

void TestErrorClassifier::classifiesHowTheExchangeFailed_data()
{
    QTest::addColumn<HttpFailureKind>("failure");
    QTest::addColumn<bool>("bodyBegan");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<bool>("transient");
    QTest::newRow("name look-up") << HttpFailureKind::Resolve << false << Kind::Network << true;
    QTest::newRow("refused") << HttpFailureKind::Connect << false << Kind::Network << true;
    QTest::newRow("connect timeout") << HttpFailureKind::ConnectTimeout << false << Kind::Network << true;
    QTest::newRow("closed before headers") << HttpFailureKind::ClosedBeforeResponse << false << Kind::Network << true;
    QTest::newRow("certificate") << HttpFailureKind::Tls << false << Kind::Tls << false;
    QTest::newRow("proxy") << HttpFailureKind::Proxy << false << Kind::Proxy << false;
    QTest::newRow("no first byte") << HttpFailureKind::FirstByteTimeout << false << Kind::Timeout << true;
    QTest::newRow("whole deadline, nothing came") << HttpFailureKind::TotalTimeout << false << Kind::Timeout << true;
    QTest::newRow("whole deadline in the body") << HttpFailureKind::TotalTimeout << true << Kind::StreamBroken << true;
    QTest::newRow("stall") << HttpFailureKind::StallTimeout << true << Kind::StreamBroken << true;
    QTest::newRow("cut") << HttpFailureKind::Truncated << true << Kind::StreamBroken << true;
    QTest::newRow("no HTTP") << HttpFailureKind::Malformed << false << Kind::Network << true;
    QTest::newRow("broken framing") << HttpFailureKind::Malformed << true << Kind::StreamBroken << true;
    QTest::newRow("flood") << HttpFailureKind::TooLarge << true << Kind::StreamBroken << false;
    QTest::newRow("stopped") << HttpFailureKind::Cancelled << true << Kind::Cancelled << false;
    QTest::newRow("our request") << HttpFailureKind::InvalidRequest << false << Kind::BadRequest << false;
}

void TestErrorClassifier::classifiesHowTheExchangeFailed()
{
    QFETCH(HttpFailureKind, failure);
    QFETCH(bool, bodyBegan);
    QFETCH(Kind, kind);
    QFETCH(bool, transient);
    const ErrorVerdict verdict = classify(failure, bodyBegan);
    QCOMPARE(toName(verdict.kind), toName(kind));
    QCOMPARE(verdict.errorClass == ErrorClass::TransientError, transient);
    QCOMPARE(verdict.breaker, transient);
}

void TestErrorClassifier::shouldRetryHeaderOverrides_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("transient");
    QTest::newRow("400 true") << 400 << QByteArray("true") << true;
    QTest::newRow("500 false") << 500 << QByteArray("False") << false;
    QTest::newRow("500 nonsense") << 500 << QByteArray("perhaps") << true;
    QTest::newRow("429 false") << 429 << QByteArray(" false ") << false;
}

void TestErrorClassifier::shouldRetryHeaderOverrides()
{
    QFETCH(int, status);
    QFETCH(QByteArray, value);
    QFETCH(bool, transient);
    const HttpHeaders headers{{"X-Should-Retry", value}};
    const ErrorVerdict verdict = classify(ProviderError{status, {}, {}, {}}, headers);
    QCOMPARE(verdict.errorClass == ErrorClass::TransientError, transient);
}

void TestErrorClassifier::everyKindHasAName()
{
    for (int i = 0; i <= static_cast<int>(Kind::Cancelled); ++i) {
        const auto kind = static_cast<Kind>(i);
        QVERIFY(!toName(kind).isEmpty());
        QCOMPARE(fromName<Kind>(QString(toName(kind))), std::optional<Kind>(kind));
    }
}

void TestErrorClassifier::readsRetryAfter_data()
{
    QTest::addColumn<HttpHeaders>("headers");
    QTest::addColumn<qint64>("milliseconds"); // -1: nothing
    using H = HttpHeaders;
    QTest::newRow("none") << H{} << qint64(-1);
    QTest::newRow("seconds") << H{{"Retry-After", "2"}} << qint64(2000);
    QTest::newRow("zero is obeyed") << H{{"Retry-After", "0"}} << qint64(0);
    QTest::newRow("decimals") << H{{"retry-after", " 1.5 "}} << qint64(1500);
    QTest::newRow("milliseconds win") << H{{"retry-after", "9"}, {"Retry-After-Ms", "250"}} << qint64(250);
    QTest::newRow("bad milliseconds") << H{{"retry-after", "9"}, {"retry-after-ms", "soon"}} << qint64(9000);
    QTest::newRow("date, our clock") << H{{"Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"}} << qint64(30'000);
    QTest::newRow("date, server's clock")
        << H{{"Date", "Sun, 06 Nov 1994 09:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 09:49:42 GMT"}}
        << qint64(5000);
    QTest::newRow("date that passed") << H{{"Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT"}} << qint64(0);
    QTest::newRow("negative") << H{{"Retry-After", "-5"}} << qint64(-1);
    QTest::newRow("nonsense") << H{{"Retry-After", "tomorrow"}} << qint64(-1);
    QTest::newRow("no exponents") << H{{"Retry-After", "1e3"}} << qint64(-1);
    QTest::newRow("ages are capped") << H{{"Retry-After", "99999999999999999999"}} << qint64(315'360'000'000);
}

void TestErrorClassifier::readsRetryAfter()
{
    QFETCH(HttpHeaders, headers);
    QFETCH(qint64, milliseconds);
    const auto wait = retryAfter(headers, kNowMs);
    QCOMPARE(wait ? wait->count() : -1, milliseconds);
}

void TestErrorClassifier::readsHttpDates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("milliseconds");
    QTest::newRow("IMF") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << kNowMs;
    QTest::newRow("RFC 850") << QByteArray("Sunday, 06-Nov-94 08:49:37 GMT") << kNowMs;
    QTest::newRow("RFC 850, this century") << QByteArray("Sunday, 22-Nov-26 11:00:00 GMT") << qint64(1'795'345'200'000);
    QTest::newRow("asctime") << QByteArray("Sun Nov  6 08:49:37 1994") << kNowMs;
    QTest::newRow("ISO is none") << QByteArray("1994-11-06T08:49:37Z") << qint64(-1);
}

void TestErrorClassifier::readsHttpDates()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, milliseconds);
    QCOMPARE(parseHttpDate(text).value_or(-1), milliseconds);
}

void TestErrorClassifier::masksSecrets_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<QByteArray>("masked");
    QTest::newRow("nothing to do") << QByteArray("fine") << QByteArray("sk-12345") << QByteArray("fine");
    QTest::newRow("all of them") << QByteArray("a sk-12345 b sk-12345") << QByteArray("sk-12345")
                                 << QByteArray("a ******** b ********");
    QTest::newRow("escaped slashes") << QByteArray(R"({"m":"ab\/cd"})") << QByteArray("ab/cd")
                                     << QByteArray(R"({"m":"******"})");
    QTest::newRow("placeholder") << QByteArray("a none b x") << QByteArray("x") << QByteArray("a none b x");
    QTest::newRow("no key") << QByteArray("a b") << QByteArray() << QByteArray("a b");
}

void TestErrorClassifier::masksSecrets()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, secret);
    QFETCH(QByteArray, masked);
    QCOMPARE(maskSecret(bytes, secret), masked);
    QCOMPARE(maskSecret(QString::fromUtf8(bytes), secret), QString::fromUtf8(masked));
}

QTEST_GUILESS_MAIN(TestErrorClassifier)
#include "tst_errorclassifier.moc"
