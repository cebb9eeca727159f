// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinanswer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestOutput = 4000;
constexpr qsizetype kLongestQuote = 500;
constexpr qsizetype kLongestPart = 8000;
constexpr qsizetype kMostHits = 5;

QString failure(const Step& step, const Observation& observation)
{
    QString message = observation.message.trimmed();
    if (message.isEmpty()) {
        message = u"The tool gave no message."_s;
    }
    return u"`%1` failed with **%2**: %3"_s.arg(step.tool, observation.errorCode, message);
}

QString filesWritten(const QJsonValue& files)
{
    QStringList names;
    if (files.isObject()) {
        names = files.toObject().keys();
    }
    const QJsonArray list = files.toArray();
    for (const QJsonValue& file : list) {
        names.append(file.isString() ? file.toString() : file["name"_L1].toString());
    }
    names.removeAll(QString());
    return names.isEmpty() ? QString() : u"Files written: `"_s + names.join(u"`, `"_s) + u"`."_s;
}

/// What the program wrote, whether it ended by itself or not.
QStringList outputBlocks(const QJsonObject& value)
{
    QStringList parts;
    const QString output = value.value("stdout"_L1).toString();
    const QString errors = value.value("stderr"_L1).toString();
    if (!output.trimmed().isEmpty()) {
        parts.append(fenced(output, u"text"_s));
    }
    if (value.value("stdoutCut"_L1).toBool()) {
        parts.append(u"(The output was longer than the sandbox keeps.)"_s);
    }
    if (!errors.trimmed().isEmpty()) {
        parts.append(u"Standard error:"_s);
        parts.append(fenced(errors, u"text"_s));
    }
    const QString files = filesWritten(value.value("files"_L1));
    if (!files.isEmpty()) {
        parts.append(files);
    }
    return parts;
}

QString codeAnswer(const Step& step, const Observation& observation)
{
    const QJsonObject& value = observation.value;
    const QString output = value.value("stdout"_L1).toString();
    QString first = u"The %1 "_s.arg(step.title);
    first += value.value("timedOut"_L1).toBool() ? u"was stopped at its time limit"_s
                                                 : u"ended with exit code %1"_s.arg(value.value("exitCode"_L1).toInt());
    first += output.trimmed().isEmpty() ? u" and printed nothing."_s : u" and printed:"_s;
    return (QStringList{first} + outputBlocks(value)).join(u"\n\n"_s);
}

QString arithmeticAnswer(const Step& step, const Observation& observation)
{
    const QString output = observation.value.value("stdout"_L1).toString().trimmed();
    if (observation.value.value("exitCode"_L1).toInt() == 0 && !output.isEmpty()) {
        return u"%1 = **%2**"_s.arg(step.title, output);
    }
    const QStringList errors =
        observation.value.value("stderr"_L1).toString().trimmed().split(u'\n', Qt::SkipEmptyParts);
    const bool timedOut = observation.value.value("timedOut"_L1).toBool();
    const QString why = timedOut           ? u"the time limit was reached"_s
                        : errors.isEmpty() ? u"the program printed nothing"_s
                                           : errors.last().trimmed();
    return u"%1 could not be computed: %2."_s.arg(step.title, why);
}

QString quoteList(const Extract& found, const QList<Passage>& passages)
{
    QList<std::pair<QString, QString>> sources;
    QStringList lines;
    for (const Quote& quote : found.quotes) {
        const Passage& passage = passages[quote.passage];
        const std::pair<QString, QString> source{passage.source, passage.title};
        if (!sources.contains(source)) {
            sources.append(source);
        }
        lines.append(
            u"- %1 [%2]"_s.arg(shortened(quote.sentence, kLongestQuote), QString::number(sources.indexOf(source) + 1)));
    }
    lines.append(u"\nSources:\n"_s);
    for (qsizetype i = 0; i < sources.size(); ++i) {
        const auto& [source, title] = sources[i];
        const QString name = source.isEmpty() ? u"unnamed source"_s : source;
        lines.append(u"- [%1] %2"_s.arg(QString::number(i + 1), name) +
                     (title.isEmpty() ? QString() : u": "_s + title));
    }
    return lines.join(u'\n');
}

QString nothingFound(const Step& step, const QList<Passage>& passages)
{
    QStringList titles;
    for (const Passage& passage : passages) {
        const QString title = passage.title.isEmpty() ? passage.source : passage.title;
        if (!title.isEmpty() && !titles.contains(title) && titles.size() < 3) {
            titles.append(title);
        }
    }
    QString text = u"I found nothing relevant to “%1” in what I can search"_s.arg(step.title);
    text += titles.isEmpty() ? u"."_s : u"; the nearest texts were: "_s + titles.join(u"; "_s) + u'.';
    text += u" I quote, I do not know: add documents with `lathectl kb add FILE`, attach a file, or choose a language "
            "model in the settings."_s;
    return text;
}

QString retrieveAnswer(const Step& step, const Observation *observation)
{
    QList<Passage> passages = step.passages;
    QString trouble = step.note;
    if (observation && observation->failed) {
        trouble = failure(step, *observation);
    } else if (observation) {
        passages += readPassages(observation->value);
    }
    const Extract found = extract(step.question, passages);
    QString text;
    if (found.relevant()) {
        text = quoteList(found, passages);
    } else if (trouble.isEmpty() || !passages.isEmpty()) {
        text = nothingFound(step, passages);
    } else {
        text = u"I cannot answer “%1”: I only quote what I can search."_s.arg(step.title);
    }
    return trouble.isEmpty() ? text : QString(text % u"\n\n"_s % trouble);
}

/// Lists of hits as search engines give them: title, address, a few words.
QString hitList(const QJsonObject& value)
{
    QStringList lines;
    const QJsonArray hits = value.value("results"_L1).toArray();
    for (const QJsonValue& hit : hits) {
        const QString url = hit["url"_L1].toString(hit["link"_L1].toString());
        const QString title = hit["title"_L1].toString(url);
        const QString words = hit["snippet"_L1].toString(hit["content"_L1].toString());
        if (url.isEmpty() || lines.size() >= kMostHits) {
            continue;
        }
        lines.append(u"%1. %2: <%3>"_s.arg(QString::number(lines.size() + 1), title, url) +
                     (words.isEmpty() ? QString() : u"\n   "_s + shortened(words, 300)));
    }
    return lines.join(u'\n');
}

QString toolAnswer(const Step& step, const Observation& observation)
{
    const QString hits = hitList(observation.value);
    if (!hits.isEmpty()) {
        return hits;
    }
    if (observation.value.isEmpty()) {
        return observation.text.trimmed().isEmpty()
                   ? u"`%1` answered with nothing."_s.arg(step.tool)
                   : u"`%1` answered:\n\n"_s.arg(step.tool) + fenced(observation.text, u"text"_s);
    }
    const QString json = QString::fromUtf8(QJsonDocument(observation.value).toJson(QJsonDocument::Indented)).trimmed();
    return u"`%1` answered:\n\n"_s.arg(step.tool) + fenced(json, u"json"_s);
}

QString childAnswer(const Observation& observation)
{
    for (const QLatin1StringView key : {"answer"_L1, "result"_L1, "finalAnswer"_L1}) {
        if (const QJsonValue value = observation.value.value(key); value.isString()) {
            return value.toString();
        }
    }
    return observation.text;
}

/// Headings of a part go one level down below the part's own; fenced blocks stay as they are.
QString lowered(const QString& text)
{
    static const QRegularExpression heading(u"^#{1,5} "_s);
    QStringList lines;
    qsizetype at = 0;
    const QList<bool> mask = protectedMask(text);
    for (const QString& line : text.split(u'\n')) {
        const bool isHeading = at < mask.size() && !mask[at] && heading.match(line).hasMatch();
        lines.append(isHeading ? QString(u'#' % line) : line);
        at += line.size() + 1;
    }
    return lines.join(u'\n');
}

} // namespace

QString stepAnswer(const Step& step, const Observation *observation)
{
    if (step.kind == Step::Kind::Note) {
        return step.note;
    }
    if (step.kind == Step::Kind::Summary) {
        const Extract found = summarise(step.passages);
        return found.relevant() ? quoteList(found, step.passages)
                                : u"There is too little text to summarise for “%1”."_s.arg(step.title);
    }
    if (step.kind == Step::Kind::Retrieve && (observation || step.tool.isEmpty())) {
        return retrieveAnswer(step, observation);
    }
    if (!observation) {
        return step.waits ? u"“%1” was not done: the figure that it refers to is missing."_s.arg(step.title)
                          : u"“%1” was not done: a frame makes at most %2 calls."_s.arg(step.title).arg(kMostCalls);
    }
    if (observation->failed) {
        const QStringList written = step.kind == Step::Kind::Code ? outputBlocks(observation->value) : QStringList();
        return (QStringList{failure(step, *observation)} + written).join(u"\n\n"_s);
    }
    switch (step.kind) {
    case Step::Kind::SubTask:
        return childAnswer(*observation);
    case Step::Kind::Code:
        return codeAnswer(step, *observation);
    case Step::Kind::Arithmetic:
        return arithmeticAnswer(step, *observation);
    case Step::Kind::Tool:
        return toolAnswer(step, *observation);
    case Step::Kind::Retrieve:
    case Step::Kind::Summary:
    case Step::Kind::Note:
        break;
    }
    return {};
}

QString taskAnswer(const QList<Step>& steps, const QList<Observation>& observations)
{
    qsizetype questions = 0;
    for (const Step& step : steps) {
        questions += step.kind == Step::Kind::Retrieve || step.kind == Step::Kind::Summary ? 1 : 0;
    }
    QStringList parts;
    for (const Step& step : steps) {
        QString text = stepAnswer(step, step.tool.isEmpty() ? nullptr : findObservation(observations, step)).trimmed();
        const bool isQuestion = step.kind == Step::Kind::Retrieve || step.kind == Step::Kind::Summary;
        if (isQuestion && steps.size() > 1 && questions > 0) {
            text = u"**"_s % step.title % u"**\n\n"_s % text;
        }
        if (!text.isEmpty() && !parts.contains(text)) {
            parts.append(text);
        }
    }
    return parts.join(u"\n\n"_s);
}

QString joinedAnswer(const QList<std::pair<QString, QString>>& parts)
{
    QStringList sections;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const auto& [title, answer] = parts[i];
        QString text = lowered(answer.trimmed());
        if (text.size() > kLongestPart) {
            text = text.first(kLongestPart) + u"\n\n(The rest of this part stands in its own frame.)"_s;
        }
        sections.append(u"### %1. "_s.arg(i + 1) + title + u"\n\n"_s + text);
    }
    return sections.join(u"\n\n"_s);
}

QString lastFigure(const QString& text)
{
    static const QRegularExpression figure(u"(?<![\\w.])-?\\d+(?:\\.\\d+)?(?![\\w]|\\.\\d)"_s);
    static const QRegularExpression result(u"=\\s*\\**(?:about\\s+)?(-?\\d+(?:\\.\\d+)?)"_s);
    QString last;
    auto results = result.globalMatch(text);
    while (results.hasNext()) {
        last = results.next().captured(1);
    }
    if (!last.isEmpty()) {
        return last;
    }
    auto figures = figure.globalMatch(text);
    while (figures.hasNext()) {
        last = figures.next().captured();
    }
    return last;
}

QString fenced(const QString& text, const QString& language)
{
    QString body = text;
    while (body.endsWith(u'\n')) {
        body.chop(1);
    }
    if (body.size() > kLongestOutput) {
        const qsizetype half = kLongestOutput / 2;
        const qsizetype cut = body.size() - 2 * half;
        body = QString(body.first(half) % u"\n… "_s % QString::number(cut) % u" characters left out …\n"_s %
                       body.last(half));
    }
    qsizetype longest = 0;
    qsizetype run = 0;
    for (const QChar c : std::as_const(body)) {
        run = c == u'`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const QString fence(std::max<qsizetype>(3, longest + 1), u'`');
    return fence % language % u'\n' % body % u'\n' % fence;
}

QString introduction()
{
    return u"I am Lathe's built-in planner, not a language model. I run fenced code and calculations in the sandbox, "
           "answer questions by quoting attachments and the knowledge base, call tools that you name "
           "(`use TOOL with {JSON}`), and work off lists and “… then …” step by step. For everything else choose a "
           "provider such as `openai` with its base URL and key in the settings, or run "
           "`lathectl run --provider openai --base-url URL --model NAME`."_s;
}

} // namespace lathe::builtin
