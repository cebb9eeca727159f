// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/stopdialog.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <iostream>
#include <string>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

void StopDialog::at(const QString& runId, const StopState& stop)
{
    say(indented(stop.editable));
    std::string line;
    do {
        say(u"[c]ontinue  step [i]nto  [n]ext  step [o]ut  [e] KEY=JSON edit  [s]top"_s);
        say(u"[a]pprove, [a] run or [a] RULE  [r] TEXT reject  [u] TEXT escalate  [q] TEXT end the run"_s);
        std::cerr << "> " << std::flush;
        if (!std::getline(std::cin, line)) {
            m_shell.interrupt();
            return;
        }
    } while (!obey(runId, QString::fromStdString(line).trimmed()));
}

bool StopDialog::obey(const QString& runId, const QString& said)
{
    static const QHash<QString, StepCommand> kCommands{{u"c"_s, StepCommand::Continue},
                                                       {u"i"_s, StepCommand::StepInto},
                                                       {u"n"_s, StepCommand::StepOver},
                                                       {u"o"_s, StepCommand::StepOut},
                                                       {u"s"_s, StepCommand::Stop}};
    if (said.isEmpty()) {
        return false; // Enter alone never approves a tool call
    }
    if (const auto command = kCommands.constFind(said); command != kCommands.constEnd()) {
        m_shell.facade().command(runId, *command);
        return true;
    }
    const QString rest = said.mid(1).trimmed();
    if (said.startsWith(u'r') && !rest.isEmpty()) {
        return m_shell.ask(m_shell.facade().rejectTool(runId, rest));
    }
    if (said.startsWith(u'a')) {
        const bool forRun = rest == "run"_L1;
        const VerdictScope scope = rest.isEmpty() ? VerdictScope::Once
                                   : forRun       ? VerdictScope::Run
                                                  : VerdictScope::Rule;
        const ToolVerdict verdict{Verdict::Approve, scope, {}, forRun ? QString() : rest};
        return m_shell.ask(m_shell.facade().decideTool(runId, verdict));
    }
    if (said.startsWith(u'u') || said.startsWith(u'q')) {
        const Verdict wanted = said.startsWith(u'u') ? Verdict::Escalate : Verdict::EndRun;
        return m_shell.ask(m_shell.facade().decideTool(runId, {wanted, VerdictScope::Once, rest, {}}));
    }
    if (said.startsWith(u'e') && rest.contains(u'=')) {
        edit(runId, rest);
    } else {
        say(u"not understood: %1"_s.arg(said));
    }
    return false;
}

void StopDialog::edit(const QString& runId, const QString& assignment)
{
    const QString key = assignment.section(u'=', 0, 0).trimmed();
    const QByteArray value = assignment.section(u'=', 1).trimmed().toUtf8();
    QJsonParseError problem;
    const QJsonDocument wrapped = QJsonDocument::fromJson("{\"v\":" + value + '}', &problem);
    if (problem.error != QJsonParseError::NoError) {
        say(u"not JSON: %1"_s.arg(problem.errorString()));
        return;
    }
    StopEdit edit;
    edit.values.insert(key, wrapped.object().value("v"_L1));
    if (m_shell.ask(m_shell.facade().edit(runId, edit))) {
        say(u"changed %1"_s.arg(key));
    }
}

} // namespace lathe::ctl
