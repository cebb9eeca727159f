-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 1 of the schema. Statements are parted by lines that hold only the marker below; times are milliseconds
-- since 1970-01-01 UTC; money is a pair of columns: micro-dollars (floor) and the rest in 10^-18 dollars.

-- The list of runs: one row a run, a projection of the journal up to last_seq but for id and owner.
-- owner: the number of the byte that the writing process holds locked in the owners file (see ownerlock.h).
CREATE TABLE agent_execution_metadata (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    last_seq BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_tier TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    job_signature TEXT NOT NULL,
    from_cache BIGINT NOT NULL,
    decisions BIGINT NOT NULL,
    tool_calls BIGINT NOT NULL,
    tokens_used BIGINT NOT NULL,
    cost_micro BIGINT NOT NULL,
    cost_rem BIGINT NOT NULL CHECK (cost_rem >= 0 AND cost_rem < 1000000000000),
    unknown_cost_lines BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT NOT NULL,
    error_code TEXT NOT NULL,
    prompt_start TEXT NOT NULL,
    metadata TEXT NOT NULL
)
--;;
CREATE INDEX agent_execution_metadata_started ON agent_execution_metadata (started_at)
--;;
-- Runs that have not ended: few, and looked through before reading what may lag behind their journals.
CREATE INDEX agent_execution_metadata_open ON agent_execution_metadata (id) WHERE completed_at = 0
--;;
CREATE INDEX agent_execution_metadata_user ON agent_execution_metadata (user_id, started_at)
--;;
-- The journal. id = agent_execution_metadata.id * 2^32 + seq: a run's events lie side by side in their order, and no
-- second index is needed to find them.
CREATE TABLE agent_audit_logs (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    seq BIGINT NOT NULL,
    time BIGINT NOT NULL,
    phase TEXT,
    event TEXT NOT NULL,
    details TEXT NOT NULL
)
--;;
-- Runs whose journal was pruned: their rows in the list of runs and in the ledger are all that is left of them.
CREATE TABLE agent_pruned_runs (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES agent_execution_metadata (run_id) ON DELETE CASCADE,
    pruned_at BIGINT NOT NULL
)
--;;
-- Message bodies, each once. encoding: raw or zstd; size: of the plain bytes.
CREATE TABLE agent_bodies (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    encoding TEXT NOT NULL,
    content BLOB NOT NULL
)
--;;
-- Which run refers to which body; a body goes with the last run that names it.
CREATE TABLE agent_body_references (
    run BIGINT NOT NULL,
    body BIGINT NOT NULL REFERENCES agent_bodies (id),
    PRIMARY KEY (run, body)
) WITHOUT ROWID
--;;
CREATE INDEX agent_body_references_body ON agent_body_references (body)
--;;
CREATE TABLE agent_decisions (
    run_id TEXT NOT NULL REFERENCES agent_execution_metadata (run_id) ON DELETE CASCADE,
    decision BIGINT NOT NULL,
    frame BIGINT NOT NULL,
    depth BIGINT NOT NULL,
    parent_decision BIGINT NOT NULL,
    action TEXT,
    status TEXT NOT NULL,
    summary TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    model_cost_micro BIGINT NOT NULL,
    model_cost_rem BIGINT NOT NULL CHECK (model_cost_rem >= 0 AND model_cost_rem < 1000000000000),
    tool_cost_micro BIGINT NOT NULL,
    tool_cost_rem BIGINT NOT NULL CHECK (tool_cost_rem >= 0 AND tool_cost_rem < 1000000000000),
    unknown_cost_lines BIGINT NOT NULL,
    revisions BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, decision)
) WITHOUT ROWID
--;;
CREATE TABLE agent_tool_executions (
    run_id TEXT NOT NULL REFERENCES agent_execution_metadata (run_id) ON DELETE CASCADE,
    decision BIGINT NOT NULL,
    position BIGINT NOT NULL,
    call_id TEXT NOT NULL,
    tool TEXT NOT NULL,
    side_effect TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code TEXT NOT NULL,
    synthetic BIGINT NOT NULL,
    reused BIGINT NOT NULL,
    child_frame BIGINT NOT NULL,
    cost_micro BIGINT,
    cost_rem BIGINT CHECK (cost_rem >= 0 AND cost_rem < 1000000000000),
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, decision, position)
) WITHOUT ROWID
--;;
-- The ledger. cost is null if and only if cost_state is unknown; unit_price is an exact decimal for per units.
CREATE TABLE agent_cost_lines (
    run_id TEXT NOT NULL REFERENCES agent_execution_metadata (run_id) ON DELETE CASCADE,
    line BIGINT NOT NULL,
    line_at BIGINT NOT NULL,
    phase TEXT NOT NULL,
    decision BIGINT NOT NULL,
    decision_kind TEXT,
    attempt BIGINT NOT NULL,
    tool_call_id TEXT NOT NULL,
    tool TEXT NOT NULL,
    provider TEXT NOT NULL,
    model_requested TEXT NOT NULL,
    model_billed TEXT NOT NULL,
    service_tier TEXT NOT NULL,
    meter TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit TEXT NOT NULL,
    unit_price TEXT,
    per BIGINT NOT NULL,
    cost_micro BIGINT,
    cost_rem BIGINT CHECK (cost_rem >= 0 AND cost_rem < 1000000000000),
    cost_state TEXT NOT NULL,
    cost_source TEXT NOT NULL,
    pricebook_version TEXT NOT NULL,
    rate_id TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (run_id, line)
) WITHOUT ROWID
--;;
CREATE INDEX agent_cost_lines_at ON agent_cost_lines (line_at)
--;;
CREATE TABLE agent_user_policies (
    user_id TEXT NOT NULL PRIMARY KEY,
    tier TEXT NOT NULL,
    max_recursion_depth BIGINT NOT NULL,
    context_window_limit BIGINT NOT NULL,
    max_tool_calls BIGINT NOT NULL,
    allowed_tools TEXT NOT NULL,
    requests_per_minute BIGINT NOT NULL,
    requests_per_hour BIGINT NOT NULL,
    budget_per_run_micro BIGINT,
    budget_per_run_rem BIGINT,
    budget_per_day_micro BIGINT,
    budget_per_day_rem BIGINT,
    budget_per_month_micro BIGINT,
    budget_per_month_rem BIGINT,
    team TEXT NOT NULL,
    approval_rules TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
)
--;;
CREATE TABLE agent_team_policies (
    team TEXT NOT NULL PRIMARY KEY,
    budget_per_day_micro BIGINT,
    budget_per_day_rem BIGINT,
    budget_per_month_micro BIGINT,
    budget_per_month_rem BIGINT
)
--;;
-- Who changed which value of whose policy. subject_kind: user or team.
CREATE TABLE agent_policy_changes (
    id INTEGER PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    time BIGINT NOT NULL,
    author TEXT NOT NULL,
    name TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL
)
--;;
CREATE INDEX agent_policy_changes_subject ON agent_policy_changes (subject_kind, subject, id)
--;;
CREATE TABLE agent_rate_events (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    time BIGINT NOT NULL
)
--;;
CREATE INDEX agent_rate_events_user ON agent_rate_events (user_id, time)
--;;
-- One row: the newest time the rate limits have seen, and where the machine's steady clock stood then.
CREATE TABLE agent_rate_clock (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    time BIGINT NOT NULL,
    boot TEXT NOT NULL,
    steady BIGINT NOT NULL
)
--;;
-- What runs that go on take of the budgets they share; while a claim is alive it stands for the run's ledger.
CREATE TABLE agent_budget_claims (
    run_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    team TEXT NOT NULL,
    day BIGINT NOT NULL,
    today_micro BIGINT NOT NULL,
    today_rem BIGINT NOT NULL CHECK (today_rem >= 0 AND today_rem < 1000000000000),
    month_micro BIGINT NOT NULL,
    month_rem BIGINT NOT NULL CHECK (month_rem >= 0 AND month_rem < 1000000000000),
    reserved_micro BIGINT NOT NULL,
    reserved_rem BIGINT NOT NULL CHECK (reserved_rem >= 0 AND reserved_rem < 1000000000000),
    expires_at BIGINT NOT NULL
)
--;;
-- Which runs spend a team's money: those its members began while they were in it.
CREATE TABLE agent_team_runs (
    team TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (team, run_id)
) WITHOUT ROWID
--;;
-- What deleted runs had spent: deleting a run gives nothing back.
CREATE TABLE agent_deleted_spend (
    id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    team TEXT NOT NULL,
    day BIGINT NOT NULL,
    cost_micro BIGINT NOT NULL,
    cost_rem BIGINT NOT NULL CHECK (cost_rem >= 0 AND cost_rem < 1000000000000)
)
--;;
CREATE INDEX agent_deleted_spend_day ON agent_deleted_spend (day)
--;;
CREATE TABLE agent_result_cache (
    signature TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    size BIGINT NOT NULL,
    encoding TEXT NOT NULL,
    response BLOB NOT NULL,
    PRIMARY KEY (signature, user_id)
)
--;;
CREATE INDEX agent_result_cache_expires ON agent_result_cache (expires_at)
--;;
-- Counts that outlive the rows they count: cache_hits, cache_misses.
CREATE TABLE agent_counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
)
--;;
CREATE TABLE agent_price_books (
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id, version)
)
--;;
-- How many tokens a model really counts for one that is estimated.
CREATE TABLE agent_token_ratios (
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    ratio_millionths BIGINT NOT NULL,
    samples BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (provider, model)
)
--;;
CREATE TABLE agent_settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
)
--;;
CREATE TABLE agent_knowledge_bases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    builtin BIGINT NOT NULL,
    documents BIGINT NOT NULL,
    passages BIGINT NOT NULL,
    characters BIGINT NOT NULL,
    added_at BIGINT NOT NULL
)
--;;
CREATE TABLE agent_knowledge_documents (
    id INTEGER PRIMARY KEY,
    base BIGINT NOT NULL REFERENCES agent_knowledge_bases (id),
    source TEXT NOT NULL,
    title TEXT NOT NULL
)
--;;
CREATE INDEX agent_knowledge_documents_base ON agent_knowledge_documents (base)
--;;
-- position: of the first character of the passage in its document.
CREATE TABLE agent_knowledge_passages (
    id INTEGER PRIMARY KEY,
    document BIGINT NOT NULL REFERENCES agent_knowledge_documents (id),
    position BIGINT NOT NULL,
    content TEXT NOT NULL
)
--;;
CREATE INDEX agent_knowledge_passages_document ON agent_knowledge_passages (document)
--;;
CREATE VIEW agent_knowledge_index_content AS
    SELECT p.id AS id, d.title AS title, p.content AS content
    FROM agent_knowledge_passages p JOIN agent_knowledge_documents d ON d.id = p.document
--;;
CREATE VIRTUAL TABLE agent_knowledge_index USING fts5 (
    title, content, content = 'agent_knowledge_index_content', content_rowid = 'id', tokenize = 'porter unicode61'
)
