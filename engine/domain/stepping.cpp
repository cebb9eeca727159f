// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/stepping.h"

#include <QStringList>

using namespace Qt::StringLiterals;

namespace lathe {

Result<Breakpoint> parseBreakpoint(QStringView expression)
{
    Breakpoint breakpoint;
    const auto words = expression.trimmed().split(u' ', Qt::SkipEmptyParts);
    if (words.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"a breakpoint needs a stop point, tool=NAME, phase=NAME or error"_s);
    }
    for (const auto word : words) {
        if (const auto point = fromName<StopPoint>(word); point && *point != StopPoint::PhaseEntered) {
            breakpoint.stopPoint = point;
        } else if (word == u"error") {
            breakpoint.onError = true;
        } else if (word == u"once") {
            breakpoint.oneShot = true;
        } else if (word.startsWith(u"tool=") && word.size() > 5) {
            breakpoint.tool = word.mid(5).toString();
        } else if (word.startsWith(u"phase=")) {
            breakpoint.phase = fromName<Phase>(word.mid(6).toString().toUpper());
            if (!breakpoint.phase) {
                return fail(ErrorCode::InvalidInput,
                            u"breakpoint: unknown phase \"%1\"; phases are INGESTION, CONTEXT, POLICY, EXECUTION, "
                            u"SERIALIZATION"_s.arg(word.mid(6)));
            }
        } else {
            return fail(ErrorCode::InvalidInput,
                        u"breakpoint: cannot read \"%1\"; use BEFORE_DECIDE, AFTER_DECIDE, BEFORE_TOOL, AFTER_TOOL, "
                        u"tool=NAME, phase=NAME, error, once"_s.arg(word));
        }
    }
    return breakpoint;
}

QString toExpression(const Breakpoint& breakpoint)
{
    QStringList words;
    if (breakpoint.stopPoint) {
        words += toName(*breakpoint.stopPoint);
    }
    if (!breakpoint.tool.isEmpty()) {
        words += u"tool="_s + breakpoint.tool;
    }
    if (breakpoint.phase) {
        words += u"phase="_s + toName(*breakpoint.phase);
    }
    if (breakpoint.onError) {
        words += u"error"_s;
    }
    if (breakpoint.oneShot) {
        words += u"once"_s;
    }
    return words.join(u' ');
}

} // namespace lathe
