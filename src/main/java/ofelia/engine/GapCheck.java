package ofelia.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.cron.Schedule;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.JobName;

/// Compares the instants at which jobs were due with those on record: the scheduler's own account
/// of itself, computed apart from it, since what a scheduler forgot it does not miss.
///
/// Each instant is compared once, when it is a minute old. Used by one thread.
public final class GapCheck {

  /// By then a run is on record, whatever becomes of it.
  private static final Duration SETTLED = Duration.ofMinutes(1);

  /// Older instants are not compared: after a long downtime there may be millions.
  private static final Duration LOOK_BACK = Duration.ofDays(1);

  private static final int MOST_NAMED = 10;

  /// Up to where each job was compared, and in which era.
  private final Map<JobName, Compared> compared = new HashMap<>();

  private record Compared(long throughMillis, int era) {}

  /// A job whose record differs from its schedule.
  ///
  /// @param missingMillis due instants without a record, the first ten
  /// @param missingCount how many there are
  /// @param doubleMillis instants on record more than once, the first ten
  public record Gap(
      JobName job, List<Long> missingMillis, long missingCount, List<Long> doubleMillis) {}

  /// @param watched all jobs in force
  /// @param nowMillis from before they were asked for: the machine may be held up afterwards, and
  ///   then the scheduler had no time either
  public List<Gap> find(List<Watched> watched, History history, long nowMillis) {
    List<Gap> gaps = new ArrayList<>();
    Map<JobName, Compared> reached = new HashMap<>();
    for (Watched job : watched) {
      Compared before = compared.get(job.job());
      long since = Math.max(job.sinceMillis(), nowMillis - LOOK_BACK.toMillis());
      if (before != null && before.era == job.era()) {
        since = Math.max(since, before.throughMillis);
      }
      // Not up to the job's cursor: that of a job that was forgotten stands still.
      long through = nowMillis - SETTLED.toMillis();
      compare(job, since, through, history).ifPresent(gaps::add);
      reached.put(job.job(), new Compared(Math.max(since, through), job.era()));
    }
    compared.clear();
    compared.putAll(reached);
    return gaps;
  }

  private static Optional<Gap> compare(Watched job, long since, long through, History history) {
    Schedule schedule = job.schedule();
    boolean isNothingDue = through <= since || schedule.next(since, job.anchorMillis()) > through;
    if (isNothingDue) {
      return Optional.empty();
    }
    Set<Long> recorded = new HashSet<>();
    Set<Long> twice = new HashSet<>();
    history.visit(
        Optional.of(job.job()),
        through,
        entry -> {
          if (entry.dueMillis() > since
              && isOfSchedule(entry, job)
              && !recorded.add(entry.dueMillis())) {
            twice.add(entry.dueMillis());
          }
          return entry.dueMillis() > since;
        });
    List<Long> missing = new ArrayList<>();
    long count = 0;
    long due = schedule.next(since, job.anchorMillis());
    while (due <= through) {
      if (!recorded.contains(due)) {
        count++;
        if (missing.size() < MOST_NAMED) {
          missing.add(due);
        }
      }
      due = schedule.next(due, job.anchorMillis());
    }
    return count == 0 && twice.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Gap(
                job.job(),
                List.copyOf(missing),
                count,
                twice.stream().sorted().limit(MOST_NAMED).toList()));
  }

  private static boolean isOfSchedule(HistoryEntry entry, Watched job) {
    return entry.cause().isOfSchedule() && entry.era() == job.era();
  }
}
