package ofelia.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import ofelia.cron.Schedule;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.RunId;
import ofelia.plugin.Runner;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Knows what is due, claims it and lets it begin. Owns all state of the engine: every method is
/// called on its own thread, others send messages through the [Mailbox].
///
/// ## How it works
///
/// A [#turn] carries out messages, lets those claims begin whose instant has come, and claims what
/// is due soon. Claims are made up to [#HORIZON] ahead, all in one transaction, so that a thousand
/// jobs due together begin at their instant and not after a thousand syncs; nothing begins before
/// its instant, nor before its claim is on disk. A claim ahead whose job changes, or whose daemon
/// stops, is withdrawn and leaves no trace.
///
/// Each job has at most one claim ahead. Instants that passed unclaimed (the machine was suspended,
/// the clock stepped forward, the store was away) are one stretch of missed ones; the newest of
/// them is claimed if it is not too late.
final class Timekeeper {

  private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);

  /// A round of claims is made when the earliest unclaimed instant is this close.
  static final Duration TRIGGER = Duration.ofSeconds(1);

  /// A round of claims takes everything that is due before this.
  static final Duration HORIZON = Duration.ofSeconds(2);

  private static final Duration LONGEST_STORE_WAIT = Duration.ofSeconds(2);

  private final Ledger ledger;
  private final Map<JobKind, Runner> runners;
  private final SpecReader reader;
  private final Time time;
  private final Crew crew;
  private final Recorder recorder;
  private final Worker worker;
  private final Gate gate;
  private final Mailbox mailbox;

  /// Raised at the end of each run, for whoever waits for all to end.
  private final Signal runEnded;

  /// No wait is longer, so that a step of the wall clock is noticed.
  private final Duration longestWait;

  /// What each source said last, the strongest first; `inForce` follows it as soon as the store
  /// takes the change.
  private final Map<String, List<JobSpec>> said = new LinkedHashMap<>();

  private JobSet inForce = JobSet.EMPTY;
  private boolean isOutdated;

  private final Map<JobName, JobEntry> entries = new HashMap<>();
  private final Planner planner = new Planner();

  /// Claims whose instant has not come, by instant: those of one instant begin together.
  private final NavigableMap<Long, List<Ahead>> ahead = new TreeMap<>();

  private final Queue<Ready> waiting = new ArrayDeque<>();
  private final Map<RunId, ActiveRun> running = new LinkedHashMap<>();

  private final Deadlines deadlines = new Deadlines();

  /// How many runs of a job go on or wait; only jobs with any.
  private final Map<JobName, Integer> begun = new HashMap<>();

  private boolean isStopping;
  private boolean wasStoreAway;
  private final Backoff storeBackoff = new Backoff(LONGEST_STORE_WAIT);
  private long storeRetryNanos;

  /// A claim with the definition it was made under. Its rules are looked up when the claim is made
  /// and not when its instant has come, at which a thousand may have to begin.
  record Ready(Claim claim, JobSpec job, Rules rules) {
    Ready(Claim claim, JobSpec job) {
      this(claim, job, Rules.of(job));
    }
  }

  /// A claim ahead of its instant.
  ///
  /// @param cursorMillis where the job's cursor stood before
  private record Ahead(Ready ready, long cursorMillis) {
    Claim claim() {
      return ready.claim();
    }
  }

  Timekeeper(
      Ledger ledger,
      Collection<Runner> runners,
      SpecReader reader,
      Time time,
      Crew crew,
      Limits limits,
      Duration longestWait,
      Mailbox mailbox,
      Signal runEnded) {
    this.ledger = ledger;
    this.runners = new HashMap<>();
    runners.forEach(runner -> this.runners.put(runner.kind(), runner));
    this.reader = reader;
    this.time = time;
    this.crew = crew;
    this.recorder = new Recorder(ledger, time);
    this.worker = new Worker(ledger, recorder, time);
    this.gate = new Gate(limits);
    this.longestWait = longestWait;
    this.mailbox = mailbox;
    this.runEnded = runEnded;
  }

  // ---- the turn ------------------------------------------------------------------------------

  /// One turn.
  ///
  /// @return how long to wait for the next, unless a message comes
  Duration turn() {
    mailbox.drain();
    beginDue();
    endOverdue();
    if (!isStopping && time.nanos() - storeRetryNanos >= 0) {
      try {
        if (isOutdated) {
          bringIntoForce();
        }
        claimSoon();
        storeAnswered();
      } catch (LedgerException e) {
        storeFailed(e);
      }
      beginDue();
    }
    return untilNext();
  }

  private Duration untilNext() {
    long now = time.millis();
    long wait = longestWait.toMillis();
    if (!ahead.isEmpty()) {
      wait = Math.min(wait, ahead.firstKey() - now);
    }
    wait = Math.min(wait, deadlines.millisToFirst(time.nanos()));
    if (!isStopping) {
      long retry = Duration.ofNanos(storeRetryNanos - time.nanos()).toMillis() + 1;
      boolean isHeldBack = wasStoreAway && retry > 0;
      if (isHeldBack) {
        wait = Math.min(wait, retry);
      } else if (planner.earliestMillis() != Schedule.NEVER) {
        wait = Math.min(wait, planner.earliestMillis() - TRIGGER.toMillis() - now);
      }
    }
    return Duration.ofMillis(Math.max(0, wait));
  }

  private void storeAnswered() {
    if (wasStoreAway) {
      LOG.warn("the store answers again");
      wasStoreAway = false;
      storeBackoff.reset();
    }
  }

  private void storeFailed(LedgerException e) {
    if (!wasStoreAway) {
      LOG.error("the store is away; nothing new begins until it answers", e);
      wasStoreAway = true;
    }
    storeRetryNanos = time.nanos() + storeBackoff.next().toNanos();
  }

  // ---- claiming ------------------------------------------------------------------------------

  private void claimSoon() {
    long now = time.millis();
    if (planner.earliestMillis() > now + TRIGGER.toMillis()) {
      return;
    }
    List<JobEntry> due = planner.take(now + HORIZON.toMillis());
    try {
      claim(due, now);
    } catch (LedgerException e) {
      due.forEach(planner::add);
      throw e;
    }
  }

  private void claim(List<JobEntry> due, long now) {
    List<Planned> planned = new ArrayList<>(due.size());
    List<Stretch> passed = new ArrayList<>();
    for (JobEntry entry : due) {
      if (entry.nextMillis > now) {
        planned.add(new Planned(entry.job.name(), entry.cursorMillis, entry.nextMillis));
      } else {
        Passed.of(entry.job, entry.cursorMillis, entry.anchorMillis, now, whyPassed())
            .addTo(planned, passed);
      }
    }
    ledger.settle(passed);
    Map<JobName, Claim> claims = new HashMap<>();
    ledger.claim(planned).forEach(claim -> claims.put(claim.job(), claim));
    if (claims.size() < planned.size()) {
      LOG.error(
          "{} due instants are on record already and are not run again",
          planned.size() - claims.size());
    }
    passed.forEach(stretch -> require(stretch.job()).advance(stretch.lastMillis()));
    Set<JobEntry> unclaimed = new HashSet<>(due);
    for (Planned instant : planned) {
      JobEntry entry = require(instant.job());
      entry.advance(instant.dueMillis());
      Claim claim = claims.get(instant.job());
      if (claim != null) {
        entry.ahead = claim;
        ahead
            .computeIfAbsent(claim.dueMillis(), _ -> new ArrayList<>())
            .add(new Ahead(new Ready(claim, entry.job), instant.cursorMillis()));
        unclaimed.remove(entry);
      }
    }
    unclaimed.forEach(planner::add);
  }

  private String whyPassed() {
    return wasStoreAway
        ? "the store was away"
        : "the daemon was held up, or the clock stepped forward, or the machine was suspended";
  }

  private JobEntry require(JobName name) {
    JobEntry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalStateException("no job \"" + name + "\"");
    }
    return entry;
  }

  // ---- beginning -----------------------------------------------------------------------------

  private void beginDue() {
    long now = time.millis();
    while (!ahead.isEmpty() && ahead.firstKey() <= now) {
      long lateMillis = now - ahead.firstKey();
      for (Ahead due : ahead.pollFirstEntry().getValue()) {
        beginDue(due.ready(), lateMillis);
      }
    }
  }

  private void beginDue(Ready ready, long lateMillis) {
    Claim claim = ready.claim();
    JobEntry entry = entries.get(claim.job());
    if (entry != null && claim.equals(entry.ahead)) {
      entry.ahead = null;
      planner.add(entry);
    }
    if (lateMillis > ready.rules().maxLateness().toMillis()) {
      closeUnrun(claim, new Fate.Missed(whyPassed()));
    } else {
      begin(ready);
    }
  }

  private void begin(Ready ready) {
    JobSpec job = ready.job();
    int ofJob = begun.getOrDefault(job.name(), 0);
    switch (gate.judge(job, ofJob, running.size(), waiting.size())) {
      case Verdict.Go() -> {
        begun.merge(job.name(), 1, Integer::sum);
        launch(ready);
      }
      case Verdict.Wait(var why) -> {
        begun.merge(job.name(), 1, Integer::sum);
        waiting.add(ready);
        RunLog.warn(ready.claim(), why);
        recorder.waiting(ready.claim(), why);
      }
      case Verdict.Skip(var why) -> closeUnrun(ready.claim(), new Fate.Skipped(why));
      case Verdict.Refuse(var why) -> closeUnrun(ready.claim(), new Fate.Refused(why));
    }
  }

  private void launch(Ready ready) {
    Runner runner = runners.get(ready.job().kind());
    if (runner == null) {
      ended(ready.job().name());
      String why = "there is no runner for jobs of kind \"" + ready.job().kind() + "\"";
      closeUnrun(ready.claim(), new Fate.Refused(why));
      return;
    }
    ActiveRun run = new ActiveRun(ready, runner);
    register(run, time.millis());
    begin(run, () -> worker.work(run));
  }

  private void begin(ActiveRun run, Worker.RunWork work) {
    Runnable life =
        () -> {
          try {
            worker.carryOut(run, work);
          } catch (InterruptedException _) {
            // Told to leave: the run stays open for the next start.
          } finally {
            mailbox.send(() -> finished(run));
          }
        };
    run.hand = crew.start("run-" + run.claim.run(), life);
  }

  private void register(ActiveRun run, long startedMillis) {
    running.put(run.claim.run(), run);
    if (run.runner.canStop()) {
      long spentMillis = Math.max(0, time.millis() - startedMillis);
      Duration left = run.rules.maxRuntime().minusMillis(spentMillis);
      deadlines.add(run, time.nanos() + Math.max(0, left.toNanos()));
    }
  }

  /// Ends runs that have taken longer than they may.
  private void endOverdue() {
    for (ActiveRun run : deadlines.takeExpired(time.nanos())) {
      Rules rules = run.rules;
      run.exceeded = Optional.of(rules.maxRuntime());
      run.stop.request("max-runtime", rules.stopGrace());
    }
  }

  private void finished(ActiveRun run) {
    running.remove(run.claim.run());
    deadlines.remove(run);
    run.afterwards.run();
    runEnded.raise();
    ended(run.job.name());
    while (!isStopping && !waiting.isEmpty() && gate.hasPlace(running.size())) {
      launch(waiting.remove());
    }
  }

  private void ended(JobName job) {
    begun.computeIfPresent(job, (_, count) -> count == 1 ? null : count - 1);
  }

  /// Records the fate of an occurrence that is not run, on a thread of its own: the store may be
  /// slow.
  private void closeUnrun(Claim claim, Fate fate) {
    RunLog.notRun(claim, fate);
    Closing closing = new Closing(claim, fate, 0, time.millis(), 0, Optional.empty());
    crew.start(
        "record-" + claim.run(),
        () -> {
          try {
            recorder.close(closing);
          } catch (InterruptedException _) {
            // Told to leave: the claim stays open, and the next start gives it its fate.
          }
        });
  }

  // ---- the set of jobs -----------------------------------------------------------------------

  /// Takes over what earlier starts left, settles what passed meanwhile, and brings the first set
  /// into force.
  ///
  /// @param sources what each source said, the strongest first
  void start(Map<String, List<JobSpec>> sources) {
    said.putAll(sources);
    JobSet first = JobSet.merge(said.values());
    first.problems().forEach(problem -> LOG.warn("{}", problem.text()));
    Restart restart = new Restart(ledger, reader, time.millis());
    List<Claim> late = restart.settle(first);
    restart.entries().forEach(entry -> entries.put(entry.job.name(), entry));
    inForce = first;
    planner.reset(entries.values());
    restart.unfinished().forEach(this::mend);
    for (Claim claim : late) {
      begin(new Ready(claim, require(claim.job()).job));
    }
    for (JobSpec job : first.jobs()) {
      runOnStartup(job);
    }
  }

  /// Takes what a source says now; it comes into force with the next turn.
  void apply(String source, List<JobSpec> jobs) {
    said.put(source, jobs);
    isOutdated = true;
  }

  private void bringIntoForce() {
    JobSet next = JobSet.merge(said.values());
    List<JobChange> changes = inForce.diff(next);
    if (!changes.isEmpty()) {
      // What is due by now is due under the old definitions. What becomes due while this goes on is
      // due under the new ones, and begins with the next claims.
      long now = time.millis();
      beginDue();
      claimSoon();
      beginDue();
      withdrawAhead(changes.stream().map(JobChange::name).toList());
      enter(changes, now);
    }
    inForce = next;
    isOutdated = false;
    next.problems().forEach(problem -> LOG.warn("{}", problem.text()));
  }

  private void withdrawAhead(Collection<JobName> names) {
    Set<JobName> wanted = Set.copyOf(names);
    List<Ahead> toWithdraw =
        ahead.values().stream()
            .flatMap(List::stream)
            .filter(next -> wanted.contains(next.claim().job()))
            .toList();
    ledger.withdraw(toWithdraw.stream().map(Ahead::claim).toList());
    ahead.values().forEach(next -> next.removeIf(one -> wanted.contains(one.claim().job())));
    ahead.values().removeIf(List::isEmpty);
    for (Ahead withdrawn : toWithdraw) {
      JobEntry entry = require(withdrawn.claim().job());
      entry.ahead = null;
      entry.advance(withdrawn.cursorMillis());
      planner.add(entry);
    }
  }

  private void enter(List<JobChange> changes, long now) {
    Map<JobName, BookedJob> returned = new HashMap<>();
    boolean anyAdded = changes.stream().anyMatch(JobChange.Added.class::isInstance);
    if (anyAdded) {
      ledger.book().forEach(booked -> returned.put(booked.name(), booked));
    }
    List<BookedJob> rows = new ArrayList<>();
    List<JobEntry> changed = new ArrayList<>();
    for (JobChange change : changes) {
      switch (change) {
        case JobChange.Added(var job) -> {
          BookedJob before = returned.get(job.name());
          changed.add(Restart.entryOf(job, before, now));
        }
        case JobChange.Changed(_, var job) -> {
          JobEntry entry = require(job.name());
          boolean sameSchedule = entry.job.schedule().text().equals(job.schedule().text());
          changed.add(
              new JobEntry(
                  job,
                  Math.max(entry.cursorMillis, now),
                  sameSchedule ? entry.anchorMillis : Restart.anchor(now)));
        }
        case JobChange.Removed(var job) ->
            rows.add(Restart.booked(require(job.name()), false, reader));
      }
    }
    changed.forEach(entry -> rows.add(Restart.booked(entry, true, reader)));
    ledger.enter(rows);
    for (JobChange change : changes) {
      if (change instanceof JobChange.Removed(var job)) {
        entries.remove(job.name());
      }
    }
    changed.forEach(entry -> entries.put(entry.job.name(), entry));
    planner.reset(entries.values());
    for (JobChange change : changes) {
      LOG.info("{}", change.text());
      if (change instanceof JobChange.Added(var job)) {
        runOnStartup(job);
      }
    }
  }

  private void runOnStartup(JobSpec job) {
    if (job.isQuarantined() || !Rules.of(job).runOnStartup()) {
      return;
    }
    crew.start(
        "startup-" + job.name(),
        () -> {
          try {
            Claim claim = ledger.claimNow(job.name(), time.millis(), Cause.STARTUP);
            mailbox.send(() -> beginAsked(new Ready(claim, job)));
          } catch (LedgerException e) {
            LOG.error("cannot begin job \"{}\" at the start", job.name(), e);
          }
        });
  }

  // ---- mending -------------------------------------------------------------------------------

  /// Goes on with a run that an earlier start left open.
  private void mend(Restart.Left left) {
    Claim claim = left.unfinished().claim();
    if (left.job().isEmpty()) {
      String why = "the daemon ended during it, and its definition cannot be read any more";
      closeUnrun(claim, left.isBegun() ? new Fate.Lost(why) : new Fate.Missed(why));
      return;
    }
    JobSpec job = left.job().get();
    Runner runner = runners.get(job.kind());
    if (!left.isBegun()) {
      notBegun(new Ready(claim, job));
    } else if (runner == null) {
      String why = "there is no runner for jobs of kind \"" + job.kind() + "\" any more";
      closeUnrun(claim, new Fate.Lost(why));
    } else {
      takeUp(new ActiveRun(new Ready(claim, job), runner), left.unfinished());
    }
  }

  private void takeUp(ActiveRun run, Unfinished left) {
    register(run, left.startedMillis());
    begun.merge(run.job.name(), 1, Integer::sum);
    begin(
        run,
        () -> {
          if (!worker.takeUp(run, left)) {
            run.afterwards = () -> notBegun(new Ready(run.claim, run.job));
          }
        });
  }

  /// A claim of an earlier start that was not begun: the newest of its job begins now, unless it is
  /// too late.
  private void notBegun(Ready ready) {
    Claim claim = ready.claim();
    JobEntry entry = entries.get(claim.job());
    long late = time.millis() - claim.dueMillis();
    if (claim.cause() == Cause.STARTUP) {
      closeUnrun(
          claim, new Fate.Missed("the daemon ended before it began; its start begins another"));
    } else if (entry == null) {
      closeUnrun(
          claim,
          new Fate.Missed("the daemon ended before it began; the job is not defined any more"));
    } else if (claim.cause() == Cause.SCHEDULE && isSuperseded(claim, entry)) {
      closeUnrun(
          claim,
          new Fate.Missed("the daemon ended before it began; a later instant has come since"));
    } else if (late > ready.rules().maxLateness().toMillis()) {
      closeUnrun(
          claim,
          new Fate.Missed(
              "the daemon ended before it began; it is %d s late (max-lateness)"
                  .formatted(late / 1000)));
    } else if (isStopping) {
      LOG.info("run {} stays for the next start", claim.run());
    } else {
      begin(ready);
    }
  }

  /// Whether a later instant of the job's schedule has come.
  private boolean isSuperseded(Claim claim, JobEntry entry) {
    return entry.job.schedule().next(claim.dueMillis(), entry.anchorMillis) <= time.millis();
  }

  // ---- requests ------------------------------------------------------------------------------

  /// The definition of a job that may be run on request.
  Optional<JobSpec> find(JobName name) {
    return Optional.ofNullable(inForce.get(name));
  }

  /// Lets a run begin that somebody asked for.
  void beginAsked(Ready ready) {
    if (isStopping) {
      closeUnrun(ready.claim(), new Fate.Missed("the daemon was about to end"));
    } else {
      begin(ready);
    }
  }

  /// Ends a run, or takes it out of those that wait.
  StopAnswer stop(RunId id, String by) {
    ActiveRun run = running.get(id);
    if (run != null) {
      if (!run.runner.canStop()) {
        return new StopAnswer.CannotStop(
            "the engine has no means to end the process of a job of kind \""
                + run.job.kind()
                + "\"");
      }
      run.stop.request(by, run.rules.stopGrace());
      return new StopAnswer.Stopping();
    }
    for (Ready ready : waiting) {
      if (ready.claim().run().equals(id)) {
        waiting.remove(ready);
        ended(ready.job().name());
        closeUnrun(ready.claim(), new Fate.Skipped("stopped by " + by + " while it waited"));
        return new StopAnswer.Stopping();
      }
    }
    return new StopAnswer.NotRunning();
  }

  List<JobSpec> jobs() {
    return List.copyOf(inForce.jobs());
  }

  List<ActiveRun> running() {
    return List.copyOf(running.values());
  }

  Map<String, Integer> counts() {
    return Map.of("jobs", entries.size(), "running", running.size(), "waiting", waiting.size());
  }

  /// Nothing new begins from now on; claims ahead of their instant are withdrawn.
  void stopBeginning() {
    if (isStopping) {
      return;
    }
    isStopping = true;
    try {
      withdrawAhead(List.copyOf(entries.keySet()));
    } catch (LedgerException e) {
      LOG.warn("claims ahead of their instant stay for the next start: {}", e.getMessage());
      ahead.clear();
    }
  }
}
