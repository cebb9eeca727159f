// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCoreApplication;
class QString;

namespace lathe {

/// Installs the texts of the language ("de"), or of the system's if it is empty; English has its plurals.
void installTranslations(QCoreApplication& application, const QString& language);

} // namespace lathe
