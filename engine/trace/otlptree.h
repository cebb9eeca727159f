// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/trace/otlpdialects.h"

#include <QHash>

namespace lathe {

/// The spans of one trace, by time, with who is below whom, whatever the file says: parents that are not there and
/// circles count as nothing above. Places are indexes into spans().
class SpanTree
{
public:
    /// notes: is told what is odd; outlives this. There is at least one span.
    SpanTree(QList<OtlpSpan> spans, QStringList& notes);

    /// To be asked first: InvalidInput if spans stand deeper inside one another than is looked through.
    [[nodiscard]] Result<void> check();
    [[nodiscard]] const QList<OtlpSpan>& spans() const { return m_spans; }
    [[nodiscard]] SpanRole role(qsizetype i) const { return m_roles.at(i); }
    [[nodiscard]] qsizetype parent(qsizetype i) const { return m_parents.at(i); } ///< -1: there is none
    /// The nearest span above that is an agent; -1: there is none.
    [[nodiscard]] qsizetype agentAbove(qsizetype i) const;

private:
    [[nodiscard]] qsizetype parentOf(const OtlpSpan& span) const;
    void breakCircles();
    [[nodiscard]] Result<void> checkNesting() const;
    void leaveOutWrappers();

    QList<OtlpSpan> m_spans;
    QStringList& m_notes;
    QHash<QString, qsizetype> m_byId;
    QList<SpanRole> m_roles;
    QList<qsizetype> m_parents;
};

} // namespace lathe
