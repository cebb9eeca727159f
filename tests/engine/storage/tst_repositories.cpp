// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/storage/storagesupport.h"

#include <algorithm>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kHour = 3'600'000;
constexpr qint64 kMinute = 60'000;
constexpr qint64 kNow = 1'790'000'000'000;

AguiResponse answer(const QString& text)
{
    AguiResponse response;
    response.runId = runName(1);
    response.jobSignature = QString(64, u'a');
    response.status = AgentStatus::Complete;
    response.result = text;
    response.tokensUsed = 120;
    response.totalCost = need(Money::fromDecimal(u"0.00024"));
    response.startedAtMs = kNow;
    response.completedAtMs = kNow + 5;
    return response;
}

CacheEntry entryOf(const QString& signature, const QString& user, qint64 created, qint64 expires)
{
    return CacheEntry{.signature = signature,
                      .userId = user,
                      .response = answer(u"4"_s),
                      .createdAtMs = created,
                      .expiresAtMs = expires,
                      .hits = 0};
}

} // namespace

/// Policies, rates, result cache and settings.
class TestRepositories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_database = openDatabase(path(), m_clock);
    }
    void cleanup() { m_database.reset(); }

    void keepsAPolicyWholly();
    void keepsTheBirthOfAPolicy();
    void refusesABudgetOutOfRange();
    void countsRequestsInBothWindows();
    void countsRequestsOfTheFutureAsNow();
    void forgetsOldRequestsOfTheUser();
    void neverLetsMoreThroughThanAllowed();
    void remembersRequestsAfterARestart();
    void findsACachedResponseForItsUser();
    void keepsTheLifeOfAnEntryInBounds_data();
    void keepsTheLifeOfAnEntryInBounds();
    void replacesAnEntry();
    void invalidatesBySignatureAndUser();
    void countsHitsAndMisses();
    void keepsSettings();

private:
    QString path() const { return m_folder->filePath(u"lathe.db"_s); }

    FakeClock m_clock{kNow};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
};

void TestRepositories::keepsAPolicyWholly()
{
    QCOMPARE(need(m_database->policy(u"ada"_s)), std::optional<UserPolicy>());
    UserPolicy policy = tierDefaults(UserTier::Enterprise);
    policy.userId = u"ada o'hara \U0001F980"_s;
    policy.allowedTools = {u"code_executor"_s, u"retrieve_context"_s};
    policy.budgetPerRun = need(Money::fromDecimal(u"0.000000000000000001"));
    policy.budgetPerMonth = need(Money::fromDecimal(u"100"));
    policy.approvalRules = QJsonArray{QJsonObject{{u"tool"_s, u"code_executor"_s}, {u"verdict"_s, u"approve"_s}}};
    policy.createdAtMs = 5;
    policy.updatedAtMs = 6;
    need(m_database->savePolicy(policy));
    QVERIFY(need(m_database->policy(policy.userId)) == policy);
    UserPolicy other = tierDefaults(UserTier::Free);
    other.userId = u"Bob"_s;
    need(m_database->savePolicy(other));
    const auto all = need(m_database->policies());
    QCOMPARE(all.size(), 2);
    QCOMPARE(all.first().userId, u"Bob"_s);
    QVERIFY(!all.first().budgetPerRun);
    QVERIFY(all.first().allowedTools.isEmpty());
    QCOMPARE(all.first().createdAtMs, kNow);
}

void TestRepositories::keepsTheBirthOfAPolicy()
{
    UserPolicy policy = tierDefaults(UserTier::Free);
    policy.userId = u"ada"_s;
    need(m_database->savePolicy(policy));
    m_clock.advance(std::chrono::milliseconds(1000));
    policy.tier = UserTier::Pro;
    need(m_database->savePolicy(policy));
    const auto saved = need(m_database->policy(u"ada"_s));
    QCOMPARE(saved->tier, UserTier::Pro);
    QCOMPARE(saved->createdAtMs, kNow);
    QCOMPARE(saved->updatedAtMs, kNow + 1000);
    m_clock.setWallMs(kNow);
}

void TestRepositories::refusesABudgetOutOfRange()
{
    UserPolicy policy = tierDefaults(UserTier::Free);
    policy.userId = u"ada"_s;
    policy.budgetPerDay = need(Money::fromDecimal(u"99999999999999"));
    QCOMPARE(settled(m_database->savePolicy(policy)).error().code, ErrorCode::Overflow);
    QVERIFY(!need(m_database->policy(u"ada"_s)));
}

void TestRepositories::countsRequestsInBothWindows()
{
    const QString user = u"ada"_s;
    const auto ask = [this, &user](qint64 at) { return need(m_database->checkAndRecordRate(user, at, 2, 4)); };
    QVERIFY(ask(kNow).allowed);
    QVERIFY(ask(kNow + 1).allowed);
    const auto third = ask(kNow + 2);
    QVERIFY(!third.allowed);
    QCOMPARE(third.timesMs, (QList<qint64>{kNow, kNow + 1}));
    // A request counts in (now - 60 s, now]: exactly 60 s later the first is out, the second is not.
    QVERIFY(ask(kNow + kMinute).allowed);
    QVERIFY(!ask(kNow + kMinute).allowed);
    QVERIFY(ask(kNow + kMinute + 1).allowed);
    // Four within the hour.
    QVERIFY(!ask(kNow + 30 * kMinute).allowed);
    QVERIFY(!ask(kNow + kHour - 1).allowed);
    QVERIFY(ask(kNow + kHour).allowed);
    // Others are not concerned, and a refusal leaves no trace.
    QVERIFY(need(m_database->checkAndRecordRate(u"bob"_s, kNow, 1, 1)).allowed);
    QVERIFY(!need(m_database->checkAndRecordRate(u"eve"_s, kNow, 0, 5)).allowed);
    QCOMPARE(need(m_database->checkAndRecordRate(u"eve"_s, kNow, 5, 5)).timesMs.size(), 0);
}

void TestRepositories::countsRequestsOfTheFutureAsNow()
{
    QVERIFY(need(m_database->checkAndRecordRate(u"ada"_s, kNow + kHour, 1, 10)).allowed);
    // The clock was set back by an hour.
    const auto outcome = need(m_database->checkAndRecordRate(u"ada"_s, kNow, 1, 10));
    QVERIFY(!outcome.allowed);
    QCOMPARE(outcome.timesMs, QList<qint64>{kNow});
}

void TestRepositories::forgetsOldRequestsOfTheUser()
{
    for (int i = 0; i < 5; ++i) {
        QVERIFY(need(m_database->checkAndRecordRate(u"ada"_s, kNow + i, 10, 10)).allowed);
    }
    const auto later = need(m_database->checkAndRecordRate(u"ada"_s, kNow + kHour + 2, 10, 10));
    QVERIFY(later.allowed);
    QCOMPARE(later.timesMs, (QList<qint64>{kNow + 3, kNow + 4}));
    // With the clock back where it was, what was pruned is really gone.
    QCOMPARE(need(m_database->checkAndRecordRate(u"ada"_s, kNow + 5, 10, 10)).timesMs.size(), 3);
}

void TestRepositories::neverLetsMoreThroughThanAllowed()
{
    auto other = openDatabase(path(), m_clock);
    QList<QFuture<Result<RateOutcome>>> pending;
    for (int i = 0; i < 60; ++i) {
        pending << m_database->checkAndRecordRate(u"ada"_s, kNow + i, 25, 100);
        pending << other->checkAndRecordRate(u"ada"_s, kNow + i, 25, 100);
    }
    int allowed = 0;
    for (auto& future : pending) {
        allowed += need(std::move(future)).allowed ? 1 : 0;
    }
    QCOMPARE(allowed, 25);
}

void TestRepositories::remembersRequestsAfterARestart()
{
    QVERIFY(need(m_database->checkAndRecordRate(u"ada"_s, kNow, 1, 1)).allowed);
    m_database.reset();
    m_database = openDatabase(path(), m_clock);
    QVERIFY(!need(m_database->checkAndRecordRate(u"ada"_s, kNow + 1, 1, 1)).allowed);
}

void TestRepositories::findsACachedResponseForItsUser()
{
    const QString signature(64, u'a');
    QVERIFY(!need(m_database->cached(signature, u"ada"_s, kNow)));
    need(m_database->writeCache(entryOf(signature, u"ada"_s, kNow, kNow + 2 * kHour)));
    QVERIFY(!need(m_database->cached(signature, u"bob"_s, kNow)));
    QVERIFY(!need(m_database->cached(QString(64, u'b'), u"ada"_s, kNow)));
    auto entry = need(m_database->cached(signature, u"ada"_s, kNow + 1));
    QVERIFY(entry);
    QVERIFY(entry->response == answer(u"4"_s));
    QCOMPARE(entry->hits, 1);
    QCOMPARE(entry->createdAtMs, kNow);
    QCOMPARE(need(m_database->cached(signature, u"ada"_s, kNow + 2 * kHour - 1))->hits, 2);
    QVERIFY(!need(m_database->cached(signature, u"ada"_s, kNow + 2 * kHour)));
    QCOMPARE(need(m_database->cacheStatistics()).entries, 0);
}

void TestRepositories::keepsTheLifeOfAnEntryInBounds_data()
{
    QTest::addColumn<qint64>("asked");
    QTest::addColumn<qint64>("given");
    QTest::newRow("default") << qint64(0) << 24 * kHour;
    QTest::newRow("too short") << kNow + 1 << kHour;
    QTest::newRow("in the past") << kNow - 1 << kHour;
    QTest::newRow("as asked") << kNow + 5 * kHour << 5 * kHour;
    QTest::newRow("too long") << kNow + 1000 * kHour << 168 * kHour;
}

void TestRepositories::keepsTheLifeOfAnEntryInBounds()
{
    QFETCH(qint64, asked);
    QFETCH(qint64, given);
    need(m_database->writeCache(entryOf(u"s"_s, u"ada"_s, kNow, asked)));
    QCOMPARE(need(m_database->cached(u"s"_s, u"ada"_s, kNow))->expiresAtMs, kNow + given);
}

void TestRepositories::replacesAnEntry()
{
    need(m_database->writeCache(entryOf(u"s"_s, u"ada"_s, kNow, 0)));
    QVERIFY(need(m_database->cached(u"s"_s, u"ada"_s, kNow)));
    CacheEntry newer = entryOf(u"s"_s, u"ada"_s, kNow + 10, 0);
    newer.response = answer(QString(100'000, u'x'));
    need(m_database->writeCache(newer));
    const auto entry = need(m_database->cached(u"s"_s, u"ada"_s, kNow + 10));
    QCOMPARE(entry->response.result.size(), 100'000);
    QCOMPARE(entry->hits, 1);
    const auto statistics = need(m_database->cacheStatistics());
    QCOMPARE(statistics.entries, 1);
    QVERIFY(statistics.bytes > 0 && statistics.bytes < 20'000);
}

void TestRepositories::invalidatesBySignatureAndUser()
{
    const auto fill = [this] {
        for (const QString& signature : {u"s1"_s, u"s2"_s}) {
            for (const QString& user : {u"ada"_s, u"bob"_s}) {
                need(m_database->writeCache(entryOf(signature, user, kNow, 0)));
            }
        }
    };
    fill();
    QCOMPARE(need(m_database->invalidateCache(u"s1"_s, u"ada"_s)), 1);
    QVERIFY(!need(m_database->cached(u"s1"_s, u"ada"_s, kNow)));
    QVERIFY(need(m_database->cached(u"s1"_s, u"bob"_s, kNow)));
    fill();
    QCOMPARE(need(m_database->invalidateCache(u"s1"_s, QString())), 2);
    fill();
    QCOMPARE(need(m_database->invalidateCache(QString(), u"ada"_s)), 2);
    QCOMPARE(need(m_database->invalidateCache(QString(), QString())), 2);
    QCOMPARE(need(m_database->invalidateCache(QString(), QString())), 0);
}

void TestRepositories::countsHitsAndMisses()
{
    need(m_database->writeCache(entryOf(u"s"_s, u"ada"_s, kNow, 0)));
    for (int i = 0; i < 3; ++i) {
        QVERIFY(need(m_database->cached(u"s"_s, u"ada"_s, kNow)));
    }
    QVERIFY(!need(m_database->cached(u"t"_s, u"ada"_s, kNow)));
    need(m_database->invalidateCache(QString(), QString()));
    const auto statistics = need(m_database->cacheStatistics());
    QCOMPARE(statistics.hits, 3);
    QCOMPARE(statistics.misses, 1);
    QCOMPARE(statistics.entries, 0);
    QCOMPARE(statistics.bytes, 0);
}

void TestRepositories::keepsSettings()
{
    QCOMPARE(need(m_database->settings()), QJsonObject());
    need(m_database->setSetting(u"theme"_s, u"dark"_s));
    need(m_database->setSetting(u"theme"_s, u"light"_s));
    need(m_database->setSetting(u"provider.openai"_s, QJsonObject{{u"baseUrl"_s, u"http://x/v1"_s}}));
    need(m_database->setSetting(u"big"_s, QJsonValue(qint64(9007199254740993))));
    need(m_database->setSetting(u"nothing"_s, QJsonValue(QJsonValue::Null)));
    need(m_database->setSetting(u"gone"_s, true));
    need(m_database->setSetting(u"gone"_s, QJsonValue(QJsonValue::Undefined)));
    m_database.reset();
    m_database = openDatabase(path(), m_clock);
    const QJsonObject settings = need(m_database->settings());
    QCOMPARE(settings.size(), 4);
    QCOMPARE(settings.value(u"theme"_s).toString(), u"light"_s);
    QCOMPARE(settings.value(u"provider.openai"_s).toObject().value(u"baseUrl"_s).toString(), u"http://x/v1"_s);
    QCOMPARE(settings.value(u"big"_s).toInteger(), 9007199254740993);
    QVERIFY(settings.value(u"nothing"_s).isNull());
}

QTEST_GUILESS_MAIN(TestRepositories)
#include "tst_repositories.moc"
