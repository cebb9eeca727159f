// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/clock.h"
#include "engine/tools/sandbox.h"
#include "engine/tools/sandboxfilter.h"
#include "engine/tools/sandboxlaunch.h"
#include "tests/engine/tools/sandboxtesting.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

/// Finding bubblewrap, and saying what is wrong when there is none that works.
class TestSandboxLaunch : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString program(const QString& name, const QByteArray& script)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/bash\n" + script + '\n') < 0) {
            return {};
        }
        file.close();
        file.setPermissions(QFile::Permissions(0x7755));
        return file.fileName();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
    }

    void worksHere()
    {
        LATHE_NEED_SANDBOX();
        SystemClock clock;
        const SandboxRunner runner(clock);
        const Result<void> first = runner.available();
        QVERIFY2(first, qPrintable(first ? QString() : QString(first.error().message + first.error().detail)));
        QVERIFY(runner.available());
    }

    void namesTheConfiguredPathThatIsMissing()
    {
        SystemClock clock;
        SandboxRunner runner(clock, u"/nowhere/bwrap"_s);
        const Result<void> usable = runner.available();
        QVERIFY(!usable);
        QCOMPARE(usable.error().code, ErrorCode::Unavailable);
        QVERIFY(usable.error().message.contains(u"/nowhere/bwrap"_s));

        SandboxJob job;
        job.argv = QStringList{u"/usr/bin/touch"_s, m_folder.filePath(u"ran-bare"_s)};
        const SandboxOutcome outcome = test::await(runner.run(job, {}));
        QCOMPARE(outcome.end, SandboxEnd::Unavailable);
        QVERIFY(outcome.reason.contains(u"/nowhere/bwrap"_s));
        QVERIFY(!QFile::exists(m_folder.filePath(u"ran-bare"_s)));
    }

    void refusesWhatCannotServe_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("message");
        const QByteArray good = "[ \"$1\" = --version ] && { echo bubblewrap 0.9.0; exit 0; }\n";
        QTest::newRow("too old") << QByteArray("echo bubblewrap 0.6.2") << u"too old: 0.8.0 is needed"_s;
        QTest::newRow("no version") << QByteArray("echo hello") << u"too old"_s;
        QTest::newRow("user namespaces")
            << QByteArray(good + "echo 'bwrap: Creating new namespace failed: Operation not permitted' >&2; exit 1")
            << u"User namespaces are forbidden"_s;
        QTest::newRow("uid map") << QByteArray(good + "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
                                 << u"apparmor_restrict_unprivileged_userns"_s;
        QTest::newRow("filter") << QByteArray(good + "echo 'bwrap: prctl(PR_SET_SECCOMP): EINVAL' >&2; exit 1")
                                << u"system call filter"_s;
        QTest::newRow("other") << QByteArray(good + "echo 'bwrap: Can not mount proc' >&2; exit 1")
                               << u"Can not mount proc"_s;
        QTest::newRow("silent") << QByteArray(good + "exit 1") << u"gave no reason"_s;
        QTest::newRow("option") << QByteArray(good + "echo 'bwrap: Unknown option --size' >&2; exit 1") << u"too old"_s;
        QTest::newRow("crash") << QByteArray("kill -9 $$") << u"cannot be run"_s;
    }

    void refusesWhatCannotServe()
    {
        QFETCH(const QByteArray, script);
        QFETCH(const QString, message);
        const QString path = program(QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-'), script);
        SystemClock clock;
        const SandboxRunner runner(clock, path);
        const Result<void> usable = runner.available();
        QVERIFY(!usable);
        QCOMPARE(usable.error().code, ErrorCode::Unavailable);
        QVERIFY2(usable.error().message.contains(message), qPrintable(usable.error().message));
    }

    void saysWhyWhenItBreaksAfterTheTrial()
    {
        // Passes the trial, then fails as when the machine's settings change meanwhile.
        const QString path = program(u"flaky"_s, "[ \"$1\" = --version ] && { echo bubblewrap 0.9.0; exit 0; }\n"
                                                 "case \"$*\" in *block-fd*) echo 'bwrap: Creating new namespace "
                                                 "failed' >&2; exit 1;; esac; exit 0");
        SystemClock clock;
        SandboxRunner runner(clock, path);
        SandboxJob job;
        job.argv = QStringList{u"/usr/bin/true"_s};
        const SandboxOutcome outcome = test::await(runner.run(job, {}));
        QCOMPARE(outcome.end, SandboxEnd::Unavailable);
        QVERIFY2(outcome.reason.contains(u"User namespaces"_s), qPrintable(outcome.reason));
        QVERIFY(outcome.standardError.isEmpty());
        QFile::remove(path);
        const SandboxOutcome gone = test::await(runner.run(job, {}));
        QCOMPARE(gone.end, SandboxEnd::Unavailable);
        QVERIFY(!gone.reason.isEmpty());
    }

    void buildsAFilter()
    {
        const Result<QByteArray>& filter = sandboxFilter();
        QVERIFY(filter);
        QVERIFY(filter->size() > 500);
        QCOMPARE(filter->size() % 8, 0);
    }

    void findsProgramsThatAreVisibleInside()
    {
        QCOMPARE(sandboxProgram(u"bash"_s).section(u'/', -1), u"bash"_s);
        QVERIFY(sandboxProgram(u"no-such-program"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSandboxLaunch)
#include "tst_sandboxlaunch.moc"
