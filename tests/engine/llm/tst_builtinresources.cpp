// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/llm/builtindialogue.h"

#include "engine/domain/job.h"
#include "engine/llm/builtintext.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray resource(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList filesIn(const QString& folder)
{
    return QDir(folder).entryList(QDir::Files, QDir::Name);
}

JobReading sample(const QString& name)
{
    return readJob(QJsonDocument::fromJson(resource(u":/lathe/samples/"_s + name)).object());
}

} // namespace

/// The sample jobs and the built-in knowledge base that the programs carry.
class TestBuiltinResources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samplesAreThere() { QCOMPARE(filesIn(u":/lathe/samples"_s).size(), 6); }

    void everySampleIsAValidJob_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : filesIn(u":/lathe/samples"_s)) {
            QTest::newRow(qPrintable(name)) << name;
        }
    }
    void everySampleIsAValidJob()
    {
        QFETCH(QString, name);
        const JobReading reading = sample(name);
        QString issues;
        for (const JsonIssue& issue : reading.issues) {
            issues += issue.path + u' ' + issue.message + u'\n';
        }
        QVERIFY2(reading.issues.isEmpty(), qPrintable(issues));
        QVERIFY(!reading.job.name.isEmpty());
        QCOMPARE(reading.job.metadata["name"_L1].toString(), reading.job.name);
        QVERIFY(reading.job.metadata["description"_L1].toString().endsWith(u'.'));
    }

    void everySampleAttachmentIsTheFileBesideIt()
    {
        const QString folder = qEnvironmentVariable("LATHE_SOURCE_DIR") + u"/resources/samples/"_s;
        int attachments = 0;
        for (const QString& name : filesIn(u":/lathe/samples"_s)) {
            for (const Attachment& attachment : sample(name).job.attachments) {
                QCOMPARE(attachment.content, resource(folder + attachment.name));
                ++attachments;
            }
        }
        QCOMPARE(attachments, 2);
    }

    void theKnowledgeBaseHasTitledDocuments()
    {
        const QStringList files = filesIn(u":/lathe/knowledge"_s);
        QVERIFY(files.size() >= 10);
        for (const QString& name : files) {
            const QString text = QString::fromUtf8(resource(u":/lathe/knowledge/"_s + name));
            QVERIFY2(text.startsWith(u"# "_s), qPrintable(name));
            QVERIFY2(builtin::sentences(text).size() >= 5, qPrintable(name));
            QVERIFY2(text.size() < 4000, qPrintable(name));
        }
    }
};

QTEST_GUILESS_MAIN(TestBuiltinResources)
#include "tst_builtinresources.moc"
