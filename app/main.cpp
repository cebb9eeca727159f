// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"
#include "app/screenshots.h"
#include "app/translations.h"
#include "ui/theme.h"
#include "ui/views/mainwindow.h"
#include "ui/views/settingsdialog.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QIcon>
#include <QSettings>
#include <QTimer>

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

void measure(lathe::Application& application, const QElapsedTimer& sinceStart)
{
    QObject::connect(&application.window(), &lathe::MainWindow::painted, &application, [&sinceStart] {
        std::printf("{\"firstPaintMs\":%lld,\"rssKib\":%lld}\n", sinceStart.elapsed(), residentKib());
        std::fflush(stdout);
    });
    QObject::connect(&application, &lathe::Application::ready, &application, [&sinceStart] {
        QTimer::singleShot(300, qApp, [&sinceStart] {
            std::printf("{\"readyMs\":%lld,\"rssKib\":%lld}\n", sinceStart.elapsed() - 300, residentKib());
            std::fflush(stdout);
            QApplication::quit();
        });
    });
    QObject::connect(&application, &lathe::Application::openFailed, &application, [] { QApplication::exit(5); });
}

} // namespace

int main(int argc, char *argv[])
{
    QElapsedTimer sinceStart;
    sinceStart.start();
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
    const QCommandLineOption firstPaint(u"measure-first-paint"_s, u"Print the time to the first paint and quit."_s);
    const QCommandLineOption language(u"language"_s, u"Language of the window: en or de."_s, u"CODE"_s);
    parser.addOptions({database, screenshots, firstPaint, language});
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
        measure(application, sinceStart);
    }
    application.start();
    QTimer::singleShot(0, &application, [&application] {
        application.window().setWindowIcon(QIcon(u":/lathe/icons/io.github.lathe_workbench.Lathe.svg"_s));
    });
    return QApplication::exec();
}
