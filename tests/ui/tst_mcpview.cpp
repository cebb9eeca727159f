// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/mcpservermodel.h"
#include "ui/views/elicitationdialog.h"
#include "ui/views/mcpserverdialog.h"
#include "ui/views/mcpview.h"
#include "ui/views/toolsview.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/schemaform.h"
#include "ui/widgets/statepane.h"
#include "windowfixture.h"

#include <QAbstractItemModelTester>
#include <QDialogButtonBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QJsonObject peer(const QStringList& words = {})
{
    return {{u"command"_s, QStringLiteral(LATHE_MCP_PEER)}, {u"args"_s, QJsonArray::fromStringList(words)}};
}

McpElicitation question()
{
    McpElicitation asked;
    asked.id = 7;
    asked.server = u"peer"_s;
    asked.message = u"<b>Who</b> are you?"_s;
    asked.schema = QJsonObject{
        {u"properties"_s, QJsonObject{{u"name"_s, QJsonObject{{u"type"_s, u"string"_s}}},
                                      {u"age"_s, QJsonObject{{u"type"_s, u"integer"_s}, {u"default"_s, 30}}}}},
        {u"required"_s, QJsonArray{u"name"_s}}};
    return asked;
}

QPushButton *buttonOf(const QDialogButtonBox *box, QDialogButtonBox::ButtonRole role)
{
    const auto buttons = box->buttons();
    for (QAbstractButton *button : buttons) {
        if (box->buttonRole(button) == role) {
            return qobject_cast<QPushButton *>(button);
        }
    }
    return nullptr;
}

QPushButton *buttonNamed(QWidget& view, const QString& text)
{
    for (QPushButton *button : view.findChildren<QPushButton *>()) {
        if (button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

} // namespace

class TestMcpView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsServers();
    void answersQuestions();
    void closingIsAnAnswer();
    void withdraws();
    void checksSettingsWhileTyping();
    void addsTriesAndRemoves();
    void saysWhatIsWrong();
    void asksInWindow();
};

void TestMcpView::showsServers()
{
    McpServerModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    McpServerInfo ready;
    ready.name = u"a"_s;
    ready.state = McpServerState::Ready;
    ready.tools = QStringList{u"a__x"_s, u"a__y"_s};
    ready.target = u"npx a"_s;
    McpServerInfo failed;
    failed.name = u"b"_s;
    failed.state = McpServerState::Failed;
    failed.error = u"gone"_s;
    model.setRows({ready, failed});
    QCOMPARE(model.index(0, McpServerModel::State).data().toString(), u"connected"_s);
    QCOMPARE(model.index(0, McpServerModel::Tools).data().toString(), u"2"_s);
    QCOMPARE(model.index(1, McpServerModel::State).data().toString(), u"not connected"_s);
    QCOMPARE(model.index(1, McpServerModel::Name).data(Qt::ToolTipRole).toString(), u"gone"_s);
}

void TestMcpView::answersQuestions()
{
    ElicitationDialog dialog(question());
    const QSignalSpy answered(&dialog, &ElicitationDialog::answered);
    QPushButton *send = buttonOf(dialog.buttons(), QDialogButtonBox::AcceptRole);
    QVERIFY(!send->isEnabled()); // a name is needed
    for (QWidget *field : dialog.form()->fields()) {
        if (field->accessibleName() == "name"_L1) {
            QTest::keyClicks(field, u"Ada"_s);
        }
    }
    QVERIFY(send->isEnabled());
    send->click();
    QCOMPARE(answered.size(), 1);
    const auto answer = answered.first().first().value<McpElicitationAnswer>();
    QVERIFY(answer.action == McpElicitationAnswer::Action::Accept);
    QCOMPARE(answer.content, (QJsonObject{{u"name"_s, u"Ada"_s}, {u"age"_s, 30}}));
    ElicitationDialog other(question());
    const QSignalSpy declined(&other, &ElicitationDialog::answered);
    buttonOf(other.buttons(), QDialogButtonBox::DestructiveRole)->click();
    QVERIFY(declined.first().first().value<McpElicitationAnswer>().action == McpElicitationAnswer::Action::Decline);
}

void TestMcpView::closingIsAnAnswer()
{
    ElicitationDialog dialog(question());
    const QSignalSpy answered(&dialog, &ElicitationDialog::answered);
    dialog.open();
    dialog.reject();
    QCOMPARE(answered.size(), 1);
    QVERIFY(answered.first().first().value<McpElicitationAnswer>().action == McpElicitationAnswer::Action::Cancel);
}

void TestMcpView::withdraws()
{
    ElicitationDialog dialog(question());
    const QSignalSpy answered(&dialog, &ElicitationDialog::answered);
    dialog.open();
    dialog.withdraw();
    QVERIFY(answered.isEmpty());
    QVERIFY(!dialog.isVisible());
}

void TestMcpView::checksSettingsWhileTyping()
{
    McpServerDialog dialog({});
    const QSignalSpy wanted(&dialog, &McpServerDialog::wanted);
    QPushButton *save = buttonOf(dialog.findChild<QDialogButtonBox *>(), QDialogButtonBox::AcceptRole);
    QVERIFY(!save->isEnabled());
    dialog.name()->setText(u"files"_s);
    QVERIFY(save->isEnabled());
    dialog.settings()->editor()->setPlainText(u"{"_s);
    QVERIFY(!save->isEnabled());
    dialog.settings()->editor()->setPlainText(uR"({"command":"x"})"_s);
    save->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().at(0).toString(), u"files"_s);
    QCOMPARE(wanted.first().at(1).toJsonObject(), (QJsonObject{{u"command"_s, u"x"_s}}));
    McpServerInfo there;
    there.name = u"b"_s;
    there.settings = peer();
    const McpServerDialog other(there);
    QVERIFY(other.name()->isReadOnly());
    QCOMPARE(*other.settings()->object(), peer());
}

void TestMcpView::addsTriesAndRemoves()
{
    WindowFixture fixture;
    QVERIFY(fixture.isOpen());
    fixture.window().setMode(Mode::Tools);
    ToolsView *tools = fixture.window().tools();
    tools->showMcp();
    McpView *view = tools->mcp();
    auto *pane = view->findChild<StatePane *>();
    QTRY_COMPARE_WITH_TIMEOUT(pane->state(), StatePane::State::Empty, 60'000);
    buttonNamed(*view, u"&Add…"_s)->click();
    auto *dialog = view->findChild<McpServerDialog *>();
    QVERIFY(dialog);
    dialog->name()->setText(u"peer"_s);
    dialog->settings()->editor()->setPlainText(QString::fromUtf8(QJsonDocument(peer()).toJson()));
    buttonOf(dialog->findChild<QDialogButtonBox *>(), QDialogButtonBox::AcceptRole)->click();
    QTRY_VERIFY_WITH_TIMEOUT(
        view->model()->rowCount() == 1 && view->model()->rows().first().state == McpServerState::Ready, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.session().tool(u"peer__echo"_s), 60'000);
    auto *list = view->findChild<QListWidget *>();
    QTRY_COMPARE_WITH_TIMEOUT(list->count(), 14, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(view->findChild<QPlainTextEdit *>()->toPlainText().contains(u"connected to"_s), 60'000);
    const QSignalSpy wanted(view, &McpView::toolWanted);
    Q_EMIT list->itemActivated(list->item(0));
    QCOMPARE(wanted.first().first().toString(), list->item(0)->text());
    tools->showMcp();
    buttonNamed(*view, u"&Remove…"_s)->click();
    buttonNamed(*view, u"Remove"_s)->click();
    QTRY_COMPARE_WITH_TIMEOUT(pane->state(), StatePane::State::Empty, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.session().tool(u"peer__echo"_s), 60'000);
}

void TestMcpView::saysWhatIsWrong()
{
    WindowFixture fixture;
    QVERIFY(fixture.isOpen());
    fixture.window().setMode(Mode::Tools);
    fixture.window().tools()->showMcp();
    McpView *view = fixture.window().tools()->mcp();
    auto *bar = view->findChild<MessageBar *>();
    view->importFrom(fixture.folder() + u"/none.json"_s);
    QVERIFY(!bar->message().isEmpty());
    QFile file(fixture.folder() + u"/other.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"mcpServers":{"gone":{"command":"no-such-program"}}})");
    file.close();
    view->importFrom(file.fileName());
    QTRY_VERIFY_WITH_TIMEOUT(
        view->model()->rowCount() == 1 && view->model()->rows().first().state == McpServerState::Failed, 60'000);
    buttonNamed(*view, u"Re&connect"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(bar->fullText().contains(u"no-such-program"_s), 60'000);
}

void TestMcpView::asksInWindow()
{
    WindowFixture fixture;
    QVERIFY(fixture.isOpen());
    QFuture<Result<void>> set = fixture.facade().setMcpServer(u"peer"_s, peer());
    QTRY_VERIFY_WITH_TIMEOUT(set.isFinished(), 60'000);
    QVERIFY(set.result());
    const QFuture<Result<QJsonObject>> called = fixture.facade().callTool(u"peer__ask"_s, {});
    ElicitationDialog *dialog = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((dialog = fixture.window().findChild<ElicitationDialog *>()), 60'000);
    QVERIFY(!called.isFinished());
    buttonOf(dialog->buttons(), QDialogButtonBox::DestructiveRole)->click();
    QTRY_VERIFY_WITH_TIMEOUT(called.isFinished(), 60'000);
    QVERIFY(called.result());
    QVERIFY(called.result()->value("value"_L1).toObject().value("text"_L1).toString().contains(u"decline"_s));
}

QTEST_MAIN(TestMcpView)
#include "tst_mcpview.moc"
