// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/focusarticle.h"

#include "engine/core/canonicaljson.h"

#include <QHash>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr auto kUs = "Lathe"_L1;

struct Service
{
    QString name;
    QLatin1StringView category;
    QLatin1StringView subcategory;
};

Service serviceOf(const CostLine& line)
{
    static const QHash<QString, std::pair<QLatin1StringView, QLatin1StringView>> kTools{
        {u"workflow_orchestrator"_s, {"Integration"_L1, "Workflow Orchestration"_L1}},
        {u"google_search"_s, {"Analytics"_L1, "Search"_L1}},
        {u"code_executor"_s, {"Compute"_L1, "Serverless Compute"_L1}},
        {u"submit_parallel_job"_s, {"Compute"_L1, "Other (Compute)"_L1}},
        {u"retrieve_context"_s, {"Databases"_L1, "Other (Databases)"_L1}}};
    if (line.meter != Meter::ToolCall) {
        return {line.provider.isEmpty() ? u"Models"_s : QString(line.provider + u" models"_s),
                "AI and Machine Learning"_L1, "Generative AI"_L1};
    }
    const auto [category, subcategory] =
        kTools.value(line.tool, {"Integration"_L1, "Other (Integration)"_L1}); // tools of others come over a protocol
    return {u"Tool "_s + line.tool, category, subcategory};
}

QString modelOf(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// "openai/gpt-4o/input", "lathe/tool/code_executor/tool_call".
QString skuOf(const CostLine& line)
{
    if (line.meter == Meter::ToolCall) {
        return u"lathe/tool/%1/%2"_s.arg(line.tool, toName(line.meter));
    }
    const QString provider = line.provider.isEmpty() ? u"unknown-provider"_s : line.provider;
    return u"%1/%2/%3"_s.arg(provider, modelOf(line), toName(line.meter));
}

/// The case that the price is for: "#standard/ctx>=272000@2026-03-05".
QString skuPriceOf(const CostLine& line, const QString& sku)
{
    if (line.state == CostState::Reported) {
        return sku + "#reported"_L1;
    }
    const qsizetype at = line.rateId.indexOf(u'#');
    return sku + u'#' + (at < 0 ? line.priceBookVersion : line.rateId.mid(at + 1) + u';' + line.priceBookVersion);
}

QString priceDetails(const CostLine& line)
{
    QJsonObject details{{u"x_TokenType"_s, toName(line.meter)}};
    if (const QString model = modelOf(line); !model.isEmpty()) {
        details.insert("x_Model"_L1, model);
    }
    if (!line.serviceTier.isEmpty()) {
        details.insert("x_ServiceTier"_L1, line.serviceTier);
    }
    return QString::fromUtf8(canonicalJson(details));
}

QString description(const CostLine& line)
{
    if (line.meter == Meter::ToolCall) {
        return u"Call of the tool %1"_s.arg(line.tool);
    }
    return u"%1 of %2"_s.arg(skuMeterOf(line.meter), modelOf(line));
}

} // namespace

QLatin1StringView skuMeterOf(Meter meter)
{
    switch (meter) {
    case Meter::Input:
        return "Input Tokens"_L1;
    case Meter::CacheRead:
        return "Cached Input Tokens"_L1;
    case Meter::CacheReadAudio:
        return "Cached Audio Input Tokens"_L1;
    case Meter::CacheWrite:
        return "Cache Write Tokens"_L1;
    case Meter::CacheWrite1h:
        return "One Hour Cache Write Tokens"_L1;
    case Meter::InputAudio:
        return "Audio Input Tokens"_L1;
    case Meter::Output:
        return "Output Tokens"_L1;
    case Meter::Reasoning:
        return "Reasoning Tokens"_L1;
    case Meter::OutputAudio:
        return "Audio Output Tokens"_L1;
    case Meter::AnyToken:
        return "Tokens"_L1;
    case Meter::WebSearch:
        return "Web Searches"_L1;
    case Meter::FileSearch:
        return "File Searches"_L1;
    case Meter::Request:
        return "Requests"_L1;
    case Meter::ToolCall:
        return "Tool Calls"_L1;
    }
    return {};
}

QString focusTags(const BillRow& row)
{
    QJsonObject tags;
    const QJsonObject own = QJsonDocument::fromJson(row.tags.toUtf8()).object();
    for (auto it = own.constBegin(); it != own.constEnd(); ++it) {
        if (it.key().isEmpty()) {
            continue;
        }
        const bool nested = it->isObject() || it->isArray();
        tags.insert(it.key(), nested         ? QJsonValue(QString::fromUtf8(canonicalJson(*it)))
                              : it->isNull() ? QJsonValue(true)
                                             : *it);
    }
    if (!row.jobName.isEmpty()) {
        tags.insert("lathe/job"_L1, row.jobName);
    }
    if (!row.userTier.isEmpty()) {
        tags.insert("lathe/tier"_L1, row.userTier);
    }
    return QString::fromUtf8(canonicalJson(tags));
}

FocusArticle::FocusArticle(const CostLine& line, bool merge, CsvProfile profile)
    : model(CsvRow::encoded(modelOf(line), profile)),
      sku(CsvRow::encoded(skuOf(line), profile)),
      skuPrice(CsvRow::encoded(skuPriceOf(line, skuOf(line)), profile)),
      details(CsvRow::encoded(priceDetails(line), profile)),
      text(CsvRow::encoded(description(line), profile)),
      publisher(CsvRow::encoded(line.provider.isEmpty() ? QString(kUs) : line.provider, profile)),
      // The provider where its own invoice is to stand beside this file, else us.
      charger(merge ? publisher : CsvRow::encoded(QString(kUs), profile)),
      m_provider(line.provider),
      m_modelRequested(line.modelRequested),
      m_modelBilled(line.modelBilled),
      m_tool(line.tool),
      m_serviceTier(line.serviceTier),
      m_rateId(line.rateId),
      m_priceBookVersion(line.priceBookVersion),
      m_meter(line.meter),
      m_isReported(line.state == CostState::Reported)
{
    const Service service = serviceOf(line);
    serviceName = CsvRow::encoded(service.name, profile);
    serviceCategory = service.category;
    serviceSubcategory = service.subcategory;
}

bool FocusArticle::isOf(const CostLine& line) const
{
    return m_meter == line.meter && m_isReported == (line.state == CostState::Reported) &&
           m_provider == line.provider && m_modelBilled == line.modelBilled &&
           m_modelRequested == line.modelRequested && m_tool == line.tool && m_serviceTier == line.serviceTier &&
           m_rateId == line.rateId && m_priceBookVersion == line.priceBookVersion;
}

} // namespace lathe
