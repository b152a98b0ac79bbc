package ofelia.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ofelia.cron.Schedule;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Era;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.RunId;
import ofelia.time.Crew;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;
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
  private final SpecReader reader;
  private final Time time;
  private final Clocks clocks;
  private final Crew crew;
  private final Dispatcher dispatcher;
  private final Mailbox mailbox;

  /// No wait is longer, so that a step of the wall clock is noticed.
  private final Duration longestWait;

  /// What each source said last, the strongest first; `inForce` follows it as soon as the store
  /// takes the change.
  private final Map<String, List<JobSpec>> said = new LinkedHashMap<>();

  private JobSet inForce = JobSet.EMPTY;
  private boolean isOutdated;

  /// The `@reboot` jobs that had their run.
  private final Set<JobName> begunAtStart = new HashSet<>();

  private final Map<JobName, JobEntry> entries = new HashMap<>();
  private final Planner planner = new Planner();

  private final Ahead ahead = new Ahead();

  /// Claims that can only begin too late.
  private final List<Ahead.Next> overdue = new ArrayList<>();

  private int era;

  /// How far the clock was set back between the claims of earlier starts and this one.
  private long setBackMillis;

  private boolean isStopping;
  private boolean wasStoreAway;

  /// A call failed: whether it was carried out all the same is not known.
  private boolean isUnsure;

  private final Backoff storeBackoff = new Backoff(LONGEST_STORE_WAIT);
  private long storeRetryNanos;

  Timekeeper(
      Ledger ledger,
      SpecReader reader,
      Time time,
      Crew crew,
      Dispatcher dispatcher,
      Duration longestWait,
      Mailbox mailbox) {
    this.ledger = ledger;
    this.reader = reader;
    this.time = time;
    this.clocks = new Clocks(time);
    this.crew = crew;
    this.dispatcher = dispatcher;
    this.longestWait = longestWait;
    this.mailbox = mailbox;
    this.storeRetryNanos = time.nanos();
  }

  // ---- the turn ------------------------------------------------------------------------------

  /// One turn.
  ///
  /// @return how long to wait for the next, unless a message comes
  Duration turn() {
    boolean isWhole = false;
    try {
      Duration wait = wholeTurn();
      isWhole = true;
      return wait;
    } finally {
      // Broken off anywhere, by whatever: what the ledger has is what counts.
      isUnsure |= !isWhole;
    }
  }

  private Duration wholeTurn() {
    mailbox.drain();
    beginDue();
    dispatcher.endOverdue();
    dispatcher.tellOfWaiting();
    dispatcher.beginHeld();
    if (!isStopping && time.nanos() - storeRetryNanos >= 0) {
      try {
        if (isUnsure) {
          agreeWithTheLedger();
        }
        // What is due goes first: a change that cannot be made must not hold it up.
        Optional<Clocks.Jump> forward = clocks.forward();
        claimSoon();
        forward.ifPresent(this::dealtWith);
        clocks.back().ifPresent(this::setBack);
        if (isOutdated && clocks.back().isEmpty()) {
          bringIntoForce();
        }
        storeAnswered();
      } catch (LedgerException e) {
        storeFailed(e);
      }
      beginDue();
    }
    return untilNext();
  }

  private Duration untilNext() {
    long now = clocks.millis();
    long wait = longestWait.toMillis();
    wait = Math.min(wait, ahead.firstMillis() - now);
    wait = Math.min(wait, dispatcher.millisToNextDuty());
    wait = Math.min(wait, dispatcher.earliestHeldMillis() - now);
    if (!isStopping) {
      long retry = Duration.ofNanos(storeRetryNanos - time.nanos()).toMillis() + 1;
      boolean isHeldBack = wasStoreAway && retry > 0;
      if (isHeldBack) {
        wait = Math.min(wait, retry);
      } else if (planner.earliestMillis() != Schedule.NEVER) {
        wait = Math.min(wait, planner.earliestMillis() - TRIGGER.toMillis() - now);
      }
      if (!isHeldBack && !overdue.isEmpty()) {
        wait = 0;
      }
    }
    return Duration.ofMillis(Math.max(0, wait));
  }

  private void dealtWith(Clocks.Jump forward) {
    LOG.warn("{}, {}", forward.text(), forward.ends());
    clocks.forget(forward);
  }

  private void storeAnswered() {
    if (wasStoreAway) {
      LOG.warn("the store answers again");
      wasStoreAway = false;
      storeBackoff.reset();
    }
  }

  private void storeFailed(LedgerException e) {
    isUnsure = true;
    if (!wasStoreAway) {
      LOG.error("the store is away; nothing new begins until it answers", e);
      wasStoreAway = true;
    }
    storeRetryNanos = time.nanos() + storeBackoff.next().toNanos();
  }

  // ---- claiming ------------------------------------------------------------------------------

  private void claimSoon() {
    if (!overdue.isEmpty()) {
      takeBackOverdue();
    }
    long now = clocks.millis();
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
    List<Stretch> missed = new ArrayList<>();
    List<Planned> planned = new ArrayList<>(due.size());
    for (JobEntry entry : due) {
      if (entry.nextMillis > now) {
        planned.add(new Planned(entry.job.name(), entry.cursorMillis, entry.nextMillis));
      } else {
        Passed passed = entry.passed(now, whyPassed());
        missed.addAll(passed.missed());
        planned.addAll(passed.claimed());
      }
    }
    List<Stretch> settled = ledger.settle(missed);
    List<Claim> claims = ledger.claim(planned);
    if (settled.size() < missed.size() || claims.size() < planned.size()) {
      throw new LedgerException("the ledger's cursors stand elsewhere than the scheduler's");
    }
    missed.forEach(stretch -> require(stretch.job()).advance(stretch.lastMillis()));
    for (int i = 0; i < claims.size(); i++) {
      JobEntry entry = require(claims.get(i).job());
      entry.advance(claims.get(i).dueMillis());
      take(claims.get(i), entry, planned.get(i).cursorMillis(), 0);
    }
    due.stream().filter(entry -> entry.ahead == null).forEach(planner::add);
  }

  /// Takes a claim of the schedule that was made now, under the job's definition in force.
  ///
  /// @param cursorMillis where the job's cursor stood before
  /// @param backMillis how far the clock was set back since the instant
  private void take(Claim claim, JobEntry entry, long cursorMillis, long backMillis) {
    Ready ready = new Ready(claim, entry.job);
    if (claim.cause() == Cause.CATCH_UP) {
      dispatcher.begin(ready);
      return;
    }
    if (entry.cursorMillis == claim.dueMillis()) {
      entry.ahead = claim;
    }
    long begin = entry.instants().beginMillis(claim.dueMillis()) - backMillis;
    letBegin(ready, begin, cursorMillis);
  }

  /// Lets a claim begin at its time.
  private void letBegin(Ready ready, long beginMillis, long cursorMillis) {
    ahead.add(beginMillis, new Ahead.Next(ready, cursorMillis));
    if (beginMillis > Math.max(ready.claim().dueMillis(), clocks.millis())) {
      dispatcher.note(
          ready.claim(), "begins at " + Instant.ofEpochMilli(beginMillis) + " (jitter)");
    }
  }

  /// After a call that failed: what the ledger has is what counts. Claims of which nobody here
  /// knows are taken back, those that it does not know are dropped, changes of jobs that had
  /// arrived are in force, and the cursors stand where it says.
  private void agreeWithTheLedger() {
    // Their instants are judged anew.
    overdue.clear();
    Set<RunId> known = dispatcher.known();
    ahead.all().forEach(next -> known.add(next.claim().run()));
    List<Claim> unbegun = ledger.unbegun();
    ledger.withdraw(unbegun.stream().filter(claim -> !known.contains(claim.run())).toList());
    Set<Claim> held = new HashSet<>(unbegun);
    ahead.drop(next -> !held.contains(next.claim()));
    // What a turn that broke off had taken out is not among them, whatever its entry says.
    Set<Claim> kept = ahead.all().map(Ahead.Next::claim).collect(Collectors.toSet());
    if (ledger.era() > era) {
      // The answer to its opening was lost.
      clocks.back().ifPresent(jump -> enterEra(era + 1, new Setback(jump)));
    }
    JobSet next = JobSet.merge(said.values());
    for (BookedJob booked : ledger.book()) {
      agree(booked, next.get(booked.name()), kept);
    }
    inForce = JobSet.merge(List.of(entries.values().stream().map(entry -> entry.job).toList()));
    isOutdated = true;
    planner.reset(entries.values());
    isUnsure = false;
  }

  /// @param wanted what the sources say of the job now
  private void agree(BookedJob booked, @Nullable JobSpec wanted, Set<Claim> kept) {
    JobEntry entry = entries.get(booked.name());
    if (!booked.present()) {
      entries.remove(booked.name());
    } else if (wanted != null && Restart.isOf(booked, wanted, reader)) {
      JobEntry agreed = new JobEntry(wanted, booked.cursorMillis(), booked.anchorMillis());
      if (entry != null && entry.job.isSameAs(wanted)) {
        agreed.sinceMillis = Math.min(entry.sinceMillis, agreed.cursorMillis);
      }
      if (entry == null) {
        runOnStartup(wanted);
      } else if (entry.ahead != null && kept.contains(entry.ahead)) {
        agreed.ahead = entry.ahead;
      }
      entries.put(booked.name(), agreed);
    } else if (entry != null) {
      entry.ahead = entry.ahead != null && kept.contains(entry.ahead) ? entry.ahead : null;
      entry.move(booked.cursorMillis(), booked.anchorMillis());
    }
  }

  private String whyPassed() {
    List<String> why = new ArrayList<>();
    if (wasStoreAway) {
      why.add("the store was away");
    }
    clocks.forward().ifPresent(jump -> why.add(jump.text()));
    return why.isEmpty() ? "the daemon was held up" : String.join("; ", why);
  }

  private JobEntry require(JobName name) {
    JobEntry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalStateException("no job \"" + name + "\"");
    }
    return entry;
  }

  // ---- jumps of the clock ----------------------------------------------------------------------

  /// Opens a new era, once everything is dealt with that was due before the clock was set back.
  private void setBack(Clocks.Jump jump) {
    if (planner.earliestMillis() <= jump.beforeMillis() || !overdue.isEmpty()) {
      // The next turn is at once.
      return;
    }
    Setback setback = new Setback(jump);
    withdrawAhead(next -> next.claim().dueMillis() > setback.beforeMillis());
    Era next =
        setback.era(
            era + 1,
            ledger.book(),
            booked -> entries.containsKey(booked.name()) ? require(booked.name()).job : null);
    if (!ledger.open(next)) {
      throw new LedgerException("the ledger is in another era than the scheduler");
    }
    LOG.warn("{}, {}: {}", jump.text(), jump.ends(), setback.consequence());
    enterEra(next.number(), setback);
    for (Era.Moved moved : next.moved()) {
      JobEntry entry = entries.get(moved.job());
      if (entry != null) {
        entry.move(moved.cursorMillis(), moved.anchorMillis());
      }
    }
    planner.reset(entries.values());
  }

  /// What waits for its jitter begins after the same elapsed time as before.
  private void enterEra(int number, Setback setback) {
    era = number;
    entries.values().forEach(entry -> entry.sinceMillis = entry.cursorMillis);
    clocks.follow();
    ahead.bringForward(
        setback.backMillis(), next -> next.claim().dueMillis() <= setback.beforeMillis());
  }

  // ---- beginning -----------------------------------------------------------------------------

  private void beginDue() {
    long now = clocks.millis();
    while (ahead.firstMillis() <= now) {
      long lateMillis = now - ahead.firstMillis();
      for (Ahead.Next due : ahead.takeFirst()) {
        beginDue(due, lateMillis);
      }
    }
  }

  private void beginDue(Ahead.Next due, long lateMillis) {
    Claim claim = due.claim();
    JobEntry entry = entries.get(claim.job());
    boolean isLate = due.ready().rules().misfire().isLate(lateMillis);
    if (entry != null && claim.equals(entry.ahead)) {
      if (isLate) {
        overdue.add(due);
        return;
      }
      entry.ahead = null;
      planner.add(entry);
    }
    if (isLate) {
      dispatcher.closeUnrun(claim, new Fate.Missed(whyPassed()));
    } else {
      dispatcher.begin(due.ready());
    }
  }

  /// Takes claims back that can only begin too late: their instants have passed, and are judged
  /// together with others that have.
  private void takeBackOverdue() {
    Set<Claim> withdrawn =
        Set.copyOf(ledger.withdraw(overdue.stream().map(Ahead.Next::claim).toList()));
    for (Ahead.Next late : overdue) {
      if (withdrawn.contains(late.claim())) {
        forget(late);
      } else {
        // Of an era before, or a later instant is on record: its job goes on from its cursor.
        dispatcher.closeUnrun(late.claim(), new Fate.Missed(whyPassed()));
        noLongerAhead(late.claim());
      }
    }
    overdue.clear();
  }

  private void noLongerAhead(Claim claim) {
    JobEntry entry = entries.get(claim.job());
    if (entry != null && claim.equals(entry.ahead)) {
      entry.ahead = null;
      planner.add(entry);
    }
  }

  /// Plans as if the claim had not been made.
  private void forget(Ahead.Next withdrawn) {
    JobEntry entry = entries.get(withdrawn.claim().job());
    if (entry != null && withdrawn.claim().equals(entry.ahead)) {
      entry.ahead = null;
      entry.advance(withdrawn.cursorMillis());
      planner.add(entry);
    }
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
    Restart restart = new Restart(ledger, reader, this::isPutOff, clocks.millis());
    List<Restart.Late> toRun = restart.settle(first);
    era = restart.era();
    setBackMillis = restart.setBackMillis();
    restart.entries().forEach(entry -> entries.put(entry.job.name(), entry));
    inForce = first;
    for (Restart.Left left : restart.unfinished()) {
      dispatcher.foresee(new Ready(left.unfinished().claim(), left.job()), left.unfinished());
    }
    // What goes on first, so that what has not begun waits for it.
    restart.unfinished().stream().filter(Restart.Left::isBegun).forEach(this::mend);
    restart.unfinished().stream().filter(left -> !left.isBegun()).forEach(this::mend);
    for (Restart.Late late : toRun) {
      take(late.claim(), require(late.claim().job()), late.cursorMillis(), setBackMillis);
    }
    planner.reset(entries.values());
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
      long now = clocks.millis();
      beginDue();
      claimSoon();
      beginDue();
      Set<JobName> changed = changes.stream().map(JobChange::name).collect(Collectors.toSet());
      withdrawAhead(soon -> changed.contains(soon.claim().job()) && soon.claim().dueMillis() > now);
      enter(changes, now);
    }
    for (JobSpec job : next.jobs()) {
      // The same in all that matters; held once.
      require(job.name()).job = job;
    }
    inForce = next;
    isOutdated = false;
    next.problems().forEach(problem -> LOG.warn("{}", problem.text()));
  }

  /// Claims that cannot be taken back, since a later instant of their job is on record, stay.
  private void withdrawAhead(Predicate<Ahead.Next> which) {
    List<Ahead.Next> toWithdraw = ahead.all().filter(which).toList();
    Set<Claim> withdrawn =
        Set.copyOf(ledger.withdraw(toWithdraw.stream().map(Ahead.Next::claim).toList()));
    ahead.drop(next -> withdrawn.contains(next.claim()));
    toWithdraw.stream().filter(next -> withdrawn.contains(next.claim())).forEach(this::forget);
  }

  private void enter(List<JobChange> changes, long now) {
    Map<JobName, BookedJob> returned = new HashMap<>();
    ledger
        .book(changes.stream().map(JobChange::name).toList())
        .forEach(booked -> returned.put(booked.name(), booked));
    List<BookedJob> rows = new ArrayList<>();
    List<JobEntry> changed = new ArrayList<>();
    for (JobChange change : changes) {
      switch (change) {
        case JobChange.Added(var job) ->
            changed.add(Restart.entryOf(job, returned.get(job.name()), now));
        case JobChange.Changed(_, var job) ->
            changed.add(Restart.entryOf(job, returned.get(job.name()), now));
        case JobChange.Removed(var job) ->
            rows.add(Restart.removed(Restart.booked(require(job.name()), reader), now));
      }
    }
    changed.forEach(entry -> rows.add(Restart.booked(entry, reader)));
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

  /// @param job one that has come into force: at the daemon's start, or later
  private void runOnStartup(JobSpec job) {
    if (job.isQuarantined()) {
      return;
    }
    // Once in the life of this daemon, also for a container's job that is removed and comes again.
    boolean isFirst = job.schedule().isDueAtStart() && begunAtStart.add(job.name());
    if (isFirst || Rules.of(job).runOnStartup()) {
      crew.start("startup-" + job.name(), () -> claimStartup(job));
    }
  }

  private void claimStartup(JobSpec job) {
    Backoff backoff = new Backoff(LONGEST_STORE_WAIT);
    while (true) {
      try {
        Claim claim = ledger.claimNow(job.name(), time.millis(), Cause.STARTUP);
        mailbox.send(() -> beginAsked(new Ready(claim, job)));
        return;
      } catch (LedgerException e) {
        LOG.warn("job \"{}\" cannot begin at the start yet: {}", job.name(), e.getMessage());
      }
      try {
        time.newSignal().await(backoff.next());
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  // ---- mending -------------------------------------------------------------------------------

  /// Goes on with a run that an earlier start left open.
  private void mend(Restart.Left left) {
    Ready ready = new Ready(left.unfinished().claim(), left.job());
    if (left.isBegun()) {
      dispatcher.takeUp(ready, left.unfinished(), this::notBegun);
    } else if (dispatcher.closeStopped(ready.claim(), left.unfinished().stopBy())) {
      RunLog.debug(ready.claim(), "had been stopped before it began");
    } else if (left.isReadable()) {
      notBegun(ready);
    } else {
      String why = "the daemon ended before it began; its definition cannot be read any more";
      dispatcher.closeUnrun(ready.claim(), new Fate.Missed(why));
    }
  }

  /// A claim of an earlier start that was not begun: the newest of its job begins now, unless it is
  /// too late.
  private void notBegun(Ready ready) {
    Claim claim = ready.claim();
    Optional<String> why = whyNot(ready);
    if (why.isPresent()) {
      dispatcher.closeUnrun(
          claim, new Fate.Missed("the daemon ended before it began; " + why.get()));
    } else if (isStopping) {
      RunLog.info(claim, "stays for the next start");
    } else {
      // The book does not say that a job must not run; its definition in force does.
      JobSpec job = require(claim.job()).job;
      Ready judged = job.isQuarantined() ? new Ready(claim, job) : ready;
      // Only jitter waits: what is to be made up for has passed, though a clock that was set back
      // may show its instant as one to come.
      boolean waits = claim.cause() == Cause.SCHEDULE && beginMillis(ready) > clocks.millis();
      if (waits) {
        letBegin(judged, beginMillis(ready), claim.dueMillis() - 1);
      } else {
        dispatcher.begin(judged);
      }
    }
  }

  private Optional<String> whyNot(Ready ready) {
    Claim claim = ready.claim();
    if (claim.cause() == Cause.STARTUP) {
      return Optional.of("its start begins another");
    }
    JobEntry entry = entries.get(claim.job());
    if (entry == null) {
      return Optional.of("the job is not defined any more");
    }
    Misfire misfire = ready.rules().misfire();
    boolean eachRuns = misfire.policy() == Misfire.Policy.ALL;
    long beginMillis = beginMillis(ready);
    long releaseMillis = dispatcher.releaseMillis(ready, beginMillis);
    boolean isPutOff = releaseMillis > beginMillis;
    if (claim.cause().isOfSchedule() && !eachRuns && !isPutOff && isSuperseded(claim, entry)) {
      return Optional.of("a later instant has come since");
    }
    if (claim.cause() == Cause.BACKFILL) {
      return Optional.of("whoever asked for it can see that, and ask again");
    }
    long lateMillis = clocks.millis() - releaseMillis;
    return misfire.isBeyondReach(lateMillis)
        ? Optional.of("it is %d s late (%s)".formatted(lateMillis / 1000, misfire.reachKey()))
        : Optional.empty();
  }

  private boolean isPutOff(Ready ready) {
    long dueMillis = ready.claim().dueMillis();
    return dispatcher.releaseMillis(ready, dueMillis) > dueMillis;
  }

  /// When a claim of an earlier start begins: its jitter may not have passed yet.
  private long beginMillis(Ready ready) {
    Claim claim = ready.claim();
    JobEntry entry = entries.get(claim.job());
    long begin =
        entry == null || claim.cause() != Cause.SCHEDULE
            ? claim.dueMillis()
            : DueInstants.of(ready.job(), entry.anchorMillis).beginMillis(claim.dueMillis());
    return begin - setBackMillis;
  }

  /// Whether a later instant of the job's schedule has come.
  private boolean isSuperseded(Claim claim, JobEntry entry) {
    return entry.job.schedule().next(claim.dueMillis(), entry.anchorMillis)
        <= clocks.millis() + setBackMillis;
  }

  // ---- requests ------------------------------------------------------------------------------

  /// The definition of a job that may be run on request.
  Optional<JobSpec> find(JobName name) {
    return Optional.ofNullable(inForce.get(name));
  }

  /// From where a job's `@every` counts; 0 for a job that is not known.
  long anchorMillis(JobName name) {
    JobEntry entry = entries.get(name);
    return entry == null ? 0 : entry.anchorMillis;
  }

  /// Lets a run begin that somebody asked for.
  void beginAsked(Ready ready) {
    if (isStopping) {
      dispatcher.closeUnrun(ready.claim(), new Fate.Missed("the daemon was about to end"));
    } else {
      dispatcher.begin(ready);
    }
  }

  List<JobSpec> jobs() {
    return List.copyOf(inForce.jobs());
  }

  /// None while the store is away: what is not on record then comes later.
  List<Watched> watched() {
    if (isUnsure || wasStoreAway) {
      return List.of();
    }
    return entries.values().stream()
        .map(entry ->
            new Watched(
                entry.job.name(), entry.job.schedule(), entry.anchorMillis, entry.sinceMillis, era))
        .toList();
  }

  int jobCount() {
    return entries.size();
  }

  /// Nothing new begins from now on; claims ahead of their instant are withdrawn.
  void stopBeginning() {
    if (isStopping) {
      return;
    }
    isStopping = true;
    dispatcher.stopBeginning();
    try {
      withdrawAhead(_ -> true);
    } catch (LedgerException e) {
      LOG.warn("claims ahead of their instant stay for the next start: {}", e.getMessage());
    }
    ahead.clear();
  }
}
