// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/toolregistry.h"

#include <QRegularExpression>

namespace lathe {

ToolRegistry::ToolRegistry() = default;
ToolRegistry::~ToolRegistry() = default;

Result<void> ToolRegistry::add(std::unique_ptr<Tool> tool)
{
    static const QRegularExpression validName(QStringLiteral("\\A[A-Za-z0-9_-]{1,64}\\z"));
    const ToolSpec& spec = tool->spec();
    if (!validName.match(spec.name).hasMatch()) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("\"%1\" is not a tool name: 1 to 64 letters, digits, _ or -").arg(spec.name));
    }
    if (m_byName.contains(spec.name)) {
        return fail(ErrorCode::Conflict, QStringLiteral("there is already a tool named %1").arg(spec.name));
    }
    if (spec.timeout <= std::chrono::milliseconds::zero()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("the tool %1 has no time-out").arg(spec.name));
    }
    auto schema = JsonSchema::compile(spec.inputSchema);
    if (!schema) {
        return fail(schema.error().code,
                    QStringLiteral("the argument schema of the tool %1 cannot be used: %2")
                        .arg(spec.name, schema.error().message),
                    schema.error().detail);
    }
    const QString name = spec.name;
    m_entries.push_back({std::move(tool), std::move(*schema)});
    m_byName.insert(name, m_entries.size() - 1);
    return {};
}

void ToolRegistry::remove(const QString& name)
{
    std::erase_if(m_entries, [&name](const Entry& entry) { return entry.tool->spec().name == name; });
    m_byName.clear();
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        m_byName.insert(m_entries[i].tool->spec().name, i);
    }
}

const ToolRegistry::Entry *ToolRegistry::entry(const QString& name) const
{
    const auto found = m_byName.constFind(name);
    return found == m_byName.constEnd() ? nullptr : &m_entries[*found];
}

Tool *ToolRegistry::find(const QString& name) const
{
    const Entry *found = entry(name);
    return found ? found->tool.get() : nullptr;
}

std::shared_ptr<Tool> ToolRegistry::share(const QString& name) const
{
    const Entry *found = entry(name);
    return found ? found->tool : nullptr;
}

const JsonSchema *ToolRegistry::schema(const QString& name) const
{
    const Entry *found = entry(name);
    return found ? &found->schema : nullptr;
}

QStringList ToolRegistry::names() const
{
    QStringList names;
    for (const Entry& entry : m_entries) {
        names.append(entry.tool->spec().name);
    }
    return names;
}

QList<Tool *> ToolRegistry::tools() const
{
    QList<Tool *> tools;
    for (const Entry& entry : m_entries) {
        tools.append(entry.tool.get());
    }
    return tools;
}

} // namespace lathe
