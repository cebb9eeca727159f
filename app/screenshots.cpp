// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/screenshots.h"

#include "app/application.h"
#include "engine/core/jsonreader.h"
#include "engine/pipeline/enginefacade.h"
#include "ui/models/billmodel.h"
#include "ui/models/mcpservermodel.h"
#include "ui/models/policymodel.h"
#include "ui/session.h"
#include "ui/theme.h"
#include "ui/views/billfilters.h"
#include "ui/views/billview.h"
#include "ui/views/composeview.h"
#include "ui/views/debugview.h"
#include "ui/views/elicitationdialog.h"
#include "ui/views/exportdialog.h"
#include "ui/views/inspector.h"
#include "ui/views/knowledgeview.h"
#include "ui/views/mainwindow.h"
#include "ui/views/mcpview.h"
#include "ui/views/policydryrunpage.h"
#include "ui/views/policyform.h"
#include "ui/views/policyrulespage.h"
#include "ui/views/policyuserspage.h"
#include "ui/views/policyview.h"
#include "ui/views/reconcileview.h"
#include "ui/views/retrycard.h"
#include "ui/views/ruleform.h"
#include "ui/views/samples.h"
#include "ui/views/stopcard.h"
#include "ui/views/toolsview.h"
#include "ui/views/whatifview.h"
#include "ui/widgets/commandpalette.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/statepane.h"

#include <QAction>
#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kWaitMs = 30'000;

/// Lets the event loop turn until the condition holds.
bool waitFor(const std::function<bool()>& condition, int ms = kWaitMs)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.elapsed() > ms) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    }
    return true;
}

void settle(int ms = 400)
{
    QElapsedTimer timer;
    timer.start();
    waitFor([&timer, ms] { return timer.elapsed() >= ms; });
}

class Photographer
{
public:
    Photographer(const QDir& folder, Application& application) : m_folder(folder), m_window(application.window()) {}

    [[nodiscard]] bool failed() const { return m_failed; }

    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    void save(const QString& name) { saveWidget(name, &m_window); }

    void saveWidget(const QString& name, QWidget *widget)
    {
        settle();
        const QString path = m_folder.filePath(name + u".png"_s);
        if (!widget->grab().save(path)) {
            complain(u"cannot write %1"_s.arg(path));
        }
        std::printf("%s\n", qPrintable(path));
        std::fflush(stdout);
    }

    void saveDialog(const QString& name)
    {
        settle(200);
        for (QWidget *top : QApplication::topLevelWidgets()) {
            if (top != &m_window && top->isWindow() && top->isVisible() && top->inherits("QDialog")) {
                saveWidget(name, top);
                top->close();
                return;
            }
        }
        complain(u"no dialog for %1"_s.arg(name));
    }

    void runToEnd(const AguiRunJob& job)
    {
        start(job, false);
        expect(waitFor([this] {
                   return !m_window.session()->run().isLive() && m_window.session()->run().record().lastSeq > 0;
               }),
               u"the run does not end"_s);
        settle(300);
    }

    void start(const AguiRunJob& job, bool stopFirst)
    {
        m_window.session()->open(QString());
        m_window.setMode(Mode::Compose);
        m_window.compose()->setJob(job);
        m_window.compose()->run(stopFirst);
        expect(waitFor([this] { return m_window.session()->run().record().lastSeq > 0; }), u"the run does not start"_s);
    }

    bool stepTo(StopPoint point, const QString& tool)
    {
        for (int i = 0; i < 60; ++i) {
            OpenRun& run = m_window.session()->run();
            if (!waitFor([&run] { return run.isStopped() || !run.isLive(); }) || !run.isLive()) {
                break;
            }
            const StopState stop = *run.record().stop;
            if (stop.point == point && (tool.isEmpty() || stop.tool == tool)) {
                settle(200);
                return true;
            }
            const qint64 seq = run.record().lastSeq;
            m_window.debug()->command(StepCommand::StepInto);
            waitFor([&run, seq] { return run.record().lastSeq > seq || !run.isLive(); });
            settle(20);
        }
        complain(u"the run does not stop before %1"_s.arg(tool));
        return false;
    }

    void expect(bool holds, const QString& message)
    {
        if (!holds) {
            complain(message);
        }
    }

    void complain(const QString& message)
    {
        std::fprintf(stderr, "screenshots: %s\n", qPrintable(message));
        m_failed = true;
    }

private:
    QDir m_folder;
    MainWindow& m_window;
    bool m_failed = false;
};

const Sample *sampleNamed(const QList<Sample>& samples, QStringView part)
{
    for (const Sample& sample : samples) {
        if (sample.job.prompt.contains(part, Qt::CaseInsensitive) || sample.title.contains(part, Qt::CaseInsensitive)) {
            return &sample;
        }
    }
    return samples.isEmpty() ? nullptr : &samples.first();
}

bool hasTool(const AguiRunJob& job, QStringView fence)
{
    return job.prompt.contains(fence);
}

void populated(Photographer& photo, MainWindow& window, const QList<Sample>& samples)
{
    const Sample *code = nullptr;
    for (const Sample& sample : samples) {
        photo.runToEnd(sample.job);
        if (!code && hasTool(sample.job, u"```python")) {
            code = &sample;
        }
    }
    if (!code) {
        code = sampleNamed(samples, u"python");
    }
    window.setMode(Mode::Compose);
    window.compose()->setJob(code->job);
    photo.save(u"compose"_s);
    window.compose()->showJson(true);
    photo.save(u"compose-json"_s);
    window.compose()->showJson(false);

    AguiRunJob again = code->job;
    again.name += u" (stepped)"_s;
    photo.start(again, true);
    photo.stepTo(StopPoint::BeforeDecide, {});
    photo.save(u"debug-before-decide"_s);
    if (photo.stepTo(StopPoint::BeforeTool, {})) {
        window.inspector()->setCurrentIndex(Inspector::Arguments);
        photo.save(u"debug-before-tool"_s);
        theme::apply(Appearance::Dark);
        photo.save(u"debug-before-tool-dark"_s);
        theme::apply(Appearance::Light);
        window.debug()->stopCard()->showJson(true);
        photo.save(u"debug-before-tool-json"_s);
        window.debug()->stopCard()->showJson(false);
    }
    if (photo.stepTo(StopPoint::AfterTool, {})) {
        window.inspector()->setCurrentIndex(Inspector::ToolResult);
        photo.save(u"debug-after-tool"_s);
    }
    window.debug()->command(StepCommand::Continue);
    photo.expect(waitFor([&window] { return !window.session()->run().isLive(); }), u"the stepped run does not end"_s);
    photo.runToEnd(code->job);
    photo.save(u"debug-from-cache"_s);
}

/// The other tabs of the bill, and its files.
void bills(Photographer& photo, MainWindow& window)
{
    BillView *bill = window.bill();
    bill->showTab(BillView::WhatIf);
    photo.expect(waitFor([bill] { return bill->whatIf()->pane()->state() == StatePane::State::Content; }),
                 u"the run is not priced again"_s);
    bill->whatIf()->choose(u"providers"_s, u"openai/gpt-4o"_s);
    photo.save(u"bill-what-if"_s);
    bill->showTab(BillView::Reconcile);
    photo.save(u"bill-reconcile-empty"_s);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"activity-2026-11.csv"_s));
    const QDate today = QDateTime::currentDateTimeUtc().date();
    QByteArray rows = "date,model,usage,requests,prompt_tokens,completion_tokens\n";
    for (int ago = 6; ago >= 0; --ago) {
        const QByteArray day = today.addDays(-ago).toString(Qt::ISODate).toUtf8();
        rows += day + ",openai/gpt-4.1,0.0" + QByteArray::number(3 * ago + 2) + "15,5,50,125\n";
        rows += day + ",anthropic/claude-sonnet-4,0.1" + QByteArray::number(ago) + ",2,1000,200\n";
    }
    photo.expect(file.open(QIODevice::WriteOnly) && file.write(rows) == rows.size(), u"no sample of an export"_s);
    file.close();
    bill->reconcile()->load(file.fileName());
    photo.expect(waitFor([bill] { return bill->reconcile()->pane()->state() == StatePane::State::Content; }),
                 u"the export is not compared"_s);
    photo.save(u"bill-reconcile"_s);
    theme::apply(Appearance::Dark);
    photo.save(u"bill-reconcile-dark"_s);
    bill->showTab(BillView::WhatIf);
    photo.save(u"bill-what-if-dark"_s);
    theme::apply(Appearance::Light);
    bill->showTab(BillView::Bill);
    settle();
    ExportDialog *dialog = bill->exportBill();
    dialog->setPath(QDir::temp().filePath(u"lathe-bill.csv"_s));
    photo.saveWidget(u"bill-export"_s, dialog);
    dialog->setFormat(ExportDialog::Format::Focus14);
    photo.saveWidget(u"bill-export-focus"_s, dialog);
    const QString statement = photo.path(u"statement.pdf"_s);
    dialog->setFormat(ExportDialog::Format::Statement);
    dialog->setPath(statement);
    bool ended = false;
    QObject::connect(dialog, &ExportDialog::finishedWriting, dialog, [&ended] { ended = true; });
    dialog->start();
    photo.expect(waitFor([&ended] { return ended; }) && QFile::exists(statement), u"no statement was written"_s);
    bill->filters()->setPeriod(today.addDays(-6), today);
    photo.save(u"bill-from-to"_s);
}

/// Users with limits, budgets and a team, rules of which one was saved with a verdict, and a dry run that finds things.
void policies(Photographer& photo, MainWindow& window)
{
    EngineFacade& facade = window.session()->facade();
    const auto stored = [&photo](const auto& future) {
        photo.expect(waitFor([&future] { return future.isFinished(); }), u"a policy was not stored"_s);
    };
    const QString user = window.session()->runs().rows().first().userId;
    const QJsonArray rules{u"ask *"_s, u"allow retrieve_context"_s,
                           u"allow google_search when $.query !~ \"(?i)salar(y|ies)\""_s,
                           u"deny code_executor when $.language = \"bash\" and $.code ~ \"rm\\\\s+-r\""_s,
                           u"allow code_executor when $.language = \"python\""_s};
    stored(facade.setPolicy(user, {{u"team"_s, u"research"_s},
                                   {u"budgetPerRun"_s, u"0.20"_s},
                                   {u"budgetPerDay"_s, u"0.10"_s},
                                   {u"budgetPerMonth"_s, u"2.50"_s},
                                   {u"approvalRules"_s, rules}}));
    stored(facade.setPolicy(u"carol"_s, {{u"tier"_s, u"enterprise"_s}, {u"team"_s, u"research"_s}}, u"root"_s));
    stored(facade.setPolicy(u"dave"_s, {{u"tier"_s, u"pro"_s}, {u"budgetPerRun"_s, u"1"_s}}, u"root"_s));
    stored(facade.setTeamPolicy(u"research"_s, {{u"budgetPerDay"_s, u"0.09"_s}, {u"budgetPerMonth"_s, u"5"_s}}));
    window.setMode(Mode::Policy);
    PolicyView *view = window.policy();
    photo.expect(waitFor([view] { return view->users()->model()->rowCount() >= 3; }), u"there are no users"_s);
    view->selectUser(user);
    settle(1500); // for the meters
    photo.save(u"policy-users"_s);
    view->showPage(PolicyView::Rules);
    view->rules()->table()->selectRow(3);
    view->rules()->tryCall(u"code_executor"_s, {{u"language"_s, u"bash"_s}, {u"code"_s, u"rm -rf /tmp/x"_s}});
    photo.save(u"policy-rules"_s);
    RuleDraft wrong = view->rules()->form()->draft();
    wrong.tool = u"code_exekutor"_s;
    wrong.conditions = {{u"language"_s, RuleCondition::Operator::Equal, u"bash"_s},
                        {u"$.code"_s, RuleCondition::Operator::Matches, u"rm (-r"_s}};
    view->rules()->addRule(wrong);
    photo.save(u"policy-rules-errors"_s);
    view->showPage(PolicyView::DryRun);
    photo.save(u"policy-dry-run-start"_s);
    view->dryRun()->form()->toolCalls()->setValue(2);
    view->dryRun()->form()->rules()->setPlainText(u"deny code_executor"_s);
    view->dryRun()->form()->runBudget()->setText(u"0.02"_s);
    bool done = false;
    const auto connection =
        QObject::connect(view->dryRun(), &PolicyDryRunPage::simulated, view, [&done] { done = true; });
    view->dryRun()->run();
    photo.expect(waitFor([&done] { return done; }), u"the dry run does not end"_s);
    QObject::disconnect(connection);
    photo.save(u"policy-dry-run"_s);
    theme::apply(Appearance::Dark);
    photo.save(u"policy-dry-run-dark"_s);
    view->showPage(PolicyView::Rules);
    photo.save(u"policy-rules-dark"_s);
    view->showPage(PolicyView::Users);
    photo.save(u"policy-users-dark"_s);
    theme::apply(Appearance::Light);
}

void recorded(Photographer& photo, MainWindow& window, const QList<Sample>& samples)
{
    // The list of tasks has child frames: the tree at its best.
    const Sample *list = sampleNamed(samples, u"list of tasks");
    for (const RunSummary& run : window.session()->runs().rows()) {
        if (run.name == list->job.name || run.promptStart.startsWith(list->job.prompt.left(40))) {
            window.openRun(run.runId);
            break;
        }
    }
    waitFor([&window] { return !window.session()->run().record().decisions.isEmpty(); });
    settle();
    const auto tab = [&](Inspector::Tab which, const QString& name) {
        window.inspector()->setCurrentIndex(which);
        photo.save(name);
    };
    const QList<DecisionRecord> decisions = window.session()->run().record().decisions;
    for (const DecisionRecord& decision : decisions) {
        if (decision.action == AgentActionType::ToolCall) {
            window.debug()->selectDecision(decision.number, {});
            break;
        }
    }
    tab(Inspector::Reasoning, u"debug"_s);
    tab(Inspector::Request, u"debug-request"_s);
    tab(Inspector::Reply, u"debug-reply"_s);
    window.inspector()->showExchange();
    photo.saveDialog(u"debug-exchange"_s);
    tab(Inspector::ToolResult, u"debug-result"_s);
    tab(Inspector::Policy, u"debug-policy"_s);
    tab(Inspector::Cost, u"debug-cost"_s);
    tab(Inspector::Bytes, u"debug-bytes"_s);
    window.inspector()->setCurrentIndex(Inspector::Reasoning);

    window.setMode(Mode::Bill);
    photo.save(u"bill"_s);
    window.bill()->setGrouping(BillGroup::Tool, BillGroup::Model);
    photo.save(u"bill-by-tool-and-model"_s);
    window.bill()->setGrouping(BillGroup::Model, BillGroup::Day);
    photo.save(u"bill-by-model-and-day"_s);
    window.bill()->setGrouping(BillGroup::Day, std::nullopt);
    photo.save(u"bill-by-day"_s);
    window.bill()->setGrouping(BillGroup::Tool, std::nullopt);
    settle();
    window.bill()->open(0);
    photo.save(u"bill-opened"_s);
    window.bill()->setGrouping(BillGroup::Decision, std::nullopt);
    window.bill()->showRun(window.session()->run().runId());
    photo.save(u"bill-run"_s);
    bills(photo, window);
    policies(photo, window);
    window.setMode(Mode::Tools);
    window.tools()->selectTool(u"code_executor"_s);
    window.tools()->tryTool({{u"language"_s, u"python"_s}, {u"code"_s, u"print(sum(range(101)))"_s}});
    settle(1500);
    photo.save(u"tools"_s);
    window.tools()->showKnowledge(true);
    window.tools()->knowledge()->search(u"what does a run cost"_s);
    photo.save(u"knowledge"_s);
    window.tools()->showKnowledge(false);
}

/// MCP servers: none, one that runs (a few lines of Python) beside two that do not, its settings, and its question.
void servers(Photographer& photo, MainWindow& window)
{
    window.setMode(Mode::Tools);
    window.tools()->showMcp();
    photo.save(u"mcp-empty"_s);
    constexpr auto kServer = R"(
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get('method') == 'initialize':
        answer = {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}},
                  'serverInfo': {'name': 'Weather', 'version': '1.2'}}
        print('reading the stations', file=sys.stderr, flush=True)
    elif asked.get('method') == 'tools/list':
        answer = {'tools': [{'name': name, 'description': name, 'inputSchema': {'type': 'object'}}
                            for name in ('current', 'forecast', 'stations')]}
    elif 'id' in asked:
        print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'error': {'code': -32601, 'message': 'no'}}), flush=True)
        continue
    else:
        continue
    print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': answer}), flush=True)
)";
    EngineFacade& facade = window.session()->facade();
    const QJsonObject running{{u"command"_s, u"python3"_s},
                              {u"args"_s, QJsonArray{u"-c"_s, QString::fromLatin1(kServer)}}};
    const QJsonObject missing{{u"command"_s, u"weather-station"_s}, {u"args"_s, QJsonArray{u"--all"_s}}};
    const QJsonObject off{{u"url"_s, u"https://mcp.example.com/mcp"_s}, {u"disabled"_s, true}};
    QList<QFuture<Result<void>>> set{facade.setMcpServer(u"weather"_s, running),
                                     facade.setMcpServer(u"station"_s, missing), facade.setMcpServer(u"web"_s, off)};
    waitFor([&set] { return std::all_of(set.begin(), set.end(), [](const auto& one) { return one.isFinished(); }); });
    window.tools()->mcp()->select(u"weather"_s);
    settle(2000);
    window.tools()->mcp()->select(u"weather"_s);
    photo.save(u"mcp"_s);
    window.tools()->mcp()->select(u"station"_s);
    photo.save(u"mcp-failed"_s);
    theme::apply(Appearance::Dark);
    photo.save(u"mcp-dark"_s);
    theme::apply(Appearance::Light);
    window.tools()->mcp()->edit(window.tools()->mcp()->model()->rows().first());
    photo.saveDialog(u"mcp-settings"_s);
    McpElicitation asked;
    asked.server = u"weather"_s;
    asked.message = u"Which place is meant? There are several of that name."_s;
    asked.schema = parseJsonObject(R"({"properties":{"place":{"type":"string","description":"Town and country"},
        "days":{"type":"integer","default":3},"unit":{"type":"string","enum":["Celsius","Fahrenheit"]},
        "warnings":{"type":"boolean"}},"required":["place"]})")
                       .value_or(QJsonObject());
    ElicitationDialog question(asked, &window);
    question.show();
    photo.saveWidget(u"mcp-question"_s, &question);
    question.withdraw();
    window.tools()->showKnowledge(false);
}

/// A model that asks to be left alone for a while.
void waiting(Photographer& photo, MainWindow& window)
{
    const QTemporaryDir folder;
    QFile script(folder.filePath(u"script.json"_s));
    const QByteArray text = R"({"steps": [{"error": {"kind": "RATE_LIMITED", "httpStatus": 429, "retryAfterMs": 42000,
        "message": "The provider answered 429 (rate_limit_exceeded): 30,000 tokens a minute are used up"}}]})";
    photo.expect(script.open(QIODevice::WriteOnly) && script.write(text) == text.size(), u"no script of a retry"_s);
    script.close();
    AguiRunJob job;
    job.userId = u"alice"_s;
    job.prompt = u"Say hello."_s;
    job.name = u"A busy provider"_s;
    job.provider = u"scripted"_s;
    job.model = script.fileName();
    photo.start(job, false);
    RetryCard *card = window.debug()->retryCard();
    photo.expect(waitFor([card] { return card->isVisible(); }), u"the run does not wait for a retry"_s);
    photo.save(u"debug-retry"_s);
    theme::apply(Appearance::Dark);
    photo.save(u"debug-retry-dark"_s);
    theme::apply(Appearance::Light);
    card->giveUpButton()->click();
    photo.expect(waitFor([&window] { return !window.session()->run().isLive(); }), u"the wait does not end"_s);
}

void failures(Photographer& photo, MainWindow& window)
{
    AguiRunJob unreachable;
    unreachable.userId = u"alice"_s;
    unreachable.prompt = u"Say hello."_s;
    unreachable.name = u"No server there"_s;
    unreachable.provider = u"scripted"_s;
    unreachable.model = u"/nowhere/replies.json"_s;
    photo.runToEnd(unreachable);
    photo.save(u"debug-error"_s);
    waiting(photo, window);
    AguiRunJob poor;
    poor.userId = u"alice"_s;
    poor.prompt = u"What is 6 * 7?"_s;
    poor.name = u"Budget too small"_s;
    poor.provider = u"builtin"_s;
    poor.budget = Money::fromDecimal(u"0.000001").value_or(Money());
    photo.runToEnd(poor);
    window.inspector()->setCurrentIndex(Inspector::Policy);
    photo.save(u"debug-violation"_s);
    window.inspector()->setCurrentIndex(Inspector::Reasoning);
    window.setMode(Mode::Compose);
    AguiRunJob wrong;
    wrong.userId = u"alice"_s;
    wrong.prompt = u"  "_s;
    wrong.tools = QStringList{u"no_such_tool"_s};
    window.compose()->setJob(wrong);
    window.compose()->run(false);
    photo.save(u"compose-errors"_s);
    window.compose()->setJob(AguiRunJob());
}

/// A small screen, and a list that does not fit on any.
void small(Photographer& photo, MainWindow& window)
{
    AguiRunJob job;
    job.provider = u"builtin"_s;
    for (int i = 1; i <= 40; ++i) {
        job.userId = u"user%1"_s.arg(i / 8); // below the rate limit of each
        job.prompt = u"What is %1 * 37?"_s.arg(i);
        photo.runToEnd(job);
    }
    window.setMode(Mode::Debug);
    photo.save(u"debug-long-list"_s);
    const QSize before = window.size();
    window.resize(1280, 800);
    window.resetLayout();
    for (const auto& [mode, name] :
         {std::pair(Mode::Compose, u"compose-small"_s), std::pair(Mode::Debug, u"debug-small"_s),
          std::pair(Mode::Bill, u"bill-small"_s), std::pair(Mode::Policy, u"policy-small"_s),
          std::pair(Mode::Tools, u"tools-small"_s)}) {
        window.setMode(mode);
        photo.save(name);
    }
    window.resize(before);
    window.resetLayout();
}

/// What somebody sees who has set a large font.
void large(const QDir& out, const QString& database, const AguiRunJob& job, bool& failed)
{
    const QFont before = QApplication::font();
    QFont font = before;
    font.setPointSizeF(before.pointSizeF() * 1.5);
    QApplication::setFont(font);
    {
        Application application({database, false});
        Photographer photo(out, application);
        bool ready = false;
        QObject::connect(&application, &Application::ready, &application, [&ready] { ready = true; });
        application.window().resize(1600, 1000);
        application.start();
        photo.expect(waitFor([&ready] { return ready; }), u"the database was not opened"_s);
        application.window().compose()->setJob(job);
        photo.save(u"compose-large"_s);
        photo.start(job, true);
        if (photo.stepTo(StopPoint::BeforeTool, {})) {
            photo.save(u"debug-large"_s);
        }
        application.window().debug()->command(StepCommand::Continue);
        photo.runToEnd(job);
        application.window().setMode(Mode::Bill);
        photo.save(u"bill-large"_s);
        application.window().showSettings();
        photo.saveDialog(u"settings-large"_s);
        application.window().close();
        failed = photo.failed() || failed;
    }
    QApplication::setFont(before);
}

void dialogs(Photographer& photo, MainWindow& window)
{
    const QStringList pages = {u"settings"_s,         u"settings-prices"_s,     u"settings-tools"_s,
                               u"settings-storage"_s, u"settings-appearance"_s, u"settings-privacy"_s,
                               u"settings-local"_s,   u"settings-prompts"_s};
    for (int page = 0; page < pages.size(); ++page) {
        window.showSettings(page);
        photo.saveDialog(pages.at(page));
    }
    window.action(u"palette"_s)->trigger();
    photo.saveDialog(u"palette"_s);
    window.action(u"keys"_s)->trigger();
    photo.saveDialog(u"keys"_s);
    theme::apply(Appearance::Dark);
    window.setMode(Mode::Compose);
    photo.save(u"compose-dark"_s);
    window.setMode(Mode::Debug);
    photo.save(u"debug-dark"_s);
    window.setMode(Mode::Bill);
    window.bill()->setGrouping(BillGroup::Phase, std::nullopt);
    window.bill()->showRun({});
    photo.save(u"bill-dark"_s);
    window.setMode(Mode::Tools);
    photo.save(u"tools-dark"_s);
    theme::apply(Appearance::Light);
}

} // namespace

int takeScreenshots(const QString& folder)
{
    const QDir out(folder);
    if (!out.mkpath(u"."_s)) {
        std::fprintf(stderr, "screenshots: cannot make the folder %s\n", qPrintable(folder));
        return 5;
    }
    const QTemporaryDir temporary;
    qputenv("LATHE_MCP", temporary.filePath(u"mcp.json"_s).toLocal8Bit());
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, temporary.path());
    theme::apply(Appearance::Light);

    // A folder in the place of the file: what a database that cannot be opened looks like.
    QDir(temporary.path()).mkpath(u"broken.db"_s);
    bool failed = false;
    {
        Application broken({temporary.filePath(u"broken.db"_s), false});
        Photographer photo(out, broken);
        bool told = false;
        QObject::connect(&broken, &Application::openFailed, &broken, [&told] { told = true; });
        broken.window().resize(1400, 900);
        broken.window().showOpening(u"lathe.db"_s);
        photo.save(u"opening"_s); // it takes a while: the time a picture takes is enough
        broken.start();
        photo.expect(waitFor([&told] { return told; }), u"the broken database was opened"_s);
        photo.save(u"database-error"_s);
        failed = photo.failed();
    }
    Application application({temporary.filePath(u"lathe.db"_s), false});
    Photographer photo(out, application);
    bool ready = false;
    QObject::connect(&application, &Application::ready, &application, [&ready] { ready = true; });
    application.start();
    MainWindow& window = application.window();
    window.resize(1400, 900);
    if (!waitFor([&ready] { return ready; })) {
        photo.complain(u"the database was not opened"_s);
        return 1;
    }
    settle();
    photo.save(u"compose-empty"_s);
    window.setMode(Mode::Debug);
    photo.save(u"debug-empty"_s);
    window.setMode(Mode::Bill);
    photo.save(u"bill-empty"_s);
    window.setMode(Mode::Policy);
    photo.save(u"policy-empty"_s);
    const QList<Sample> samples = loadSamples();
    if (samples.isEmpty()) {
        photo.complain(u"there are no samples"_s);
        return 1;
    }
    populated(photo, window, samples);
    recorded(photo, window, samples);
    servers(photo, window);
    failures(photo, window);
    dialogs(photo, window);
    small(photo, window);
    window.close();
    failed = photo.failed() || failed;
    large(out, temporary.filePath(u"large.db"_s), sampleNamed(samples, u"python")->job, failed);
    return failed ? 1 : 0;
}

} // namespace lathe
