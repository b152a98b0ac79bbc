package ofelia.engine;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import ofelia.config.JobKeys;
import ofelia.cron.Never;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Era;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the book and the world together when a daemon starts: what passed since the last one
/// lived, what it left open, which jobs are new. Used once, before the first turn.
///
/// Instants that passed are settled under the schedule in the *book*: that is what was in force
/// when they came.
final class Restart {

  private static final Logger LOG = LoggerFactory.getLogger(Restart.class);
  private static final String NOT_RUNNING = "the daemon was not running";

  private final Ledger ledger;
  private final SpecReader reader;
  private final Predicate<Ready> isPutOff;
  private final long nowMillis;
  private final List<JobEntry> entries = new ArrayList<>();
  private final List<Left> unfinished = new ArrayList<>();

  /// Where the clock showed more to the daemon before than it shows now.
  private final Optional<Setback> setback;

  /// Up to when instants passed before this start: now, or later where the clock was set back.
  private final long endMillis;

  private int era;

  /// A run that an earlier start left open.
  ///
  /// @param job its definition; where that cannot be read any more, its name and kind without
  ///   settings
  record Left(Unfinished unfinished, JobSpec job, boolean isReadable) {

    /// Whether its work was begun, or may have been.
    boolean isBegun() {
      return unfinished.intent().isPresent() || unfinished.ended().isPresent();
    }
  }

  /// A claim that was made now for an instant that had passed.
  ///
  /// @param cursorMillis where the job's cursor stood before
  record Late(Claim claim, long cursorMillis) {}

  /// @param isPutOff whether calendars let a claim begin only later than it would
  Restart(Ledger ledger, SpecReader reader, Predicate<Ready> isPutOff, long nowMillis) {
    this.ledger = ledger;
    this.reader = reader;
    this.isPutOff = isPutOff;
    this.nowMillis = nowMillis;
    this.endMillis = Math.max(nowMillis, ledger.previousBootSeenMillis());
    this.setback =
        endMillis - nowMillis < Clocks.TOLERANCE_MILLIS
            ? Optional.empty()
            : Optional.of(new Setback(endMillis, nowMillis));
    this.era = ledger.era();
  }

  /// Settles the past and enters the jobs.
  ///
  /// @return claims of instants that passed, or wait for their jitter, and are to be run
  List<Late> settle(JobSet jobs) {
    takeOver();
    Map<JobName, BookedJob> book = new LinkedHashMap<>();
    List<Stretch> missed = new ArrayList<>();
    List<Planned> planned = new ArrayList<>();
    for (BookedJob booked : ledger.book()) {
      Passed passed = booked.present() ? passed(booked, jobs.get(booked.name())) : Passed.NOTHING;
      missed.addAll(passed.missed());
      planned.addAll(passed.claimed());
      long cursor = passed.cursorMillis().orElse(booked.cursorMillis());
      book.put(booked.name(), booked.at(cursor, booked.anchorMillis()));
    }
    ledger.settle(missed);
    List<Claim> claims = ledger.claim(planned);
    if (claims.size() < planned.size()) {
      throw new LedgerException("the cursors moved while the daemon started");
    }
    setback.ifPresent(back -> open(back, book, jobs));
    enter(jobs, book);
    return IntStream.range(0, claims.size())
        .mapToObj(i -> new Late(claims.get(i), planned.get(i).cursorMillis()))
        .toList();
  }

  private void open(Setback back, Map<JobName, BookedJob> book, JobSet jobs) {
    Era next = back.era(era + 1, List.copyOf(book.values()), job -> jobs.get(job.name()));
    LOG.warn(
        "the clock shows {}, and had shown {} to the daemon before: {}",
        Instant.ofEpochMilli(back.nowMillis()),
        Instant.ofEpochMilli(back.beforeMillis()),
        back.consequence());
    if (!ledger.open(next)) {
      throw new LedgerException("the era changed while the daemon started");
    }
    era = next.number();
    for (Era.Moved moved : next.moved()) {
      book.computeIfPresent(
          moved.job(), (_, job) -> job.at(moved.cursorMillis(), moved.anchorMillis()));
    }
  }

  /// Claims of which nothing was begun are taken back where that is possible: their instants are
  /// then judged like others that passed, or come yet.
  private void takeOver() {
    List<Unfinished> all = ledger.takeOver();
    List<Unfinished> unbegun = all.stream().filter(this::mayBeTakenBack).toList();
    Map<JobName, BookedJob> book = new HashMap<>();
    ledger
        .book(unbegun.stream().map(left -> left.claim().job()).toList())
        .forEach(job -> book.put(job.name(), job));
    Set<Claim> withdrawn =
        Set.copyOf(
            ledger.withdraw(
                unbegun.stream()
                    .filter(left -> isDueAsBefore(left, book.get(left.claim().job())))
                    .map(Unfinished::claim)
                    .toList()));
    all.stream()
        .filter(left -> !withdrawn.contains(left.claim()))
        .forEach(left -> unfinished.add(left(left)));
  }

  /// What is to be made up for, or was put off, stays claimed: it was judged already.
  private boolean mayBeTakenBack(Unfinished left) {
    return left.claim().cause() == Cause.SCHEDULE
        && left.intent().isEmpty()
        && left.ended().isEmpty()
        && left.stopBy().isEmpty()
        && reader
            .read(left.definition())
            .filter(job -> isPutOff.test(new Ready(left.claim(), job)))
            .isEmpty();
  }

  /// Whether the job has the schedule still under which the claim was made, so that its instant
  /// comes out of the book again.
  private static boolean isDueAsBefore(Unfinished left, @Nullable BookedJob booked) {
    return booked != null
        && booked.present()
        && booked.schedule().equals(left.definition().schedule());
  }

  private Left left(Unfinished left) {
    BookedJob booked = left.definition();
    Optional<JobSpec> readable = reader.read(booked);
    JobSpec bare =
        new JobSpec(
            booked.name(),
            booked.kind(),
            booked.source(),
            Never.NONE,
            Settings.EMPTY,
            Origin.of("job book"),
            List.of());
    return new Left(left, readable.orElse(bare), readable.isPresent());
  }

  private Passed passed(BookedJob booked, @Nullable JobSpec job) {
    Settings settings = job == null ? Settings.EMPTY : job.settings();
    Misfire misfire = job == null ? Misfire.NOTHING : Misfire.of(job);
    try {
      Schedule schedule =
          job != null && job.schedule().text().equals(booked.schedule())
              ? job.schedule()
              : Schedule.parse(booked.schedule(), ZoneOffset.UTC);
      return Passed.of(
          new DueInstants(
              booked.name(), schedule, booked.anchorMillis(), settings.get(JobKeys.JITTER)),
          booked.cursorMillis(),
          endMillis,
          misfire,
          whyMissed());
    } catch (ScheduleSyntaxException e) {
      LOG.error("the book's schedule of job \"{}\" cannot be read", booked.name(), e);
      return Passed.NOTHING;
    }
  }

  /// The last sign of life may be half a minute older than the end of the start that gave it.
  private String whyMissed() {
    long seen = ledger.previousBootSeenMillis();
    return seen == 0 || seen > nowMillis
        ? NOT_RUNNING
        : "%s (last seen %s, started %s)".formatted(NOT_RUNNING, second(seen), second(nowMillis));
  }

  private static Instant second(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
  }

  private void enter(JobSet jobs, Map<JobName, BookedJob> book) {
    List<BookedJob> rows = new ArrayList<>();
    for (JobSpec job : jobs.jobs()) {
      BookedJob before = book.remove(job.name());
      JobEntry entry = entryOf(job, before, nowMillis);
      BookedJob row = booked(entry, reader);
      if (before == null || !isSame(before, row)) {
        rows.add(row);
        entries.add(entry);
      } else {
        // Its row stays as it is, and with it the cursor.
        entries.add(new JobEntry(job, before.cursorMillis(), before.anchorMillis()));
      }
    }
    for (BookedJob gone : book.values()) {
      if (gone.present()) {
        rows.add(removed(gone, nowMillis));
      }
    }
    if (!rows.isEmpty()) {
      ledger.enter(rows);
    }
  }

  /// The entry of a job that comes into force: all instants up to now are dealt with.
  ///
  /// @param before the job's row, if it was ever known
  static JobEntry entryOf(JobSpec job, @Nullable BookedJob before, long nowMillis) {
    if (before == null) {
      return new JobEntry(job, nowMillis, anchor(nowMillis));
    }
    boolean sameSchedule = before.schedule().equals(job.schedule().text());
    return new JobEntry(
        job,
        Math.max(before.cursorMillis(), nowMillis),
        sameSchedule ? before.anchorMillis() : anchor(nowMillis));
  }

  /// From where `@every` counts for a job that is new now: whole seconds, so that its instants are.
  static long anchor(long nowMillis) {
    return nowMillis - Math.floorMod(nowMillis, 1000L);
  }

  static BookedJob booked(JobEntry entry, SpecReader reader) {
    JobSpec job = entry.job;
    return new BookedJob(
        job.name(),
        job.kind(),
        job.source(),
        job.schedule().text(),
        reader.write(job),
        true,
        entry.cursorMillis,
        entry.anchorMillis);
  }

  private static boolean isSame(BookedJob a, BookedJob b) {
    return a.present() == b.present()
        && a.kind().equals(b.kind())
        && a.source().equals(b.source())
        && a.schedule().equals(b.schedule())
        && a.spec().equals(b.spec());
  }

  /// Whether the book holds just this definition.
  static boolean isOf(BookedJob booked, JobSpec job, SpecReader reader) {
    return booked.kind().equals(job.kind())
        && booked.source().equals(job.source())
        && booked.schedule().equals(job.schedule().text())
        && booked.spec().equals(reader.write(job));
  }

  /// The row of a job that is not there any more: all instants up to now are dealt with.
  static BookedJob removed(BookedJob job, long nowMillis) {
    return new BookedJob(
        job.name(),
        job.kind(),
        job.source(),
        job.schedule(),
        job.spec(),
        false,
        Math.max(job.cursorMillis(), nowMillis),
        job.anchorMillis());
  }

  int era() {
    return era;
  }

  /// How far the clock was set back since the daemon before; 0 when it was not.
  long setBackMillis() {
    return setback.map(Setback::backMillis).orElse(0L);
  }

  List<JobEntry> entries() {
    return entries;
  }

  List<Left> unfinished() {
    return unfinished;
  }
}
