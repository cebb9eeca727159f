// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QObject>
#include <QStringList>

#include <memory>

class QMimeData;
class QWidget;

namespace lathe {

class MessageBar;
class Session;

/// Writes runs into files for others and takes those of others in, also those that are dropped on the window. Says how
/// it went in a bar; files are read and written off the GUI thread.
class RunFiles : public QObject
{
    Q_OBJECT

public:
    /// bar and window outlive this.
    RunFiles(Session& session, MessageBar& bar, QWidget& window);

    /// Asks for a place and, by the kind of file, for the format.
    void chooseExport(const QString& runId);
    void exportRun(const QString& runId, const QString& path, RunExport wanted);
    void chooseImport();
    /// One after another; each that cannot be read is told of.
    void importFiles(const QStringList& paths);
    [[nodiscard]] bool isImporting() const { return m_progress != nullptr; }

    /// The local files of a drop that may hold runs.
    [[nodiscard]] static QStringList runFilesOf(const QMimeData& data);
    /// The kinds of files, as a dialog lists them, with what each is.
    [[nodiscard]] static QList<std::pair<QString, RunExport>> exportKinds();

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    /// All files were read; what was stored.
    void imported(const QStringList& runIds);
    void exported(const QString& path);
    void openWanted(const QString& runId);

private:
    void importNext();
    void importBytes(const QString& path, const QByteArray& bytes);
    void showOutcome();

    Session& m_session;
    MessageBar& m_bar;
    QWidget& m_window;
    QStringList m_waiting;
    QStringList m_stored;
    QStringList m_present;
    QStringList m_notes;
    QStringList m_failures;
    std::shared_ptr<ImportProgress> m_progress; ///< set while it imports
};

} // namespace lathe
