// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>

namespace lathe {

/// Whether an address is anything but a public unicast one: loopback, private, shared, link-local, unique local,
/// multicast, reserved, documentation, and IPv6 forms that carry such an IPv4 address (mapped, 6to4, NAT64).
[[nodiscard]] bool isPrivateAddress(const QHostAddress& address);

} // namespace lathe
