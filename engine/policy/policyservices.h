// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/policy/authmanager.h"
#include "engine/policy/ratelimiter.h"
#include "engine/policy/sharedbudgets.h"
#include "engine/policy/tokencalibration.h"

namespace lathe {

/// What all runs of a process share to keep policy; outlives every run. One thread (the engine's).
struct PolicyServices
{
    PolicyServices(PolicyStore& policyStore, Clock& clock)
        : store(policyStore),
          auth(policyStore, clock),
          rates(policyStore, clock),
          budgets(policyStore, clock),
          tokens(policyStore, clock)
    {}

    PolicyStore& store;
    AuthManager auth;
    RateLimiter rates;
    SharedBudgets budgets;
    TokenCalibration tokens;
};

} // namespace lathe
