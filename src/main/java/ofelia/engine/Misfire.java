package ofelia.engine;

import java.time.Duration;
import java.util.Locale;
import ofelia.config.JobKeys;
import ofelia.model.JobSpec;
import ofelia.model.Settings;

/// What a job wants of due instants that passed while nobody was there.
///
/// @param maxLateness how late a run may begin without having to be made up for; negative when none
///   may
/// @param window how long ago an instant may be to be made up for
/// @param most how many instants are made up for at most
record Misfire(Policy policy, Duration maxLateness, Duration window, int most) {

  /// Named as the key's values are.
  enum Policy {
    /// The newest runs if it is hardly late.
    SKIP,
    /// The newest runs.
    LATEST,
    /// Each of them runs.
    ALL
  }

  /// Nothing of what passed runs, however short ago it was.
  static final Misfire NOTHING = new Misfire(Policy.SKIP, Duration.ofMillis(-1), Duration.ZERO, 0);

  /// A job that must not run has its instants refused, but makes up for none.
  static Misfire of(JobSpec job) {
    Settings settings = job.settings();
    Policy policy =
        job.isQuarantined()
            ? Policy.SKIP
            : Policy.valueOf(settings.get(JobKeys.MISFIRE).toUpperCase(Locale.ROOT));
    return new Misfire(
        policy,
        settings.get(JobKeys.MAX_LATENESS),
        settings.get(JobKeys.CATCH_UP_WINDOW),
        settings.get(JobKeys.MAX_CATCH_UP));
  }

  /// How late a run may begin at all.
  Duration reach() {
    return policy == Policy.SKIP || maxLateness.compareTo(window) > 0 ? maxLateness : window;
  }

  /// The key that sets [#reach].
  String reachKey() {
    return policy == Policy.SKIP ? JobKeys.MAX_LATENESS.name() : JobKeys.CATCH_UP_WINDOW.name();
  }

  boolean isLate(long lateMillis) {
    return lateMillis > maxLateness.toMillis();
  }

  boolean isBeyondReach(long lateMillis) {
    return lateMillis > reach().toMillis();
  }
}
