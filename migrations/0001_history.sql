-- Which files were in force when, who changed them, and what was tried without success.

-- Texts, each kept once however many revisions hold it.
CREATE TABLE blob (
	id     INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE, -- BLAKE2b-256 of the text
	bytes  INTEGER NOT NULL,
	text   BLOB NOT NULL
) STRICT;

-- Every attempt to change the configuration. Only a success has a revision number.
CREATE TABLE attempt (
	id             INTEGER PRIMARY KEY AUTOINCREMENT,
	revision       INTEGER UNIQUE,
	base           INTEGER NOT NULL, -- the revision in force when it was tried
	time_us        INTEGER NOT NULL, -- since 1970, UTC
	uid            INTEGER NOT NULL,
	actor          TEXT NOT NULL,
	message        TEXT NOT NULL,
	origin         TEXT NOT NULL,
	outcome        TEXT NOT NULL,
	digest         BLOB,             -- of the bundle's manifest
	docs_added     INTEGER NOT NULL,
	docs_removed   INTEGER NOT NULL,
	docs_changed   INTEGER NOT NULL,
	changes_total  INTEGER NOT NULL,
	findings_total INTEGER NOT NULL,
	rollback_of    INTEGER,          -- the revision whose content came back
	error          TEXT
) STRICT;

-- The chain: `chain` covers `prev` and all of the attempt that never changes, so that an edit of the
-- history from outside shows.
CREATE TABLE revision (
	number INTEGER PRIMARY KEY,
	attempt INTEGER NOT NULL REFERENCES attempt (id),
	prev   BLOB NOT NULL,
	chain  BLOB NOT NULL,
	pinned INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A file's text from revision `since` until before revision `until` (NULL: in force). An edit of one
-- file of ten thousand is one row.
CREATE TABLE file_version (
	path  TEXT NOT NULL,
	since INTEGER NOT NULL,
	until INTEGER,
	blob  INTEGER NOT NULL REFERENCES blob (id),
	PRIMARY KEY (path, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX file_version_now ON file_version (path, blob) WHERE until IS NULL;
CREATE INDEX file_version_gone ON file_version (until) WHERE until IS NOT NULL;
CREATE INDEX file_version_blob ON file_version (blob);

-- What an attempt changed, field by field; secrets are "***".
CREATE TABLE change (
	attempt INTEGER NOT NULL REFERENCES attempt (id),
	seq     INTEGER NOT NULL,
	op      INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	name    TEXT NOT NULL,
	field   TEXT NOT NULL,
	before  TEXT,
	after   TEXT,
	reload  INTEGER NOT NULL,
	PRIMARY KEY (attempt, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_document ON change (kind, name, attempt);

-- What was wrong with an attempt, each as the API shows it.
CREATE TABLE finding (
	attempt INTEGER NOT NULL REFERENCES attempt (id),
	seq     INTEGER NOT NULL,
	json    TEXT NOT NULL,
	PRIMARY KEY (attempt, seq)
) STRICT, WITHOUT ROWID;

-- The revision that waits for its confirmation. The deadline is kept on two clocks: the one that no
-- administrator can set holds as long as the machine does not boot again, then the wall clock does.
CREATE TABLE confirm (
	one         INTEGER PRIMARY KEY CHECK (one = 1),
	revision    INTEGER NOT NULL,
	base        INTEGER NOT NULL,
	wall_us     INTEGER NOT NULL,
	boot_id     TEXT NOT NULL,
	boottime_us INTEGER NOT NULL
) STRICT;

-- Small things to remember: which bundle the watch saw last.
CREATE TABLE note (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
