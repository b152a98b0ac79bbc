package ofelia.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Ledger;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.RunId;
import ofelia.plugin.Runner;
import ofelia.plugin.Trace;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets claimed occurrences begin, or not, and knows what goes on, waits, or is being recorded.
/// Owned by the timekeeper's thread; the threads of runs come back to it through the [Mailbox].
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /// Who asks for the end of a run when the daemon ends.
  static final String SHUTDOWN = "shutdown";

  /// Who asks for it when the run takes longer than it may.
  private static final String LIMIT = "max-runtime";

  /// So that a run that has just turned aside is not looked at again and again.
  private static final long LEAST_PUT_OFF_NANOS = 10_000_000;

  private final Map<JobKind, Runner> runners = new HashMap<>();
  private final Recorder recorder;
  private final Worker worker;
  private final Gate gate;
  private final Time time;
  private final Crew crew;
  private final Mailbox mailbox;

  /// Raised at the end of each run and record, for whoever waits for all to end.
  private final Signal progress;

  /// Changed by the timekeeper alone, and read by whoever ends the daemon while that hangs.
  private final Map<RunId, ActiveRun> running = new ConcurrentSkipListMap<>();

  private final WaitingLine waiting = new WaitingLine();
  private final Held held = new Held();
  private final CatchUp catchUp = new CatchUp();
  private final Deadlines deadlines = new Deadlines();

  /// Claims that do not run, and whose fate is on its way to the disk.
  private final Map<RunId, Hand> recording = new HashMap<>();

  /// How many runs of a job go on or wait; only jobs with any.
  private final Map<JobName, Integer> begun = new HashMap<>();

  private boolean isStopping;

  Dispatcher(
      Ledger ledger,
      Collection<Runner> runners,
      Time time,
      Crew crew,
      Gate gate,
      Mailbox mailbox,
      Signal progress) {
    runners.forEach(runner -> this.runners.put(runner.kind(), runner));
    this.recorder = new Recorder(ledger, time);
    this.worker = new Worker(ledger, recorder, time);
    this.gate = gate;
    this.time = time;
    this.crew = crew;
    this.mailbox = mailbox;
    this.progress = progress;
  }

  // ---- beginning -----------------------------------------------------------------------------

  /// Lets a claim begin, wait, or end without a run.
  void begin(Ready ready) {
    if (ready.claim().cause() != Cause.CATCH_UP) {
      judge(ready);
      return;
    }
    if (gate.isFull(catchUp.size())) {
      closeUnrun(ready.claim(), gate.full(catchUp.size()));
      return;
    }
    catchUp.add(ready);
    beginCaughtUp();
    if (catchUp.holds(ready)) {
      note(ready.claim(), "waits for its turn (catch-up)");
    }
  }

  /// Begins runs that calendars had put off until now.
  void beginHeld() {
    if (!isStopping) {
      held.take(time.millis()).forEach(this::judge);
    }
  }

  /// When the next of them may begin, or [Long#MAX_VALUE].
  long earliestHeldMillis() {
    return held.earliestMillis();
  }

  /// When a claim of the schedule may begin that would at another time.
  long releaseMillis(Ready ready, long beginMillis) {
    return gate.releaseMillis(ready, beginMillis);
  }

  /// Begins runs that make up for what passed, as many as may go on beside the others.
  private void beginCaughtUp() {
    while (!isStopping && catchUp.size() > 0 && gate.hasPlace(running.size())) {
      long going =
          running.values().stream().filter(run -> run.claim.cause() == Cause.CATCH_UP).count();
      Optional<Ready> next =
          going >= CatchUp.AT_ONCE
              ? Optional.empty()
              : catchUp.next(job -> !begun.containsKey(job));
      if (next.isEmpty()) {
        return;
      }
      judge(next.get());
    }
  }

  private void judge(Ready ready) {
    JobName job = ready.job().name();
    int ofJob = begun.getOrDefault(job, 0);
    switch (gate.judge(ready, ofJob, running.size(), waiting.size(), time.millis())) {
      case Verdict.Go() -> {
        begun.merge(job, 1, Integer::sum);
        launch(ready);
      }
      case Verdict.Wait(var why) -> {
        begun.merge(job, 1, Integer::sum);
        if (waiting.isEmpty()) {
          RunLog.warn(ready.claim(), why);
        }
        waiting.add(ready, why, time.nanos());
      }
      case Verdict.Hold(_, var why) when held.has(job) ->
          closeUnrun(
              ready.claim(), new Fate.Skipped(why + "; an earlier run waits for that already"));
      case Verdict.Hold(var untilMillis, var why) -> {
        held.add(ready, untilMillis);
        RunLog.info(ready.claim(), why);
        note(ready.claim(), why);
      }
      case Verdict.Skip(var why) -> closeUnrun(ready.claim(), new Fate.Skipped(why));
      case Verdict.Refuse(var why) -> closeUnrun(ready.claim(), new Fate.Refused(why));
    }
  }

  /// Says and records of runs that have waited for a moment that they wait, and why.
  void tellOfWaiting() {
    List<WaitingLine.Place> places = waiting.takeUntold(time.nanos());
    if (!places.isEmpty()) {
      WaitingLine.Place first = places.getFirst();
      if (places.size() == 1) {
        RunLog.warn(first.claim(), "still " + first.why());
      } else {
        LOG.warn("{} runs go on waiting; the first {}", places.size(), first.why());
      }
      crew.start(
          "note-waiting",
          () -> {
            for (WaitingLine.Place place : places) {
              if (!place.isLeft()) {
                recorder.waiting(place.claim(), place.why());
              }
            }
          });
    }
  }

  /// Notes why a claim does not begin yet, on a thread of its own, since the store may be slow.
  void note(Claim claim, String why) {
    crew.start("note-" + claim.run(), () -> recorder.waiting(claim, why));
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
    start(run, () -> worker.work(run));
  }

  /// Tells its runner of a run that an earlier start had begun, before any is taken up.
  void foresee(Ready ready, Unfinished left) {
    Runner runner = runners.get(ready.job().kind());
    if (runner != null && left.intent().isPresent() && left.ended().isEmpty()) {
      Worker.foresee(
          new ActiveRun(ready, runner), left, new Trace(left.intent().get(), left.handle()));
    }
  }

  /// Goes on with a run that an earlier start had begun.
  ///
  /// @param notBegun takes it when its work had not begun after all
  void takeUp(Ready ready, Unfinished left, Consumer<Ready> notBegun) {
    Runner runner = runners.get(ready.job().kind());
    if (runner == null) {
      String why = "there is no runner for jobs of kind \"" + ready.job().kind() + "\" any more";
      record(
          new Closing(
              ready.claim(),
              new Fate.Lost(why),
              left.startedMillis(),
              time.millis(),
              left.attempt(),
              Optional.empty()));
      return;
    }
    ActiveRun run = new ActiveRun(ready, runner);
    register(run, left.startedMillis() == 0 ? time.millis() : left.startedMillis());
    begun.merge(run.job.name(), 1, Integer::sum);
    left.stopBy().ifPresent(by -> run.stop.request(by, run.rules.stopGrace()));
    start(
        run,
        () -> {
          if (!worker.takeUp(run, left)) {
            run.afterwards =
                () -> {
                  Optional<String> by =
                      run.stop.isRequested() ? Optional.of(run.stop.by()) : Optional.empty();
                  if (!closeStopped(run.claim, by)) {
                    notBegun.accept(ready);
                  }
                };
          }
        });
  }

  private void register(ActiveRun run, long startedMillis) {
    running.put(run.claim.run(), run);
    if (run.runner.canStop()) {
      long spentMillis = Math.max(0, time.millis() - startedMillis);
      Duration left = run.rules.maxRuntime().minusMillis(spentMillis);
      deadlines.add(run, time.nanos() + Math.max(0, left.toNanos()));
    }
  }

  private void start(ActiveRun run, Worker.RunWork work) {
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
    run.carriedBy(crew.start("run-" + run.claim.run(), life));
  }

  private void finished(ActiveRun run) {
    running.remove(run.claim.run());
    deadlines.remove(run);
    ended(run.job.name());
    progress.raise();
    // First of all: if its work had not begun after all, it is older than what waits.
    run.afterwards.run();
    while (!isStopping && !waiting.isEmpty() && gate.hasPlace(running.size())) {
      launch(waiting.remove());
    }
    beginCaughtUp();
  }

  private void ended(JobName job) {
    begun.computeIfPresent(job, (_, count) -> count == 1 ? null : count - 1);
  }

  // ---- not beginning -------------------------------------------------------------------------

  /// Records the fate of an occurrence that is not run.
  void closeUnrun(Claim claim, Fate fate) {
    RunLog.notRun(claim, fate);
    record(new Closing(claim, fate, 0, time.millis(), 0, Optional.empty()));
  }

  /// Closes a claim whose end somebody asked for before its work began. The daemon's own reasons
  /// are none: what it did not let begin is the next start's to judge.
  ///
  /// @return false when nobody asked
  boolean closeStopped(Claim claim, Optional<String> by) {
    boolean isAsked = by.isPresent() && !by.get().equals(SHUTDOWN) && !by.get().equals(LIMIT);
    if (isAsked) {
      closeUnrun(claim, new Fate.Skipped("stopped by " + by.get() + " before it began"));
    }
    return isAsked;
  }

  /// On a thread of its own: the store may be slow.
  private void record(Closing closing) {
    RunId run = closing.claim().run();
    Hand hand =
        crew.start(
            "record-" + run,
            () -> {
              try {
                recorder.close(closing);
              } catch (InterruptedException _) {
                // Told to leave: the claim stays open, and the next start gives it its fate.
              } finally {
                mailbox.send(() -> recorded(run));
              }
            });
    recording.put(run, hand);
  }

  private void recorded(RunId run) {
    recording.remove(run);
    progress.raise();
  }

  // ---- ending --------------------------------------------------------------------------------

  /// Ends runs that have taken longer than they may.
  void endOverdue() {
    long now = time.nanos();
    for (ActiveRun run : deadlines.takeExpired(now)) {
      long aside = run.timeAside.takeNanos(now);
      if (aside > 0) {
        deadlines.add(run, now + Math.max(aside, LEAST_PUT_OFF_NANOS));
      } else if (run.stop.request(LIMIT, run.rules.stopGrace())) {
        // Not noted, since the next start finds the limit exceeded as well.
        run.exceeded = Optional.of(run.rules.maxRuntime());
      }
    }
  }

  /// How long until [#endOverdue] or [#tellOfWaiting] may have something to do.
  long millisToNextDuty() {
    long now = time.nanos();
    return Math.min(deadlines.millisToFirst(now), waiting.millisToUntold(now));
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
      askToEnd(run, by, run.rules.stopGrace());
      return new StopAnswer.Stopping();
    }
    Optional<Ready> inLine = waiting.remove(id);
    inLine.ifPresent(ready -> ended(ready.job().name()));
    Optional<Ready> waited = inLine.or(() -> catchUp.remove(id)).or(() -> held.remove(id));
    waited.ifPresent(ready ->
        closeUnrun(ready.claim(), new Fate.Skipped("stopped by " + by + " while it waited")));
    return waited.isPresent() ? new StopAnswer.Stopping() : new StopAnswer.NotRunning();
  }

  /// Asks a run to end, or leaves it less time when somebody had asked before; and sees to it that
  /// the next start asks again if this one ends first. Safe for any thread.
  void askToEnd(ActiveRun run, String by, Duration grace) {
    if (run.stop.request(by, grace)) {
      // On a thread of its own: the store may be slow.
      crew.start("note-" + run.claim.run(), () -> recorder.stopping(run.claim, by));
    }
  }

  /// Nothing new begins from now on; what waits stays claimed for the next start.
  void stopBeginning() {
    isStopping = true;
  }

  /// The runs that go on. Safe for any thread.
  List<ActiveRun> running() {
    return List.copyOf(running.values());
  }

  int runningCount() {
    return running.size();
  }

  int waitingCount() {
    return waiting.size() + catchUp.size() + held.size();
  }

  /// Whether nothing goes on and nothing is being recorded.
  boolean isIdle() {
    return running.isEmpty() && recording.isEmpty();
  }

  /// Every claim that is in hands here: going on, waiting, or being recorded.
  Set<RunId> known() {
    Set<RunId> known = new LinkedHashSet<>(running.keySet());
    waiting.all().forEach(ready -> known.add(ready.claim().run()));
    catchUp.all().forEach(ready -> known.add(ready.claim().run()));
    held.all().forEach(ready -> known.add(ready.claim().run()));
    known.addAll(recording.keySet());
    return known;
  }

  /// Tells all that is being recorded to leave it to the next start.
  void leaveRecords() {
    recording.values().forEach(Hand::interrupt);
  }
}
