package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.docker.DockerRefusedException;
import ofelia.docker.DockerUnreachableException;
import ofelia.plugin.RunSink;
import ofelia.time.Signal;
import ofelia.time.Time;
import ofelia.wire.Deadline;

/// Asks the engine on behalf of one run, for as long as it takes: an engine that is away says
/// nothing about the run. The first silence and its end are said in the log, and no more. Owned by
/// the run's thread.
final class Asking {

  /// How long a single call may take.
  static final Duration CALL = Duration.ofSeconds(30);

  /// For how long to ask an engine about work that goes on, while it refuses to speak of it.
  private static final Duration LONGEST_REFUSAL = Duration.ofMinutes(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Time time;
  private final RunSink sink;
  private final Signal pause;
  private boolean isAway;
  private boolean wasAway;
  private OptionalLong refusedSinceNanos = OptionalLong.empty();
  private String refusal = "";

  /// One call, or a few that belong together.
  @FunctionalInterface
  interface Call<T> {
    T make() throws InterruptedException;
  }

  Asking(Time time, RunSink sink) {
    this.time = time;
    this.sink = sink;
    this.pause = time.newSignal();
  }

  /// Makes a call once.
  ///
  /// @throws DockerException when it fails
  /// @throws InterruptedException in place of a [DockerCutException]
  static <T> T once(Call<T> call) throws InterruptedException {
    try {
      return call.make();
    } catch (DockerCutException e) {
      throw leave(e);
    }
  }

  /// What to throw in place of a call that was cut.
  static InterruptedException leave(DockerCutException e) {
    // The flag is still set; whoever throws in its place clears it.
    var _ = Thread.interrupted();
    InterruptedException leave = new InterruptedException(e.getMessage());
    leave.initCause(e);
    return leave;
  }

  /// Makes a call that does no harm when it is made twice, until the engine answers.
  ///
  /// @throws DockerRefusedException when it answers no
  <T> T untilAnswered(Call<T> call) throws InterruptedException {
    Duration wait = FIRST_PAUSE;
    while (true) {
      try {
        T answer = once(call);
        answered();
        return answer;
      } catch (DockerRefusedException e) {
        if (!e.isServerError()) {
          answered();
          throw e;
        }
        away(e);
      } catch (DockerUnreachableException e) {
        away(e);
      }
      var _ = pause.await(wait);
      Duration doubled = wait.multipliedBy(2);
      wait = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  /// The same about work that goes on, for one who has something else to do while the engine does
  /// not say: to hear of the end, or to bring it about. Such a one asks again after a while. That
  /// the engine does not allow the question (as a proxy before it may do), does not understand it,
  /// or has trouble of its own, says nothing about the work.
  ///
  /// @return empty when it refuses, blames itself, or does not answer
  <T> Optional<T> ifAllowed(Call<T> call) throws InterruptedException {
    try {
      T answer = once(call);
      answered();
      if (refusedSinceNanos.isPresent()) {
        refusedSinceNanos = OptionalLong.empty();
        sink.warn("the engine allows to look again");
      }
      return Optional.of(answer);
    } catch (DockerRefusedException e) {
      if (e.isServerError()) {
        away(e);
      } else {
        forbidden(e);
      }
      refusal = String.valueOf(e.getMessage());
    } catch (DockerUnreachableException e) {
      away(e);
      refusal = String.valueOf(e.getMessage());
    }
    return Optional.empty();
  }

  private void forbidden(DockerRefusedException e) {
    answered();
    if (refusedSinceNanos.isEmpty()) {
      refusedSinceNanos = OptionalLong.of(time.nanos());
      sink.warn("the engine refuses, and is asked until it does not: " + e.getMessage());
    }
    wasAway = true;
  }

  /// Whether it forbids the question for so long by now that nobody can wait for it to speak of the
  /// work.
  boolean isRefusedTooLong() {
    return refusedSinceNanos.isPresent()
        && time.nanos() - refusedSinceNanos.getAsLong() >= LONGEST_REFUSAL.toNanos();
  }

  /// What it said when it refused last.
  String refusal() {
    return refusal;
  }

  /// Whether the engine failed to answer at any time, so that it may have been another one, or the
  /// same anew, since.
  boolean wasAway() {
    return wasAway;
  }

  static Deadline soon() {
    return Deadline.within(CALL);
  }

  private void away(DockerException e) {
    if (!isAway && !wasAway) {
      sink.warn("the engine does not answer, and is asked until it does: " + e.getMessage());
    }
    isAway = true;
    wasAway = true;
    // Trouble says nothing of what is allowed.
    refusedSinceNanos = OptionalLong.empty();
  }

  private void answered() {
    if (isAway) {
      isAway = false;
      sink.warn("the engine answers again");
    }
  }
}
