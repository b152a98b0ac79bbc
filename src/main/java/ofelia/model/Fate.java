package ofelia.model;

/// What became of an occurrence. Each due instant of each job ends in exactly one of these.
public sealed interface Fate {

  /// It was run, and this is how the last attempt ended.
  record Ran(Outcome outcome) implements Fate {}

  /// A rule of the job said no, e.g. its previous run was still going on.
  record Skipped(String why) implements Fate {}

  /// Nobody was there in time.
  record Missed(String why) implements Fate {}

  /// It must not run: the job is quarantined, or a queue was full.
  record Refused(String why) implements Fate {}

  /// It was begun, and nobody can know how it ended.
  record Lost(String why) implements Fate {}

  /// The word for answers and the store.
  default String word() {
    return switch (this) {
      case Ran(_) -> "ran";
      case Skipped(_) -> "skipped";
      case Missed(_) -> "missed";
      case Refused(_) -> "refused";
      case Lost(_) -> "lost";
    };
  }

  /// Why, for people; of a run that succeeded nothing.
  default String reason() {
    return switch (this) {
      case Ran(var outcome) -> outcome.reason();
      case Skipped(var why) -> why;
      case Missed(var why) -> why;
      case Refused(var why) -> why;
      case Lost(var why) -> why;
    };
  }
}
