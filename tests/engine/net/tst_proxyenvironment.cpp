// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/proxyenvironment.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestProxyEnvironment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void picks_data();
    void picks();
    void knowsLoopback_data();
    void knowsLoopback();
    void readsCredentials();
};

void TestProxyEnvironment::picks_data()
{
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected"); // "type host:port", empty for none

    const QString http = u"http://model.test/v1"_s;
    const QString https = u"https://api.model.test/v1"_s;
    const QString proxy = u"http p:3128"_s;
    QTest::newRow("nothing") << QStringList() << https << QString();
    QTest::newRow("http") << QStringList{u"http_proxy=http://p:3128"_s} << http << proxy;
    QTest::newRow("http_proxy is not for https") << QStringList{u"http_proxy=http://p:3128"_s} << https << QString();
    QTest::newRow("HTTP_PROXY is not used") << QStringList{u"HTTP_PROXY=http://p:3128"_s} << http << QString();
    QTest::newRow("https") << QStringList{u"https_proxy=http://p:3128"_s} << https << proxy;
    QTest::newRow("HTTPS") << QStringList{u"HTTPS_PROXY=http://p:3128"_s} << https << proxy;
    QTest::newRow("lower case first") << QStringList{u"HTTPS_PROXY=http://q:1"_s, u"https_proxy=http://p:3128"_s}
                                      << https << proxy;
    QTest::newRow("empty is unset") << QStringList{u"https_proxy="_s, u"ALL_PROXY=http://p:3128"_s} << https << proxy;
    QTest::newRow("all") << QStringList{u"all_proxy=http://p:3128"_s} << http << proxy;
    QTest::newRow("ALL") << QStringList{u"ALL_PROXY=http://p:3128"_s} << https << proxy;
    QTest::newRow("no scheme") << QStringList{u"https_proxy=p:3128"_s} << https << proxy;
    QTest::newRow("no port") << QStringList{u"https_proxy=http://p"_s} << https << u"http p:80"_s;
    QTest::newRow("socks5") << QStringList{u"all_proxy=socks5://p"_s} << https << u"socks p:1080"_s;
    QTest::newRow("socks5h") << QStringList{u"all_proxy=socks5h://p:9"_s} << https << u"socks p:9"_s;
    QTest::newRow("unknown scheme") << QStringList{u"all_proxy=ftp://p:9"_s} << https << QString();
    QTest::newRow("no host") << QStringList{u"all_proxy=http://"_s} << https << QString();

    const auto except = [&proxy](const char *row, const QString& list, const QString& url, bool direct) {
        QTest::newRow(row) << QStringList{u"all_proxy=http://p:3128"_s, u"no_proxy="_s + list} << url
                           << (direct ? QString() : proxy);
    };
    except("star", u"*"_s, https, true);
    except("name", u"model.test"_s, http, true);
    except("subdomain", u"model.test"_s, https, true);
    except("leading dot", u".model.test"_s, https, true);
    except("leading dot, bare name", u".model.test"_s, http, true);
    except("case", u"MODEL.Test"_s, https, true);
    except("end of a name only", u"odel.test"_s, https, false);
    except("longer name", u"x.api.model.test"_s, https, false);
    except("list with blanks", u"a.test, b.test ,model.test"_s, https, true);
    except("list by blanks", u"a.test model.test"_s, https, true);
    except("not in the list", u"a.test,b.test"_s, https, false);
    except("only commas and dots", u",,.,"_s, https, false);
    except("port", u"model.test:443"_s, https, true);
    except("other port", u"model.test:8443"_s, https, false);
    except("bad port", u"model.test:x"_s, https, false);
    except("address", u"10.1.2.3"_s, u"http://10.1.2.3:8080/"_s, true);
    except("address and port", u"10.1.2.3:8080"_s, u"http://10.1.2.3:8080/"_s, true);
    except("other address", u"10.1.2.3"_s, u"http://10.1.2.33/"_s, false);
    except("network", u"10.0.0.0/8"_s, u"http://10.1.2.3/"_s, true);
    except("outside the network", u"10.0.0.0/8"_s, u"http://11.1.2.3/"_s, false);
    except("network and a name", u"10.0.0.0/8"_s, https, false);
    except("bad network", u"x/y"_s, u"http://10.1.2.3/"_s, false);
    except("IPv6", u"fd00::1"_s, u"http://[fd00::1]/"_s, true);
    except("IPv6 in brackets", u"[fd00::1]:80"_s, u"http://[fd00::1]/"_s, true);
    except("IPv6 network", u"fd00::/8"_s, u"http://[fd00::1]/"_s, true);
    except("loopback", u"x"_s, u"http://127.0.0.1:11434/"_s, true);
    except("localhost", u"x"_s, u"http://localhost:11434/"_s, true);
    QTest::newRow("NO_PROXY") << QStringList{u"all_proxy=http://p:3128"_s, u"NO_PROXY=model.test"_s} << https
                              << QString();
}

void TestProxyEnvironment::picks()
{
    QFETCH(QStringList, environment);
    QFETCH(QString, url);
    QProcessEnvironment variables;
    for (const QString& entry : environment) {
        variables.insert(entry.section(u'=', 0, 0), entry.section(u'=', 1));
    }
    const QNetworkProxy proxy = proxyFromEnvironment(QUrl(url), variables);
    QString found;
    if (proxy.type() != QNetworkProxy::NoProxy) {
        found = (proxy.type() == QNetworkProxy::HttpProxy ? u"http "_s : u"socks "_s) + proxy.hostName() + u':' +
                QString::number(proxy.port());
    }
    QTEST(found, "expected");
}

void TestProxyEnvironment::knowsLoopback_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("loopback");
    for (const char *host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST", "localhost.", "a.localhost"}) {
        QTest::newRow(host) << QString::fromLatin1(host) << true;
    }
    for (const char *host : {"128.0.0.1", "::2", "localhost.test", "mylocalhost", "", "0.0.0.0"}) {
        QTest::newRow(host) << QString::fromLatin1(host) << false;
    }
}

void TestProxyEnvironment::knowsLoopback()
{
    QFETCH(QString, host);
    QTEST(isLoopbackHost(host), "loopback");
}

void TestProxyEnvironment::readsCredentials()
{
    QProcessEnvironment variables;
    variables.insert(u"https_proxy"_s, u"http://an%40na:s%3Acret@p:3128/"_s);
    const QNetworkProxy proxy = proxyFromEnvironment(QUrl(u"https://model.test/"_s), variables);
    QCOMPARE(proxy.user(), u"an@na"_s);
    QCOMPARE(proxy.password(), u"s:cret"_s);
    QCOMPARE(proxy.hostName(), u"p"_s);
}

QTEST_GUILESS_MAIN(TestProxyEnvironment)
#include "tst_proxyenvironment.moc"
