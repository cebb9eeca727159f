// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testcertificate.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace lathe::test {

using namespace Qt::StringLiterals;

QSslConfiguration TestCertificate::forServer() const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(certificate);
    configuration.setPrivateKey(key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    return configuration;
}

QSslConfiguration TestCertificate::forClient() const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({certificate});
    return configuration;
}

std::optional<TestCertificate> makeCertificate(const QString& names)
{
    const QTemporaryDir folder;
    const QString keyPath = folder.filePath(u"key.pem"_s);
    const QString certificatePath = folder.filePath(u"certificate.pem"_s);
    QProcess openssl;
    openssl.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s,
                   u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=lathe test"_s, u"-addext"_s,
                   u"subjectAltName="_s + names, u"-keyout"_s, keyPath, u"-out"_s, certificatePath});
    if (!openssl.waitForFinished(20000) || openssl.exitCode() != 0) {
        return std::nullopt;
    }
    QFile keyFile(keyPath);
    QFile certificateFile(certificatePath);
    if (!keyFile.open(QIODevice::ReadOnly) || !certificateFile.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    TestCertificate made;
    made.key = QSslKey(&keyFile, QSsl::Ec);
    made.certificate = QSslCertificate(&certificateFile);
    if (made.key.isNull() || made.certificate.isNull()) {
        return std::nullopt;
    }
    return made;
}

} // namespace lathe::test
