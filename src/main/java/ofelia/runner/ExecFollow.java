package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.docker.EventHub;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.wire.Idle;

/// Follows one exec from its start to its end, on the run's thread; a second one reads its output.
///
/// ## When a run ends
///
/// The run ends when the process has ended, not when its output does: a child that it leaves behind
/// keeps the output open for as long as it likes. The engine tells the end in an `exec_die` event,
/// which it holds back for two seconds while a child has the output; Engine 20.10 admits it earlier
/// when asked. So the run waits for the event and looks as well, soon at first, then ever less
/// often. What has been printed by then is read for a short time, and the rest is cut.
final class ExecFollow {

  /// How long the output may be silent after the process is known to have ended.
  private static final Duration SILENCE = Duration.ofMillis(500);

  /// The same when the engine has told the end, before which it passes all output on.
  private static final Duration SILENCE_AFTER_EVENT = Duration.ofSeconds(2);

  /// How long output may go on after the process has ended, however talkative its children are.
  private static final Duration LONGEST_REST = Duration.ofSeconds(3);

  /// How long to wait for the event that comes with the end of the output, before asking for what
  /// it tells. An engine that has much to do takes some ten milliseconds, and would have more by
  /// each question.
  private static final Duration EVENT_LATENCY = Duration.ofMillis(100);

  /// How long to wait for an event that knows the exit code better than a look.
  private static final Duration EVENT_WAIT = Duration.ofSeconds(3);

  /// How often to look whether its container has ended when a command never became a process, and
  /// how long to wait after the first look; longer after each further one.
  private static final int MOST_LOOKS_FOR_CONTAINER = 3;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(80);

  private final DockerClient client;
  private final EventHub hub;
  private final Time time;
  private final RunRequest request;
  private final RunSink sink;
  private final Endings.Ending ending;
  private final Asking asking;
  private final Stop stop;
  private final ExecStop stopping;

  /// Empty when the output cannot be had.
  private Optional<OutputReader> reader = Optional.empty();

  private ExecHandle handle;

  /// Whether the container's id is known by now, and not on record.
  private boolean hasLearned;

  /// Why it is not known whether the engine heard that it shall start, until a look shows it.
  private Optional<DockerException> doubtOfStart = Optional.empty();

  private boolean saidBroken;
  private boolean hasLostItsContainer;

  /// @param ending expected before the exec is started
  ExecFollow(
      DockerClient client,
      EventHub hub,
      Time time,
      RunRequest request,
      ExecHandle handle,
      RunSink sink,
      Stop stop,
      Endings.Ending ending) {
    this.client = client;
    this.hub = hub;
    this.time = time;
    this.request = request;
    this.handle = handle;
    this.sink = sink;
    this.ending = ending;
    this.asking = new Asking(time, sink);
    this.stop = stop;
    String user = request.job().settings().get(ContainerKeys.USER);
    var processes = new ContainerProcesses(client, () -> this.handle.container(), user);
    this.stopping = new ExecStop(processes, request.run().toString(), time, stop, sink);
  }

  /// Starts it and follows it to its end.
  ///
  /// @throws DockerException when it cannot be started
  Outcome start(Crew crew) throws InterruptedException {
    boolean tty = request.job().settings().get(ContainerKeys.TTY);
    ContainerOutput output;
    try {
      output =
          Asking.once(
              () -> client.execs().start(handle.execId(), tty, Asking.soon(), Idle.unlimited()));
    } catch (DockerUnreachableException e) {
      if (!e.requestSent()) {
        throw e;
      }
      return afterDoubtfulStart(e);
    }
    try (OutputReader opened =
        new OutputReader("output-" + request.run(), output, sink, time, crew, ending::nudge)) {
      reader = Optional.of(opened);
      sink.started(handle.write());
      resize(tty);
      ending.await(new Pace().next(hub.isConnected()));
      if (opened.isOver() && ending.code().isEmpty() && hub.isConnected()) {
        ending.await(EVENT_LATENCY);
      }
      return toTheEnd();
    }
  }

  /// Follows one that runs already, without its output.
  Outcome resume() throws InterruptedException {
    return toTheEnd();
  }

  /// The engine broke off when it was told to start, which it may have done all the same.
  private Outcome afterDoubtfulStart(DockerException e) throws InterruptedException {
    Optional<ExecLook> look = asking.ifAllowed(() -> ExecLook.certain(client, handle, time));
    if (look.filter(ExecLook.NotStarted.class::isInstance).isPresent()) {
      return notStarted(e);
    }
    if (look.isEmpty()) {
      doubtOfStart = Optional.of(e);
    }
    sink.started(handle.write());
    sink.mark("output is missing: " + e.getMessage());
    return toTheEnd();
  }

  private static Outcome notStarted(DockerException e) {
    return new Outcome.Broke(e.getMessage() + "; the command was not started");
  }

  /// A size that the engine will not have is no reason to end what runs.
  private void resize(boolean tty) throws InterruptedException {
    Settings settings = request.job().settings();
    int rows = settings.get(ExecKeys.CONSOLE_HEIGHT);
    int columns = settings.get(ExecKeys.CONSOLE_WIDTH);
    if (!tty || rows == 0 || columns == 0) {
      return;
    }
    try {
      var _ =
          Asking.once(() -> {
            client.execs().resize(handle.execId(), columns, rows, Asking.soon());
            return true;
          });
    } catch (DockerException e) {
      sink.warn("the terminal keeps its size: " + e.getMessage());
    }
  }

  private Outcome toTheEnd() throws InterruptedException {
    Pace pace = new Pace();
    stop.onRequest(ending::nudge);
    while (true) {
      requireItsContainer();
      Duration untilStop = stopping.advance();
      OptionalInt told = ending.code();
      if (told.isPresent() && !isOfNoProcess(told.getAsInt())) {
        return over(SILENCE_AFTER_EVENT, Exits.outcome(told.getAsInt()));
      }
      sayIfBroken();
      Optional<ExecLook> look = asking.ifAllowed(this::look);
      if (look.isEmpty()) {
        Optional<Outcome> end = endUnseen(told);
        if (end.isPresent()) {
          return over(SILENCE, end.get());
        }
        ending.await(sooner(pace.next(hub.isConnected()), untilStop));
        continue;
      }
      switch (look.get()) {
        case ExecLook.NotStarted() when doubtOfStart.isPresent() -> {
          return notStarted(doubtOfStart.get());
        }
        case ExecLook.NotStarted(), ExecLook.Running() -> {
          recordItsContainer();
          ending.await(sooner(pace.next(hub.isConnected()), untilStop));
        }
        case ExecLook.Ended(var code, var wasProcess) -> {
          if (wasProcess) {
            return over(SILENCE, Exits.outcome(code));
          }
          hasLostItsContainer = endsItsContainer();
          String why = "exit code " + code + ": the command could not be run; see the output";
          return over(SILENCE, new Outcome.Failed(code, why));
        }
        case ExecLook.Doubtful() -> {
          return over(SILENCE, unlessTold("the engine lost it when the output was cut"));
        }
        case ExecLook.Gone() -> {
          Outcome outcome = over(SILENCE, unlessTold(whyGone()));
          sayIfCut();
          return outcome;
        }
      }
    }
  }

  private String whyGone() throws InterruptedException {
    try {
      return asking.untilAnswered(() -> ExecLook.whyGone(client, handle));
    } catch (DockerRefusedException _) {
      return "the engine does not know it any more";
    }
  }

  /// Does what can be done while the engine refuses to speak of the exec: hears of its end, and
  /// brings it about when that goes on for long.
  ///
  /// @return empty while the command may run on: the run must not be closed, or another began
  ///   beside it
  private Optional<Outcome> endUnseen(OptionalInt told) throws InterruptedException {
    String reason = "the engine refuses to speak of the command: " + asking.refusal();
    if (stop.isRequested()) {
      return stopping.findsNothing()
          ? Optional.of(new Outcome.Broke(reason + "; nothing is left of it"))
          : Optional.empty();
    }
    if (!asking.isRefusedTooLong() || !stopping.kill()) {
      return Optional.empty();
    }
    return Optional.of(
        told.isPresent()
            ? Exits.outcome(told.getAsInt())
            : new Outcome.Broke(reason + "; it was killed"));
  }

  private void learn(String containerId) {
    if (handle.isByName() && !containerId.isEmpty()) {
      handle = ExecHandle.in(handle.execId(), containerId);
      hasLearned = true;
    }
  }

  /// Before anything is ended in a container, it should be known which one it is: by now another
  /// may have its name. Where the engine refuses to tell, the name must do, and in another one
  /// nothing of this run is found.
  private void requireItsContainer() throws InterruptedException {
    if (stop.isRequested() && handle.isByName()) {
      Optional<ExecLook> _ = asking.ifAllowed(this::look);
    }
  }

  private void recordItsContainer() {
    if (hasLearned) {
      sink.started(handle.write());
      hasLearned = false;
    }
  }

  /// Whether an exit code may be that of a command that never became a process.
  private static boolean isOfNoProcess(int code) {
    return code == ExecLook.MADE_UP_WHEN_UNKNOWN || code == ExecLook.MADE_UP_WHEN_CUT;
  }

  /// Whether the command never became a process because its container ended at that moment.
  boolean hasLostItsContainer() {
    return hasLostItsContainer;
  }

  /// Looks more than once: the runtime knows of the end of a container a moment before the engine
  /// admits it.
  private boolean endsItsContainer() throws InterruptedException {
    Signal pause = time.newSignal();
    for (int look = 1; look <= MOST_LOOKS_FOR_CONTAINER; look++) {
      if (isContainerOver()) {
        return true;
      }
      var _ = pause.await(BETWEEN_LOOKS.multipliedBy(look));
    }
    return isContainerOver();
  }

  private boolean isContainerOver() throws InterruptedException {
    try {
      return !Asking.once(() -> client.containers().inspect(handle.container(), Asking.soon()))
          .state()
          .running();
    } catch (DockerException e) {
      return e.isNotFound();
    }
  }

  /// What it came to, once whatever it left behind has ended, too, where that was asked for.
  private Outcome over(Duration silence, Outcome outcome) throws InterruptedException {
    requireItsContainer();
    boolean isStopped = stopping.finish();
    readRest(silence);
    return isStopped ? new Outcome.Cancelled(stop.by()) : outcome;
  }

  private static Duration sooner(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private ExecLook look() throws InterruptedException {
    if (doubtOfStart.isPresent()) {
      ExecLook look = ExecLook.certain(client, handle, time);
      if (!(look instanceof ExecLook.NotStarted)) {
        doubtOfStart = Optional.empty();
      }
      return look;
    }
    boolean isWhole = reader.filter(r -> r.broken().isEmpty()).isPresent() && !asking.wasAway();
    return isWhole
        ? ExecLook.plain(client, handle, this::learn)
        : ExecLook.doubting(client, handle, this::learn);
  }

  private Outcome unlessTold(String why) throws InterruptedException {
    if (ending.code().isEmpty()) {
      ending.await(EVENT_WAIT);
    }
    OptionalInt told = ending.code();
    return told.isPresent() && told.getAsInt() != ExecLook.MADE_UP_WHEN_UNKNOWN
        ? Exits.outcome(told.getAsInt())
        : new Outcome.Broke("the command has ended, and its exit code is not known: " + why);
  }

  private void readRest(Duration silence) throws InterruptedException {
    if (reader.isPresent() && !reader.get().awaitEnd(silence, LONGEST_REST)) {
      sink.warn("the command left a process behind; what that prints from now on is not kept");
    }
    sayIfBroken();
  }

  /// The stream of an exec that the death of its engine ends looks like one that ended well.
  private void sayIfCut() {
    if (reader.isPresent() && !saidBroken) {
      saidBroken = true;
      sink.mark("output may be missing from here on: the engine has forgotten the command");
    }
  }

  private void sayIfBroken() {
    Optional<DockerException> broken = reader.flatMap(OutputReader::broken);
    if (broken.isPresent() && !saidBroken) {
      saidBroken = true;
      sink.mark("output is missing from here on: " + broken.get().getMessage());
    }
  }
}
