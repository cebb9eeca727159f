// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/sha256.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace lathe {

namespace {

#ifdef __x86_64__

alignas(16) constexpr quint32 kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The words A to H lie in two registers as the instructions want them: ABEF and CDGH.
__attribute__((target("sha,sse4.1"))) void addBlocks(quint32 *words, const char *data, size_t blocks)
{
    const auto load = [](const void *from) __attribute__((target("sha,sse4.1")))
    {
        return _mm_loadu_si128(static_cast<const __m128i *>(from));
    };
    const __m128i swapped = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i cdab = _mm_shuffle_epi32(load(words), 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(load(words + 4), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; blocks > 0; --blocks, data += 64) {
        const __m128i abefBefore = abef;
        const __m128i cdghBefore = cdgh;
        __m128i message[4];
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) { // four rounds each
            __m128i& now = message[i % 4];
            if (i < 4) {
                now = _mm_shuffle_epi8(load(data + 16 * i), swapped);
            } else {
                const __m128i last = message[(i + 3) % 4];
                const __m128i sevenBack = _mm_alignr_epi8(last, message[(i + 2) % 4], 4);
                now = _mm_sha256msg1_epu32(now, message[(i + 1) % 4]);
                now = _mm_sha256msg2_epu32(_mm_add_epi32(now, sevenBack), last);
            }
            const __m128i sum = _mm_add_epi32(now, load(kRounds + 4 * i));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i *>(words), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i *>(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

void addBlocks(quint32 *, const char *, size_t) {}

#endif

} // namespace

bool Sha256::processorCan()
{
#ifdef __x86_64__
    static const bool can = [] {
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        unsigned d = 0;
        return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
    }();
    return can;
#else
    return false;
#endif
}

Sha256::Sha256(bool byProcessor)
    : m_plain(byProcessor ? nullptr : std::make_unique<QCryptographicHash>(QCryptographicHash::Sha256)),
      m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
{}

void Sha256::addData(QByteArrayView bytes)
{
    if (m_plain) {
        m_plain->addData(bytes);
        return;
    }
    const char *data = bytes.data();
    auto left = static_cast<size_t>(bytes.size());
    const size_t held = m_size % kBlock;
    m_size += left;
    if (held > 0) {
        const size_t taken = std::min(left, kBlock - held);
        std::copy_n(data, taken, m_rest.begin() + held);
        data += taken;
        left -= taken;
        if (held + taken < kBlock) {
            return;
        }
        addBlocks(m_state.data(), m_rest.data(), 1);
    }
    addBlocks(m_state.data(), data, left / kBlock);
    std::copy_n(data + left / kBlock * kBlock, left % kBlock, m_rest.begin());
}

QByteArray Sha256::result() const
{
    if (m_plain) {
        return m_plain->result();
    }
    // The end: a bit, zeros, and the number of bits in the last eight bytes of a block.
    std::array<char, 2 * kBlock> end{};
    const size_t held = m_size % kBlock;
    std::copy_n(m_rest.begin(), held, end.begin());
    end[held] = '\x80';
    const size_t size = held + 9 <= kBlock ? kBlock : 2 * kBlock;
    qToBigEndian(m_size * 8, end.data() + size - 8);
    std::array<quint32, 8> words = m_state;
    addBlocks(words.data(), end.data(), size / kBlock);
    QByteArray hash(32, Qt::Uninitialized);
    for (size_t i = 0; i < words.size(); ++i) {
        qToBigEndian(words[i], hash.data() + 4 * i);
    }
    return hash;
}

} // namespace lathe
