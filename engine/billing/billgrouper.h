// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/billrow.h"
#include "engine/domain/billtable.h"

#include <QList>

#include <memory>

namespace lathe {

/// The key of one row; a decision's always begins with its run: "RUN#3".
[[nodiscard]] QString billKey(const BillRow& row, BillGroup dimension);
/// Groups lines as they come; keeps the groups, and of their lines only which attempts they belong to.
class BillGrouper
{
public:
    explicit BillGrouper(const QList<BillGroup>& dimensions);
    ~BillGrouper();
    BillGrouper(const BillGrouper&) = delete;
    BillGrouper& operator=(const BillGrouper&) = delete;

    void add(const BillRow& row);
    [[nodiscard]] Result<BillTable> finish() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};
[[nodiscard]] Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillGroup>& dimensions);

} // namespace lathe
