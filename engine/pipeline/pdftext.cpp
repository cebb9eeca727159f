// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/pdftext.h"

#include <QDeadlineTimer>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include <sys/resource.h>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

void limit(__rlimit_resource what, qint64 value)
{
    const rlimit bound{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
    setrlimit(what, &bound);
}

} // namespace

Result<QString> textOfPdf(const QString& path, const PdfLimits& limits)
{
    const QString program = limits.program.isEmpty() ? QStandardPaths::findExecutable(u"pdftotext"_s) : limits.program;
    if (program.isEmpty()) {
        return fail(ErrorCode::Unavailable, u"%1 needs pdftotext: install the package poppler-utils"_s.arg(path));
    }
    QProcess process;
    process.setProgram(program);
    // The whole path begins with a slash, so that no name is taken for an option.
    process.setArguments({u"-q"_s, u"-enc"_s, u"UTF-8"_s, QFileInfo(path).absoluteFilePath(), u"-"_s});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setChildProcessModifier([memory = limits.memoryBytes, seconds = limits.time.count()] {
        limit(RLIMIT_AS, memory);
        limit(RLIMIT_CPU, seconds);
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_FSIZE, 0);
    });
    process.start();
    if (!process.waitForStarted()) {
        return fail(ErrorCode::Unavailable,
                    u"%1 cannot be read: %2 does not start: %3"_s.arg(path, program, process.errorString()));
    }
    QByteArray text;
    const QDeadlineTimer deadline(limits.time);
    const auto stop = [&process] {
        process.kill();
        process.waitForFinished();
    };
    while (process.state() != QProcess::NotRunning || process.bytesAvailable() > 0) {
        if (process.bytesAvailable() == 0 && !process.waitForReadyRead(static_cast<int>(deadline.remainingTime())) &&
            process.state() != QProcess::NotRunning) {
            stop();
            return fail(ErrorCode::TimedOut, u"%1 was not read within %2 s"_s.arg(path).arg(limits.time.count()));
        }
        text += process.readAllStandardOutput();
        if (text.size() > limits.textBytes) {
            stop();
            return fail(ErrorCode::InvalidInput,
                        u"%1 holds more than %2 MiB of text"_s.arg(path).arg(limits.textBytes / 1024 / 1024));
        }
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const QString said = QString::fromUtf8(process.readAllStandardError()).simplified().left(200);
        return fail(ErrorCode::InvalidInput,
                    u"%1 cannot be read as PDF: %2"_s.arg(path, said.isEmpty() ? u"damaged or protected"_s : said));
    }
    return QString::fromUtf8(text);
}

} // namespace lathe
