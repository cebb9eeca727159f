// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinprompt.h"

#include "engine/llm/builtinarithmetic.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kCaseless = QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;

const QSet<QString>& taskVerbs()
{
    static const QSet<QString> set = [] {
        const QString list =
            u"add analyse analyze answer ask average calculate call check compare compute convert count define "
            u"describe "
            "determine divide do draw estimate evaluate execute explain extract fetch find get give google identify "
            "list "
            "look mention multiply name outline print quote read repeat report retrieve return run say search send "
            "show "
            "solve start state submit subtract sum summarise summarize tell total translate use verify work write "
            "draft generate create compose make sort plot "
            "addiere antworte beantworte bearbeite berechne beschreibe bestimme definiere drucke dividiere erkläre "
            "erläutere ermittle fasse finde führe gib liste multipliziere nenne nutze prüfe rechne sag sage schreibe "
            "starte subtrahiere suche summiere vergleiche verwende zähle zeig zeige zitiere übersetze"_s;
        const QStringList parts = list.split(u' ', Qt::SkipEmptyParts);
        return QSet<QString>(parts.begin(), parts.end());
    }();
    return set;
}

const QSet<QString>& questionWords()
{
    static const QSet<QString> set{u"what"_s,   u"whats"_s,   u"how"_s,     u"why"_s,  u"when"_s,   u"where"_s,
                                   u"which"_s,  u"who"_s,     u"whose"_s,   u"whom"_s, u"is"_s,     u"are"_s,
                                   u"does"_s,   u"do"_s,      u"did"_s,     u"can"_s,  u"could"_s,  u"should"_s,
                                   u"will"_s,   u"has"_s,     u"have"_s,    u"was"_s,  u"wie"_s,    u"wieviel"_s,
                                   u"warum"_s,  u"wieso"_s,   u"wann"_s,    u"wo"_s,   u"woher"_s,  u"wohin"_s,
                                   u"welche"_s, u"welcher"_s, u"welches"_s, u"wer"_s,  u"wessen"_s, u"ist"_s,
                                   u"sind"_s,   u"kann"_s,    u"gibt"_s,    u"hat"_s,  u"wozu"_s,   u"womit"_s};
    return set;
}

/// The first word that is not politeness.
QString leadingWord(const QString& text)
{
    static const QSet<QString> polite{u"please"_s, u"bitte"_s, u"also"_s,  u"now"_s,     u"and"_s,  u"und"_s,
                                      u"then"_s,   u"dann"_s,  u"first"_s, u"finally"_s, u"next"_s, u"to"_s};
    const QStringList start = words(QStringView(text).first(std::min<qsizetype>(text.size(), 200)));
    for (const QString& word : start) {
        if (!polite.contains(word)) {
            return word;
        }
    }
    return {};
}

struct Item
{
    qsizetype start = 0; ///< of the line
    qsizetype end = 0;   ///< behind the last line of the item
    QString text;
};

struct TaskList
{
    QString before;
    QList<Item> items;
    QString after;
};

bool isBlank(QStringView text)
{
    return text.trimmed().isEmpty();
}

/// The first list of the text: its outermost items with everything indented below them.
std::optional<TaskList> findList(const QString& text)
{
    static const QRegularExpression marker(u"^([ \\t]*)(?:[-*+\\x{2022}]|\\d{1,3}[.)]|[a-z]\\))[ \\t]+(?=\\S)"_s);
    QList<bool> fenced(text.size() + 1, false);
    for (const Fence& fence : findFences(text)) {
        std::fill(fenced.begin() + fence.start, fenced.begin() + fence.start + fence.length, true);
    }
    TaskList list;
    qsizetype indent = -1;
    qsizetype start = 0;
    bool blankBefore = false;
    qsizetype afterAt = text.size();
    while (start < text.size()) {
        qsizetype end = text.indexOf(u'\n', start);
        end = end < 0 ? text.size() : end;
        const QString line = text.sliced(start, end - start);
        const auto match = fenced[start] ? QRegularExpressionMatch() : marker.match(line);
        const qsizetype depth = match.hasMatch() ? match.capturedLength(1) : -1;
        if (depth >= 0 && (indent < 0 || depth <= indent)) {
            indent = indent < 0 ? depth : indent;
            list.items.append({start, end, line.sliced(match.capturedLength())});
        } else if (!list.items.isEmpty() && !isBlank(line)) {
            const bool inside = fenced[start] || line.startsWith(u' ') || line.startsWith(u'\t') || !blankBefore;
            // A fence at the margin right below an item belongs to it; a new paragraph at the margin ends the list.
            const bool ownFence = line.startsWith("```"_L1) || line.startsWith("~~~"_L1);
            if (!inside && !ownFence) {
                afterAt = start;
                break;
            }
            list.items.last().end = end;
            list.items.last().text += u'\n' + line;
        }
        blankBefore = isBlank(line);
        start = end + 1;
    }
    if (list.items.size() < 2) {
        return std::nullopt;
    }
    list.before = text.first(list.items.first().start).trimmed();
    list.after = text.sliced(afterAt).trimmed();
    for (Item& item : list.items) {
        item.text = item.text.trimmed();
    }
    return list;
}

/// "Explain:" before a list of names makes each of them a task; nothing if the lead is no such verb.
QString distributedLead(const QString& before)
{
    static const QRegularExpression lead(
        u"(?:^|[.!?]\\s+|\\n)(?:please\\s+|bitte\\s+)?(explain|describe|define|find|look\\s+up|search\\s+for|calculate|"
        u"compute|"
        "what\\s+is|what\\s+are|how\\s+much\\s+is|erkläre|beschreibe|berechne|definiere|finde|was\\s+ist)"
        "(?:\\s+(?:the|each|all|every|these|following|of|terms?|words?|expressions?|values?|things?|die|folgenden?|"
        "begriffe))*"
        "\\s*:\\s*$"_s,
        kCaseless);
    const auto match = lead.match(before);
    return match.hasMatch() ? match.captured(1) : QString();
}

/// Stricter than startsAsTask(): "and then is", "then was" tell a story, and one word alone is a name.
bool isTaskItem(const QString& text)
{
    static const QSet<QString> auxiliaries{u"is"_s,    u"are"_s,    u"does"_s, u"do"_s,   u"did"_s, u"can"_s,
                                           u"could"_s, u"will"_s,   u"has"_s,  u"have"_s, u"ist"_s, u"sind"_s,
                                           u"kann"_s,  u"should"_s, u"gibt"_s, u"hat"_s,  u"wo"_s,  u"was"_s};
    static const QRegularExpression germanWhat(
        u"^\\W*was\\s+(?:ist|sind|bedeutet|macht|passiert|heißt|kostet|zeigt)\\b"_s, kCaseless);
    const QString word = leadingWord(text);
    const bool asks =
        startsAsTask(text) && words(text).size() > 1 &&
        (!auxiliaries.contains(word) || text.trimmed().endsWith(u'?') || germanWhat.match(text).hasMatch());
    return asks || !findFences(text).isEmpty() || findCalculation(text).has_value();
}

QStringList splitList(const QString& task)
{
    const std::optional<TaskList> list = findList(task);
    if (!list) {
        return {};
    }
    const QString lead = distributedLead(list->before);
    qsizetype tasks = 0;
    for (const Item& item : list->items) {
        tasks += isTaskItem(item.text) ? 1 : 0;
    }
    QStringList parts;
    if (tasks * 2 > list->items.size()) {
        for (const Item& item : list->items) {
            parts.append(item.text);
        }
    } else if (!lead.isEmpty()) {
        for (const Item& item : list->items) {
            parts.append(QString(lead % u' ' % item.text));
        }
    } else {
        return {};
    }
    // What stands before the list is a task of its own only if it asks for something and does not just lead to it.
    if (!list->before.isEmpty() && !list->before.endsWith(u':') && startsAsTask(list->before) &&
        isQuestion(list->before)) {
        parts.prepend(list->before);
    }
    if (!list->after.isEmpty() && startsAsTask(list->after)) {
        parts.append(list->after);
    }
    return parts;
}

struct Cut
{
    qsizetype start = 0; ///< of the connecting words
    qsizetype end = 0;   ///< behind them
};

/// Whether the clause that the text before a "then" belongs to is a condition: "if …, then …" is one task.
bool isConditional(const QString& before)
{
    static const QRegularExpression condition(u"\\b(?:if|when|whenever|unless|once|wenn|falls|sobald)\\b[^.!?\\n]*$"_s,
                                              kCaseless);
    return condition.match(before).hasMatch();
}

QList<Cut> findCuts(const QString& text)
{
    static const QRegularExpression connector(
        u"(?:[,;.!?]\\s*|\\s+)(?:(?:and|und)\\s+)?"
        "(?:(?:only\\s+)?then|after\\s+that|afterwards|next|finally|lastly|"
        "dann|danach|anschließend|schließlich|zuletzt|zum\\s+schluss)\\b[,:]?\\s+"_s,
        kCaseless);
    const QList<bool> mask = protectedMask(text);
    QList<Cut> cuts;
    qsizetype from = 0;
    auto matches = connector.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        const qsizetype start = match.capturedStart();
        const qsizetype end = match.capturedEnd();
        if (mask[start] || (end < mask.size() && mask[end - 1] && mask[end])) {
            continue;
        }
        const QString before = text.sliced(from, start - from);
        const QString after = text.sliced(end);
        const bool stop = QStringView(u".!?").contains(text[start]);
        if (before.trimmed().isEmpty() || !isTaskItem(after) || (!stop && isConditional(before))) {
            continue;
        }
        // The mark that ended the sentence before stays with it.
        cuts.append({stop ? start + 1 : start, end});
        from = end;
    }
    return cuts;
}

QStringList splitThen(const QString& task)
{
    static const QRegularExpression opening(
        u"^(?:(?:please|bitte)\\s+)?(?:first(?:ly)?|first\\s+of\\s+all|to\\s+begin\\s+with|zuerst|zunächst|als\\s+erstes)\\b[,:]?\\s+"_s,
        kCaseless);
    const QList<Cut> cuts = findCuts(task);
    if (cuts.isEmpty()) {
        return {};
    }
    QStringList parts;
    qsizetype at = 0;
    for (const Cut& cut : cuts) {
        parts.append(task.sliced(at, cut.start - at).trimmed());
        at = cut.end;
    }
    parts.append(task.sliced(at).trimmed());
    parts.first().remove(opening);
    parts.removeAll(QString());
    return parts;
}

} // namespace

QList<AttachmentText> takeAttachments(QString& text)
{
    static const QRegularExpression header(u"^Attachment (.+) \\(([^(),\\n]*), (\\d+) bytes\\)([^\\n]*)$"_s,
                                           QRegularExpression::MultilineOption);
    QList<AttachmentText> found;
    QString rest;
    qsizetype at = 0;
    auto match = header.match(text);
    while (match.hasMatch()) {
        rest += QStringView(text).sliced(at, match.capturedStart() - at);
        const auto next = header.match(text, match.capturedEnd());
        const qsizetype limit = next.hasMatch() ? next.capturedStart() : text.size();
        const qsizetype bodyStart = std::min(match.capturedEnd() + 1, limit);
        QString body = text.sliced(bodyStart, limit - bodyStart);
        at = limit;
        const bool cut = match.captured(4).contains("beginning"_L1);
        found.append({match.captured(1), match.captured(2), match.captured(3).toLongLong(), body.trimmed(), cut});
        match = next;
    }
    rest += QStringView(text).sliced(at);
    text = rest.trimmed();
    return found;
}

Task readTask(const QList<ChatMessage>& messages)
{
    Task task;
    static constexpr QLatin1StringView resultsHead("Results known beforehand:\n");
    for (const ChatMessage& message : messages) {
        if (message.role == ChatRole::User) {
            task.text = message.content.trimmed();
        }
        if (message.role != ChatRole::System) {
            continue;
        }
        QString text = message.content;
        if (const qsizetype at = text.lastIndexOf(resultsHead); at >= 0) {
            const QByteArray json = text.sliced(at + resultsHead.size()).toUtf8();
            task.knownResults = QJsonDocument::fromJson(json).array();
            text.truncate(at);
        }
        task.attachments += takeAttachments(text);
    }
    static const QRegularExpression known(u"(?:^|\\n)Known so far:\\n((?:- [^\\n]*(?:\\n|$))+)\\s*$"_s);
    if (const auto match = known.match(task.text); match.hasMatch()) {
        task.previous = match.captured(1).trimmed();
        task.text = task.text.first(match.capturedStart()).trimmed();
    }
    return task;
}

QString withKnown(const QString& task, const QList<std::pair<QString, QString>>& known)
{
    if (known.isEmpty()) {
        return task;
    }
    QString text = task % u"\n\nKnown so far:"_s;
    for (const auto& [what, result] : known) {
        text += u"\n- "_s % shortened(what, 120) % u": "_s % shortened(result, 400);
    }
    return text;
}

QStringList splitTask(const QString& task)
{
    QStringList parts = splitList(task);
    if (parts.isEmpty()) {
        parts = splitThen(task);
    }
    return parts.size() > 1 ? parts : QStringList{task};
}

bool startsAsTask(const QString& text)
{
    const QString word = leadingWord(text);
    return taskVerbs().contains(word) || questionWords().contains(word);
}

bool isQuestion(const QString& text)
{
    return text.trimmed().endsWith(u'?') || questionWords().contains(leadingWord(text));
}

bool refersBack(const QString& text)
{
    static const QRegularExpression reference(
        u"\\b(?:it|that|this|these|those|them|both|result|results|above|previous|earlier|answers?|figures?|findings|"
        u"everything|all|"
        "ergebnisse?|das|dies|diese[snr]?|davon|daraus|alles|beide[sn]?|obige[snr]?)\\b"_s,
        kCaseless);
    return reference.match(withoutFences(text)).hasMatch();
}

} // namespace lathe::builtin
