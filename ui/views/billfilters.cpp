// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/billfilters.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/billmodel.h"
#include "ui/session.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDateEdit>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kRunWidth = 190; // pixels of text in the box of runs
constexpr int kThisMonth = -1; // periods that are no number of days
constexpr int kFromTo = -2;
constexpr BillGroup kGroups[] = {BillGroup::Phase,    BillGroup::Decision, BillGroup::Tool, BillGroup::Model,
                                 BillGroup::Provider, BillGroup::User,     BillGroup::Team, BillGroup::Tier,
                                 BillGroup::Day,      BillGroup::Hour};
constexpr RunStatus kStatuses[] = {RunStatus::Complete, RunStatus::Error,       RunStatus::PolicyViolation,
                                   RunStatus::Stopped,  RunStatus::Interrupted, RunStatus::Running};

qint64 startOf(QDate day)
{
    return QDateTime(day, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
}

QDateEdit *makeDate(QWidget *parent)
{
    auto *edit = new QDateEdit(QDateTime::currentDateTimeUtc().date(), parent);
    edit->setCalendarPopup(true);
    edit->setDisplayFormat(u"yyyy-MM-dd"_s);
    return edit;
}

} // namespace

BillFilters::BillFilters(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_period(new QComboBox(this)),
      m_dates(new QWidget(this)),
      m_from(makeDate(m_dates)),
      m_to(makeDate(m_dates)),
      m_user(new QComboBox(this)),
      m_run(new QComboBox(this)),
      m_status(new QComboBox(this)),
      m_model(new QComboBox(this)),
      m_first(new QComboBox(this)),
      m_second(new QComboBox(this)),
      m_export(new QPushButton(icon(u"export"_s), tr("&Export…"), this)),
      m_delay(new QTimer(this))
{
    setFixedWidth(236);
    m_period->addItem(tr("all time"), 0);
    m_period->addItem(tr("today"), 1);
    m_period->addItem(tr("last 7 days"), 7);
    m_period->addItem(tr("last 30 days"), 30);
    m_period->addItem(tr("this month"), kThisMonth);
    m_period->addItem(tr("from … to …"), kFromTo);
    m_second->addItem(tr("nothing else"), -1);
    for (const BillGroup group : kGroups) {
        m_first->addItem(BillModel::title(group), static_cast<int>(group));
        m_second->addItem(BillModel::title(group), static_cast<int>(group));
    }
    m_status->addItem(tr("any status"), -1);
    for (const RunStatus status : kStatuses) {
        m_status->addItem(look(status).word, static_cast<int>(status));
    }
    for (QComboBox *box : {m_user, m_run, m_model}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(18);
    }
    auto *dates = new QHBoxLayout(m_dates);
    dates->setContentsMargins(0, 0, 0, 0);
    dates->setSpacing(4);
    dates->addWidget(m_from, 1);
    dates->addWidget(new QLabel(u"–"_s, m_dates));
    dates->addWidget(m_to, 1);
    m_from->setAccessibleName(tr("First day"));
    m_from->setToolTip(tr("The first day, in UTC"));
    m_to->setAccessibleName(tr("Last day"));
    m_to->setToolTip(tr("The last day, in UTC; it counts too"));

    auto *form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->setVerticalSpacing(6);
    const auto add = [form](const QString& text, QComboBox *box, const QString& tip) {
        box->setToolTip(tip);
        QString plain = text;
        box->setAccessibleName(plain.remove(u'&'));
        form->addRow(text, box);
    };
    add(tr("&Period"), m_period, tr("By the time of each line, days in UTC"));
    form->addRow(m_dates);
    add(tr("&User"), m_user, tr("Who ran it"));
    add(tr("&Run"), m_run, tr("One run, or all"));
    add(tr("&Status"), m_status, tr("How the run stands or ended"));
    add(tr("&Model"), m_model, tr("Only what this model cost, without the fees of tools"));
    form->addItem(new QSpacerItem(0, 4));
    add(tr("&Group by"), m_first, tr("The rows of the table and the bars of the chart"));
    add(tr("&and by"), m_second, tr("A second dimension"));
    form->addItem(new QSpacerItem(0, 4));
    form->addRow(m_export);

    m_delay->setSingleShot(true);
    m_delay->setInterval(100);
    connect(m_delay, &QTimer::timeout, this, &BillFilters::changed);
    for (QComboBox *box : {m_period, m_user, m_run, m_status, m_model, m_first, m_second}) {
        connect(box, &QComboBox::currentIndexChanged, m_delay, qOverload<>(&QTimer::start));
    }
    connect(m_period, &QComboBox::currentIndexChanged, this, &BillFilters::showDates);
    for (QDateEdit *edit : {m_from, m_to}) {
        connect(edit, &QDateEdit::dateChanged, m_delay, qOverload<>(&QTimer::start));
    }
    connect(m_export, &QPushButton::clicked, this, &BillFilters::exportWanted);
    connect(&session, &Session::runsLoaded, this, [this] {
        if (isVisible()) {
            fillRuns();
        }
    });
    connect(&session, &Session::policiesChanged, this, &BillFilters::fillUsers);
    m_model->addItem(tr("all models"), QString());
    showDates();
    fillRuns();
    fillUsers();
}

void BillFilters::showDates()
{
    m_dates->setVisible(m_period->currentData().toInt() == kFromTo);
}

void BillFilters::refresh()
{
    fillRuns();
    fillModels();
}

void BillFilters::focusFirst()
{
    m_period->setFocus(Qt::ShortcutFocusReason);
}

QString BillFilters::runId() const
{
    return m_run->currentData().toString();
}

QString BillFilters::userId() const
{
    return m_user->currentData().toString();
}

BillQuery BillFilters::query() const
{
    BillQuery query;
    query.runId = runId();
    query.userId = userId();
    const QDate today = QDateTime::currentDateTimeUtc().date();
    const int days = m_period->currentData().toInt();
    if (days > 0) {
        query.fromMs = startOf(today.addDays(1 - days));
    } else if (days == kThisMonth) {
        query.fromMs = startOf(QDate(today.year(), today.month(), 1));
    } else if (days == kFromTo) {
        query.fromMs = startOf(std::min(m_from->date(), m_to->date()));
        query.toMs = startOf(std::max(m_from->date(), m_to->date()).addDays(1));
    }
    if (const int status = m_status->currentData().toInt(); status >= 0) {
        query.status = static_cast<RunStatus>(status);
    }
    if (const QString model = m_model->currentData().toString(); !model.isEmpty()) {
        query.only.append({BillGroup::Model, model});
    }
    query.groupBy << static_cast<BillGroup>(m_first->currentData().toInt());
    if (const int second = m_second->currentData().toInt(); second >= 0 && second != m_first->currentData().toInt()) {
        query.groupBy << static_cast<BillGroup>(second);
    }
    return query;
}

QList<std::pair<QString, QString>> BillFilters::described() const
{
    QString period = m_period->currentText();
    if (m_period->currentData().toInt() == kFromTo) {
        period = tr("%1 to %2")
                     .arg(std::min(m_from->date(), m_to->date()).toString(Qt::ISODate),
                          std::max(m_from->date(), m_to->date()).toString(Qt::ISODate));
    }
    const QString run = runId().isEmpty() ? m_run->currentText() : runId();
    return {{tr("Period"), period},
            {tr("User"), m_user->currentText()},
            {tr("Run"), run},
            {tr("Status"), m_status->currentText()},
            {tr("Model"), m_model->currentText()}};
}

void BillFilters::setPeriod(QDate from, QDate to)
{
    m_from->setDate(from);
    m_to->setDate(to);
    m_period->setCurrentIndex(m_period->findData(kFromTo));
}

void BillFilters::setGrouping(BillGroup first, std::optional<BillGroup> second)
{
    m_first->setCurrentIndex(m_first->findData(static_cast<int>(first)));
    m_second->setCurrentIndex(m_second->findData(second ? static_cast<int>(*second) : -1));
}

void BillFilters::showRun(const QString& runId)
{
    if (m_run->findData(runId) < 0) {
        fillRuns();
    }
    m_run->setCurrentIndex(std::max(0, m_run->findData(runId)));
}

void BillFilters::fillRuns()
{
    const QSignalBlocker blocker(m_run);
    const QString chosen = runId();
    const QList<RunSummary>& runs = m_session.runs().rows();
    m_run->clear();
    m_run->addItem(tr("all runs"), QString());
    for (const RunSummary& run : runs) {
        const QString text =
            tr("%1 · %2").arg(format::relativeTime(run.startedAtMs, m_session.runs().now()), RunListModel::title(run));
        m_run->addItem(m_run->fontMetrics().elidedText(text, Qt::ElideRight, kRunWidth), run.runId);
        m_run->setItemData(m_run->count() - 1, QString(text + u'\n' + run.runId), Qt::ToolTipRole);
    }
    m_run->setCurrentIndex(std::max(0, m_run->findData(chosen)));
}

void BillFilters::fillUsers()
{
    const QSignalBlocker blocker(m_user);
    const QString chosen = userId();
    m_user->clear();
    m_user->addItem(tr("all users"), QString());
    const QList<UserPolicy>& policies = m_session.policies();
    for (const UserPolicy& policy : policies) {
        m_user->addItem(policy.userId, policy.userId);
    }
    m_user->setCurrentIndex(std::max(0, m_user->findData(chosen)));
}

void BillFilters::fillModels()
{
    BillQuery models;
    models.groupBy = {BillGroup::Model};
    whenDone(m_session.facade().bill(models), this, [this](const Result<BillResult>& bill) {
        if (!bill) {
            return; // the bill itself says why
        }
        const QSignalBlocker blocker(m_model);
        const QString chosen = m_model->currentData().toString();
        QStringList names;
        for (const BillResult::Row& row : bill->rows) {
            names << row.keys.value(0);
        }
        names.removeAll(QString());
        names.sort(Qt::CaseInsensitive);
        m_model->clear();
        m_model->addItem(tr("all models"), QString());
        for (const QString& name : std::as_const(names)) {
            m_model->addItem(name, name);
        }
        m_model->setCurrentIndex(std::max(0, m_model->findData(chosen)));
    });
}

} // namespace lathe
