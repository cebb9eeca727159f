// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/compression.h"

#include <memory>
#include <zstd.h>

namespace lathe {

namespace {

constexpr int kLevel = 3;
// Below this, headers eat what compression gains.
constexpr qsizetype kSmallest = 96;

struct FreeContext
{
    void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
};

Error damaged(const QString& why)
{
    return {ErrorCode::Database, QStringLiteral("A stored text is damaged"), why};
}

} // namespace

StoredBytes compress(const QByteArray& bytes)
{
    StoredBytes stored{.encoding = QStringLiteral("raw"), .size = bytes.size(), .content = bytes};
    if (bytes.size() < kSmallest) {
        return stored;
    }
    // Making a context costs more than compressing a message.
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    const auto size = static_cast<size_t>(bytes.size());
    QByteArray packed(static_cast<qsizetype>(ZSTD_compressBound(size)), Qt::Uninitialized);
    const size_t written = ZSTD_compressCCtx(context.get(), packed.data(), static_cast<size_t>(packed.size()),
                                             bytes.constData(), size, kLevel);
    if (ZSTD_isError(written) == 0 && written < size) {
        packed.resize(static_cast<qsizetype>(written));
        packed.squeeze();
        stored.encoding = QStringLiteral("zstd");
        stored.content = packed;
    }
    return stored;
}

Result<QByteArray> decompress(const QString& encoding, qint64 size, const QByteArray& content)
{
    if (encoding == QLatin1String("raw")) {
        if (content.size() != size) {
            return fail(damaged(QStringLiteral("%1 bytes instead of %2").arg(content.size()).arg(size)));
        }
        return content;
    }
    if (encoding != QLatin1String("zstd")) {
        return fail(damaged(QStringLiteral("unknown encoding %1").arg(encoding)));
    }
    const auto packedSize = static_cast<size_t>(content.size());
    const auto declared = ZSTD_getFrameContentSize(content.constData(), packedSize);
    if (size < 0 || declared != static_cast<unsigned long long>(size)) {
        return fail(damaged(QStringLiteral("the size in the frame is not %1").arg(size)));
    }
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    QByteArray bytes(size, Qt::Uninitialized);
    const size_t written = ZSTD_decompressDCtx(context.get(), bytes.data(), static_cast<size_t>(bytes.size()),
                                               content.constData(), packedSize);
    if (ZSTD_isError(written) != 0) {
        return fail(damaged(QString::fromUtf8(ZSTD_getErrorName(written))));
    }
    if (written != static_cast<size_t>(size)) {
        return fail(damaged(QStringLiteral("%1 bytes instead of %2").arg(written).arg(size)));
    }
    return bytes;
}

} // namespace lathe
