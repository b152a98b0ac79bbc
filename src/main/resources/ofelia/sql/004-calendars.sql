-- The calendars in force, as text: for those who ask when a job runs next.
CREATE TABLE calendar (
  name TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
);
