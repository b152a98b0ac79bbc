package ofelia.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import ofelia.docker.Container;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.Exec;
import ofelia.time.Time;

/// What a look at an exec shows.
///
/// ## Whom to believe
///
/// Engine 20.10 forgets the exit code and puts 126 in its place when the stream of an exec is cut
/// while the command prints, which is what the death of a daemon does. So the `exec_die` event is
/// the better witness, and a 126 is believed only of a command that never became a process.
///
/// An engine that crashed and ends what it finds running when it starts again tells an exit code of
/// 127 of execs that it knows nothing of. So a 127 in an event is believed only while the engine
/// still knows the exec.
sealed interface ExecLook {

  /// It is created, and was not started.
  record NotStarted() implements ExecLook {}

  record Running() implements ExecLook {}

  /// @param wasProcess false when the command is known not to have been run at all
  record Ended(int code, boolean wasProcess) implements ExecLook {}

  /// It has ended, and the exit code that the engine gives may be made up.
  record Doubtful() implements ExecLook {}

  /// The engine does not know it any more.
  record Gone() implements ExecLook {}

  /// The exit code that Engine 20.10 makes up when a stream is cut.
  int MADE_UP_WHEN_CUT = 126;

  /// The exit code that an event tells of an exec that the engine does not know.
  int MADE_UP_WHEN_UNKNOWN = 127;

  /// How much later than other calls an engine that hung may come to a start.
  Duration BELATED_START = Duration.ofSeconds(1);

  /// From when on to look for events: the engine remembers only a few hundred anyway.
  Instant EVER = Instant.EPOCH.plus(Duration.ofDays(1));

  /// Looks at an exec whose stream is, and always was, in our hands. Its exit code is right.
  static ExecLook plain(DockerClient client, ExecHandle handle) throws InterruptedException {
    return plain(client, handle, _ -> {});
  }

  /// @param container hears the id of the container that it is in
  static ExecLook plain(DockerClient client, ExecHandle handle, Consumer<String> container)
      throws InterruptedException {
    Optional<Exec> exec = inspect(client, handle);
    exec.ifPresent(found -> container.accept(found.containerId()));
    return exec.map(ExecLook::shown).orElseGet(Gone::new);
  }

  /// @return empty when the engine does not know it
  private static Optional<Exec> inspect(DockerClient client, ExecHandle handle)
      throws InterruptedException {
    try {
      return Optional.of(Asking.once(() -> client.execs().inspect(handle.execId(), Asking.soon())));
    } catch (DockerException e) {
      // Some engines refuse to speak of an exec whose container has stopped.
      if (e.isNotFound() || e.isConflict()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ExecLook shown(Exec exec) {
    OptionalInt code = exec.exitCode();
    if (code.isPresent()) {
      return new Ended(code.getAsInt(), !exec.neverWasProcess());
    }
    return exec.wasStarted() ? new Running() : new NotStarted();
  }

  /// Looks at an exec whose stream was cut: asks the events, and doubts the rest.
  static ExecLook doubting(DockerClient client, ExecHandle handle, Consumer<String> container)
      throws InterruptedException {
    Optional<Exec> exec = inspect(client, handle);
    exec.ifPresent(found -> container.accept(found.containerId()));
    // Its container may have another name by now, and events go by the one that it has.
    ExecHandle known =
        exec.map(Exec::containerId)
            .filter(id -> !id.isEmpty())
            .map(id -> ExecHandle.in(handle.execId(), id))
            .orElse(handle);
    ExecLook look = exec.map(ExecLook::shown).orElseGet(Gone::new);
    return switch (look) {
      case NotStarted(), Running() -> look;
      case Ended(var code, var wasProcess) ->
          told(client, known)
              .map(ExecLook.class::cast)
              .orElse(wasProcess && code == MADE_UP_WHEN_CUT ? new Doubtful() : look);
      case Gone(), Doubtful() ->
          told(client, known)
              .filter(ended -> ended.code() != MADE_UP_WHEN_UNKNOWN)
              .map(ExecLook.class::cast)
              .orElse(look);
    };
  }

  /// Looks at an exec of which nobody knows whether the engine heard that it shall start. One that
  /// is not started is looked at twice, for an engine that hung may come to the start after it has
  /// answered the first look.
  static ExecLook certain(DockerClient client, ExecHandle handle, Time time)
      throws InterruptedException {
    ExecLook look = doubting(client, handle, _ -> {});
    if (look instanceof NotStarted) {
      var _ = time.newSignal().await(BELATED_START);
      look = doubting(client, handle, _ -> {});
    }
    return look;
  }

  /// Empty as well where a filter before the engine keeps the events back for good.
  private static Optional<Ended> told(DockerClient client, ExecHandle handle)
      throws InterruptedException {
    try {
      return Asking.once(() ->
              client
                  .events()
                  .findExecExit(handle.container(), handle.execId(), EVER, Asking.soon()))
          .map(found -> new Ended(found.exitCode(), true));
    } catch (DockerRefusedException e) {
      if (e.isServerError()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /// Why the engine may have forgotten an exec.
  static String whyGone(DockerClient client, ExecHandle handle) throws InterruptedException {
    try {
      Container container =
          Asking.once(() -> client.containers().inspect(handle.container(), Asking.soon()));
      if (!container.state().running()) {
        return "its container \"" + container.name() + "\" stopped";
      }
      return handle.isByName()
          ? "its container \"" + container.name() + "\" was replaced, or the engine restarted"
          : "the engine forgot it, as it does when it restarts";
    } catch (DockerException e) {
      if (e.isNotFound()) {
        return "its container was removed";
      }
      throw e;
    }
  }
}
