// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/journalpane.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/journalmodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTableView>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kPage = 500;

/// The choices of the filter by kind: a name and the entries it lets through.
struct KindFilter
{
    const char *text;
    QList<EventType> types;
};

const QList<KindFilter>& kindFilters()
{
    using enum EventType;
    static const QList<KindFilter> filters = {
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "all entries"), {}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "run and phases"),
         {RunCreated, RunResumed, ValidationSuccess, ValidationFailed, CacheLookup, PhaseEntered, PhaseLeft,
          ContextBuilt, CacheWritten, RunFinished}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "decisions and frames"), {Decision, FrameEntered, FrameLeft}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "model calls"),
         {LlmBlocked, LlmRequest, LlmRetry, RetryAnswered, LlmResponse}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "tool calls"), {ToolRequest, ToolResult, Verdict}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "policy"), {PolicyCheck, PolicyViolation, Verdict}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "money"),
         {CostLine, BudgetReserved, BudgetSettled, FinalBillingReport}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "stops and edits"), {StoppedAt, Continued, Edit, Verdict}},
        {QT_TRANSLATE_NOOP("lathe::JournalPane", "problems"),
         {ValidationFailed, PolicyViolation, LlmBlocked, LlmRetry}},
    };
    return filters;
}

} // namespace

JournalPane::JournalPane(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_kind(new QComboBox(this)),
      m_text(new QLineEdit(this)),
      m_pane(new StatePane(this)),
      m_table(new QTableView(this)),
      m_model(new JournalModel(this)),
      m_details(new JsonView(this)),
      m_delay(new QTimer(this))
{
    for (const KindFilter& filter : kindFilters()) {
        m_kind->addItem(tr(filter.text));
    }
    m_kind->setAccessibleName(tr("Kind of entry"));
    m_kind->setToolTip(tr("Show only entries of one kind"));
    m_text->setPlaceholderText(tr("Filter by text in the details"));
    m_text->setAccessibleName(tr("Filter the journal"));
    m_text->setToolTip(tr("Searches the whole journal of the run"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(icon(u"search"_s), QLineEdit::LeadingPosition);
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setAccessibleName(tr("Journal"));
    const auto widen = [this](JournalModel::Column column, const QString& sample, bool withIcon = false) {
        m_table->setColumnWidth(column, ItemViews::widthFor(m_table, column, sample, withIcon));
    };
    widen(JournalModel::Seq, format::count(8888));
    widen(JournalModel::Time, u"00:00:00.000"_s);
    int widest = 0;
    for (const auto& [phase, name] : EnumNames<Phase>::table) {
        widest = std::max(widest, ItemViews::widthFor(m_table, JournalModel::PhaseName, word(phase)));
    }
    m_table->setColumnWidth(JournalModel::PhaseName, widest);
    widen(JournalModel::Event, QString(toName(EventType::FinalBillingReport)), true);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({700, 280});
    splitter->setChildrenCollapsible(false);
    m_pane->setContent(splitter);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_kind);
    bar->addWidget(m_text, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addLayout(bar);
    column->addWidget(m_pane, 1);
    setFocusProxy(m_table);

    m_delay->setSingleShot(true);
    m_delay->setInterval(200);
    connect(m_text, &QLineEdit::textChanged, m_delay, qOverload<>(&QTimer::start));
    connect(m_delay, &QTimer::timeout, this, &JournalPane::restart);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &JournalPane::restart);
    connect(m_model, &JournalModel::wantsMore, this, &JournalPane::fetch);
    connect(&session.run(), &OpenRun::switched, this, &JournalPane::restart);
    connect(&session.facade(), &EngineFacade::runEvents, this,
            [this](const QString& runId, const QList<RunEvent>& events) {
                if (runId != m_session.run().runId()) {
                    return;
                }
                onLive(events);
            });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& at) {
        if (at.isValid()) {
            m_details->setJson(at.data(ValueRole).value<RunEvent>().details.toJson());
            m_details->expandToDepth(1);
        } else {
            m_details->clear();
        }
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& at) {
        const int decision = at.data(ValueRole).value<RunEvent>().details.value("decision"_L1).toInt();
        if (decision > 0) {
            Q_EMIT decisionWanted(decision);
        }
    });
    restart();
}

void JournalPane::onLive(const QList<RunEvent>& events)
{
    QScrollBar *scroll = m_table->verticalScrollBar();
    const bool atEnd = scroll->value() >= scroll->maximum() - 2;
    // With a filter the database says which of them are let through.
    if (isFiltered() || !m_model->addLive(events)) {
        m_moreCame = true;
        if (m_model->isComplete()) {
            m_model->expectMore();
            m_model->fetchMore({});
        }
        return;
    }
    m_pane->showContent();
    if (atEnd) {
        m_table->scrollToBottom();
    }
}

void JournalPane::startSearch()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void JournalPane::setFilter(const QString& text)
{
    m_text->setText(text);
}

bool JournalPane::isFiltered() const
{
    return m_kind->currentIndex() > 0 || !m_text->text().trimmed().isEmpty();
}

void JournalPane::restart()
{
    ++m_generation;
    m_model->restart();
    m_details->clear();
    if (!m_session.run().isOpen()) {
        m_pane->showEmpty(u"journal"_s, tr("The journal of the open run stands here."));
        return;
    }
    m_pane->showLoading(tr("Loading the journal…"));
    m_model->fetchMore({});
}

void JournalPane::fetch(qint64 afterSeq)
{
    if (!m_session.run().isOpen()) {
        return;
    }
    EventQuery query;
    query.afterSeq = afterSeq;
    query.limit = kPage;
    m_moreCame = false;
    query.types = kindFilters().at(m_kind->currentIndex()).types;
    query.text = m_text->text().trimmed();
    whenDone(m_session.facade().events(m_session.run().runId(), query), this,
             [this, generation = m_generation](const Result<QList<RunEvent>>& events) {
                 if (generation != m_generation) {
                     return;
                 }
                 if (!events) {
                     m_pane->showError(events.error(), [this] { restart(); });
                     return;
                 }
                 m_model->addPage(*events, events->size() < kPage && !m_moreCame);
                 if (m_moreCame) {
                     m_moreCame = false;
                     m_model->fetchMore({});
                 }
                 if (m_model->rowCount() == 0 && isFiltered()) {
                     m_pane->showEmpty(u"search"_s, tr("No entry matches the filter."), tr("Show all"), [this] {
                         m_text->clear();
                         m_kind->setCurrentIndex(0);
                     });
                 } else {
                     m_pane->showContent();
                 }
             });
}

void JournalPane::selectDecision(int decision)
{
    const QList<RunEvent>& rows = m_model->rows();
    const int current = m_table->currentIndex().row();
    if (current >= 0 && current < rows.size() && rows.at(current).details.value("decision"_L1).toInt() == decision) {
        return;
    }
    for (int row = 0; row < rows.size(); ++row) {
        if (rows.at(row).details.value("decision"_L1).toInt() == decision) {
            m_table->setCurrentIndex(m_model->index(row, 0));
            m_table->scrollTo(m_model->index(row, 0));
            return;
        }
    }
}

} // namespace lathe
