// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/elicitationdialog.h"

#include <QJsonArray>

#include <iostream>
#include <string>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

/// Text of a stranger for a terminal: no control characters, which could move the cursor or colour what follows.
std::string harmless(QString text)
{
    for (QChar& c : text) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format) {
            c = u' ';
        }
    }
    return text.toStdString();
}

QStringList choices(const QJsonObject& member)
{
    QStringList list;
    const QJsonArray values = member.value("enum"_L1).toArray();
    for (const QJsonValue value : values) {
        list.append(value.toString());
    }
    return list;
}

/// What was typed as a value of the member; undefined if it is none.
QJsonValue valueOf(const QString& typed, const QJsonObject& member)
{
    const QString type = member.value("type"_L1).toString();
    bool isNumber = false;
    if (type == "integer"_L1) {
        const qint64 number = typed.toLongLong(&isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(QJsonValue::Undefined);
    }
    if (type == "number"_L1) {
        const double number = typed.toDouble(&isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(QJsonValue::Undefined);
    }
    if (type == "boolean"_L1) {
        const QString word = typed.toLower();
        const bool yes = word == "y"_L1 || word == "yes"_L1 || word == "true"_L1;
        const bool no = word == "n"_L1 || word == "no"_L1 || word == "false"_L1;
        return yes || no ? QJsonValue(yes) : QJsonValue(QJsonValue::Undefined);
    }
    if (type == "array"_L1) {
        QJsonArray list;
        const QStringList parts = typed.split(u',', Qt::SkipEmptyParts);
        for (const QString& part : parts) {
            list.append(part.trimmed());
        }
        return list;
    }
    const QStringList allowed = choices(member);
    return allowed.isEmpty() || allowed.contains(typed) ? QJsonValue(typed) : QJsonValue(QJsonValue::Undefined);
}

std::string question(const QString& name, const QJsonObject& member, bool required)
{
    QString line = member.value("title"_L1).toString(name);
    const QString description = member.value("description"_L1).toString();
    if (!description.isEmpty()) {
        line += u" ("_s + description + u')';
    }
    const QStringList allowed = choices(member);
    if (!allowed.isEmpty()) {
        line += u" ["_s + allowed.join(u", "_s) + u']';
    } else if (member.value("type"_L1).toString() == "boolean"_L1) {
        line += u" [y, n]"_s;
    }
    const QJsonValue fallback = member.value("default"_L1);
    if (!fallback.isUndefined()) {
        line += u" default "_s + fallback.toVariant().toString();
    } else if (!required) {
        line += u" optional"_s;
    }
    return harmless(line);
}

} // namespace

McpElicitationAnswer askAtTerminal(const McpElicitation& asked, std::istream& in, std::ostream& out)
{
    McpElicitationAnswer answer;
    answer.action = McpElicitationAnswer::Action::Cancel;
    out << "\nThe MCP server " << harmless(asked.server) << " asks: " << harmless(asked.message)
        << "\nAnswer [y], decline [n]? " << std::flush;
    std::string line;
    if (!std::getline(in, line)) {
        return answer;
    }
    if (QString::fromStdString(line).trimmed().toLower() != "y"_L1) {
        answer.action = McpElicitationAnswer::Action::Decline;
        return answer;
    }
    const QJsonObject members = asked.schema.value("properties"_L1).toObject();
    const QJsonArray required = asked.schema.value("required"_L1).toArray();
    for (auto it = members.begin(); it != members.end();) {
        const QJsonObject member = it->toObject();
        const bool isRequired = required.contains(it.key());
        out << question(it.key(), member, isRequired) << ": " << std::flush;
        if (!std::getline(in, line)) {
            return answer;
        }
        const QString typed = QString::fromStdString(line).trimmed();
        const QJsonValue value = typed.isEmpty() ? member.value("default"_L1) : valueOf(typed, member);
        if (value.isUndefined() && (isRequired || !typed.isEmpty())) {
            out << "That does not fit.\n";
            continue;
        }
        if (!value.isUndefined()) {
            answer.content.insert(it.key(), value);
        }
        ++it;
    }
    answer.action = McpElicitationAnswer::Action::Accept;
    return answer;
}

} // namespace lathe::ctl
