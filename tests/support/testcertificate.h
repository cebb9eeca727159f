// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QString>

#include <optional>

namespace lathe::test {

/// A fresh self-signed certificate with its key; valid for two days, for these names only.
struct TestCertificate
{
    QSslCertificate certificate;
    QSslKey key;

    /// For a server that shows it.
    [[nodiscard]] QSslConfiguration forServer() const;
    /// For a client that trusts it and nothing else.
    [[nodiscard]] QSslConfiguration forClient() const;
};

/// Made by the openssl command; nothing if that fails. names as in subjectAltName: "IP:127.0.0.1,DNS:model.test".
[[nodiscard]] std::optional<TestCertificate> makeCertificate(const QString& names);

} // namespace lathe::test
