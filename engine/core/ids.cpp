// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/ids.h"

#include <QRandomGenerator>
#include <QUuid>

namespace lathe {

QString RandomIdGenerator::newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

double RandomJitter::uniform()
{
    return QRandomGenerator::global()->generateDouble();
}

} // namespace lathe
