// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlptree.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxNestedSpans = 256;

} // namespace

SpanTree::SpanTree(QList<OtlpSpan> spans, QStringList& notes) : m_spans(std::move(spans)), m_notes(notes)
{
    // Everything comes in the order of time. What begins in the same millisecond comes as Lathe numbered it, and
    // else as the file has it.
    const auto key = [](const OtlpSpan& span) {
        return std::tuple(span.startMs, span.fields.count({"lathe.decision"_L1}).value_or(0),
                          span.fields.count({"lathe.tool.index"_L1}).value_or(0));
    };
    std::stable_sort(m_spans.begin(), m_spans.end(),
                     [&key](const OtlpSpan& a, const OtlpSpan& b) { return key(a) < key(b); });
    for (qsizetype i = 0; i < m_spans.size(); ++i) {
        m_byId.insert(m_spans.at(i).id, i);
        m_roles.append(roleOf(m_spans.at(i)));
    }
    int orphans = 0;
    for (const OtlpSpan& span : std::as_const(m_spans)) {
        const qsizetype parent = parentOf(span);
        m_parents.append(parent);
        orphans += parent < 0 && !span.parent.isEmpty() ? 1 : 0;
    }
    breakCircles();
    if (orphans > 0) {
        m_notes.append(
            u"trace %1: the parents of %2 spans are not in the file"_s.arg(m_spans.first().traceId).arg(orphans));
    }
}

Result<void> SpanTree::check()
{
    const Result<void> shallow = checkNesting();
    if (shallow) {
        leaveOutWrappers();
    }
    return shallow;
}

qsizetype SpanTree::agentAbove(qsizetype i) const
{
    qsizetype at = m_parents.at(i);
    while (at >= 0 && m_roles.at(at) != SpanRole::Agent) {
        at = m_parents.at(at);
    }
    return at;
}

qsizetype SpanTree::parentOf(const OtlpSpan& span) const
{
    return span.parent.isEmpty() || span.parent == span.id ? -1 : m_byId.value(span.parent, -1);
}

/// A span that is below itself is taken as one of the run's own.
void SpanTree::breakCircles()
{
    QList<int> seenBy(m_spans.size(), -1);
    for (int i = 0; i < m_spans.size(); ++i) {
        for (qsizetype at = i; at >= 0 && (seenBy.at(at) < 0 || seenBy.at(at) == i);) {
            if (seenBy.at(at) == i) {
                m_notes.append(u"%1 is below itself; it is taken as the run's own"_s.arg(m_spans.at(at).path));
                m_parents[at] = -1;
                break;
            }
            seenBy[at] = i;
            at = m_parents.at(at);
        }
    }
}

/// Whatever looks upwards costs as much as there is above.
Result<void> SpanTree::checkNesting() const
{
    QList<int> depths(m_spans.size(), 0);
    for (qsizetype i = 0; i < m_spans.size(); ++i) {
        QList<qsizetype> path;
        qsizetype at = i;
        for (; at >= 0 && depths.at(at) == 0; at = m_parents.at(at)) {
            path.append(at);
        }
        int depth = at < 0 ? 0 : depths.at(at);
        for (auto above = path.crbegin(); above != path.crend(); ++above) {
            depths[*above] = ++depth;
        }
        if (depth > kMaxNestedSpans) {
            return fail(ErrorCode::InvalidInput,
                        u"%1 stands below more than %2 others"_s.arg(m_spans.at(i).path).arg(kMaxNestedSpans));
        }
    }
    return {};
}

/// A framework's span around a model call that the client library tells of too.
void SpanTree::leaveOutWrappers()
{
    int left = 0;
    for (qsizetype i = 0; i < m_spans.size(); ++i) {
        if (m_roles.at(i) != SpanRole::Model) {
            continue;
        }
        qsizetype at = m_parents.at(i);
        while (at >= 0 && m_roles.at(at) == SpanRole::Other) {
            at = m_parents.at(at);
        }
        if (at >= 0 && m_roles.at(at) == SpanRole::Model) {
            m_roles[at] = SpanRole::Other;
            ++left;
        }
    }
    if (left > 0) {
        m_notes.append(
            u"trace %1: %2 model calls only stand around another one and are left out"_s.arg(m_spans.first().traceId)
                .arg(left));
    }
}

} // namespace lathe
