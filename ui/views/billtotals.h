// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

#include <optional>

class QLabel;

namespace lathe {

class NoteLabel;

/// The figures above a bill: charged, recorded, avoided; where the month is going; and the check that the sums agree.
class BillTotals : public QWidget
{
    Q_OBJECT

public:
    explicit BillTotals(QWidget *parent = nullptr);

    void setBill(const BillResult& bill);
    /// Nothing while it is not known.
    void setAvoided(std::optional<Money> avoided);
    void setForecast(const std::optional<Forecast>& forecast);
    [[nodiscard]] QString checkText() const;
    [[nodiscard]] QString chargedText() const;
    [[nodiscard]] QString recordedText() const;
    [[nodiscard]] QString avoidedText() const;
    [[nodiscard]] QString forecastText() const;

private:
    void showSums();

    QLabel *m_charged;
    QLabel *m_recorded;
    QLabel *m_avoided;
    QLabel *m_month;
    QLabel *m_monthTitle;
    NoteLabel *m_check;
    BillResult m_bill;
    std::optional<Money> m_known; ///< avoided
};

} // namespace lathe
