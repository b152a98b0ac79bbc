package ofelia.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Runs something for many seeds, on all processors, and names the seeds that fail.
final class Seeds {

  private Seeds() {}

  interface Trial<T> {
    T run(long seed) throws Exception;
  }

  /// A seed that failed, and how.
  private record Failed(long seed, Throwable cause) {}

  /// @param count how many seeds, from 1; the property `ofelia.sim.seed` picks others: a single one
  ///   such as `201`, or a range such as `202..1000`
  /// @throws AssertionError naming all seeds that failed, with what went wrong in the first of them
  static <T> Map<Long, T> run(int count, Trial<T> trial) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    Map<Long, T> results = new TreeMap<>();
    List<Failed> failed = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(processors)) {
      Map<Long, Future<T>> futures = new TreeMap<>();
      seeds(count).forEach(seed -> futures.put(seed, pool.submit(() -> trial.run(seed))));
      for (var future : futures.entrySet()) {
        try {
          results.put(future.getKey(), future.getValue().get());
        } catch (ExecutionException e) {
          Failed one = new Failed(future.getKey(), e.getCause() == null ? e : e.getCause());
          System.out.println("seed " + one.seed + " failed: " + one.cause);
          failed.add(one);
        }
      }
    }
    if (!failed.isEmpty()) {
      throw new AssertionError(
          "failed with %d of the seeds: %s; seed %d (-Dofelia.sim.seed=%d): %s"
              .formatted(
                  failed.size(),
                  failed.stream().map(one -> "" + one.seed).collect(Collectors.joining(", ")),
                  failed.getFirst().seed,
                  failed.getFirst().seed,
                  failed.getFirst().cause),
          failed.getFirst().cause);
    }
    return results;
  }

  private static LongStream seeds(int count) {
    String asked = System.getProperty("ofelia.sim.seed", "1.." + count);
    int dots = asked.indexOf("..");
    return dots < 0
        ? LongStream.of(Long.parseLong(asked))
        : LongStream.rangeClosed(
            Long.parseLong(asked.substring(0, dots)), Long.parseLong(asked.substring(dots + 2)));
  }
}
