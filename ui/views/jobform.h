// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"

#include <QHash>
#include <QScrollArea>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;
class QTableView;

namespace lathe {

class NoteLabel;
class Session;
class ToolListModel;

/// Who runs a job, on which model, with which tools and within which limits.
class JobForm : public QScrollArea
{
    Q_OBJECT

public:
    explicit JobForm(Session& session, QWidget *parent = nullptr);

    /// Fields this form does not show are left as they are in job.
    void fill(AguiRunJob& job) const;
    void setJob(const AguiRunJob& job);
    [[nodiscard]] RunOptions options() const;
    /// Puts each issue under its field; gives back those it has no field for.
    [[nodiscard]] QList<JsonIssue> showIssues(const QList<JsonIssue>& issues);
    void focusIssue(const QString& path);

Q_SIGNALS:
    void edited();
    void settingsWanted();

private:
    void addField(QFormLayout *form, const QString& label, QWidget *field, const QString& path, const QString& tip);
    void makeLimits(QFormLayout *form);
    void makeTools(QFormLayout *form);
    void loadProviders();
    void loadModels();
    void showTier();
    void changed();
    [[nodiscard]] std::optional<QStringList> pickedTools() const;

    Session& m_session;
    QLineEdit *m_name;
    QComboBox *m_user;
    NoteLabel *m_tier;
    QComboBox *m_provider;
    NoteLabel *m_providerNote;
    QComboBox *m_model;
    QCheckBox *m_stream;
    QCheckBox *m_cache;
    QComboBox *m_approval;
    QSpinBox *m_depth;
    QSpinBox *m_steps;
    QSpinBox *m_context;
    QSpinBox *m_output;
    QLineEdit *m_temperature;
    QLineEdit *m_budget;
    QTableView *m_toolsView;
    ToolListModel *m_tools;
    QCheckBox *m_frames;
    QStringList m_wantedTools; ///< as the job names them, those that are not registered too
    bool m_allTools = true;
    QHash<QString, NoteLabel *> m_notes; ///< by JSON path
    QHash<QString, QWidget *> m_fields;
    bool m_setting = false;
};

} // namespace lathe
