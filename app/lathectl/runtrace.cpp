// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/runtrace.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/llmtypes.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

QString oneLine(QString text, qsizetype length)
{
    text = text.simplified();
    return text.size() <= length ? text : text.left(length - 1) + u'…';
}

} // namespace

RunTrace::RunTrace(bool quiet, QString events) : m_quiet(quiet), m_path(std::move(events)) {}

bool RunTrace::open()
{
    if (m_path.isEmpty()) {
        return true;
    }
    const bool opened = m_path == "-"_L1 ? m_file.open(stdout, QIODevice::WriteOnly)
                                         : (m_file.setFileName(m_path), m_file.open(QIODevice::WriteOnly));
    if (!opened) {
        say(u"lathectl: %1 cannot be written: %2"_s.arg(placeName(m_path), m_file.errorString()));
    }
    return opened;
}

void RunTrace::add(const QList<RunEvent>& events)
{
    for (const RunEvent& event : events) {
        m_projector.apply(event);
        if (m_file.isOpen() && !m_failed) {
            const QByteArray line = canonicalJson(QJsonValue(toJson(event))) + '\n';
            m_failed = m_file.write(line) != line.size();
        }
        if (!m_quiet) {
            tell(event);
        }
    }
    if (m_file.isOpen() && !m_failed) {
        m_failed = !m_file.flush();
    }
}

bool RunTrace::finish()
{
    if (m_failed) {
        say(u"lathectl: %1 cannot be written: %2"_s.arg(placeName(m_path), m_file.errorString()));
    }
    m_file.close();
    return !m_failed;
}

void RunTrace::tell(const RunEvent& event)
{
    const QJsonObject& d = event.details;
    const int decision = d.value("decision"_L1).toInt();
    switch (event.type) {
    case EventType::RunCreated:
        say(u"run %1  %2 %3"_s.arg(event.runId, d.value("provider"_L1).toString(), d.value("model"_L1).toString()));
        break;
    case EventType::RunResumed:
        say(u"run %1  resumed after entry %2"_s.arg(event.runId).arg(d.value("fromSeq"_L1).toInteger()));
        break;
    case EventType::CacheLookup:
        if (d.value("hit"_L1).toBool()) {
            say(u"      answered from the result cache, charged $0, avoided $%1"_s.arg(
                d.value("avoided"_L1).toString()));
        }
        break;
    case EventType::LlmResponse:
        if (d.value("stopReason"_L1).toString() == toName(StopReason::Length)) {
            say(u"      the reply of decision %1 was cut at its token limit"_s.arg(decision));
        }
        break;
    case EventType::Decision: {
        const QString indent(2 * d.value("depth"_L1).toInt(), u' ');
        const QString action = d.value("action"_L1).toString();
        QString what = oneLine(d.value("finalAnswer"_L1).toString(), 80);
        QStringList tools;
        for (const QJsonValue& call : d.value("calls"_L1).toArray()) {
            tools.append(call.toObject().value("tool"_L1).toString());
        }
        if (!tools.isEmpty()) {
            what = tools.join(u", "_s);
        }
        say(u"%1  %2%3  %4"_s.arg(QString::number(decision).rightJustified(4), indent, action.leftJustified(12), what));
        const QString reasoning = oneLine(d.value("reasoning"_L1).toString(), 90);
        if (!reasoning.isEmpty()) {
            say(u"      %1%2"_s.arg(indent, reasoning));
        }
        break;
    }
    case EventType::ToolResult:
        say(u"        %1: %2"_s.arg(d.value("tool"_L1).toString(),
                                    d.value("ok"_L1).toBool()
                                        ? u"ok in %1 ms"_s.arg(d.value("durationMs"_L1).toInteger())
                                        : oneLine(d.value("text"_L1).toString(), 100)));
        break;
    case EventType::LlmBlocked:
        say(u"      %1"_s.arg(d.value("message"_L1).toString()));
        break;
    case EventType::LlmRetry:
        say(u"      attempt %1 of %2 failed (%3: %4), next in %5 s"_s.arg(
            QString::number(d.value("attempt"_L1).toInt()), QString::number(d.value("attempts"_L1).toInt()),
            d.value("errorKind"_L1).toString(), oneLine(d.value("message"_L1).toString(), 80),
            QString::number(static_cast<double>(d.value("delayMs"_L1).toInteger()) / 1000.0)));
        break;
    case EventType::PolicyViolation:
        say(u"      policy: %1: %2"_s.arg(d.value("code"_L1).toString(), d.value("message"_L1).toString()));
        break;
    case EventType::StoppedAt:
        say(u"      stopped at %1, decision %2%3 (%4)"_s.arg(
            d.value("point"_L1).toString(), QString::number(decision),
            d.value("tool"_L1).toString().isEmpty() ? QString() : u", "_s + d.value("tool"_L1).toString(),
            d.value("reason"_L1).toString()));
        break;
    default:
        break;
    }
}

} // namespace lathe::ctl
