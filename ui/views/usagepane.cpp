// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/usagepane.h"

#include "ui/format.h"
#include "ui/widgets/fillbar.h"

#include <QGridLayout>
#include <QLabel>

using namespace Qt::StringLiterals;

namespace lathe {

UsagePane::UsagePane(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(1, 1);
}

void UsagePane::setLine(const QString& key, const QString& name, const Fill& fill, bool limited, const QString& words)
{
    m_set.insert(key);
    Line& line = m_lines[key];
    if (!line.bar) {
        line = {new QLabel(this), new FillBar(this), new QLabel(this)};
        for (QLabel *label : {line.name, line.words}) {
            label->setTextFormat(Qt::PlainText);
        }
        line.words->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_grid->addWidget(line.name, m_nextRow, 0);
        m_grid->addWidget(line.bar, m_nextRow, 1, Qt::AlignVCenter);
        m_grid->addWidget(line.words, m_nextRow, 2);
        ++m_nextRow;
    }
    line.name->setText(name);
    line.words->setText(words);
    line.bar->setFill(fill);
    line.bar->setWords(name + u": "_s + words);
    QSizePolicy policy = line.bar->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    line.bar->setSizePolicy(policy);
    line.bar->setVisible(limited);
}

void UsagePane::setRate(const QString& key, const QString& name, int used, int limit)
{
    const int left = std::max(0, limit - used);
    setLine(key, name, fillOf(used, limit), true,
            left == 0 ? tr("%1 of %2, none left").arg(format::count(used), format::count(limit))
                      : tr("%1 of %2, %3 left").arg(format::count(used), format::count(limit), format::count(left)));
}

void UsagePane::setBudget(const QString& key, const QString& name, const BudgetLevel& level)
{
    QString words = tr("%1 spent").arg(format::money(level.spent));
    if (!level.reserved.isZero()) {
        words += tr(" + %1 reserved").arg(format::money(level.reserved));
    }
    words = level.limit ? tr("%1 of %2").arg(words, format::money(*level.limit)) : tr("%1, no budget").arg(words);
    setLine(key, name, fillOf(level), level.limit.has_value(), words);
}

void UsagePane::show(const UserPolicy& policy, const PolicyUsage& usage)
{
    m_set.clear();
    setRate(u"rate_minute"_s, tr("Runs, last 60 seconds"), usage.requestsInMinute, policy.requestsPerMinute);
    setRate(u"rate_hour"_s, tr("Runs, last hour"), usage.requestsInHour, policy.requestsPerHour);
    for (const BudgetLevel& level : usage.shared) {
        QString name;
        switch (level.scope) {
        case BudgetScope::Run:
            break;
        case BudgetScope::UserDay:
            name = tr("Today (UTC)");
            break;
        case BudgetScope::UserMonth:
            name = tr("This month (UTC)");
            break;
        case BudgetScope::TeamDay:
            name = tr("Team %1, today").arg(usage.team.team);
            break;
        case BudgetScope::TeamMonth:
            name = tr("Team %1, this month").arg(usage.team.team);
            break;
        }
        setBudget(toName(level.scope), name, level);
    }
    for (const PolicyUsage::Run& run : usage.runs) {
        setBudget(run.runId, tr("Run “%1”").arg(run.name.isEmpty() ? run.runId.left(8) : run.name.left(40)), run.level);
    }
    dropAllBut(m_set);
}

void UsagePane::clear()
{
    dropAllBut({});
}

void UsagePane::dropAllBut(const QSet<QString>& keys)
{
    for (auto line = m_lines.begin(); line != m_lines.end();) {
        if (keys.contains(line.key())) {
            ++line;
            continue;
        }
        for (QWidget *widget : QList<QWidget *>{line->name, line->bar, line->words}) {
            m_grid->removeWidget(widget);
            widget->hide();
            widget->deleteLater();
        }
        line = m_lines.erase(line);
    }
}

QString UsagePane::wordsOf(const QString& key) const
{
    const Line line = m_lines.value(key);
    return line.words ? line.words->text() : QString();
}

} // namespace lathe
