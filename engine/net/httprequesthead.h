// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/net/httptransport.h"

namespace lathe {

/// scheme://host:port of a URL, without user info, path and query, which may hold keys: for messages and as the key
/// of connections that may be shared.
[[nodiscard]] QString originOf(const QUrl& url);

/// The port of the URL, or that of its scheme.
[[nodiscard]] quint16 portOf(const QUrl& url);

/// Request line and headers, ending in the empty line. InvalidInput if the URL is not http(s) with a host, the method
/// is no token, or a given header is not safe to send or is one that this function makes.
[[nodiscard]] Result<QByteArray> httpRequestHead(const HttpRequest& request);

} // namespace lathe
