// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policychanges.h"
#include "engine/domain/ruledraft.h"
#include "ui/models/valuetable.h"

#include <QHash>

#include <optional>

namespace lathe {

/// The rules of a user while they are edited, and what each says to a call that is tried. The engine's own evaluator
/// decides; a rule with a problem takes no part.
class RuleListModel : public ValueTable<RuleDraft>
{
    Q_OBJECT

public:
    enum Column
    {
        Number,
        Verdict,
        Tool,
        When,
        Origin, ///< who put it there, and when
        Trial,
        ColumnCount
    };

    using ValueTable::ValueTable;

    void setRules(const QJsonArray& texts);
    [[nodiscard]] QJsonArray texts() const;
    /// Of the rules as they are stored; one that was edited since has none.
    void setOrigins(const QList<RuleOrigin>& origins);
    /// No rule has a problem.
    [[nodiscard]] bool isValid() const;
    void setDraft(int row, const RuleDraft& draft);
    void insert(int row, const RuleDraft& draft);
    void remove(int row);
    /// by -1 or 1; the row it has then.
    int move(int row, int by);

    /// The call that is tried; tool empty: none.
    void setTrial(const QString& tool, const QJsonObject& arguments);
    /// What the rules say to it: nothing if none speaks of it.
    [[nodiscard]] const std::optional<RuleDecision>& decision() const { return m_decision; }

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const RuleDraft& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;

private:
    void decideTrial();
    [[nodiscard]] QVariant trialCell(const RuleDraft& row, int role) const;
    [[nodiscard]] int indexOf(const RuleDraft& row) const { return static_cast<int>(&row - m_rows.constData()); }

    [[nodiscard]] QVariant originCell(const RuleDraft& row, int role) const;

    QHash<QString, RuleOrigin> m_origins; ///< by the rule as toText() writes it
    QString m_tool;
    QJsonObject m_arguments;
    std::optional<RuleDecision> m_decision; ///< with the index of a row
};

/// "$.language = bash and $.code ~ rm"
[[nodiscard]] QString conditionsText(const RuleDraft& draft);
/// Rules as toText() writes them; what is no rule stays as it is.
[[nodiscard]] QJsonArray canonicalRules(const QJsonArray& texts);

} // namespace lathe
