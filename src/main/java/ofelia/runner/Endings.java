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
import org.jspecify.annotations.Nullable;

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
  Ending expectIn(String containerId, String execId) {
    return expected(new Ending(execId, containerId, Instant.MIN, time.newSignal()));
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
        ending.tell(exit.get().exitCode());
      }
      return;
    }
    if (event.verb().equals("exec_die")) {
      nudgeAllIn(event.actor().id());
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
          ending.tell(exitCode(event));
        }
      }
      case "destroy" -> ending.nudge();
      default -> {
        // Its beginning, its pauses: nothing that ends it.
      }
    }
  }

  private void nudgeAllIn(String containerId) {
    for (Ending ending : expected.values()) {
      if (ending.containerId.equals(containerId)) {
        ending.nudge();
      }
    }
  }

  private static @Nullable Integer exitCode(Event event) {
    String text = event.actor().attributes().getOrDefault("exitCode", "");
    return text.matches("-?\\d{1,9}") ? Integer.valueOf(text) : null;
  }

  /// The end of one container or exec, as far as it is known.
  final class Ending implements AutoCloseable {

    private final String id;

    /// Of an exec; else empty.
    private final String containerId;

    private final Instant start;
    private final Signal signal;
    private volatile @Nullable Integer code;

    private Ending(String id, String containerId, Instant start, Signal signal) {
      this.id = id;
      this.containerId = containerId;
      this.start = start;
      this.signal = signal;
    }

    private void tell(@Nullable Integer exitCode) {
      if (code == null) {
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
      Integer told = code;
      return told == null ? OptionalInt.empty() : OptionalInt.of(told);
    }

    @Override
    public void close() {
      expected.remove(id, this);
    }
  }
}
