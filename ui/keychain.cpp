// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keychain.h"

#include <QFileInfo>
#include <QObject>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

const QString kService = u"io.github.lathe_workbench.Lathe"_s;

QString entryName(const QString& provider)
{
    return u"api-key/"_s + provider;
}

} // namespace

bool keychainIsLikely()
{
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
           (!runtime.isEmpty() && QFileInfo::exists(runtime + u"/bus"_s));
}

void readKey(const QString& provider, QObject *context, std::function<void(const QString& key)> done)
{
    auto *job = new QKeychain::ReadPasswordJob(kService, context);
    job->setKey(entryName(provider));
    QObject::connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)] {
        done(job->error() == QKeychain::NoError ? job->textData() : QString());
    });
    job->start();
}

void writeKey(const QString& provider, const QString& key, QObject *context,
              std::function<void(const QString& problem)> done)
{
    QKeychain::Job *job = nullptr;
    if (key.isEmpty()) {
        job = new QKeychain::DeletePasswordJob(kService, context);
    } else {
        auto *write = new QKeychain::WritePasswordJob(kService, context);
        write->setTextData(key);
        job = write;
    }
    job->setKey(entryName(provider));
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)] {
        const bool fine = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
        done(fine ? QString() : job->errorString());
    });
    job->start();
}

} // namespace lathe
