// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"

#include <QObject>
#include <QString>

#include <memory>

namespace lathe {

class EngineFacade;
class KeyStore;
class MainWindow;

/// Puts a window on an engine on a database. The window is seen first; keys and the database come after its first
/// paint.
class Application : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QString database;
        bool useKeychain = true;
    };

    explicit Application(Options options, QObject *parent = nullptr);
    ~Application() override;

    void start();
    [[nodiscard]] MainWindow& window() { return *m_window; }
    [[nodiscard]] EngineFacade *facade() { return m_facade.get(); }
    /// lathe.db in the platform's data folder; LATHE_DB sets another.
    [[nodiscard]] static QString defaultDatabase();

Q_SIGNALS:
    /// The views are there.
    void ready();
    void openFailed(const lathe::Error& error);

private:
    void openDatabase();
    void openAnother();

    Options m_options;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<EngineFacade> m_facade;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace lathe
