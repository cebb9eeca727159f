// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"

#include <QJsonObject>

namespace lathe {

/// agent_settings: names with JSON values.
class SettingsRepository
{
public:
    explicit SettingsRepository(Connection& connection) : m_connection(connection) {}
    /// Undefined removes the setting.
    [[nodiscard]] Result<void> set(const QString& name, const QJsonValue& value);
    [[nodiscard]] Result<QJsonObject> all();

private:
    Connection& m_connection;
};

} // namespace lathe
