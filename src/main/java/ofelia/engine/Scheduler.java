package ofelia.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import ofelia.calendar.Calendar;
import ofelia.ledger.Claim;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.RunId;
import ofelia.plugin.Runner;
import ofelia.syntax.Nearest;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The door of the engine: start it with the jobs, tell it when they change, ask it to run or stop
/// something, end it.
///
/// Safe for any thread, but [#start] and [#shutdown] are called by one.
public final class Scheduler {

  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  /// How long stopped work may take to end by its own stop signal while the daemon ends: `docker
  /// stop` kills the daemon 10 s after its signal, 8 of which are for work to end by itself.
  private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(1);

  /// How long the records of ended work may take after that, if the store answers at all.
  private static final Duration LAST_RECORDS = Duration.ofMillis(600);

  /// How long runs that do something beside their work may take after that: containers that stand
  /// still for them would have to wait for the next start. Few runs do; for these the time that
  /// `docker stop` gives may not suffice, and then it is as if they had been left at once.
  private static final Duration LAST_ASIDE = Duration.ofSeconds(10);

  /// How long what was told to leave may take for it.
  private static final Duration LEAVING = Duration.ofMillis(150);

  private final Ledger ledger;
  private final Time time;
  private final Crew crew;
  private final Mailbox mailbox;
  private final Timekeeper timekeeper;
  private final Dispatcher dispatcher;
  private final Signal progress;
  private volatile boolean isHurried;
  private volatile boolean isEnding;
  private volatile boolean storeAnswers = true;
  private @Nullable Hand loop;

  /// @param calendars those in force, by name
  /// @param longestWait no wait of the loop is longer, so that a step of the wall clock is noticed
  public Scheduler(
      Ledger ledger,
      Collection<Runner> runners,
      SpecReader reader,
      Time time,
      Crew crew,
      Limits limits,
      Supplier<Map<String, Calendar>> calendars,
      Duration longestWait) {
    this.ledger = ledger;
    this.time = time;
    this.crew = crew;
    this.mailbox = new Mailbox(time);
    this.progress = time.newSignal();
    Gate gate = new Gate(limits, new CalendarGate(calendars));
    this.dispatcher = new Dispatcher(ledger, runners, time, crew, gate, mailbox, progress);
    this.timekeeper = new Timekeeper(ledger, reader, time, crew, dispatcher, longestWait, mailbox);
  }

  /// Settles the past, brings the jobs into force, and starts to keep time.
  ///
  /// @param sources what each source said, the strongest first; a source that has not answered yet
  ///   is given with the jobs that the book knows of it
  /// @throws ofelia.ledger.LedgerException when the store does not answer: nothing was started
  public void start(Map<String, List<JobSpec>> sources) {
    timekeeper.start(sources);
    loop = crew.startLoop("timekeeper", this::keepTime);
  }

  private void keepTime() {
    while (!isEnding) {
      try {
        Duration wait = turn();
        if (!wait.isZero()) {
          mailbox.await(wait);
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /// A turn that fails, whatever the reason, must not end the loop that all jobs depend on.
  private Duration turn() {
    try {
      return timekeeper.turn();
    } catch (Throwable e) {
      LOG.error("a turn of the timekeeper failed; it goes on", e);
      return Duration.ofSeconds(1);
    }
  }

  /// Takes the whole set of a source. It comes into force within a turn; where the store is away,
  /// as soon as it answers, and until then the old set stays in force.
  public void apply(String source, List<JobSpec> jobs) {
    mailbox.send(() -> timekeeper.apply(source, jobs));
  }

  /// Runs a job now. Returns when the run is on record.
  ///
  /// @throws RequestException when there is no such job, or it is quarantined
  public RunId runNow(JobName name) throws RequestException, InterruptedException {
    return begin(require(name), time.millis(), Cause.MANUAL);
  }

  /// Runs a job now for an instant of its schedule that has passed; returns when the run is on
  /// record. The run is told the instant as its due time.
  ///
  /// @throws RequestException when there is no such job, it is held back, or was not due then
  public RunId backfill(JobName name, Instant due) throws RequestException, InterruptedException {
    JobSpec job = require(name);
    long dueMillis = due.toEpochMilli();
    if (dueMillis > time.millis()) {
      throw new RequestException(
          RequestException.Kind.REFUSED, due + " is yet to come: nothing is to be filled in");
    }
    long anchorMillis = mailbox.ask(() -> timekeeper.anchorMillis(name));
    if (job.schedule().next(dueMillis - 1, anchorMillis) != dueMillis) {
      throw new RequestException(
          RequestException.Kind.REFUSED,
          "job \""
              + name
              + "\" was not due at "
              + due
              + " by its schedule "
              + job.schedule().text());
    }
    return begin(job, dueMillis, Cause.BACKFILL);
  }

  private JobSpec require(JobName name) throws RequestException, InterruptedException {
    Optional<JobSpec> found = mailbox.ask(() -> timekeeper.find(name));
    if (found.isEmpty()) {
      throw unknown(name);
    }
    JobSpec job = found.get();
    if (job.isQuarantined()) {
      throw new RequestException(
          RequestException.Kind.REFUSED,
          "job \"" + name + "\" is held back: " + job.problems().getFirst().text());
    }
    return job;
  }

  private RunId begin(JobSpec job, long dueMillis, Cause cause) {
    Claim claim = ledger.claimNow(job.name(), dueMillis, cause);
    mailbox.send(() -> timekeeper.beginAsked(new Ready(claim, job)));
    return claim.run();
  }

  private RequestException unknown(JobName name) throws InterruptedException {
    List<String> names = jobs().stream().map(job -> job.name().value()).sorted().toList();
    String near =
        Nearest.of(name.value(), names).map(word -> "; did you mean \"" + word + "\"?").orElse("");
    return new RequestException(
        RequestException.Kind.UNKNOWN, "there is no job \"" + name + "\"" + near);
  }

  /// Ends a run by its own stop signal, or takes it out of those that wait. Does not wait for its
  /// end.
  public StopAnswer stop(RunId run, String by) throws InterruptedException {
    return mailbox.ask(() -> dispatcher.stop(run, by));
  }

  /// How many `jobs` are in force, how many runs are `running`, how many are `waiting`.
  public Map<String, Integer> counts() throws InterruptedException {
    return mailbox.ask(() ->
        Map.of(
            "jobs", timekeeper.jobCount(),
            "running", dispatcher.runningCount(),
            "waiting", dispatcher.waitingCount()));
  }

  /// Which due instants must be on record, for [GapCheck]; none when that cannot be told now.
  ///
  /// @throws IllegalStateException when the scheduler does not answer within a minute
  public List<Watched> watched() throws InterruptedException {
    // After a turn that began later than now: the first after a machine slept deals with what
    // passed.
    mailbox.ask(() -> true);
    return mailbox.ask(timekeeper::watched);
  }

  /// The jobs in force.
  public List<JobSpec> jobs() throws InterruptedException {
    return mailbox.ask(timekeeper::jobs);
  }

  /// Ends in order: nothing new begins; what goes on may end by itself within the patience; then it
  /// is stopped by its own stop signal; what cannot be stopped, or shall be left, goes on without
  /// the daemon and is taken up by the next start.
  ///
  /// @param leaveRunning whether work that can outlive the daemon is left at once
  /// @return how many runs had to be stopped
  public int shutdown(Duration patience, boolean leaveRunning) throws InterruptedException {
    if (isEnding) {
      return 0;
    }
    // Sent, not asked: a store that hangs holds the timekeeper up, and must not hold this up.
    mailbox.send(timekeeper::stopBeginning);
    if (leaveRunning) {
      // What was about to begin has begun by then, and can be left.
      var _ = mailbox.ask(() -> true, LEAVING);
      awaitNone(run -> run.timeAside.isAside());
      leave(run -> run.runner.canOutlive());
    }
    awaitEnd(patience, true);
    askTheStore();
    List<ActiveRun> toStop =
        dispatcher.running().stream().filter(run -> run.runner.canStop() && !run.isLeft()).toList();
    for (ActiveRun run : toStop) {
      RunLog.warn(run.claim, "is stopped: the daemon ends");
      dispatcher.askToEnd(run, Dispatcher.SHUTDOWN, SHUTDOWN_GRACE);
    }
    leave(run -> !run.runner.canStop());
    awaitEnd(SHUTDOWN_GRACE, false);
    if (storeAnswers) {
      awaitEnd(LAST_RECORDS, false);
      if (awaitNone(run -> run.timeAside.isUsed() && !run.isLeft())) {
        awaitEnd(LAST_RECORDS, false);
      }
    }
    leave(_ -> true);
    mailbox.send(dispatcher::leaveRecords);
    if (storeAnswers) {
      awaitEnd(LEAVING, false);
    }
    isEnding = true;
    mailbox.send(() -> {});
    if (loop != null && storeAnswers) {
      loop.join(LEAVING);
    }
    return toStop.size();
  }

  /// Learns, while work is being stopped, whether it is of any use to wait for its records.
  private void askTheStore() {
    storeAnswers = false;
    crew.start(
        "ask-store",
        () -> {
          try {
            var _ = ledger.unbegun();
          } catch (LedgerException e) {
            LOG.warn("the store refuses the last records: {}", e.getMessage());
          }
          storeAnswers = true;
          progress.raise();
        });
  }

  /// Whether the store answered while this ended. One that hangs will not take anything any more.
  public boolean storeAnswers() {
    return storeAnswers;
  }

  /// Ends the patience of a shutdown that goes on.
  public void hurry() {
    isHurried = true;
    progress.raise();
  }

  private void leave(Predicate<ActiveRun> which) {
    for (ActiveRun run : dispatcher.running()) {
      if (which.test(run) && !run.isLeft()) {
        RunLog.info(run.claim, "is left to go on; the next start takes it up");
        run.leave();
      }
    }
  }

  /// Waits until there is no such run.
  ///
  /// @return whether there was any
  private boolean awaitNone(Predicate<ActiveRun> which) throws InterruptedException {
    long end = time.nanos() + LAST_ASIDE.toNanos();
    boolean hasWaited = false;
    while (dispatcher.running().stream().anyMatch(which) && time.nanos() - end < 0) {
      hasWaited = true;
      progress.await(LEAVING);
    }
    return hasWaited;
  }

  private void awaitEnd(Duration atMost, boolean canBeHurried) throws InterruptedException {
    long end = time.nanos() + atMost.toNanos();
    while (!(canBeHurried && isHurried)) {
      Duration left = Duration.ofNanos(end - time.nanos());
      if (!left.isPositive() || mailbox.ask(dispatcher::isIdle, left).orElse(false)) {
        return;
      }
      progress.await(Duration.ofNanos(end - time.nanos()));
    }
  }
}
