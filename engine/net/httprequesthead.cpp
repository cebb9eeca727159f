// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httprequesthead.h"

namespace lathe {
namespace {

using namespace Qt::StringLiterals;

constexpr QByteArrayView userAgent("lathe/" LATHE_VERSION);

bool isMadeHere(QByteArrayView name)
{
    for (const char *made : {"Host", "Content-Length", "User-Agent", "Accept-Encoding", "Transfer-Encoding",
                             "Connection", "Expect", "Upgrade", "TE", "Trailer", "Proxy-Authorization"}) {
        if (name.compare(made, Qt::CaseInsensitive) == 0) {
            return true;
        }
    }
    return false;
}

/// The host as it goes into a Host header and a message: ACE form, IPv6 in brackets.
QString hostText(const QUrl& url)
{
    QString host = url.host(QUrl::FullyEncoded);
    if (host.contains(u':') && !host.startsWith(u'[')) {
        host = u'[' + host + u']';
    }
    return host;
}

bool isDefaultPort(const QUrl& url)
{
    return portOf(url) == (url.scheme() == "https"_L1 ? 443 : 80);
}

Result<void> checkHeaders(const HttpHeaders& headers)
{
    for (const auto& [name, value] : headers) {
        if (!isHttpToken(name)) {
            return fail(ErrorCode::InvalidInput,
                        u"the header name \"%1\" has characters that no header name may have"_s.arg(
                            QString::fromLatin1(name.toPercentEncoding(" "))));
        }
        if (isMadeHere(name)) {
            return fail(ErrorCode::InvalidInput,
                        u"the header %1 is made by the program and cannot be given"_s.arg(QString::fromLatin1(name)));
        }
        if (!isHttpFieldValue(value)) {
            // Never the value itself: it may be a key.
            return fail(
                ErrorCode::InvalidInput,
                u"the value of the header %1 has line breaks or control characters"_s.arg(QString::fromLatin1(name)));
        }
    }
    return {};
}

} // namespace

quint16 portOf(const QUrl& url)
{
    return static_cast<quint16>(url.port(url.scheme() == "https"_L1 ? 443 : 80));
}

QString originOf(const QUrl& url)
{
    QString origin = url.scheme();
    origin += "://"_L1;
    origin += hostText(url);
    if (!isDefaultPort(url)) {
        origin += u':';
        origin += QString::number(portOf(url));
    }
    return origin;
}

Result<QByteArray> httpRequestHead(const HttpRequest& request)
{
    const QUrl& url = request.url;
    if (!url.isValid() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        return fail(ErrorCode::InvalidInput, u"the address is not an http or https URL"_s);
    }
    if (url.host().isEmpty() || url.port(1) == 0) {
        return fail(ErrorCode::InvalidInput, u"the %1 URL names no host or no usable port"_s.arg(url.scheme()));
    }
    if (!isHttpToken(request.method)) {
        return fail(ErrorCode::InvalidInput, u"the request method is not a word"_s);
    }
    const Result<void> checked = checkHeaders(request.headers);
    if (!checked) {
        return fail(checked.error());
    }
    QByteArray head;
    head.reserve(512);
    head += request.method;
    head += ' ';
    const QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    if (!path.startsWith('/')) {
        head += '/';
    }
    head += path;
    if (url.hasQuery()) {
        head += '?';
        head += url.query(QUrl::FullyEncoded).toLatin1();
    }
    head += " HTTP/1.1\r\nHost: ";
    head += hostText(url).toLatin1();
    if (!isDefaultPort(url)) {
        head += ':';
        head += QByteArray::number(portOf(url));
    }
    head += "\r\nUser-Agent: ";
    head += userAgent;
    // A compressed stream is held back by proxies until a block is full.
    head += "\r\nAccept-Encoding: identity\r\n";
    qint64 length = 0;
    for (const QByteArray& part : request.body) {
        length += part.size();
    }
    if (length > 0 || (request.method != "GET" && request.method != "HEAD")) {
        head += "Content-Length: ";
        head += QByteArray::number(length);
        head += "\r\n";
    }
    for (const auto& [name, value] : request.headers) {
        head += name;
        head += ": ";
        head += value;
        head += "\r\n";
    }
    head += "\r\n";
    return head;
}

} // namespace lathe
