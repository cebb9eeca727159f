// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/policychanges.h"

#include <QJsonArray>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

/// Newest first, as the audit has them.
QList<PolicyChange> changes()
{
    return {
        {50, u"ann"_s, u"tier"_s, u"free"_s, u"pro"_s},
        {40, u"ann"_s, u"approvalRules"_s, u"[\"ask *\",\"allow a\"]"_s, u"[\"allow a\",\"ask *\"]"_s},
        {30, authorOfVerdict(u"bob"_s, u"run-7"_s), u"approvalRules"_s, u"[\"ask *\"]"_s, u"[\"ask *\",\"allow a\"]"_s},
        {20, u"ann"_s, u"approvalRules"_s, QString(), u"[\"ask *\"]"_s},
        {10, u"lathe"_s, u"created"_s, QString(), u"free"_s}};
}

} // namespace

class TestPolicyChanges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhoPutARuleThere()
    {
        const QList<RuleOrigin> origins = ruleOrigins({u"ask *"_s, u"allow a"_s, u"deny b"_s}, changes());
        const QList<RuleOrigin> expected{{u"allow a"_s, u"bob"_s, 30, u"run-7"_s}, {u"ask *"_s, u"ann"_s, 20, {}}};
        QCOMPARE(origins, expected); // nobody knows of the third, and another order is no new rule
        QCOMPARE(toJson(origins.first()).value("run"_L1).toString(), u"run-7"_s);
        QVERIFY(!toJson(origins.last()).contains("run"_L1));
    }

    void aRuleThatWasTakenAwayAndPutBackIsTheLatters()
    {
        QList<PolicyChange> list = changes();
        list.prepend({70, u"eve"_s, u"approvalRules"_s, u"[]"_s, u"[\"ask *\"]"_s});
        list.prepend({60, u"ann"_s, u"approvalRules"_s, u"[\"allow a\",\"ask *\"]"_s, u"[]"_s});
        list.swapItemsAt(0, 1);
        QCOMPARE(ruleOrigins({u"ask *"_s}, list).first().author, u"eve"_s);
    }

    void damagedEntriesSayNothing()
    {
        QVERIFY(ruleOrigins({u"ask *"_s}, {{1, u"ann"_s, u"approvalRules"_s, u"x"_s, u"{"_s}}).isEmpty());
        QVERIFY(ruleOrigins({}, changes()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPolicyChanges)
#include "tst_policychanges.moc"
