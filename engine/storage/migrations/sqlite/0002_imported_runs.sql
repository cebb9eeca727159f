-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 2: runs that were taken in from a file (1) ran elsewhere; no budget and no bill counts them.

ALTER TABLE agent_execution_metadata ADD COLUMN imported BIGINT NOT NULL DEFAULT 0
