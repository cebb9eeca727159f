// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/keystore.h"
#include "ui/views/mainwindow.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace lathe {

Application::Application(Options options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_window(std::make_unique<MainWindow>())
{
    if (m_options.database.isEmpty()) {
        m_options.database = defaultDatabase();
    }
    connect(m_window.get(), &MainWindow::painted, this, &Application::openDatabase);
    connect(m_window.get(), &MainWindow::openDatabaseWanted, this, &Application::openAnother);
}

Application::~Application()
{
    m_window.reset(); // its views use the engine
}

QString Application::defaultDatabase()
{
    const QString named = qEnvironmentVariable("LATHE_DB");
    // The same file as lathectl's, whatever this program calls its organization.
    const QDir data(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
    return named.isEmpty() ? data.filePath(u"lathe/lathe.db"_s) : named;
}

void Application::start()
{
    m_window->showOpening(QFileInfo(m_options.database).fileName());
    m_window->show();
}

void Application::openDatabase()
{
    QDir().mkpath(QFileInfo(m_options.database).absolutePath());
    if (!m_keys) {
        m_keys = std::make_unique<KeyStore>(m_options.useKeychain);
    }
    EngineSettings settings;
    settings.database = m_options.database;
    settings.promptsFolder =
        QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/lathe/prompts"_s;
    settings.apiKey = m_keys->reader();
    settings.mcpFile = EngineFacade::defaultMcpFile();
    m_facade = std::make_unique<EngineFacade>(std::move(settings));
    whenDone(m_facade->open(), this, [this](const Result<void>& opened) {
        if (!opened) {
            m_window->showOpenError(opened.error(), [this] { openDatabase(); });
            Q_EMIT openFailed(opened.error());
            return;
        }
        m_window->attach(*m_facade, *m_keys, m_options.database);
        Q_EMIT ready();
    });
}

void Application::openAnother()
{
    auto *dialog = new QFileDialog(m_window.get(), tr("Open database"), QFileInfo(m_options.database).absolutePath(),
                                   tr("Lathe databases (*.db);;All files (*)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    dialog->setLabelText(QFileDialog::Accept, tr("Open or create"));
    dialog->setDefaultSuffix(u"db"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [](const QString& path) {
        QProcess::startDetached(QCoreApplication::applicationFilePath(), {u"--db"_s, path});
    });
    dialog->open();
}

} // namespace lathe
