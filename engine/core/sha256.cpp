// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/sha256.h"

namespace lathe {

Sha256::Sha256()
{
    sha256_init(&m_context);
}

void Sha256::addData(QByteArrayView bytes)
{
    sha256_update(&m_context, static_cast<size_t>(bytes.size()), reinterpret_cast<const uint8_t *>(bytes.data()));
}

QByteArray Sha256::result() const
{
    sha256_ctx finished = m_context; // asking ends a context, and more may be added here
    QByteArray digest(SHA256_DIGEST_SIZE, Qt::Uninitialized);
    sha256_digest(&finished, SHA256_DIGEST_SIZE, reinterpret_cast<uint8_t *>(digest.data()));
    return digest;
}

} // namespace lathe
