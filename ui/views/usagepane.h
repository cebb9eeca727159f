// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "ui/models/fill.h"

#include <QHash>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace lathe {

class FillBar;

/// How much of what a user may do is used up now: runs in the windows, budgets of the user, of the team and of each
/// run that goes on. Lines stay where they are while their numbers change.
class UsagePane : public QWidget
{
    Q_OBJECT

public:
    explicit UsagePane(QWidget *parent = nullptr);
    void show(const UserPolicy& policy, const PolicyUsage& usage);
    void clear();
    /// What stands beside the bar with this key: rate_minute, rate_hour, a budget's scope, or a run's id.
    [[nodiscard]] QString wordsOf(const QString& key) const;

private:
    struct Line
    {
        QLabel *name = nullptr;
        FillBar *bar = nullptr;
        QLabel *words = nullptr;
    };
    void setLine(const QString& key, const QString& name, const Fill& fill, bool limited, const QString& words);
    void setRate(const QString& key, const QString& name, int used, int limit);
    void setBudget(const QString& key, const QString& name, const BudgetLevel& level);
    void dropAllBut(const QSet<QString>& keys);

    QGridLayout *m_grid;
    QHash<QString, Line> m_lines;
    QSet<QString> m_set;
    int m_nextRow = 0;
};

} // namespace lathe
