package ofelia.runner;

import java.util.Set;
import ofelia.config.ActionKeys;
import ofelia.docker.Container;
import ofelia.model.Settings;
import ofelia.runner.ActionHandle.Before;

/// What is done to a container: to which it can be done, and by what one can see that it was.
enum ContainerAction {
  RESTART("restart", "restarted", "was restarted already"),
  STOP("stop", "stopped", "did not run"),
  START("start", "started", "ran already"),
  PAUSE("pause", "paused", "was paused already"),
  UNPAUSE("unpause", "unpaused", "was not paused"),

  /// A signal that no process survives.
  KILL("kill", "killed", "did not run"),

  /// Any other, whose effect nobody can see.
  SIGNAL("kill", "sent a signal to", "did not run");

  private static final Set<String> FORCE = Set.of("KILL", "SIGKILL", "9");

  private final String word;
  private final String done;
  private final String already;

  ContainerAction(String word, String done, String already) {
    this.word = word;
    this.done = done;
    this.already = already;
  }

  /// How a container's state fits, the best first.
  enum Fit {
    /// It is what the action is for.
    MEANT,
    /// It can be done to it as well.
    POSSIBLE,
    /// It is as the action would make it.
    ALREADY,
    IMPOSSIBLE
  }

  /// What became of an action whose answer nobody heard.
  enum Became {
    DONE,
    /// A restart that has stopped the container, and not started it.
    HALF,
    /// Nothing that could be seen.
    UNTOUCHED,
    /// It leaves no trace.
    UNKNOWN
  }

  /// The action that a job asks for, which is not to prune.
  static ContainerAction of(Settings settings) {
    return switch (settings.get(ActionKeys.ACTION)) {
      case ActionKeys.Action.RESTART -> RESTART;
      case ActionKeys.Action.STOP -> STOP;
      case ActionKeys.Action.START -> START;
      case ActionKeys.Action.PAUSE -> PAUSE;
      case ActionKeys.Action.UNPAUSE -> UNPAUSE;
      default -> FORCE.contains(settings.get(ActionKeys.SIGNAL)) ? KILL : SIGNAL;
    };
  }

  /// As it is written in a configuration.
  String word() {
    return word;
  }

  /// What was done, for the output.
  String done(String container) {
    return done + " container \"" + container + "\"";
  }

  /// Why nothing was done, for the output.
  String already(String container) {
    return "container \"" + container + "\" " + already;
  }

  /// That a run was stopped which the engine may not have done with, for the output.
  String mayGoOn(String container) {
    return "stopped while the engine was asked to "
        + word
        + " container \""
        + container
        + "\", and may go on with that";
  }

  /// Whether the engine may be at it for as long as the container takes to stop.
  boolean waitsForAStop() {
    return this == RESTART || this == STOP;
  }

  /// Whether the container runs afterwards.
  boolean starts() {
    return this == RESTART || this == START;
  }

  /// @param state as [Container.State#status()]
  Fit fit(String state) {
    return switch (this) {
      case RESTART ->
          switch (state) {
            case "running", "paused", "restarting" -> Fit.MEANT;
            case "created", "exited" -> Fit.POSSIBLE;
            default -> Fit.IMPOSSIBLE;
          };
      case STOP, KILL ->
          switch (state) {
            case "running", "paused", "restarting" -> Fit.MEANT;
            case "created", "exited", "dead" -> Fit.ALREADY;
            default -> Fit.IMPOSSIBLE;
          };
      case START ->
          switch (state) {
            case "created", "exited" -> Fit.MEANT;
            case "running", "restarting" -> Fit.ALREADY;
            default -> Fit.IMPOSSIBLE;
          };
      case PAUSE ->
          switch (state) {
            case "running" -> Fit.MEANT;
            case "paused" -> Fit.ALREADY;
            default -> Fit.IMPOSSIBLE;
          };
      case UNPAUSE ->
          switch (state) {
            case "paused" -> Fit.MEANT;
            case "running" -> Fit.ALREADY;
            default -> Fit.IMPOSSIBLE;
          };
      case SIGNAL ->
          switch (state) {
            case "running", "paused" -> Fit.MEANT;
            default -> Fit.IMPOSSIBLE;
          };
    };
  }

  /// What became of it, by how the container was before and is now. The engine never gives two
  /// starts or two ends of a container the same instant.
  Became became(Before before, Container.State now) {
    boolean hasStarted = !before.started().equals(Before.shown(now.startedText()));
    boolean hasEnded = !before.finished().equals(Before.shown(now.finishedText()));
    return switch (this) {
      case RESTART ->
          hasStarted ? Became.DONE : hasEnded && !now.running() ? Became.HALF : Became.UNTOUCHED;
      case START -> hasStarted || now.running() ? Became.DONE : Became.UNTOUCHED;
      case STOP, KILL -> hasEnded || !now.running() ? Became.DONE : Became.UNTOUCHED;
      case PAUSE -> now.paused() ? Became.DONE : Became.UNTOUCHED;
      case UNPAUSE -> now.paused() ? Became.UNTOUCHED : Became.DONE;
      case SIGNAL -> Became.UNKNOWN;
    };
  }
}
