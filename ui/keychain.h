// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QObject;

// The platform's keychain, for the window and the command line alike: both find the keys the other one keeps.

namespace lathe {

/// Whether there can be a keychain at all. Without a session bus there is none, and asking would only take time.
[[nodiscard]] bool keychainIsLikely();

/// Asks for the key of a provider; done is called once, on this thread, with the key or an empty text. The thread must
/// be the main one and run its event loop; nothing is called after context is gone.
void readKey(const QString& provider, QObject *context, std::function<void(const QString& key)> done);

/// Keeps a key, or removes it if key is empty; done is called with an empty text, or with what went wrong.
void writeKey(const QString& provider, const QString& key, QObject *context,
              std::function<void(const QString& problem)> done);

} // namespace lathe
