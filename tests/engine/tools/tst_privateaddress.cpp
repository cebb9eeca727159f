// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/privateaddress.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestPrivateAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsPublicFromPrivate_data();
    void tellsPublicFromPrivate();
};

void TestPrivateAddress::tellsPublicFromPrivate_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("isPrivate");
    const char *privateOnes[] = {"0.0.0.0",
                                 "10.0.0.1",
                                 "10.255.255.255",
                                 "100.64.0.1",
                                 "100.127.255.255",
                                 "127.0.0.1",
                                 "127.1.2.3",
                                 "169.254.169.254",
                                 "172.16.0.1",
                                 "172.31.255.255",
                                 "192.0.0.8",
                                 "192.0.2.1",
                                 "192.168.1.1",
                                 "198.18.0.1",
                                 "198.19.255.255",
                                 "198.51.100.7",
                                 "203.0.113.7",
                                 "224.0.0.1",
                                 "240.0.0.1",
                                 "255.255.255.255",
                                 "::",
                                 "::1",
                                 "::127.0.0.1",
                                 "::ffff:127.0.0.1",
                                 "::ffff:10.1.2.3",
                                 "64:ff9b::7f00:1",
                                 "64:ff9b:1::1",
                                 "2002:7f00:1::",
                                 "2002:c0a8:101::1",
                                 "2001::1",
                                 "2001:db8::1",
                                 "fc00::1",
                                 "fd12:3456::1",
                                 "fe80::1",
                                 "fe80::1%1",
                                 "fec0::1",
                                 "ff02::1",
                                 "100::1",
                                 ""};
    for (const char *address : privateOnes) {
        QTest::addRow("%s", address) << QString::fromLatin1(address) << true;
    }
    const char *publicOnes[] = {"1.1.1.1",        "9.255.255.255",   "11.0.0.1",          "100.63.255.255",
                                "100.128.0.1",    "126.255.255.255", "128.0.0.1",         "172.15.255.255",
                                "172.32.0.1",     "192.167.255.255", "192.169.0.1",       "198.17.255.255",
                                "198.20.0.1",     "223.255.255.255", "::ffff:8.8.8.8",    "64:ff9b::808:808",
                                "2002:808:808::", "2606:4700::1111", "2a00:1450:4001::1", "3fff:ffff::1"};
    for (const char *address : publicOnes) {
        QTest::addRow("%s", address) << QString::fromLatin1(address) << false;
    }
}

void TestPrivateAddress::tellsPublicFromPrivate()
{
    QFETCH(QString, address);
    QFETCH(bool, isPrivate);
    QCOMPARE(isPrivateAddress(QHostAddress(address)), isPrivate);
}

QTEST_GUILESS_MAIN(TestPrivateAddress)
#include "tst_privateaddress.moc"
