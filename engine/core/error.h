// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// What kind of failure an Error is; shells map it to an exit status and to wording.
enum class ErrorCode
{
    Internal,      ///< a bug: an invariant of the program does not hold
    InvalidInput,  ///< what the caller gave is wrong; message names what and where
    NotFound,      ///< the named thing does not exist
    Conflict,      ///< the thing exists but is in a state that does not allow this
    Cancelled,     ///< asked to stop before it was done
    TimedOut,      ///< a deadline passed
    Unavailable,   ///< a part that is needed is not configured or not installed
    Database,      ///< the database failed (locked, full, read-only, corrupt)
    DatabaseNewer, ///< the database was written by a newer program; untouched
    File,          ///< a file could not be read or written
    Network,       ///< name look-up, connect, reset, truncated, or protocol violation
    Tls,           ///< TLS handshake or certificate
    Overflow,      ///< an exact result does not fit its type
};

/// A failure: code for programs, message for people (what and where, one sentence), detail to unfold.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QString detail;

    bool operator==(const Error&) const = default;
};

} // namespace lathe
