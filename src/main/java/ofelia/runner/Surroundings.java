package ofelia.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerCutException;
import ofelia.docker.DockerException;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.TryLaterException;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The containers of one engine as far as they stand still for runs, whatever kind of work these
/// do. One for each engine; safe for any thread.
public final class Surroundings {

  private static final Logger LOG = LoggerFactory.getLogger(Surroundings.class);

  /// How often to try to let a container go on that the engine will not start.
  static final int MOST_TRIES = 30;

  /// Between two tries.
  static final Duration PAUSE = Duration.ofSeconds(1);

  final DockerClient client;
  final Standstill standstill;
  final Halts halts;
  final Time time;

  public Surroundings(DockerClient client, Time time) {
    this.client = client;
    this.standstill = new Standstill(client);
    this.halts = new Halts(time);
    this.time = time;
  }

  /// The same work, with containers at a standstill where the job wants that.
  public Runner around(Runner work) {
    return new AroundRunner(work, this);
  }

  /// Lets the containers go on that an earlier start of the daemon has brought to a standstill for
  /// a run without work.
  ///
  /// @param isUncertain whether that start died while it did so
  /// @return those that cannot go on, and why
  /// @throws TryLaterException when the engine does not answer; to be asked again
  List<String> letGo(RunRequest request, List<Halt> left, boolean isUncertain)
      throws TryLaterException, InterruptedException {
    List<String> ids = left.stream().map(Halt::id).toList();
    var _ = halts.begin(ids, () -> false);
    try {
      List<String> failures = new ArrayList<>();
      for (Halt halt : left.reversed()) {
        Optional<String> failure =
            halts.isNeededByOthers(request.run(), halt)
                ? Optional.empty()
                : letGo(request, halt, isUncertain);
        // Not before: when the engine does not answer, the run needs that until it is asked again.
        var _ = halts.leave(request.run(), halt);
        failure.ifPresent(why -> {
          halts.owe(halt);
          failures.add(why);
        });
      }
      return failures;
    } catch (DockerCutException e) {
      throw Asking.leave(e);
    } catch (DockerException e) {
      throw new TryLaterException(e.getMessage(), e);
    } finally {
      halts.end(ids);
    }
  }

  /// @return why it cannot go on
  private Optional<String> letGo(RunRequest request, Halt halt, boolean isUncertain)
      throws InterruptedException {
    Settings settings = request.job().settings();
    RunId run = request.run();
    Signal pause = time.newSignal();
    for (int tries = 1; ; tries++) {
      switch (standstill.release(halt, isUncertain, settings)) {
        case Standstill.Released.Done() -> {
          LOG.info(
              "Container \"{}\" was {} again: run {} of an earlier start had {} it",
              halt.name(),
              halt.way().undone,
              run,
              halt.way().done);
          return Optional.empty();
        }
        case Standstill.Released.Unneeded(var why) -> {
          LOG.info("Container \"{}\", {} for run {}, {}", halt.name(), halt.way().done, run, why);
          return Optional.empty();
        }
        case Standstill.Released.Refused(var why) -> {
          if (tries >= MOST_TRIES) {
            String failure = failure(halt, why);
            LOG.error("Run {}: {}", run, failure);
            return Optional.of(failure);
          }
        }
      }
      var _ = pause.await(PAUSE);
    }
  }

  static String failure(Halt halt, String why) {
    return "container \"%s\" could not be %s again: %s"
        .formatted(halt.name(), halt.way().undone, why);
  }
}
