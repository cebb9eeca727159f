// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/promptset.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/core/sha256.h"

#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QSaveFile>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMostBytes = 64LL * 1024;

struct Part
{
    QLatin1StringView name;
    QString PromptSet::*text;
    QLatin1StringView place;
    bool mayBeEmpty = false;
};
constexpr Part kParts[] = {{"system"_L1, &PromptSet::system, ""_L1},
                           {"tools"_L1, &PromptSet::tools, "tools"_L1},
                           {"examples"_L1, &PromptSet::examples, ""_L1, true},
                           {"result"_L1, &PromptSet::result, "tool result"_L1},
                           {"repair"_L1, &PromptSet::repair, "problem"_L1}};

const Part *partOf(const QString& name)
{
    for (const Part& part : kParts) {
        if (part.name == name) {
            return &part;
        }
    }
    return nullptr;
}

QString placeHolder(const QString& name)
{
    return u"{{"_s + name + u"}}"_s;
}

/// The newline at the end of a file is none of its text.
QString trimmedEnd(QString text)
{
    while (text.endsWith(u'\n') || text.endsWith(u'\r')) {
        text.chop(1);
    }
    return text;
}

Result<void> check(const Part& part, const QString& text, const QString& where)
{
    if (text.trimmed().isEmpty() && !part.mayBeEmpty) {
        return fail(ErrorCode::InvalidInput, u"%1 is empty"_s.arg(where));
    }
    if (text.toUtf8().size() > kMostBytes) {
        return fail(ErrorCode::InvalidInput,
                    u"%1 is too long: at most %2 bytes are taken"_s.arg(where).arg(kMostBytes));
    }
    const QStringList places = QString(part.place).split(u' ', Qt::SkipEmptyParts);
    for (const QString& place : places) {
        if (!text.contains(placeHolder(place))) {
            return fail(ErrorCode::InvalidInput, u"%1 lacks %2"_s.arg(where, placeHolder(place)));
        }
    }
    return {};
}

QString builtinText(const Part& part)
{
    QFile file(u":/lathe/prompts/"_s + part.name + u".txt"_s);
    return file.open(QIODevice::ReadOnly) ? trimmedEnd(QString::fromUtf8(file.readAll())) : QString();
}

QString pathOf(const QString& folder, const Part& part)
{
    return QDir(folder).filePath(part.name + u".txt"_s);
}

Result<PromptText> readPart(const QString& folder, const Part& part)
{
    PromptText prompt{part.name, builtinText(part), part.place, false};
    QFile file(pathOf(folder, part));
    if (folder.isEmpty() || !file.exists()) {
        return prompt;
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"the prompt %1 cannot be read: %2"_s.arg(file.fileName(), file.errorString()));
    }
    QStringDecoder decoder(QStringDecoder::Utf8);
    prompt.text = trimmedEnd(decoder(file.read(kMostBytes + 1)));
    prompt.isOwn = true;
    const QString where = u"the prompt %1"_s.arg(file.fileName());
    if (decoder.hasError() && file.size() <= kMostBytes) {
        return fail(ErrorCode::InvalidInput, u"%1 is not UTF-8"_s.arg(where));
    }
    const Result<void> good = check(part, prompt.text, where);
    if (!good) {
        return fail(good.error());
    }
    return prompt;
}

} // namespace

PromptSet builtinPrompts()
{
    static const PromptSet kPrompts = [] { // every run asks
        PromptSet prompts;
        for (const Part& part : kParts) {
            prompts.*part.text = builtinText(part);
        }
        return prompts;
    }();
    return kPrompts;
}

Result<QList<PromptText>> promptTexts(const QString& folder)
{
    QList<PromptText> texts;
    for (const Part& part : kParts) {
        const Result<PromptText> read = readPart(folder, part);
        if (!read) {
            return fail(read.error());
        }
        texts.append(*read);
    }
    return texts;
}

Result<PromptSet> readPrompts(const QString& folder)
{
    PromptSet prompts;
    for (const Part& part : kParts) {
        const Result<PromptText> read = readPart(folder, part);
        if (!read) {
            return fail(read.error());
        }
        prompts.*part.text = read->text;
    }
    return prompts;
}

Result<void> writePrompt(const QString& folder, const QString& name, const QString& text)
{
    const Part *part = partOf(name);
    if (part == nullptr || folder.isEmpty()) {
        return fail(ErrorCode::NotFound, u"there is no prompt %1"_s.arg(name));
    }
    const QString path = pathOf(folder, *part);
    if (text.isEmpty()) {
        if (QFile::exists(path) && !QFile::remove(path)) {
            return fail(ErrorCode::File, u"%1 cannot be removed"_s.arg(path));
        }
        return {};
    }
    const Result<void> good = check(*part, text, u"the prompt %1"_s.arg(name));
    if (!good) {
        return good;
    }
    const QByteArray bytes = text.toUtf8() + '\n';
    QSaveFile file(path);
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() ||
        !file.commit()) {
        return fail(ErrorCode::File, u"%1 cannot be written: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

QByteArray toBytes(const PromptSet& prompts)
{
    QJsonObject json;
    for (const Part& part : kParts) {
        json.insert(part.name, prompts.*part.text);
    }
    return canonicalJson(json);
}

Result<PromptSet> promptsFromBytes(const QByteArray& bytes)
{
    const Result<QJsonObject> json = parseJsonObject(bytes);
    if (!json) {
        return fail(json.error());
    }
    JsonReader reader(*json);
    PromptSet prompts;
    for (const Part& part : kParts) {
        prompts.*part.text = reader.string(part.name);
    }
    const Result<void> finished = reader.finish();
    if (!finished) {
        return fail(finished.error());
    }
    return prompts;
}

QString versionOf(const PromptSet& prompts)
{
    return QString::fromLatin1(sha256Hex(toBytes(prompts)).left(12));
}

QString filled(const QString& text, QLatin1StringView name, const QString& value)
{
    const QString place = placeHolder(name);
    const qsizetype at = text.indexOf(place);
    return at < 0 ? text : QString(text.left(at) + value + text.mid(at + place.size()));
}

} // namespace lathe
