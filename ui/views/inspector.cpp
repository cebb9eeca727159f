// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/inspector.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/attemptfigures.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/costlinemodel.h"
#include "ui/models/policychecksmodel.h"
#include "ui/models/recordlookup.h"
#include "ui/session.h"
#include "ui/views/exchangedialog.h"
#include "ui/widgets/bytesview.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/flowlayout.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/kindlabel.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QLabel *makeLine(QWidget *parent)
{
    auto *label = new NoteLabel(parent);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QPlainTextEdit *makeText(QWidget *parent, const QString& name)
{
    auto *edit = new QPlainTextEdit(parent);
    edit->setReadOnly(true);
    edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    edit->setTabChangesFocus(true);
    edit->setAccessibleName(name);
    return edit;
}

} // namespace

Inspector::Inspector(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_stack(new QStackedWidget(this)),
      m_buttonBar(new QWidget(this)),
      m_reasoning(makeText(this, tr("Reasoning"))),
      m_attempts(new QComboBox(this)),
      m_attemptLine(makeLine(this)),
      m_request(new JsonView(this)),
      m_replyLine(makeLine(this)),
      m_reply(new JsonView(this)),
      m_argumentsLine(makeLine(this)),
      m_arguments(new JsonView(this)),
      m_resultLine(makeLine(this)),
      m_result(new JsonView(this)),
      m_policyView(new QTableView(this)),
      m_policy(new PolicyChecksModel(this)),
      m_verdicts(makeText(this, tr("Verdicts and edits"))),
      m_costView(new QTableView(this)),
      m_cost(new CostLineModel(this)),
      m_costLine(makeLine(this)),
      m_bytesChoice(new QComboBox(this)),
      m_bytes(new BytesView(this))
{
    // Buttons that wrap, not tabs that scroll: all eight stay in sight however narrow the pane is.
    auto *flow = new FlowLayout(m_buttonBar);
    flow->setSpacing(2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_buttonBar);
    column->addWidget(m_stack, 1);
    m_policyView->setModel(m_policy);
    ItemViews::setUp(m_policyView);
    m_policyView->setAccessibleName(tr("Policy checks"));
    new EmptyHint(m_policyView, tr("No check belongs to this decision."));
    m_costView->setModel(m_cost);
    ItemViews::setUp(m_costView);
    m_costView->setAccessibleName(tr("Lines of the ledger"));
    new EmptyHint(m_costView, tr("Nothing was charged for this decision."));
    m_attempts->setAccessibleName(tr("Attempt"));
    m_bytesChoice->addItems({tr("Request"), tr("Reply")});
    m_bytesChoice->setAccessibleName(tr("Which bytes"));

    auto *requestHead = new QWidget(this);
    auto *headLayout = new QVBoxLayout(requestHead);
    headLayout->setContentsMargins(0, 0, 0, 0);
    headLayout->addWidget(m_attempts);
    headLayout->addWidget(m_attemptLine);
    auto *policyPage = new QSplitter(Qt::Vertical, this);
    policyPage->addWidget(m_policyView);
    policyPage->addWidget(m_verdicts);
    policyPage->setStretchFactor(0, 3);
    policyPage->setStretchFactor(1, 1);
    policyPage->setChildrenCollapsible(false);

    page(Reasoning, tr("Reasoning"), tr("What the model says about why"), m_reasoning);
    page(Request, tr("Request"), tr("What was sent to the model"), m_request, requestHead);
    page(Reply, tr("Reply"), tr("What came back"), m_reply, m_replyLine);
    page(Arguments, tr("Arguments"), tr("What the tool was called with"), m_arguments, m_argumentsLine);
    page(ToolResult, tr("Result"), tr("What the tool gave back, or the answer"), m_result, m_resultLine);
    page(Policy, tr("Policy"), tr("Checks, verdicts and edits"), policyPage);
    page(Cost, tr("Cost"), tr("The lines of the ledger"), m_costView, m_costLine);
    page(Bytes, tr("Raw bytes"), tr("Exactly what was on the wire"), m_bytes, m_bytesChoice);

    setCurrentIndex(Reasoning);
    const auto again = [this] {
        m_filled.clear();
        fillTab(currentIndex());
    };
    connect(m_attempts, &QComboBox::activated, this, again);
    connect(m_bytesChoice, &QComboBox::activated, this, again);
    connect(&session.run(), &OpenRun::switched, this, [this] { select(0, {}); });
}

void Inspector::page(Tab tab, const QString& title, const QString& tip, QWidget *content, QWidget *head)
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    if (head) {
        column->addWidget(head);
    }
    column->addWidget(content, 1);
    m_stack->insertWidget(tab, page);
    auto *button = new QToolButton(m_buttonBar);
    button->setText(title);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    m_buttonBar->layout()->addWidget(button);
    m_buttons << button;
    connect(button, &QToolButton::clicked, this, [this, tab] { setCurrentIndex(tab); });
}

void Inspector::setCurrentIndex(int tab)
{
    m_stack->setCurrentIndex(tab);
    m_buttons.at(tab)->setChecked(true);
    fillTab(tab);
}

int Inspector::currentIndex() const
{
    return m_stack->currentIndex();
}

void Inspector::select(int decision, const QString& callId)
{
    if (decision == m_decision && callId == m_call && !m_filled.isEmpty()) {
        return;
    }
    m_decision = decision;
    m_call = callId;
    m_filled.clear();
    m_attempts->clear();
    fillTab(currentIndex());
}

void Inspector::refresh(const QSet<int>& touched)
{
    if (touched.contains(m_decision)) {
        m_filled.clear();
        fillTab(currentIndex());
    }
}

void Inspector::showExchange()
{
    const DecisionRecord *decision = findDecision(m_session.run().record(), m_decision);
    if (!decision || decision->attempts.isEmpty()) {
        return;
    }
    auto *dialog = new ExchangeDialog(m_session, m_decision, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (m_attempts->currentIndex() >= 0) {
        dialog->showAttempt(m_attempts->currentIndex());
    }
    dialog->show();
}

void Inspector::startSearch()
{
    if (auto *view = m_stack->currentWidget()->findChild<JsonView *>()) {
        view->startSearch();
    }
}

void Inspector::fillTab(int tab)
{
    if (m_filled.contains(tab)) {
        return;
    }
    m_filled.insert(tab);
    ++m_generation;
    const DecisionRecord *decision = findDecision(m_session.run().record(), m_decision);
    if (!decision) {
        clearAll();
        return;
    }
    switch (tab) {
    case Reasoning:
        fillReasoning(*decision);
        break;
    case Request:
        fillRequest(*decision);
        break;
    case Reply:
        fillReply(*decision);
        break;
    case Arguments:
        fillArguments(*decision);
        break;
    case ToolResult:
        fillResult(*decision);
        break;
    case Policy:
        fillPolicy(*decision);
        break;
    case Cost:
        fillCost(*decision);
        break;
    case Bytes:
        fillBytes(*decision);
        break;
    default:
        break;
    }
}

void Inspector::clearAll()
{
    const QString nothing = m_decision == 0 ? tr("Select a decision.") : tr("Nothing has been sent for this decision.");
    m_reasoning->setPlainText(nothing);
    m_attempts->hide();
    for (QLabel *line : {m_attemptLine, m_replyLine, m_argumentsLine, m_resultLine, m_costLine}) {
        line->setText(nothing);
    }
    for (JsonView *view : {m_request, m_reply, m_arguments, m_result}) {
        view->clear();
    }
    showChecks({}); // of a run that was refused before its first step
    m_verdicts->setPlainText(m_policy->reasons().join(u'\n'));
    m_cost->setRows({});
    m_bytes->setBytes({});
}

const ToolCallRecord *Inspector::shownCall(const DecisionRecord& decision) const
{
    if (decision.toolCalls.isEmpty()) {
        return nullptr;
    }
    const ToolCallRecord *call = m_call.isEmpty() ? nullptr : findCall(decision, m_call);
    return call ? call : &decision.toolCalls.first();
}

const AttemptRecord *Inspector::shownAttempt(const DecisionRecord& decision) const
{
    if (decision.attempts.isEmpty()) {
        return nullptr;
    }
    const int chosen = m_attempts->currentIndex();
    return chosen >= 0 && chosen < decision.attempts.size() ? &decision.attempts.at(chosen) : &decision.attempts.last();
}

void Inspector::loadBody(const QString& ref, std::function<void(const QByteArray&)> use)
{
    whenDone(m_session.facade().body(ref), this,
             [this, use = std::move(use), generation = m_generation](const Result<QByteArray>& body) {
                 if (generation == m_generation) {
                     use(body ? *body : body.error().message.toUtf8());
                 }
             });
}

void Inspector::fillReasoning(const DecisionRecord& decision)
{
    QString text = decision.reasoning;
    if (!decision.nextPrompt.isEmpty()) {
        text += (text.isEmpty() ? QString() : u"\n\n"_s) + tr("Next prompt:") + u'\n' + decision.nextPrompt;
    }
    if (!decision.invalid.isEmpty()) {
        text +=
            (text.isEmpty() ? QString() : u"\n\n"_s) + tr("The reply could not be acted on: %1").arg(decision.invalid);
    }
    if (text.isEmpty()) {
        text = decision.action ? tr("The model gave no reasoning.") : tr("The model has not answered yet.");
    }
    m_reasoning->setPlainText(text);
    if (!decision.reasoningRef.isEmpty()) {
        loadBody(decision.reasoningRef,
                 [this](const QByteArray& body) { m_reasoning->setPlainText(QString::fromUtf8(body)); });
    }
}

void Inspector::fillAttempts(const DecisionRecord& decision)
{
    const auto count = decision.attempts.size();
    if (m_attempts->count() != count) {
        m_attempts->clear();
        for (const AttemptRecord& attempt : decision.attempts) {
            m_attempts->addItem(tr("Attempt %1: %2")
                                    .arg(attempt.attempt)
                                    .arg(attempt.outcome.isEmpty() ? tr("in flight") : attempt.outcome));
        }
        m_attempts->setCurrentIndex(static_cast<int>(count) - 1);
    }
    m_attempts->setVisible(count > 1);
}

void Inspector::fillRequest(const DecisionRecord& decision)
{
    fillAttempts(decision);
    const AttemptRecord *attempt = shownAttempt(decision);
    if (!attempt) {
        m_attemptLine->setText(tr("Nothing has been sent."));
        m_request->clear();
        return;
    }
    m_attemptLine->setText(
        tr("%1 %2 · request hash %3").arg(attempt->provider, attempt->model, decision.requestHash.left(12)));
    m_attemptLine->setToolTip(decision.requestHash);
    whenDone(m_session.facade().requestBytes(m_session.run().runId(), decision.number, attempt->attempt), this,
             [this, generation = m_generation](const Result<QByteArray>& bytes) {
                 if (generation != m_generation) {
                     return;
                 }
                 if (bytes) {
                     m_request->setBytes(*bytes);
                     m_request->expandToDepth(1);
                 } else {
                     m_request->setText(bytes.error().message);
                 }
             });
}

void Inspector::fillReply(const DecisionRecord& decision)
{
    fillAttempts(decision);
    const AttemptRecord *attempt = shownAttempt(decision);
    if (!attempt || attempt->outcome.isEmpty()) {
        m_replyLine->setText(attempt ? tr("The model has not answered yet.") : tr("Nothing has been sent."));
        m_reply->clear();
        return;
    }
    m_replyLine->setText(attemptText(*attempt));
    if (attempt->reply.isEmpty()) {
        m_reply->clear();
        return;
    }
    loadBody(attempt->reply, [this](const QByteArray& body) { m_reply->setBytes(body); });
}

void Inspector::fillArguments(const DecisionRecord& decision)
{
    const ToolCallRecord *call = shownCall(decision);
    if (!call) {
        m_argumentsLine->setText(tr("This decision calls no tool."));
        m_arguments->clear();
        return;
    }
    const bool edited =
        std::any_of(decision.revisions.begin(), decision.revisions.end(), [call](const RevisionRecord& r) {
            return r.field == "arguments"_L1 && (r.toolCallId.isEmpty() || r.toolCallId == call->callId);
        });
    m_argumentsLine->setText(
        tr("%1 · %2%3").arg(call->tool, word(call->sideEffect), edited ? tr(" · edited") : QString()));
    m_arguments->setJson(call->arguments);
    if (!call->argumentsRef.isEmpty()) {
        loadBody(call->argumentsRef, [this](const QByteArray& body) { m_arguments->setBytes(body); });
    }
}

void Inspector::fillResult(const DecisionRecord& decision)
{
    const ToolCallRecord *call = shownCall(decision);
    if (decision.action == AgentActionType::FinalAnswer) {
        m_resultLine->setText(tr("Final answer"));
        m_result->setText(decision.finalAnswer);
        if (!decision.finalAnswerRef.isEmpty()) {
            loadBody(decision.finalAnswerRef,
                     [this](const QByteArray& body) { m_result->setText(QString::fromUtf8(body)); });
        }
        return;
    }
    if (!call) {
        m_resultLine->setText(tr("There is no result."));
        m_result->clear();
        return;
    }
    QStringList parts = {call->tool, lookOfToolStatus(statusOf(*call)).word};
    if (!call->errorCode.isEmpty()) {
        parts << call->errorCode;
    }
    if (call->synthetic) {
        parts << tr("written by hand, the tool did not run");
    }
    if (call->reused) {
        parts << tr("reused");
    }
    if (call->endedAtMs > 0) {
        parts << format::duration(call->endedAtMs - call->startedAtMs);
    }
    m_resultLine->setText(parts.join(u" · "_s));
    m_result->setBytes(call->resultText.toUtf8());
    if (!call->result.isEmpty()) {
        loadBody(call->result, [this](const QByteArray& body) { m_result->setBytes(body); });
    }
}

void Inspector::showChecks(const QList<PolicyVerdict>& verdicts)
{
    m_policyView->clearSpans();
    m_policy->setVerdicts(verdicts, m_session.run().record().policy);
    for (int row = 0; row < m_policy->rowCount(); ++row) {
        if (m_policy->isTitle(row)) {
            m_policyView->setSpan(row, 0, 1, PolicyChecksModel::ColumnCount);
        }
    }
    ItemViews::fitColumns(m_policyView, 118);
    // However narrow the inspector is; wider than it the last column is never.
    m_policyView->horizontalHeader()->setSectionResizeMode(PolicyChecksModel::Numbers, QHeaderView::Stretch);
}

void Inspector::fillPolicy(const DecisionRecord& decision)
{
    showChecks(decision.policy);
    QStringList lines = m_policy->reasons();
    for (const QJsonObject& verdict : decision.verdicts) {
        lines << tr("Verdict %1 by %2%3")
                     .arg(verdict.value("verdict"_L1).toString(), verdict.value("author"_L1).toString(),
                          verdict.value("reason"_L1).toString().isEmpty()
                              ? QString()
                              : QString(u": "_s + verdict.value("reason"_L1).toString()));
    }
    for (const RevisionRecord& revision : decision.revisions) {
        const auto plain = [](const QJsonValue& value) {
            return value.isObject() ? QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact))
                                    : value.toVariant().toString();
        };
        lines << tr("Edit of %1 at %2: %3 → %4")
                     .arg(revision.field, format::clockTime(revision.atMs), plain(revision.before),
                          plain(revision.after));
        if (!revision.reason.isEmpty()) {
            lines << tr("Reason: %1").arg(revision.reason);
        }
    }
    m_verdicts->setPlainText(lines.isEmpty() ? tr("No verdict and no edit.") : lines.join(u'\n'));
}

void Inspector::fillCost(const DecisionRecord& decision)
{
    QList<CostLine> lines;
    for (const CostLine& line : m_session.run().record().lines) {
        if (line.decision == decision.number &&
            (m_call.isEmpty() || line.toolCallId.isEmpty() || line.toolCallId == m_call)) {
            lines << line;
        }
    }
    m_cost->setRows(lines);
    ItemViews::fitColumns(m_costView, 150);
    const Money own = decision.modelCost.plus(decision.toolCost).value_or(decision.modelCost);
    m_costLine->setText(tr("Model %1 · tools %2 · own %3 · with the frames below %4")
                            .arg(format::money(decision.modelCost), format::money(decision.toolCost),
                                 format::moneyWithUnknown(own, decision.unknownCostLines),
                                 format::money(decision.inclusiveCost)));
    m_costLine->setToolTip(format::exactMoney(own));
}

void Inspector::fillBytes(const DecisionRecord& decision)
{
    fillAttempts(decision);
    const AttemptRecord *attempt = shownAttempt(decision);
    if (!attempt) {
        m_bytes->setBytes({});
        return;
    }
    if (m_bytesChoice->currentIndex() == 1) {
        if (attempt->reply.isEmpty()) {
            m_bytes->setBytes({});
        } else {
            loadBody(attempt->reply, [this](const QByteArray& body) { m_bytes->setBytes(body); });
        }
        return;
    }
    whenDone(m_session.facade().requestBytes(m_session.run().runId(), decision.number, attempt->attempt), this,
             [this, generation = m_generation](const Result<QByteArray>& bytes) {
                 if (generation == m_generation) {
                     m_bytes->setBytes(bytes ? *bytes : bytes.error().message.toUtf8());
                 }
             });
}

} // namespace lathe
