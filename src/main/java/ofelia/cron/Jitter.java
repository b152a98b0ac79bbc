package ofelia.cron;

import java.time.Duration;

/// How long after its instant a run begins that is to be spread.
public final class Jitter {

  private Jitter() {}

  /// The delay of one instant: always the same for the same job and instant, evenly distributed.
  ///
  /// @param nextMillis the due instant after it, or [Schedule#NEVER]
  /// @param most the job's jitter
  /// @return from 0, below `most` and below the time to the next instant
  public static long delayMillis(String job, long dueMillis, long nextMillis, Duration most) {
    long bound = Math.min(most.toMillis(), nextMillis - Math.max(0, dueMillis));
    if (bound <= 1) {
      return 0;
    }
    return Long.remainderUnsigned(mix(mix(job.hashCode()) + dueMillis), bound);
  }

  /// The finalizer of SplitMix64, which spreads numbers that differ in a few bits only.
  private static long mix(long bits) {
    long mixed = bits + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
