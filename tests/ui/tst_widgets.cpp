// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/patience.h"
#include "ui/keystore.h"
#include "ui/models/jsontreemodel.h"
#include "ui/widgets/bytesview.h"
#include "ui/widgets/chipbar.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/headerview.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/jsonpositions.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/phasestrip.h"
#include "ui/widgets/prompthighlighter.h"
#include "ui/widgets/resultview.h"
#include "ui/widgets/schemaform.h"
#include "ui/widgets/statepane.h"

#include <QApplication>
#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextLayout>

using namespace Qt::StringLiterals;
using namespace lathe;

class TestWidgets : public QObject
{
    Q_OBJECT

    static QJsonObject schema()
    {
        return QJsonDocument::fromJson(R"({"type":"object","required":["language","code"],"properties":{
            "language":{"enum":["python","bash"]},"code":{"type":"string"},"timeoutMs":{"type":"integer","default":30000},
            "ratio":{"type":"number"},"dry":{"type":"boolean"}}})")
            .object();
    }

    QTemporaryDir m_settings;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_settings.isValid());
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    }

    void linesOfPaths()
    {
        const auto lines = jsonLines(u"{\n \"a\": 1,\n \"b\": {\n  \"c\": [1,\n   {\"d\": \"x\\\"y\"}]\n }\n}"_s);
        QCOMPARE(lines.value(u"$.a"_s), 2);
        QCOMPARE(lines.value(u"$.b.c[0]"_s), 4);
        QCOMPARE(lines.value(u"$.b.c[1].d"_s), 5);
        QCOMPARE(lineOfPath(lines, u"$.b.c[1].missing"_s), 5);
        QCOMPARE(lineOfPath(lines, u"$.nothing"_s), 1);
        QCOMPARE(lineOfPath(jsonLines(u"{\"a\": 1,\n \"b\": ,"_s), u"$.b"_s), 2); // as far as it is well formed
        QVERIFY(jsonLines(QString()).isEmpty());
        QVERIFY(jsonLines(QString(5000, u'[')).size() < 300); // depth is bounded
    }

    void jsonEditorMarksLines()
    {
        JsonEditor editor;
        editor.setChecker([](const QJsonObject& json) {
            return json.contains("bad"_L1) ? QList<JsonIssue>{{u"$.bad"_s, u"is not wanted"_s}} : QList<JsonIssue>();
        });
        editor.setText(u"{\n  \"good\": 1\n}"_s);
        QVERIFY(editor.isValid());
        QSignalSpy edited(&editor, &JsonEditor::edited);
        editor.editor()->setPlainText(u"{\n  \"bad\": 1\n}"_s);
        QCOMPARE(edited.count(), 1);
        QVERIFY(!editor.isValid());
        QVERIFY(editor.object().has_value());
        QCOMPARE(editor.editor()->marks().value(2), u"is not wanted"_s);
        editor.editor()->setPlainText(u"{\n  \"bad\" 1\n}"_s);
        QVERIFY(!editor.object().has_value());
        QCOMPARE(editor.editor()->marks().keys(), QList<int>{2});
        QCOMPARE(editor.text(), u"{\n  \"bad\" 1\n}"_s); // nothing is rewritten
    }

    void formShowsSimpleSchemas()
    {
        QVERIFY(SchemaForm::fits(schema()));
        QVERIFY(!SchemaForm::fits(QJsonObject()));
        QVERIFY(!SchemaForm::fits(
            QJsonObject{{u"properties"_s, QJsonObject{{u"files"_s, QJsonObject{{u"type"_s, u"object"_s}}}}}}));
        SchemaForm form;
        form.setSchema(schema());
        const QJsonObject values{{u"language"_s, u"bash"_s}, {u"code"_s, u"echo hi"_s}, {u"extra"_s, QJsonArray{1}}};
        form.setValues(values);
        QCOMPARE(form.values(), values); // members without a field stay; absent ones stay absent
        QSignalSpy edited(&form, &SchemaForm::edited);
        QLineEdit *timeout = nullptr;
        for (QLineEdit *edit : form.findChildren<QLineEdit *>()) {
            timeout = edit->accessibleName() == u"timeoutMs"_s ? edit : timeout;
        }
        QVERIFY(timeout);
        QTest::keyClicks(timeout, u"500"_s);
        QVERIFY(edited.count() > 0);
        QCOMPARE(form.values().value("timeoutMs"_L1), QJsonValue(500));
        timeout->setText(u"soon"_s);
        QCOMPARE(form.values().value("timeoutMs"_L1), QJsonValue(u"soon"_s)); // the schema's check names it
        form.findChild<QCheckBox *>()->click();
        QCOMPARE(form.values().value("dry"_L1), QJsonValue(true));
    }

    void statesShowWhatToDo()
    {
        StatePane pane;
        auto *content = new QLabel(u"content"_s, &pane);
        pane.setContent(content);
        pane.show();
        int pressed = 0;
        pane.showEmpty(u"runs"_s, u"Nothing yet."_s, u"Make one"_s, [&pressed] { ++pressed; });
        QCOMPARE(pane.state(), StatePane::State::Empty);
        for (QPushButton *button : pane.findChildren<QPushButton *>()) {
            if (button->isVisible()) {
                button->click();
            }
        }
        QCOMPARE(pressed, 1);
        pane.showError({ErrorCode::Database, u"disk I/O error"_s, u"extended code 10"_s}, [&pressed] { ++pressed; });
        QCOMPARE(pane.state(), StatePane::State::Error);
        pane.showContent();
        QCOMPARE(pane.currentWidget(), content);
        pane.showLoading(u"Loading"_s);
        QCOMPARE(pane.currentWidget(), content); // not before it takes a while
        QTRY_VERIFY(pane.currentWidget() != content);
        pane.showContent();
        QCOMPARE(pane.currentWidget(), content);
    }

    void messageBarTellsAndCopies()
    {
        MessageBar bar;
        bar.showError({ErrorCode::File, u"/x cannot be written."_s, u"errno 13"_s});
        QVERIFY(bar.message().startsWith(u"/x cannot be written."_s));
        QVERIFY(bar.fullText().contains(u"errno 13"_s));
        bool done = false;
        bar.setAction(u"Do"_s, [&] {
            done = true;
            bar.clear();
        });
        bar.show();
        for (QPushButton *button : bar.findChildren<QPushButton *>()) {
            button->click();
        }
        QVERIFY(done);
        QVERIFY(bar.isHidden());
    }

    void bytesAreShownAsTheyAre()
    {
        QCOMPARE(BytesView::hexDump(QByteArray("AB\x00\xff", 4)),
                 u"00000000  41 42 00 ff                                      AB..\n"_s);
        BytesView view;
        view.setBytes(QByteArray(3'000'000, 'x'));
        QCOMPARE(view.bytes().size(), 3'000'000);
    }

    void jsonViewShowsTextThatIsNoJson()
    {
        JsonView view;
        view.setBytes("data: {\"a\":1}\n\ndata: [DONE]\n");
        QCOMPARE(view.plainText(), u"data: {\"a\":1}\n\ndata: [DONE]\n"_s);
        view.setBytes("[1,2]");
        QCOMPARE(view.model()->rowCount(), 2);
        view.clear();
        QVERIFY(view.plainText().isEmpty());
    }

    void attachmentsAreReadAndRemoved()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("a,b\n1,2\n");
        file.close();
        ChipBar bar;
        QSignalSpy changed(&bar, &ChipBar::changed);
        QSignalSpy failed(&bar, &ChipBar::failed);
        bar.addFiles({file.fileName(), file.fileName(), u"/no/such/file"_s});
        QCOMPARE(bar.attachments().size(), 1);
        QCOMPARE(bar.attachments().first().content, QByteArray("a,b\n1,2\n"));
        QCOMPARE(failed.count(), 1);
        QCOMPARE(changed.count(), 1);
    }

    void notesAreAsHighAsTheirText()
    {
        QWidget page;
        QVBoxLayout column(&page);
        auto *note = new NoteLabel(u"One line."_s, &page);
        column.addWidget(note);
        column.addStretch();
        page.resize(600, 400);
        page.show();
        const int line = note->fontMetrics().lineSpacing();
        QTRY_VERIFY2(note->height() < 2 * line, qPrintable(QString::number(note->height())));
        note->setText(QString(u"Many words that fill a line. "_s).repeated(20));
        QTRY_VERIFY(note->height() >= 4 * line);
        QVERIFY(note->minimumSizeHint().height() < 2 * line); // the window never grows because of it
    }

    void colouredTextFollowsTheTheme()
    {
        KindLabel label;
        label.setKind(Kind::Answer);
        label.show();
        for (const Appearance appearance : {Appearance::Dark, Appearance::Light, Appearance::Dark}) {
            theme::apply(appearance);
            QTRY_COMPARE(label.palette().color(QPalette::WindowText),
                         theme::kindColor(Kind::Answer, QApplication::palette()));
            QCOMPARE(label.palette().color(QPalette::Window), QApplication::palette().color(QPalette::Window));
        }
        theme::apply(Appearance::Light);
    }

    void emptyTablesSayWhatIsMissing()
    {
        QStandardItemModel model;
        QTableView table;
        table.setModel(&model);
        const EmptyHint hint(&table, u"Nothing yet."_s);
        table.show();
        QVERIFY(hint.isVisible());
        model.appendRow(new QStandardItem(u"x"_s));
        QVERIFY(!hint.isVisible());
        model.removeRow(0);
        QVERIFY(hint.isVisible());
    }

    void columnsAreWideEnoughForTitleAndContent()
    {
        QStandardItemModel model;
        model.setHorizontalHeaderLabels({u"A title much longer than the cells"_s, u"B"_s});
        model.appendRow({new QStandardItem(u"x"_s), new QStandardItem(u"a cell much longer than its title"_s)});
        QTableView table;
        table.setModel(&model);
        ItemViews::setUp(&table);
        ItemViews::fitColumns(&table);
        auto *header = qobject_cast<HeaderView *>(table.horizontalHeader());
        QVERIFY(header);
        QVERIFY(table.columnWidth(0) >= header->titleWidth(0));
        QVERIFY(table.columnWidth(1) >= table.fontMetrics().horizontalAdvance(u"a cell much longer than its title"_s) +
                                            2 * HeaderView::kMargin);
    }

    void fencedCodeIsOfOneWidth()
    {
        QPlainTextEdit edit;
        PromptHighlighter highlighter(edit.document());
        edit.setPlainText(u"prose\n```python\nprint(1)\n```\nprose"_s);
        const auto isCode = [&edit](int line) {
            const auto formats = edit.document()->findBlockByNumber(line).layout()->formats();
            return !formats.isEmpty() && formats.first().format.fontFamilies().isValid();
        };
        QCOMPARE(isCode(0), false);
        QCOMPARE(isCode(1), true);
        QCOMPARE(isCode(2), true);
        QCOMPARE(isCode(3), true);
        QCOMPARE(isCode(4), false);
    }

    void resultsAreFormattedButNeverTrusted()
    {
        const QString hostile =
            u"# Total\n\nIt is **42** <script>alert(1)</script> ![p](file:///etc/hostname) [here](http://127.0.0.1/)"_s;
        ResultView view;
        view.setFormatted(true);
        view.setText(hostile);
        QVERIFY(view.isFormatted());
        QVERIFY(view.visibleText().contains(u"It is 42"_s));
        QVERIFY(view.visibleText().contains(u"<script>"_s)); // a text like any other
        QCOMPARE(view.text(), hostile);                      // what is copied is what came
        const auto *browser = view.findChild<QTextBrowser *>();
        QVERIFY(browser != nullptr);
        QVERIFY(!browser->openLinks() && !browser->openExternalLinks());
        QVERIFY(!browser->textInteractionFlags().testFlag(Qt::LinksAccessibleByMouse));
        view.setFormatted(false);
        QCOMPARE(view.visibleText(), hostile);
        ResultView next;
        QVERIFY(!next.isFormatted()); // the choice is kept
        next.setFormatted(true);
    }

    void resultsAreTextWhileTheyArrive()
    {
        ResultView view;
        view.setFormatted(true);
        view.setLiveText(u"It **i"_s);
        QVERIFY(!view.isFormatted());
        view.setLiveText(u"It **is**"_s);
        QCOMPARE(view.visibleText(), u"It **is**"_s);
        view.setText(u"It **is**"_s); // the same text, but now whole
        QVERIFY(view.isFormatted());
        QCOMPARE(view.visibleText().trimmed(), u"It is"_s);
        view.setText(QString(ResultView::kFormattedLimit + 1, u'*'));
        QVERIFY(!view.isFormatted());
    }

    void phasesArePainted()
    {
        PhaseStrip strip;
        QList<PhaseRecord> phases;
        for (int i = 1; i <= 5; ++i) {
            PhaseRecord phase;
            phase.phase = static_cast<Phase>(i);
            phase.entered = i <= 4;
            if (i < 4) {
                phase.result = i == 3 ? PhaseResult::PolicyViolation : PhaseResult::Continue;
                phase.durationUs = 1200;
            }
            phases << phase;
        }
        strip.setPhases(phases, true);
        QVERIFY(strip.accessibleDescription().contains(u"1.2 ms"_s));
        strip.resize(900, strip.sizeHint().height());
        QVERIFY(!strip.grab().isNull());
    }

    void tablesAreCopiedWithExactValues()
    {
        JsonTreeModel model;
        model.setValue(QJsonObject{{u"a, b"_s, u"say \"hi\""_s}});
        QCOMPARE(ItemViews::csv(model), u"Name,Value\r\n\"a, b\",\"say \"\"hi\"\"\"\r\n"_s);
    }

    void keysComeFromMemoryOrEnvironment()
    {
        qputenv("LATHE_TEST_KEY", "from-environment");
        KeyStore keys(false);
        keys.setVariables({{u"openai"_s, u"LATHE_TEST_KEY"_s}});
        const auto read = keys.reader();
        QCOMPARE(read(u"openai"_s, {}), u"from-environment"_s);
        QCOMPARE(keys.place(u"openai"_s), KeyStore::Place::Environment);
        QVERIFY(keys.statement(u"openai"_s).contains(u"LATHE_TEST_KEY"_s));
        QSignalSpy changed(&keys, &KeyStore::changed);
        keys.store(u"openai"_s, u"typed"_s);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(read(u"openai"_s, {}), u"typed"_s);
        QCOMPARE(keys.place(u"openai"_s), KeyStore::Place::Memory);
        QCOMPARE(read(u"openai"_s, u"LATHE_TEST_KEY"_s), u"from-environment"_s); // named on purpose
        keys.store(u"openai"_s, {});
        QCOMPARE(keys.place(u"openai"_s), KeyStore::Place::Environment);
        qunsetenv("LATHE_TEST_KEY");
        QCOMPARE(keys.place(u"openai"_s), KeyStore::Place::None);
        QVERIFY(read(u"openai"_s, {}).isEmpty());
        bool ready = false;
        keys.whenLoaded(u"openai"_s, &keys, [&ready] { ready = true; });
        QVERIFY(ready); // without a keychain nothing is waited for
    }
};

QTEST_MAIN(TestWidgets)
#include "tst_widgets.moc"
