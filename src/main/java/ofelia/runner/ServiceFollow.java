package ofelia.runner;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.docker.Container;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.LogRequest;
import ofelia.docker.Task;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.time.Crew;
import ofelia.time.Time;
import ofelia.wire.Idle;
import org.jspecify.annotations.Nullable;

/// Follows the one task of a service to its end, on the run's thread; a second one reads its log.
///
/// A swarm tells nobody when a task ends, so it is asked: soon at first, then each second. Where
/// the task runs on the engine that is asked, the end of its container is heard of, and the swarm
/// is asked at once.
///
/// The log of a task that is followed never ends. So it is followed only to have the output while
/// it is printed; after the end all of it is read once more, in its place. A run that is stopped on
/// another node keeps what was followed, since the log goes with the service.
///
/// Owned by the run's thread.
final class ServiceFollow {

  /// How long the followed log may be silent after the task is gone.
  private static final Duration SILENCE = Duration.ofMillis(700);

  /// What a node says of a task whose image it could not get.
  private static final Pattern ABOUT_IMAGE =
      Pattern.compile(
          "(?i)no such image|pull|(?<!permission )denied|unauthorized|credentials|manifest");

  private static final Duration LONGEST_REST = Duration.ofDays(1);

  /// How long the swarm may send nothing of a log that is all there.
  private static final Duration STALL = Duration.ofSeconds(60);

  private static final int MOST_READINGS = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  /// What a node may take to end a task, beyond the patience that it has for the process.
  private static final Duration ENDING = Duration.ofSeconds(60);

  /// How long a task may wait for a node before that is worth a word.
  private static final Duration ORDINARY_WAIT = Duration.ofSeconds(5);

  private final DockerClient client;
  private final Endings endings;
  private final Time time;
  private final Crew crew;
  private final String name;
  private final Settings settings;
  private final ServiceHandle handle;
  private final Login login;
  private final RunSink sink;
  private final Stop stop;
  private final Asking asking;
  private final boolean isTakenUp;

  /// Of the task's container, once it has one; before that nobody tells its end.
  private volatile Endings.Ending ending;

  private String containerId = "";
  private boolean hasLog = true;
  private boolean saidIrremovable;
  private String toldWhy = "";
  private @Nullable Task latest;

  /// Of a container here, once it shall end.
  private @Nullable ContainerStop stopping;

  /// Who asked a registry for the image, as the failures of pulls say it.
  interface Login {
    String who() throws InterruptedException;
  }

  /// @param name of the run, for its threads
  /// @param login that the nodes were given
  /// @param isTakenUp whether an earlier daemon may have read a part of the output already
  record Work(
      String name,
      Settings settings,
      ServiceHandle handle,
      Login login,
      RunSink sink,
      Stop stop,
      boolean isTakenUp) {}

  ServiceFollow(DockerClient client, Endings endings, Time time, Crew crew, Work work) {
    this.client = client;
    this.endings = endings;
    this.time = time;
    this.crew = crew;
    this.name = work.name();
    this.settings = work.settings();
    this.handle = work.handle();
    this.login = work.login();
    this.sink = work.sink();
    this.stop = work.stop();
    this.isTakenUp = work.isTakenUp();
    this.asking = new Asking(time, sink);
    this.ending = endings.expect(handle.name());
  }

  /// What a look at the service shows.
  private sealed interface Look {
    record Waiting(Optional<Task> task) implements Look {}

    record Running(Task task) implements Look {}

    record Ended(Task task) implements Look {}

    record Gone() implements Look {}
  }

  /// Returns with the end on record; the service may still be there.
  Outcome toTheEnd() throws InterruptedException {
    stop.onRequest(this::wake);
    Optional<OutputReader> reader = Optional.empty();
    long begun = time.nanos();
    Pace pace = new Pace();
    boolean isTold = false;
    try {
      while (true) {
        Optional<Look> allowed = asking.ifAllowed(this::look);
        if (allowed.isEmpty()) {
          Optional<Outcome> end = endUnseen(reader);
          if (end.isPresent()) {
            return end.get();
          }
          ending.await(pace.next(false));
          continue;
        }
        Look look = allowed.get();
        switch (look) {
          case Look.Ended(var task) -> {
            readAll(task, reader);
            return ended(task);
          }
          case Look.Gone() -> {
            return gone(reader);
          }
          case Look.Waiting(_), Look.Running(_) when stop.isRequested() && !isEndedHere(look) -> {
            return stopped(reader);
          }
          case Look.Waiting(var task) -> {
            if (time.nanos() - begun > ORDINARY_WAIT.toNanos()) {
              task.ifPresent(this::sayWhyItWaits);
            }
          }
          case Look.Running(var task) -> {
            expectEndOf(task);
            if (hasLog && reader.filter(r -> !r.isOver()).isEmpty()) {
              boolean isAnew = isTakenUp || reader.isPresent();
              reader.ifPresent(OutputReader::close);
              reader = read(task, true, Idle.unlimited(), isAnew);
            }
          }
        }
        if (!isTold && ending.code().isPresent()) {
          isTold = true;
          pace = new Pace();
        }
        ending.await(shorter(pace.next(false), untilNextAct()));
      }
    } finally {
      reader.ifPresent(OutputReader::close);
      ending.close();
    }
  }

  /// Does what can be done while the swarm refuses to speak of the service: hears of its end, and
  /// brings it about where the run is to be stopped, or when the refusal goes on for long.
  ///
  /// @return empty while it may run on: the run must not be closed, or another began beside it
  private Optional<Outcome> endUnseen(Optional<OutputReader> followed) throws InterruptedException {
    OptionalInt told = ending.code();
    if (told.isPresent()) {
      if (latest != null) {
        readAll(latest, followed);
      }
      return Optional.of(
          recorded(
              stop.isRequested()
                  ? new Outcome.Cancelled(stop.by())
                  : Exits.outcome(told.getAsInt())));
    }
    if (!stop.isRequested() && !asking.isRefusedTooLong()) {
      return Optional.empty();
    }
    try {
      Asking.once(() -> {
        client.services().remove(handle.name(), Asking.soon());
        return true;
      });
    } catch (DockerException e) {
      if (!e.isNotFound()) {
        if (!saidIrremovable) {
          saidIrremovable = true;
          sink.warn("its service may run on, and nobody can bound it: " + e.getMessage());
        }
        return Optional.empty();
      }
    }
    awaitEndUnseen();
    rest(followed);
    return Optional.of(
        recorded(
            stop.isRequested()
                ? new Outcome.Cancelled(stop.by())
                : new Outcome.Broke(
                    "the engine refuses to speak of its service: "
                        + asking.refusal()
                        + "; it was removed")));
  }

  /// Its node gives the process that time, and only an event would tell that it took less.
  private void awaitEndUnseen() throws InterruptedException {
    long begun = time.nanos();
    Duration left = settings.get(JobKeys.STOP_TIMEOUT);
    while (left.isPositive() && ending.code().isEmpty()) {
      ending.await(left);
      left = settings.get(JobKeys.STOP_TIMEOUT).minusNanos(time.nanos() - begun);
    }
  }

  private void wake() {
    ending.nudge();
  }

  /// Whether the task runs in a container of the engine that is asked. Such a one is ended by
  /// signals, as that of any run: the time that it has can then be shortened, and its log is there
  /// afterwards.
  private boolean isEndedHere(Look look) throws InterruptedException {
    if (!(look instanceof Look.Running(var task)) || task.status().container().id().isEmpty()) {
      return false;
    }
    String id = task.status().container().id();
    Container container;
    try {
      container = Asking.once(() -> client.containers().inspect(id, Asking.soon()));
    } catch (DockerRefusedException _) {
      return false;
    } catch (DockerException _) {
      // The next look waits until the engine answers again.
      return true;
    }
    if (stopping == null) {
      var work = new ContainerFollow.Task(name, settings, RunHandle.fresh(id), sink, stop);
      stopping = new ContainerStop(client, time, work);
    }
    stopping.act(container.config().stopSignal());
    return true;
  }

  private Duration untilNextAct() {
    return stopping == null ? Duration.ofDays(1) : stopping.untilNextAct();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void expectEndOf(Task task) {
    String container = task.status().container().id();
    if (!container.isEmpty() && !container.equals(containerId)) {
      containerId = container;
      Endings.Ending before = ending;
      ending = endings.expect(container);
      before.close();
      if (stop.isRequested()) {
        wake();
      }
    }
  }

  private Look look() throws InterruptedException {
    List<Task> tasks;
    try {
      tasks = Asking.once(() -> client.services().tasks(handle.name(), Asking.soon()));
    } catch (DockerRefusedException e) {
      if (e.isNotFound() || Swarm.isGone(client, e)) {
        return new Look.Gone();
      }
      throw e;
    }
    if (tasks.isEmpty()) {
      boolean isThere =
          Asking.once(() -> client.services().find(handle.name(), Asking.soon())).isPresent();
      return isThere ? new Look.Waiting(Optional.empty()) : new Look.Gone();
    }
    return lookAt(tasks);
  }

  /// There is one task, unless the swarm made another in its place.
  private Look lookAt(List<Task> tasks) {
    Optional<Task> complete =
        tasks.stream().filter(task -> task.status().state().equals("complete")).findFirst();
    Task newest = tasks.stream().max(Comparator.comparing(Task::createdText)).orElseThrow();
    Task shown = complete.orElse(newest);
    latest = shown;
    if (shown.status().isEnd()) {
      return new Look.Ended(shown);
    }
    return shown.status().isRunning()
        ? new Look.Running(shown)
        : new Look.Waiting(Optional.of(shown));
  }

  private void sayWhyItWaits(Task task) {
    String why = task.status().error();
    if (!why.isEmpty() && !why.equals(toldWhy)) {
      toldWhy = why;
      sink.mark("the task waits: " + why);
      sink.warn("its task waits: " + why);
    }
  }

  /// Records the end, so that it is known when the service is gone and this program dies before it
  /// is told.
  private Outcome ended(Task task) throws InterruptedException {
    return recorded(stop.isRequested() ? new Outcome.Cancelled(stop.by()) : outcome(task));
  }

  private Outcome recorded(Outcome outcome) throws InterruptedException {
    sink.ended(handle.ended(outcome).write(sink::shown));
    return outcome;
  }

  private Outcome outcome(Task task) throws InterruptedException {
    Task.Status status = task.status();
    String said = status.error().isEmpty() ? status.message() : status.error();
    return switch (status.state()) {
      case "complete" -> new Outcome.Succeeded();
      case "failed" -> failed(status, said);
      case "rejected" -> new Outcome.Broke("its node rejected the task: " + said + tried(said));
      case "orphaned" ->
          new Outcome.Broke("the node of its task is gone, and what became of it is not known");
      case "remove" -> new Outcome.Broke("its service was removed while it ran");
      default -> new Outcome.Broke("the swarm shut its task down: " + said);
    };
  }

  private String tried(String said) throws InterruptedException {
    return ABOUT_IMAGE.matcher(said).find() ? "; tried " + login.who() : "";
  }

  private Outcome failed(Task.Status status, String said) throws InterruptedException {
    int code = status.container().exitCode();
    if (code <= 0 || !said.startsWith("task: non-zero exit")) {
      return new Outcome.Broke("its task failed: " + said);
    }
    return wasOutOfMemory(status.container().id()) ? Exits.outOfMemory(code) : Exits.outcome(code);
  }

  /// The swarm does not tell; the engine does, where the task ran on the one that is asked.
  private boolean wasOutOfMemory(String container) throws InterruptedException {
    if (container.isEmpty()) {
      return false;
    }
    try {
      return Asking.once(() -> client.containers().inspect(container, Asking.soon()))
          .state()
          .oomKilled();
    } catch (DockerException _) {
      // On another node, or gone: the exit code is all there is to say.
      return false;
    }
  }

  /// Its task may still be about to end.
  private Outcome gone(Optional<OutputReader> followed) throws InterruptedException {
    awaitEndOfTask();
    rest(followed);
    if (stop.isRequested()) {
      return recorded(new Outcome.Cancelled(stop.by()));
    }
    sink.mark("the output may be incomplete: its service was removed, and the log with it");
    OptionalInt told = ending.code();
    return recorded(
        told.isPresent()
            ? Exits.outcome(told.getAsInt())
            : new Outcome.Broke("its service was removed while it ran"));
  }

  /// A task on another node can be ended only by the removal of its service. The node then asks the
  /// process to end, waits as long as the job's `stop-timeout` says, and kills it.
  private Outcome stopped(Optional<OutputReader> followed) throws InterruptedException {
    Outcome outcome = recorded(new Outcome.Cancelled(stop.by()));
    try {
      asking.untilAnswered(() -> {
        client.services().remove(handle.name(), Asking.soon());
        return true;
      });
    } catch (DockerRefusedException e) {
      if (!e.isNotFound()) {
        sink.warn("cannot be stopped: " + e.getMessage());
        return outcome;
      }
    }
    awaitEndOfTask();
    rest(followed);
    return outcome;
  }

  private void awaitEndOfTask() throws InterruptedException {
    Task task = latest;
    if (task == null) {
      return;
    }
    long begun = time.nanos();
    Duration atMost = settings.get(JobKeys.STOP_TIMEOUT).plus(ENDING);
    while (time.nanos() - begun < atMost.toNanos()) {
      Optional<Task> left;
      try {
        left = asking.untilAnswered(() -> left(task));
      } catch (DockerRefusedException e) {
        sink.warn("whether its task has ended is not known: " + e.getMessage());
        return;
      }
      if (left.isEmpty() || left.get().status().isEnd()) {
        return;
      }
      ending.await(PAUSE);
    }
    sink.warn("its task does not end, as the swarm says");
  }

  /// A task of which the swarm still knows. An engine that has left its swarm ended them all.
  private Optional<Task> left(Task task) throws InterruptedException {
    try {
      return Asking.once(() -> client.services().findTask(task.id(), Asking.soon()));
    } catch (DockerRefusedException e) {
      if (Swarm.isGone(client, e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void rest(Optional<OutputReader> followed) throws InterruptedException {
    if (followed.isPresent()) {
      boolean _ = followed.get().awaitEnd(SILENCE, LONGEST_REST);
      followed.get().close();
    }
  }

  private void readAll(Task task, Optional<OutputReader> followed) throws InterruptedException {
    followed.ifPresent(OutputReader::close);
    if (!hasLog || task.status().container().id().isEmpty()) {
      // It never had a container that could print.
      return;
    }
    boolean isWhole = false;
    for (int i = 0; !isWhole && hasLog && i < MOST_READINGS; i++) {
      ending.await(i == 0 ? Duration.ZERO : PAUSE);
      boolean isAnew =
          isTakenUp
              || followed.filter(r -> !r.seen().equals(OutputReader.Seen.NOTHING)).isPresent()
              || i > 0;
      Optional<OutputReader> all = read(task, false, Idle.limitedTo(STALL), isAnew);
      if (all.isPresent()) {
        try (OutputReader reader = all.get()) {
          isWhole = reader.awaitEnd(STALL.multipliedBy(2), LONGEST_REST) && reader.isComplete();
        }
      }
    }
    if (!isWhole && hasLog) {
      sink.mark("the output may be incomplete: the swarm breaks off when it is read");
    }
  }

  /// @param isAnew whether it takes the place of what was read before
  private Optional<OutputReader> read(Task task, boolean follow, Idle idle, boolean isAnew)
      throws InterruptedException {
    boolean hasTerminal = settings.get(ContainerKeys.TTY);
    LogRequest request = follow ? LogRequest.followed(hasTerminal) : LogRequest.soFar(hasTerminal);
    Optional<ContainerOutput> output = asking.untilAnswered(() -> open(task.id(), request, idle));
    if (isAnew && output.isPresent()) {
      sink.rewind();
    }
    return output.map(
        stream -> new OutputReader("output-" + name, stream, sink, time, crew, this::wake));
  }

  private Optional<ContainerOutput> open(String task, LogRequest request, Idle idle)
      throws InterruptedException {
    try {
      return Optional.of(
          Asking.once(() -> client.services().logs(task, request, Asking.soon(), idle)));
    } catch (DockerRefusedException e) {
      if (!e.isNotFound()) {
        sink.mark("the output cannot be had: " + e.getMessage());
        hasLog = false;
      }
      return Optional.empty();
    }
  }
}
