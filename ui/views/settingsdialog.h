// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/theme.h"

#include <QDialog>
#include <QJsonObject>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTabWidget;
class QTimer;

namespace lathe {

class MessageBar;
class NoteLabel;
class Session;

/// Providers and keys, prices, tools, storage, appearance and language. What can be applied at once is.
class SettingsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SettingsDialog(Session& session, QWidget *parent = nullptr);
    void showPage(int page) const;

    /// Appearance and language belong to the person, not to the database.
    [[nodiscard]] static Appearance storedAppearance();
    [[nodiscard]] static QString storedLanguage();

    /// What was understood of the price that is typed: "= $2.00 per million tokens".
    [[nodiscard]] QString tokenPriceEcho() const;

Q_SIGNALS:
    void openDatabaseWanted();

private:
    QWidget *makeProviders();
    QWidget *makePrices();
    QWidget *makeTools();
    QWidget *makeStorage();
    QWidget *makeAppearance();
    QWidget *makePrivacy();
    /// A model of a server on this machine, for the provider openai.
    void useLocal(const QString& baseUrl, const QString& model);
    void loadProvider();
    void saveProvider();
    void saveKey();
    void showKeyState();
    void savePrices();
    void saveTools();
    void saveRetry();
    void saveTimeout();
    void load();
    void stored(const Result<void>& result, const QString& message);

    Session& m_session;
    QTabWidget *m_tabs;
    MessageBar *m_bar;
    QComboBox *m_provider;
    QComboBox *m_default;
    QLineEdit *m_baseUrl;
    QLineEdit *m_model;
    QLineEdit *m_apiVersion;
    QLineEdit *m_variable;
    QCheckBox *m_nativeTools;
    QLineEdit *m_key;
    NoteLabel *m_keyState;
    NoteLabel *m_providerNote;
    QPushButton *m_storeKey;
    QPushButton *m_removeKey;
    QSpinBox *m_retries;
    QSpinBox *m_longestWait; ///< seconds
    QSpinBox *m_timeout;     ///< likewise; 0: the usual one
    QLineEdit *m_tokenPrice;
    QLineEdit *m_toolPrice;
    NoteLabel *m_tokenEcho; ///< what was understood of what is typed
    NoteLabel *m_toolEcho;
    QComboBox *m_searchProvider;
    QLineEdit *m_searchUrl;
    QLineEdit *m_workflowUrl;
    QLineEdit *m_workflowVariable;
    QCheckBox *m_slurm;
    QLineEdit *m_slurmPartition;
    QComboBox *m_appearance;
    QComboBox *m_language;
    QJsonObject m_storedTools; ///< with what has no field here
    bool m_loading = false;
};

} // namespace lathe
