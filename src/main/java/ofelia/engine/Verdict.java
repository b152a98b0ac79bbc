package ofelia.engine;

/// Whether a claimed occurrence may begin now.
sealed interface Verdict {

  record Go() implements Verdict {}

  /// Not yet.
  record Wait(String why) implements Verdict {}

  /// Not before an instant.
  record Hold(long untilMillis, String why) implements Verdict {}

  /// Not at all, by a rule of the job.
  record Skip(String why) implements Verdict {}

  /// Not at all: it must not run.
  record Refuse(String why) implements Verdict {}
}
