// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <optional>
#include <utility>

namespace lathe {

/// The wire name of every value of an enum: specialise with
/// `static constexpr std::pair<E, QLatin1StringView> table[] = {{E::A, QLatin1StringView("A")}, ...};`
/// JSON, SQL and CSV all use these names; text shown to people is a translated switch in the ui.
template <typename E>
struct EnumNames;

template <typename E>
[[nodiscard]] QLatin1StringView toName(E value)
{
    for (const auto& [entry, name] : EnumNames<E>::table) {
        if (entry == value) {
            return name;
        }
    }
    return {};
}

template <typename E>
[[nodiscard]] std::optional<E> fromName(QStringView name)
{
    for (const auto& [entry, text] : EnumNames<E>::table) {
        if (name == text) {
            return entry;
        }
    }
    return std::nullopt;
}

} // namespace lathe
