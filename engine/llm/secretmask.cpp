// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/secretmask.h"

namespace lathe {

namespace {

constexpr qsizetype kShortestSecret = 4;

} // namespace

QByteArray maskSecret(const QByteArray& bytes, const QByteArray& secret)
{
    if (secret.size() < kShortestSecret) {
        return bytes;
    }
    QByteArray masked = bytes;
    QByteArray escaped = secret;
    escaped.replace('/', "\\/");
    for (const QByteArray& form : {secret, escaped}) {
        if (masked.contains(form)) {
            masked.replace(form, QByteArray(form.size(), '*'));
        }
    }
    return masked;
}

QString maskSecret(const QString& text, const QByteArray& secret)
{
    return QString::fromUtf8(maskSecret(text.toUtf8(), secret));
}

} // namespace lathe
