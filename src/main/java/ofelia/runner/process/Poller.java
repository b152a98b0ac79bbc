package ofelia.runner.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One thread that watches the pipes and the ends of all processes, by `epoll`.
///
/// It reads nothing and waits for nobody: it only raises the [Signals] of the process concerned, so
/// a slow reader of one process's output cannot hold up another's end. Descriptors are watched for
/// edges, which is why whoever is told that a pipe has something reads until it is empty.
final class Poller implements AutoCloseable {

  private static final int EVENTS = 256;
  private static final long WAKE = 0;

  private final int epoll;
  private final int[] wake = new int[2];
  private final Map<Long, Signals> watched = new ConcurrentHashMap<>();
  private final AtomicLong tokens = new AtomicLong(WAKE + 1);
  private final Thread thread;

  private Poller(int epoll) {
    this.epoll = epoll;
    this.thread = Thread.ofPlatform().name("process-watch").daemon().unstarted(this::watch);
  }

  /// @throws UnsupportedOperationException if the system refuses what is needed
  static Poller start() {
    Poller poller = new Poller(require("epoll", Libc.epollCreate()));
    require("a pipe", Libc.pipe(poller.wake));
    require("epoll", Libc.epollAdd(poller.epoll, poller.wake[0], WAKE));
    poller.thread.start();
    return poller;
  }

  /// A number under which descriptors are watched for `signals`, until [#forget].
  long register(Signals signals) {
    long token = tokens.getAndIncrement();
    watched.put(token, signals);
    return token;
  }

  void forget(long token) {
    watched.remove(token);
  }

  /// Raises `bit` whenever the descriptor becomes readable, at once if it is. Closing the
  /// descriptor ends it.
  ///
  /// @return 0, or a negative error number
  int watch(long token, int bit, int descriptor) {
    return Libc.epollAdd(epoll, descriptor, token << 4 | bit);
  }

  @Override
  public void close() {
    // The reading end sees the end of the pipe.
    Libc.close(wake[1]);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Libc.close(wake[0]);
    Libc.close(epoll);
  }

  private void watch() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(JAVA_INT);
      MemorySegment events = arena.allocate(EVENTS * Libc.EPOLL_EVENT_BYTES, 8);
      while (true) {
        int count = Libc.epollWait(errno, epoll, events, EVENTS);
        if (count < 0 && count != -Libc.EINTR) {
          throw new IllegalStateException("cannot watch processes: " + Libc.message(count));
        }
        for (int i = 0; i < count; i++) {
          long tag = Libc.tag(events, i);
          if (tag == WAKE) {
            return;
          }
          // A pipe at its end and empty is no news: its process is about to end as well, or does
          // without it.
          boolean hasNews = (Libc.happened(events, i) & Libc.EPOLLIN) != 0;
          Signals signals = watched.get(tag >> 4);
          if (hasNews && signals != null) {
            signals.raise((int) (tag & 0xf));
          }
        }
      }
    }
  }

  private static int require(String what, int result) {
    if (result < 0) {
      throw new UnsupportedOperationException("no " + what + ": " + Libc.message(result));
    }
    return result;
  }
}
