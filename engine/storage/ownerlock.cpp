// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/ownerlock.h"

#include <QFile>
#include <QRandomGenerator>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace lathe {

namespace {

struct flock byteAt(qint64 id)
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = id;
    lock.l_len = 1;
    return lock;
}

} // namespace

Result<std::unique_ptr<OwnerLock>> OwnerLock::acquire(const QString& databasePath)
{
    const QString path = databasePath + QLatin1String("-owners");
    const int file = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return fail(ErrorCode::File, QStringLiteral("The file %1 cannot be written").arg(path),
                    QString::fromLocal8Bit(std::strerror(errno)));
    }
    // A locked byte needs not exist: the file stays empty. Open-file-description locks, unlike the older kind, also
    // tell two databases of one process apart.
    for (int attempt = 0; attempt < 100; ++attempt) {
        const qint64 id = QRandomGenerator::global()->bounded(qint64(1), qint64(1) << 48);
        struct flock lock = byteAt(id);
        if (::fcntl(file, F_OFD_SETLK, &lock) == 0) {
            return std::unique_ptr<OwnerLock>(new OwnerLock(file, id));
        }
        if (errno != EAGAIN && errno != EACCES) {
            break;
        }
    }
    const QString reason = QString::fromLocal8Bit(std::strerror(errno));
    ::close(file);
    return fail(ErrorCode::File, QStringLiteral("The file %1 cannot be locked").arg(path), reason);
}

Result<std::unique_ptr<OwnerLock>> OwnerLock::observe(const QString& databasePath)
{
    const QString path = databasePath + QLatin1String("-owners");
    // Without the file nobody has the database open.
    return std::unique_ptr<OwnerLock>(
        new OwnerLock(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC), 0));
}

OwnerLock::~OwnerLock()
{
    if (m_file >= 0) {
        ::close(m_file);
    }
}

bool OwnerLock::isAlive(qint64 id) const
{
    if (id == m_id) {
        return id != 0;
    }
    struct flock lock = byteAt(id);
    return ::fcntl(m_file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace lathe
