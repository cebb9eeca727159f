// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/apikeys.h"

#include "ui/keychain.h"

#include <QCoreApplication>
#include <QHash>

#include <chrono>
#include <future>
#include <memory>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

std::function<QString(const QString&, const QString&)> apiKeyReader(Environment environment, Keychain keychain)
{
    return [environment = std::move(environment), keychain = std::move(keychain),
            kept = QHash<QString, QString>()](const QString& provider, const QString& variable) mutable {
        if (!variable.isEmpty()) {
            return environment(variable);
        }
        // Interfaces of one maker have one account: openai-responses takes OPENAI_API_KEY.
        const QString usual = environment(provider.section(u'-', 0, 0).toUpper() + u"_API_KEY"_s);
        if (!usual.isEmpty()) {
            return usual;
        }
        if (!kept.contains(provider)) {
            kept.insert(provider, keychain(provider));
        }
        return kept.value(provider);
    };
}

Environment processEnvironment()
{
    return [](const QString& variable) { return qEnvironmentVariable(variable.toLocal8Bit().constData()); };
}

Keychain platformKeychain()
{
    return [](const QString& provider) {
        if (!keychainIsLikely()) {
            return QString();
        }
        const auto answer = std::make_shared<std::promise<QString>>();
        std::future<QString> key = answer->get_future();
        QMetaObject::invokeMethod(
            qApp,
            [provider, answer] {
                readKey(provider, qApp, [answer](const QString& found) { answer->set_value(found); });
            },
            Qt::QueuedConnection);
        return key.wait_for(std::chrono::seconds(10)) == std::future_status::ready ? key.get() : QString();
    };
}

} // namespace lathe::ctl
