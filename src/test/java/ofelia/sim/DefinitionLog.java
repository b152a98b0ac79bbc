package ofelia.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Era;
import ofelia.model.JobName;

/// Which schedule was in force for which job from when to when, in which era, as the store saw it:
/// what the expected instants are computed from.
final class DefinitionLog {

  private static final Duration LONG = Duration.ofHours(3);

  /// A stretch of time with one schedule.
  ///
  /// @param spec the other settings, as the book keeps them
  /// @param fromMillis exclusive
  /// @param throughMillis inclusive
  record Period(
      String schedule,
      String spec,
      long anchorMillis,
      long fromMillis,
      long throughMillis,
      int era) {}

  /// @param isPresent whether the job is in force
  /// @param fromMillis up to when its instants have been dealt with
  private record Open(
      String schedule, String spec, long anchorMillis, long fromMillis, boolean isPresent) {}

  private final Map<JobName, List<Period>> closed = new TreeMap<>();
  private final Map<JobName, Open> jobs = new TreeMap<>();
  private int era;

  int era() {
    return era;
  }

  /// A definition comes into force at a moment of the daemon's choice, shortly before the book
  /// takes it; but time may pass in between, hours of it where the machine sleeps. So the row says
  /// when, as long as that is neither to come nor before the last word about the job.
  void entered(List<BookedJob> rows, long nowMillis) {
    for (BookedJob row : rows) {
      Open before = jobs.get(row.name());
      long earliest = before == null ? Long.MIN_VALUE : before.fromMillis;
      boolean isPlausible = row.cursorMillis() >= earliest && row.cursorMillis() <= nowMillis;
      long moment = isPlausible ? row.cursorMillis() : nowMillis;
      long from = moment;
      long anchor = moment - moment % 1000;
      if (before != null) {
        end(row.name(), before, moment);
        from = Math.max(from, before.fromMillis);
        anchor = before.schedule.equals(row.schedule()) ? before.anchorMillis : anchor;
      }
      jobs.put(row.name(), new Open(row.schedule(), row.spec(), anchor, from, row.present()));
    }
  }

  /// The clock was set back. An interval goes on when it would have, reckoned in elapsed time;
  /// fixed times wait for what they have not seen, but not for hours and hours.
  void opened(Era next) {
    long back = next.beforeMillis() - next.nowMillis();
    boolean isLong = back > LONG.toMillis();
    for (Map.Entry<JobName, Open> job : jobs.entrySet()) {
      Open open = job.getValue();
      end(job.getKey(), open, next.beforeMillis());
      boolean isNever = open.schedule.equals("@triggered");
      boolean wasDue = open.isPresent && !isNever;
      long dealtWith = wasDue ? Math.max(open.fromMillis, next.beforeMillis()) : open.fromMillis;
      long from = isLong || isNever ? Math.min(dealtWith, next.nowMillis()) : dealtWith;
      long anchor = open.anchorMillis;
      if (JobPool.isInterval(open.schedule)) {
        OptionalLong due =
            JobPool.due(open.schedule, anchor, dealtWith, Long.MAX_VALUE / 2).findFirst();
        from = due.isPresent() ? due.getAsLong() - back - 1 : from;
        anchor -= back;
      }
      job.setValue(new Open(open.schedule, open.spec, anchor, from, open.isPresent));
    }
    era = next.number();
  }

  private void end(JobName job, Open open, long throughMillis) {
    if (open.isPresent) {
      closed
          .computeIfAbsent(job, _ -> new ArrayList<>())
          .add(
              new Period(
                  open.schedule,
                  open.spec,
                  open.anchorMillis,
                  open.fromMillis,
                  throughMillis,
                  era));
    }
  }

  /// All periods, those that go on cut at the given instant.
  Map<JobName, List<Period>> until(long throughMillis) {
    jobs.forEach((job, open) -> end(job, open, throughMillis));
    jobs.clear();
    return closed;
  }
}
