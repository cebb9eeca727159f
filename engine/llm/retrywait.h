// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/enums.h"
#include "engine/llm/llmtypes.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace lathe {

/// The time between two attempts of a call, and what somebody says meanwhile. One thread (the engine's).
class RetryWait
{
public:
    struct Notice
    {
        int attempt = 1;  ///< the failed one
        int attempts = 1; ///< so many are made at most
        LlmFailure failure;
        std::chrono::milliseconds delay{0};
    };

    explicit RetryWait(Notice notice) : m_notice(std::move(notice)) {}
    [[nodiscard]] const Notice& notice() const { return m_notice; }
    /// Ends the wait; the first answer counts.
    void answer(RetryAnswer answer)
    {
        if (!m_answer) {
            m_answer = answer;
            m_wake.request_stop();
        }
    }
    [[nodiscard]] std::optional<RetryAnswer> answer() const { return m_answer; }
    /// Ends it without an answer: the call is cancelled.
    void cancel() { m_wake.request_stop(); }
    [[nodiscard]] std::stop_token token() const { return m_wake.get_token(); }

private:
    Notice m_notice;
    std::optional<RetryAnswer> m_answer;
    std::stop_source m_wake;
};

} // namespace lathe
