// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/policy/authmanager.h"
#include "engine/policy/ratelimiter.h"

namespace lathe {

/// What all runs of a process share to keep policy; outlives every run. One thread (the engine's).
struct PolicyServices
{
    PolicyServices(PolicyStore& store, const Clock& clock) : auth(store, clock), rates(store, clock) {}

    AuthManager auth;
    RateLimiter rates;
};

} // namespace lathe
