// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/localmodelsmodel.h"

#include "ui/format.h"

using namespace Qt::StringLiterals;

namespace lathe {

void LocalModelsModel::setServers(const QList<LocalServerInfo>& servers)
{
    QList<LocalModelRow> rows;
    for (const LocalServerInfo& server : servers) {
        const QString product = QString(server.product + u' ' + server.version).trimmed();
        for (const ModelDescription& model : server.models) {
            rows.append({product, server.baseUrl, server.note, model});
        }
        if (server.models.isEmpty()) {
            rows.append({product, server.baseUrl, server.note, {}});
        }
    }
    setRows(rows);
}

QVariant LocalModelsModel::cell(const LocalModelRow& row, int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        return row.note.isEmpty() ? row.baseUrl : QString(row.baseUrl + u'\n' + row.note);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Server:
        return row.product;
    case Model:
        return row.model.id.isEmpty() ? row.note.isEmpty() ? tr("no models") : row.note : row.model.id;
    case Window:
        return row.model.contextWindow ? format::count(*row.model.contextWindow) : format::none();
    case Tools:
        return !row.model.tools ? format::none() : *row.model.tools ? tr("native") : tr("as JSON");
    case Price:
        return row.model.price.isEmpty() ? format::none() : row.model.price;
    default:
        return {};
    }
}

QVariant LocalModelsModel::header(int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Window:
            return tr("Tokens that prompt and reply may have together");
        case Tools:
            return tr("Whether the model calls tools itself, or is asked for decisions as JSON");
        case Price:
            return tr("Input / output, by the price book in use");
        default:
            return {};
        }
    }
    switch (column) {
    case Server:
        return tr("Server");
    case Model:
        return tr("Model");
    case Window:
        return tr("Context");
    case Tools:
        return tr("Tools");
    case Price:
        return tr("$ per million");
    default:
        return {};
    }
}

} // namespace lathe
