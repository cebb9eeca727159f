// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/runfiles.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/session.h"
#include "ui/widgets/messagebar.h"

#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QSaveFile>
#include <QSettings>
#include <QUrl>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr auto kFolderKey = "runFilesFolder";
constexpr qint64 kLargest = 512LL * 1024 * 1024; // what the engine reads
const QStringList kSuffixes{u"json"_s, u"jsonl"_s, u"sse"_s};

QFuture<Result<QByteArray>> readRunFile(const QString& path)
{
    return QtConcurrent::run([path]() -> Result<QByteArray> {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            return fail(ErrorCode::File, file.errorString());
        }
        if (file.size() > kLargest) {
            return fail(ErrorCode::InvalidInput, RunFiles::tr("It is larger than 512 MiB."));
        }
        QByteArray bytes = file.readAll();
        if (file.error() != QFileDevice::NoError) {
            return fail(ErrorCode::File, file.errorString());
        }
        return bytes;
    });
}

QFuture<Result<QString>> writeRunFile(const QString& path, const QByteArray& bytes)
{
    return QtConcurrent::run([path, bytes]() -> Result<QString> {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
            return fail(
                ErrorCode::File,
                RunFiles::tr("%1 cannot be written: %2").arg(QDir::toNativeSeparators(path), file.errorString()));
        }
        return path;
    });
}

QString folder()
{
    return QSettings().value(kFolderKey, QDir::homePath()).toString();
}

void keepFolder(const QString& path)
{
    QSettings().setValue(kFolderKey, QFileInfo(path).absolutePath());
}

} // namespace

RunFiles::RunFiles(Session& session, MessageBar& bar, QWidget& window)
    : QObject(&window), m_session(session), m_bar(bar), m_window(window)
{
    window.setAcceptDrops(true);
    window.installEventFilter(this);
}

bool RunFiles::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::Drop) {
        auto *drop = static_cast<QDropEvent *>(event); // a QDragEnterEvent is one
        const QStringList paths = runFilesOf(*drop->mimeData());
        if (!paths.isEmpty()) {
            drop->setDropAction(Qt::CopyAction); // the files stay where they are
            drop->accept();
            if (event->type() == QEvent::Drop) {
                importFiles(paths);
            }
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

QList<std::pair<QString, RunExport>> RunFiles::exportKinds()
{
    return {{tr("Whole run, to import elsewhere (*.jsonl)"), {RunFormat::Run, false}},
            {tr("OTLP trace without content (*.json)"), {RunFormat::Otlp, false}},
            {tr("OTLP trace with prompts and answers (*.json)"), {RunFormat::Otlp, true}},
            {tr("AG-UI events (*.sse)"), {RunFormat::Agui, false}},
            {tr("Journal (*.jsonl)"), {RunFormat::Jsonl, false}},
            {tr("Response (*.json)"), {RunFormat::Response, false}}};
}

void RunFiles::chooseExport(const QString& runId)
{
    QStringList filters;
    for (const auto& [words, wanted] : exportKinds()) {
        filters.append(words);
    }
    auto *dialog = new QFileDialog(&m_window, tr("Export run"), folder());
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(u"jsonl"_s);
    dialog->selectFile(QDir(folder()).filePath(u"run-"_s + runId.left(8)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filterSelected, dialog,
            [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.section(u"*."_s, -1).chopped(1)); });
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, runId](const QString& path) {
        keepFolder(path);
        const QString chosen = dialog->selectedNameFilter();
        for (const auto& [words, wanted] : exportKinds()) {
            if (words == chosen) {
                exportRun(runId, path, wanted);
                return;
            }
        }
    });
    dialog->open();
}

void RunFiles::exportRun(const QString& runId, const QString& path, RunExport wanted)
{
    m_bar.showMessage(Kind::Neutral, tr("Writing %1…").arg(QFileInfo(path).fileName()));
    const auto failed = [this](const Error& error) { m_bar.showError(error); };
    whenDone(m_session.facade().exportRun(runId, wanted), this, [this, path, failed](const Result<QByteArray>& bytes) {
        if (!bytes) {
            failed(bytes.error());
            return;
        }
        whenDone(writeRunFile(path, *bytes), this, [this, failed](const Result<QString>& written) {
            if (!written) {
                failed(written.error());
                return;
            }
            m_bar.showMessage(Kind::Answer, tr("The run is in %1.").arg(QDir::toNativeSeparators(*written)));
            Q_EMIT exported(*written);
        });
    });
}

void RunFiles::chooseImport()
{
    auto *dialog = new QFileDialog(&m_window, tr("Import runs"), folder(),
                                   tr("Traces and runs (*.json *.jsonl *.sse);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& paths) {
        keepFolder(paths.first());
        importFiles(paths);
    });
    dialog->open();
}

QStringList RunFiles::runFilesOf(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        const QFileInfo file(url.toLocalFile());
        if (url.isLocalFile() && kSuffixes.contains(file.suffix().toLower()) && file.isFile()) {
            paths.append(file.filePath());
        }
    }
    return paths;
}

void RunFiles::importFiles(const QStringList& paths)
{
    m_waiting += paths;
    if (isImporting() || m_waiting.isEmpty()) {
        return;
    }
    m_stored.clear();
    m_present.clear();
    m_notes.clear();
    m_failures.clear();
    m_progress = std::make_shared<ImportProgress>();
    importNext();
}

void RunFiles::importNext()
{
    if (m_waiting.isEmpty() || m_progress->cancelled) {
        showOutcome();
        return;
    }
    const QString path = m_waiting.takeFirst();
    m_bar.showMessage(Kind::Neutral, tr("Reading %1…").arg(QFileInfo(path).fileName()));
    m_bar.setAction(tr("Stop"), [this] {
        if (m_progress) {
            m_progress->cancelled = true;
        }
    });
    whenDone(readRunFile(path), this, [this, path](const Result<QByteArray>& bytes) {
        if (bytes) {
            importBytes(path, *bytes);
            return;
        }
        m_failures.append(tr("%1: %2").arg(QFileInfo(path).fileName(), bytes.error().message));
        importNext();
    });
}

void RunFiles::importBytes(const QString& path, const QByteArray& bytes)
{
    const QString name = QFileInfo(path).fileName();
    RunImport options;
    options.fileName = name;
    options.progress = m_progress;
    whenDone(m_session.facade().importRuns(bytes, options), this, [this, name](const Result<RunImportResult>& result) {
        if (!result) {
            m_failures.append(tr("%1: %2").arg(name, result.error().message));
        } else {
            m_stored += result->runs;
            m_present += result->present;
            for (const QString& note : result->notes) {
                m_notes.append(tr("%1: %2").arg(name, note));
            }
        }
        importNext();
    });
}

void RunFiles::showOutcome()
{
    m_progress.reset();
    m_waiting.clear();
    const QString detail = (m_failures.mid(1) + m_notes).join(u'\n');
    QStringList parts;
    if (!m_stored.isEmpty()) {
        parts.append(tr("%n run(s) were imported.", nullptr, static_cast<int>(m_stored.size())));
    }
    if (!m_present.isEmpty()) {
        parts.append(tr("%n run(s) were there already.", nullptr, static_cast<int>(m_present.size())));
    }
    if (!m_failures.isEmpty()) {
        parts.append(m_failures.first());
    }
    m_bar.showMessage(m_failures.isEmpty() ? Kind::Answer : Kind::Error, parts.join(u' '), detail);
    if (!m_stored.isEmpty()) {
        const QString first = m_stored.first();
        m_bar.setAction(tr("Open"), [this, first] {
            m_bar.clear();
            Q_EMIT openWanted(first);
        });
        m_session.reloadRuns();
    }
    Q_EMIT imported(m_stored);
}

} // namespace lathe
