// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// "lathectl policy" and retention as a script uses them.
class TestPolicyCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void setsAndTellsWhoDid();
    void refusesByName_data();
    void refusesByName();
    void readsAndTriesRules();
    void keepsTeams();
    void simulates();
    void prunesOnlyWhenToldTo();

private:
    struct Ran
    {
        int status = -1;
        QByteArray out;
        QByteArray err;
        [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    };
    [[nodiscard]] Ran run(const QStringList& arguments) const
    {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(QStringLiteral(LATHECTL), arguments);
        Ran ran;
        if (!process.waitForFinished(60'000)) {
            process.kill();
            process.waitForFinished();
            return ran;
        }
        ran.out = process.readAllStandardOutput();
        ran.err = process.readAllStandardError();
        ran.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
        return ran;
    }
    [[nodiscard]] Ran policy(const QStringList& arguments) const { return run(QStringList{u"policy"_s} + arguments); }

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

void TestPolicyCommands::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert(u"LATHE_DB"_s, m_folder->filePath(u"lathe.db"_s));
    m_environment.insert(u"HOME"_s, m_folder->path());
    m_environment.insert(u"XDG_CONFIG_HOME"_s, m_folder->path());
}

void TestPolicyCommands::setsAndTellsWhoDid()
{
    QCOMPARE(policy({u"get"_s, u"ada"_s}).json().value("tier"_L1).toString(), u"free"_s);
    QCOMPARE(policy({u"set"_s, u"ada"_s, u"tier=pro"_s, u"budgetPerDay=2.50"_s}).status, 0);
    QCOMPARE(policy({u"set"_s, u"ada"_s, u"budgetPerDay=none"_s}).status, 0);
    const QJsonObject json = policy({u"get"_s, u"ada"_s}).json();
    QCOMPARE(json.value("maxToolCalls"_L1).toInt(), 25);
    QVERIFY(json.value("budgetPerDay"_L1).isNull());
    const QJsonArray changes = json.value("changes"_L1).toArray();
    const QJsonObject last = changes.first().toObject();
    QCOMPARE(last.value("key"_L1).toString(), u"budgetPerDay"_s);
    QCOMPARE(last.value("before"_L1).toString(), u"2.5"_s);
    QCOMPARE(last.value("after"_L1).toString(), QString());
    QVERIFY(!last.value("author"_L1).toString().isEmpty());
    QVERIFY(policy({u"list"_s}).out.contains("ada"));
}

void TestPolicyCommands::refusesByName_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("unknown") << u"colour=red"_s << QByteArray("$.colour");
    QTest::newRow("out of range") << u"maxRecursionDepth=1000"_s << QByteArray("$.maxRecursionDepth");
    QTest::newRow("unit") << u"budgetPerDay=5USD"_s << QByteArray("$.budgetPerDay");
    QTest::newRow("rule") << u"addApprovalRule=deny x when a"_s << QByteArray("line 1, column 13");
    QTest::newRow("no value") << u"tier"_s << QByteArray("KEY=VALUE");
}

void TestPolicyCommands::refusesByName()
{
    QFETCH(QString, assignment);
    QFETCH(QByteArray, named);
    const Ran ran = policy({u"set"_s, u"ada"_s, assignment});
    QCOMPARE(ran.status, 2);
    QVERIFY2(ran.err.contains(named), ran.err.constData());
}

void TestPolicyCommands::readsAndTriesRules()
{
    QFile rules(m_folder->filePath(u"rules.txt"_s));
    QVERIFY(rules.open(QIODevice::WriteOnly));
    rules.write("# what nobody may do\ndeny code_executor when $.language = \"bash\"\n\nask google_search\n");
    rules.close();
    QCOMPARE(policy({u"set"_s, u"ada"_s, u"approvalRules=@"_s + rules.fileName()}).status, 0);
    QCOMPARE(policy({u"set"_s, u"ada"_s, u"addApprovalRule=allow google_search when $.query ~ \"Qt\""_s}).status, 0);
    const auto verdict = [this](const QString& tool, const QString& arguments) {
        return policy({u"try"_s, u"ada"_s, tool, arguments}).out.left(5).trimmed();
    };
    QCOMPARE(verdict(u"code_executor"_s, u"{\"language\":\"bash\"}"_s), QByteArray("deny"));
    QCOMPARE(verdict(u"google_search"_s, u"{\"query\":\"weather\"}"_s), QByteArray("ask"));
    QCOMPARE(verdict(u"google_search"_s, u"{\"query\":\"Qt 6\"}"_s), QByteArray("allow"));
    QVERIFY(policy({u"try"_s, u"ada"_s, u"retrieve_context"_s, u"{}"_s}).out.startsWith("no rule"));
    QCOMPARE(policy({u"try"_s, u"ada"_s, u"x"_s, u"not json"_s}).status, 2);
    QCOMPARE(policy({u"set"_s, u"ada"_s, u"approvalRules=@/nowhere"_s}).status, 2);
}

void TestPolicyCommands::keepsTeams()
{
    QCOMPARE(policy({u"team"_s, u"red"_s, u"budgetPerMonth=10"_s}).status, 0);
    const QJsonObject json = policy({u"team"_s, u"red"_s}).json();
    QCOMPARE(json.value("budgetPerMonth"_L1).toString(), u"10"_s);
    QCOMPARE(json.value("changes"_L1).toArray().size(), 1);
    QCOMPARE(policy({u"team"_s, u"red"_s, u"budgetPerWeek=10"_s}).status, 2);
}

void TestPolicyCommands::simulates()
{
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(
            run({u"run"_s, u"--prompt"_s, u"What is a frame? %1"_s.arg(i), u"--user"_s, u"ada"_s, u"--quiet"_s}).status,
            0);
    }
    const Ran same = policy({u"simulate"_s, u"ada"_s, u"--all"_s, u"--json"_s});
    QCOMPARE(same.status, 0);
    QCOMPARE(same.json().value("stopped"_L1).toInt(), 0);
    QCOMPARE(same.json().value("saved"_L1).toString(), u"0"_s);
    const Ran stopped = policy({u"simulate"_s, u"ada"_s, u"maxToolCalls=0"_s, u"--json"_s});
    QCOMPARE(stopped.json().value("stopped"_L1).toInt(), 2);
    const QJsonObject first = stopped.json().value("runs"_L1).toArray().first().toObject();
    QCOMPARE(first.value("findings"_L1).toArray().first().toObject().value("check"_L1).toString(), u"tool_calls"_s);
    const QString id = first.value("run"_L1).toString();
    const Ran table = policy({u"simulate"_s, u"ada"_s, u"--run"_s, id, u"maxToolCalls=0"_s});
    QVERIFY2(table.out.contains("1 of 1 runs would have been stopped"), table.out.constData());
    QVERIFY(table.out.contains("tool_calls"));
    QCOMPARE(policy({u"simulate"_s, u"ada"_s, u"colour=red"_s}).status, 2);
    QCOMPARE(policy({u"simulate"_s, u"ada"_s, u"--run"_s, id, u"--all"_s}).status, 2);
    QCOMPARE(policy({u"get"_s, u"ada"_s}).json().value("maxToolCalls"_L1).toInt(), 10);
}

void TestPolicyCommands::prunesOnlyWhenToldTo()
{
    QCOMPARE(run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s}).status, 0);
    const Ran shown = run({u"doctor"_s, u"--prune"_s});
    QCOMPARE(shown.status, 0);
    QVERIFY2(shown.out.contains("enterprise"), shown.out.constData());
    QVERIFY(shown.err.contains("no journal is older"));
    QCOMPARE(run({u"doctor"_s, u"--prune"_s, u"--yes"_s}).status, 0);
    QCOMPARE(run({u"doctor"_s}).status, 0);
}

QTEST_GUILESS_MAIN(TestPolicyCommands)
#include "tst_policycommands.moc"
