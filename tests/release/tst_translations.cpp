// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;

namespace {

struct Message
{
    QString context;
    QString source;
    QString comment;
    bool plural = false;
    bool unfinished = false;
    QStringList forms; ///< the translation, or its plural forms

    [[nodiscard]] QString key() const { return context + u'\n' + source + u'\n' + comment; }
    [[nodiscard]] QString label() const { return u"%1: \"%2\""_s.arg(context, source.left(80)); }
};

Message readMessage(QXmlStreamReader& xml, const QString& context)
{
    Message message;
    message.context = context;
    message.plural = xml.attributes().value(u"numerus"_s) == u"yes"_s;
    while (xml.readNextStartElement()) {
        if (xml.name() == u"source"_s) {
            message.source = xml.readElementText();
        } else if (xml.name() == u"comment"_s) {
            message.comment = xml.readElementText();
        } else if (xml.name() == u"translation"_s) {
            message.unfinished = xml.attributes().hasAttribute(u"type"_s);
            if (!message.plural) {
                message.forms << xml.readElementText(QXmlStreamReader::IncludeChildElements);
                continue;
            }
            while (xml.readNextStartElement()) {
                message.forms << xml.readElementText(QXmlStreamReader::IncludeChildElements);
            }
        } else {
            xml.skipCurrentElement();
        }
    }
    return message;
}

/// The messages of a .ts file; empty if it cannot be read.
QList<Message> readMessages(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QXmlStreamReader xml(&file);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) {
            continue;
        }
        if (xml.name() == u"name"_s) {
            context = xml.readElementText();
        } else if (xml.name() == u"message"_s) {
            messages << readMessage(xml, context);
        }
    }
    return xml.hasError() ? QList<Message>() : messages;
}

/// %1 to %9 and %n, sorted; a translation may order them as its language wants.
QStringList placeholders(const QString& text)
{
    static const QRegularExpression pattern(u"%(L?\\d|n)"_s);
    QStringList found;
    for (auto match = pattern.globalMatch(text); match.hasNext();) {
        const QString name = match.next().captured();
        if (!found.contains(name)) {
            found << name;
        }
    }
    found.sort();
    return found;
}

} // namespace

/// Every text of the window is translated to German, and counts read well in English. What the sources say now is
/// compared, not what the files were made from.
class TestTranslations : public QObject
{
    Q_OBJECT

private:
    QDir m_root{qEnvironmentVariable("LATHE_SOURCE_DIR")};
    QTemporaryDir m_folder;
    QHash<QString, Message> m_fromSources;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_root.exists(u"CMakeLists.txt"_s));
        QVERIFY(m_folder.isValid());
        const QString fresh = m_folder.filePath(u"fresh.ts"_s);
        QProcess lupdate;
        lupdate.start(QStringLiteral(LATHE_LUPDATE),
                      {u"-silent"_s, u"-locations"_s, u"none"_s, m_root.filePath(u"engine"_s), m_root.filePath(u"ui"_s),
                       m_root.filePath(u"app"_s), u"-I"_s, m_root.path(), u"-ts"_s, fresh});
        QVERIFY2(lupdate.waitForFinished(120'000) && lupdate.exitCode() == 0,
                 lupdate.readAllStandardError().constData());
        for (const Message& message : readMessages(fresh)) {
            m_fromSources.insert(message.key(), message);
        }
        QVERIFY(!m_fromSources.isEmpty());
    }

    void filesAreComplete_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("pluralsOnly");
        QTest::newRow("German") << u"translations/lathe_de.ts"_s << false;
        QTest::newRow("English plurals") << u"translations/lathe_en.ts"_s << true;
    }

    void filesAreComplete()
    {
        QFETCH(const QString, file);
        QFETCH(const bool, pluralsOnly);
        const QList<Message> messages = readMessages(m_root.filePath(file));
        QVERIFY2(!messages.isEmpty(), qPrintable(QString(file + u" is missing or cannot be read"_s)));
        QStringList problems;
        QSet<QString> present;
        for (const Message& message : messages) {
            present.insert(message.key());
            if (!m_fromSources.contains(message.key())) {
                problems << u"no longer in the sources: "_s + message.label();
            } else if (message.unfinished && (message.plural || !pluralsOnly)) {
                problems << u"unfinished: "_s + message.label();
            } else if ((message.plural || !pluralsOnly) &&
                       (message.forms.size() != (message.plural ? 2 : 1) || message.forms.contains(QString()))) {
                problems << u"empty or not all forms: "_s + message.label();
            }
        }
        for (const Message& message : std::as_const(m_fromSources)) {
            if (!present.contains(message.key()) && (message.plural || !pluralsOnly)) {
                problems << u"missing: "_s + message.label();
            }
        }
        problems.sort();
        QVERIFY2(problems.isEmpty(), qPrintable(QString(file + u":\n"_s + problems.join(u'\n'))));
    }

    void placeholdersAreKept_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("German") << u"translations/lathe_de.ts"_s;
        QTest::newRow("English") << u"translations/lathe_en.ts"_s;
    }

    void placeholdersAreKept()
    {
        QFETCH(const QString, file);
        QStringList problems;
        for (const Message& message : readMessages(m_root.filePath(file))) {
            QStringList wanted = placeholders(message.source);
            for (const QString& form : message.forms) {
                QStringList found = placeholders(form);
                if (message.plural) {
                    // "One file" need not repeat the number.
                    wanted.removeAll(u"%n"_s);
                    found.removeAll(u"%n"_s);
                }
                if (!form.isEmpty() && found != wanted) {
                    problems << u"%1 -> \"%2\""_s.arg(message.label(), form.left(80));
                }
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable(QString(file + u":\n"_s + problems.join(u'\n'))));
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
