package ofelia.runner;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import ofelia.config.JobKeys;
import ofelia.config.RunKeys;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.time.Time;

/// Ends a container that somebody asked to be ended: by a signal, and by force when that does not
/// end it in time.
///
/// The engine could wait for that time itself; but then nobody could shorten it any more, and what
/// it does when its caller goes away meanwhile is its own affair. So each call returns at once.
/// Owned by the run's thread.
final class ContainerStop {

  /// The one that engines send where a container names none.
  private static final String ORDINARY = "SIGTERM";

  private static final String FORCE = "SIGKILL";

  /// Between attempts, where the engine did not take the signal, or the container outlives force.
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final Duration NEVER = Duration.ofDays(365);

  private final DockerClient client;
  private final Time time;
  private final String container;
  private final String written;
  private final Duration longest;
  private final RunSink sink;
  private final Stop stop;

  /// How long it had by the latest request.
  private Duration grace = NEVER;

  private boolean isAsked;
  private long forceAtNanos;
  private boolean hasComplained;
  private boolean isOver;

  /// What became of a signal.
  private enum Sent {
    TAKEN,
    REFUSED,
    UNHEARD
  }

  ContainerStop(DockerClient client, Time time, ContainerFollow.Task task) {
    this.client = client;
    this.time = time;
    this.container = task.handle().containerId();
    this.written = task.settings().find(RunKeys.STOP_SIGNAL).orElse("");
    this.longest = task.settings().get(JobKeys.STOP_TIMEOUT);
    this.sink = task.sink();
    this.stop = task.stop();
  }

  /// Does what is due. For a container that runs.
  ///
  /// @param own the container's own stop signal; empty where it has none
  void act(String own) throws InterruptedException {
    if (!stop.isRequested()) {
      return;
    }
    Duration wanted = longest.compareTo(stop.grace()) < 0 ? longest : stop.grace();
    if (wanted.compareTo(grace) < 0) {
      grace = wanted;
      long at = time.nanos() + wanted.toNanos();
      forceAtNanos = isAsked && forceAtNanos - at < 0 ? forceAtNanos : at;
    }
    if (grace.isZero() || (isAsked && time.nanos() - forceAtNanos >= 0)) {
      var _ = send(FORCE);
      isAsked = true;
      forceAtNanos = time.nanos() + AGAIN.toNanos();
    } else if (!isAsked) {
      ask(own);
    }
  }

  /// How long until [#act] has something to do, unless a request comes first.
  Duration untilNextAct() {
    if (!stop.isRequested()) {
      return NEVER;
    }
    return isAsked ? Duration.ofNanos(Math.max(0, forceAtNanos - time.nanos())) : AGAIN;
  }

  /// Whether it was killed, or had ended when it was signalled: for one who must not look.
  boolean isOver() {
    return isOver;
  }

  /// The time until force counts from when the container was asked.
  private void ask(String own) throws InterruptedException {
    Set<String> signals = new LinkedHashSet<>();
    if (!written.isEmpty()) {
      signals.add(written);
    }
    signals.add(own.isEmpty() ? ORDINARY : own);
    for (String signal : signals) {
      switch (send(signal)) {
        case TAKEN -> {
          isAsked = true;
          forceAtNanos = time.nanos() + grace.toNanos();
          return;
        }
        case UNHEARD -> {
          return;
        }
        case REFUSED -> {
          // Said already; the next one may do.
        }
      }
    }
    isAsked = true;
    forceAtNanos = time.nanos();
  }

  private Sent send(String signal) throws InterruptedException {
    try {
      return Asking.once(() -> {
        client.containers().kill(container, signal, Asking.soon());
        isOver |= signal.equals(FORCE);
        return Sent.TAKEN;
      });
    } catch (DockerRefusedException e) {
      if (e.isNotFound() || e.isConflict()) {
        // It does not run any more, as the next look will show.
        isOver = true;
        return Sent.TAKEN;
      }
      if (!signal.equals(FORCE) || !hasComplained) {
        hasComplained |= signal.equals(FORCE);
        sink.warn(String.valueOf(e.getMessage()));
      }
      return Sent.REFUSED;
    } catch (DockerUnreachableException _) {
      // The next look waits until it answers again, and says so.
      return Sent.UNHEARD;
    }
  }
}
