// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/error.h"

#include <tl/expected.hpp>

namespace lathe {

/// A value or an Error. Functions that return one are [[nodiscard]]; the interface is that of std::expected.
template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::File, tr("...").arg(path));` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, QString message, QString detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail)});
}

/// `if (!r) return fail(r.error());` hands an error on unchanged.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace lathe
