// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/login.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestLogin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QByteArray>("logname");
        QTest::addColumn<QString>("expected");
        QTest::newRow("USER first") << QByteArray("ada") << QByteArray("bob") << u"ada"_s;
        QTest::newRow("LOGNAME without USER") << QByteArray() << QByteArray("bob") << u"bob"_s;
        QTest::newRow("blank is nobody") << QByteArray("  ") << QByteArray("bob") << u"bob"_s;
        QTest::newRow("nobody") << QByteArray() << QByteArray() << u"local"_s;
    }
    void names()
    {
        QFETCH(QByteArray, user);
        QFETCH(QByteArray, logname);
        qputenv("USER", user);
        qputenv("LOGNAME", logname);
        QTEST(loginName(), "expected");
    }
};

QTEST_GUILESS_MAIN(TestLogin)
#include "tst_login.moc"
