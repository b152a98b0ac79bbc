-- Who asked for the end of an open run.
ALTER TABLE run ADD COLUMN stop_by TEXT;
