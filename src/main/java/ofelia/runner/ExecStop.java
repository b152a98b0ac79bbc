package ofelia.runner;

import java.time.Duration;
import ofelia.docker.DockerException;
import ofelia.plugin.RunSink;
import ofelia.plugin.Stop;
import ofelia.time.Signal;
import ofelia.time.Time;

/// Ends what one exec runs, children included, when that is asked for: TERM to all, KILL when the
/// grace is over, and a look whether anything is left before the run counts as over.
///
/// Owned by the run's thread, which calls [#advance] while the exec goes on and [#finish] when its
/// process has ended.
final class ExecStop {

  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /// How long to try to kill what has survived its exec: a process that is stuck in the kernel
  /// cannot be killed.
  private static final Duration LONGEST_KILL = Duration.ofSeconds(15);

  /// How long the engine may be away after the exec has ended, and something may be left.
  private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(2);

  /// How often nothing may be found of a command that goes on, before it counts as not findable.
  private static final int MOST_FUTILE_KILLS = 5;

  private final ContainerProcesses processes;
  private final String run;
  private final Time time;
  private final Stop stop;
  private final RunSink sink;
  private final Signal pause;

  private boolean isAsked;

  /// Until somebody asks again.
  private volatile boolean isGivenUp;

  private boolean saidAway;
  private int futileKills;

  /// When patience is over, once the end was asked for; whoever asks again brings it forward.
  private volatile long killNanos;

  private Duration nextPause = FIRST_PAUSE;

  /// @param run its `OFELIA_RUN_ID`
  ExecStop(ContainerProcesses processes, String run, Time time, Stop stop, RunSink sink) {
    this.processes = processes;
    this.run = run;
    this.time = time;
    this.stop = stop;
    this.sink = sink;
    this.pause = time.newSignal();
    stop.onRequest(() -> {
      killNanos = time.nanos() + stop.grace().toNanos();
      isGivenUp = false;
      pause.raise();
    });
  }

  /// Does what is due by now, while the exec goes on.
  ///
  /// @return how long until there may be more to do
  Duration advance() throws InterruptedException {
    if (!stop.isRequested() || isGivenUp) {
      return NEVER;
    }
    if (!isAsked) {
      if (!signalled("TERM")) {
        return isGivenUp ? NEVER : longerPause();
      }
      isAsked = true;
      return atLeast(Duration.ZERO, untilKill());
    }
    if (untilKill().isPositive()) {
      return untilKill();
    }
    boolean _ = signalled("KILL");
    return isGivenUp ? NEVER : longerPause();
  }

  /// Ends what the exec has left behind, now that its own process has ended.
  ///
  /// @return false when it was not stopped: nobody asked, or it could not be
  boolean finish() throws InterruptedException {
    if (!stop.isRequested() || isGivenUp) {
      return false;
    }
    long from = time.nanos();
    nextPause = FIRST_PAUSE;
    while (true) {
      boolean isPatient = !isAsked || untilKill().isPositive();
      int alive = alive(!isAsked ? "TERM" : isPatient ? ContainerProcesses.LOOK : "KILL");
      isAsked |= alive >= 0;
      if (alive == 0) {
        return true;
      }
      if (isGivenUp) {
        return false;
      }
      Duration spent = Duration.ofNanos(time.nanos() - from);
      Duration most = alive < 0 ? LONGEST_ABSENCE : stop.grace().plus(LONGEST_KILL);
      if (spent.compareTo(most) > 0) {
        sink.warn(
            alive < 0
                ? "processes of it may be left in the container"
                : alive + " process(es) of it cannot be killed and are left in the container");
        return true;
      }
      Duration next = longerPause();
      var _ = pause.await(isPatient && isAsked ? shorter(next, untilKill()) : next);
    }
  }

  /// Kills what the exec runs, whoever asked or did not: nobody can bound it any more.
  ///
  /// @return whether nothing is left of it; else to be tried again
  boolean kill() throws InterruptedException {
    nextPause = FIRST_PAUSE;
    for (long from = time.nanos(); !isGivenUp; ) {
      int alive = alive("KILL");
      if (alive == 0) {
        return true;
      }
      if (alive < 0 || time.nanos() - from > LONGEST_KILL.toNanos()) {
        return false;
      }
      var _ = pause.await(longerPause());
    }
    return false;
  }

  /// Whether it was told to end, and again and again nothing is there to be told.
  boolean findsNothing() {
    return futileKills > 1;
  }

  private Duration untilKill() {
    return Duration.ofNanos(killNanos - time.nanos());
  }

  private Duration longerPause() {
    Duration pauseNow = nextPause;
    nextPause = shorter(nextPause.multipliedBy(2), LONGEST_PAUSE);
    return pauseNow;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration atLeast(Duration least, Duration value) {
    return value.compareTo(least) < 0 ? least : value;
  }

  /// Signals a run whose exec goes on, so that there must be something to find.
  private boolean signalled(String signal) throws InterruptedException {
    int alive = alive(signal);
    if (alive == 0 && ++futileKills >= MOST_FUTILE_KILLS) {
      giveUp("its processes are not to be found: the command has cleared its environment");
    }
    return alive > 0;
  }

  /// @return how many processes there were; negative when that is not known
  private int alive(String signal) throws InterruptedException {
    try {
      return switch (processes.signal(run, signal)) {
        case ContainerProcesses.Pass.Counted(var alive) -> {
          saidAway = false;
          yield alive;
        }
        case ContainerProcesses.Pass.NoMeans(var why) -> {
          giveUp(why + " in the container");
          yield -1;
        }
        case ContainerProcesses.Pass.Unknown(var why) -> notYet(why);
      };
    } catch (DockerException e) {
      return notYet(String.valueOf(e.getMessage()));
    }
  }

  /// It is tried again.
  private int notYet(String why) {
    if (!saidAway) {
      sink.warn("the command cannot be ended yet: " + why);
    }
    saidAway = true;
    return -1;
  }

  private void giveUp(String why) {
    isGivenUp = true;
    sink.warn("the command cannot be ended, and goes on: " + why);
  }
}
