// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

using namespace Qt::StringLiterals;

namespace lathe {

void installTranslations(QCoreApplication& application, const QString& language)
{
    QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    if (locale.language() == QLocale::C) {
        locale.setNumberOptions(QLocale::DefaultNumberOptions); // it groups no digits of its own accord
        QLocale::setDefault(locale);
    } else if (!language.isEmpty()) {
        QLocale::setDefault(locale);
    }
    auto *qt = new QTranslator(&application);
    if (qt->load(locale, u"qtbase"_s, u"_"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        application.installTranslator(qt);
    }
    auto *own = new QTranslator(&application);
    if (own->load(locale, u"lathe"_s, u"_"_s, u":/i18n"_s) || own->load(u":/i18n/lathe_en.qm"_s)) {
        application.installTranslator(own);
    }
}

} // namespace lathe
