// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <utility>

// Values about servers of the Model Context Protocol that shells show and ask for.

namespace lathe {

enum class McpServerState
{
    Disabled,   ///< by its settings
    Refused,    ///< its settings cannot be used; error says why
    Idle,       ///< not started yet
    Connecting, ///< started, not negotiated yet
    Ready,
    Failed ///< error says why; the next call tries again
};
// clang-format off
template <> struct EnumNames<McpServerState> { static constexpr std::pair<McpServerState, QLatin1StringView> table[] = {
    {McpServerState::Disabled, QLatin1StringView("disabled")}, {McpServerState::Refused, QLatin1StringView("refused")},
    {McpServerState::Idle, QLatin1StringView("idle")}, {McpServerState::Connecting, QLatin1StringView("connecting")},
    {McpServerState::Ready, QLatin1StringView("ready")}, {McpServerState::Failed, QLatin1StringView("failed")}}; };
// clang-format on

/// What a server asks the user in the middle of a call.
struct McpElicitation
{
    qint64 id = 0;      ///< to answer it by
    QString server;     ///< its name in the settings
    QString message;    ///< the server's words: not to be trusted, shown as plain text
    QJsonObject schema; ///< of the answer: an object of simple members

    bool operator==(const McpElicitation&) const = default;
};

struct McpElicitationAnswer
{
    enum class Action
    {
        Accept,
        Decline,
        Cancel ///< closed without a choice
    };
    Action action = Action::Decline;
    QJsonObject content; ///< of Accept

    bool operator==(const McpElicitationAnswer&) const = default;
};

/// A configured server as it is now.
struct McpServerInfo
{
    QString name;
    QString target; ///< command with arguments, or address; variables as they are written, never their values
    McpServerState state = McpServerState::Idle;
    QString error;         ///< what is wrong and what to do
    QString protocol;      ///< version that was agreed on
    QString serverName;    ///< what it calls itself
    QString serverVersion; ///< likewise
    QStringList tools;     ///< names as the model sees them
    QStringList issues;    ///< tools that were left out, and why
    QJsonObject settings;  ///< as in the file

    bool operator==(const McpServerInfo&) const = default;
};

} // namespace lathe
