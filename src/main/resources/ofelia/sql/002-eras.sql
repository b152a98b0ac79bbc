-- Time lines of the wall clock after the first: each began when the clock was set back, from what it showed before.
CREATE TABLE era (
  number INTEGER PRIMARY KEY,
  before INTEGER NOT NULL,
  begun INTEGER NOT NULL
);
CREATE VIEW present_era AS SELECT coalesce(max(number), 0) AS number FROM era;
