// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMutex>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QString>

#include <functional>
#include <memory>

namespace lathe {

/// API keys: read from the platform's keychain into memory when they are first wanted, else from the environment.
/// Without a keychain a key lives in memory until the program ends. Never in a file, a database or a log.
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
    /// Reads the key of this provider from the keychain unless that was done, then calls; at once if there is nothing
    /// to read. changed() tells of a key that was found. The keychain is not touched before somebody needs it.
    void whenLoaded(const QString& provider, QObject *context, std::function<void()> then);
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
    QSet<QString> m_loaded;
    QHash<QString, QList<std::pair<QPointer<QObject>, std::function<void()>>>> m_waiting;
};

} // namespace lathe
