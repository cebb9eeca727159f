// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/settingsdialog.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/keystore.h"
#include "ui/session.h"
#include "ui/views/localserverspane.h"
#include "ui/views/promptspane.h"
#include "ui/views/retentionpane.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/taborder.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// What RetrySettings allows and takes by itself.
constexpr int kMostRetries = 3;
constexpr int kUsualWaitSeconds = 60;
constexpr int kLongestWaitSeconds = 86'400;

QFormLayout *makeForm(QWidget *page)
{
    auto *form = new QFormLayout(page);
    form->setContentsMargins(12, 12, 12, 12);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

} // namespace

SettingsDialog::SettingsDialog(Session& session, QWidget *parent)
    : QDialog(parent),
      m_session(session),
      m_tabs(new QTabWidget(this)),
      m_bar(new MessageBar(this)),
      m_provider(new QComboBox(this)),
      m_default(new QComboBox(this)),
      m_baseUrl(new QLineEdit(this)),
      m_model(new QLineEdit(this)),
      m_apiVersion(new QLineEdit(this)),
      m_variable(new QLineEdit(this)),
      m_nativeTools(new QCheckBox(tr("Its models call &tools themselves"), this)),
      m_key(new QLineEdit(this)),
      m_keyState(new NoteLabel(this)),
      m_providerNote(new NoteLabel(this)),
      m_storeKey(new QPushButton(tr("&Store key"), this)),
      m_removeKey(new QPushButton(tr("Remo&ve key"), this)),
      m_retries(new QSpinBox(this)),
      m_longestWait(new QSpinBox(this)),
      m_timeout(new QSpinBox(this)),
      m_tokenPrice(new QLineEdit(this)),
      m_toolPrice(new QLineEdit(this)),
      m_tokenEcho(new NoteLabel(this)),
      m_toolEcho(new NoteLabel(this)),
      m_searchProvider(new QComboBox(this)),
      m_searchUrl(new QLineEdit(this)),
      m_workflowUrl(new QLineEdit(this)),
      m_workflowVariable(new QLineEdit(this)),
      m_slurm(new QCheckBox(tr("&Jobs on this machine's Slurm cluster"), this)),
      m_slurmPartition(new QLineEdit(this)),
      m_appearance(new QComboBox(this)),
      m_language(new QComboBox(this))
{
    setWindowTitle(tr("Settings"));
    m_tabs->addTab(makeProviders(), tr("Providers"));
    m_tabs->addTab(makePrices(), tr("Prices"));
    m_tabs->addTab(makeTools(), tr("Tools"));
    m_tabs->addTab(makeStorage(), tr("Storage"));
    m_tabs->addTab(makeAppearance(), tr("Appearance"));
    m_tabs->addTab(makePrivacy(), tr("Privacy"));
    auto *local = new LocalServersPane(m_session, this);
    m_tabs->addTab(local, tr("Local servers"));
    m_tabs->addTab(new PromptsPane(m_session, this), tr("Prompts"));
    connect(local, &LocalServersPane::chosen, this, &SettingsDialog::useLocal);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::accept);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_bar); // below, so that nothing moves under the pointer when it comes
    column->addWidget(buttons);
    // Room for texts of two lines, whatever the size of the font.
    resize(fontMetrics().averageCharWidth() * 112, fontMetrics().height() * 36);
    load();
}

void SettingsDialog::showPage(int page) const
{
    m_tabs->setCurrentIndex(page);
}

Appearance SettingsDialog::storedAppearance()
{
    return theme::appearanceFromName(QSettings().value(u"appearance"_s).toString());
}

QString SettingsDialog::storedLanguage()
{
    return QSettings().value(u"language"_s).toString();
}

QWidget *SettingsDialog::makeProviders()
{
    auto *page = new QWidget(this);
    QFormLayout *form = makeForm(page);
    const QList<ProviderDescription> providers = m_session.facade().providers();
    for (const ProviderDescription& provider : providers) {
        m_provider->addItem(provider.name, provider.name);
        m_default->addItem(provider.name, provider.name);
    }
    m_default->setToolTip(tr("Used when a job names none"));
    m_baseUrl->setToolTip(tr("Ends where the version ends, such as https://api.example.com/v1"));
    m_model->setPlaceholderText(tr("the provider's default"));
    m_apiVersion->setPlaceholderText(tr("the usual one"));
    m_apiVersion->setToolTip(tr("Of Anthropic (2023-06-01, 2026-10-21) or Azure (such as 2024-10-21)"));
    m_variable->setToolTip(tr("A key in this variable goes before the one in the keychain"));
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setPlaceholderText(tr("enter a new key"));
    m_key->setAccessibleName(tr("API key"));
    auto *keyRow = new QHBoxLayout;
    keyRow->setSpacing(8);
    m_storeKey->setAutoDefault(false);
    m_removeKey->setAutoDefault(false);
    keyRow->addWidget(m_key, 1);
    keyRow->addWidget(m_storeKey);
    keyRow->addWidget(m_removeKey);
    setTabChain({m_default, m_provider, m_baseUrl, m_model, m_nativeTools, m_apiVersion, m_variable, m_key, m_storeKey,
                 m_removeKey});
    form->addRow(tr("&Default provider"), m_default);
    form->addRow(tr("&Provider"), m_provider);
    form->addRow(QString(), m_providerNote);
    form->addRow(tr("&Base URL"), m_baseUrl);
    m_nativeTools->setChecked(true);
    m_nativeTools->setToolTip(tr("If not, each decision is asked for as JSON. Models whose list says that they cannot "
                                 "are asked so in any case."));
    form->addRow(tr("&Model"), m_model);
    form->addRow(QString(), m_nativeTools);
    form->addRow(tr("&Interface version"), m_apiVersion);
    form->addRow(tr("Key &variable"), m_variable);
    form->addRow(tr("API key"), keyRow);
    form->addRow(QString(), m_keyState);
    form->addRow(QString(),
                 new NoteLabel(tr("Keys are kept in the keychain of this computer, never in the database, a file, "
                                  "a log or an export.")));
    m_retries->setObjectName(u"retries"_s);
    m_retries->setRange(0, kMostRetries);
    m_retries->setValue(kMostRetries);
    m_retries->setToolTip(tr("How often a call that failed for a while is made again"));
    m_longestWait->setObjectName(u"longestRetryWait"_s);
    m_longestWait->setRange(0, kLongestWaitSeconds);
    m_longestWait->setValue(kUsualWaitSeconds);
    m_longestWait->setSuffix(tr(" s"));
    m_longestWait->setToolTip(
        tr("If a provider asks to be left alone for longer, the run ends and tells when to try again"));
    m_timeout->setObjectName(u"callTimeout"_s);
    m_timeout->setRange(0, 86'400);
    m_timeout->setSuffix(tr(" s"));
    m_timeout->setSpecialValueText(tr("as usual"));
    m_timeout->setToolTip(tr("What one attempt may take: usually 600 s, of which 120 s for its first byte. Give a slow "
                             "local model more."));
    m_timeout->setKeyboardTracking(false);
    setTabChain({m_removeKey, m_retries, m_longestWait, m_timeout});
    form->addRow(tr("&Retries"), m_retries);
    form->addRow(tr("&Longest wait"), m_longestWait);
    form->addRow(tr("&Time for a call"), m_timeout);
    connect(m_timeout, &QSpinBox::valueChanged, this, &SettingsDialog::saveTimeout);
    for (QSpinBox *box : {m_retries, m_longestWait}) {
        box->setKeyboardTracking(false);
        connect(box, &QSpinBox::valueChanged, this, &SettingsDialog::saveRetry);
    }
    connect(m_provider, &QComboBox::currentIndexChanged, this, &SettingsDialog::loadProvider);
    connect(m_default, &QComboBox::activated, this, [this] {
        whenDone(m_session.facade().setSetting(u"defaultProvider"_s, m_default->currentData().toString()), this,
                 [this](const Result<void>& result) { stored(result, tr("Stored.")); });
    });
    for (QLineEdit *edit : {m_baseUrl, m_model, m_apiVersion, m_variable}) {
        connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
            if (edit->isModified()) { // passing through is no change
                edit->setModified(false);
                saveProvider();
            }
        });
    }
    connect(m_nativeTools, &QCheckBox::clicked, this, &SettingsDialog::saveProvider);
    connect(m_storeKey, &QPushButton::clicked, this, &SettingsDialog::saveKey);
    connect(m_key, &QLineEdit::returnPressed, this, &SettingsDialog::saveKey);
    connect(m_key, &QLineEdit::textChanged, this, &SettingsDialog::showKeyState);
    connect(m_removeKey, &QPushButton::clicked, this,
            [this] { m_session.keys().store(m_provider->currentData().toString(), QString()); });
    connect(&m_session.keys(), &KeyStore::changed, this, &SettingsDialog::showKeyState);
    connect(&m_session.keys(), &KeyStore::failed, this, [this](const QString&, const QString& message) {
        m_bar->showMessage(
            Kind::Policy,
            tr("The keychain did not take the key: %1. It is kept in memory until Lathe is closed.").arg(message));
        showKeyState();
    });
    return page;
}

QWidget *SettingsDialog::makePrices()
{
    auto *page = new QWidget(this);
    QFormLayout *form = makeForm(page);
    m_tokenPrice->setAlignment(Qt::AlignRight);
    m_toolPrice->setAlignment(Qt::AlignRight);
    form->addRow(
        new NoteLabel(tr("The flat price book holds for every model and every tool. A change holds from the next run "
                         "on; what was charged before stays as it was.")));
    form->addRow(tr("A &million tokens ($)"), m_tokenPrice);
    form->addRow(QString(), m_tokenEcho);
    form->addRow(tr("A &tool call ($)"), m_toolPrice);
    form->addRow(QString(), m_toolEcho);
    m_tokenPrice->setObjectName(u"tokenPrice"_s);
    const auto echo = [](NoteLabel *label, const QString& text, const QString& sentence) {
        const auto price = format::parseMoney(text);
        const bool good = price && price->atto() >= 0;
        label->setText(good ? sentence.arg(format::money(*price))
                            : tr("“%1” is not a price. Write it like 0.005.").arg(text));
        label->setToolTip(good ? format::exactMoney(*price) : QString());
        label->setKind(good ? Kind::Neutral : Kind::Error);
    };
    connect(m_tokenPrice, &QLineEdit::textChanged, this,
            [this, echo](const QString& text) { echo(m_tokenEcho, text, tr("= %1 per million tokens")); });
    connect(m_toolPrice, &QLineEdit::textChanged, this,
            [this, echo](const QString& text) { echo(m_toolEcho, text, tr("= %1 per tool call")); });
    for (QLineEdit *edit : {m_tokenPrice, m_toolPrice}) {
        connect(edit, &QLineEdit::editingFinished, this, &SettingsDialog::savePrices);
    }
    return page;
}

QWidget *SettingsDialog::makeTools()
{
    auto *page = new QWidget(this);
    QFormLayout *form = makeForm(page);
    m_searchProvider->setEditable(true);
    m_searchProvider->addItems({QString(), u"brave"_s, u"google"_s, u"searxng"_s, u"tavily"_s});
    m_searchUrl->setPlaceholderText(u"https://search.example.com"_s);
    m_workflowUrl->setPlaceholderText(u"https://workflow.example.com/api"_s);
    form->addRow(new NoteLabel(tr("What the tools that reach outside need. Tools say in the registry what is missing. "
                                  "Holds from the next start on.")));
    form->addRow(tr("&Search by"), m_searchProvider);
    form->addRow(tr("Search &URL"), m_searchUrl);
    form->addRow(tr("&Workflow URL"), m_workflowUrl);
    form->addRow(tr("Workflow &token variable"), m_workflowVariable);
    m_slurm->setToolTip(tr("Agents may then choose it for their jobs. They run there as you, not in a sandbox, and the "
                           "folder of jobs has to lie where the nodes see it"));
    form->addRow(QString(), m_slurm);
    form->addRow(tr("Slurm &partition"), m_slurmPartition);
    connect(m_slurm, &QCheckBox::toggled, this, &SettingsDialog::saveTools);
    connect(m_searchProvider, &QComboBox::currentTextChanged, this, &SettingsDialog::saveTools);
    for (QLineEdit *edit : {m_searchUrl, m_workflowUrl, m_workflowVariable, m_slurmPartition}) {
        connect(edit, &QLineEdit::editingFinished, this, &SettingsDialog::saveTools);
    }
    return page;
}

QWidget *SettingsDialog::makeStorage()
{
    auto *page = new QWidget(this);
    QFormLayout *form = makeForm(page);
    const QFileInfo file(m_session.database());
    auto *path = new QLineEdit(file.absoluteFilePath(), page);
    path->setReadOnly(true);
    path->setCursorPosition(0);
    auto *open = new QPushButton(tr("&Open another database…"), page);
    open->setAutoDefault(false);
    open->setToolTip(tr("In a window of its own"));
    form->addRow(tr("&File"), path);
    form->addRow(tr("Size"), new NoteLabel(format::bytes(file.size() + QFileInfo(file.filePath() + u"-wal"_s).size())));
    auto *openRow = new QHBoxLayout;
    openRow->addWidget(open);
    openRow->addStretch();
    form->addRow(QString(), openRow);
    form->addRow(QString(),
                 new NoteLabel(tr("Runs with their requests, replies, tool results and bills are kept here until "
                                  "you delete them. Keys are not.")));
    connect(open, &QPushButton::clicked, this, &SettingsDialog::openDatabaseWanted);
    return page;
}

QWidget *SettingsDialog::makeAppearance()
{
    auto *page = new QWidget(this);
    QFormLayout *form = makeForm(page);
    m_appearance->addItem(tr("as the system"), u"system"_s);
    m_appearance->addItem(tr("light"), u"light"_s);
    m_appearance->addItem(tr("dark"), u"dark"_s);
    m_language->addItem(tr("as the system"), QString());
    m_language->addItem(u"English"_s, u"en"_s);
    m_language->addItem(u"Deutsch"_s, u"de"_s);
    m_appearance->setCurrentIndex(std::max(0, m_appearance->findData(theme::toName(storedAppearance()))));
    m_language->setCurrentIndex(std::max(0, m_language->findData(storedLanguage())));
    form->addRow(tr("&Colours"), m_appearance);
    form->addRow(tr("&Language"), m_language);
    form->addRow(QString(), new NoteLabel(tr("A change of the language is seen at the next start.")));
    connect(m_appearance, &QComboBox::activated, this, [this] {
        const QString name = m_appearance->currentData().toString();
        QSettings().setValue(u"appearance"_s, name);
        theme::apply(theme::appearanceFromName(name));
    });
    connect(m_language, &QComboBox::activated, this,
            [this] { QSettings().setValue(u"language"_s, m_language->currentData()); });
    return page;
}

QWidget *SettingsDialog::makePrivacy()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(12);
    for (const QString& text :
         {tr("Stored in the database, on this computer only: tasks and attachments, every request and reply, tool "
             "results, journals, bills, and the files of knowledge bases."),
          tr("Stored until you delete it: a run with “Delete run”, a knowledge base with “Drop”, old journals below."),
          tr("Sent away: requests to the provider that a job names, and what a tool that reaches outside is called "
             "with. The built-in model, the sandbox and the knowledge bases send nothing."),
          tr("Never stored: keys, outside of the keychain. Lathe reports nothing to anybody.")}) {
        column->addWidget(new NoteLabel(text, page));
    }
    column->addWidget(new RetentionPane(m_session, page));
    column->addStretch();
    return page;
}

void SettingsDialog::load()
{
    m_loading = true;
    whenDone(m_session.facade().settings(), this, [this](const Result<QJsonObject>& settings) {
        if (!settings) {
            m_bar->showError(settings.error());
            return;
        }
        const QString provider = settings->value("defaultProvider"_L1).toString(u"builtin"_s);
        m_default->setCurrentIndex(std::max(0, m_default->findData(provider)));
        const QJsonObject retry = settings->value("retry"_L1).toObject();
        m_retries->setValue(retry.value("retries"_L1).toInt(m_retries->value()));
        m_timeout->setValue(settings->value("callTimeoutSeconds"_L1).toInt());
        m_longestWait->setValue(retry.value("longestWaitSeconds"_L1).toInt(m_longestWait->value()));
        const QJsonObject flat = settings->value("flatPrices"_L1).toObject();
        m_tokenPrice->setText(flat.value("perMillionTokens"_L1).toString(u"2"_s));
        m_toolPrice->setText(flat.value("perToolCall"_L1).toString(u"0.005"_s));
        const QJsonObject tools = settings->value("tools"_L1).toObject();
        m_storedTools = tools;
        m_searchProvider->setCurrentText(tools.value("searchProvider"_L1).toString());
        m_searchUrl->setText(tools.value("searchUrl"_L1).toString());
        m_workflowUrl->setText(tools.value("workflowUrl"_L1).toString());
        m_workflowVariable->setText(tools.value("workflowTokenVariable"_L1).toString());
        m_slurm->setChecked(tools.value("useSlurm"_L1).toBool());
        m_slurmPartition->setText(tools.value("slurmPartition"_L1).toString());
        m_loading = false;
    });
    loadProvider();
}

void SettingsDialog::loadProvider()
{
    const QString name = m_provider->currentData().toString();
    const QList<ProviderDescription> providers = m_session.facade().providers();
    for (const ProviderDescription& provider : providers) {
        if (provider.name == name) {
            m_providerNote->setText(descriptionOf(name, provider.description));
            m_baseUrl->setEnabled(provider.needsBaseUrl);
            m_baseUrl->setPlaceholderText(provider.defaultBaseUrl);
            m_apiVersion->setEnabled(provider.needsBaseUrl);
            m_variable->setPlaceholderText(provider.keyVariable);
            const bool hasKey = !provider.keyVariable.isEmpty();
            m_variable->setEnabled(hasKey);
            m_key->setEnabled(hasKey);
        }
    }
    whenDone(m_session.facade().providerSettings(name), this, [this, name](const Result<ProviderSettings>& settings) {
        if (name != m_provider->currentData().toString()) {
            return;
        }
        if (!settings) {
            m_bar->showError(settings.error());
            return;
        }
        m_baseUrl->setText(settings->baseUrl);
        m_model->setText(settings->model);
        m_apiVersion->setText(settings->apiVersion);
        m_variable->setText(settings->apiKeyVariable);
        m_nativeTools->setChecked(settings->nativeTools);
    });
    m_key->clear();
    showKeyState();
    m_session.keys().whenLoaded(name, this, [this] { showKeyState(); });
}

void SettingsDialog::useLocal(const QString& baseUrl, const QString& model)
{
    const QString name = u"openai"_s;
    whenDone(m_session.facade().providerSettings(name), this,
             [this, baseUrl, model](const Result<ProviderSettings>& present) {
                 if (!present) {
                     m_bar->showError(present.error());
                     return;
                 }
                 ProviderSettings settings = *present;
                 settings.baseUrl = baseUrl;
                 settings.model = model;
                 whenDone(m_session.facade().setProviderSettings(settings), this, [this](const Result<void>& result) {
                     stored(result, tr("Stored: the provider openai uses this server."));
                     m_provider->setCurrentIndex(std::max(0, m_provider->findData(u"openai"_s)));
                     loadProvider();
                     Q_EMIT m_session.modelsChanged();
                 });
             });
}

void SettingsDialog::saveProvider()
{
    ProviderSettings settings;
    settings.provider = m_provider->currentData().toString();
    settings.baseUrl = m_baseUrl->text().trimmed();
    settings.model = m_model->text().trimmed();
    settings.apiVersion = m_apiVersion->text().trimmed();
    settings.apiKeyVariable = m_variable->text().trimmed();
    settings.nativeTools = m_nativeTools->isChecked();
    whenDone(m_session.facade().setProviderSettings(settings), this, [this](const Result<void>& result) {
        stored(result, tr("Stored."));
        Q_EMIT m_session.modelsChanged();
    });
}

void SettingsDialog::saveKey()
{
    const QString key = m_key->text().trimmed();
    if (!key.isEmpty()) {
        m_session.keys().store(m_provider->currentData().toString(), key);
        m_key->clear();
        showKeyState();
    }
}

void SettingsDialog::showKeyState()
{
    const QString name = m_provider->currentData().toString();
    const bool needsKey = m_key->isEnabled();
    const QString none = tr("This provider needs no key.");
    m_keyState->setText(needsKey ? m_session.keys().statement(name) : none);
    const auto allow = [&](QPushButton *button, bool allowed, const QString& tip, const QString& reason) {
        button->setEnabled(needsKey && allowed);
        button->setToolTip(button->isEnabled() ? tip : needsKey ? reason : none);
    };
    const KeyStore::Place place = m_session.keys().place(name);
    allow(m_storeKey, !m_key->text().trimmed().isEmpty(), tr("Puts the key into the keychain"),
          tr("Enter a key first."));
    allow(m_removeKey, place == KeyStore::Place::Keychain || place == KeyStore::Place::Memory,
          tr("Takes the key out of the keychain"), tr("No key is stored here."));
}

QString SettingsDialog::tokenPriceEcho() const
{
    return m_tokenEcho->text();
}

void SettingsDialog::savePrices()
{
    if (m_loading) {
        return;
    }
    QJsonObject flat;
    const auto put = [this, &flat](QLineEdit *edit, const QString& key) {
        const auto amount = format::parseMoney(edit->text());
        if (!amount || amount->atto() < 0) {
            m_bar->showMessage(Kind::Error, tr("“%1” is not a price. Write it like 0.005.").arg(edit->text()));
            return false;
        }
        flat.insert(key, amount->toDecimal());
        return true;
    };
    if (!put(m_tokenPrice, u"perMillionTokens"_s) || !put(m_toolPrice, u"perToolCall"_s)) {
        return;
    }
    whenDone(m_session.facade().setSetting(u"flatPrices"_s, flat), this, [this](const Result<void>& result) {
        stored(result, tr("Stored. The prices hold from the next run on."));
        m_session.reloadTools();
    });
}

void SettingsDialog::saveTools()
{
    if (m_loading) {
        return;
    }
    m_storedTools.insert(u"searchProvider"_s, m_searchProvider->currentText().trimmed());
    m_storedTools.insert(u"searchUrl"_s, m_searchUrl->text().trimmed());
    m_storedTools.insert(u"workflowUrl"_s, m_workflowUrl->text().trimmed());
    m_storedTools.insert(u"workflowTokenVariable"_s, m_workflowVariable->text().trimmed());
    m_storedTools.insert(u"useSlurm"_s, m_slurm->isChecked());
    m_storedTools.insert(u"slurmPartition"_s, m_slurmPartition->text().trimmed());
    whenDone(m_session.facade().setSetting(u"tools"_s, m_storedTools), this,
             [this](const Result<void>& result) { stored(result, tr("Stored. It holds from the next start on.")); });
}

void SettingsDialog::saveTimeout()
{
    if (m_loading) {
        return;
    }
    whenDone(m_session.facade().setSetting(u"callTimeoutSeconds"_s, m_timeout->value()), this,
             [this](const Result<void>& result) { stored(result, tr("Stored. It holds from the next run on.")); });
}

void SettingsDialog::saveRetry()
{
    if (m_loading) {
        return;
    }
    const QJsonObject retry{{u"retries"_s, m_retries->value()}, {u"longestWaitSeconds"_s, m_longestWait->value()}};
    whenDone(m_session.facade().setSetting(u"retry"_s, retry), this,
             [this](const Result<void>& result) { stored(result, tr("Stored. It holds from the next run on.")); });
}

void SettingsDialog::stored(const Result<void>& result, const QString& message)
{
    if (result) {
        m_bar->showMessage(Kind::Answer, message);
    } else {
        m_bar->showError(result.error());
    }
}

} // namespace lathe
