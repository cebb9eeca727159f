// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMutex>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>

namespace lathe {

/// API keys: read from the platform's keychain into memory at start and on change, else from the environment. Without
/// a keychain a key lives in memory until the program ends. Never in a file, a database or a log.
class KeyStore : public QObject
{
    Q_OBJECT

public:
    enum class Place
    {
        None,
        Keychain,
        Environment,
        Memory
    };

    explicit KeyStore(bool useKeychain, QObject *parent = nullptr);

    /// The environment variable each provider falls back to.
    void setVariables(const QHash<QString, QString>& variableOfProvider);
    /// Starts reading the keys of these providers; changed() follows for each.
    void load(const QStringList& providers);
    /// An empty key removes it. Errors of the keychain leave the key in memory and say so by failed().
    void store(const QString& provider, const QString& key);
    [[nodiscard]] Place place(const QString& provider) const;
    /// One sentence: where the key of this provider is kept.
    [[nodiscard]] QString statement(const QString& provider) const;

    /// For EngineSettings::apiKey; may be called on any thread and after this object is gone.
    [[nodiscard]] std::function<QString(const QString& provider, const QString& variable)> reader() const;

Q_SIGNALS:
    void changed(const QString& provider);
    void failed(const QString& provider, const QString& message);

private:
    struct Shared
    {
        QMutex mutex; // the engine thread reads while this thread writes
        QHash<QString, QString> keys;
        QHash<QString, QString> variables;
    };

    void remember(const QString& provider, const QString& key);

    bool m_useKeychain;
    std::shared_ptr<Shared> m_shared;
    QHash<QString, Place> m_places;
};

} // namespace lathe
