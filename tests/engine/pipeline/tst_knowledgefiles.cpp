// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgefiles.h"

#include "engine/pipeline/htmltext.h"
#include "engine/pipeline/pdftext.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestKnowledgeFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsASmartCollection();
    void findsFilesInFolders();
    void readsKindsOfText_data();
    void readsKindsOfText();
    void refusesWhatItCannotRead();
    void readsHtml_data();
    void readsHtml();
    void readsPdf();
    void boundsHostilePdf();

private:
    static void write(const QString& path, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
};

void TestKnowledgeFiles::splitsASmartCollection()
{
    const QString text = u".I 1\n.T\nfirst title\nof two lines .\n.A\nsomebody\n.B\nj. 1958\n.W\nthe text .\n"
                         u".W.\n.I 2\n.T\n.A\n.B\n.W\n"_s;
    const QList<KnowledgeDocument> documents = splitSmartCollection(text, u"cran"_s);
    QCOMPARE(documents.size(), 2);
    QCOMPARE(documents.first().source, u"cran#1"_s);
    QCOMPARE(documents.first().title, u"first title of two lines ."_s);
    QVERIFY(documents.first().text.startsWith(u"the text ."_s));
    QVERIFY(!documents.first().text.contains(u"somebody"_s));
    QCOMPARE(documents.last().text, u"cran#2"_s); // an entry without text still counts
    QVERIFY(splitSmartCollection(u"I am a plain text"_s, u"x"_s).isEmpty());
}

void TestKnowledgeFiles::findsFilesInFolders()
{
    const QTemporaryDir folder;
    for (const QString& name :
         {u"b.txt"_s, u"a.md"_s, u"sub/c.html"_s, u"sub/d.cpp"_s, u"e.pdf"_s, u"NOTES"_s, u"image.png"_s,
          u".hidden/f.txt"_s, u".g.txt"_s, u"node_modules/h.js"_s, u"sub/skip.log"_s, u"drafts/i.txt"_s}) {
        write(folder.filePath(name), "text");
    }
    write(folder.filePath(u".latheignore"_s), "# ours\n*.log\ndrafts/\n\n");
    QVERIFY(QFile::link(folder.path(), folder.filePath(u"loop"_s)));
    const auto list = findKnowledgeFiles({folder.path()});
    QVERIFY(list);
    QStringList sources;
    for (const KnowledgeFile& file : list->files) {
        sources << file.source;
        QVERIFY(!file.isNamed);
    }
    QCOMPARE(sources.join(u' '), u"NOTES a.md b.txt e.pdf sub/c.html sub/d.cpp"_s);
    QCOMPARE(list->notes.join(u'|'), u"image.png: left out, no kind of text by its ending"_s);
    const auto named = findKnowledgeFiles({folder.filePath(u"image.png"_s)});
    QVERIFY(named && named->files.first().isNamed);
    QCOMPARE(knowledgeName({folder.path(), u"/x/b.txt"_s}), QFileInfo(folder.path()).fileName() + u", b.txt"_s);
    const auto missing = findKnowledgeFiles({folder.filePath(u"missing.txt"_s)});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::File);
    QVERIFY(missing.error().message.contains(u"missing.txt"_s));
}

void TestKnowledgeFiles::readsKindsOfText_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("note");
    QTest::newRow("Markdown") << u"a.md"_s << "# The title\n\nbody"_ba << u"The title"_s << u"# The title\n\nbody"_s
                              << QString();
    QTest::newRow("text") << u"a.txt"_s << "plain"_ba << u"a.txt"_s << u"plain"_s << QString();
    QTest::newRow("HTML") << u"a.html"_s << "<title>T &amp; U</title><style>p{}</style><p>one &amp; two</p>"_ba
                          << u"T & U"_s << u"one & two"_s << QString();
    QTest::newRow("Latin-1") << u"a.txt"_s << "caf\xe9"_ba << u"a.txt"_s << u"caf\u00e9"_s
                             << u"a.txt: not UTF-8, read as Latin-1"_s;
    QTest::newRow("UTF-16") << u"a.txt"_s << QByteArray("\xff\xfeh\0i\0", 6) << u"a.txt"_s << u"hi"_s << QString();
    QTest::newRow("blank") << u"a.txt"_s << " \n "_ba << QString() << QString() << QString();
}

void TestKnowledgeFiles::readsKindsOfText()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, title);
    QFETCH(QString, text);
    QFETCH(QString, note);
    const auto read = readKnowledgeFile({.path = name, .source = name}, bytes);
    QVERIFY(read);
    QCOMPARE(read->note, note);
    QCOMPARE(read->documents.size(), text.isEmpty() ? 0 : 1);
    if (!text.isEmpty()) {
        QCOMPARE(read->documents.first().title, title);
        QCOMPARE(read->documents.first().text, text);
        QCOMPARE(read->documents.first().hash, knowledgeHash(bytes));
    }
}

void TestKnowledgeFiles::refusesWhatItCannotRead()
{
    const auto binary = readKnowledgeFile({.path = u"/x/zero.txt"_s, .source = u"zero.txt"_s}, QByteArray(10, '\0'));
    QVERIFY(!binary);
    QCOMPARE(binary.error().message, u"/x/zero.txt is not a text file"_s);
    const auto missing = readKnowledgeBytes({.path = u"/nowhere/x.txt"_s, .source = {}});
    QVERIFY(!missing && missing.error().message.contains(u"/nowhere/x.txt"_s));
    const QTemporaryDir folder;
    QFile large(folder.filePath(u"large.txt"_s));
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(64LL * 1024 * 1024 + 1)); // takes no room
    const auto tooLarge = readKnowledgeBytes({.path = large.fileName(), .source = {}});
    QVERIFY(!tooLarge && tooLarge.error().message.contains(u"64 MiB"_s));
}

void TestKnowledgeFiles::readsHtml_data()
{
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("blocks") << u"<h1>A</h1><p>b\n c<br>d</p><ul><li>e<li>f</ul>"_s << u"A\nb c\nd\ne\nf"_s;
    QTest::newRow("hidden") << u"a<script>if (x < 1) alert('</p>')</script>b<style>c</style>d<!-- e > -->f"_s
                            << u"abdf"_s;
    QTest::newRow("entities") << u"&lt;b&gt; &auml;&#228;&#xE4; &euro; &nosuch; & &#0; &#xD800; &#99999999;"_s
                              << u"<b> \u00e4\u00e4\u00e4 \u20ac &nosuch; & &#0; &#xD800; &#99999999;"_s;
    QTest::newRow("quotes") << u"<a title=\"x > y\">link</a>"_s << u"link"_s;
    QTest::newRow("no tag") << u"a < b and c > d"_s << u"a < b and c > d"_s;
    QTest::newRow("never closed") << u"a<script>b"_s << u"a"_s;
    QTest::newRow("cut in a tag") << u"a<p class="_s << u"a"_s;
    QTest::newRow("cut in a comment") << u"a<!-- b"_s << u"a"_s;
    QTest::newRow("preformatted") << u"<pre>a\n  b</pre>c  d"_s << u"a\n  b\nc d"_s;
    QTest::newRow("cells") << u"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"_s << u"1 2\n3"_s;
    QTest::newRow("deep") << QString(u"<div>"_s.repeated(100'000) + u"x"_s) << u"x"_s;
}

void TestKnowledgeFiles::readsHtml()
{
    QFETCH(QString, html);
    QFETCH(QString, text);
    QCOMPARE(textOfHtml(html).text, text);
}

void TestKnowledgeFiles::readsPdf()
{
    if (QStandardPaths::findExecutable(u"pdftotext"_s).isEmpty()) {
        QSKIP("pdftotext is not installed (package poppler-utils)");
    }
    const QTemporaryDir folder;
    const QByteArray pages =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 7 0 "
        "R>>>>>>endobj\n"
        "4 0 obj<</Length 42>>stream\nBT /F1 12 Tf 20 100 Td (Turbine blade) Tj ET\nendstream endobj\n"
        "5 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 6 0 R/Resources<</Font<</F1 7 0 "
        "R>>>>>>endobj\n"
        "6 0 obj<</Length 38>>stream\nBT /F1 12 Tf 20 100 Td (Zeppelin) Tj ET\nendstream endobj\n"
        "7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "trailer<</Root 1 0 R>>\n";
    const QString path = folder.filePath(u"-o.pdf"_s); // no option
    write(path, pages);
    const auto text = textOfPdf(path);
    QVERIFY2(text, text ? "" : qPrintable(text.error().message));
    QVERIFY(text->section(u'\f', 0, 0).contains(u"Turbine blade"_s));
    QVERIFY(text->section(u'\f', 1, 1).contains(u"Zeppelin"_s));
    const auto damaged = [&] {
        write(path, "%PDF-1.4\nnothing of the kind");
        return textOfPdf(path);
    }();
    QVERIFY(!damaged);
    QVERIFY(damaged.error().message.contains(u"cannot be read as PDF"_s));
}

void TestKnowledgeFiles::boundsHostilePdf()
{
    const QTemporaryDir folder;
    const auto program = [&folder](const QByteArray& script) {
        const QString path = folder.filePath(u"reader"_s);
        write(path, "#!/bin/sh\n" + script);
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    };
    PdfLimits limits;
    limits.program = program("exec sleep 600\n");
    limits.time = std::chrono::seconds(1);
    QCOMPARE(textOfPdf(u"/x.pdf"_s, limits).error().code, ErrorCode::TimedOut);
    limits.time = std::chrono::seconds(60);
    limits.textBytes = 1000;
    limits.program = program("exec yes\n");
    const auto endless = textOfPdf(u"/x.pdf"_s, limits);
    QVERIFY(!endless && endless.error().message.contains(u"/x.pdf holds more than"_s));
    limits.program = folder.filePath(u"missing"_s);
    QCOMPARE(textOfPdf(u"/x.pdf"_s, limits).error().code, ErrorCode::Unavailable);
}

QTEST_GUILESS_MAIN(TestKnowledgeFiles)
#include "tst_knowledgefiles.moc"
