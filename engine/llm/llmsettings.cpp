// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmsettings.h"

#include <QRegularExpression>

namespace lathe {

using namespace Qt::StringLiterals;

QString shownUrl(const QUrl& url)
{
    return url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

Result<void> checkApiVersion(const QString& text)
{
    static const QRegularExpression version(
        u"\\A([0-9]{4}-[0-9]{2}-[0-9]{2}(-[a-z]{1,12})?|v[0-9]{1,3}|latest|preview)?\\z"_s);
    if (version.match(text).hasMatch()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput, u"The API version is not like 2023-06-01 or 2024-10-21-preview"_s);
}

Result<QUrl> checkBaseUrl(const QString& text)
{
    QUrl url(text.trimmed(), QUrl::StrictMode);
    const QString form = u"give it like https://api.openai.com/v1 or http://127.0.0.1:11434/v1"_s;
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        return fail(ErrorCode::InvalidInput, u"The base URL is not an http or https address: "_s + form);
    }
    if (!url.userInfo().isEmpty()) {
        return fail(ErrorCode::InvalidInput,
                    u"The base URL holds a user name or password; keys belong in the keychain or the environment"_s);
    }
    if (url.hasQuery() || url.hasFragment()) {
        return fail(ErrorCode::InvalidInput, u"The base URL %1 must not have a query or fragment"_s.arg(shownUrl(url)));
    }
    QString path = url.path();
    while (path.endsWith(u'/')) {
        path.chop(1);
    }
    for (const auto& end : {"/chat/completions"_L1, "/responses"_L1, "/messages"_L1, "/api/chat"_L1}) {
        if (path.endsWith(end)) {
            return fail(ErrorCode::InvalidInput, u"The base URL %1 ends too late: leave %2 out, it is appended"_s.arg(
                                                     shownUrl(url), QString(end)));
        }
    }
    url.setPath(path);
    return url;
}

} // namespace lathe
