// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QDateEdit;
class QPushButton;
class QTimer;

namespace lathe {

class Session;

/// What a bill is of: period, user, run, status and model; and by what it is grouped.
class BillFilters : public QWidget
{
    Q_OBJECT

public:
    explicit BillFilters(Session& session, QWidget *parent = nullptr);

    [[nodiscard]] BillQuery query() const;
    [[nodiscard]] QString runId() const;
    [[nodiscard]] QString userId() const;
    /// The filters in words, one a line: "Period" and "last 7 days" ...
    [[nodiscard]] QList<std::pair<QString, QString>> described() const;
    void showRun(const QString& runId);
    /// One UTC day or several, both inclusive.
    void setPeriod(QDate from, QDate to);
    void setGrouping(BillGroup first, std::optional<BillGroup> second);
    /// Reads anew which runs and models there are.
    void refresh();
    void focusFirst();
    [[nodiscard]] QPushButton *exportButton() const { return m_export; }

Q_SIGNALS:
    /// Some time after the last of several changes.
    void changed();
    void exportWanted();

private:
    void fillRuns();
    void fillUsers();
    void fillModels();
    void showDates();

    Session& m_session;
    QComboBox *m_period;
    QWidget *m_dates;
    QDateEdit *m_from;
    QDateEdit *m_to;
    QComboBox *m_user;
    QComboBox *m_run;
    QComboBox *m_status;
    QComboBox *m_model;
    QComboBox *m_first;
    QComboBox *m_second;
    QPushButton *m_export;
    QTimer *m_delay;
};

} // namespace lathe
