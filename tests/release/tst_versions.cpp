// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

/// The version and the names of the application stand in several files that different tools read; here they agree.
class TestVersions : public QObject
{
    Q_OBJECT

private:
    const QString m_id = u"io.github.lathe_workbench.Lathe"_s;
    QDir m_root{qEnvironmentVariable("LATHE_SOURCE_DIR")};
    QString m_version;

    QString read(const QString& name)
    {
        QFile file(m_root.filePath(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    static QString captured(const QString& text, const QString& pattern)
    {
        return QRegularExpression(pattern, QRegularExpression::MultilineOption).match(text).captured(1);
    }

    /// The text of the first element of that name, or its attribute.
    QString fromMetainfo(const QString& element, const QString& attribute = {})
    {
        QXmlStreamReader xml(read(u"installer/%1.metainfo.xml"_s.arg(m_id)));
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == element) {
                return attribute.isEmpty() ? xml.readElementText() : xml.attributes().value(attribute).toString();
            }
        }
        return {};
    }

    QString fromDesktopFile(const QString& key)
    {
        return captured(read(u"installer/%1.desktop"_s.arg(m_id)), u"^%1=(.*)$"_s.arg(key));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(!m_root.path().isEmpty() && m_root.exists(u"CMakeLists.txt"_s), "LATHE_SOURCE_DIR is not set");
        m_version = captured(read(u"CMakeLists.txt"_s), uR"(^project\(lathe VERSION (\d+\.\d+\.\d+))"_s);
        QVERIFY(!m_version.isEmpty());
    }

    void programsCarryTheVersionOfTheBuild() { QCOMPARE(QString::fromLatin1(LATHE_VERSION), m_version); }

    void changelogBeginsWithThisVersionOrWithWhatComesNext()
    {
        const QString heading = captured(read(u"CHANGELOG.md"_s), uR"(^## \[([^\]]+)\])"_s);
        QVERIFY2(heading == m_version || heading == u"Unreleased"_s, qPrintable(heading));
    }

    void metainfoHasThisReleaseOnTop()
    {
        QCOMPARE(fromMetainfo(u"release"_s, u"version"_s), m_version);
        QVERIFY(QDate::fromString(fromMetainfo(u"release"_s, u"date"_s), Qt::ISODate).isValid());
    }

    void metainfoIsWellFormed()
    {
        QXmlStreamReader xml(read(u"installer/%1.metainfo.xml"_s.arg(m_id)));
        while (!xml.atEnd()) {
            xml.readNext();
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    }

    void namesAgree()
    {
        QCOMPARE(fromMetainfo(u"id"_s), m_id);
        QCOMPARE(fromMetainfo(u"launchable"_s), QString(m_id + u".desktop"_s));
        QCOMPARE(fromMetainfo(u"icon"_s), m_id);
        QCOMPARE(fromMetainfo(u"project_license"_s), u"GPL-3.0-or-later"_s);
        QCOMPARE(fromDesktopFile(u"Icon"_s), m_id);
        QCOMPARE(fromDesktopFile(u"Name"_s), fromMetainfo(u"name"_s));
        QCOMPARE(fromDesktopFile(u"Exec"_s), u"lathe"_s);
        QVERIFY(m_root.exists(u"resources/icons/%1.svg"_s.arg(m_id)));
    }

    void manualPagesCarryTheVersion_data()
    {
        QTest::addColumn<QString>("page");
        QTest::newRow("lathe") << u"lathe"_s;
        QTest::newRow("lathectl") << u"lathectl"_s;
    }

    void manualPagesCarryTheVersion()
    {
        QFETCH(const QString, page);
        const QString pattern = u"^\\.TH %1 1 \"[^\"]+\" \"Lathe ([^\"]+)\""_s;
        QCOMPARE(captured(read(u"installer/%1.1"_s.arg(page)), pattern.arg(page.toUpper())), m_version);
    }
};

QTEST_GUILESS_MAIN(TestVersions)
#include "tst_versions.moc"
