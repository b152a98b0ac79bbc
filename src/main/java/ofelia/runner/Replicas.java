package ofelia.runner;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import ofelia.model.Outcome;
import ofelia.plugin.RunSink;
import ofelia.time.Crew;
import ofelia.time.Hand;

/// One run in several containers at once: a thread for each, and one outcome out of theirs.
final class Replicas {

  private static final Duration LONG = Duration.ofDays(1);

  private final Crew crew;
  private final String run;
  private final RunSink sink;

  /// The work in one of them.
  ///
  /// @param <H> what finds it there
  interface Work<H> {
    Outcome carryOut(H handle, RunSink sink) throws InterruptedException;
  }

  /// How it ended in one of them.
  private record Result(String name, Outcome outcome) {}

  /// @param run its number, for the names of threads
  Replicas(Crew crew, String run, RunSink sink) {
    this.crew = crew;
    this.run = run;
    this.sink = sink;
  }

  /// Carries out the work in all of them, and waits until the last has ended.
  <H> Outcome carryOut(List<Targets.Target> targets, List<H> handles, Work<H> work)
      throws InterruptedException {
    List<FutureTask<Outcome>> tasks = new ArrayList<>();
    List<Hand> hands = new ArrayList<>();
    for (int i = 0; i < handles.size(); i++) {
      H handle = handles.get(i);
      ReplicaSink own = new ReplicaSink(targets.get(i).name(), sink);
      FutureTask<Outcome> task = new FutureTask<>(() -> carryOut(handle, own, work));
      tasks.add(task);
      hands.add(crew.start("run-" + run + "-" + (i + 1), task));
    }
    awaitAll(hands);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Result result = new Result(targets.get(i).name(), outcome(tasks.get(i)));
      sink.mark("%s: %s".formatted(result.name, told(result.outcome)));
      results.add(result);
    }
    return together(results);
  }

  private static <H> Outcome carryOut(H handle, ReplicaSink own, Work<H> work)
      throws InterruptedException {
    try {
      return work.carryOut(handle, own);
    } finally {
      end(own);
    }
  }

  private static void end(ReplicaSink own) {
    try {
      own.end();
    } catch (UncheckedIOException _) {
      // The sink has said so; what cannot be kept does not change the outcome.
    }
  }

  private static void awaitAll(List<Hand> hands) throws InterruptedException {
    try {
      for (Hand hand : hands) {
        while (!hand.join(LONG)) {
          // It goes on.
        }
      }
    } catch (InterruptedException e) {
      hands.forEach(Hand::interrupt);
      for (Hand hand : hands) {
        boolean _ = hand.join(LONG);
      }
      throw e;
    }
  }

  /// @throws InterruptedException when its thread was told to leave
  private static Outcome outcome(FutureTask<Outcome> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException leave) {
        throw leave;
      }
      if (e.getCause() instanceof RuntimeException defect) {
        throw defect;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static String told(Outcome outcome) {
    return outcome.reason().isEmpty() ? outcome.word() : outcome.reason();
  }

  /// Stopped when one of them was stopped, failed when one has failed, with the worst exit code.
  private static Outcome together(List<Result> results) {
    for (Result result : results) {
      if (result.outcome instanceof Outcome.Cancelled) {
        return result.outcome;
      }
    }
    List<Result> bad =
        results.stream().filter(each -> !(each.outcome instanceof Outcome.Succeeded)).toList();
    if (bad.isEmpty()) {
      return new Outcome.Succeeded();
    }
    String each =
        bad.stream()
            .map(result -> result.name + ": " + told(result.outcome))
            .collect(java.util.stream.Collectors.joining("; "));
    String why = bad.size() + " of " + results.size() + " replicas did not succeed: " + each;
    int worst = 0;
    for (Result result : bad) {
      if (result.outcome instanceof Outcome.Failed(int exit, _)) {
        worst = Math.max(worst, exit);
      }
    }
    return worst == 0 ? new Outcome.Broke(why) : new Outcome.Failed(worst, why);
  }
}
