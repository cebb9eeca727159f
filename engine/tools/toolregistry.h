// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    [[nodiscard]] Tool *find(const QString& name) const;
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] QList<Tool *> tools() const;

private:
    std::vector<std::unique_ptr<Tool>> m_tools;
    QHash<QString, Tool *> m_byName;
};

} // namespace lathe
