// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/jobform.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/keystore.h"
#include "ui/models/toollistmodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/taborder.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// What opens a child frame; in a job it stands among the tools.
const QString kFrameTool = u"llm_call"_s;
constexpr int kToolRows = 12; // with more, as MCP servers bring them, the list scrolls

QSpinBox *makeSpin(QWidget *parent, int from, int to, int step)
{
    auto *spin = new QSpinBox(parent);
    spin->setRange(from, to);
    spin->setSingleStep(step);
    spin->setGroupSeparatorShown(true);
    spin->setAlignment(Qt::AlignRight);
    spin->setFocusPolicy(Qt::StrongFocus);
    return spin;
}

QFormLayout *makeGroup(QBoxLayout *column, const QString& title, QWidget *parent)
{
    auto *group = new QGroupBox(title, parent);
    auto *form = new QFormLayout(group);
    form->setContentsMargins(8, 8, 8, 8);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    column->addWidget(group);
    return form;
}

} // namespace

JobForm::JobForm(Session& session, QWidget *parent)
    : QScrollArea(parent),
      m_session(session),
      m_name(new QLineEdit(this)),
      m_user(new QComboBox(this)),
      m_tier(new NoteLabel(this)),
      m_provider(new QComboBox(this)),
      m_providerNote(new NoteLabel(this)),
      m_model(new QComboBox(this)),
      m_stream(new QCheckBox(tr("&Stream the reply"), this)),
      m_cache(new QCheckBox(tr("Use the result &cache"), this)),
      m_approval(new QComboBox(this)),
      m_depth(makeSpin(this, 1, 100, 1)),
      m_steps(makeSpin(this, 1, 10'000, 10)),
      m_context(makeSpin(this, 1, 10'000'000, 1000)),
      m_output(makeSpin(this, 1, 1'000'000, 256)),
      m_temperature(new QLineEdit(this)),
      m_budget(new QLineEdit(this)),
      m_toolsView(new QTableView(this)),
      m_tools(new ToolListModel(true, this)),
      m_frames(new QCheckBox(tr("May open child &frames"), this))
{
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(12);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    QFormLayout *who = makeGroup(column, tr("Who"), content);
    m_user->setEditable(true);
    m_user->setInsertPolicy(QComboBox::NoInsert);
    m_user->setCurrentText(EngineFacade::defaultUserId());
    m_name->setPlaceholderText(tr("Shown in lists and on bills"));
    addField(who, tr("&Name"), m_name, u"$.name"_s, tr("What the run is called; may be empty"));
    addField(who, tr("&User"), m_user, u"$.userId"_s, tr("Whose limits hold and who pays"));
    addField(who, tr("Tier"), m_tier, {}, {});

    QFormLayout *model = makeGroup(column, tr("Model"), content);
    m_model->setEditable(true);
    m_model->setInsertPolicy(QComboBox::NoInsert);
    addField(model, tr("&Provider"), m_provider, u"$.provider"_s,
             tr("Where the model runs; addresses and keys are in the settings"));
    model->addRow(QString(), m_providerNote);
    addField(model, tr("&Model"), m_model, u"$.model"_s, tr("Empty: the provider's default"));
    m_temperature->setPlaceholderText(tr("the model's default"));
    addField(model, tr("Temp&erature"), m_temperature, u"$.parameters.temperature"_s,
             tr("0 to 2; higher is more varied"));
    m_stream->setChecked(true);
    m_stream->setToolTip(tr("Show the text as it arrives"));
    m_cache->setChecked(true);
    m_cache->setToolTip(tr("The same job of the same user is answered from the cache, at no cost"));
    auto *boxes = new QHBoxLayout;
    boxes->setSpacing(12);
    boxes->addWidget(m_stream);
    boxes->addWidget(m_cache);
    boxes->addStretch();
    model->addRow(boxes);

    makeTools(makeGroup(column, tr("Tools"), content));
    makeLimits(makeGroup(column, tr("Limits"), content));
    column->addStretch();
    setWidget(content);
    setFocusPolicy(Qt::NoFocus);
    setTabChain({m_name, m_user, m_provider, m_model, m_temperature, m_stream, m_cache, m_toolsView});
    setTabChain({m_approval, m_budget, m_steps, m_depth, m_context, m_output});

    connect(m_user, &QComboBox::currentTextChanged, this, [this] {
        showTier();
        changed();
    });
    connect(m_provider, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_setting) {
            m_model->setCurrentText(QString());
        }
        loadModels();
        changed();
    });
    connect(m_model, &QComboBox::currentTextChanged, this, &JobForm::changed);
    connect(m_approval, &QComboBox::activated, this, &JobForm::changed);
    for (QLineEdit *edit : {m_name, m_temperature, m_budget}) {
        connect(edit, &QLineEdit::textChanged, this, &JobForm::changed);
    }
    for (QSpinBox *spin : {m_depth, m_steps, m_context, m_output}) {
        connect(spin, &QSpinBox::valueChanged, this, &JobForm::changed);
    }
    for (QCheckBox *box : {m_stream, m_cache, m_frames}) {
        connect(box, &QCheckBox::toggled, this, &JobForm::changed);
    }
    connect(m_tools, &ToolListModel::checkedChanged, this, &JobForm::changed);
    connect(&session, &Session::policiesChanged, this, [this] {
        m_setting = true;
        const QString user = m_user->currentText();
        m_user->clear();
        for (const UserPolicy& policy : m_session.policies()) {
            m_user->addItem(policy.userId);
        }
        m_user->setCurrentText(user);
        m_setting = false;
        showTier();
    });
    connect(&session, &Session::toolsChanged, this, [this] {
        m_setting = true;
        m_tools->setRows(m_session.tools());
        m_allTools ? m_tools->checkAll(true) : m_tools->setChecked(m_wantedTools);
        m_setting = false;
        m_toolsView->setFixedHeight(
            m_toolsView->horizontalHeader()->sizeHint().height() +
            qMin(m_tools->rowCount(), kToolRows) * m_toolsView->verticalHeader()->defaultSectionSize() + 4);
        ItemViews::fitColumns(m_toolsView, 170);
        m_toolsView->horizontalHeader()->setStretchLastSection(false); // the name gives way where it is narrow
        m_toolsView->horizontalHeader()->setSectionResizeMode(ToolListModel::Name, QHeaderView::Stretch);
    });
    connect(&session, &Session::modelsChanged, this, &JobForm::loadModels);
    connect(&session.keys(), &KeyStore::changed, this, &JobForm::loadModels);
    setJob(AguiRunJob());
    loadProviders();
}

void JobForm::addField(QFormLayout *form, const QString& label, QWidget *field, const QString& path, const QString& tip)
{
    auto *name = new QLabel(label, this);
    name->setBuddy(field);
    field->setToolTip(tip);
    QString plain = label;
    field->setAccessibleName(plain.remove(u'&'));
    form->addRow(name, field);
    if (path.isEmpty()) {
        return;
    }
    auto *note = new NoteLabel(this);
    note->setKind(Kind::Error);
    note->hide();
    form->addRow(QString(), note);
    form->setRowVisible(note, false);
    m_notes.insert(path, note);
    m_fields.insert(path, field);
}

void JobForm::makeTools(QFormLayout *form)
{
    m_toolsView->setModel(m_tools);
    ItemViews::setUp(m_toolsView);
    m_toolsView->setAccessibleName(tr("Tools the agent may use"));
    m_toolsView->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_toolsView->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_toolsView->horizontalHeader()->setMinimumSectionSize(28);
    m_toolsView->setMinimumHeight(60);
    auto *all = new QPushButton(tr("&All"), this);
    all->setToolTip(tr("Every tool the user's policy allows"));
    auto *none = new QPushButton(tr("N&one"), this);
    none->setToolTip(tr("The agent answers without tools"));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(all);
    row->addWidget(none);
    row->addStretch();
    m_frames->setToolTip(tr("The agent may hand parts of the task to child frames (llm_call)"));
    m_frames->setChecked(true);
    form->addRow(m_toolsView);
    row->addWidget(m_frames);
    form->addRow(row);
    auto *note = new NoteLabel(this);
    note->setKind(Kind::Error);
    note->hide();
    form->addRow(note);
    m_notes.insert(u"$.tools"_s, note);
    m_fields.insert(u"$.tools"_s, m_toolsView);
    m_approval->addItem(tr("run without asking"), static_cast<int>(ApprovalMode::All));
    m_approval->addItem(tr("wait for my approval"), static_cast<int>(ApprovalMode::Ask));
    m_approval->addItem(tr("are all refused"), static_cast<int>(ApprovalMode::None));
    addField(form, tr("Tool &calls"), m_approval, {}, tr("What happens when the agent wants to call a tool"));
    setTabChain({m_toolsView, all, none, m_frames, m_approval});
    connect(all, &QPushButton::clicked, this, [this] {
        m_wantedTools.clear();
        m_tools->checkAll(true);
    });
    connect(none, &QPushButton::clicked, this, [this] { m_tools->checkAll(false); });
}

void JobForm::makeLimits(QFormLayout *form)
{
    m_budget->setPlaceholderText(tr("none"));
    m_budget->setAlignment(Qt::AlignRight);
    addField(form, tr("&Budget ($)"), m_budget, u"$.budget"_s, tr("For the whole run; never overspent"));
    addField(form, tr("S&teps"), m_steps, u"$.maxSteps"_s, tr("Decisions in the whole run"));
    addField(form, tr("&Depth"), m_depth, u"$.maxDepth"_s, tr("Depth of frames"));
    addField(form, tr("Conte&xt (tokens)"), m_context, u"$.contextWindowLimit"_s, tr("Largest prompt of a step"));
    addField(form, tr("Out&put (tokens)"), m_output, u"$.parameters.maxOutputTokens"_s, tr("Largest reply of a step"));
}

void JobForm::changed()
{
    if (!m_setting) {
        Q_EMIT edited();
    }
}

void JobForm::loadProviders()
{
    m_setting = true;
    QHash<QString, QString> variables;
    const QList<ProviderDescription> providers = m_session.facade().providers();
    for (const ProviderDescription& provider : providers) {
        if (m_provider->findData(provider.name) < 0) {
            m_provider->addItem(provider.name, provider.name);
            m_provider->setItemData(m_provider->count() - 1, provider.description, Qt::ToolTipRole);
        }
        variables.insert(provider.name, provider.keyVariable);
    }
    m_session.keys().setVariables(variables);
    m_setting = false;
    whenDone(m_session.facade().settings(), this, [this](const Result<QJsonObject>& settings) {
        const QString wanted = settings ? settings->value("defaultProvider"_L1).toString() : QString();
        const int at = m_provider->findData(wanted);
        if (at >= 0 && !wanted.isEmpty()) {
            m_provider->setCurrentIndex(at);
        }
        loadModels();
    });
}

void JobForm::loadModels()
{
    const QString provider = m_provider->currentData().toString();
    if (provider.isEmpty()) {
        return;
    }
    m_providerNote->setText(descriptionOf(provider, m_provider->currentData(Qt::ToolTipRole).toString()));
    m_session.keys().whenLoaded(provider, this,
                                [] {}); // if there is one, changed() comes and the models are asked again
    ProviderSettings settings;
    settings.provider = provider;
    whenDone(m_session.facade().models(settings), this,
             [this, provider](const Result<QList<ModelDescription>>& models) {
                 if (provider != m_provider->currentData().toString()) {
                     return;
                 }
                 if (!models) {
                     m_providerNote->setText(models.error().message);
                     return;
                 }
                 m_setting = true;
                 const QString chosen = m_model->currentText();
                 m_model->clear();
                 for (const ModelDescription& model : *models) {
                     m_model->addItem(model.id);
                     m_model->setItemData(m_model->count() - 1, model.description, Qt::ToolTipRole);
                 }
                 m_model->setCurrentText(chosen);
                 if (m_model->lineEdit()) {
                     m_model->lineEdit()->setPlaceholderText(models->isEmpty() ? tr("name of the model")
                                                                               : models->first().id);
                 }
                 m_setting = false;
             });
}

void JobForm::showTier()
{
    const QString user = m_user->currentText().trimmed();
    for (const UserPolicy& policy : m_session.policies()) {
        if (policy.userId == user) {
            m_tier->setText(tr("%1: depth %2, %3 tokens, %4 tool calls, %5 runs a minute")
                                .arg(word(policy.tier))
                                .arg(policy.maxRecursionDepth)
                                .arg(format::count(policy.contextWindowLimit))
                                .arg(policy.maxToolCalls)
                                .arg(policy.requestsPerMinute));
            return;
        }
    }
    m_tier->setText(tr("new user, gets the tier %1").arg(word(UserTier::Free)));
}

void JobForm::fill(AguiRunJob& job) const
{
    job.name = m_name->text().trimmed();
    job.userId = m_user->currentText().trimmed();
    job.provider = m_provider->currentData().toString();
    job.model = m_model->currentText().trimmed();
    bool number = false;
    const double temperature = m_temperature->text().toDouble(&number);
    job.parameters.temperature.reset();
    if (!m_temperature->text().trimmed().isEmpty()) {
        job.parameters.temperature = number ? temperature : std::numeric_limits<double>::quiet_NaN();
    }
    job.parameters.maxOutputTokens = m_output->value();
    job.maxDepth = m_depth->value();
    job.maxSteps = m_steps->value();
    job.contextWindowLimit = m_context->value();
    job.budget.reset();
    if (!m_budget->text().trimmed().isEmpty()) {
        // What is no amount becomes a budget below zero, which validate() names.
        job.budget = format::parseMoney(m_budget->text()).value_or(Money::fromAtto(-1));
    }
    job.tools = pickedTools();
}

std::optional<QStringList> JobForm::pickedTools() const
{
    if (m_tools->rowCount() == 0) {
        return m_allTools ? std::nullopt : std::optional(m_wantedTools);
    }
    QStringList picked = m_tools->checked();
    for (const QString& name : m_wantedTools) {
        if (name != kFrameTool && !m_session.tool(name)) {
            picked << name; // not registered: the check of the job says so
        }
    }
    if (m_tools->allChecked() && picked.size() == m_tools->rowCount() && m_frames->isChecked()) {
        return std::nullopt;
    }
    if (m_frames->isChecked()) {
        picked << kFrameTool;
    }
    return picked;
}

void JobForm::setJob(const AguiRunJob& job)
{
    m_setting = true;
    m_name->setText(job.name);
    if (!job.userId.isEmpty()) {
        m_user->setCurrentText(job.userId);
    }
    if (const int at = m_provider->findData(job.provider); at >= 0 && !job.provider.isEmpty()) {
        m_provider->setCurrentIndex(at);
    }
    m_model->setCurrentText(job.model);
    m_temperature->setText(job.parameters.temperature ? QString::number(*job.parameters.temperature) : QString());
    m_output->setValue(static_cast<int>(job.parameters.maxOutputTokens));
    m_depth->setValue(job.maxDepth);
    m_steps->setValue(job.maxSteps);
    m_context->setValue(static_cast<int>(job.contextWindowLimit));
    m_budget->setText(job.budget ? job.budget->toDecimal() : QString());
    m_allTools = !job.tools.has_value();
    m_wantedTools = job.tools.value_or(QStringList());
    m_frames->setChecked(m_allTools || m_wantedTools.contains(kFrameTool));
    m_allTools ? m_tools->checkAll(true) : m_tools->setChecked(m_wantedTools);
    m_setting = false;
    showTier();
}

RunOptions JobForm::options() const
{
    RunOptions options;
    options.provider.provider = m_provider->currentData().toString();
    options.provider.model = m_model->currentText().trimmed();
    options.stream = m_stream->isChecked();
    options.useCache = m_cache->isChecked();
    options.approval = static_cast<ApprovalMode>(m_approval->currentData().toInt());
    return options;
}

QList<JsonIssue> JobForm::showIssues(const QList<JsonIssue>& issues)
{
    QHash<QString, QString> texts;
    QList<JsonIssue> rest;
    for (const JsonIssue& issue : issues) {
        QString path = issue.path;
        while (!path.isEmpty() && !m_notes.contains(path)) {
            const auto cut = std::max(path.lastIndexOf(u'.'), path.lastIndexOf(u'['));
            path = cut > 0 ? path.left(cut) : QString();
        }
        if (path.isEmpty()) {
            rest << issue;
        } else {
            QString& text = texts[path];
            text = text.isEmpty() ? issue.message : QString(text + u'\n' + issue.message);
        }
    }
    if (!m_budget->text().trimmed().isEmpty() && !format::parseMoney(m_budget->text())) {
        texts.insert(u"$.budget"_s, tr("is not an amount in dollars; write it like 0.20"));
    }
    for (auto it = m_notes.begin(); it != m_notes.end(); ++it) {
        const QString text = texts.value(it.key());
        it.value()->setText(text);
        if (auto *form = qobject_cast<QFormLayout *>(it.value()->parentWidget()->layout())) {
            form->setRowVisible(it.value(), !text.isEmpty());
        }
    }
    return rest;
}

void JobForm::focusIssue(const QString& path)
{
    for (auto it = m_fields.begin(); it != m_fields.end(); ++it) {
        if (path.startsWith(it.key())) {
            it.value()->setFocus(Qt::OtherFocusReason);
            ensureWidgetVisible(it.value());
            return;
        }
    }
}

} // namespace lathe
