// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/dialect.h"
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

    void writesTheDefaultTierOnce();
    void keepsAPolicyWholly();
    void notesWhoChangedWhat();
    void refusesChangesByName_data();
    void refusesChangesByName();
    void losesNoChangeOfTwoAtOnce();
    void aTierKeepsWhatIsNotItsOwn();
    void keepsTeams();
    void countsRequestsInBothWindows();
    void neverTrustsATimeBeforeTheNewest();
    void goesOnByTheSteadyClockWhenTheWallClockIsSetBack();
    void looksWithoutRecording();
    void forgetsOldRequests();
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
    QFuture<Result<UserPolicy>> change(const QString& user, const QJsonObject& changes, qint64 atMs = kNow)
    {
        PolicyEdit edit;
        edit.subject = user;
        edit.changes = changes;
        edit.author = u"root"_s;
        edit.nowMs = atMs;
        return m_database->policyStore().changeUserPolicy(edit);
    }
    QFuture<Result<RateOutcome>> take(Database& database, const QString& user, qint64 wallMs, int perMinute,
                                      int perHour, qint64 steadyMs = 0)
    {
        RateRequest request;
        request.userId = user;
        request.wallMs = wallMs;
        request.steadyMs = steadyMs;
        request.perMinute = perMinute;
        request.perHour = perHour;
        return database.policyStore().takeRate(request);
    }
    QFuture<Result<RateOutcome>> take(const QString& user, qint64 wallMs, int perMinute, int perHour,
                                      qint64 steadyMs = 0)
    {
        return take(*m_database, user, wallMs, perMinute, perHour, steadyMs);
    }

    FakeClock m_clock{kNow};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
};

void TestRepositories::writesTheDefaultTierOnce()
{
    QCOMPARE(need(m_database->policy(u"ada"_s)), std::optional<UserPolicy>());
    UserPolicy free = tierDefaults(UserTier::Free);
    free.userId = u"ada"_s;
    free.createdAtMs = kNow;
    free.updatedAtMs = kNow;
    auto other = openDatabase(path(), m_clock);
    QCOMPARE(need(m_database->policyStore().userPolicy(u"ada"_s, kNow)), free);
    QCOMPARE(need(other->policyStore().userPolicy(u"ada"_s, kNow + 5)), free); // as it was written first
    QCOMPARE(need(m_database->policies()), QList<UserPolicy>{free});
    const auto changes = need(m_database->policyStore().userPolicyChanges(u"ada"_s));
    QCOMPARE(changes, (QList<PolicyChange>{{kNow, u"lathe"_s, u"created"_s, QString(), u"free"_s}}));
}

void TestRepositories::keepsAPolicyWholly()
{
    const QString user = u"ada o'hara \U0001F980"_s;
    const UserPolicy changed = need(change(user,
                                           {{u"tier"_s, u"enterprise"_s},
                                            {u"allowedTools"_s, QJsonArray{u"code_executor"_s, u"a"_s}},
                                            {u"budgetPerRun"_s, u"0.000000000000000001"_s},
                                            {u"budgetPerMonth"_s, u"100"_s},
                                            {u"team"_s, u"red"_s}},
                                           kNow + 5));
    QCOMPARE(changed.maxToolCalls, 100);
    QCOMPARE(changed.budgetPerRun->toDecimal(), u"0.000000000000000001"_s);
    QCOMPARE(changed.allowedTools, (QStringList{u"code_executor"_s, u"a"_s}));
    QCOMPARE(changed.team, u"red"_s);
    QCOMPARE(changed.updatedAtMs, kNow + 5);
    QCOMPARE(need(m_database->policy(user)), std::optional(changed));
    QCOMPARE(need(m_database->policies()), QList<UserPolicy>{changed});
    // Nothing is different: nothing is written, nothing is noted.
    const auto noted = need(m_database->policyStore().userPolicyChanges(user));
    QCOMPARE(need(change(user, {{u"team"_s, u"red"_s}}, kNow + 9)), changed);
    QCOMPARE(need(m_database->policyStore().userPolicyChanges(user)), noted);
}

void TestRepositories::notesWhoChangedWhat()
{
    need(change(u"ada"_s, {{u"maxToolCalls"_s, 3}, {u"budgetPerDay"_s, u"1.5"_s}}, kNow + 1));
    need(change(u"ada"_s, {{u"budgetPerDay"_s, QJsonValue::Null}}, kNow + 2));
    QCOMPARE(need(m_database->policyStore().userPolicyChanges(u"ada"_s)),
             (QList<PolicyChange>{{kNow + 2, u"root"_s, u"budgetPerDay"_s, u"1.5"_s, QString()},
                                  {kNow + 1, u"root"_s, u"maxToolCalls"_s, u"10"_s, u"3"_s},
                                  {kNow + 1, u"root"_s, u"budgetPerDay"_s, QString(), u"1.5"_s},
                                  {kNow + 1, u"lathe"_s, u"created"_s, QString(), u"free"_s}}));
}

void TestRepositories::refusesChangesByName_data()
{
    QTest::addColumn<QJsonObject>("changes");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown key") << QJsonObject{{u"maxToolCall"_s, 3}} << u"$.maxToolCall"_s;
    QTest::newRow("negative") << QJsonObject{{u"maxToolCalls"_s, -1}} << u"$.maxToolCalls"_s;
    QTest::newRow("beyond reason") << QJsonObject{{u"maxRecursionDepth"_s, 101}} << u"$.maxRecursionDepth"_s;
    QTest::newRow("not a number") << QJsonObject{{u"requestsPerHour"_s, u"many"_s}} << u"$.requestsPerHour"_s;
    QTest::newRow("tier") << QJsonObject{{u"tier"_s, u"gold"_s}} << u"$.tier"_s;
    QTest::newRow("budget too large") << QJsonObject{{u"budgetPerDay"_s, u"99999999999999"_s}} << u"$.budgetPerDay"_s;
    QTest::newRow("budget with a unit") << QJsonObject{{u"budgetPerDay"_s, u"5 USD"_s}} << u"$.budgetPerDay"_s;
    QTest::newRow("another user") << QJsonObject{{u"userId"_s, u"eve"_s}} << u"$.userId"_s;
    QTest::newRow("its birth") << QJsonObject{{u"createdAt"_s, QJsonValue::Null}} << u"$.createdAt"_s;
}

void TestRepositories::refusesChangesByName()
{
    QFETCH(QJsonObject, changes);
    QFETCH(QString, named);
    QJsonObject both = changes;
    both.insert(u"contextWindowLimit"_s, 1234); // one that is right does not get through beside one that is wrong
    const auto refused = settled(change(u"ada"_s, both));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    const QString text = refused.error().message + refused.error().detail;
    QVERIFY2(text.contains(named), qPrintable(text));
    QCOMPARE(need(m_database->policy(u"ada"_s))->contextWindowLimit, 8000);
    QCOMPARE(need(m_database->policyStore().userPolicyChanges(u"ada"_s)).size(), 1);
}

void TestRepositories::losesNoChangeOfTwoAtOnce()
{
    auto other = openDatabase(path(), m_clock);
    QList<QFuture<Result<UserPolicy>>> pending;
    for (int i = 1; i <= 20; ++i) {
        pending << change(u"ada"_s, {{u"maxToolCalls"_s, i}});
        PolicyEdit edit;
        edit.subject = u"ada"_s;
        edit.changes = {{u"requestsPerHour"_s, i}};
        pending << other->policyStore().changeUserPolicy(edit);
    }
    for (auto& future : pending) {
        need(std::move(future));
    }
    QCOMPARE(need(m_database->policy(u"ada"_s))->maxToolCalls, 20);
    QCOMPARE(need(m_database->policy(u"ada"_s))->requestsPerHour, 20);
    // One when it was written, then every change.
    QCOMPARE(need(m_database->policyStore().userPolicyChanges(u"ada"_s)).size(), 1 + 20 + 20);
}

void TestRepositories::aTierKeepsWhatIsNotItsOwn()
{
    need(change(u"ada"_s,
                {{u"budgetPerDay"_s, u"5"_s}, {u"allowedTools"_s, QJsonArray{u"a"_s}}, {u"team"_s, u"red"_s}}));
    const UserPolicy pro = need(change(u"ada"_s, {{u"tier"_s, u"pro"_s}}));
    QCOMPARE(pro.requestsPerMinute, 30);
    QVERIFY(pro.budgetPerDay);
    QCOMPARE(pro.allowedTools, QStringList{u"a"_s});
    QCOMPARE(pro.team, u"red"_s);
}

void TestRepositories::keepsTeams()
{
    PolicyStore& store = m_database->policyStore();
    QCOMPARE(need(store.teamPolicy(u"red"_s)).budgetPerDay, std::nullopt);
    PolicyEdit edit;
    edit.subject = u"red"_s;
    edit.changes = {{u"budgetPerDay"_s, u"2.5"_s}};
    edit.author = u"root"_s;
    edit.nowMs = kNow;
    const TeamPolicy red = need(store.changeTeamPolicy(edit));
    QCOMPARE(red.budgetPerDay->toDecimal(), u"2.5"_s);
    QCOMPARE(need(store.teamPolicy(u"red"_s)), red);
    QCOMPARE(need(store.teamPolicyChanges(u"red"_s)),
             (QList<PolicyChange>{{kNow, u"root"_s, u"budgetPerDay"_s, QString(), u"2.5"_s}}));
    QVERIFY(need(store.userPolicyChanges(u"red"_s)).isEmpty());
    edit.changes = {{u"budgetPerWeek"_s, u"2.5"_s}};
    QVERIFY(settled(store.changeTeamPolicy(edit)).error().detail.contains(u"$.budgetPerWeek"_s));
}

void TestRepositories::countsRequestsInBothWindows()
{
    const QString user = u"ada"_s;
    const auto ask = [this, &user](qint64 at) { return need(take(user, at, 2, 4)); };
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
    QVERIFY(need(take(u"bob"_s, kNow + kHour, 1, 1)).allowed);
    QVERIFY(!need(take(u"eve"_s, kNow + kHour, 0, 5)).allowed);
    QCOMPARE(need(take(u"eve"_s, kNow + kHour, 5, 5)).timesMs.size(), 0);
}

void TestRepositories::neverTrustsATimeBeforeTheNewest()
{
    QCOMPARE(need(take(u"ada"_s, kNow + kHour, 1, 10)).nowMs, kNow + kHour);
    // The clock was set back by an hour: the window stays shut, for others too the time is the newest recorded.
    const auto back = need(take(u"ada"_s, kNow, 1, 10));
    QVERIFY(!back.allowed);
    QCOMPARE(back.nowMs, kNow + kHour);
    QCOMPARE(back.timesMs, QList<qint64>{kNow + kHour});
    QCOMPARE(need(take(u"bob"_s, kNow + kMinute, 1, 10)).nowMs, kNow + kHour);
}

void TestRepositories::goesOnByTheSteadyClockWhenTheWallClockIsSetBack()
{
    QVERIFY(need(take(u"ada"_s, kNow + 365 * 24 * kHour, 1, 10, 1'000)).allowed);
    QVERIFY(!need(take(u"ada"_s, kNow, 1, 10, 1'000 + kMinute - 1)).allowed);
    // A minute has passed, whatever the wall clock says.
    QVERIFY(need(take(u"ada"_s, kNow, 1, 10, 1'000 + kMinute)).allowed);
    // A steady clock that starts again with the machine only does not help.
    const auto restarted = need(take(u"ada"_s, kNow, 1, 10, 0));
    QVERIFY(!restarted.allowed);
    QCOMPARE(restarted.nowMs, kNow + 365 * 24 * kHour + kMinute);
}

void TestRepositories::looksWithoutRecording()
{
    RateRequest request;
    request.userId = u"ada"_s;
    request.wallMs = kNow;
    request.perMinute = 1;
    request.perHour = 1;
    request.record = false;
    QVERIFY(need(m_database->policyStore().takeRate(request)).allowed);
    QVERIFY(need(m_database->policyStore().takeRate(request)).allowed);
    QVERIFY(need(take(u"ada"_s, kNow, 1, 1)).allowed);
    QVERIFY(!need(m_database->policyStore().takeRate(request)).allowed);
}

void TestRepositories::forgetsOldRequests()
{
    const auto rows = [this] {
        const auto connection = need(Connection::open(sqliteDialect(), path(), Connection::Mode::Read, 5000));
        return need(connection->integer(Sql{"SELECT count(*) FROM agent_rate_events"})).value_or(-1);
    };
    for (int i = 0; i < 5; ++i) {
        QVERIFY(need(take(u"ada"_s, kNow + i, 10, 10)).allowed);
        QVERIFY(need(take(u"bob"_s, kNow + i, 10, 10)).allowed);
    }
    const auto later = need(take(u"ada"_s, kNow + kHour + 2, 10, 10));
    QVERIFY(later.allowed);
    QCOMPARE(later.timesMs, (QList<qint64>{kNow + 3, kNow + 4}));
    QCOMPARE(rows(), 3 + 5); // bob was not asked about
    RateRequest all;
    all.userId = u"eve"_s;
    all.wallMs = kNow + kHour + 2;
    all.pruneAll = true;
    QVERIFY(!need(m_database->policyStore().takeRate(all)).allowed);
    QCOMPARE(rows(), 3 + 2);
}

void TestRepositories::neverLetsMoreThroughThanAllowed()
{
    auto other = openDatabase(path(), m_clock);
    QList<QFuture<Result<RateOutcome>>> pending;
    for (int i = 0; i < 60; ++i) {
        pending << take(u"ada"_s, kNow + i, 25, 100);
        pending << take(*other, u"ada"_s, kNow + i, 25, 100);
    }
    int allowed = 0;
    for (auto& future : pending) {
        allowed += need(std::move(future)).allowed ? 1 : 0;
    }
    QCOMPARE(allowed, 25);
}

void TestRepositories::remembersRequestsAfterARestart()
{
    QVERIFY(need(take(u"ada"_s, kNow, 1, 1)).allowed);
    m_database.reset();
    m_database = openDatabase(path(), m_clock);
    QVERIFY(!need(take(u"ada"_s, kNow + 1, 1, 1)).allowed);
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
