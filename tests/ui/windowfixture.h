// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/enginefacade.h"
#include "tests/support/patience.h"
#include "ui/keystore.h"
#include "ui/session.h"
#include "ui/views/mainwindow.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lathe::test {

/// The real window on the real engine with an empty database and the built-in model.
class WindowFixture
{
public:
    WindowFixture()
    {
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        m_keys = std::make_unique<KeyStore>(false);
        EngineSettings settings;
        settings.database = path();
        settings.apiKey = m_keys->reader();
        settings.mcpFile = m_folder.filePath(QStringLiteral("mcp.json"));
        settings.installBuiltinKnowledge = false;
        m_facade = std::make_unique<EngineFacade>(std::move(settings));
        const QFuture<Result<void>> opened = m_facade->open();
        m_opened = QTest::qWaitFor([&opened] { return opened.isFinished(); }, 60'000) && opened.result();
        m_window = std::make_unique<MainWindow>();
        if (m_opened) {
            m_window->attach(*m_facade, *m_keys, path());
            m_window->resize(1400, 900);
            m_window->show();
            m_window->activateWindow();
            m_opened = QTest::qWaitForWindowActive(m_window.get(), 60'000);
        }
    }
    ~WindowFixture() { m_window.reset(); }

    [[nodiscard]] bool isOpen() const { return m_opened; }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("lathe.db")); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] MainWindow& window() { return *m_window; }
    [[nodiscard]] Session& session() { return *m_window->session(); }
    [[nodiscard]] EngineFacade& facade() { return *m_facade; }

    [[nodiscard]] bool waitForStop()
    {
        return QTest::qWaitFor([this] { return session().run().isStopped(); }, 60'000);
    }
    [[nodiscard]] bool waitForEnd()
    {
        return QTest::qWaitFor(
            [this] {
                return session().run().isOpen() && !session().run().isLive() &&
                       session().run().record().summary.completedAtMs > 0;
            },
            60'000);
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<EngineFacade> m_facade;
    std::unique_ptr<MainWindow> m_window;
    bool m_opened = false;
};

} // namespace lathe::test
