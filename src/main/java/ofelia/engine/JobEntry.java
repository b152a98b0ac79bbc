package ofelia.engine;

import ofelia.ledger.Claim;
import ofelia.model.JobSpec;
import org.jspecify.annotations.Nullable;

/// A job in force, and how far it has come. Owned by the timekeeper's thread; small, since there
/// may be ten thousand.
final class JobEntry {

  JobSpec job;

  /// All due instants up to and including this one have been dealt with.
  long cursorMillis;

  /// Due instants after this one, up to the cursor, must be on record in the present era.
  long sinceMillis;

  /// From where `@every` counts.
  long anchorMillis;

  /// The due instant after the cursor, or [ofelia.cron.Schedule#NEVER].
  long nextMillis;

  /// The occurrence at the cursor, while it is claimed ahead of its instant.
  @Nullable Claim ahead;

  JobEntry(JobSpec job, long cursorMillis, long anchorMillis) {
    this.job = job;
    this.cursorMillis = cursorMillis;
    this.sinceMillis = cursorMillis;
    this.anchorMillis = anchorMillis;
    plan();
  }

  /// Moves the cursor and finds the due instant after it.
  void advance(long cursorMillis) {
    this.cursorMillis = cursorMillis;
    plan();
  }

  /// Goes on from another cursor, counting from another anchor.
  void move(long cursorMillis, long anchorMillis) {
    this.cursorMillis = cursorMillis;
    this.sinceMillis = cursorMillis;
    this.anchorMillis = anchorMillis;
    plan();
  }

  DueInstants instants() {
    return DueInstants.of(job, anchorMillis);
  }

  /// What becomes of instants after the cursor that have passed.
  ///
  /// @param nowMillis inclusive
  Passed passed(long nowMillis, String why) {
    return Passed.of(instants(), cursorMillis, nowMillis, Misfire.of(job), why);
  }

  void plan() {
    nextMillis = job.schedule().next(cursorMillis, anchorMillis);
  }
}
