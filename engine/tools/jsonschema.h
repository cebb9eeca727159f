// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/jsonreader.h"

#include <QJsonObject>
#include <QJsonValue>

#include <memory>

namespace lathe {

/// A compiled JSON Schema, draft 2020-12 (default) or draft 7 ("$schema"), core and validation keywords. Safe for
/// schemas from strangers: bounded depth and work, reference cycles end, patterns run with a match limit, remote
/// references are an error and never fetched. Immutable; any thread.
class JsonSchema
{
public:
    [[nodiscard]] static Result<JsonSchema> compile(const QJsonValue& schema);
    /// Nothing if valid; else each issue with the JSON path of the instance ("$.a[2].b"). At most 50 issues.
    [[nodiscard]] QList<JsonIssue> validate(const QJsonValue& instance) const;

private:
    JsonSchema() = default;
    class Private;
    std::shared_ptr<const Private> d;
};

} // namespace lathe
