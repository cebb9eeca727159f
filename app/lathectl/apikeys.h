// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

namespace lathe::ctl {

/// Gives the value of an environment variable; empty if it is not set.
using Environment = std::function<QString(const QString& variable)>;
/// Gives the key that is kept for a provider; empty if there is none.
using Keychain = std::function<QString(const QString& provider)>;

/// For EngineSettings::apiKey. A variable that was named on purpose counts alone; else comes the provider's usual one
/// (OPENAI_API_KEY), and then the keychain, which is asked once for each provider.
[[nodiscard]] std::function<QString(const QString& provider, const QString& variable)>
apiKeyReader(Environment environment, Keychain keychain);

[[nodiscard]] Environment processEnvironment();
/// The platform's keychain, for a thread that is not the main one; the main thread has to run its event loop.
/// Empty after ten seconds: nobody waits for ever for a keychain that does not answer.
[[nodiscard]] Keychain platformKeychain();

} // namespace lathe::ctl
