package ofelia.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.config.AroundKeys;
import ofelia.docker.Container;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.Settings;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.time.Signal;

/// The steps around the work of one run. Owned by the run's thread.
final class AroundSteps {

  /// For how long containers stand still while the store is away.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Surroundings shared;
  private final RunRequest request;
  private final Settings settings;
  private final RunSink sink;
  private final Stop stop;
  private final Asking asking;

  /// What this run keeps at a standstill, in the order in which it came to that.
  private final List<Halt> halts = new ArrayList<>();

  /// Ids of those that another run had brought to that before.
  private final Set<String> joined = new HashSet<>();

  /// Ids of those that the engine was asked for.
  private final Set<String> touched = new HashSet<>();

  /// Ids of those of which it is not known whether the engine has done what it was asked for.
  private final Set<String> uncertain = new HashSet<>();

  private boolean isBack;

  /// Whether the store was away for longer than containers wait for it.
  private boolean isStoreAway;

  /// Why the work could not be put on record.
  private Optional<AroundException> unrecorded = Optional.empty();

  /// Those that could not be put back, and why.
  private List<String> failures = List.of();

  /// What stands in the output before that of the work.
  private final List<String> notes = new ArrayList<>();

  AroundSteps(Surroundings shared, RunRequest request, RunSink sink, Stop stop) {
    this.shared = shared;
    this.request = request;
    this.settings = request.job().settings();
    this.sink = sink;
    this.stop = stop;
    this.asking = new Asking(shared.time, sink);
  }

  /// @param left what an earlier start of the daemon has recorded
  AroundSteps(Surroundings shared, RunRequest request, RunSink sink, Stop stop, AroundHandle left) {
    this(shared, request, sink, stop);
    for (Halt halt : left.halts()) {
      halts.add(halt);
      touched.add(halt.id());
      notes.add(halt.way().done + " " + halt.name());
      if (left.isUncertain()) {
        uncertain.add(halt.id());
      }
    }
  }

  // ---- before --------------------------------------------------------------------------------

  /// Brings the containers to a standstill. When it throws, they are still to be put back.
  ///
  /// @return how the run ends when the work is not to begin; then they go on already
  Optional<Outcome> before() throws NotOursException, InterruptedException {
    Optional<Outcome> instead;
    try (RunSink.Aside _ = sink.aside()) {
      Map<String, Halt.Way> wanted = AroundTargets.find(shared.client, settings);
      if (!shared.halts.begin(wanted.keySet(), stop::isRequested)) {
        return Optional.of(new Outcome.Cancelled(stop.by()));
      }
      try {
        instead = bring(wanted);
      } finally {
        shared.halts.end(wanted.keySet());
      }
    } catch (DockerCutException e) {
      throw Asking.leave(e);
    } catch (AroundException | DockerException e) {
      return Optional.of(notBegun(e));
    }
    if (instead.isEmpty()) {
      return instead;
    }
    dropUntouched();
    record(AroundHandle.before(halts).ended(instead.get()));
    return Optional.of(together(instead.get(), putBack()));
  }

  private static Outcome notBegun(Exception why) {
    return new Outcome.Broke("the work was not begun: " + why.getMessage());
  }

  private Optional<Outcome> bring(Map<String, Halt.Way> wanted)
      throws AroundException, NotOursException, InterruptedException {
    for (Map.Entry<String, Halt.Way> each : wanted.entrySet()) {
      judge(shared.standstill.inspect(each.getKey()), each.getValue()).ifPresent(halts::add);
    }
    if (halts.isEmpty()) {
      return Optional.empty();
    }
    halts.forEach(halt -> shared.halts.join(request.run(), halt));
    try {
      if (joined.isEmpty()) {
        // Nothing stands still for this run yet, so it may wait for the store as any other.
        sink.intend(AroundHandle.before(halts).write());
      } else {
        intendSoon(AroundHandle.before(halts));
      }
      return bringAll();
    } catch (DockerCutException e) {
      throw e;
    } catch (AroundException | DockerException e) {
      return Optional.of(notBegun(e));
    }
  }

  /// @return how the run ends when somebody stopped it meanwhile
  private Optional<Outcome> bringAll()
      throws AroundException, NotOursException, InterruptedException {
    for (Halt first : List.copyOf(halts)) {
      if (stop.isRequested()) {
        return Optional.of(new Outcome.Cancelled(stop.by()));
      }
      Optional<Halt> halt = joined.contains(first.id()) ? Optional.of(first) : lookAgain(first);
      if (halt.isPresent()) {
        bring(halt.get());
      }
    }
    return Optional.empty();
  }

  /// Looks again right before the call, since the containers before it had their time to stop.
  ///
  /// @return what is to be brought to a standstill now, and is on record
  private Optional<Halt> lookAgain(Halt first)
      throws AroundException, NotOursException, InterruptedException {
    Optional<Halt> now = judgeByItself(shared.standstill.inspect(first.id()), first.way());
    if (now.isEmpty()) {
      var _ = shared.halts.leave(request.run(), first);
      halts.remove(first);
      intendSoon(AroundHandle.before(halts));
      return now;
    }
    if (now.get().isSameStandstill(first)) {
      return Optional.of(first);
    }
    replace(first, now.get());
    return now;
  }

  private void replace(Halt halt, Halt now)
      throws AroundException, NotOursException, InterruptedException {
    halts.set(halts.indexOf(halt), now);
    shared.halts.join(request.run(), now);
    intendSoon(AroundHandle.before(halts));
  }

  /// Records an intent while containers stand still, who must not wait for a store that is away.
  private void intendSoon(AroundHandle handle)
      throws AroundException, NotOursException, InterruptedException {
    if (!sink.intend(handle.write(), PATIENCE)) {
      isStoreAway = true;
      throw new AroundException(
          "the store could not be written for %d s, and containers do not stand still for longer"
              .formatted(PATIENCE.toSeconds()));
    }
  }

  /// How the run ends when its work could not be put on record, and so was not begun.
  Optional<Outcome> insteadOfWork() {
    return unrecorded.map(AroundSteps::notBegun);
  }

  /// What is to be done about a container, if anything.
  private Optional<Halt> judge(Container container, Halt.Way way) throws AroundException {
    AroundTargets.requireOther(container);
    Optional<Halt> known = shared.halts.find(container.id(), container.state().startedText());
    if (known.isPresent() && (known.get().way() == way || known.get().way() == Halt.Way.STOP)) {
      joined.add(container.id());
      return known;
    }
    if (known.isPresent() && shared.halts.isNeeded(known.get())) {
      throw new AroundException(
          "container \"%s\" is paused by another run, so that this one cannot stop it"
              .formatted(container.name()));
    }
    return judgeByItself(container, way);
  }

  private Optional<Halt> judgeByItself(Container container, Halt.Way way) throws AroundException {
    String status = container.state().status();
    if (way == Halt.Way.STOP && status.equals("paused")) {
      throw new AroundException(
          "cannot stop container \"%s\": it is paused; unpause it".formatted(container.name()));
    }
    if (!Standstill.goesOn(container, way)) {
      note("%s is %s already, and stays so".formatted(container.name(), status));
      return Optional.empty();
    }
    if (way == Halt.Way.STOP) {
      AroundTargets.requireStoppable(container);
    }
    return Optional.of(
        new Halt(way, container.id(), container.name(), container.state().startedText()));
  }

  private void bring(Halt halt) throws AroundException, NotOursException, InterruptedException {
    long from = shared.time.nanos();
    touched.add(halt.id());
    uncertain.add(halt.id());
    Halt now;
    try {
      now = shared.standstill.bring(halt, settings);
    } catch (AroundException e) {
      uncertain.remove(halt.id());
      throw e;
    }
    uncertain.remove(halt.id());
    if (!now.isSameStandstill(halt)) {
      // It was started anew between the last look and the standstill.
      replace(halt, now);
    }
    note("%s %s, %s".formatted(halt.way().done, halt.name(), since(from)));
  }

  private String since(long fromNanos) {
    return String.format(Locale.ROOT, "%.1f s", (shared.time.nanos() - fromNanos) / 1e9);
  }

  private void note(String text) {
    notes.add(text);
    sink.mark(text);
  }

  // ---- after ---------------------------------------------------------------------------------

  /// Records what the work came to, and lets the containers go on.
  Outcome after(Outcome outcome) throws InterruptedException {
    if (halts.isEmpty()) {
      return outcome;
    }
    record(AroundHandle.after(halts, outcome));
    return together(outcome, putBack());
  }

  /// Records an end. While the store is away the containers go on first, since a full disk is no
  /// reason to stay down: the record that there is says when each was started before, so that a
  /// next start leaves them alone.
  private void record(AroundHandle end) throws InterruptedException {
    String handle = end.write();
    if (isStoreAway || !sink.ended(handle, PATIENCE)) {
      var _ = putBack();
      sink.ended(handle);
    }
  }

  /// Lets the containers go on, the last first; once, however often it is called.
  ///
  /// @return those that do not, and why
  List<String> putBack() throws InterruptedException {
    if (halts.isEmpty() || isBack) {
      return failures;
    }
    List<String> ids = halts.stream().map(Halt::id).toList();
    try (RunSink.Aside _ = sink.aside()) {
      var _ = shared.halts.begin(ids, () -> false);
      try {
        failures = putBackInTurn();
      } finally {
        shared.halts.end(ids);
      }
    }
    isBack = true;
    return failures;
  }

  /// Forgets those whose turn never came: if one stands still by now, that was somebody else.
  private void dropUntouched() {
    for (Halt halt : List.copyOf(halts)) {
      if (!touched.contains(halt.id()) && !joined.contains(halt.id())) {
        var _ = shared.halts.leave(request.run(), halt);
        halts.remove(halt);
      }
    }
  }

  private List<String> putBackInTurn() throws InterruptedException {
    dropUntouched();
    List<String> refused = new ArrayList<>();
    for (Halt halt : halts.reversed()) {
      if (shared.halts.leave(request.run(), halt)) {
        putBack(halt).ifPresent(refused::add);
      } else {
        sink.mark("%s stays %s: another run needs that".formatted(halt.name(), halt.way().done));
      }
    }
    return refused;
  }

  private Optional<String> putBack(Halt halt) throws InterruptedException {
    Signal pause = shared.time.newSignal();
    boolean isUncertain = uncertain.contains(halt.id());
    long from = shared.time.nanos();
    for (int tries = 1; ; tries++) {
      switch (asking.untilAnswered(() -> shared.standstill.release(halt, isUncertain, settings))) {
        case Standstill.Released.Done() -> {
          sink.mark("%s %s again, %s".formatted(halt.way().undone, halt.name(), since(from)));
          return halt.way() == Halt.Way.STOP ? awaitHealth(halt) : Optional.empty();
        }
        case Standstill.Released.Unneeded(var why) -> {
          sink.mark(halt.name() + " " + why);
          return Optional.empty();
        }
        case Standstill.Released.Refused(var why) -> {
          if (tries >= Surroundings.MOST_TRIES) {
            shared.halts.owe(halt);
            return failed(Surroundings.failure(halt, why));
          }
        }
      }
      var _ = pause.await(Surroundings.PAUSE);
    }
  }

  private Optional<String> failed(String why) {
    sink.warn(why);
    return Optional.of(why);
  }

  private Optional<String> awaitHealth(Halt halt) throws InterruptedException {
    Optional<Duration> longest = settings.find(AroundKeys.HEALTHY_AFTER_RUN);
    if (longest.isEmpty()) {
      return Optional.empty();
    }
    Signal pause = shared.time.newSignal();
    stop.onRequest(pause::raise);
    long from = shared.time.nanos();
    while (!stop.isRequested()) {
      Optional<String> illness;
      try {
        illness = illness(halt);
      } catch (AroundException | DockerRefusedException e) {
        return failed(String.valueOf(e.getMessage()));
      }
      if (illness.isEmpty()) {
        sink.mark("%s is healthy, %s".formatted(halt.name(), since(from)));
        return Optional.empty();
      }
      if (shared.time.nanos() - from >= longest.get().toNanos()) {
        return failed(
            "container \"%s\" is not healthy (%s) %d s after it was started again"
                .formatted(halt.name(), illness.get(), longest.get().toSeconds()));
      }
      var _ = pause.await(BETWEEN_LOOKS);
    }
    return Optional.empty();
  }

  private Optional<String> illness(Halt halt) throws AroundException, InterruptedException {
    Container container = asking.untilAnswered(() -> shared.standstill.inspect(halt.id()));
    return Standstill.illness(container);
  }

  /// What the run came to, given what the work came to and what went wrong around it.
  static Outcome together(Outcome outcome, List<String> failures) {
    if (failures.isEmpty()) {
      return outcome;
    }
    String why = String.join("; ", failures);
    return switch (outcome) {
      case Outcome.Succeeded() -> new Outcome.Broke("the work succeeded, but " + why);
      case Outcome.Failed(var exit, var reason) -> new Outcome.Failed(exit, reason + "; " + why);
      case Outcome.Cancelled(_), Outcome.TimedOut(_), Outcome.Broke(_) ->
          new Outcome.Broke(outcome.reason() + "; " + why);
    };
  }

  // ---- the work ------------------------------------------------------------------------------

  /// What the work leaves, together with what this run keeps at a standstill.
  RunSink sinkOfWork() {
    return halts.isEmpty() ? sink : new SinkOfWork(AroundHandle.before(halts));
  }

  private final class SinkOfWork implements RunSink {

    private final AroundHandle around;

    SinkOfWork(AroundHandle around) {
      this.around = around;
    }

    @Override
    public void intend(String handle) throws NotOursException, InterruptedException {
      try {
        intendSoon(around.of(handle));
      } catch (AroundException e) {
        unrecorded = Optional.of(e);
        throw new NotOursException(e.getMessage());
      }
    }

    @Override
    public void started(String handle) {
      sink.started(around.of(handle).write());
    }

    @Override
    public void ended(String handle) throws InterruptedException {
      record(around.of(handle));
    }

    @Override
    public void output(OutputChannel channel, byte[] bytes, int offset, int length) {
      sink.output(channel, bytes, offset, length);
    }

    @Override
    public void rewind() {
      sink.rewind();
      notes.forEach(sink::mark);
    }

    @Override
    public void mark(String text) {
      sink.mark(text);
    }

    @Override
    public void warn(String text) {
      sink.warn(text);
    }

    @Override
    public Aside aside() {
      return sink.aside();
    }
  }
}
