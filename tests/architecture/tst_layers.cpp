// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/layers.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QLibraryInfo>
#include <QTest>

using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// Modules that need a display, or link one that does.
const QStringList kGuiModules = {u"QtGui"_s,    u"QtWidgets"_s,      u"QtSvg"_s,   u"QtSvgWidgets"_s, u"QtCharts"_s,
                                 u"QtOpenGL"_s, u"QtPrintSupport"_s, u"QtQuick"_s, u"QtQml"_s};

bool isGuiHeader(const QString& name)
{
    const QString module = name.section(u'/', 0, 0);
    if (kGuiModules.contains(module)) {
        return true;
    }
    const QString headers = QLibraryInfo::path(QLibraryInfo::HeadersPath);
    for (const QString& gui : kGuiModules) {
        if (QFile::exists(headers + u'/' + gui + u'/' + name)) {
            return true;
        }
    }
    return false;
}

QString sourceDir()
{
    return qEnvironmentVariable("LATHE_SOURCE_DIR");
}

QString readText(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString ruleFor(const QString& file, const QString& target, bool quoted = true)
{
    return brokenRule({file, 1, target, quoted}, isGuiHeader);
}

} // namespace

class TestLayers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTreeObeysItsRules()
    {
        QVERIFY2(QFile::exists(sourceDir() + u"/CMakeLists.txt"_s), "LATHE_SOURCE_DIR must name the source tree");
        QStringList broken;
        int files = 0;
        int includes = 0;
        for (const QString& part : {u"engine"_s, u"ui"_s, u"app"_s}) {
            QDirIterator it(sourceDir() + u'/' + part, {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                            QDirIterator::Subdirectories);
            while (it.hasNext()) {
                const QString path = it.next();
                const QString file = QDir(sourceDir()).relativeFilePath(path);
                ++files;
                const auto found = includesOf(file, readText(path));
                includes += static_cast<int>(found.size());
                for (const Include& include : found) {
                    const QString rule = brokenRule(include, isGuiHeader);
                    if (!rule.isEmpty()) {
                        broken.append(u"%1:%2: %3: %4"_s.arg(file).arg(include.line).arg(include.target, rule));
                    }
                }
            }
        }
        // A reader that finds nothing would never find anything wrong.
        QVERIFY(files > 50);
        QVERIFY(includes > 200);
        QVERIFY2(broken.isEmpty(), qPrintable(u'\n' + broken.join(u'\n')));
    }

    void theTopHasItsFolders()
    {
        QStringList folders = QDir(sourceDir()).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden);
        // What is built is not part of the tree.
        const QStringList ignored = readText(sourceDir() + u"/.gitignore"_s).split(u'\n');
        folders.removeIf([&ignored](const QString& folder) { return ignored.contains(u'/' + folder + u'/'); });
        const QStringList problems = wrongFolders(folders);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join(u'\n')));
    }

    void headersOfGuiModulesAreKnown()
    {
        // By module path and by the short name alone, which compiles wherever the module is on the include path.
        for (const char *name :
             {"QtGui/QColor", "QtWidgets/QLabel", "QtWidgets", "QColor", "QIcon", "QPixmap", "QLabel", "QWidget",
              "QApplication", "QGuiApplication", "QMessageBox", "qwidget.h", "QSvgRenderer"}) {
            QVERIFY2(isGuiHeader(QString::fromLatin1(name)), name);
        }
        for (const char *name : {"QString", "QtCore/QString", "QTcpSocket", "QSqlQuery", "QTimer", "algorithm",
                                 "QCoroTask", "QtEndian", "tl/expected.hpp"}) {
            QVERIFY2(!isGuiHeader(QString::fromLatin1(name)), name);
        }
    }

    void badIncludesAreFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *file, const char *target, const char *part) {
            QTest::addRow("%s -> %s", file, target)
                << QString::fromLatin1(file) << QString::fromLatin1(target) << QString::fromLatin1(part);
        };
        row("engine/core/a.h", "engine/domain/job.h", "engine/core (layer 0) must not include engine/domain (layer 1)");
        row("engine/core/a.h", "engine/pipeline/x.h", "must not include");
        row("engine/domain/a.h", "engine/net/x.h", "must not include");
        row("engine/net/a.h", "engine/domain/x.h", "must not include");
        row("engine/policy/a.h", "engine/billing/x.h", "engine/policy (layer 2) must not include engine/billing");
        row("engine/llm/a.h", "engine/tools/x.h", "must not include");
        row("engine/tools/a.h", "engine/llm/x.h", "must not include");
        row("engine/tools/a.h", "engine/storage/x.h", "must not include");
        row("engine/storage/a.h", "engine/policy/x.h", "must not include");
        row("engine/billing/a.h", "engine/agent/x.h", "must not include");
        row("engine/agent/a.h", "engine/pipeline/x.h", "must not include");
        row("engine/agent/a.cpp", "engine/storage/database.h", "never includes storage");
        row("engine/misc/a.h", "engine/core/error.h", "engine/misc is not a folder");
        row("engine/agent/a.h", "engine/misc/x.h", "engine/misc is not a folder");
        row("engine/core/a.h", "ui/format.h", "must not include ui");
        row("engine/pipeline/a.h", "app/main.h", "nothing includes app");
        row("ui/a.h", "app/main.h", "nothing includes app");
        row("ui/a.h", "engine/pipeline/engine.h", "values and its facade");
        row("ui/models/a.h", "engine/storage/database.h", "values and its facade");
        row("ui/a.h", "engine/core/clock.h", "values and its facade");
        row("ui/a.h", "engine/agent/agentrun.h", "values and its facade");
        row("engine/core/a.h", "money.h", "path from the root");
        row("ui/models/a.h", "../format.h", "path from the root");
        row("ui/models/a.h", "ui/../engine/storage/database.h", "path from the root");
        row("engine/core/a.h", "tests/support/fakeclock.h", "must not include its tests");
        row("app/main.cpp", "tests/support/fakeclock.h", "must not include its tests");
        row("engine/core/a.h", "QtGui/QColor", "must not use Qt Gui");
        row("engine/core/a.h", "QWidget", "must not use Qt Gui");
    }
    void badIncludesAreFound()
    {
        QFETCH(QString, file);
        QFETCH(QString, target);
        QFETCH(QString, part);
        const QString rule = ruleFor(file, target);
        QVERIFY2(rule.contains(part), qPrintable(u"\"%1\""_s.arg(rule)));
    }

    void brackets()
    {
        QVERIFY(ruleFor(u"ui/a.h"_s, u"engine/domain/job.h"_s, false).contains(u"in quotes"_s));
        QVERIFY(ruleFor(u"engine/llm/a.h"_s, u"QLabel"_s, false).contains(u"must not use Qt Gui"_s));
        QVERIFY(ruleFor(u"engine/llm/a.h"_s, u"QtWidgets/QLabel"_s, false).contains(u"must not use Qt Gui"_s));
    }

    void goodIncludesPass_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("quoted");
        const auto row = [](const char *file, const char *target, bool quoted = true) {
            QTest::addRow("%s -> %s", file, target)
                << QString::fromLatin1(file) << QString::fromLatin1(target) << quoted;
        };
        row("engine/core/a.h", "engine/core/error.h");
        row("engine/domain/a.h", "engine/core/error.h");
        row("engine/net/a.h", "engine/core/error.h");
        row("engine/llm/a.h", "engine/net/httpclient.h");
        row("engine/storage/a.h", "engine/domain/job.h");
        row("engine/agent/a.h", "engine/tools/tool.h");
        row("engine/agent/a.h", "engine/policy/budgetguard.h");
        row("engine/pipeline/a.h", "engine/storage/database.h");
        row("engine/pipeline/a.h", "engine/agent/agentrun.h");
        row("engine/net/a.cpp", "a.moc");
        row("engine/net/a.cpp", "moc_a.cpp");
        row("engine/net/a.cpp", "QTcpSocket", false);
        row("engine/net/a.cpp", "sys/socket.h", false);
        row("ui/a.h", "ui/format.h");
        row("ui/a.h", "ui_mainwindow.h");
        row("ui/a.h", "engine/domain/runrecord.h");
        row("ui/a.h", "engine/core/money.h");
        row("ui/a.h", "engine/pipeline/enginefacade.h");
        row("ui/a.h", "QLabel", false);
        row("app/main.cpp", "ui/mainwindow.h");
        row("app/main.cpp", "app/commandline.h");
        row("app/main.cpp", "engine/pipeline/engine.h");
        row("app/main.cpp", "QApplication", false);
        row("tests/support/a.h", "engine/storage/database.h");
    }
    void goodIncludesPass()
    {
        QFETCH(QString, file);
        QFETCH(QString, target);
        QFETCH(bool, quoted);
        QCOMPARE(ruleFor(file, target, quoted), QString());
    }

    void includesAreReadWithTheirLines()
    {
        const auto includes = includesOf(u"a.h"_s, u"#pragma once\n"
                                                   u"#include \"engine/core/error.h\"\n"
                                                   u"// #include \"not/this.h\"\n"
                                                   u"/* a comment\n"
                                                   u"#include <QLabel>\n"
                                                   u"*/ // ends\n"
                                                   u"  #  include <QString> // with a note\n"
                                                   u"#include \"a.moc\" /* on one line */\n"
                                                   u"const char *text = \"#include <QWidget>\";\n"
                                                   u"#include <last>\n"_s);
        QStringList found;
        for (const Include& include : includes) {
            found.append(u"%1 %2 %3"_s.arg(include.line).arg(include.target).arg(include.quoted));
        }
        QCOMPARE(found, QStringList({u"2 engine/core/error.h 1"_s, u"7 QString 0"_s, u"8 a.moc 1"_s, u"10 last 0"_s}));
    }

    void foldersAreNoticed()
    {
        const QStringList good = {u"app"_s,   u"engine"_s,    u"ui"_s,  u"resources"_s, u"translations"_s,
                                  u"tests"_s, u"installer"_s, u".ci"_s, u".git"_s};
        QCOMPARE(wrongFolders(good), QStringList());
        QCOMPARE(wrongFolders(good + QStringList{u"docs"_s}),
                 QStringList({u"folder \"docs\" has no place at the top of the tree"_s}));
        QCOMPARE(wrongFolders(good.mid(1)), QStringList({u"folder \"app\" is missing"_s}));
    }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
