// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/budget.h"
#include "engine/domain/prompttext.h"
#include "engine/domain/queries.h"
#include "engine/policy/policysimulation.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>

// Questions about stored things and their answers, as shells see them.

namespace lathe {

struct ProviderDescription
{
    QString name;
    QString description;
    bool needsBaseUrl = false;
    QString defaultBaseUrl;
    QString keyVariable;
};

struct ModelDescription
{
    QString id;
    QString description;
    std::optional<qint64> contextWindow; ///< tokens
    std::optional<bool> tools;           ///< can call tools natively; absent: not known
    QString price; ///< per million tokens, input and output: "2.5 / 10", in USD; empty: not in the price book in use
};

/// A server of models on this machine.
struct LocalServerInfo
{
    QString product;
    QString baseUrl; ///< for the provider openai
    QString version;
    QString note; ///< why there are no models
    QList<ModelDescription> models;
};

/// How much of what they may use a user, and their team, have used up at this moment.
struct PolicyUsage
{
    struct Run
    {
        QString runId;
        QString name;
        BudgetLevel level;

        bool operator==(const Run&) const = default;
    };
    QString userId;
    int requestsInMinute = 0;  ///< of the last 60 s
    int requestsInHour = 0;    ///< of the last 3,600 s
    QList<BudgetLevel> shared; ///< of the day and of the month, the user's and the team's; with a limit or without
    QList<Run> runs;           ///< that go on in this process
    TeamPolicy team;           ///< without a name if the user is in none

    [[nodiscard]] const BudgetLevel *level(BudgetScope scope) const
    {
        const auto at = std::find_if(shared.cbegin(), shared.cend(),
                                     [scope](const BudgetLevel& level) { return level.scope == scope; });
        return at == shared.cend() ? nullptr : &*at;
    }
    bool operator==(const PolicyUsage&) const = default;
};

/// How far a dry run has come; shared by the one who waits and the engine. Any thread.
struct SimulationProgress
{
    std::atomic<qint64> runs = 0;
    std::atomic<qint64> total = 0;       ///< of the user; 0: not known yet
    std::atomic<bool> cancelled = false; ///< set it, and the dry run ends as Cancelled before it looks at another run
};

/// An edited policy against what a user's runs did.
struct PolicySimulation
{
    UserPolicy policy;         ///< as edited
    QList<RunSimulation> runs; ///< in the order in which they began
    qint64 prunedRuns = 0;     ///< runs without a journal, taken as they were
};

struct DoctorReport
{
    qint64 runs = 0;
    qint64 events = 0;
    qint64 schemaVersion = 0;
    QString database;
    QString sqliteVersion;
    QString sandbox;         ///< "ok" or what is missing
    QStringList differences; ///< projections that differ from the journal
    QStringList gaps;        ///< sequences that are not 1, 2, 3 ...
    QStringList integrity;   ///< what the database says of itself

    [[nodiscard]] bool healthy() const { return differences.isEmpty() && gaps.isEmpty() && integrity.isEmpty(); }
};

struct PriceBookInfo
{
    QString id;      ///< "lathe/flat", "providers"
    QString version; ///< as runs and lines name it
    bool builtin = false;
    bool inUse = false; ///< prices the runs that begin now
    int models = 0;     ///< 0: one price for every model
    QString asOf;       ///< day of its newest price
    QStringList sources;
    QJsonObject document; ///< lathe.pricebook/1
};

struct PriceImport
{
    enum class Mode
    {
        Check,
        StoreUnlessDoubtful,
        Store
    };
    QString version;
    QString format; ///< what the file was
    int models = 0;
    QStringList notes;  ///< what was left out, or is worth knowing
    QStringList doubts; ///< prices that look wrong
    bool stored = false;
};

} // namespace lathe
