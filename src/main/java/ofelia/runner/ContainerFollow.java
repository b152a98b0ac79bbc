package ofelia.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import ofelia.docker.ApiVersion;
import ofelia.docker.Container;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.docker.EventHub;
import ofelia.docker.LogRequest;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.runner.RunHandle.End;
import ofelia.time.Crew;
import ofelia.time.Time;
import ofelia.wire.Idle;

/// Follows one container from its start to its end, on the run's thread; a second one reads its
/// log.
///
/// The output is the container's log from its first byte on, followed while it runs. The engine
/// ends that stream when the container has ended, but also when it shuts down or breaks; so it is
/// taken for whole only when it ended properly, the engine was there all the time, and is none that
/// is known to end it early, of which the rest is read after the end, or to leave gaps in it, as
/// Podman does when much is printed. In any other case all of it is read once more.
///
/// The log driver `none` keeps nothing: then the output is taken by an attachment that is there
/// before the container starts, and what passes while nobody is attached is lost, which the output
/// says. Owned by the run's thread.
final class ContainerFollow {

  /// How long the followed log may be silent after the container's end before it is read anew.
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private static final Duration LONGEST_REST = Duration.ofDays(1);

  /// How long the engine may send nothing of a log that is all there.
  private static final Duration STALL = Duration.ofSeconds(60);

  /// How often to read a log anew that the engine does not give to its end.
  private static final int MOST_READINGS = 5;

  /// Between attempts to follow the log again.
  private static final Duration PAUSE = Duration.ofMillis(500);

  /// 128 and the number of SIGKILL.
  private static final int KILLED = 137;

  /// A log ends a moment before its container is seen to have ended, and its end cuts one pause
  /// short: only then is it read anew.
  private static final int LOOKS_BEFORE_ANEW = 2;

  private final DockerClient client;
  private final EventHub hub;
  private final Time time;
  private final Crew crew;
  private final String name;
  private final RunHandle handle;
  private final RunSink sink;
  private final Stop stop;
  private final Endings.Ending ending;
  private final Asking asking;
  private final ContainerStop stopping;

  private boolean hasLog = true;

  /// Whether it was just made, and nothing else has been asked of it.
  private boolean isUntouched;

  /// Whether it was started here, so that nobody has read any of its output.
  private boolean isStartedHere;

  /// Whether the engine was asked to start it, and may have done so.
  private boolean mayBeStarted;

  private boolean hasLooked;

  /// Whether the log driver keeps nothing, by the latest look.
  private boolean isUnkept;

  /// Made before the start where the log driver keeps nothing.
  private Optional<OutputReader> attached = Optional.empty();

  /// Whether a part of the output was read already, by an earlier daemon or from a log that broke
  /// off.
  private boolean isAnew;

  /// By the latest look.
  private boolean hasTerminal;

  /// What the container is to be asked to end with, by the latest look; may be empty.
  private String ownSignal = "";

  private boolean saidUnkillable;

  /// Since the log ended, of a container that seems to run on.
  private int looksSinceLog;

  /// What is known when a container is to be followed.
  ///
  /// @param name of the run, for its threads
  record Task(String name, Settings settings, RunHandle handle, RunSink sink, Stop stop) {}

  /// @param ending expected before the container is started
  ContainerFollow(
      DockerClient client, EventHub hub, Time time, Crew crew, Task task, Endings.Ending ending) {
    this.client = client;
    this.hub = hub;
    this.time = time;
    this.crew = crew;
    this.name = task.name();
    this.handle = task.handle();
    this.sink = task.sink();
    this.stop = task.stop();
    this.ending = ending;
    this.asking = new Asking(time, sink);
    this.stopping = new ContainerStop(client, time, task);
  }

  /// What a look at the container shows.
  private sealed interface Look {
    record NotBegun() implements Look {}

    record Running() implements Look {}

    record Ended(End how) implements Look {}

    record Gone() implements Look {}
  }

  /// Spares the look before the start of a container that was just made and keeps its log.
  void isMadeWithALog(boolean hasTerminal) {
    isUntouched = true;
    this.hasTerminal = hasTerminal;
  }

  /// Whether it keeps its log, by the latest look.
  boolean keepsItsLog() {
    return hasLooked && !isUnkept;
  }

  /// What came of the attempt to start a container.
  sealed interface Start {
    record Done() implements Start {}

    /// One that was there before runs by the doing of somebody else, and is none of this run.
    record ByOthers() implements Start {}

    /// The run was stopped before.
    record NotAnyMore() implements Start {}

    record Refused(DockerRefusedException why) implements Start {}
  }

  /// Starts the container, once: a start of which nobody knows whether the engine heard of it is
  /// made again only when it certainly did not happen.
  ///
  /// @throws DockerException when the engine refuses
  Start start() throws InterruptedException {
    boolean isStarted = false;
    try {
      Start start = startWhenAllowed();
      if (start instanceof Start.Refused(var why)) {
        throw why;
      }
      isStarted = start instanceof Start.Done;
      isStartedHere = isStarted;
      if (isStarted) {
        sink.started(handle.write());
      }
      return start;
    } finally {
      if (!isStarted) {
        attached.ifPresent(OutputReader::close);
      }
    }
  }

  private Start startWhenAllowed() throws InterruptedException {
    stop.onRequest(ending::nudge);
    Pace pace = new Pace();
    while (true) {
      Optional<Start> start = asking.ifAllowed(this::startUnlessBegun);
      if (start.isPresent()) {
        return start.get();
      }
      if (mayBeStarted && ending.code().isPresent()) {
        return new Start.Done();
      }
      if (stop.isRequested() && mayBeStarted) {
        stopping.act(ownSignal);
      }
      if (stop.isRequested() && (!mayBeStarted || stopping.isOver())) {
        return new Start.NotAnyMore();
      }
      if (asking.isRefusedTooLong()) {
        if (mayBeStarted && handle.existing().isEmpty()) {
          killUnseen();
        }
        return asking.untilAnswered(this::startUnlessBegun);
      }
      ending.await(shorter(pace.next(false), stopping.untilNextAct()));
    }
  }

  /// What may run, and cannot be looked at, must not run on when the run is over.
  private void killUnseen() throws InterruptedException {
    try {
      kill();
    } catch (DockerException e) {
      if (!e.isNotFound() && !e.isConflict()) {
        sayUnkillable(e);
      }
    }
  }

  private void kill() throws InterruptedException {
    Asking.once(() -> {
      client.containers().kill(handle.containerId(), "SIGKILL", Asking.soon());
      return true;
    });
  }

  private void sayUnkillable(DockerException e) {
    if (!saidUnkillable) {
      saidUnkillable = true;
      sink.warn("it may run on, and nobody can bound it: " + e.getMessage());
    }
  }

  /// A refusal is an answer, whatever its status: the engine gives 500 for most reasons.
  private Start startUnlessBegun() throws InterruptedException {
    boolean isOthers = handle.existing().isPresent() && !mayBeStarted;
    Look look = isUntouched ? new Look.NotBegun() : look();
    isUntouched = false;
    // Of one that was removed meanwhile the engine itself shall say so.
    boolean isNotBegun = look instanceof Look.NotBegun || (isOthers && look instanceof Look.Gone);
    if (!isNotBegun) {
      return isOthers ? new Start.ByOthers() : new Start.Done();
    }
    if (isUnkept && attached.isEmpty()) {
      attached = Optional.of(attach());
    }
    mayBeStarted = true;
    try {
      boolean isChanged =
          Asking.once(() -> client.containers().start(handle.containerId(), Asking.soon()));
      return isOthers && !isChanged ? new Start.ByOthers() : new Start.Done();
    } catch (DockerRefusedException e) {
      return new Start.Refused(e);
    } catch (DockerUnreachableException e) {
      mayBeStarted = e.requestSent();
      throw e;
    }
  }

  private OutputReader attach() throws InterruptedException {
    ContainerOutput output =
        Asking.once(() ->
            client
                .containers()
                .attach(handle.containerId(), hasTerminal, Asking.soon(), Idle.unlimited()));
    return reader(output);
  }

  /// Follows work that an earlier daemon began.
  Outcome toTheEndAgain() throws InterruptedException {
    isAnew = true;
    return toTheEnd();
  }

  Outcome toTheEnd() throws InterruptedException {
    stop.onRequest(ending::nudge);
    Optional<OutputReader> reader = attached;
    Pace pace = new Pace();
    try {
      if (isStartedHere && reader.isEmpty()) {
        reader = follow();
        ending.await(pace.next(hub.isConnected()));
      }
      while (true) {
        OptionalInt told = ending.code();
        if (isSurelyOver(told)) {
          readRest(reader);
          return outcome(new End(0, false));
        }
        Optional<Look> allowed = asking.ifAllowed(this::look);
        if (allowed.isEmpty()) {
          Optional<Outcome> end = endUnseen(told, reader);
          if (end.isPresent()) {
            return end.get();
          }
          ending.await(shorter(pace.next(hub.isConnected()), stopping.untilNextAct()));
          continue;
        }
        Look look = allowed.get();
        if (reader.isEmpty() && hasLog && !(look instanceof Look.Gone)) {
          reader = isUnkept ? attachLate(look) : follow();
        }
        switch (look) {
          case Look.Ended(var how) -> {
            readRest(reader);
            return outcome(explained(how));
          }
          case Look.Gone() -> {
            readLast(reader);
            return gone(told);
          }
          case Look.NotBegun(), Look.Running() -> {
            if (told.isPresent() && !stop.isRequested()) {
              // It runs again by its own restart policy; this run is over all the same.
              readRest(reader);
              return outcome(new End(told.getAsInt(), false));
            }
            if (hasLog && reader.filter(OutputReader::isOver).isPresent()) {
              if (looksSinceLog < LOOKS_BEFORE_ANEW) {
                looksSinceLog++;
                ending.await(PAUSE);
                continue;
              }
              looksSinceLog = 0;
              reader.ifPresent(OutputReader::close);
              // Also for a later attempt, when this one comes to nothing.
              isAnew = true;
              reader = follow();
            }
            stopping.act(ownSignal);
            ending.await(shorter(pace.next(hub.isConnected()), stopping.untilNextAct()));
          }
        }
      }
    } finally {
      reader.ifPresent(OutputReader::close);
    }
  }

  /// Does what can be done while the engine refuses to speak of the container, by which nobody can
  /// bound its work: hears of its end, and brings it about where the run is to be stopped, or when
  /// the refusal goes on for long. One that the run did not make is left then, unless it is to be
  /// stopped.
  ///
  /// @return empty while it may run on: the run must not be closed, or another began beside it
  private Optional<Outcome> endUnseen(OptionalInt told, Optional<OutputReader> reader)
      throws InterruptedException {
    if (told.isPresent()) {
      readRest(reader);
      return Optional.of(outcome(new End(told.getAsInt(), false)));
    }
    stopping.act(ownSignal);
    if (stopping.isOver()) {
      return Optional.of(new Outcome.Cancelled(stop.by()));
    }
    if (!asking.isRefusedTooLong() || stop.isRequested()) {
      return Optional.empty();
    }
    String reason = "the engine refuses to speak of its container: " + asking.refusal();
    if (handle.existing().isPresent()) {
      return Optional.of(new Outcome.Broke(reason + "; it may still run"));
    }
    try {
      kill();
      return Optional.of(new Outcome.Broke(reason + "; it was killed"));
    } catch (DockerException e) {
      if (e.isNotFound() || e.isConflict()) {
        return Optional.of(new Outcome.Broke(reason + "; it has ended"));
      }
      sayUnkillable(e);
      return Optional.empty();
    }
  }

  /// Whether a look would show no more than the event has told: neither why it failed, nor that it
  /// runs again.
  private boolean isSurelyOver(OptionalInt told) {
    return told.isPresent()
        && told.getAsInt() == 0
        && isStartedHere
        && handle.existing().isEmpty()
        && !stop.isRequested();
  }

  /// Engine 20.10 may come to know that memory ran out only after it has said that the process was
  /// killed.
  private End explained(End how) throws InterruptedException {
    if (how.code() != KILLED || how.isOutOfMemory() || stop.isRequested()) {
      return how;
    }
    var _ = time.newSignal().await(PAUSE);
    try {
      return look() instanceof Look.Ended(var later) && later.code() == how.code() ? later : how;
    } catch (DockerException _) {
      return how;
    }
  }

  private Look look() throws InterruptedException {
    Container container;
    try {
      container =
          Asking.once(() -> client.containers().inspect(handle.containerId(), Asking.soon()));
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return new Look.Gone();
      }
      throw e;
    }
    hasTerminal = container.config().tty();
    ownSignal = container.config().stopSignal();
    isUnkept = container.host().logConfig().type().equals("none");
    hasLooked = true;
    Container.State state = container.state();
    String before = handle.existing().map(RunHandle.Existing::startedBefore).orElse("");
    boolean isOfBefore = handle.existing().isPresent() && state.startedText().equals(before);
    return switch (state.status()) {
      case "created" -> new Look.NotBegun();
      case "exited", "dead", "removing" ->
          isOfBefore
              ? new Look.NotBegun()
              : new Look.Ended(new End(state.exitCode(), state.oomKilled()));
      default -> new Look.Running();
    };
  }

  private Outcome gone(OptionalInt told) throws InterruptedException {
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    if (told.isEmpty()) {
      // Its end may still be on its way.
      ending.await(PAUSE);
    }
    OptionalInt late = ending.code();
    return late.isPresent()
        ? Exits.outcome(late.getAsInt())
        : new Outcome.Broke("its container was removed while it ran");
  }

  /// Records the end, so that it is known when the container is gone and this program dies before
  /// it is told.
  private Outcome outcome(End how) throws InterruptedException {
    sink.ended(handle.ended(how).write());
    return stop.isRequested() ? new Outcome.Cancelled(stop.by()) : outcomeOf(how);
  }

  static Outcome outcomeOf(End how) {
    return how.isOutOfMemory() && how.code() != 0
        ? Exits.outOfMemory(how.code())
        : Exits.outcome(how.code());
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /// Begins to follow the log. Podman 4 answers only when there is something to read, or nothing
  /// will ever be; so this is cut by a stop, and is to be tried again when it came to nothing.
  private Optional<OutputReader> follow() throws InterruptedException {
    Optional<Optional<ContainerOutput>> opened;
    try {
      opened =
          new CutCall(crew, time, "log-" + name)
              .make(() -> open(log(true), Idle.unlimited()), stop);
    } catch (DockerUnreachableException _) {
      // Whether the engine is away shows the next look at the container.
      return Optional.empty();
    }
    Optional<ContainerOutput> output = opened.flatMap(Function.identity());
    if (isAnew && output.isPresent()) {
      // Not before: if the log is gone, what was read is all there is.
      sink.rewind();
    }
    return output.map(this::reader);
  }

  /// Takes what is printed from now on, where the rest is lost.
  private Optional<OutputReader> attachLate(Look look) throws InterruptedException {
    hasLog = false;
    sink.mark("a part of the output is lost: its log driver keeps none");
    if (!(look instanceof Look.Running)) {
      return Optional.empty();
    }
    try {
      return Optional.of(asking.untilAnswered(this::attach));
    } catch (DockerRefusedException _) {
      // It has just ended, so that there is nothing to come.
      return Optional.empty();
    }
  }

  /// Reads all of the log, in place of what was read before.
  private Optional<OutputReader> readAnew() throws InterruptedException {
    Optional<ContainerOutput> output =
        asking.untilAnswered(() -> open(log(false), Idle.limitedTo(STALL)));
    if (output.isPresent()) {
      sink.rewind();
    }
    return output.map(this::reader);
  }

  private OutputReader reader(ContainerOutput stream) {
    return new OutputReader("output-" + name, stream, sink, time, crew, ending::nudge);
  }

  /// Empty where the engine has no log to read from, as with some log drivers, and when the
  /// container is gone.
  private Optional<ContainerOutput> open(LogRequest request, Idle idle)
      throws InterruptedException {
    try {
      return Optional.of(
          Asking.once(
              () -> client.containers().logs(handle.containerId(), request, Asking.soon(), idle)));
    } catch (DockerRefusedException e) {
      if (!e.isNotFound()) {
        sink.mark("the output cannot be had: " + e.getMessage());
        hasLog = false;
      }
      return Optional.empty();
    }
  }

  /// All of the run's log: of a container that was there before, from its start on.
  private LogRequest log(boolean follow) {
    Optional<Instant> since = handle.existing().map(RunHandle.Existing::since);
    return new LogRequest(true, true, since, follow, false, hasTerminal);
  }

  /// What is on its way from a container that is gone. Its log cannot be read again, and the end of
  /// the stream may be that of the log or that of the container.
  private void readLast(Optional<OutputReader> followed) throws InterruptedException {
    if (followed.isPresent()) {
      boolean _ = followed.get().awaitEnd(SILENCE, LONGEST_REST);
      followed.get().close();
    }
    if (hasLog) {
      sink.mark("the output may be incomplete: its container was removed, and the log with it");
    }
  }

  private void readRest(Optional<OutputReader> followed) throws InterruptedException {
    if (isUnkept) {
      readUnkept(followed);
      return;
    }
    if (!hasLog) {
      return;
    }
    boolean isWhole = false;
    if (followed.isPresent()) {
      isWhole =
          followed.get().awaitEnd(SILENCE, LONGEST_REST)
              && followed.get().isComplete()
              && !asking.wasAway();
      followed.get().close();
      isWhole = isWhole && (givesWholeLogs() || isCompletedBeyond(followed.get().seen()));
    }
    for (int i = 0; !isWhole && hasLog && i < MOST_READINGS; i++) {
      ending.await(i == 0 ? Duration.ZERO : PAUSE);
      Optional<OutputReader> all = readAnew();
      if (all.isPresent()) {
        try (OutputReader reader = all.get()) {
          isWhole = reader.awaitEnd(STALL.multipliedBy(2), LONGEST_REST) && reader.isComplete();
        }
      }
    }
    if (!isWhole && hasLog) {
      sink.mark("the output may be incomplete: the engine breaks off when it is read");
    }
  }

  private boolean givesWholeLogs() throws InterruptedException {
    try {
      return asking
          .untilAnswered(() -> client.apiVersion(Asking.soon()))
          .isAtLeast(ApiVersion.WHOLE_LOGS);
    } catch (DockerRefusedException _) {
      // Then it is read to make sure.
      return false;
    }
  }

  /// Reads what the log has beyond what was followed.
  ///
  /// @return false when that cannot be had, or not to its end, or when the log was not followed
  ///   without a gap
  private boolean isCompletedBeyond(OutputReader.Seen seen) throws InterruptedException {
    Optional<ContainerOutput> output =
        asking.untilAnswered(() -> open(log(false), Idle.limitedTo(STALL)));
    if (output.isEmpty()) {
      return false;
    }
    try (OutputReader rest =
        new OutputReader("output-" + name, output.get(), sink, seen, time, crew, ending::nudge)) {
      return rest.awaitEnd(STALL.multipliedBy(2), LONGEST_REST)
          && rest.isComplete()
          && rest.continuesSkipped();
    }
  }

  /// What an attachment still brings.
  private void readUnkept(Optional<OutputReader> followed) throws InterruptedException {
    if (followed.isEmpty()) {
      return;
    }
    boolean isWhole = followed.get().awaitEnd(SILENCE, LONGEST_REST) && followed.get().isComplete();
    followed.get().close();
    if (!isWhole || asking.wasAway()) {
      sink.mark("the output may be incomplete: its log driver keeps none");
    }
  }
}
