// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/settingsrepository.h"

#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace lathe {

namespace {

constexpr Sql kSet{"INSERT INTO agent_settings (name, value) VALUES (?, ?) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
constexpr Sql kRemove{"DELETE FROM agent_settings WHERE name = ?"};
constexpr Sql kAll{"SELECT name, value FROM agent_settings ORDER BY name"};

} // namespace

Result<void> SettingsRepository::set(const QString& name, const QJsonValue& value)
{
    const auto done = value.isUndefined() ? m_connection.execute(kRemove, {name})
                                          : m_connection.execute(kSet, {name, QString::fromUtf8(canonicalJson(value))});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<QJsonObject> SettingsRepository::all()
{
    auto rows = m_connection.query(kAll);
    if (!rows) {
        return fail(rows.error());
    }
    QJsonObject settings;
    while (rows->next()) {
        // Qt parses documents, not bare values.
        const QByteArray text = "[" + rows->text(1).toUtf8() + "]";
        settings.insert(rows->text(0), QJsonDocument::fromJson(text).array().at(0));
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return settings;
}

} // namespace lathe
