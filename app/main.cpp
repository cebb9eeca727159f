// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"
#include "app/screenshots.h"
#include "app/translations.h"
#include "ui/session.h"
#include "ui/theme.h"
#include "ui/views/mainwindow.h"
#include "ui/views/settingsdialog.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QIcon>
#include <QSettings>
#include <QTimer>

#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

/// Resident memory of this process in KiB, where the system tells.
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
    using namespace std::chrono;
    const qint64 now = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
    std::printf("{\"event\":\"%s\",\"atUs\":%lld,\"rssKib\":%lld}\n", event, static_cast<long long>(now),
                static_cast<long long>(residentKib()));
    std::fflush(stdout);
}

/// For tests/benchmarks/window_bench: tells of the first paint and, once all is there and quiet, of the memory.
void measure(lathe::Application& application, bool opensRun)
{
    const auto finish = [] {
        QTimer::singleShot(300, qApp, [] {
            report("ready");
            QApplication::quit();
        });
    };
    QObject::connect(&application.window(), &lathe::MainWindow::painted, &application, [] { report("firstPaint"); });
    QObject::connect(&application, &lathe::Application::ready, &application, [&application, opensRun, finish] {
        if (opensRun) {
            const lathe::OpenRun& run = application.window().session()->run();
            QObject::connect(&run, &lathe::OpenRun::changed, &application, [&run, finish] {
                if (run.record().summary.completedAtMs > 0) { // the last page
                    finish();
                }
            });
        } else {
            finish();
        }
    });
    QObject::connect(&application, &lathe::Application::openFailed, &application, [] { QApplication::exit(5); });
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication::setApplicationName(u"lathe"_s);
    QApplication::setOrganizationName(u"lathe"_s);
    QApplication::setApplicationVersion(QStringLiteral(LATHE_VERSION));
    QApplication::setDesktopFileName(u"io.github.lathe_workbench.Lathe"_s);
    QApplication app(argc, argv);
    QApplication::setApplicationDisplayName(u"Lathe"_s);

    QCommandLineParser parser;
    parser.setApplicationDescription(u"A workbench for LLM agents."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption database(u"db"_s, u"SQLite file to work on; default: lathe.db in the data folder."_s,
                                      u"FILE"_s);
    const QCommandLineOption screenshots(
        u"screenshots"_s, u"Run sample jobs in a temporary database, save pictures of every view and quit."_s,
        u"OUTDIR"_s);
    const QCommandLineOption run(u"run"_s, u"Open this run."_s, u"ID"_s);
    QCommandLineOption firstPaint(u"measure-first-paint"_s);
    firstPaint.setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption language(u"language"_s, u"Language of the window: en or de."_s, u"CODE"_s);
    parser.addOptions({database, run, screenshots, firstPaint, language});
    parser.process(app);

    if (parser.isSet(screenshots)) {
        lathe::installTranslations(app, parser.isSet(language) ? parser.value(language) : u"en"_s);
        return lathe::takeScreenshots(parser.value(screenshots));
    }
    lathe::installTranslations(app, parser.isSet(language) ? parser.value(language)
                                                           : lathe::SettingsDialog::storedLanguage());
    lathe::theme::apply(lathe::SettingsDialog::storedAppearance());
    lathe::Application::Options options;
    options.database = parser.value(database);
    lathe::Application application(std::move(options));
    if (parser.isSet(firstPaint)) {
        measure(application, parser.isSet(run));
    }
    if (parser.isSet(run)) {
        QObject::connect(&application, &lathe::Application::ready, &application,
                         [&application, id = parser.value(run)] { application.window().openRun(id); });
    }
    application.start();
    QTimer::singleShot(0, &application, [&application] {
        application.window().setWindowIcon(QIcon(u":/lathe/icons/io.github.lathe_workbench.Lathe.svg"_s));
    });
    return QApplication::exec();
}
