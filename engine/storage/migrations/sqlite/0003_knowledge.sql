-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 3: knowledge bases know where they came from and which files are to be read again.
-- roots: JSON list of the files and folders a base was made of.
ALTER TABLE agent_knowledge_bases ADD COLUMN roots TEXT NOT NULL DEFAULT '[]'
--;;
-- hash: of the file's bytes, in hex; tells whether it has to be read again.
ALTER TABLE agent_knowledge_documents ADD COLUMN hash TEXT NOT NULL DEFAULT ''
--;;
ALTER TABLE agent_knowledge_documents ADD COLUMN passages BIGINT NOT NULL DEFAULT 0
--;;
ALTER TABLE agent_knowledge_documents ADD COLUMN characters BIGINT NOT NULL DEFAULT 0
--;;
CREATE INDEX agent_knowledge_documents_source ON agent_knowledge_documents (base, source)
--;;
-- line, page: of the first character of the passage, from 1; 0: not known, or a document without pages.
ALTER TABLE agent_knowledge_passages ADD COLUMN line BIGINT NOT NULL DEFAULT 0
--;;
ALTER TABLE agent_knowledge_passages ADD COLUMN page BIGINT NOT NULL DEFAULT 0
--;;
-- What was learned from the passages (engine/storage/knowledgesemantics.h). ready: all of its vectors are there.
-- trained_on: how many passages there were. revision: grows with every change of its vectors.
CREATE TABLE agent_knowledge_models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trained_on BIGINT NOT NULL,
    ready BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    content BLOB NOT NULL
)
--;;
CREATE TABLE agent_knowledge_vectors (
    model BIGINT NOT NULL REFERENCES agent_knowledge_models (id),
    passage BIGINT NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (model, passage)
) WITHOUT ROWID
