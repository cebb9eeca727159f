// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/jsonschema.h"
#include "engine/tools/tool.h"

#include <QHash>
#include <QStringList>

#include <memory>
#include <vector>

namespace lathe {

/// The tools by name, in order of registration.
class ToolRegistry
{
public:
    ToolRegistry();
    ~ToolRegistry();
    /// Refuses a second tool of the same name, an invalid name or an unusable schema.
    [[nodiscard]] Result<void> add(std::unique_ptr<Tool> tool);
    /// A call that is running goes on; see share().
    void remove(const QString& name);
    [[nodiscard]] Tool *find(const QString& name) const;
    /// Keeps the tool alive beyond the registry, for a call that is still running.
    [[nodiscard]] std::shared_ptr<Tool> share(const QString& name) const;
    /// The compiled schema of the arguments; null if there is no such tool.
    [[nodiscard]] const JsonSchema *schema(const QString& name) const;
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] QList<Tool *> tools() const;

private:
    struct Entry
    {
        std::shared_ptr<Tool> tool;
        JsonSchema schema;
    };
    [[nodiscard]] const Entry *entry(const QString& name) const;

    std::vector<Entry> m_entries;
    QHash<QString, std::size_t> m_byName;
};

} // namespace lathe
