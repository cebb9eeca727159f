// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the upstream JSON Schema test suite, if a copy of it is at hand, and holds the share that passes.
#include "engine/tools/jsonschema.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestJsonSchemaSuite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesItsShare_data();
    void passesItsShare();

private:
    static QString suiteFolder();
    static bool isRemote(const QString& message);
};

QString TestJsonSchemaSuite::suiteFolder()
{
    const QString given = qEnvironmentVariable("LATHE_SCHEMA_SUITE");
    const QString beside =
        qEnvironmentVariable("LATHE_SOURCE_DIR") + u"/../shared/reference/json-schema-test-suite/tests"_s;
    return given.isEmpty() ? beside : given;
}

bool TestJsonSchemaSuite::isRemote(const QString& message)
{
    return message.contains(u"remote references are refused"_s) || message.contains(u"\"$schema\" is \"http"_s);
}

void TestJsonSchemaSuite::passesItsShare_data()
{
    QTest::addColumn<QString>("draft");
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<double>("floor");
    QTest::newRow("draft 2020-12") << u"draft2020-12"_s << u"https://json-schema.org/draft/2020-12/schema"_s << 0.98;
    QTest::newRow("draft 7") << u"draft7"_s << u"http://json-schema.org/draft-07/schema#"_s << 0.99;
}

void TestJsonSchemaSuite::passesItsShare()
{
    QFETCH(QString, draft);
    QFETCH(QString, dialect);
    QFETCH(double, floor);
    const QDir folder(suiteFolder() + u'/' + draft);
    if (!folder.exists()) {
        QSKIP("the upstream suite is not here; LATHE_SCHEMA_SUITE names its folder \"tests\"");
    }
    int passed = 0;
    int total = 0;
    int remote = 0;
    const QStringList files = folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const QString& name : files) {
        if (name == u"refRemote.json"_s) {
            continue; // remote references are refused on purpose
        }
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray groups = QJsonDocument::fromJson(file.readAll()).array();
        for (const QJsonValue& groupValue : groups) {
            const QJsonObject group = groupValue.toObject();
            QJsonValue schema = group.value(u"schema"_s);
            if (schema.isObject() && !schema.toObject().contains(u"$schema"_s)) {
                QJsonObject named = schema.toObject();
                named.insert(u"$schema"_s, dialect);
                schema = named;
            }
            const auto compiled = JsonSchema::compile(schema);
            const QJsonArray tests = group.value(u"tests"_s).toArray();
            for (const QJsonValue& testValue : tests) {
                const QJsonObject test = testValue.toObject();
                ++total;
                const bool expected = test.value(u"valid"_s).toBool();
                if (!compiled && isRemote(compiled.error().message)) {
                    ++remote;
                } else if (!compiled) {
                    qInfo().noquote() << name << "|" << group.value(u"description"_s).toString()
                                      << "| refused:" << compiled.error().message;
                } else if (const auto issues = compiled->validate(test.value(u"data"_s));
                           issues.isEmpty() != expected) {
                    qInfo().noquote() << name << "|" << group.value(u"description"_s).toString() << "|"
                                      << test.value(u"description"_s).toString() << "| expected" << expected
                                      << (issues.isEmpty() ? QString() : issues.first().message);
                } else {
                    ++passed;
                }
            }
        }
    }
    QVERIFY(total > 500);
    const double share = static_cast<double>(passed) / total;
    qInfo().noquote() << draft << "passed" << passed << "of" << total << "=" << QString::number(share * 100, 'f', 2)
                      << "%;" << remote << "need remote documents and were refused";
    QVERIFY2(share >= floor, "fewer tests of the suite pass than before");
    QCOMPARE(passed + remote, total);
}

QTEST_GUILESS_MAIN(TestJsonSchemaSuite)
#include "tst_jsonschemasuite.moc"
