package ofelia.sim;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/// Runs something for many seeds, on all processors, and names the seed of a failure.
final class Seeds {

  private Seeds() {}

  interface Trial<T> {
    T run(long seed) throws Exception;
  }

  /// @param count how many seeds, from 1; the property `ofelia.sim.seed` picks a single one
  static <T> Map<Long, T> run(int count, Trial<T> trial) throws Exception {
    Long single = Long.getLong("ofelia.sim.seed");
    LongStream seeds = single == null ? LongStream.rangeClosed(1, count) : LongStream.of(single);
    int processors = Runtime.getRuntime().availableProcessors();
    Map<Long, T> results = new TreeMap<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(processors)) {
      Map<Long, Future<T>> futures = new TreeMap<>();
      seeds.forEach(seed -> futures.put(seed, pool.submit(() -> named(seed, trial))));
      for (var future : futures.entrySet()) {
        results.put(future.getKey(), future.getValue().get());
      }
    }
    return results;
  }

  private static <T> T named(long seed, Trial<T> trial) throws Exception {
    try {
      return trial.run(seed);
    } catch (Throwable e) {
      throw new AssertionError("seed " + seed + " (-Dofelia.sim.seed=" + seed + "): " + e, e);
    }
  }
}
