// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/policychangesmodel.h"

#include "engine/core/enumnames.h"
#include "ui/format.h"
#include "ui/words.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

QString policyValueText(const QString& key, const QString& stored)
{
    if (key.startsWith(u"budget"_s)) {
        const auto amount = Money::fromDecimal(stored);
        return amount ? format::money(*amount) : PolicyChangesModel::tr("no budget");
    }
    if (key == "tier"_L1) {
        const auto tier = fromName<UserTier>(stored);
        return tier ? word(*tier) : stored;
    }
    if (key == "allowedTools"_L1 || key == "approvalRules"_L1) {
        QStringList entries;
        for (const QJsonValue& entry : QJsonDocument::fromJson(stored.toUtf8()).array()) {
            entries << entry.toString();
        }
        if (entries.isEmpty()) {
            return key == "allowedTools"_L1 ? PolicyChangesModel::tr("every tool") : PolicyChangesModel::tr("no rule");
        }
        return entries.join(key == "allowedTools"_L1 ? u", "_s : u"\n"_s);
    }
    bool whole = false;
    const qint64 number = stored.toLongLong(&whole);
    return stored.isEmpty() ? format::none() : whole && key != "team"_L1 ? format::count(number) : stored;
}

QVariant PolicyChangesModel::cell(const PolicyChange& row, int column, int role) const
{
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) {
        return {};
    }
    const bool tip = role == Qt::ToolTipRole;
    switch (column) {
    case When:
        return tip ? format::fullTime(row.atMs) : format::relativeTime(row.atMs, QDateTime::currentMSecsSinceEpoch());
    case Who:
        return row.author;
    case What:
        return wordOfPolicyKey(row.key);
    case Before:
    case After:
        break;
    default:
        return {};
    }
    if (row.key == "created"_L1) {
        return column == After && !tip ? row.after : QString();
    }
    const QString text = policyValueText(row.key, column == Before ? row.before : row.after);
    return tip ? text : QString(text).replace(u'\n', u"; "_s);
}

QVariant PolicyChangesModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case When:
        return tr("When");
    case Who:
        return tr("Who");
    case What:
        return tr("What");
    case Before:
        return tr("Before");
    case After:
        return tr("After");
    default:
        return {};
    }
}

} // namespace lathe
