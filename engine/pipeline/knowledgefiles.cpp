// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgefiles.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kLargestFile = 64LL * 1024 * 1024;

bool isTextEnding(const QString& suffix)
{
    static const QStringList kEndings{u"txt"_s,  u"text"_s, u"md"_s,   u"markdown"_s, u"rst"_s, u"html"_s, u"htm"_s,
                                      u"csv"_s,  u"tsv"_s,  u"json"_s, u"yaml"_s,     u"yml"_s, u"toml"_s, u"xml"_s,
                                      u"log"_s,  u"tex"_s,  u"org"_s,  u"adoc"_s,     u"c"_s,   u"h"_s,    u"cc"_s,
                                      u"cpp"_s,  u"hpp"_s,  u"py"_s,   u"js"_s,       u"ts"_s,  u"rs"_s,   u"go"_s,
                                      u"java"_s, u"sh"_s,   u"sql"_s,  u"cmake"_s,    u""_s};
    return kEndings.contains(suffix.toLower());
}

Result<QString> readText(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    if (file.size() > kLargestFile) {
        return fail(ErrorCode::File, u"%1 is larger than 64 MiB"_s.arg(path));
    }
    const QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    if (bytes.first(qMin<qsizetype>(bytes.size(), 8192)).contains('\0')) {
        return fail(ErrorCode::InvalidInput, u"%1 is not a text file"_s.arg(path));
    }
    QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text = utf8(bytes);
    if (utf8.hasError()) {
        text = QString::fromLatin1(bytes);
    }
    return text;
}

QString textOfHtml(QString html)
{
    static const QRegularExpression kHidden(u"<(script|style)\\b.*?</\\1\\s*>"_s,
                                            QRegularExpression::CaseInsensitiveOption |
                                                QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression kBlocks(u"<(/p|/div|/li|/h[1-6]|br|/tr)[^>]*>"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression kTags(u"<[^>]*>"_s);
    html.remove(kHidden);
    html.replace(kBlocks, u"\n"_s);
    html.remove(kTags);
    html.replace(u"&lt;"_s, u"<"_s).replace(u"&gt;"_s, u">"_s).replace(u"&quot;"_s, u"\""_s);
    html.replace(u"&nbsp;"_s, u" "_s).replace(u"&#39;"_s, u"'"_s).replace(u"&amp;"_s, u"&"_s);
    return html;
}

QString titleOf(const QString& text, const QString& fallback)
{
    const qsizetype end = text.indexOf(u'\n');
    QString first = text.left(end < 0 ? 200 : qMin<qsizetype>(end, 200)).trimmed();
    if (first.startsWith(u'#')) {
        while (first.startsWith(u'#')) {
            first.remove(0, 1);
        }
        return first.trimmed();
    }
    return fallback;
}

Result<void> readInto(QList<KnowledgeDocument>& documents, const QString& path, const QString& name)
{
    Result<QString> text = readText(path);
    if (!text) {
        return fail(text.error());
    }
    const QString hash =
        QString::fromLatin1(QCryptographicHash::hash(text->toUtf8(), QCryptographicHash::Sha256).toHex());
    QList<KnowledgeDocument> entries = splitSmartCollection(*text, name);
    if (!entries.isEmpty()) {
        for (KnowledgeDocument& entry : entries) {
            entry.hash = hash;
        }
        documents.append(entries);
        return {};
    }
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == "html"_L1 || suffix == "htm"_L1) {
        *text = textOfHtml(*text);
    }
    if (text->trimmed().isEmpty()) {
        return {};
    }
    documents.append({name, titleOf(*text, name), *text, hash});
    return {};
}

} // namespace

QList<KnowledgeDocument> splitSmartCollection(const QString& text, const QString& source)
{
    if (!text.startsWith(u".I "_s)) {
        return {};
    }
    QList<KnowledgeDocument> documents;
    QString field;
    KnowledgeDocument current;
    QString authors;
    QString body;
    const auto finish = [&] {
        if (current.source.isEmpty()) {
            return;
        }
        current.title = current.title.simplified();
        current.text = body.trimmed();
        if (current.text.isEmpty()) {
            current.text = current.title;
        }
        if (current.text.isEmpty()) {
            current.text = current.source; // an entry without text still counts, and can be found by its number
        }
        documents.append(current);
    };
    for (const QStringView line : QStringView(text).split(u'\n')) {
        if (line.startsWith(u".I ")) {
            finish();
            current = KnowledgeDocument();
            current.source = source + u'#' + line.mid(3).trimmed();
            body.clear();
            field.clear();
        } else if (line.size() >= 2 && line.at(0) == u'.' && line.at(1).isUpper() && line.trimmed().size() == 2) {
            field = line.mid(1, 1).toString();
        } else if (field == "T"_L1) {
            current.title += line + u' ';
        } else if (field == "W"_L1) {
            body += line + u'\n';
        }
    }
    finish();
    return documents;
}

Result<QList<KnowledgeDocument>> readKnowledgeFiles(const QStringList& paths)
{
    QList<KnowledgeDocument> documents;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        if (!info.exists()) {
            return fail(ErrorCode::File, u"%1 does not exist"_s.arg(path));
        }
        if (!info.isDir()) {
            const Result<void> read = readInto(documents, path, info.fileName());
            if (!read) {
                return fail(read.error());
            }
            continue;
        }
        QStringList files;
        QDirIterator walk(path, QDir::Files | QDir::Readable, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            files.append(walk.next());
        }
        files.sort();
        const QDir base(path);
        for (const QString& file : std::as_const(files)) {
            const QString relative = base.relativeFilePath(file);
            if (relative.startsWith(u'.') || relative.contains(u"/."_s) || !isTextEnding(QFileInfo(file).suffix())) {
                continue;
            }
            // One file that is no text does not spoil a folder.
            const Result<void> read = readInto(documents, file, relative);
            Q_UNUSED(read)
        }
    }
    if (documents.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"there is no text to add in %1"_s.arg(paths.join(u", "_s)));
    }
    return documents;
}

QString knowledgeName(const QStringList& paths)
{
    QStringList names;
    for (const QString& path : paths) {
        names.append(QFileInfo(QDir::cleanPath(path)).fileName());
    }
    return names.join(u", "_s).left(200);
}

} // namespace lathe
