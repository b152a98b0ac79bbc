package ofelia.engine;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ofelia.cron.Never;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Era;
import ofelia.model.JobSpec;
import org.jspecify.annotations.Nullable;

/// What a clock that was set back means for the jobs.
///
/// Schedules that mean an interval go on at once, after the same elapsed time as if nothing had
/// happened: what the clock shows for the second time is another occurrence to them. Fixed times
/// wait until the clock has passed what was dealt with. After more than three hours they do not
/// wait either: then it was the time before that was wrong.
///
/// @param beforeMillis where the time line stood
/// @param nowMillis where the clock stands
record Setback(long beforeMillis, long nowMillis) {

  /// Fixed times do not wait longer than this.
  private static final Duration LONGEST_WAIT = Duration.ofHours(3);

  Setback(Clocks.Jump jump) {
    this(jump.beforeMillis(), jump.nowMillis());
  }

  long backMillis() {
    return beforeMillis - nowMillis;
  }

  /// Whether fixed times go on from now, too.
  boolean isLong() {
    return backMillis() > LONGEST_WAIT.toMillis();
  }

  /// For the log.
  String consequence() {
    return isLong()
        ? "all jobs go on from now; what was due at a fixed time may run a second time"
        : "intervals go on, fixed times wait until the clock has passed what was dealt with";
  }

  /// The era that begins.
  ///
  /// @param number its own
  /// @param definition of a job in force; null for others
  Era era(int number, List<BookedJob> book, Function<BookedJob, @Nullable JobSpec> definition) {
    List<Era.Moved> moved = new ArrayList<>();
    for (BookedJob job : book) {
      schedule(job, definition.apply(job))
          .flatMap(schedule -> moved(job, schedule))
          .ifPresent(moved::add);
    }
    return new Era(number, beforeMillis, nowMillis, moved);
  }

  private static Optional<Schedule> schedule(BookedJob booked, @Nullable JobSpec job) {
    if (job != null && job.schedule().text().equals(booked.schedule())) {
      return Optional.of(job.schedule());
    }
    try {
      return Optional.of(Schedule.parse(booked.schedule(), ZoneOffset.UTC));
    } catch (ScheduleSyntaxException _) {
      // Written by another version: it was never due under this one.
      return Optional.empty();
    }
  }

  private Optional<Era.Moved> moved(BookedJob job, Schedule schedule) {
    if (schedule instanceof Never) {
      // It was due at no instant: another schedule that it may get has nothing to wait for.
      long cursor = Math.min(job.cursorMillis(), nowMillis);
      return Optional.of(new Era.Moved(job.name(), cursor, job.anchorMillis()));
    }
    long next = schedule.next(job.cursorMillis(), job.anchorMillis());
    if (next == Schedule.NEVER) {
      return Optional.empty();
    }
    if (schedule.isInterval()) {
      long anchor = job.anchorMillis() - backMillis();
      return Optional.of(new Era.Moved(job.name(), next - backMillis() - 1, anchor));
    }
    // Of a job that was there everything up to the time before is dealt with.
    long dealtWith =
        job.present() ? Math.max(job.cursorMillis(), beforeMillis) : job.cursorMillis();
    long cursor = isLong() ? Math.min(dealtWith, nowMillis) : dealtWith;
    return Optional.of(new Era.Moved(job.name(), cursor, job.anchorMillis()));
  }
}
