-- All instants are milliseconds since 1970-01-01T00:00Z; 0 where there is none.

CREATE TABLE store (
  tag INTEGER NOT NULL,
  runs INTEGER NOT NULL
);

CREATE TABLE boot (
  number INTEGER PRIMARY KEY,
  started INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  definition INTEGER NOT NULL,
  present INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  anchor INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);

-- What a job was at a time. A run keeps the one that it was claimed under.
CREATE TABLE definition (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  schedule TEXT NOT NULL,
  spec TEXT NOT NULL
);
CREATE INDEX definition_job ON definition (job);

-- An occurrence that was claimed; open while its fate is null. The occurrence is 0 for an instant of the schedule, and
-- the run's own id where somebody else asked for it. Before the claim the job's cursor stood at cursor_before. While the
-- run is open, the reason says why it waits.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job,
  due INTEGER NOT NULL,
  occurrence INTEGER NOT NULL,
  era INTEGER NOT NULL DEFAULT 0,
  cause TEXT NOT NULL,
  definition INTEGER NOT NULL,
  cursor_before INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  intent TEXT,
  handle TEXT,
  started INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  fate TEXT,
  outcome TEXT,
  exit INTEGER,
  reason TEXT NOT NULL DEFAULT '',
  output_bytes INTEGER NOT NULL DEFAULT 0,
  dropped_bytes INTEGER NOT NULL DEFAULT 0,
  output_file TEXT
);
CREATE UNIQUE INDEX run_occurrence ON run (job, due, occurrence, era);
CREATE INDEX run_due ON run (due);
CREATE INDEX run_open ON run (fence) WHERE fate IS NULL;

-- Attempts that were followed by another one. The reason is the outcome's own value, not its sentence.
CREATE TABLE attempt (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  intent TEXT,
  handle TEXT,
  outcome TEXT NOT NULL,
  exit INTEGER,
  reason TEXT NOT NULL,
  output_bytes INTEGER NOT NULL,
  dropped_bytes INTEGER NOT NULL,
  output_file TEXT,
  PRIMARY KEY (run, attempt)
) WITHOUT ROWID;

-- Consecutive due instants of a job that were not run, and share one fate.
CREATE TABLE stretch (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job,
  era INTEGER NOT NULL DEFAULT 0,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  schedule TEXT NOT NULL,
  anchor INTEGER NOT NULL,
  fate TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE UNIQUE INDEX stretch_job ON stretch (job, last, era);
CREATE INDEX stretch_last ON stretch (last);

-- Output as framed records, cut into pieces wherever 64 KB were full. A piece that packing made no smaller is kept as
-- it is. Not WITHOUT ROWID: values of this size would each spill to a page of their own.
CREATE TABLE chunk (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  number INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL,
  packed BLOB NOT NULL,
  UNIQUE (run, attempt, number)
);
