// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/reconcilemodel.h"

#include "ui/format.h"
#include "ui/theme.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

struct ReasonLook
{
    Kind kind;
    QString icon;
};

ReasonLook lookOf(ReconcileReason reason)
{
    switch (reason) {
    case ReconcileReason::Match:
    case ReconcileReason::Rounding:
        return {Kind::Answer, u"complete"_s};
    case ReconcileReason::UnknownModel:
    case ReconcileReason::UnknownUsage:
    case ReconcileReason::TierDiffers:
        return {Kind::Policy, u"warning"_s};
    case ReconcileReason::MissingHere:
    case ReconcileReason::MissingThere:
    case ReconcileReason::UsageDiffers:
    case ReconcileReason::PriceDiffers:
        return {Kind::Error, u"error"_s};
    }
    return {Kind::Neutral, {}};
}

} // namespace

QString ReconcileModel::explanation(ReconcileReason reason)
{
    switch (reason) {
    case ReconcileReason::Match:
        return tr("Both say the same, to the last digit.");
    case ReconcileReason::Rounding:
        return tr("They differ by less than the last digit that the provider writes.");
    case ReconcileReason::MissingHere:
        return tr("The provider charges for what is not in the ledger: another program uses the key, or runs were "
                  "deleted.");
    case ReconcileReason::MissingThere:
        return tr("The ledger has what the provider does not charge: it is not settled yet, or another key paid.");
    case ReconcileReason::UnknownModel:
        return tr("The price book has no price for this model, so its cost is unknown here.");
    case ReconcileReason::UnknownUsage:
        return tr("For some calls the provider did not tell what they used, so their cost is unknown here.");
    case ReconcileReason::UsageDiffers:
        return tr("The numbers of tokens differ: another program uses the key, or calls were not recorded.");
    case ReconcileReason::TierDiffers:
        return tr("Calls of a service tier with prices of its own, such as batch, are among them.");
    case ReconcileReason::PriceDiffers:
        return tr("The amounts differ though the use does not seem to: compare the price book with the provider's "
                  "prices.");
    }
    return {};
}

QVariant ReconcileModel::cell(const ReconcileRow& row, int column, int role) const
{
    const auto amount = [role](const std::optional<Money>& value) -> QVariant {
        if (role == Qt::DisplayRole) {
            return value ? format::amount(*value) : format::none();
        }
        return (role == Qt::ToolTipRole || role == ExactRole) && value ? QVariant(format::exactMoney(*value))
                                                                       : QVariant();
    };
    switch (column) {
    case Day:
        return role == Qt::DisplayRole ? QVariant(row.day) : QVariant();
    case Model:
        if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
            return row.model.isEmpty() ? tr("all models") : row.model;
        }
        return {};
    case Here:
        if (row.unknownLines > 0 && row.here && role == Qt::DisplayRole) {
            return format::amountWithUnknown(*row.here, row.unknownLines);
        }
        return amount(row.here);
    case There:
        return amount(row.there);
    case Difference:
        if (role == Qt::DisplayRole && row.difference.atto() > 0) {
            return QString(u'+' + format::amount(row.difference));
        }
        return amount(row.difference);
    case Reason:
        switch (role) {
        case Qt::DisplayRole:
            return word(row.reason);
        case Qt::ToolTipRole:
            return explanation(row.reason);
        case ExactRole:
            return QString(toName(row.reason));
        case IconNameRole:
            return lookOf(row.reason).icon;
        case KindRole:
            return static_cast<int>(lookOf(row.reason).kind);
        default:
            return {};
        }
    default:
        return {};
    }
}

QVariant ReconcileModel::header(int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        return column == Difference ? QVariant(tr("What the provider charges, less what the ledger has")) : QVariant();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Day:
        return tr("Day (UTC)");
    case Model:
        return tr("Model");
    case Here:
        return tr("Here ($)");
    case There:
        return tr("There ($)");
    case Difference:
        return tr("Difference ($)");
    case Reason:
        return tr("Reason");
    default:
        return {};
    }
}

} // namespace lathe
