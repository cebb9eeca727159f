// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/samples.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace lathe {

QList<Sample> loadSamples()
{
    QList<Sample> samples;
    const QDir folder(u":/lathe/samples"_s);
    const QStringList names = folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) {
            continue;
        }
        const auto json = parseJsonObject(file.readAll());
        if (!json) {
            continue;
        }
        const JobReading reading = readJob(*json);
        if (reading.issues.isEmpty()) {
            const QString title =
                reading.job.name.isEmpty() ? reading.job.prompt.simplified().left(60) : reading.job.name;
            samples << Sample{title, reading.job};
        }
    }
    return samples;
}

} // namespace lathe
