// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QByteArray>
#include <QString>

namespace lathe {

/// Bytes as they lie in a column: zstd if that is smaller, else as they are.
struct StoredBytes
{
    QString encoding; ///< "raw" or "zstd"
    qint64 size = 0;  ///< of the plain bytes
    QByteArray content;
};

[[nodiscard]] StoredBytes compress(const QByteArray& bytes);
/// Error (Database) if the content does not unpack to exactly size bytes; size is checked before memory is taken.
[[nodiscard]] Result<QByteArray> decompress(const QString& encoding, qint64 size, const QByteArray& content);

} // namespace lathe
