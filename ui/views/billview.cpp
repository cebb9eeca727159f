// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/billview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/billmodel.h"
#include "ui/session.h"
#include "ui/views/billfilters.h"
#include "ui/views/billtotals.h"
#include "ui/views/costchart.h"
#include "ui/views/exportdialog.h"
#include "ui/views/reconcileview.h"
#include "ui/views/whatifview.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Decisions and times in their order; phases that cost nothing are shown as well: five rows.
BillResult inOrder(BillResult result, const QList<BillGroup>& groups, bool narrowed)
{
    if (groups.first() == BillGroup::Decision) {
        struct Place
        {
            QString run;
            int number = 0;
            qsizetype row = 0;
        };
        QList<Place> places;
        places.reserve(result.rows.size());
        for (qsizetype i = 0; i < result.rows.size(); ++i) {
            const QString key = result.rows.at(i).keys.value(0);
            const auto mark = key.lastIndexOf(u'#');
            places.append({key.left(std::max<qsizetype>(mark, 0)), QStringView(key).mid(mark + 1).toInt(), i});
        }
        std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
            return std::tie(a.run, a.number) < std::tie(b.run, b.number);
        });
        QList<BillResult::Row> rows;
        rows.reserve(places.size());
        for (const Place& place : std::as_const(places)) {
            rows.append(result.rows.at(place.row));
        }
        result.rows = rows;
    } else if (groups.first() == BillGroup::Day || groups.first() == BillGroup::Hour) {
        std::stable_sort(
            result.rows.begin(), result.rows.end(),
            [](const BillResult::Row& a, const BillResult::Row& b) { return a.keys.value(0) < b.keys.value(0); });
    }
    if (groups != QList<BillGroup>{BillGroup::Phase} || narrowed) {
        return result;
    }
    QList<BillResult::Row> rows;
    for (const auto& [phase, name] : EnumNames<Phase>::table) {
        const auto known = std::find_if(result.rows.begin(), result.rows.end(),
                                        [key = name](const BillResult::Row& row) { return row.keys.value(0) == key; });
        BillResult::Row row;
        row.keys << QString(name);
        rows << (known != result.rows.end() ? *known : row);
    }
    result.rows = rows;
    return result;
}

} // namespace

BillView::BillView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_filters(new BillFilters(session, this)),
      m_tabs(new QTabWidget(this)),
      m_totals(new BillTotals(this)),
      m_pathBar(new QWidget(this)),
      m_back(new QToolButton(m_pathBar)),
      m_path(new QLabel(m_pathBar)),
      m_splitter(new QSplitter(Qt::Vertical, this)),
      m_table(new QTableView(this)),
      m_model(new BillModel(this)),
      m_pane(new StatePane(this)),
      m_bar(new MessageBar(this)),
      m_whatIf(new WhatIfView(session, this)),
      m_reconcile(new ReconcileView(session, this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(makeBill(), tr("&Bill"));
    m_tabs->addTab(m_whatIf, tr("&What if"));
    m_tabs->addTab(m_reconcile, tr("Re&concile"));
    m_tabs->setTabToolTip(Bill, tr("What was charged"));
    m_tabs->setTabToolTip(WhatIf, tr("The same tokens at other prices"));
    m_tabs->setTabToolTip(Reconcile, tr("What a provider says it charges, beside the ledger"));
    auto *right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(m_bar);
    right->addWidget(m_tabs, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(m_filters, 0, Qt::AlignTop);
    row->addLayout(right, 1);
    setFocusProxy(m_table);

    const auto runName = [this](const QString& runId) { return this->runName(runId); };
    m_model->setRunNames(runName);
    m_whatIf->setRunNames(runName);
    connect(m_filters, &BillFilters::changed, this, &BillView::onFilters);
    connect(m_filters, &BillFilters::exportWanted, this, &BillView::exportBill);
    connect(m_whatIf, &WhatIfView::decisionWanted, this, &BillView::decisionWanted);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int tab) {
        m_filters->setEnabled(tab != Reconcile);
        m_filters->setToolTip(tab == Reconcile ? tr("The export itself says which days are compared.") : QString());
        reload();
    });
    connect(&session.facade(), &EngineFacade::runFinished, this, [this] {
        if (isVisible()) {
            reload();
        }
    });
}

QWidget *BillView::makeBill()
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    m_table->setAccessibleName(tr("Bill"));
    m_splitter->addWidget(m_table);
    m_splitter->setChildrenCollapsible(false);
    m_back->setText(tr("‹ Back"));
    m_back->setToolTip(tr("Out of the row that was opened (Escape)"));
    m_back->setAccessibleName(tr("Back out of the row"));
    m_path->setTextFormat(Qt::PlainText);
    auto *path = new QHBoxLayout(m_pathBar);
    path->setContentsMargins(0, 0, 0, 0);
    path->setSpacing(8);
    path->addWidget(m_back);
    path->addWidget(m_path, 1);
    m_pathBar->hide();
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_totals);
    column->addWidget(m_pathBar);
    column->addWidget(m_splitter, 1);
    m_pane->setContent(content);
    connect(m_back, &QToolButton::clicked, this, &BillView::goBack);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) { open(index.row()); });
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex& index) { open(index.row()); });
    return m_pane;
}

void BillView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_filters->refresh();
    reload();
}

void BillView::keyPressEvent(QKeyEvent *event)
{
    const bool back = event->key() == Qt::Key_Backspace || event->matches(QKeySequence::Back);
    if (!back || m_tabs->currentIndex() != Bill || !goBack()) {
        QWidget::keyPressEvent(event);
    }
}

void BillView::startFilter()
{
    m_filters->focusFirst();
}

void BillView::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

void BillView::showRun(const QString& runId)
{
    m_filters->showRun(runId);
}

void BillView::setGrouping(BillGroup first, std::optional<BillGroup> second)
{
    m_filters->setGrouping(first, second);
}

BillQuery BillView::query() const
{
    BillQuery query = m_filters->query();
    for (const Level& level : m_levels) {
        query.only.append(level.keys);
        query.groupBy = {level.groupBy};
    }
    return query;
}

void BillView::onFilters()
{
    m_levels.clear();
    showPath();
    reload();
}

void BillView::reload()
{
    if (m_tabs->currentIndex() == WhatIf) {
        m_whatIf->setQuery(query());
        return;
    }
    ++m_generation;
    m_pane->showLoading(tr("Adding up…"));
    const BillQuery asked = query();
    whenDone(m_session.facade().bill(asked), this,
             [this, asked, generation = m_generation](const Result<BillResult>& result) {
                 if (generation != m_generation) {
                     return;
                 }
                 if (!result) {
                     m_pane->showError(result.error(), [this] { reload(); });
                     return;
                 }
                 showResult(*result, asked.groupBy);
                 askBeside(asked);
             });
}

void BillView::showResult(const BillResult& result, const QList<BillGroup>& groups)
{
    m_result = result;
    QPushButton *exporting = m_filters->exportButton();
    exporting->setEnabled(result.total.lines > 0);
    if (result.total.lines == 0 && m_session.runs().rowCount() == 0) {
        exporting->setToolTip(tr("Nothing has been charged yet."));
        m_pane->showEmpty(u"bill"_s, tr("Nothing has been charged yet."), tr("Compose a task"),
                          [this] { Q_EMIT composeWanted(); });
        return;
    }
    exporting->setToolTip(result.total.lines > 0
                              ? tr("CSV, FOCUS, JSON or a statement to print, of what the filters let through")
                              : tr("The filters let no line of the ledger through, so there is nothing to export."));
    m_pane->showContent();
    m_totals->setBill(result);
    const BillResult shown = inOrder(result, groups, !m_levels.isEmpty());
    m_model->setResult(shown, groups);
    showChart(shown.rows, groups);
    hideBlankColumns();
    ItemViews::fitColumns(m_table, 320);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
}

void BillView::hideBlankColumns()
{
    const int keys = m_model->keyColumns();
    for (int column = 0; column < keys; ++column) {
        m_table->setColumnHidden(column, false);
    }
    for (int sum = 0; sum < BillModel::SumCount; ++sum) {
        bool hidden = false;
        switch (sum) {
        case BillModel::Tokens:
        case BillModel::Cached:
        case BillModel::Written:
        case BillModel::Reasoning:
        case BillModel::Retries:
        case BillModel::Unknown:
            hidden = m_model->isBlank(static_cast<BillModel::Sum>(sum));
            break;
        case BillModel::CacheShare:
            hidden = m_model->isBlank(BillModel::Cached);
            break;
        default:
            break;
        }
        m_table->setColumnHidden(keys + sum, hidden);
    }
}

/// What is known later than the bill itself, and must not hold it up.
void BillView::askBeside(const BillQuery& query)
{
    if (m_pane->state() != StatePane::State::Content) {
        return;
    }
    m_totals->setAvoided(std::nullopt);
    whenDone(m_session.facade().avoided(query), this, [this, generation = m_generation](const Result<Money>& avoided) {
        if (generation == m_generation && avoided) {
            m_totals->setAvoided(*avoided);
        }
    });
    whenDone(m_session.facade().forecast(query.userId), this,
             [this, generation = m_generation](const Result<Forecast>& forecast) {
                 if (generation == m_generation) {
                     m_totals->setForecast(forecast ? std::optional(*forecast) : std::nullopt);
                 }
             });
}

void BillView::showChart(const QList<BillResult::Row>& rows, const QList<BillGroup>& groups)
{
    if (!m_chart) { // the charting library is loaded when there is something to draw
        m_chart = new CostChart(m_splitter);
        m_splitter->insertWidget(0, m_chart);
        m_splitter->setStretchFactor(0, 2);
        m_splitter->setStretchFactor(1, 3);
        m_splitter->setSizes({220, 400});
        connect(m_chart, &CostChart::activated, this, &BillView::open);
    }
    m_chart->setRows(rows, groups);
}

void BillView::open(int row)
{
    if (row < 0 || row >= m_model->rowCount()) {
        return;
    }
    const BillResult::Row opened = m_model->rows().at(row);
    const QList<BillGroup>& groups = m_model->groups();
    if (const auto at = groups.indexOf(BillGroup::Decision); at >= 0) {
        const QString key = opened.keys.value(at);
        const int decision = key.section(u'#', -1).toInt();
        const QString runId = key.contains(u'#') ? key.section(u'#', 0, -2) : m_result.onlyRun;
        if (decision > 0 && !runId.isEmpty()) {
            Q_EMIT decisionWanted(runId, decision);
        } else {
            m_bar->showMessage(Kind::Neutral, tr("No decision caused these lines."));
        }
        return;
    }
    if (opened.group.lines == 0) {
        return;
    }
    Level level{{}, BillGroup::Decision};
    for (qsizetype i = 0; i < groups.size(); ++i) {
        level.keys.append({groups.at(i), opened.keys.value(i)});
    }
    m_levels.append(level);
    showPath();
    reload();
}

bool BillView::goBack()
{
    if (m_levels.isEmpty()) {
        return false;
    }
    m_levels.removeLast();
    showPath();
    reload();
    return true;
}

QString BillView::pathText() const
{
    if (m_levels.isEmpty()) {
        return {};
    }
    QStringList parts{tr("All")};
    for (const Level& level : m_levels) {
        QStringList keys;
        for (const auto& [group, key] : level.keys) {
            keys << tr("%1: %2").arg(BillModel::title(group), BillModel::keyText(group, key));
        }
        parts << keys.join(u" / "_s);
    }
    return parts.join(u" › "_s);
}

void BillView::showPath()
{
    m_path->setText(pathText());
    m_pathBar->setVisible(!m_levels.isEmpty());
}

QString BillView::checkText() const
{
    return m_totals->checkText();
}

QString BillView::runName(const QString& runId) const
{
    const int row = m_session.runs().rowOf(runId);
    return row < 0 ? QString() : RunListModel::title(m_session.runs().rows().at(row)).simplified().left(60);
}

ExportDialog *BillView::exportBill()
{
    auto *dialog = new ExportDialog(m_session.facade(), query(), m_filters->described(), m_result.total.lines, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::written, this,
            [this](const QString& message) { m_bar->showMessage(Kind::Answer, message); });
    dialog->open();
    return dialog;
}

} // namespace lathe
