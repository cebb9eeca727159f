// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgefiles.h"

#include "engine/core/canonicaljson.h"
#include "engine/pipeline/htmltext.h"
#include "engine/pipeline/pdftext.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kLargestFile = 64LL * 1024 * 1024;

constexpr qsizetype kMostFiles = 100'000;
/// Whether bytes are text is told by as many at their beginning.
constexpr qsizetype kLookedAt = 8192;

bool isKnownEnding(const QString& suffix)
{
    static const QStringList kEndings{
        u"txt"_s, u"text"_s, u"md"_s,    u"markdown"_s, u"rst"_s,  u"html"_s, u"htm"_s, u"xhtml"_s, u"csv"_s,
        u"tsv"_s, u"json"_s, u"yaml"_s,  u"yml"_s,      u"toml"_s, u"ini"_s,  u"xml"_s, u"log"_s,   u"tex"_s,
        u"org"_s, u"adoc"_s, u"c"_s,     u"h"_s,        u"cc"_s,   u"cpp"_s,  u"hpp"_s, u"py"_s,    u"js"_s,
        u"ts"_s,  u"tsx"_s,  u"jsx"_s,   u"rs"_s,       u"go"_s,   u"java"_s, u"kt"_s,  u"swift"_s, u"rb"_s,
        u"php"_s, u"pl"_s,   u"lua"_s,   u"r"_s,        u"cs"_s,   u"sh"_s,   u"sql"_s, u"cmake"_s, u"css"_s,
        u"qml"_s, u"ui"_s,   u"proto"_s, u"srt"_s,      u"pdf"_s,  u""_s};
    return kEndings.contains(suffix.toLower());
}

bool isMadeByPrograms(const QString& folder)
{
    static const QStringList kFolders{u"node_modules"_s, u"__pycache__"_s, u"venv"_s,
                                      u"target"_s,       u"build"_s,       u"dist"_s};
    return kFolders.contains(folder);
}

/// The patterns of a folder's .latheignore: "*.log" for names at any depth, "drafts/" for a folder.
QList<QRegularExpression> ignoreRules(const QString& folder)
{
    QList<QRegularExpression> rules;
    QFile file(folder + u"/.latheignore"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return rules;
    }
    const QStringList lines = QString::fromUtf8(file.read(64LL * 1024)).split(u'\n');
    for (const QString& line : lines) {
        QString pattern = line.trimmed();
        if (pattern.isEmpty() || pattern.startsWith(u'#')) {
            continue;
        }
        if (pattern.endsWith(u'/')) {
            pattern.chop(1);
        }
        rules << QRegularExpression(QRegularExpression::wildcardToRegularExpression(pattern));
    }
    return rules;
}

/// A rule stands for a name on the way or for the way from the top.
bool isIgnored(const QString& relative, const QList<QRegularExpression>& rules)
{
    const QString name = relative.section(u'/', -1);
    return std::any_of(rules.begin(), rules.end(), [&](const QRegularExpression& rule) {
        return rule.match(name).hasMatch() || rule.match(relative).hasMatch();
    });
}

/// Walks down a folder in the order of names.
class Walk
{
public:
    Walk(const QString& root, KnowledgeFileList& list) : m_root(root), m_list(list), m_rules(ignoreRules(root)) {}

    void into(const QString& folder)
    {
        const QFileInfoList entries =
            QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks, QDir::Name);
        for (const QFileInfo& entry : entries) {
            const QString relative = m_root.relativeFilePath(entry.filePath());
            if (isIgnored(relative, m_rules)) {
                continue;
            }
            if (entry.isDir()) {
                if (!isMadeByPrograms(entry.fileName())) {
                    into(entry.filePath());
                }
            } else {
                take(entry, relative);
            }
        }
    }

private:
    void take(const QFileInfo& entry, const QString& relative)
    {
        if (!isKnownEnding(entry.suffix())) {
            m_list.notes << u"%1: left out, no kind of text by its ending"_s.arg(relative);
        } else if (m_list.files.size() == kMostFiles) {
            m_list.notes << u"%1: left out, there are more than %2 files"_s.arg(relative).arg(kMostFiles);
        } else {
            m_list.files << KnowledgeFile{.path = entry.filePath(), .source = relative};
        }
    }

    QDir m_root;
    KnowledgeFileList& m_list;
    QList<QRegularExpression> m_rules;
};

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

Result<KnowledgeFileList> findKnowledgeFiles(const QStringList& paths)
{
    KnowledgeFileList list;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        if (!info.exists()) {
            return fail(ErrorCode::File, u"%1 does not exist"_s.arg(path));
        }
        if (info.isDir()) {
            Walk(path, list).into(path);
        } else {
            list.files << KnowledgeFile{.path = path, .source = info.fileName(), .isNamed = true};
        }
    }
    return list;
}

Result<QByteArray> readKnowledgeBytes(const KnowledgeFile& file)
{
    QFile handle(file.path);
    // A pipe or a device has no end.
    if (!QFileInfo(file.path).isFile() || !handle.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(file.path, handle.errorString()));
    }
    if (handle.size() > kLargestFile) {
        return fail(ErrorCode::File, u"%1 is larger than 64 MiB"_s.arg(file.path));
    }
    QByteArray bytes = handle.read(kLargestFile);
    if (handle.error() != QFileDevice::NoError) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(file.path, handle.errorString()));
    }
    return bytes;
}

QString knowledgeHash(const QByteArray& bytes)
{
    return QString::fromLatin1(sha256Hex(bytes));
}

Result<KnowledgeFileText> readKnowledgeFile(const KnowledgeFile& file, const QByteArray& bytes)
{
    KnowledgeFileText read;
    QString text;
    QString title;
    const QString suffix = QFileInfo(file.path).suffix().toLower();
    if (suffix == "pdf"_L1 || bytes.startsWith("%PDF-")) {
        Result<QString> pdf = textOfPdf(file.path);
        if (!pdf) {
            return fail(pdf.error());
        }
        text = std::move(*pdf);
        if (text.trimmed().isEmpty()) {
            read.note = u"%1: holds no text, perhaps pictures of pages"_s.arg(file.source);
        }
    } else {
        // UTF-16 says so by its first two bytes; its zeros do not make it binary.
        const auto encoding = QStringConverter::encodingForData(bytes);
        if (!encoding && bytes.first(qMin(bytes.size(), kLookedAt)).contains('\0')) {
            return fail(ErrorCode::InvalidInput, u"%1 is not a text file"_s.arg(file.path));
        }
        QStringDecoder decoder(encoding.value_or(QStringConverter::Utf8), QStringDecoder::Flag::Stateless);
        text = decoder(bytes);
        if (decoder.hasError()) {
            text = QString::fromLatin1(bytes);
            read.note = u"%1: not UTF-8, read as Latin-1"_s.arg(file.source);
        }
    }
    const QString hash = knowledgeHash(bytes);
    read.documents = splitSmartCollection(text, file.source);
    for (KnowledgeDocument& entry : read.documents) {
        entry.hash = hash;
    }
    if (!read.documents.isEmpty()) {
        return read;
    }
    if (suffix == "html"_L1 || suffix == "htm"_L1 || suffix == "xhtml"_L1) {
        HtmlText html = textOfHtml(text);
        text = std::move(html.text);
        title = std::move(html.title);
    }
    if (!text.trimmed().isEmpty()) {
        const QString name = title.isEmpty() ? titleOf(text, file.source) : title.left(200);
        read.documents.append({file.source, name, text, hash});
    }
    return read;
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
