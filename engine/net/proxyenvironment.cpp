// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/proxyenvironment.h"

#include "engine/net/httprequesthead.h"

#include <QHostAddress>

namespace lathe {
namespace {

using namespace Qt::StringLiterals;

QString firstOf(const QProcessEnvironment& environment, std::initializer_list<QLatin1StringView> names)
{
    for (const QLatin1StringView name : names) {
        const QString value = environment.value(name).trimmed();
        if (!value.isEmpty()) {
            return value;
        }
    }
    return {};
}

QNetworkProxy parseProxy(const QString& value)
{
    const QUrl url(value.contains("://"_L1) ? value : "http://"_L1 + value);
    QNetworkProxy proxy(QNetworkProxy::NoProxy);
    quint16 defaultPort = 1080;
    if (url.scheme() == "http"_L1) {
        proxy.setType(QNetworkProxy::HttpProxy);
        defaultPort = 80;
    } else if (url.scheme() == "socks5"_L1 || url.scheme() == "socks5h"_L1) {
        proxy.setType(QNetworkProxy::Socks5Proxy);
    }
    if (proxy.type() == QNetworkProxy::NoProxy || url.host().isEmpty()) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    proxy.setHostName(url.host());
    proxy.setPort(static_cast<quint16>(url.port(defaultPort)));
    proxy.setUser(url.userName(QUrl::FullyDecoded));
    proxy.setPassword(url.password(QUrl::FullyDecoded));
    return proxy;
}

bool isInNetwork(const QString& host, const QString& network)
{
    const QHostAddress address(host);
    const auto subnet = QHostAddress::parseSubnet(network);
    return !address.isNull() && subnet.second >= 0 && address.isInSubnet(subnet);
}

bool entryMatches(QString entry, const QString& host, quint16 port)
{
    if (entry == "*"_L1) {
        return true;
    }
    if (entry.contains(u'/')) {
        return isInNetwork(host, entry);
    }
    if (QHostAddress(entry).isNull()) {
        // "[::1]:80", "[::1]" and "name:80"; a bare IPv6 address has colons of its own.
        const qsizetype colon = entry.lastIndexOf(u':');
        if (colon > entry.lastIndexOf(u']')) {
            bool isNumber = false;
            const int wanted = entry.sliced(colon + 1).toInt(&isNumber);
            if (!isNumber || wanted != port) {
                return false;
            }
            entry.truncate(colon);
        }
        if (entry.startsWith(u'[') && entry.endsWith(u']')) {
            entry = entry.sliced(1, entry.size() - 2);
        }
    }
    const QHostAddress address(entry);
    if (!address.isNull()) {
        return address == QHostAddress(host);
    }
    if (entry.startsWith(u'.')) {
        entry.remove(0, 1);
    }
    if (entry.isEmpty()) {
        return false;
    }
    return host.compare(entry, Qt::CaseInsensitive) == 0 ||
           (host.endsWith(entry, Qt::CaseInsensitive) && host.at(host.size() - entry.size() - 1) == u'.');
}

} // namespace

bool isLoopbackHost(const QString& host)
{
    QString name = host.toLower();
    if (name.endsWith(u'.')) {
        name.chop(1);
    }
    return name == "localhost"_L1 || name.endsWith(".localhost"_L1) || QHostAddress(name).isLoopback();
}

QNetworkProxy proxyFromEnvironment(const QUrl& url, const QProcessEnvironment& environment)
{
    const QNetworkProxy none(QNetworkProxy::NoProxy);
    const QString host = url.host();
    if (isLoopbackHost(host)) {
        return none;
    }
    QString value;
    if (url.scheme() == "https"_L1) {
        value = firstOf(environment, {"https_proxy"_L1, "HTTPS_PROXY"_L1, "all_proxy"_L1, "ALL_PROXY"_L1});
    } else {
        value = firstOf(environment, {"http_proxy"_L1, "all_proxy"_L1, "ALL_PROXY"_L1});
    }
    if (value.isEmpty()) {
        return none;
    }
    QString exceptions = firstOf(environment, {"no_proxy"_L1, "NO_PROXY"_L1});
    exceptions.replace(u' ', u',');
    const QStringList entries = exceptions.split(u',', Qt::SkipEmptyParts);
    for (const QString& entry : entries) {
        if (entryMatches(entry, host, portOf(url))) {
            return none;
        }
    }
    return parseProxy(value);
}

} // namespace lathe
