// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace lathe::fuzz {

/// What must hold for any input; a program that ends here has found a fault.
inline void expect(bool holds, const char *what)
{
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

/// The first byte of an input says in which pieces the rest arrives; 0 is in one.
struct Input
{
    QByteArray whole;
    QList<QByteArray> pieces; ///< each with memory of its own, so that reading past one is seen

    Input(const uint8_t *data, size_t size)
    {
        if (size == 0) {
            return;
        }
        whole = QByteArray(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size) - 1);
        const qsizetype most = data[0] == 0 ? whole.size() : data[0] % 32 + 1;
        for (qsizetype at = 0; at < whole.size(); at += pieces.last().size()) {
            pieces.append(whole.mid(at, 1 + (most - 1) * (1 + at % 3) / 3));
        }
    }
};

} // namespace lathe::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
