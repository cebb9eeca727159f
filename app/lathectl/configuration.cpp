// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/configuration.h"

#include "engine/core/jsonreader.h"
#include "engine/core/login.h"

#include <QFile>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

QString Configuration::userOrLogin() const
{
    return user.isEmpty() ? loginName() : user;
}

Result<Configuration> readConfiguration(const QString& path)
{
    Configuration configuration;
    const QString name =
        path.isEmpty() ? QStandardPaths::locate(QStandardPaths::AppConfigLocation, u"lathectl.json"_s) : path;
    if (name.isEmpty()) {
        return configuration;
    }
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"configuration %1 cannot be read: %2"_s.arg(name, file.errorString()));
    }
    const Result<QJsonObject> json = parseJsonObject(file.readAll());
    if (!json) {
        return fail(ErrorCode::InvalidInput, u"configuration %1: %2"_s.arg(name, json.error().message));
    }
    JsonReader reader(*json);
    configuration.database = reader.string("database"_L1);
    configuration.user = reader.string("user"_L1);
    configuration.provider.provider = reader.string("provider"_L1);
    configuration.provider.model = reader.string("model"_L1);
    configuration.provider.baseUrl = reader.string("baseUrl"_L1);
    configuration.provider.apiVersion = reader.string("apiVersion"_L1);
    configuration.provider.apiKeyVariable = reader.string("apiKeyEnv"_L1);
    reader.refuseUnknown();
    const Result<void> finished = reader.finish();
    if (!finished) {
        return fail(ErrorCode::InvalidInput, u"configuration %1: %2"_s.arg(name, finished.error().message),
                    finished.error().detail);
    }
    return configuration;
}

} // namespace lathe::ctl
