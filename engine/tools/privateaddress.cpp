// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/privateaddress.h"

#include <algorithm>
#include <iterator>

namespace lathe {

namespace {

struct Range4
{
    quint32 network;
    int bits;
};
// The special-purpose registry of IANA, without what is globally reachable.
constexpr Range4 kNotPublic4[] = {
    {0x00000000, 8},  // 0.0.0.0/8 this network
    {0x0A000000, 8},  // 10.0.0.0/8 private
    {0x64400000, 10}, // 100.64.0.0/10 shared by carriers
    {0x7F000000, 8},  // 127.0.0.0/8 loopback
    {0xA9FE0000, 16}, // 169.254.0.0/16 link-local, cloud metadata
    {0xAC100000, 12}, // 172.16.0.0/12 private
    {0xC0000000, 24}, // 192.0.0.0/24 protocol assignments
    {0xC0000200, 24}, // 192.0.2.0/24 documentation
    {0xC0A80000, 16}, // 192.168.0.0/16 private
    {0xC6120000, 15}, // 198.18.0.0/15 benchmarks
    {0xC6336400, 24}, // 198.51.100.0/24 documentation
    {0xCB007100, 24}, // 203.0.113.0/24 documentation
    {0xE0000000, 3},  // 224.0.0.0/4 multicast, 240.0.0.0/4 reserved, broadcast
};

bool isPrivate4(quint32 address)
{
    return std::any_of(std::begin(kNotPublic4), std::end(kNotPublic4), [address](const Range4& range) {
        return (address >> (32 - range.bits)) == (range.network >> (32 - range.bits));
    });
}

quint32 quad(const Q_IPV6ADDR& address, int at)
{
    return quint32(address[at]) << 24 | quint32(address[at + 1]) << 16 | quint32(address[at + 2]) << 8 |
           quint32(address[at + 3]);
}

bool isPrivate6(const Q_IPV6ADDR& address)
{
    const quint32 first = quad(address, 0);
    const bool middleIsZero = quad(address, 4) == 0;
    if (first == 0 && middleIsZero && quad(address, 8) == 0x0000FFFF) {
        return isPrivate4(quad(address, 12)); // ::ffff:0:0/96, mapped
    }
    if (first == 0x0064FF9B && middleIsZero && quad(address, 8) == 0) {
        return isPrivate4(quad(address, 12)); // 64:ff9b::/96, NAT64
    }
    if (first >> 16 == 0x2002) {
        return isPrivate4(quad(address, 2)); // 2002::/16, 6to4
    }
    // Global unicast is 2000::/3; out of that 2001::/23 (Teredo and others) and 2001:db8::/32 (documentation).
    const bool isGlobal = first >> 29 == 1;
    return !isGlobal || first >> 9 == 0x20010000U >> 9 || first == 0x20010DB8;
}

} // namespace

bool isPrivateAddress(const QHostAddress& address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        return isPrivate4(address.toIPv4Address());
    }
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        return isPrivate6(address.toIPv6Address());
    }
    return true; // not an address at all
}

} // namespace lathe
