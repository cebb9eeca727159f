// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QNetworkProxy>
#include <QProcessEnvironment>
#include <QUrl>

namespace lathe {

/// 127.0.0.0/8, ::1, localhost and names that end in .localhost.
[[nodiscard]] bool isLoopbackHost(const QString& host);

/// The proxy that the environment names for a URL, by the rules that curl made common: http_proxy (lower case only,
/// since a web server could be made to set HTTP_PROXY), https_proxy and HTTPS_PROXY, else all_proxy and ALL_PROXY;
/// no_proxy and NO_PROXY list hosts to reach directly: "*", names (which cover their subdomains, with or without a
/// leading dot), addresses, networks ("10.0.0.0/8"), each with an optional port. Values are
/// "[http://|socks5://|socks5h://][user:password@]host[:port]"; another scheme or no host means no proxy.
/// Never a proxy for loopback.
[[nodiscard]] QNetworkProxy proxyFromEnvironment(const QUrl& url, const QProcessEnvironment& environment);

} // namespace lathe
