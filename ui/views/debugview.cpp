// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/debugview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/decisiontreemodel.h"
#include "ui/models/recordlookup.h"
#include "ui/runcost.h"
#include "ui/session.h"
#include "ui/views/retrycard.h"
#include "ui/views/stopcard.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/phasestrip.h"
#include "ui/widgets/resultview.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QEvent>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace lathe {

DebugView::DebugView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new DecisionTreeModel(this)),
      m_pane(new StatePane(this)),
      m_stateIcon(new QLabel(this)),
      m_title(new ElidedLabel(this)),
      m_state(new KindLabel(this)),
      m_figures(new ElidedLabel(this)),
      m_phases(new PhaseStrip(this)),
      m_bar(new MessageBar(this)),
      m_retry(new RetryCard(this)),
      m_tree(new QTreeView(this)),
      m_bottom(new QStackedWidget(this)),
      m_stop(new StopCard(this)),
      m_result(new ResultView(this)),
      m_clock(new QTimer(this))
{
    QFont large = m_title->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_state->setFont(large);
    m_state->setTextFormat(Qt::PlainText);

    m_tree->setModel(m_model);
    ItemViews::setUp(m_tree);
    m_tree->setTreePosition(DecisionTreeModel::Action);
    m_tree->setIndentation(18);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->setAccessibleName(tr("Decisions"));
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(DecisionTreeModel::Detail, QHeaderView::Stretch);
    const auto widen = [this, header](DecisionTreeModel::Column column, const QString& sample, bool withIcon = false) {
        header->resizeSection(column, ItemViews::widthFor(m_tree, column, sample, withIcon));
    };
    widen(DecisionTreeModel::Number, u"000"_s);
    const QString complete = look(AgentStatus::Complete).word;
    const QString stopped = DecisionTreeModel::stoppedWord();
    const bool stoppedIsWider = fontMetrics().horizontalAdvance(stopped) > fontMetrics().horizontalAdvance(complete);
    widen(DecisionTreeModel::Status, stoppedIsWider ? stopped : complete, true);
    widen(DecisionTreeModel::Tokens, format::count(88'888));
    widen(DecisionTreeModel::Own, format::amount(Money::fromAtto(8'888'000'000'000'000)));
    widen(DecisionTreeModel::Inclusive, format::amount(Money::fromAtto(8'888'000'000'000'000)));
    widen(DecisionTreeModel::Time, format::duration(888));
    makeRoomForDepth(0);
    new EmptyHint(m_tree, tr("There is no decision."));

    m_bottom->addWidget(m_stop);
    m_bottom->addWidget(m_result);

    auto *titleRow = new QHBoxLayout;
    titleRow->setSpacing(8);
    titleRow->addWidget(m_stateIcon);
    titleRow->addWidget(m_title);
    titleRow->addWidget(m_state);
    titleRow->addStretch(1);
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(u"debugSplitter"_s);
    splitter->addWidget(m_tree);
    splitter->addWidget(m_bottom);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({240, 300});
    splitter->setChildrenCollapsible(false);
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addLayout(titleRow);
    column->addWidget(m_figures);
    column->addWidget(m_phases);
    column->addWidget(m_bar);
    column->addWidget(m_retry);
    m_retry->hide();
    column->addWidget(splitter, 1);
    m_pane->setContent(content);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pane);
    setFocusProxy(m_tree);

    connect(&session.run(), &OpenRun::switched, this, &DebugView::onSwitched);
    connect(&session.run(), &OpenRun::changed, this, &DebugView::onChanged);
    connect(&session.run(), &OpenRun::streamed, this, &DebugView::showLiveText);
    connect(&session.run(), &OpenRun::failed, this, [this](const Error& error) {
        m_pane->showError(error, [this] { m_session.open(m_session.run().runId()); });
    });
    connect(&session.facade(), &EngineFacade::runFinished, this, [this](const QString& runId) {
        if (runId == m_session.run().runId()) {
            QTimer::singleShot(0, this, [this] { onChanged({}); });
        }
    });
    connect(&session.facade(), &EngineFacade::runEvents, this,
            [this](const QString& runId, const QList<RunEvent>& events) {
                for (const RunEvent& event : events) {
                    if (event.type == EventType::BudgetWarning && runId == m_session.run().runId()) {
                        warnOfBudget(event);
                    }
                }
            });
    connect(m_stop, &StopCard::continueWanted, this, [this] { command(StepCommand::Continue); });
    connect(m_retry, &RetryCard::answered, this, &DebugView::answerRetry);
    connect(m_stop, &StopCard::rejectWanted, this, &DebugView::reject);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { Q_EMIT selectionChanged(currentDecision(), currentCall()); });
    // New rows are followed until the user scrolls up, and again once the end is back in sight.
    QScrollBar *bar = m_tree->verticalScrollBar();
    connect(bar, &QScrollBar::actionTriggered, this, [this, bar] {
        QTimer::singleShot(0, this, [this, bar] { m_follow = bar->value() >= bar->maximum() - 2; });
    });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex& parent) {
        if (!parent.isValid()) {
            return;
        }
        m_tree->expand(parent);
        int depth = 1;
        for (QModelIndex above = parent.parent(); above.isValid(); above = above.parent()) {
            ++depth;
        }
        makeRoomForDepth(depth);
    });
    m_clock->setInterval(200);
    connect(m_clock, &QTimer::timeout, this, &DebugView::refreshHeader);
    connect(m_clock, &QTimer::timeout, this, &DebugView::refreshRetry);
    onSwitched();
}

void DebugView::makeRoomForDepth(int depth)
{
    constexpr int kDeepest = 4; // deeper ones are reached with the tooltip or by hand: the other columns matter too
    const int indentation = m_tree->indentation() * (std::min(depth, kDeepest) + 1);
    int wanted = 0;
    for (const QString& text : {look(AgentActionType::FinalAnswer).word, DecisionTreeModel::undecidedWord()}) {
        wanted = std::max(wanted, indentation + ItemViews::widthFor(m_tree, DecisionTreeModel::Action, text, true));
    }
    if (m_tree->header()->sectionSize(DecisionTreeModel::Action) < wanted) {
        m_tree->header()->resizeSection(DecisionTreeModel::Action, wanted);
    }
}

void DebugView::onSwitched()
{
    m_model->setRecord(RunRecord());
    m_follow = true;
    m_shownOnce = false;
    m_shownStopMs = -1;
    m_shownResult.clear();
    m_result->setText({});
    m_bar->clear();
    m_retry->hide();
    m_clock->stop();
    if (!m_session.run().isOpen()) {
        m_pane->showEmpty(u"debug"_s, tr("No run is open. Compose a task, or pick a run in the list."),
                          tr("Compose a task"), [this] { Q_EMIT composeWanted(); });
    } else {
        m_pane->showLoading(tr("Loading the run…"));
    }
}

void DebugView::onChanged(const QSet<int>& touched)
{
    if (m_session.run().isLoading()) {
        return;
    }
    const RunRecord& record = m_session.run().record();
    if (!m_shownOnce) {
        m_shownOnce = true;
        m_model->setRecord(record);
        m_tree->expandAll();
        m_pane->showContent();
    } else {
        m_model->update(record, touched);
    }
    m_phases->setPhases(record.phases, m_session.run().isStopped());
    refreshHeader();
    refreshRetry();
    refreshBar();
    refreshBottom();
    if (m_session.run().isLive() != m_clock->isActive()) {
        m_session.run().isLive() ? m_clock->start() : m_clock->stop();
    }
    if (m_follow && !record.decisions.isEmpty()) {
        const StopState stop = record.stop.value_or(StopState());
        const QModelIndex at = stop.decision > 0 ? m_model->indexOf(stop.decision, stop.toolCallId)
                                                 : m_model->indexOf(record.decisions.last().number);
        if (at.isValid() && (record.stop || !m_tree->currentIndex().isValid() || m_session.run().isLive())) {
            m_tree->setCurrentIndex(at);
        }
        m_tree->scrollTo(at);
    } else if (m_follow && record.stop) {
        m_tree->setCurrentIndex(m_model->indexOf(record.stop->decision));
    }
    Q_EMIT selectionChanged(currentDecision(), currentCall());
}

void DebugView::refreshHeader()
{
    const RunRecord& record = m_session.run().record();
    const RunSummary& summary = record.summary;
    Look state = look(summary.status);
    if (m_session.run().isStopped()) {
        state = {Kind::Policy, u"paused"_s, stoppedWord(record.stop->point)};
    } else if (m_session.run().isLive()) {
        state = look(RunStatus::Running);
    }
    m_stateIcon->setPixmap(iconPixmap(state.icon, theme::kindColor(state.kind, palette()), 20, devicePixelRatioF()));
    m_stateIcon->setToolTip(state.word);
    const QString title = RunListModel::title(summary);
    m_title->setText(title.left(200));
    m_title->setToolTip(QString(title + u'\n' + summary.runId));
    m_state->setText(state.word);
    m_state->setKind(state.kind);
    // What matters most comes first: where there is no room the end is left out.
    QStringList parts = {runCostText(record, m_session.run().isLive()),
                         tr("%n decision(s)", nullptr, static_cast<int>(record.decisions.size())),
                         tr("%1 tokens").arg(format::count(summary.tokensUsed)),
                         format::duration(RunListModel::elapsed(summary, QDateTime::currentMSecsSinceEpoch())),
                         tr("%1 (%2)").arg(summary.userId, word(summary.tier)),
                         summary.provider.isEmpty() ? summary.model : u"%1 %2"_s.arg(summary.provider, summary.model)};
    if (summary.fromCache) {
        parts << tr("from the result cache");
    }
    m_figures->setText(parts.join(u"  ·  "_s));
    m_figures->setToolTip(QString(parts.join(u'\n') + u"\n\n"_s + format::exactMoney(summary.totalCost)));
}

void DebugView::refreshRetry()
{
    const std::optional<RetryRecord>& retry = m_session.run().record().retry;
    const bool waits = retry && m_session.run().isLive();
    if (waits) {
        m_retry->setRetry(*retry, QDateTime::currentMSecsSinceEpoch());
    }
    m_retry->setVisible(waits);
}

void DebugView::answerRetry(RetryAnswer answer)
{
    whenDone(m_session.facade().answerRetry(m_session.run().runId(), answer), this,
             [this](const Result<void>& answered) {
                 // A wait that has ended by itself meanwhile is no error.
                 if (!answered && answered.error().code != ErrorCode::Conflict &&
                     answered.error().code != ErrorCode::NotFound) {
                     m_barTellsState = false;
                     m_bar->showError(answered.error());
                 }
             });
}

void DebugView::warnOfBudget(const RunEvent& warning)
{
    const Fields& details = warning.details;
    const auto amount = [&details](QLatin1StringView key) {
        return format::money(Money::fromDecimal(details.value(key).toString()).value_or(Money()));
    };
    const auto scope = fromName<BudgetScope>(details.value("scope"_L1).toString());
    m_barTellsState = false;
    m_bar->showMessage(
        Kind::Policy, tr("%1: %2 of %3 are spent, at least 80 %.")
                          .arg(wordOfBudget(scope.value_or(BudgetScope::Run)), amount("spent"_L1), amount("limit"_L1)));
}

void DebugView::refreshBar()
{
    const RunRecord& record = m_session.run().record();
    const QString runId = m_session.run().runId();
    if (m_session.run().isLive()) {
        if (m_barTellsState && m_session.run().isStopped()) {
            m_bar->clear();
            m_barTellsState = false;
        }
        return;
    }
    m_barTellsState = true;
    const RunStatus status = record.summary.status;
    if (record.error && (status == RunStatus::Error || status == RunStatus::PolicyViolation)) {
        const QString detail =
            record.error->details.isObject() || record.error->details.isArray()
                ? QString::fromUtf8(QJsonDocument::fromVariant(record.error->details.toVariant()).toJson())
                : record.error->details.toString();
        m_bar->showMessage(status == RunStatus::Error ? Kind::Error : Kind::Policy,
                           u"%1: %2"_s.arg(record.error->code, record.error->message), detail);
        m_bar->setAction(tr("Edit and run again…"), [this, runId] { Q_EMIT rerunWanted(runId); });
        if (status == RunStatus::PolicyViolation) {
            m_bar->setSecondAction(tr("Show the checks"), [this] { Q_EMIT checksWanted(); });
        }
    } else if (status == RunStatus::Interrupted || status == RunStatus::Running || status == RunStatus::Paused) {
        m_bar->showMessage(Kind::Policy, tr("This run was interrupted. Going on pays nothing twice."));
        m_bar->setAction(tr("Resume"), [this, runId] { Q_EMIT resumeWanted(runId); });
    } else if (status == RunStatus::Stopped) {
        m_bar->showMessage(Kind::Reused, tr("You stopped this run. What it spent stands on its bill."));
        m_bar->setAction(tr("Edit and run again…"), [this, runId] { Q_EMIT rerunWanted(runId); });
    } else if (record.summary.fromCache) {
        m_bar->showMessage(Kind::Reused,
                           tr("Answered from the result cache: no model was asked and nothing was paid."));
        m_bar->setAction(tr("Run without the cache"), [this, runId] { Q_EMIT freshRunWanted(runId); });
    } else {
        m_bar->clear();
    }
}

void DebugView::refreshBottom()
{
    const RunRecord& record = m_session.run().record();
    if (m_session.run().isStopped()) {
        if (m_shownStopMs != record.stop->atMs || m_bottom->currentWidget() != m_stop) {
            m_shownStopMs = record.stop->atMs;
            const ToolInfo *tool = m_session.tool(record.stop->tool);
            m_stop->setStop(*record.stop, tool ? tool->inputSchema : QJsonObject());
        }
        m_bottom->setCurrentWidget(m_stop);
        return;
    }
    m_shownStopMs = -1;
    m_bottom->setCurrentWidget(m_result);
    if (m_session.run().isLive()) {
        showLiveText();
        return;
    }
    m_result->setTitle(record.result.isEmpty() ? tr("No result") : tr("Result"));
    if (m_showsLiveText || m_shownResult != record.result) { // what came in last is no result
        m_showsLiveText = false;
        m_shownResult = record.result;
        m_result->setText(record.result);
    }
    if (!record.resultRef.isEmpty() && m_result->text() == record.result) {
        whenDone(m_session.facade().body(record.resultRef), this,
                 [this, runId = m_session.run().runId()](const Result<QByteArray>& body) {
                     if (body && runId == m_session.run().runId() && !m_session.run().isLive()) {
                         m_result->setText(QString::fromUtf8(*body));
                     }
                 });
    }
}

void DebugView::showLiveText()
{
    if (!m_session.run().isLive() || m_session.run().isStopped()) {
        return;
    }
    const QString& text = m_session.run().liveText();
    m_showsLiveText = true;
    m_result->setTitle(text.isEmpty() ? workText()
                                      : tr("Decision %1, as it arrives").arg(m_session.run().liveDecision()));
    m_result->setLiveText(text);
}

QString DebugView::shownText() const
{
    return m_result->text();
}

QString DebugView::workText() const
{
    const QList<DecisionRecord>& decisions = m_session.run().record().decisions;
    if (decisions.isEmpty()) {
        return tr("Running");
    }
    QStringList tools;
    for (const ToolCallRecord& call : decisions.last().toolCalls) {
        if (statusOf(call) == "running"_L1) {
            tools << call.tool;
        }
    }
    return tools.isEmpty() ? tr("Running") : tr("Running %1").arg(tools.join(u", "_s));
}

void DebugView::command(StepCommand command)
{
    if (!m_session.run().isLive()) {
        return;
    }
    const bool leavesEdit =
        command == StepCommand::Stop || command == StepCommand::Interrupt || command == StepCommand::Pause;
    if (leavesEdit || !m_session.run().isStopped() || !m_stop->isEdited()) {
        send(command);
        return;
    }
    const auto edit = m_stop->edit();
    if (!edit) {
        m_stop->showError({ErrorCode::InvalidInput, tr("The edited text is no valid JSON, so nothing was sent."), {}});
        return;
    }
    m_stop->setBusy(true);
    whenDone(m_session.facade().edit(m_session.run().runId(), *edit), this,
             [this, command](const Result<void>& accepted) {
                 m_stop->setBusy(false);
                 if (accepted) {
                     send(command);
                 } else {
                     m_stop->showError(accepted.error());
                 }
             });
}

void DebugView::send(StepCommand command)
{
    if (command == StepCommand::Pause || command == StepCommand::Interrupt) {
        m_barTellsState = true;
        m_bar->showMessage(Kind::Policy, command == StepCommand::Pause
                                             ? tr("Stops at the next stop point; the call in flight finishes first.")
                                             : tr("The call in flight is being aborted; it may still be billed."));
    }
    m_follow = true;
    m_session.facade().command(m_session.run().runId(), command);
}

void DebugView::reject(const QString& message)
{
    m_stop->setBusy(true);
    whenDone(m_session.facade().rejectTool(m_session.run().runId(), message), this,
             [this](const Result<void>& rejected) {
                 m_stop->setBusy(false);
                 if (!rejected) {
                     m_stop->showError(rejected.error());
                 }
             });
}

void DebugView::selectDecision(int decision, const QString& callId)
{
    const QModelIndex at = m_model->indexOf(decision, callId);
    if (at.isValid()) {
        m_tree->setCurrentIndex(at);
        m_tree->scrollTo(at, QAbstractItemView::PositionAtCenter);
        m_follow = false;
    }
}

void DebugView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_session.run().isOpen()) {
        refreshHeader();
    }
}

int DebugView::currentDecision() const
{
    return m_model->decisionAt(m_tree->currentIndex());
}

QString DebugView::currentCall() const
{
    return m_model->callAt(m_tree->currentIndex());
}

} // namespace lathe
