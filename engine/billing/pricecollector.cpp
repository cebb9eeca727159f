// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricecollector.h"

#include "engine/core/canonicaljson.h"

using namespace Qt::StringLiterals;

namespace lathe {

QJsonObject pricesJson(const MeterPrices& prices)
{
    QJsonObject json;
    for (auto it = prices.cbegin(); it != prices.cend(); ++it) {
        json.insert(it.key(), it.value());
    }
    return json;
}

void PriceCollector::add(const QString& provider, const QString& model, const QJsonArray& rates, QJsonObject more)
{
    const QString id = provider + u'/' + model;
    if (rates.isEmpty()) {
        note(u"%1: no price that can be used"_s.arg(id));
        return;
    }
    if (m_names.contains(id.toLower())) {
        note(u"%1: named twice, the first is kept"_s.arg(id));
        return;
    }
    m_names.insert(id.toLower());
    QJsonArray aliases;
    for (const QJsonValue& alias : more.value("aliases"_L1).toArray()) {
        const QString name = QString(provider + u'/' + alias.toString()).toLower();
        if (!m_names.contains(name)) {
            m_names.insert(name);
            aliases.append(alias);
        }
    }
    if (aliases.isEmpty()) {
        more.remove("aliases"_L1);
    } else {
        more.insert("aliases"_L1, aliases);
    }
    more.insert("id"_L1, id);
    more.insert("provider"_L1, provider);
    more.insert("model"_L1, model);
    more.insert("rates"_L1, rates);
    more.insert("source"_L1, m_source);
    if (!more.contains("as_of"_L1)) {
        more.insert("as_of"_L1, m_today);
    }
    m_models.append(more);
}

Result<ImportedPrices> PriceCollector::finish() const
{
    if (m_models.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"the file holds no prices that can be used"_s, m_notes.join(u'\n'));
    }
    QJsonObject document{
        {u"format"_s, u"lathe.pricebook/1"_s},
        {u"currency"_s, u"USD"_s},
        {u"meters"_s, QJsonObject()},
        {u"sources"_s, QJsonObject{{m_source, QJsonObject{{u"name"_s, m_source}, {u"imported"_s, m_today}}}}},
        {u"models"_s, m_models}};
    // Two imports of one day differ in version when they differ in content.
    const QString digest = QString::fromLatin1(sha256Hex(canonicalJson(document)).left(8));
    document.insert("version"_L1, QString(m_today + u'.' + digest));
    return ImportedPrices{document, m_source, m_notes};
}

} // namespace lathe
