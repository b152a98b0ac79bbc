package ofelia.engine;

/// How long a run has done what its time limit does not count. Safe for any thread; the instants
/// are of the monotonic clock.
final class TimeAside {

  private boolean isAside;
  private boolean isUsed;
  private long sinceNanos;
  private long untoldNanos;

  synchronized void begin(long nowNanos) {
    isAside = true;
    isUsed = true;
    sinceNanos = nowNanos;
  }

  synchronized void end(long nowNanos) {
    if (isAside) {
      untoldNanos += nowNanos - sinceNanos;
    }
    isAside = false;
  }

  synchronized boolean isAside() {
    return isAside;
  }

  /// Whether the run does such a thing now, or has done one; who does one before its work does
  /// another after it.
  synchronized boolean isUsed() {
    return isUsed;
  }

  /// By how much the limit is to be put off, for what has not been told before.
  synchronized long takeNanos(long nowNanos) {
    if (isAside) {
      untoldNanos += nowNanos - sinceNanos;
      sinceNanos = nowNanos;
    }
    long told = untoldNanos;
    untoldNanos = 0;
    return told;
  }
}
