// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/composeview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/session.h"
#include "ui/views/jobform.h"
#include "ui/views/samples.h"
#include "ui/widgets/chipbar.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/prompthighlighter.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kDraftKey = u"ui.draft"_s;
constexpr qint64 kMaxDraftBytes = 4 * 1024 * 1024; // larger attachments are not kept in the draft

} // namespace

ComposeView::ComposeView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_tabs(new QTabWidget(this)),
      m_prompt(new QPlainTextEdit(this)),
      m_promptNote(new NoteLabel(this)),
      m_chips(new ChipBar(this)),
      m_json(new JsonEditor(this)),
      m_form(new JobForm(session, this)),
      m_bar(new MessageBar(this)),
      m_estimate(new NoteLabel(this)),
      m_policy(new NoteLabel(this)),
      m_samples(new QMenu(tr("Sample &tasks"), this)),
      m_samplesButton(new QToolButton(this)),
      m_run(new QPushButton(icon(u"continue"_s), tr("&Run"), this)),
      m_runStopped(new QPushButton(icon(u"step-into"_s), tr("Run, stop &first"), this)),
      m_estimateDelay(new QTimer(this)),
      m_draftDelay(new QTimer(this))
{
    m_prompt->setPlaceholderText(tr("What should the agent do? Say it in plain words; put code into a fenced block."));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setTabChangesFocus(true);
    QFont font = m_prompt->font();
    font.setPointSizeF(font.pointSizeF() * 1.1);
    m_prompt->setFont(font);
    new PromptHighlighter(m_prompt->document());
    m_promptNote->setKind(Kind::Error);
    m_promptNote->hide();
    m_samplesButton->setText(tr("Sample tasks"));
    m_samplesButton->setIcon(icon(u"sample"_s));
    m_samplesButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_samplesButton->setPopupMode(QToolButton::InstantPopup);
    m_samplesButton->setMenu(m_samples);
    m_samplesButton->setToolTip(tr("Tasks to begin with; all run on the built-in model"));
    m_run->setToolTip(tr("Run the task (Ctrl+Enter)"));
    m_runStopped->setToolTip(tr("Run the task and stop before the first decision (Ctrl+Shift+Enter)"));
    m_policy->setKind(Kind::Policy);
    m_policy->hide();

    auto *task = new QWidget(this);
    auto *taskColumn = new QVBoxLayout(task);
    taskColumn->setContentsMargins(0, 8, 0, 0);
    taskColumn->setSpacing(8);
    taskColumn->addWidget(m_prompt, 1);
    taskColumn->addWidget(m_promptNote);
    taskColumn->addWidget(m_chips);
    auto *jsonPage = new QWidget(this);
    auto *jsonColumn = new QVBoxLayout(jsonPage);
    jsonColumn->setContentsMargins(0, 8, 0, 0);
    jsonColumn->addWidget(m_json);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(task, tr("Task"));
    m_tabs->addTab(jsonPage, tr("JSON"));
    m_tabs->setTabToolTip(1, tr("The same job as JSON; edits here fill the form"));
    m_tabs->setCornerWidget(m_samplesButton);

    auto *splitter = new QSplitter(this);
    splitter->addWidget(m_tabs);
    splitter->addWidget(m_form);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    m_form->setMinimumWidth(448);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_estimate);
    words->addWidget(m_policy);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(8);
    foot->addLayout(words, 1);
    foot->addWidget(m_runStopped);
    foot->addWidget(m_run);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_bar);
    column->addWidget(splitter, 1);
    column->addLayout(foot);
    setFocusProxy(m_prompt);

    m_json->setChecker([](const QJsonObject& json) { return readJob(json).issues; });
    m_estimateDelay->setSingleShot(true);
    m_estimateDelay->setInterval(300);
    m_draftDelay->setSingleShot(true);
    m_draftDelay->setInterval(1000);
    connect(m_estimateDelay, &QTimer::timeout, this, &ComposeView::estimate);
    connect(m_draftDelay, &QTimer::timeout, this, &ComposeView::saveDraft);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &ComposeView::onEdited);
    connect(m_chips, &ChipBar::changed, this, &ComposeView::onEdited);
    connect(m_chips, &ChipBar::failed, this,
            [this](const QString& message) { m_bar->showMessage(Kind::Error, message); });
    connect(m_form, &JobForm::edited, this, &ComposeView::onEdited);
    connect(m_json, &JsonEditor::edited, this, [this] {
        if (const auto json = m_json->object()) {
            const JobReading reading = readJob(*json);
            m_setting = true;
            m_base = reading.job;
            m_prompt->setPlainText(reading.job.prompt);
            m_chips->setAttachments(reading.job.attachments);
            m_form->setJob(reading.job);
            m_setting = false;
        }
        check();
        m_estimateDelay->start();
        m_draftDelay->start();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this](int tab) { showJson(tab == 1); });
    connect(m_run, &QPushButton::clicked, this, [this] { run(false); });
    connect(m_runStopped, &QPushButton::clicked, this, [this] { run(true); });
    connect(&session, &Session::toolsChanged, this, [this] { m_estimateDelay->start(); });
    connect(&session, &Session::policiesChanged, this, [this] { m_estimateDelay->start(); });
    connect(&session, &Session::failed, this, [this](const Error& error) {
        if (isVisible()) {
            m_bar->showError(error);
        }
    });
    fillSamples();
    check();
    loadDraft();
}

AguiRunJob ComposeView::job() const
{
    AguiRunJob job = m_base;
    job.prompt = m_prompt->toPlainText();
    job.attachments = m_chips->attachments();
    m_form->fill(job);
    return job;
}

void ComposeView::setJob(const AguiRunJob& job)
{
    m_setting = true;
    m_base = job;
    m_base.correlationId.clear();
    m_prompt->setPlainText(job.prompt);
    m_chips->setAttachments(job.attachments);
    m_form->setJob(job);
    m_setting = false;
    m_triedToRun = false;
    m_bar->clear();
    if (m_tabs->currentIndex() == 1) {
        m_json->setObject(toJson(this->job()));
    }
    onEdited();
}

void ComposeView::clear()
{
    const AguiRunJob before = job();
    AguiRunJob empty;
    empty.userId = before.userId;
    empty.provider = before.provider;
    setJob(empty);
    m_bar->showMessage(Kind::Neutral, tr("The task was cleared."));
    m_bar->setAction(tr("Undo"), [this, before] { setJob(before); });
    m_prompt->setFocus();
}

void ComposeView::showJson(bool json)
{
    m_tabs->setCurrentIndex(json ? 1 : 0);
    if (json) {
        m_json->setObject(toJson(job()));
    } else if (!m_json->object() && !m_json->text().isEmpty()) {
        m_bar->showMessage(Kind::Policy, tr("The JSON was not valid; the form shows the job as it was before."));
    }
}

void ComposeView::fillSamples()
{
    m_samples->clear();
    const QList<Sample> samples = loadSamples();
    for (const Sample& sample : samples) {
        QAction *action = m_samples->addAction(sample.title);
        action->setToolTip(sample.job.prompt.left(300));
        connect(action, &QAction::triggered, this, [this, job = sample.job] { useSample(job); });
    }
    if (samples.isEmpty()) {
        m_samples->addAction(tr("No samples are installed"))->setEnabled(false);
    }
    m_samples->setToolTipsVisible(true);
}

void ComposeView::useSample(const AguiRunJob& sample)
{
    const AguiRunJob before = job();
    AguiRunJob wanted = sample;
    if (wanted.userId.isEmpty()) {
        wanted.userId = before.userId;
    }
    setJob(wanted);
    if (!before.prompt.trimmed().isEmpty() && before.prompt != wanted.prompt) {
        m_bar->showMessage(Kind::Neutral, tr("The sample took the place of your task."));
        m_bar->setAction(tr("Undo"), [this, before] { setJob(before); });
    }
    m_prompt->setFocus();
}

void ComposeView::onEdited()
{
    if (m_setting) {
        return;
    }
    check();
    m_estimateDelay->start();
    m_draftDelay->start();
}

void ComposeView::check()
{
    if (m_tabs->currentIndex() == 1 && !m_json->object()) {
        m_issues = m_json->issues();
    } else {
        m_issues = validate(job());
    }
    QStringList promptIssues;
    QList<JsonIssue> others;
    for (const JsonIssue& issue : std::as_const(m_issues)) {
        if (issue.path == "$.prompt"_L1 || issue.path.startsWith("$.attachments"_L1)) {
            const bool blank = issue.path == "$.prompt"_L1 && m_prompt->toPlainText().trimmed().isEmpty();
            promptIssues << (blank ? tr("Write what the agent should do.") : issue.message);
        } else {
            others << issue;
        }
    }
    // An empty prompt is no mistake before somebody tries to run it.
    const bool untouched = m_prompt->toPlainText().isEmpty() && !m_triedToRun;
    m_promptNote->setText(promptIssues.join(u'\n'));
    m_promptNote->setVisible(!promptIssues.isEmpty() && !untouched);
    const QList<JsonIssue> rest = m_form->showIssues(others);
    if (!rest.isEmpty() && m_triedToRun) {
        m_bar->showMessage(Kind::Error, u"%1 %2"_s.arg(rest.first().path, rest.first().message));
    }
    if (m_prompt->toPlainText().trimmed().isEmpty()) {
        ++m_generation;
        m_estimate->setToolTip({});
        m_estimate->setText(tr("Write a prompt or pick a sample task."));
        m_policy->hide();
    }
}

void ComposeView::estimate()
{
    if (m_prompt->toPlainText().trimmed().isEmpty()) {
        return;
    }
    ++m_generation;
    whenDone(m_session.facade().estimate(job(), m_form->options()), this,
             [this, generation = m_generation](const Result<RunEstimate>& estimate) {
                 if (generation != m_generation) {
                     return;
                 }
                 if (estimate) {
                     showEstimate(*estimate);
                 } else {
                     m_estimate->setText(tr("No estimate: %1").arg(estimate.error().message));
                     m_policy->hide();
                 }
             });
}

void ComposeView::showEstimate(const RunEstimate& estimate)
{
    m_estimate->setText(tr("About %1 tokens in, at most %2 out a step; first step at most %3, worst case %4")
                            .arg(format::count(estimate.inputTokens), format::count(estimate.maxOutputTokens),
                                 format::money(estimate.firstStep), format::money(estimate.worstCase)));
    m_estimate->setToolTip(tr("By the contract's measure (characters / 4): %1 tokens. Worst case, exactly: %2")
                               .arg(format::count(estimate.inputTokensContract),
                                    estimate.worstCase ? format::exactMoney(*estimate.worstCase) : format::unknown()));
    QStringList sentences;
    for (const PolicyCheck& check : estimate.policy.checks) {
        if (check.outcome == CheckOutcome::Failed) {
            sentences << tr("%1: %2").arg(wordOfCheck(check.check), check.message);
        }
    }
    m_policy->setVisible(!sentences.isEmpty());
    m_policy->setText(tr("Policy would refuse it. %1").arg(sentences.join(u' ')));
    QList<JsonIssue> all = m_issues;
    for (const JsonIssue& issue : estimate.issues) {
        if (!all.contains(issue)) {
            all << issue;
        }
    }
    all.removeIf([](const JsonIssue& issue) { return issue.path == "$.prompt"_L1; });
    const QList<JsonIssue> rest = m_form->showIssues(all);
    if (m_tabs->currentIndex() == 1 && m_json->object()) {
        m_json->showIssues(all);
    }
    Q_UNUSED(rest)
}

void ComposeView::run(bool stopFirst)
{
    m_triedToRun = true;
    check();
    if (!m_issues.isEmpty()) {
        const QString path = m_issues.first().path;
        if (m_tabs->currentIndex() == 1) {
            m_json->setFocus(Qt::OtherFocusReason);
        } else if (path.startsWith("$.prompt"_L1)) {
            m_prompt->setFocus(Qt::OtherFocusReason);
        } else {
            m_form->focusIssue(path);
        }
        return;
    }
    m_triedToRun = false;
    m_bar->clear();
    RunOptions options = m_form->options();
    options.startPaused = stopFirst;
    // Who wants to step wants to see decisions, not an answer from the cache; and what is edited on the way is no
    // answer to keep for others.
    options.useCache = options.useCache && !stopFirst;
    m_session.start(job(), std::move(options));
}

void ComposeView::saveDraft()
{
    AguiRunJob draft = job();
    qint64 size = 0;
    for (const Attachment& attachment : std::as_const(draft.attachments)) {
        size += attachment.content.size();
    }
    if (size > kMaxDraftBytes) {
        draft.attachments.clear();
    }
    whenDone(m_session.facade().setSetting(kDraftKey, toJson(draft)), this, [this](const Result<void>& saved) {
        if (!saved) {
            m_bar->showError(saved.error());
        }
    });
}

void ComposeView::loadDraft()
{
    whenDone(m_session.facade().settings(), this, [this](const Result<QJsonObject>& settings) {
        if (!settings || !m_prompt->toPlainText().isEmpty()) {
            return;
        }
        const QJsonObject draft = settings->value(kDraftKey).toObject();
        if (!draft.isEmpty()) {
            setJob(readJob(draft).job);
        }
    });
}

} // namespace lathe
