package ofelia.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import ofelia.docker.Event;
import ofelia.docker.EventHub;
import ofelia.docker.ExecExit;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Hands the engine's word that something has ended to the run that waits for it: one listener for
/// all runs, so that an event costs the same however many there are.
///
/// A subscription that was lost or regained wakes every waiting run, because each must now look for
/// itself. Safe for any thread.
final class Endings implements EventHub.Listener {

  private final Time time;
  private final Map<String, Ending> expected = new ConcurrentHashMap<>();

  private Endings(Time time) {
    this.time = time;
  }

  static Endings of(EventHub hub, Time time) {
    Endings endings = new Endings(time);
    EventHub.Subscription _ = hub.listen(endings);
    return endings;
  }

  /// Expects the end of a container or a service. To be asked for before it is started.
  Ending expect(String id) {
    return expectAfter(id, Instant.MIN);
  }

  /// Expects the end of an exec, likewise. Podman says only that one has ended in that container.
  ///
  /// @param container its id or its name
  Ending expectIn(String container, String execId) {
    return expected(new Ending(execId, container, Instant.MIN, time.newSignal()));
  }

  /// Expects the end of a container that may have ended before: a subscription that was regained
  /// tells that once more.
  ///
  /// @param start by the engine's clock; ends before it are of earlier runs
  Ending expectAfter(String id, Instant start) {
    return expected(new Ending(id, "", start, time.newSignal()));
  }

  private Ending expected(Ending ending) {
    expected.put(ending.id, ending);
    return ending;
  }

  @Override
  public void hear(EventHub.Notice notice) {
    switch (notice) {
      case EventHub.Notice.Happened(var event) -> hear(event);
      case EventHub.Notice.Connected(_), EventHub.Notice.Broken(_, _) ->
          expected.values().forEach(Ending::nudge);
    }
  }

  private void hear(Event event) {
    Optional<ExecExit> exit = event.execExit();
    if (exit.isPresent()) {
      Ending ending = expected.get(exit.get().execId());
      if (ending != null) {
        ending.tell(OptionalInt.of(exit.get().exitCode()));
      }
      return;
    }
    if (event.verb().equals("exec_die")) {
      nudgeAllIn(event.actor());
      return;
    }
    Ending ending = expected.get(event.actor().id());
    if (ending == null) {
      return;
    }
    switch (event.verb()) {
      case "die" -> {
        if (event.time().isBefore(ending.start)) {
          ending.nudge();
        } else {
          ending.tell(event.exitCode());
        }
      }
      case "destroy" -> ending.nudge();
      default -> {
        // Its beginning, its pauses: nothing that ends it.
      }
    }
  }

  private void nudgeAllIn(Event.Actor container) {
    String name = container.attributes().getOrDefault("name", "");
    for (Ending ending : expected.values()) {
      boolean isIn = ending.container.equals(container.id()) || ending.container.equals(name);
      if (isIn && !ending.container.isEmpty()) {
        ending.nudge();
      }
    }
  }

  /// The end of one container or exec, as far as it is known.
  final class Ending implements AutoCloseable {

    private final String id;

    /// Of an exec, its id or its name; else empty.
    private final String container;

    private final Instant start;
    private final Signal signal;
    private volatile OptionalInt code = OptionalInt.empty();

    private Ending(String id, String container, Instant start, Signal signal) {
      this.id = id;
      this.container = container;
      this.start = start;
      this.signal = signal;
    }

    private void tell(OptionalInt exitCode) {
      if (code.isEmpty()) {
        code = exitCode;
      }
      signal.raise();
    }

    /// Wakes whoever waits, to look for itself.
    void nudge() {
      signal.raise();
    }

    /// Waits for a reason to look.
    void await(Duration atMost) throws InterruptedException {
      var _ = signal.await(atMost);
    }

    /// The exit code that the engine told.
    OptionalInt code() {
      return code;
    }

    @Override
    public void close() {
      expected.remove(id, this);
    }
  }
}
