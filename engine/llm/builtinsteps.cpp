// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/llm/builtinanswer.h"
#include "engine/llm/builtincode.h"
#include "engine/llm/builtinplanner.h"

#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kCaseless = QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;
constexpr QLatin1StringView kCode("code_executor");
constexpr QLatin1StringView kRetrieve("retrieve_context");
constexpr qsizetype kLongestProse = 20'000;
constexpr qsizetype kEdgeOfLongProse = 4'000;
constexpr qsizetype kLongestQuery = 600;
constexpr qsizetype kEnoughToSummarise = 200;
constexpr int kPassages = 5;
constexpr double kAttachmentsSuffice = 0.6;

/// Sentences of a prompt: quotations stay whole, and "… and what is …" are two.
QStringList segments(const QString& prose)
{
    static const QRegularExpression joined(
        u",?\\s+(?:and|und)\\s+(?=(?:what|how|why|where|when|which|who|calculate|compute|was\\s+ist|wie\\s*viel|berechne|explain|erkläre)\\b)"_s,
        kCaseless);
    static const QString marks = u".?!\n"_s;
    const QList<bool> mask = protectedMask(prose);
    QString guarded = prose;
    for (qsizetype i = 0; i < guarded.size(); ++i) {
        const qsizetype mark = mask[i] ? marks.indexOf(guarded[i]) : -1;
        if (mark >= 0) {
            guarded[i] = QChar(static_cast<char16_t>(0xE000 + mark));
        }
    }
    QStringList result;
    for (const QString& sentence : sentences(guarded)) {
        for (QString part : sentence.split(joined, Qt::SkipEmptyParts)) {
            for (qsizetype mark = 0; mark < marks.size(); ++mark) {
                part.replace(QChar(static_cast<char16_t>(0xE000 + mark)), marks[mark]);
            }
            if (!part.trimmed().isEmpty()) {
                result.append(part.trimmed());
            }
        }
    }
    return result;
}

/// Plans one task; a member for each kind of thing found in it.
class TaskPlanner
{
public:
    TaskPlanner(QString task, const Scene& scene) : m_task(std::move(task)), m_scene(scene) {}

    QList<Step> plan()
    {
        if (const QString smallTalk = smallTalkAnswer(); !smallTalk.isEmpty()) {
            return {note(m_task, smallTalk)};
        }
        addCode();
        QString prose = withoutFences(m_task);
        for (const Directive& directive : takeDirectives(prose, m_scene.tools)) {
            addDirective(directive);
        }
        addProse(prose.trimmed());
        if (m_steps.isEmpty() && m_notes.isEmpty()) {
            addWhole(prose.trimmed());
        }
        return m_steps + m_notes;
    }

private:
    [[nodiscard]] QString smallTalkAnswer() const
    {
        static const QRegularExpression greeting(u"^\\s*(?:hi|hello|hey|hallo|moin|servus|good\\s+(?:morning|afternoon|"
                                                 u"evening)|guten\\s+(?:tag|morgen|abend)|"
                                                 "thanks|thank\\s+you|danke)\\b"_s,
                                                 kCaseless);
        static const QRegularExpression aboutMe(
            u"^\\W*(?:who\\s+are\\s+you|what\\s+are\\s+you|what\\s+can\\s+you\\s+do|help|wer\\s+bist\\s+du|was\\s+kannst\\s+du|hilfe)\\W*$"_s,
            kCaseless);
        const auto greeted = greeting.match(m_task);
        const QString rest = greeted.hasMatch() ? m_task.sliced(greeted.capturedEnd()) : m_task;
        const bool nothingElse =
            greeted.hasMatch() && words(rest).size() <= 3 && !rest.contains(u'?') && !startsAsTask(rest);
        static const QRegularExpression leading(u"^[\\s,.!]+"_s);
        const bool asksMe = aboutMe.match(QString(rest).remove(leading)).hasMatch();
        return nothingElse || asksMe ? introduction() : QString();
    }

    void addCode()
    {
        static const QRegularExpression unwanted(
            u"\\b(?:do\\s+not|don['\\x{2019}]t|without)\\s+(?:run|runn|execut)\\w*|\\bnicht\\s+aus(?:führ|zuführ)\\w*"_s,
            kCaseless);
        QList<Fence> code;
        const QList<Fence> fences = findFences(m_task);
        for (const Fence& fence : fences) {
            if (!isDataLanguage(fence.language)) {
                code.append(fence);
            }
        }
        if (code.isEmpty()) {
            return;
        }
        m_hasCode = true;
        if (unwanted.match(withoutFences(m_task)).hasMatch()) {
            m_notes.append(note(u"code"_s, u"The fenced code was not run, as the prompt asks. I run code and show what "
                                           "it prints; I do not explain it."_s));
            return;
        }
        for (qsizetype i = 0; i < code.size(); ++i) {
            add(codeStep(code[i], i + 1, code.size(), m_scene.tools));
        }
    }

    void add(const Step& step)
    {
        (step.tool.isEmpty() && step.kind == Step::Kind::Note ? m_notes : m_steps).append(step);
    }

    void addDirective(const Directive& directive)
    {
        if (directive.tool.isEmpty()) {
            add(note(directive.title, directive.problem));
            return;
        }
        Step step;
        step.kind = Step::Kind::Tool;
        step.title = directive.title;
        step.tool = directive.tool;
        step.arguments = directive.arguments;
        add(step);
    }

    void addProse(const QString& prose)
    {
        if (addPastedSummary(prose)) {
            return;
        }
        // Of a long pasted text only the ends can be instructions.
        const QString looked = prose.size() <= kLongestProse
                                   ? prose
                                   : QString(prose.first(kEdgeOfLongProse) % u"\n\n" % prose.last(kEdgeOfLongProse));
        for (const QString& segment : segments(looked)) {
            addSegment(segment);
        }
    }

    void addSegment(const QString& segment)
    {
        static const QRegularExpression unable(
            u"^\\W*(?:please\\s+|bitte\\s+)?(?:write|translate|draft|generate|create|compose|draw|plot|make|schreibe?|übersetze|zeichne)\\b"_s,
            kCaseless);
        if (const std::optional<Directive> directive = readDirective(segment, m_scene.tools)) {
            addDirective(*directive);
        } else if (const std::optional<Calculation> calculation = findCalculation(segment)) {
            addCalculation(*calculation);
        } else if (unable.match(segment).hasMatch()) {
            add(note(segment, u"I cannot do this: “%1”. "_s.arg(shortened(segment, 120)) + introduction()));
        } else if (m_hasCode) {
            return; // speaks of the code, whose output is the answer
        } else if (isSummary(segment)) {
            addSummary(segment);
        } else if (isQuestion(segment) || startsAsTask(segment)) {
            addQuestion(segment);
        }
    }

    void addCalculation(const Calculation& calculation)
    {
        QString previous;
        if (calculation.usesPrevious) {
            bool waits = false;
            previous = previousFigure(&waits);
            if (previous.isEmpty() && !waits) {
                add(note(
                    calculation.text,
                    u"“%1” refers to an earlier figure, and there is none; I give no figure."_s.arg(calculation.text)));
                return;
            }
        }
        if (!findTool(m_scene.tools, kCode)) {
            add(note(calculation.text,
                     u"“%1” is a calculation, and I calculate only by running a program: no figure. "_s.arg(
                         calculation.text) +
                         notOffered(kCode, m_scene.tools)));
            return;
        }
        const std::optional<QString> program = calculationProgram(calculation, previous);
        Step step;
        step.kind = Step::Kind::Arithmetic;
        step.title = calculation.text;
        step.tool = kCode;
        step.waits = !program.has_value();
        step.arguments = {{"language"_L1, u"python"_s}, {"code"_L1, program.value_or(QString())}};
        add(step);
    }

    /// The figure that "it" means: of the step before in this task, else of the part before.
    QString previousFigure(bool *waits) const
    {
        for (auto step = m_steps.crbegin(); step != m_steps.crend(); ++step) {
            if (step->kind == Step::Kind::Arithmetic || step->kind == Step::Kind::Code) {
                const Observation *seen = findObservation(m_scene.observations, *step);
                *waits = !seen || !seen->answered;
                return *waits ? QString() : lastFigure(seen->value.value("stdout"_L1).toString());
            }
        }
        return m_scene.known.isEmpty() ? QString() : lastFigure(m_scene.known.last().second);
    }

    static bool isSummary(const QString& segment)
    {
        static const QRegularExpression summary(
            u"\\b(?:summari[sz]e|sum\\s+up|summary|zusammen(?:fassen|fassung)?)\\b"_s, kCaseless);
        return summary.match(segment).hasMatch();
    }

    /// Attachments that a sentence speaks of: the ones it names, or all if it just says "the file".
    QList<Passage> attachmentsMeant(const QString& segment, bool *named) const
    {
        static const QRegularExpression general(
            u"\\b(?:attach\\w*|files?|documents?|anhang|anhänge|datei\\w*|dokument\\w*)\\b"_s, kCaseless);
        QList<Passage> all;
        QList<Passage> byName;
        for (const AttachmentText& attachment : m_scene.attachments) {
            Passage passage;
            passage.source = attachment.name;
            passage.title = attachment.mediaType;
            passage.text = attachment.text;
            passage.attachment = true;
            if (attachment.cut) {
                passage.title += u", only its beginning was in view"_s;
            }
            if (attachment.text.isEmpty()) {
                continue;
            }
            all.append(passage);
            if (segment.contains(attachment.name, Qt::CaseInsensitive)) {
                byName.append(passage);
            }
        }
        *named = !byName.isEmpty() || (!all.isEmpty() && general.match(segment).hasMatch());
        return byName.isEmpty() ? all : byName;
    }

    void addSummary(const QString& segment)
    {
        bool named = false;
        QList<Passage> passages = attachmentsMeant(segment, &named);
        if (!named && !m_scene.known.isEmpty() && refersBack(segment)) {
            addKnown(segment);
        } else if (named || (!passages.isEmpty() && refersBack(segment))) {
            Step step;
            step.kind = Step::Kind::Summary;
            step.title = shortened(segment, 100);
            step.passages = passages;
            m_steps.append(step);
        } else {
            addQuestion(segment);
        }
    }

    /// "Summarise this: …" with the text right in the prompt.
    bool addPastedSummary(const QString& prose)
    {
        static const QRegularExpression form(u"^(?<ask>[^\\n:]{0,200}):\\s*(?<text>.+)$"_s,
                                             QRegularExpression::DotMatchesEverythingOption);
        const auto match = form.match(prose);
        if (!match.hasMatch() || !isSummary(match.captured(u"ask"_s)) ||
            match.capturedLength(u"text"_s) < kEnoughToSummarise) {
            return false;
        }
        Passage passage;
        passage.source = u"the prompt"_s;
        passage.text = match.captured(u"text"_s);
        Step step;
        step.kind = Step::Kind::Summary;
        step.title = shortened(match.captured(u"ask"_s), 100);
        step.passages = {passage};
        m_steps.append(step);
        return true;
    }

    void addKnown(const QString& segment)
    {
        QString text;
        for (const auto& [what, result] : m_scene.known) {
            text += u"- **"_s % what % u"**: "_s % result % u'\n';
        }
        add(note(segment, text.trimmed()));
    }

    void addQuestion(const QString& segment)
    {
        static const QRegularExpression repeat(
            u"^\\W*(?:please\\s+|bitte\\s+)?(?:report|repeat|state|show|list|print|give|tell|return|output|nenne|zeige?|gib|wiederhole)\\b"_s,
            kCaseless);
        if (!m_scene.known.isEmpty() && repeat.match(segment).hasMatch() && refersBack(segment)) {
            addKnown(segment);
            return;
        }
        bool named = false;
        Step step;
        step.kind = Step::Kind::Retrieve;
        step.title = shortened(segment, 100);
        step.question = question(segment);
        step.passages = attachmentsMeant(segment, &named);
        if (contentStems(step.question, looksGerman(segment)).isEmpty()) {
            add(note(segment, u"“%1” holds no word that I could look for."_s.arg(shortened(segment, 100))));
            return;
        }
        const bool enough = named || (!step.passages.isEmpty() &&
                                      extract(step.question, step.passages).coverage >= kAttachmentsSuffice);
        if (!enough && findTool(m_scene.tools, kRetrieve)) {
            addRetrieval(step);
        } else {
            step.note = enough ? QString() : notOffered(kRetrieve, m_scene.tools);
            m_steps.append(step);
        }
    }

    /// The question goes out as it stands; if that finds nothing, once more with its key words alone.
    void addRetrieval(Step step)
    {
        step.tool = kRetrieve;
        step.arguments = {{"query"_L1, step.question}, {"topK"_L1, kPassages}};
        const Observation *seen = findObservation(m_scene.observations, step);
        if (seen && seen->answered && !seen->failed && readPassages(seen->value).isEmpty()) {
            QStringList keyWords;
            for (const QString& word : words(step.question)) {
                if (!isStopWord(word) && !keyWords.contains(word)) {
                    keyWords.append(word);
                }
            }
            Step again = step;
            again.arguments["query"_L1] = keyWords.join(u' ');
            if (again.arguments != step.arguments) {
                m_steps.append(again);
                return;
            }
        }
        m_steps.append(step);
    }

    /// The words to look for: without politeness; "it" becomes what the part before was about.
    QString question(const QString& segment) const
    {
        static const QRegularExpression lead(
            u"^(?:(?:please|bitte|also|now|and|then|can\\s+you|could\\s+you|tell\\s+me|i\\s+want\\s+to\\s+know)\\b[\\s,:]*)+"_s,
            kCaseless);
        QString text = QString(segment).remove(lead).trimmed();
        if (refersBack(text) && !m_scene.known.isEmpty() && contentStems(text, looksGerman(text)).size() < 2) {
            text += u' ' + m_scene.known.last().first;
        }
        return text.size() > kLongestQuery ? text.first(kLongestQuery) : text;
    }

    /// Nothing was recognised: look for it if there is something to look for.
    void addWhole(const QString& prose)
    {
        if (contentStems(prose, looksGerman(prose)).isEmpty()) {
            m_notes.append(note(m_task, introduction()));
            return;
        }
        addQuestion(prose.size() > kLongestQuery ? prose.first(kLongestQuery) : prose);
    }

    QString m_task;
    const Scene& m_scene;
    QList<Step> m_steps;
    QList<Step> m_notes; ///< said behind the results
    bool m_hasCode = false;
};

} // namespace

Step note(const QString& title, const QString& text)
{
    Step step;
    step.title = shortened(title, 100);
    step.note = text;
    return step;
}

QString Step::key() const
{
    const QByteArray text =
        QByteArray::number(static_cast<int>(kind)) + tool.toUtf8() + '\0' + canonicalJson(arguments);
    return QString::fromLatin1(sha256Hex(text).first(8));
}

QList<Step> planTask(const QString& task, const Scene& scene)
{
    return TaskPlanner(task, scene).plan();
}

const Observation *findObservation(const QList<Observation>& observations, const Step& step)
{
    const QString key = step.key();
    for (const Observation& observation : observations) {
        if (observation.stepKey == key && observation.tool == step.tool) {
            return &observation;
        }
    }
    for (const Observation& observation : observations) {
        if (!step.waits && observation.tool == step.tool && observation.arguments == step.arguments) {
            return &observation;
        }
    }
    return nullptr;
}

} // namespace lathe::builtin
