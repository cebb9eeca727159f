// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/output.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

bool g_outputLost = false;

bool writeOut(const QByteArray& bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) == size && std::fflush(stdout) == 0) {
        return true;
    }
    // A reader that has seen enough (| head) is no news to anybody; a full disk is.
    if (errno != EPIPE && !g_outputLost) {
        say(u"lathectl: standard output cannot be written: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))));
    }
    g_outputLost = true;
    return false;
}

bool isSpecial(const QString& path)
{
    struct stat status = {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && !S_ISREG(status.st_mode);
}

} // namespace

void say(const QString& message)
{
    const QByteArray bytes = message.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
    std::fflush(stderr);
}

void print(const QString& text)
{
    (void)writeOut(text.toUtf8() + '\n');
}

bool outputWasLost()
{
    return g_outputLost;
}

QString placeName(const QString& path)
{
    return path.isEmpty() || path == "-"_L1 ? u"standard output"_s : path;
}

QString whyNotWritable(const QString& path)
{
    if (path.isEmpty() || path == "-"_L1) {
        return {};
    }
    const QFileInfo file(path);
    const QFileInfo folder(file.absolutePath());
    if (file.isDir()) {
        return u"%1 cannot be written: it is a folder"_s.arg(path);
    }
    if (file.exists()) {
        return file.isWritable() ? QString() : u"%1 cannot be written: this user may not"_s.arg(path);
    }
    if (!folder.isDir()) {
        return u"%1 cannot be written: there is no folder %2"_s.arg(path, folder.filePath());
    }
    return folder.isWritable() ? QString()
                               : u"%1 cannot be written: this user may not write in %2"_s.arg(path, folder.filePath());
}

bool write(const QString& path, const QByteArray& bytes)
{
    if (path.isEmpty() || path == "-"_L1) {
        return writeOut(bytes);
    }
    // All or nothing: an old file stays as it was until the new one is complete. Only where nothing can be made beside
    // it, it is written over.
    QSaveFile file(path);
    file.setDirectWriteFallback(true);
    // A device or a pipe is written to, never replaced by a file.
    QFile special(path);
    QFileDevice& target = isSpecial(path) ? static_cast<QFileDevice&>(special) : file;
    const bool written = target.open(QIODevice::WriteOnly) && target.write(bytes) == bytes.size() && target.flush();
    if (!written || (&target == &file && !file.commit())) {
        say(u"lathectl: %1 cannot be written: %2"_s.arg(path, target.errorString()));
        return false;
    }
    return true;
}

QString indented(const QJsonValue& value)
{
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Indented)).trimmed();
}

QString tableText(const QStringList& header, const QList<QStringList>& rows, const QList<int>& right)
{
    QList<qsizetype> widths;
    for (const QString& title : header) {
        widths.append(title.size());
    }
    for (const QStringList& row : rows) {
        for (qsizetype i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = qMax(widths.at(i), row.at(i).size());
        }
    }
    const auto lineOf = [&widths, &right](const QStringList& cells) {
        QString line;
        for (qsizetype i = 0; i < cells.size(); ++i) {
            const bool last = i + 1 == cells.size();
            const QString& cell = cells.at(i);
            if (right.contains(static_cast<int>(i))) {
                line += cell.rightJustified(widths.at(i));
            } else {
                line += last ? cell : cell.leftJustified(widths.at(i));
            }
            line += last ? QString() : u"  "_s;
        }
        return line;
    };
    QStringList lines{lineOf(header)};
    for (const QStringList& row : rows) {
        lines.append(lineOf(row));
    }
    return lines.join(u'\n');
}

QString timeText(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString moneyText(Money amount)
{
    const QString text = amount.toDecimal();
    return text.startsWith(u'-') ? u"-$"_s + text.mid(1) : u"$"_s + text;
}

QString moneyText(const CostGroup& group)
{
    if (group.unknownLines == 0) {
        return moneyText(group.cost);
    }
    if (group.unknownLines == group.lines) {
        return u"unknown"_s;
    }
    return u"%1+ (%2 of %3 priced)"_s.arg(moneyText(group.cost), QString::number(group.lines - group.unknownLines),
                                          QString::number(group.lines));
}

} // namespace lathe::ctl
