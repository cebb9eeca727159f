// SPDX-License-Identifier: GPL-3.0-or-later
// The window benchmark: from the start of the process to the first paint, and the resident memory, of the window with
// an empty database and with a long run open, beside a minimal Qt Widgets window with docks, a tree and a table that is
// started in turn with it. The last line of standard output is one JSON object with the medians.
//
//   window_bench --lathe PATH [--starts N] [--decisions N]

#include "engine/pipeline/enginefacade.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QFile>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QMainWindow>
#include <QMenuBar>
#include <QProcess>
#include <QStandardItemModel>
#include <QStatusBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolBar>
#include <QTreeView>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

qint64 nowUs()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

qint64 residentKib()
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("VmRSS:")) {
            return line.mid(6).simplified().split(' ').first().toLongLong();
        }
    }
    return 0;
}

void report(const char *event)
{
    std::printf("{\"event\":\"%s\",\"atUs\":%lld,\"rssKib\":%lld}\n", event, nowUs(), residentKib());
    std::fflush(stdout);
}

/// As little as a window with these parts can be.
class MinimalWindow : public QMainWindow
{
public:
    MinimalWindow()
    {
        menuBar()->addMenu(u"File"_s)->addAction(u"Quit"_s);
        addToolBar(u"Tools"_s)->addAction(u"Go"_s);
        statusBar()->addWidget(new QLabel(u"ready"_s));
        auto *model = new QStandardItemModel(20, 5, this);
        for (int row = 0; row < 20; ++row) {
            for (int column = 0; column < 5; ++column) {
                model->setItem(row, column, new QStandardItem(QString::number(row * column)));
            }
        }
        auto *table = new QTableView(this);
        table->setModel(model);
        setCentralWidget(table);
        auto *tree = new QTreeView(this);
        tree->setModel(model);
        auto *dock = new QDockWidget(u"Tree"_s, this);
        dock->setWidget(tree);
        addDockWidget(Qt::LeftDockWidgetArea, dock);
        resize(1400, 900);
    }

protected:
    bool event(QEvent *event) override
    {
        const bool handled = QMainWindow::event(event);
        if (event->type() == QEvent::Paint && !m_painted) {
            m_painted = true;
            QTimer::singleShot(0, this, [] {
                report("firstPaint");
                QTimer::singleShot(300, qApp, [] {
                    report("ready");
                    QApplication::quit();
                });
            });
        }
        return handled;
    }

private:
    bool m_painted = false;
};

template <typename T>
T await(const QFuture<T>& future)
{
    while (!future.isFinished()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    }
    return future.result();
}

/// A run of so many decisions in this database; empty if it did not complete.
QString makeRun(const QString& database, const QString& folder, int decisions)
{
    QJsonArray steps;
    for (int i = 1; i < decisions; ++i) {
        steps.append(QJsonObject{
            {u"reasoning"_s, u"Step %1: the next thing to look up."_s.arg(i)},
            {u"toolCalls"_s, QJsonArray{QJsonObject{{u"name"_s, u"retrieve_context"_s},
                                                    {u"arguments"_s, QJsonObject{{u"query"_s, QString::number(i)}}}}}},
            {u"usage"_s, QJsonObject{{u"input"_s, 100}, {u"output"_s, 20}}}});
    }
    steps.append(QJsonObject{{u"content"_s, u"Done."_s}});
    QFile script(folder + u"/script.json"_s);
    if (!script.open(QIODevice::WriteOnly) ||
        script.write(QJsonDocument(QJsonObject{{u"steps"_s, steps}}).toJson()) < 0) {
        return {};
    }
    script.close();
    EngineSettings settings;
    settings.database = database;
    settings.installBuiltinKnowledge = false;
    EngineFacade facade(std::move(settings));
    if (!await(facade.open()) || !await(facade.setPolicy(u"bench"_s, {{u"tier"_s, u"enterprise"_s},
                                                                      {u"maxToolCalls"_s, decisions},
                                                                      {u"contextWindowLimit"_s, 10'000'000}}))) {
        return {};
    }
    AguiRunJob job;
    job.userId = u"bench"_s;
    job.name = u"A long run"_s;
    job.prompt = u"Look many things up."_s;
    job.provider = u"scripted"_s;
    job.model = script.fileName();
    job.maxSteps = decisions + 1;
    job.contextWindowLimit = 10'000'000;
    const Result<QString> started = await(facade.start(job, RunOptions()));
    if (!started) {
        std::fprintf(stderr, "window_bench: %s\n", qPrintable(started.error().message));
        return {};
    }
    const Result<RunEnd> end = await(facade.finished(*started));
    if (!end || end->status != RunStatus::Complete) {
        std::fprintf(stderr, "window_bench: the run did not complete: %s\n",
                     qPrintable(end ? QString(toName(end->status)) : end.error().message));
        return {};
    }
    return end->runId;
}

struct Figures
{
    QList<double> firstPaintMs;
    QList<double> rssMib;

    static double median(QList<double> values)
    {
        std::sort(values.begin(), values.end());
        return values.isEmpty() ? 0.0 : values.at(values.size() / 2);
    }
};

bool start(const QString& program, const QStringList& arguments, Figures& figures)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    const qint64 begin = nowUs();
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        std::fprintf(stderr, "window_bench: %s failed\n", qPrintable(program));
        return false;
    }
    const QList<QByteArray> lines = process.readAllStandardOutput().split('\n');
    for (const QByteArray& line : lines) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        if (object.value("event"_L1).toString() == "firstPaint"_L1) {
            figures.firstPaintMs << static_cast<double>(object.value("atUs"_L1).toInteger() - begin) / 1000.0;
        } else if (object.value("event"_L1).toString() == "ready"_L1) {
            figures.rssMib << object.value("rssKib"_L1).toDouble() / 1024.0;
        }
    }
    return true;
}

QJsonObject toJson(const Figures& figures, const Figures& floor)
{
    const double paint = Figures::median(figures.firstPaintMs);
    const double least = Figures::median(floor.firstPaintMs);
    return {{u"firstPaintMs"_s, qRound(paint * 10) / 10.0},
            {u"firstPaintRatio"_s, least > 0 ? qRound(paint / least * 100) / 100.0 : 0.0},
            {u"rssMib"_s, qRound(Figures::median(figures.rssMib) * 10) / 10.0}};
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption lathe(u"lathe"_s, u"The program of the window."_s, u"PATH"_s);
    const QCommandLineOption starts(u"starts"_s, u"Starts of each kind; default 7."_s, u"N"_s, u"7"_s);
    const QCommandLineOption decisions(u"decisions"_s, u"Decisions of the run that is opened; default 1000."_s, u"N"_s,
                                       u"1000"_s);
    QCommandLineOption minimal(u"minimal"_s);
    minimal.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({lathe, starts, decisions, minimal});
    parser.process(app);
    if (parser.isSet(minimal)) {
        MinimalWindow window;
        window.show();
        return QApplication::exec();
    }
    if (!parser.isSet(lathe)) {
        std::fprintf(stderr, "window_bench: --lathe PATH is missing\n");
        return 2;
    }
    const QTemporaryDir folder;
    qputenv("XDG_CONFIG_HOME", folder.filePath(u"config"_s).toUtf8()); // nobody's layout, nobody's theme
    const QString longDatabase = folder.filePath(u"long.db"_s);
    const QString runId = makeRun(longDatabase, folder.path(), parser.value(decisions).toInt());
    if (runId.isEmpty()) {
        return 1;
    }
    Figures floor;
    Figures empty;
    Figures open;
    const QString program = parser.value(lathe);
    const QString measure = u"--measure-first-paint"_s;
    for (int i = 0; i < parser.value(starts).toInt(); ++i) {
        const QString fresh = folder.filePath(u"empty%1.db"_s.arg(i));
        if (!start(QApplication::applicationFilePath(), {u"--minimal"_s}, floor) ||
            !start(program, {measure, u"--db"_s, fresh}, empty) ||
            !start(program, {measure, u"--db"_s, longDatabase, u"--run"_s, runId}, open)) {
            return 1;
        }
    }
    const QJsonObject figures{{u"minimal"_s, toJson(floor, floor)},
                              {u"empty"_s, toJson(empty, floor)},
                              {u"runOpen"_s, toJson(open, floor)},
                              {u"platform"_s, QApplication::platformName()}};
    std::printf("%s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    return 0;
}
