package ofelia.wire;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Closes connections whose time is over. A socket channel has no read timeout, and a thread per
/// call to watch it would cost more than the call.
///
/// ## How it works
///
/// One daemon thread sleeps until the earliest due time it knows of, then looks at every armed
/// guard. Arming puts the guard into a set and wakes the thread only when it would otherwise wake
/// too late. Since most limits are of the same few lengths, a new guard is nearly always due after
/// the planned waking, so that arming and disarming cost a set insertion and a removal; a waking
/// that finds nothing due is as rare as the limits are long.
final class Watchdog {

  private static final long NEVER = Long.MAX_VALUE;
  private static final Set<Guard> ARMED = ConcurrentHashMap.newKeySet();
  private static final Thread THREAD =
      Thread.ofPlatform().name("wire-watchdog").daemon().unstarted(Watchdog::watch);

  /// How far ahead of [#ORIGIN] the thread plans to wake. Counted from an origin so that it never
  /// overflows.
  private static volatile long wakeAt = NEVER;

  private static final long ORIGIN = System.nanoTime();

  static {
    THREAD.start();
  }

  private Watchdog() {}

  static Guard guard(Connection connection) {
    return new Guard(connection);
  }

  /// The watch over one connection. Armed and disarmed by the thread that uses the connection.
  static final class Guard {

    private final Connection connection;
    private volatile long dueAt = NEVER;
    private volatile boolean expired;

    private Guard(Connection connection) {
      this.connection = connection;
    }

    /// Closes the connection at the instant given, in the terms of `System.nanoTime()`, unless
    /// armed anew or disarmed before.
    void arm(long atNanos) {
      long due = atNanos - ORIGIN;
      dueAt = due;
      ARMED.add(this);
      if (due < wakeAt) {
        LockSupport.unpark(THREAD);
      }
    }

    void disarm() {
      dueAt = NEVER;
      ARMED.remove(this);
    }

    /// Whether this guard, and not somebody else, has closed the connection.
    boolean hasExpired() {
      return expired;
    }

    private void expire() {
      expired = true;
      ARMED.remove(this);
      try {
        connection.close();
      } catch (IOException _) {
        // The channel is closed even when its close complains, and nobody could do better.
      }
    }
  }

  private static void watch() {
    while (true) {
      // Reset before looking: a guard armed during the look sees it and wakes the thread for
      // another round.
      wakeAt = NEVER;
      long now = System.nanoTime() - ORIGIN;
      long earliest = NEVER;
      for (Guard guard : ARMED) {
        long due = guard.dueAt;
        if (due <= now) {
          guard.expire();
        } else {
          earliest = Math.min(earliest, due);
        }
      }
      wakeAt = earliest;
      if (earliest == NEVER) {
        LockSupport.park(ARMED);
      } else {
        LockSupport.parkNanos(ARMED, earliest - now);
      }
    }
  }
}
