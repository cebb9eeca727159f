// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/tools/codeexecutor.h"
#include "engine/tools/codelanguage.h"
#include "engine/tools/tooldispatcher.h"
#include "tests/engine/tools/sandboxtesting.h"

#include <QJsonArray>
#include <QTimer>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestCodeExecutor : public QObject
{
    Q_OBJECT

private:
    SystemClock m_clock;
    std::unique_ptr<Tool> m_tool;

    ToolResult runTool(const QJsonObject& arguments, const QList<Attachment>& attachments = {},
                       std::stop_token stop = {})
    {
        ToolInvocation invocation;
        invocation.arguments = arguments;
        invocation.attachments = attachments;
        return await(m_tool->run(std::move(invocation), std::move(stop)), 70'000);
    }

    ToolResult runCode(const QString& language, const QString& code)
    {
        const QJsonObject arguments{{u"language"_s, language}, {u"code"_s, code}};
        return runTool(arguments);
    }

private Q_SLOTS:
    void initTestCase()
    {
        LATHE_NEED_SANDBOX();
        m_tool = makeCodeExecutor({}, m_clock);
    }

    void hasAUsableSpec()
    {
        QCOMPARE(m_tool->spec().name, u"code_executor"_s);
        QCOMPARE(m_tool->spec().sideEffect, SideEffect::Pure);
        QVERIFY(m_tool->availability().available);
        ToolRegistry registry;
        QVERIFY(registry.add(makeCodeExecutor({}, m_clock)));
        const ToolDispatcher dispatcher(registry, m_clock);
        const QJsonObject good{{u"language"_s, u"python"_s}, {u"code"_s, u"print(1)"_s}};
        QVERIFY(dispatcher.validate(u"code_executor"_s, good));
        QJsonObject bad = good;
        bad.insert("timeoutMs"_L1, 60'001);
        QVERIFY(!dispatcher.validate(u"code_executor"_s, bad));
        bad = good;
        bad.insert("language"_L1, u"cobol"_s);
        QVERIFY(!dispatcher.validate(u"code_executor"_s, bad));
        // The schema's list of languages is the table's.
        const QJsonArray languages = m_tool->spec()
                                         .inputSchema.value("properties"_L1)
                                         .toObject()
                                         .value("language"_L1)
                                         .toObject()
                                         .value("enum"_L1)
                                         .toArray();
        QCOMPARE(languages.size(), static_cast<qsizetype>(codeLanguages().size()));
        for (const CodeLanguage& language : codeLanguages()) {
            QVERIFY(languages.contains(QString(language.name)));
        }
    }

    void runsEachLanguage_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("code");
        QTest::newRow("python") << u"python"_s << u"import sys\nprint(6 * 7)\nprint('warn', file=sys.stderr)\n"_s;
        QTest::newRow("node") << u"node"_s << u"console.log(6 * 7); console.error('warn');"_s;
        QTest::newRow("bash") << u"bash"_s << u"echo $((6 * 7)); echo warn >&2"_s;
        QTest::newRow("cpp")
            << u"cpp"_s
            << u"#include <iostream>\nint main() { std::cout << 6 * 7 << std::endl; std::cerr << \"warn\\n\"; }"_s;
    }

    void runsEachLanguage()
    {
        QFETCH(const QString, language);
        QFETCH(const QString, code);
        const ToolResult result = runCode(language, code);
        QVERIFY2(result.ok, qPrintable(result.message));
        QCOMPARE(result.value.value("stdout"_L1).toString(), u"42\n"_s);
        QCOMPARE(result.value.value("stderr"_L1).toString(), u"warn\n"_s);
        QCOMPARE(result.value.value("exitCode"_L1).toInt(-1), 0);
        QCOMPARE(result.value.value("timedOut"_L1).toBool(true), false);
        QVERIFY(result.value.value("durationMs"_L1).toInteger(-1) >= 0);
        QCOMPARE(result.value.value("files"_L1).toArray(), QJsonArray());
        QVERIFY(!result.value.contains("signal"_L1));
    }

    void showsTheModelAProgramThatFails()
    {
        const ToolResult python = runCode(u"python"_s, u"raise SystemExit(7)"_s);
        QVERIFY(python.ok);
        QCOMPARE(python.value.value("exitCode"_L1).toInt(), 7);
        const ToolResult trace = runCode(u"python"_s, u"x = 1\nprint(1 / 0)\n"_s);
        QVERIFY(trace.ok);
        QVERIFY(trace.value.value("stderr"_L1).toString().contains(u"line 2"_s));
        QVERIFY(trace.value.value("stderr"_L1).toString().contains(u"ZeroDivisionError"_s));
        const ToolResult compile = runCode(u"cpp"_s, u"int main() { return undefined_name; }"_s);
        QVERIFY(compile.ok);
        QCOMPARE(compile.value.value("exitCode"_L1).toInt(), 1);
        QVERIFY(compile.value.value("stderr"_L1).toString().contains(u"undefined_name"_s));
        const ToolResult crash = runCode(u"cpp"_s, u"#include <cstdlib>\nint main() { std::abort(); }"_s);
        QVERIFY(crash.ok);
        QCOMPARE(crash.value.value("signal"_L1).toInt(), 6);
    }

    void sumsAnAttachedTable()
    {
        QByteArray csv("id,amount\n");
        qint64 sum = 0;
        for (int row = 1; row <= 10'000; ++row) {
            sum += row * 3;
            csv += QByteArray::number(row) + ',' + QByteArray::number(row * 3) + '\n';
        }
        const Attachment attachment{u"Umsätze 2026.csv"_s, u"text/csv"_s, csv};
        const QJsonObject arguments{{u"language"_s, u"python"_s},
                                    {u"code"_s, u"import csv\nwith open('Umsätze 2026.csv', newline='') as f:\n"
                                                "    print(sum(int(r['amount']) for r in csv.DictReader(f)))\n"_s}};
        const ToolResult result = runTool(arguments, {attachment});
        QVERIFY(result.ok);
        QCOMPARE(result.value.value("stdout"_L1).toString().trimmed(), QString::number(sum));
    }

    void putsFilesInAndReportsFilesOut()
    {
        const QJsonObject files{{u"main.py"_s, u"VALUE = 'user file'"_s},
                                {u"grüße.txt"_s, u"hällo"_s},
                                {u"helper.py"_s, u"def f():\n    return 5\n"_s}};
        const QJsonObject arguments{
            {u"language"_s, u"python"_s},
            {u"code"_s, u"import helper, main\nopen('out ü.txt', 'w').write(main.VALUE + str(helper.f()))\n"
                        "open('image.bin', 'wb').write(bytes(range(256)))\nopen('long.txt', 'w').write('x' * 20000)\n"
                        "print(open('grüße.txt').read())\n"_s},
            {u"files"_s, files}};
        const Attachment older{u"grüße.txt"_s, u"text/plain"_s, "older"};
        const ToolResult result = runTool(arguments, {older});
        QVERIFY(result.ok);
        QCOMPARE(result.value.value("stdout"_L1).toString(), u"hällo\n"_s);
        const QJsonArray out = result.value.value("files"_L1).toArray();
        QCOMPARE(out.size(), 3);
        QCOMPARE(out.at(0).toObject().value("name"_L1).toString(), u"image.bin"_s);
        QCOMPARE(out.at(0).toObject().value("size"_L1).toInt(), 256);
        QVERIFY(!out.at(0).toObject().contains("text"_L1));
        QVERIFY(!out.at(1).toObject().contains("text"_L1));
        QCOMPARE(out.at(1).toObject().value("sha256"_L1).toString(),
                 QString::fromLatin1(sha256Hex(QByteArray(20'000, 'x'))));
        QCOMPARE(out.at(2).toObject().value("name"_L1).toString(), u"out ü.txt"_s);
        QCOMPARE(out.at(2).toObject().value("text"_L1).toString(), u"user file5"_s);
    }

    void refusesNamesThatAreNoFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("path") << u"../../etc/passwd"_s;
        QTest::newRow("folder") << u"a/b"_s;
        QTest::newRow("absolute") << u"/tmp/x"_s;
        QTest::newRow("dots") << u".."_s;
        QTest::newRow("empty") << QString();
        QTest::newRow("long") << QString(300, u'n');
        QTest::newRow("zero") << (u"a"_s + QChar::Null);
    }

    void refusesNamesThatAreNoFiles()
    {
        QFETCH(const QString, name);
        const QJsonObject files{{name, u"x"_s}};
        const QJsonObject arguments{{u"language"_s, u"bash"_s}, {u"code"_s, u"echo ran"_s}, {u"files"_s, files}};
        const ToolResult result = runTool(arguments);
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"INVALID_FILES"_s);
        QVERIFY(result.value.isEmpty());
    }

    void refusesFilesThatAreTooLarge()
    {
        const Attachment one{u"one"_s, {}, QByteArray(40 << 20, 'x')};
        const Attachment two{u"two"_s, {}, QByteArray(40 << 20, 'x')};
        const QJsonObject arguments{{u"language"_s, u"bash"_s}, {u"code"_s, u"echo ran"_s}};
        const ToolResult result = runTool(arguments, {one, two});
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"INVALID_FILES"_s);
        QVERIFY(result.message.contains(u"67108864"_s));
    }

    void stopsAtItsTimeOut()
    {
        const QJsonObject arguments{{u"language"_s, u"python"_s},
                                    {u"code"_s, u"import time\nprint('so far')\ntime.sleep(50)\n"_s},
                                    {u"timeoutMs"_s, 1500}};
        const ToolResult result = runTool(arguments);
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"TIMEOUT"_s);
        QVERIFY(result.message.contains(u"1.5 s"_s));
        QCOMPARE(result.value.value("stdout"_L1).toString(), u"so far\n"_s);
        QCOMPARE(result.value.value("timedOut"_L1).toBool(), true);
        QVERIFY(result.textForModel().contains(u"TIMEOUT"_s));
        QVERIFY(result.textForModel().contains(u"so far"_s));
    }

    void refusesImpossibleArguments()
    {
        const QJsonObject time{{u"language"_s, u"bash"_s}, {u"code"_s, u"true"_s}, {u"timeoutMs"_s, 0}};
        QCOMPARE(runTool(time).errorCode, u"INVALID_ARGUMENTS"_s);
        const ToolResult language = runCode(u"cobol"_s, u"x"_s);
        QCOMPARE(language.errorCode, u"INVALID_ARGUMENTS"_s);
        QVERIFY(language.message.contains(u"cobol"_s));
    }

    void cancels()
    {
        std::stop_source source;
        QTimer::singleShot(150, this, [&source] { source.request_stop(); });
        const QJsonObject arguments{{u"language"_s, u"bash"_s}, {u"code"_s, u"sleep 50"_s}};
        const ToolResult result = runTool(arguments, {}, source.get_token());
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"CANCELLED"_s);
    }

    void namesTheLimitThatWasHit()
    {
        const ToolResult flood = runCode(u"bash"_s, u"yes"_s);
        QCOMPARE(flood.errorCode, u"OUTPUT_LIMIT"_s);
        QCOMPARE(flood.value.value("stdoutCut"_L1).toBool(), true);
        const ToolResult files =
            runCode(u"python"_s, u"i = 0\nwhile True:\n    open(f'f{i}', 'w').close(); i += 1\n"_s);
        QCOMPARE(files.errorCode, u"FILE_LIMIT"_s);
        QCOMPARE(files.value.value("filesCut"_L1).toBool(), true);
        const ToolResult memory = runCode(u"python"_s, u"import os, time\n"
                                                       "for _ in range(3):\n"
                                                       "    if os.fork() == 0:\n"
                                                       "        b = bytearray(b'x') * (300 << 20); time.sleep(60)\n"
                                                       "time.sleep(60)\n"_s);
        QCOMPARE(memory.errorCode, u"MEMORY_LIMIT"_s);
        const ToolResult errors = runCode(u"bash"_s, u"head -c 100000 /dev/zero >&2"_s);
        QVERIFY(errors.ok);
        QCOMPARE(errors.value.value("stderrCut"_L1).toBool(), true);
    }

    void letsNodeUseWorkersAndWebAssembly()
    {
        const ToolResult result = runCode(
            u"node"_s, u"const { Worker } = require('worker_threads');\n"
                       "new WebAssembly.Memory({ initial: 16, maximum: 256 });\n"
                       "new Worker('require(\"worker_threads\").parentPort.postMessage(41 + 1)', { eval: true })\n"
                       "  .on('message', m => console.log(m));\n"_s);
        QVERIFY2(result.value.value("stdout"_L1).toString() == u"42\n"_s, qPrintable(result.textForModel()));
    }

    void saysWhichInterpreterIsMissing()
    {
        const std::unique_ptr<Tool> tool = makeCodeExecutor({}, m_clock, [](const QString&) { return QString(); });
        ToolInvocation invocation;
        invocation.arguments = QJsonObject{{u"language"_s, u"python"_s}, {u"code"_s, u"print(1)"_s}};
        const ToolResult result = await(tool->run(invocation, {}));
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"INTERPRETER_MISSING"_s);
        QVERIFY(result.message.contains(u"python3"_s));
    }

    void neverRunsWithoutASandbox()
    {
        ToolSettings settings;
        settings.bubblewrapPath = u"/nowhere/bwrap"_s;
        const std::unique_ptr<Tool> tool = makeCodeExecutor(settings, m_clock);
        const ToolAvailability availability = tool->availability();
        QVERIFY(!availability.available);
        QVERIFY(availability.reason.contains(u"/nowhere/bwrap"_s));
        QCOMPARE(availability.errorCode, u"SANDBOX_UNAVAILABLE"_s);
        ToolInvocation invocation;
        invocation.arguments = QJsonObject{{u"language"_s, u"bash"_s}, {u"code"_s, u"echo ran"_s}};
        const ToolResult result = await(tool->run(invocation, {}));
        QVERIFY(!result.ok);
        QCOMPARE(result.errorCode, u"SANDBOX_UNAVAILABLE"_s);
        QVERIFY(!result.textForModel().contains(u"ran"_s + u'\n'));
    }

    void runsTwentyAtOnce()
    {
        std::vector<QCoro::Task<ToolResult>> tasks;
        for (int i = 0; i < 20; ++i) {
            ToolInvocation invocation;
            const QJsonObject arguments{
                {u"language"_s, u"python"_s}, {u"code"_s, u"print(%1 ** 2)"_s.arg(i)}, {u"timeoutMs"_s, 60'000}};
            invocation.arguments = arguments;
            tasks.push_back(m_tool->run(std::move(invocation), {}));
        }
        for (int i = 0; i < 20; ++i) {
            const ToolResult result = await(std::move(tasks.at(static_cast<size_t>(i))), 70'000);
            QVERIFY2(result.ok, qPrintable(result.message));
            QCOMPARE(result.value.value("stdout"_L1).toString().trimmed(), QString::number(i * i));
        }
    }
};

QTEST_GUILESS_MAIN(TestCodeExecutor)
#include "tst_codeexecutor.moc"
