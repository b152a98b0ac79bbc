package ofelia.engine;

import java.util.List;
import java.util.Optional;
import ofelia.cron.Schedule;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.JobSpec;

/// What becomes of due instants that passed while nobody was there: the newest runs if it is not
/// too late, the others are missed.
///
/// @param missed instants to be recorded as missed
/// @param late the instant to be claimed all the same
record Passed(Optional<Stretch> missed, Optional<Planned> late) {

  private static final Passed NOTHING = new Passed(Optional.empty(), Optional.empty());

  /// For a job in force.
  static Passed of(JobSpec job, long cursorMillis, long anchorMillis, long nowMillis, String why) {
    long maxLateness = job.isQuarantined() ? -1 : Rules.of(job).maxLateness().toMillis();
    return of(job.name(), job.schedule(), cursorMillis, anchorMillis, nowMillis, maxLateness, why);
  }

  /// @param cursorMillis exclusive
  /// @param nowMillis inclusive
  /// @param maxLatenessMillis how late the newest may be to run; negative when none may
  static Passed of(
      JobName job,
      Schedule schedule,
      long cursorMillis,
      long anchorMillis,
      long nowMillis,
      long maxLatenessMillis,
      String why) {
    var all = schedule.passed(cursorMillis, nowMillis, anchorMillis);
    if (all.isEmpty()) {
      return NOTHING;
    }
    long newest = all.lastMillis();
    boolean newestRuns = nowMillis - newest <= maxLatenessMillis;
    var missed = newestRuns ? schedule.passed(cursorMillis, newest - 1, anchorMillis) : all;
    Optional<Stretch> stretch =
        missed.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Stretch(
                    job,
                    cursorMillis,
                    missed.firstMillis(),
                    missed.lastMillis(),
                    missed.count(),
                    schedule.text(),
                    anchorMillis,
                    new Fate.Missed(why)));
    Optional<Planned> late =
        newestRuns
            ? Optional.of(
                new Planned(job, stretch.map(Stretch::lastMillis).orElse(cursorMillis), newest))
            : Optional.empty();
    return new Passed(stretch, late);
  }

  /// Where the cursor stands once both are on record; empty when nothing passed.
  Optional<Long> cursorMillis() {
    return late.map(Planned::dueMillis).or(() -> missed.map(Stretch::lastMillis));
  }

  void addTo(List<Planned> planned, List<Stretch> stretches) {
    missed.ifPresent(stretches::add);
    late.ifPresent(planned::add);
  }
}
