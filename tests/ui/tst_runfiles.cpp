// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowfixture.h"
#include "ui/models/runlistmodel.h"
#include "ui/views/debugview.h"
#include "ui/views/runfiles.h"
#include "ui/views/runspane.h"
#include "ui/widgets/messagebar.h"

#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QMimeData>
#include <QPushButton>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Runs as files, in and out of the window.
class TestRunFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<WindowFixture>();
        QVERIFY(m_fixture->isOpen());
    }
    void cleanup() { m_fixture.reset(); }

    void writesEveryKind();
    void saysWhatCannotBeWritten();
    void takesFilesIn();
    void takesWhatIsDropped();
    void asksForFiles();

private:
    [[nodiscard]] RunFiles& files() { return *m_fixture->window().runFiles(); }
    [[nodiscard]] MessageBar& bar() { return *m_fixture->window().runs()->messageBar(); }
    [[nodiscard]] QString path(const QString& name) { return QDir(m_fixture->folder()).filePath(name); }
    [[nodiscard]] QString write(const QString& name, const QByteArray& bytes)
    {
        QFile file(path(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }
    /// A run of the built-in model, ended.
    [[nodiscard]] QString run()
    {
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"What is 6 times 7?"_s;
        m_fixture->session().start(job, {});
        return m_fixture->waitForEnd() ? m_fixture->session().run().runId() : QString();
    }
    [[nodiscard]] static QByteArray agui(const QString& id)
    {
        return uR"(data: {"type":"RUN_STARTED","threadId":"t","runId":"%1"}

data: {"type":"RUN_FINISHED","threadId":"t","runId":"%1"}

)"_s.arg(id)
            .toUtf8();
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

void TestRunFiles::writesEveryKind()
{
    const QString id = run();
    QVERIFY(!id.isEmpty());
    QSignalSpy written(&files(), &RunFiles::exported);
    int number = 0;
    for (const auto& [words, wanted] : RunFiles::exportKinds()) {
        const QString name = path(u"run%1"_s.arg(++number));
        files().exportRun(id, name, wanted);
        QTRY_COMPARE_WITH_TIMEOUT(written.count(), number, 60'000);
        QVERIFY2(QFile(name).size() > 100, qPrintable(words));
        QVERIFY(bar().message().contains(u"run%1"_s.arg(number)));
    }
    QVERIFY(m_fixture->window().action(u"exportRun"_s)->isEnabled());
}

void TestRunFiles::saysWhatCannotBeWritten()
{
    const QString id = run();
    files().exportRun(id, path(u"nowhere/run.json"_s), {RunFormat::Otlp, false});
    QTRY_VERIFY_WITH_TIMEOUT(bar().message().contains(u"nowhere"_s), 60'000);
    files().exportRun(u"no-such-run"_s, path(u"run.json"_s), {RunFormat::Otlp, false});
    QTRY_VERIFY_WITH_TIMEOUT(bar().message().contains(u"no-such-run"_s), 60'000);
}

void TestRunFiles::takesFilesIn()
{
    const QString id = u"3a0d1c52-6e3f-4b60-8d0e-0f6f4b1e2a01"_s;
    const QString good = write(u"good.sse"_s, agui(id));
    const QString bad = write(u"bad.json"_s, R"({"resourceSpans": 5})");
    QSignalSpy done(&files(), &RunFiles::imported);
    files().importFiles({good, bad, path(u"missing.json"_s)});
    QVERIFY(files().isImporting());
    QTRY_COMPARE_WITH_TIMEOUT(done.count(), 1, 60'000);
    QCOMPARE(done.first().first().toStringList(), QStringList{id});
    QVERIFY(bar().message().contains(u"bad.json: $.resourceSpans"_s)); // which file, and what is wrong with it
    QVERIFY(bar().fullText().contains(u"missing.json"_s));
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->session().runs().rowCount(), 1, 60'000);
    QVERIFY(m_fixture->session().runs().rows().first().imported);
    QVERIFY(!m_fixture->window().action(u"resume"_s)->isEnabled());
    QPushButton *open = nullptr;
    for (QPushButton *button : bar().findChildren<QPushButton *>()) {
        open = button->isVisible() && button->text() == u"Open"_s ? button : open;
    }
    QVERIFY(open);
    open->click();
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->session().run().runId(), id, 60'000);
    files().importFiles({good});
    QTRY_COMPARE_WITH_TIMEOUT(done.count(), 2, 60'000);
    QVERIFY(bar().message().contains(id)); // is there already
}

void TestRunFiles::takesWhatIsDropped()
{
    const QString id = u"3a0d1c52-6e3f-4b60-8d0e-0f6f4b1e2a02"_s;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(write(u"photo.png"_s, "x"))});
    QVERIFY(RunFiles::runFilesOf(data).isEmpty());
    data.setUrls({QUrl::fromLocalFile(write(u"dropped.SSE"_s, agui(id))), QUrl(u"https://example.org/a.json"_s)});
    QCOMPARE(RunFiles::runFilesOf(data).size(), 1);
    QSignalSpy done(&files(), &RunFiles::imported);
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&m_fixture->window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&m_fixture->window(), &drop);
    QTRY_COMPARE_WITH_TIMEOUT(done.count(), 1, 60'000);
    QCOMPARE(done.first().first().toStringList(), QStringList{id});
}

void TestRunFiles::asksForFiles()
{
    QAction *action = m_fixture->window().action(u"importRuns"_s);
    QVERIFY(action->isEnabled());
    QCOMPARE(action->shortcut(), QKeySequence(u"Ctrl+I"_s));
    action->trigger();
    auto *dialog = m_fixture->window().findChild<QFileDialog *>();
    QVERIFY(dialog);
    QVERIFY(dialog->nameFilters().first().contains(u"*.sse"_s));
    dialog->reject();
}

QTEST_MAIN(TestRunFiles)
#include "tst_runfiles.moc"
