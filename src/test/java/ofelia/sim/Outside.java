package ofelia.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import ofelia.time.Signal;
import org.jspecify.annotations.Nullable;

/// The machine that carries out the work, like a container engine: what runs there goes on when the
/// daemon dies, it is away at times, and it forgets the end of some work.
final class Outside {

  static final JobKind KIND = new JobKind("simulated");

  private final SimWorld world;
  private final Map<String, Work> works = new HashMap<>();
  private long awayUntilNanos = Long.MIN_VALUE;
  private long serial;
  private long begun;

  /// Everything that ever began.
  final List<Begin> begins = new ArrayList<>();

  record Begin(RunId run, int attempt, JobName job, long dueMillis, Cause cause) {}

  /// What went on that must not have.
  final List<String> wrongs = new ArrayList<>();

  private static final class Work {
    final JobName job;
    final Cause cause;
    boolean begun;
    long endNanos;
    int exit;
    boolean endIsForgotten;

    Work(RunRequest request) {
      this.job = request.job().name();
      this.cause = request.cause();
    }
  }

  Outside(SimWorld world) {
    this.world = world;
  }

  /// Takes the machine away for a while, from now.
  void goAway(Duration howLong) {
    awayUntilNanos = world.nanos() + howLong.toNanos();
  }

  long begun() {
    return begun;
  }

  private boolean isAway() {
    return world.nanos() < awayUntilNanos;
  }

  private SplittableRandom random() {
    return world.random();
  }

  private Duration howLong() {
    int kind = random().nextInt(10);
    if (kind < 6) {
      return Duration.ofMillis(random().nextInt(1, 3_000));
    }
    return kind < 9
        ? Duration.ofSeconds(random().nextInt(1, 600))
        : Duration.ofMinutes(random().nextInt(10, 300));
  }

  /// The runner of one process.
  Runner runner() {
    return new SimRunner();
  }

  private final class SimRunner implements Runner {

    @Override
    public JobKind kind() {
      return KIND;
    }

    @Override
    public String describe(JobSpec job) {
      return "simulated";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop)
        throws InterruptedException, NotOursException {
      world.step();
      if (isAway()) {
        return new Outcome.Broke("the engine is away");
      }
      String id = "w" + serial++;
      Work work = new Work(request);
      works.put(id, work);
      world.step();
      sink.intend(id);
      world.step();
      begin(request, work);
      world.step();
      sink.started(id);
      return follow(work, stop);
    }

    private void begin(RunRequest request, Work work) {
      if (request.cause() == Cause.CATCH_UP && request.attempt() == 1) {
        boolean isAlone =
            works.values().stream()
                .filter(other -> other.job.equals(work.job) && other.begun)
                .filter(other -> other.cause == Cause.CATCH_UP)
                .allMatch(other -> other.endNanos <= world.nanos());
        if (!isAlone) {
          wrongs.add("made up for beside another: " + request);
        }
      }
      work.begun = true;
      work.endNanos = world.nanos() + howLong().toNanos();
      work.exit = random().nextInt(10) == 0 ? 1 : 0;
      work.endIsForgotten = random().nextInt(10) == 0;
      begun++;
      begins.add(
          new Begin(
              request.run(),
              request.attempt(),
              request.job().name(),
              request.due().toEpochMilli(),
              request.cause()));
    }

    private Outcome follow(Work work, Stop stop) throws InterruptedException {
      Signal asked = world.newSignal();
      stop.onRequest(asked::raise);
      while (world.nanos() < work.endNanos) {
        if (asked.await(Duration.ofNanos(work.endNanos - world.nanos()))) {
          work.endNanos = world.nanos();
          return new Outcome.Cancelled(stop.by());
        }
      }
      return work.exit == 0
          ? new Outcome.Succeeded()
          : new Outcome.Failed(work.exit, "exit code " + work.exit);
    }

    @Override
    public Finding find(RunRequest request, Trace trace)
        throws InterruptedException, TryLaterException {
      world.step();
      if (isAway()) {
        throw new TryLaterException("the engine is away", new IllegalStateException());
      }
      @Nullable Work work = works.get(trace.intent());
      if (work == null || !work.begun) {
        works.remove(trace.intent());
        world.step();
        return new Finding.NotBegun();
      }
      if (world.nanos() >= work.endNanos && work.endIsForgotten) {
        return new Finding.Lost("the engine has forgotten its end");
      }
      return new Finding.Found();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
        throws InterruptedException {
      world.step();
      Work work = works.get(trace.intent());
      if (work == null) {
        throw new IllegalStateException("found before, and gone now");
      }
      return follow(work, stop);
    }

    @Override
    public boolean canStop() {
      return true;
    }

    @Override
    public boolean canOutlive() {
      return true;
    }
  }
}
