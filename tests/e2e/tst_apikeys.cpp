// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/apikeys.h"

#include <QHash>
#include <QTest>

using namespace lathe::ctl;
using namespace Qt::StringLiterals;

/// Where the command line takes an API key from, with a keychain made for the test.
class TestApiKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesTheFirstThatHasOne_data();
    void takesTheFirstThatHasOne();
    void asksTheKeychainOnce();
    void hasNoKeychainWithoutASessionBus();
};

void TestApiKeys::takesTheFirstThatHasOne_data()
{
    QTest::addColumn<QString>("named"); // the variable named on purpose
    QTest::addColumn<QString>("mine");  // its value
    QTest::addColumn<QString>("usual"); // the value of OPENAI_API_KEY
    QTest::addColumn<QString>("kept");  // in the keychain
    QTest::addColumn<QString>("key");
    QTest::newRow("none") << u""_s << u""_s << u""_s << u""_s << u""_s;
    QTest::newRow("named") << u"MINE"_s << u"n"_s << u"u"_s << u"k"_s << u"n"_s;
    QTest::newRow("named but empty") << u"MINE"_s << u""_s << u"u"_s << u"k"_s << u""_s;
    QTest::newRow("usual") << u""_s << u"n"_s << u"u"_s << u"k"_s << u"u"_s;
    QTest::newRow("keychain") << u""_s << u"n"_s << u""_s << u"k"_s << u"k"_s;
}

void TestApiKeys::takesTheFirstThatHasOne()
{
    QFETCH(QString, named);
    QFETCH(QString, mine);
    QFETCH(QString, usual);
    QFETCH(QString, kept);
    const QHash<QString, QString> variables{{u"MINE"_s, mine}, {u"OPENAI_API_KEY"_s, usual}};
    const auto key = apiKeyReader([&](const QString& variable) { return variables.value(variable); },
                                  [&](const QString& provider) { return provider == "openai"_L1 ? kept : QString(); });
    QTEST(key(u"openai"_s, named), "key");
    QCOMPARE(key(u"openai-responses"_s, QString()), usual); // one account
    QCOMPARE(key(u"anthropic"_s, QString()), QString());    // keys of one provider are not sent to another
}

void TestApiKeys::asksTheKeychainOnce()
{
    int asked = 0;
    const auto key = apiKeyReader([](const QString&) { return QString(); },
                                  [&](const QString&) {
                                      ++asked;
                                      return QString();
                                  });
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(key(u"openai"_s, QString()), QString());
    }
    QCOMPARE(asked, 1);
}

void TestApiKeys::hasNoKeychainWithoutASessionBus()
{
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    qunsetenv("XDG_RUNTIME_DIR");
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    QCOMPARE(platformKeychain()(u"openai"_s), QString());
}

QTEST_GUILESS_MAIN(TestApiKeys)
#include "tst_apikeys.moc"
