// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace lathe::test {

struct FocusExpectation
{
    QString version;      ///< "1.4" or "1.2"
    QString billedTotal;  ///< the sum of BilledCost, as a decimal
    QStringList supports; ///< columns that must be there because the source has what they tell
};

/// What a FOCUS "Cost and Usage" CSV breaks of the specification, each as "row 3 ListCost: ..."; empty if nothing.
/// Written after the text of the specification, without anything of the exporter, and with exact decimals.
[[nodiscard]] QStringList focusProblems(const QByteArray& csv, const FocusExpectation& expected);

} // namespace lathe::test
