// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/core/sha256.h"

#include <QRandomGenerator>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ofAnyLengthInAnyPieces()
    {
        QRandomGenerator random(11);
        for (int size = 0; size < 700; ++size) {
            QByteArray bytes(size, Qt::Uninitialized);
            for (char& byte : bytes) {
                byte = static_cast<char>(random.bounded(256));
            }
            Sha256 hash;
            Sha256 atOnce;
            atOnce.addData(bytes);
            for (qsizetype at = 0; at < size;) {
                const qsizetype piece = std::min<qsizetype>(size - at, random.bounded(1, 150));
                hash.addData(QByteArrayView(bytes).sliced(at, piece));
                at += piece;
                // What was added so far can be asked for on the way.
                QCOMPARE(hash.result(), QCryptographicHash::hash(bytes.left(at), QCryptographicHash::Sha256));
            }
            QCOMPARE(hash.result(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256));
            QCOMPARE(atOnce.result(), hash.result());
        }
    }

    void ofTheStandardsExamples()
    {
        QCOMPARE(sha256Hex("abc"), QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256Hex({}), QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256Hex(QByteArray(1'000'000, 'a')),
                 QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }
};

QTEST_GUILESS_MAIN(TestSha256)
#include "tst_sha256.moc"
