// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/billview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/billmodel.h"
#include "ui/session.h"
#include "ui/views/costchart.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kFolderKey = u"export/folder"_s;
constexpr int kRunWidth = 190; // pixels of text in the box of runs
constexpr BillGroup kGroups[] = {BillGroup::Phase,    BillGroup::Decision, BillGroup::Tool, BillGroup::Model,
                                 BillGroup::Provider, BillGroup::User,     BillGroup::Day};

/// Decisions and days in their order; phases that cost nothing are shown as well: five rows.
BillResult inOrder(BillResult result, const QList<BillGroup>& groups)
{
    if (groups.first() == BillGroup::Decision) {
        std::stable_sort(result.rows.begin(), result.rows.end(),
                         [](const BillResult::Row& a, const BillResult::Row& b) {
                             return a.keys.value(0).toInt() < b.keys.value(0).toInt();
                         });
    } else if (groups.first() == BillGroup::Day) {
        std::stable_sort(
            result.rows.begin(), result.rows.end(),
            [](const BillResult::Row& a, const BillResult::Row& b) { return a.keys.value(0) < b.keys.value(0); });
    }
    if (groups != QList<BillGroup>{BillGroup::Phase}) {
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

QLabel *makeFigure(QWidget *parent)
{
    auto *label = new QLabel(parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

BillView::BillView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_period(new QComboBox(this)),
      m_user(new QComboBox(this)),
      m_run(new QComboBox(this)),
      m_first(new QComboBox(this)),
      m_second(new QComboBox(this)),
      m_profile(new QComboBox(this)),
      m_export(new QPushButton(icon(u"export"_s), tr("&Export CSV…"), this)),
      m_charged(makeFigure(this)),
      m_avoided(makeFigure(this)),
      m_unknown(makeFigure(this)),
      m_check(new NoteLabel(this)),
      m_splitter(new QSplitter(Qt::Vertical, this)),
      m_table(new QTableView(this)),
      m_model(new BillModel(this)),
      m_pane(new StatePane(this)),
      m_bar(new MessageBar(this)),
      m_delay(new QTimer(this))
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::DescendingOrder);
    m_table->setAccessibleName(tr("Bill"));
    m_splitter->addWidget(m_table);
    m_splitter->setChildrenCollapsible(false);
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeTotals());
    column->addWidget(m_splitter, 1);
    m_pane->setContent(content);
    auto *right = new QVBoxLayout;
    right->setSpacing(8);
    right->addWidget(m_bar);
    right->addWidget(m_pane, 1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(makeFilters());
    row->addLayout(right, 1);
    setFocusProxy(m_table);

    m_delay->setSingleShot(true);
    m_delay->setInterval(100);
    connect(m_delay, &QTimer::timeout, this, &BillView::reload);
    for (QComboBox *box : {m_period, m_user, m_run, m_first, m_second}) {
        connect(box, &QComboBox::currentIndexChanged, m_delay, qOverload<>(&QTimer::start));
    }
    connect(m_table, &QTableView::activated, this, &BillView::onActivated);
    connect(m_table, &QTableView::doubleClicked, this, &BillView::onActivated);
    connect(&session, &Session::runsLoaded, this, [this] {
        if (isVisible()) {
            fillRuns();
        }
    });
    connect(&session, &Session::policiesChanged, this, &BillView::fillUsers);
    connect(&session.facade(), &EngineFacade::runFinished, this, [this] {
        if (isVisible()) {
            m_delay->start();
        }
    });
    fillRuns();
    fillUsers();
}

QWidget *BillView::makeFilters()
{
    auto *side = new QWidget(this);
    side->setFixedWidth(236);
    auto *form = new QFormLayout(side);
    form->setContentsMargins(0, 0, 0, 0);
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    form->setVerticalSpacing(8);
    m_period->addItem(tr("all time"), 0);
    m_period->addItem(tr("today"), 1);
    m_period->addItem(tr("last 7 days"), 7);
    m_period->addItem(tr("last 30 days"), 30);
    for (const BillGroup group : kGroups) {
        m_first->addItem(BillModel::title(group), static_cast<int>(group));
    }
    m_second->addItem(tr("nothing else"), -1);
    for (const BillGroup group : kGroups) {
        m_second->addItem(BillModel::title(group), static_cast<int>(group));
    }
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(18);
    m_profile->addItem(tr("for programs"), false);
    m_profile->setItemData(0, tr("UTF-8, every text as it is"), Qt::ToolTipRole);
    m_profile->addItem(tr("for spreadsheets"), true);
    m_profile->setItemData(1, tr("With a byte order mark; text that a spreadsheet would run as a formula is guarded"),
                           Qt::ToolTipRole);
    connect(m_export, &QPushButton::clicked, this, &BillView::exportCsv);
    const auto add = [form](const QString& text, QComboBox *box, const QString& tip) {
        box->setToolTip(tip);
        QString plain = text;
        box->setAccessibleName(plain.remove(u'&'));
        form->addRow(text, box);
    };
    add(tr("&Period"), m_period, tr("By the time of each line, days in UTC"));
    add(tr("&User"), m_user, tr("Who ran it"));
    add(tr("&Run"), m_run, tr("One run, or all"));
    form->addItem(new QSpacerItem(0, 4));
    add(tr("&Group by"), m_first, tr("The rows of the table and the bars of the chart"));
    add(tr("&and by"), m_second, tr("A second dimension"));
    form->addItem(new QSpacerItem(0, 4));
    add(tr("&Format"), m_profile, tr("How the CSV file is written"));
    form->addRow(m_export);
    return side;
}

QWidget *BillView::makeTotals()
{
    auto *totals = new QWidget(this);
    auto *row = new QHBoxLayout(totals);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(32);
    const auto add = [&](const QString& text, QLabel *figure, const QString& tip) {
        auto *column = new QVBoxLayout;
        column->setSpacing(2);
        auto *label = new QLabel(text, totals);
        label->setToolTip(tip);
        label->setBuddy(figure);
        figure->setAccessibleName(text);
        column->addWidget(label);
        column->addWidget(figure);
        row->addLayout(column);
    };
    add(tr("Charged"), m_charged, tr("The exact sum of all lines with a price"));
    add(tr("Avoided"), m_avoided, tr("Not charged thanks to cache and re-use; never taken off the sum"));
    add(tr("Without price"), m_unknown, tr("Lines whose cost nobody knows; they are not in the sum"));
    m_check->setAlignment(Qt::AlignRight | Qt::AlignBottom);
    row->addWidget(m_check, 1, Qt::AlignBottom);
    return totals;
}

void BillView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fillRuns();
    reload();
}

void BillView::startFilter()
{
    m_period->setFocus(Qt::ShortcutFocusReason);
}

BillQuery BillView::query() const
{
    BillQuery query;
    query.runId = m_run->currentData().toString();
    query.userId = m_user->currentData().toString();
    if (const int days = m_period->currentData().toInt(); days > 0) {
        const QDate today = QDateTime::currentDateTimeUtc().date();
        query.fromMs = QDateTime(today.addDays(1 - days), QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    }
    query.groupBy << static_cast<BillGroup>(m_first->currentData().toInt());
    if (const int second = m_second->currentData().toInt(); second >= 0 && second != m_first->currentData().toInt()) {
        query.groupBy << static_cast<BillGroup>(second);
    }
    return query;
}

void BillView::reload()
{
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
                 show(*result);
                 if (m_pane->state() != StatePane::State::Content) {
                     return;
                 }
                 const BillResult shown = inOrder(*result, asked.groupBy);
                 m_model->setResult(shown, asked.groupBy);
                 showChart(shown.rows, asked.groupBy);
                 ItemViews::fitColumns(m_table, 260);
                 m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
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
        connect(m_chart, &CostChart::activated, this, [this](int at) { onActivated(m_model->index(at, 0)); });
    }
    m_chart->setRows(rows, groups);
}

void BillView::show(const BillResult& result)
{
    m_result = result;
    m_export->setEnabled(false);
    m_export->setToolTip(tr("Nothing has been charged yet."));
    if (result.total.lines == 0 && m_session.runs().rowCount() == 0) {
        m_pane->showEmpty(u"bill"_s, tr("Nothing has been charged yet."), tr("Compose a task"),
                          [this] { Q_EMIT composeWanted(); });
        return;
    }
    m_pane->showContent();
    m_charged->setText(format::money(result.total.cost));
    m_charged->setToolTip(format::exactMoney(result.total.cost));
    m_avoided->setText(format::money(result.avoided));
    m_avoided->setToolTip(format::exactMoney(result.avoided));
    m_export->setEnabled(result.total.lines > 0);
    m_export->setToolTip(result.total.lines > 0
                             ? tr("One row for each line of the ledger that the filters let through")
                             : tr("The filters let no line of the ledger through, so there is nothing to export."));
    m_unknown->setText(result.total.unknownLines == 0 ? format::none() : format::count(result.total.unknownLines));
    m_check->setText(checkText());
    m_check->setToolTip(tr("phases %1\ndecisions %2\ntools %3\ntotal %4")
                            .arg(format::exactMoney(result.phases), format::exactMoney(result.decisions),
                                 format::exactMoney(result.tools), format::exactMoney(result.total.cost)));
    m_check->setKind(result.sumsAgree ? Kind::Answer : Kind::Error);
}

QString BillView::checkText() const
{
    const QString sums = tr("phases %1 = decisions %2 + tools %3 = total %4")
                             .arg(format::money(m_result.phases), format::money(m_result.decisions),
                                  format::money(m_result.tools), format::money(m_result.total.cost));
    return m_result.sumsAgree ? QString(sums + u" ✓"_s) : tr("The sums do not agree: %1").arg(sums);
}

void BillView::fillRuns()
{
    const QSignalBlocker blocker(m_run);
    const QString chosen = m_run->currentData().toString();
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

void BillView::fillUsers()
{
    const QSignalBlocker blocker(m_user);
    const QString chosen = m_user->currentData().toString();
    m_user->clear();
    m_user->addItem(tr("all users"), QString());
    const QList<UserPolicy>& policies = m_session.policies();
    for (const UserPolicy& policy : policies) {
        m_user->addItem(policy.userId, policy.userId);
    }
    m_user->setCurrentIndex(std::max(0, m_user->findData(chosen)));
}

void BillView::showRun(const QString& runId)
{
    if (m_run->findData(runId) < 0) {
        fillRuns();
    }
    m_run->setCurrentIndex(std::max(0, m_run->findData(runId)));
}

void BillView::setGrouping(BillGroup first, std::optional<BillGroup> second)
{
    m_first->setCurrentIndex(m_first->findData(static_cast<int>(first)));
    m_second->setCurrentIndex(m_second->findData(second ? static_cast<int>(*second) : -1));
}

void BillView::onActivated(const QModelIndex& index)
{
    const int decision = index.data(IdRole).toInt();
    const QString runId = m_run->currentData().toString();
    if (decision > 0 && !runId.isEmpty()) {
        Q_EMIT decisionWanted(runId, decision);
    } else if (decision > 0) {
        m_bar->showMessage(Kind::Neutral, tr("Choose a run at the left to go to one of its decisions."));
    }
}

void BillView::exportCsv()
{
    const QString folder = QSettings().value(kFolderKey, QDir::homePath()).toString();
    auto *dialog =
        new QFileDialog(this, tr("Export CSV"), QDir(folder).filePath(u"lathe-bill.csv"_s), tr("CSV files (*.csv)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSettings().setValue(kFolderKey, QFileInfo(path).absolutePath());
        exportTo(path, m_profile->currentData().toBool());
    });
    dialog->open();
}

void BillView::exportTo(const QString& path, bool spreadsheet)
{
    whenDone(m_session.facade().breakdownCsv(query(), spreadsheet), this, [this, path](const Result<QByteArray>& csv) {
        if (!csv) {
            m_bar->showError(csv.error());
            Q_EMIT exported(false);
            return;
        }
        QSaveFile file(path);
        const bool written = file.open(QIODevice::WriteOnly) && file.write(*csv) == csv->size() && file.commit();
        if (written) {
            m_bar->showMessage(
                Kind::Answer,
                tr("%n line(s) written to %1.", nullptr, static_cast<int>(m_result.total.lines)).arg(path));
        } else {
            m_bar->showError({ErrorCode::File, tr("%1 was not written: %2.").arg(path, file.errorString()), {}});
        }
        Q_EMIT exported(written);
    });
}

} // namespace lathe
