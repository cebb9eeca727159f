// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keystore.h"

#include "ui/keychain.h"

using namespace Qt::StringLiterals;

namespace lathe {

KeyStore::KeyStore(bool useKeychain, QObject *parent)
    : QObject(parent), m_useKeychain(useKeychain), m_shared(std::make_shared<Shared>())
{}

void KeyStore::setVariables(const QHash<QString, QString>& variableOfProvider)
{
    const QMutexLocker lock(&m_shared->mutex);
    m_shared->variables = variableOfProvider;
}

void KeyStore::whenLoaded(const QString& provider, QObject *context, std::function<void()> then)
{
    bool needsKey = m_useKeychain && !m_loaded.contains(provider);
    if (needsKey) {
        const QMutexLocker lock(&m_shared->mutex);
        needsKey = !m_shared->variables.value(provider).isEmpty();
    }
    if (!needsKey) {
        then();
        return;
    }
    const bool asked = m_waiting.contains(provider);
    m_waiting[provider].append({context, std::move(then)});
    if (asked) {
        return;
    }
    readKey(provider, this, [this, provider](const QString& key) {
        m_loaded.insert(provider);
        if (!key.isEmpty()) {
            remember(provider, key);
            m_places.insert(provider, Place::Keychain);
            Q_EMIT changed(provider);
        }
        const auto waiting = m_waiting.take(provider);
        for (const auto& [context, then] : waiting) {
            if (context) {
                then();
            }
        }
    });
}

void KeyStore::store(const QString& provider, const QString& key)
{
    remember(provider, key);
    m_places.insert(provider, key.isEmpty() ? Place::None : Place::Memory);
    Q_EMIT changed(provider);
    if (!m_useKeychain) {
        return;
    }
    writeKey(provider, key, this,
             [this, provider, place = key.isEmpty() ? Place::None : Place::Keychain](const QString& problem) {
                 if (problem.isEmpty()) {
                     m_places.insert(provider, place);
                     Q_EMIT changed(provider);
                 } else {
                     Q_EMIT failed(provider, problem);
                 }
             });
}

void KeyStore::remember(const QString& provider, const QString& key)
{
    const QMutexLocker lock(&m_shared->mutex);
    if (key.isEmpty()) {
        m_shared->keys.remove(provider);
    } else {
        m_shared->keys.insert(provider, key);
    }
}

KeyStore::Place KeyStore::place(const QString& provider) const
{
    const QMutexLocker lock(&m_shared->mutex);
    if (m_shared->keys.contains(provider)) {
        return m_places.value(provider, Place::Memory);
    }
    const QString variable = m_shared->variables.value(provider);
    const bool set = !variable.isEmpty() && !qEnvironmentVariable(qUtf8Printable(variable)).isEmpty();
    return set ? Place::Environment : Place::None;
}

QString KeyStore::statement(const QString& provider) const
{
    const QString variable = m_shared->variables.value(provider);
    switch (place(provider)) {
    case Place::Keychain:
        return tr("Kept in the keychain of this computer.");
    case Place::Environment:
        return tr("Taken from the environment variable %1.").arg(variable);
    case Place::Memory:
        return tr("Kept in memory until Lathe is closed: no keychain is available.");
    case Place::None:
        return variable.isEmpty() ? tr("No key is set.")
                                  : tr("No key is set here or in the environment variable %1.").arg(variable);
    }
    return {};
}

std::function<QString(const QString&, const QString&)> KeyStore::reader() const
{
    return [shared = m_shared](const QString& provider, const QString& variable) {
        QString name = variable;
        {
            const QMutexLocker lock(&shared->mutex);
            // A variable that was named on purpose goes before the keychain.
            if (name.isEmpty()) {
                if (const QString key = shared->keys.value(provider); !key.isEmpty()) {
                    return key;
                }
                name = shared->variables.value(provider);
            }
        }
        return name.isEmpty() ? QString() : qEnvironmentVariable(qUtf8Printable(name));
    };
}

} // namespace lathe
