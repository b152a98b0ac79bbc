package ofelia.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import ofelia.cron.Schedule;
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
///
/// Which jobs there are, and how far each has come, is in the [Roster]; [Mending] goes on with what
/// earlier starts left open, [Startups] with what jobs want when they come into force.
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
  private final Dispatcher dispatcher;
  private final Mailbox mailbox;

  /// No wait is longer, so that a step of the wall clock is noticed.
  private final Duration longestWait;

  private final Roster roster;
  private final Startups startups;
  private final Mending mending;
  private final Planner planner = new Planner();

  private final Ahead ahead = new Ahead();

  /// Claims that can only begin too late.
  private final List<Ahead.Next> overdue = new ArrayList<>();

  private int era;

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
    this.dispatcher = dispatcher;
    this.roster = new Roster(ledger, reader);
    this.startups = new Startups(ledger, time, crew, mailbox, LONGEST_STORE_WAIT, this::beginAsked);
    this.mending = new Mending(dispatcher, roster, clocks, this::letBegin);
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
        if (roster.isOutdated() && clocks.back().isEmpty()) {
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
    missed.forEach(stretch -> roster.require(stretch.job()).advance(stretch.lastMillis()));
    for (int i = 0; i < claims.size(); i++) {
      JobEntry entry = roster.require(claims.get(i).job());
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
    roster.agree(kept, startups::welcome);
    planner.reset(roster.entries());
    isUnsure = false;
  }

  private String whyPassed() {
    List<String> why = new ArrayList<>();
    if (wasStoreAway) {
      why.add("the store was away");
    }
    clocks.forward().ifPresent(jump -> why.add(jump.text()));
    return why.isEmpty() ? "the daemon was held up" : String.join("; ", why);
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
            booked -> roster.find(booked.name()).map(entry -> entry.job).orElse(null));
    if (!ledger.open(next)) {
      throw new LedgerException("the ledger is in another era than the scheduler");
    }
    LOG.warn("{}, {}: {}", jump.text(), jump.ends(), setback.consequence());
    enterEra(next.number(), setback);
    for (Era.Moved moved : next.moved()) {
      roster
          .find(moved.job())
          .ifPresent(entry -> entry.move(moved.cursorMillis(), moved.anchorMillis()));
    }
    planner.reset(roster.entries());
  }

  /// What waits for its jitter begins after the same elapsed time as before.
  private void enterEra(int number, Setback setback) {
    era = number;
    roster.entries().forEach(entry -> entry.sinceMillis = entry.cursorMillis);
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
    Optional<JobEntry> entry = aheadOf(claim);
    boolean isLate = due.ready().rules().misfire().isLate(lateMillis);
    if (entry.isPresent()) {
      if (isLate) {
        overdue.add(due);
        return;
      }
      planAgain(entry.get());
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
        aheadOf(late.claim()).ifPresent(this::planAgain);
      }
    }
    overdue.clear();
  }

  /// Plans as if the claim had not been made.
  private void forget(Ahead.Next withdrawn) {
    aheadOf(withdrawn.claim())
        .ifPresent(entry -> {
          entry.advance(withdrawn.cursorMillis());
          planAgain(entry);
        });
  }

  /// The job whose claim ahead this is.
  private Optional<JobEntry> aheadOf(Claim claim) {
    return roster.find(claim.job()).filter(entry -> claim.equals(entry.ahead));
  }

  private void planAgain(JobEntry entry) {
    entry.ahead = null;
    planner.add(entry);
  }

  // ---- the set of jobs -----------------------------------------------------------------------

  /// Takes over what earlier starts left, settles what passed meanwhile, and brings the first set
  /// into force.
  ///
  /// @param sources what each source said, the strongest first
  void start(Map<String, List<JobSpec>> sources) {
    JobSet first = roster.hear(sources);
    Restart restart = new Restart(ledger, reader, this::isPutOff, clocks.millis());
    List<Restart.Late> toRun = restart.settle(first);
    era = restart.era();
    roster.start(first, restart.entries());
    long backMillis = restart.setBackMillis();
    mending.begin(restart.unfinished(), backMillis);
    for (Restart.Late late : toRun) {
      take(late.claim(), roster.require(late.claim().job()), late.cursorMillis(), backMillis);
    }
    planner.reset(roster.entries());
    first.jobs().forEach(startups::welcome);
  }

  private boolean isPutOff(Ready ready) {
    long dueMillis = ready.claim().dueMillis();
    return dispatcher.releaseMillis(ready, dueMillis) > dueMillis;
  }

  /// Takes what a source says now; it comes into force with the next turn.
  void apply(String source, List<JobSpec> jobs) {
    roster.hear(source, jobs);
  }

  private void bringIntoForce() {
    JobSet next = roster.wanted();
    List<JobChange> changes = roster.changesTo(next);
    if (!changes.isEmpty()) {
      // What is due by now is due under the old definitions. What becomes due while this goes on is
      // due under the new ones, and begins with the next claims.
      long now = clocks.millis();
      beginDue();
      claimSoon();
      beginDue();
      Set<JobName> changed = changes.stream().map(JobChange::name).collect(Collectors.toSet());
      withdrawAhead(soon -> changed.contains(soon.claim().job()) && soon.claim().dueMillis() > now);
      roster.enter(changes, now);
      planner.reset(roster.entries());
      for (JobChange change : changes) {
        LOG.info("{}", change.text());
        if (change instanceof JobChange.Added(var job)) {
          startups.welcome(job);
        }
      }
    }
    roster.settle(next);
  }

  /// Claims that cannot be taken back, since a later instant of their job is on record, stay.
  private void withdrawAhead(Predicate<Ahead.Next> which) {
    List<Ahead.Next> toWithdraw = ahead.all().filter(which).toList();
    Set<Claim> withdrawn =
        Set.copyOf(ledger.withdraw(toWithdraw.stream().map(Ahead.Next::claim).toList()));
    ahead.drop(next -> withdrawn.contains(next.claim()));
    toWithdraw.stream().filter(next -> withdrawn.contains(next.claim())).forEach(this::forget);
  }

  // ---- requests ------------------------------------------------------------------------------

  /// The definition of a job that may be run on request.
  Optional<JobSpec> find(JobName name) {
    return Optional.ofNullable(roster.inForce().get(name));
  }

  /// From where a job's `@every` counts; 0 for a job that is not known.
  long anchorMillis(JobName name) {
    return roster.find(name).map(entry -> entry.anchorMillis).orElse(0L);
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
    return List.copyOf(roster.inForce().jobs());
  }

  /// None while the store is away: what is not on record then comes later.
  List<Watched> watched() {
    if (isUnsure || wasStoreAway) {
      return List.of();
    }
    return roster.entries().stream()
        .map(entry ->
            new Watched(
                entry.job.name(), entry.job.schedule(), entry.anchorMillis, entry.sinceMillis, era))
        .toList();
  }

  int jobCount() {
    return roster.entries().size();
  }

  /// Nothing new begins from now on; claims ahead of their instant are withdrawn.
  void stopBeginning() {
    if (isStopping) {
      return;
    }
    isStopping = true;
    mending.stopBeginning();
    dispatcher.stopBeginning();
    try {
      withdrawAhead(_ -> true);
    } catch (LedgerException e) {
      LOG.warn("claims ahead of their instant stay for the next start: {}", e.getMessage());
    }
    ahead.clear();
  }
}
