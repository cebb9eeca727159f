// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fakereply.h"

namespace lathe::test {

/// One provider's wire: what it sends for the same answer in its own words, as real servers do. A finishReason of
/// "length" is told in them as well; reasoning comes with what the provider wants back ("sig-1" is its signature).
struct FakeProviderWire
{
    QString provider; ///< its name among llmProviders()
    QString path;     ///< of the base URL: "/v1"
    QByteArray (*whole)(const FakeCompletion&) = nullptr;
    /// Events, or lines.
    QList<QByteArray> (*events)(const FakeCompletion&, int pieces) = nullptr;
    /// The body of an error; code is the provider's type or code for it.
    QByteArray (*error)(int status, const QString& message, const QString& code) = nullptr;

    [[nodiscard]] FakeReply reply(const FakeCompletion& completion, bool stream) const
    {
        return stream ? FakeReply::events(events(completion, 3)) : FakeReply::json(whole(completion));
    }
};

/// openai, openai-responses, anthropic, gemini and ollama.
[[nodiscard]] const QList<FakeProviderWire>& fakeProviderWires();
[[nodiscard]] const FakeProviderWire& fakeProviderWire(const QString& provider);

} // namespace lathe::test
