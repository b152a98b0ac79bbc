package ofelia.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;

/// Virtual time and threads of which exactly one runs at any moment, so that a seed decides
/// everything.
///
/// The program's own blocking code runs unchanged. A thread that waits hands over to one that is
/// ready, chosen by chance; when none is, the clock jumps to the earliest end of a wait. A crash
/// dooms all threads of a process: each gets a [Crash] out of its next step or wait.
public final class SimWorld implements Time, Crew {

  private final SplittableRandom random;
  private final long originMillis;
  private final List<Fiber> ready = new ArrayList<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::atNanos).thenComparingLong(Alarm::order));
  private final List<Fiber> living = new ArrayList<>();
  private long alarmCount;
  private long nanos;
  private long wallStepMillis;
  private long suspendedMillis;
  private int process;
  private int alive;
  private long stepsToCrash = Long.MAX_VALUE;
  private long crashMillis;
  private @Nullable Fiber current;
  private @Nullable Throwable failure;

  public SimWorld(long seed, long originMillis) {
    this.random = new SplittableRandom(seed);
    this.originMillis = originMillis;
  }

  /// Carries out the script on a thread that no crash touches, and all threads it starts.
  public void run(Script script) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Fiber main = new Fiber("script", -1);
    main.launch(() -> {
      try {
        script.run();
      } catch (Throwable e) {
        failure = e;
      }
      over.countDown();
    });
    ready.remove(main);
    main.go();
    over.await();
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }

  public interface Script {
    void run() throws Exception;
  }

  SplittableRandom random() {
    return random;
  }

  // ---- processes -----------------------------------------------------------------------------

  /// A new process begins; threads started from now on belong to it.
  public void newProcess() {
    process++;
    stepsToCrash = Long.MAX_VALUE;
    crashMillis = Long.MAX_VALUE;
  }

  /// The process dies at the given number of steps from now.
  void crashAfter(long steps) {
    stepsToCrash = steps;
  }

  boolean isCrashed() {
    return stepsToCrash < 0;
  }

  /// Ends what is left of the present process.
  public void kill() throws InterruptedException {
    stepsToCrash = -1;
    doomAll();
    while (alive > 0) {
      giveWay();
    }
  }

  /// A point between two steps of the program: the process may die here, or another thread may go
  /// first.
  public void step() {
    Fiber me = me();
    me.dieIfDoomed();
    if (me.process >= 0 && --stepsToCrash < 0) {
      doomAll();
      throw new Crash();
    }
    if (!ready.isEmpty() && random.nextInt(8) == 0) {
      giveWay();
      me.dieIfDoomed();
    }
  }

  /// When the present process died, or began to end.
  long crashMillis() {
    return crashMillis;
  }

  void noteCrashTime() {
    crashMillis = Math.min(crashMillis, millis());
  }

  private void doomAll() {
    noteCrashTime();
    stepsToCrash = -1;
    for (Fiber fiber : List.copyOf(living)) {
      fiber.wakeNow();
    }
  }

  // ---- threads -------------------------------------------------------------------------------

  private Fiber me() {
    Fiber me = current;
    if (me == null) {
      throw new IllegalStateException("not on a thread of this world");
    }
    return me;
  }

  /// Whether all threads but the present one wait.
  boolean isQuiet() {
    return ready.isEmpty();
  }

  private void giveWay() {
    Fiber me = me();
    ready.add(me);
    handOver(me);
  }

  private void handOver(@Nullable Fiber from) {
    Fiber next = next();
    if (next == from) {
      return;
    }
    next.go();
    if (from != null) {
      from.parkUntilGo();
    }
  }

  private Fiber next() {
    while (ready.isEmpty()) {
      Alarm alarm = alarms.poll();
      if (alarm == null) {
        throw new IllegalStateException("every thread waits for ever");
      }
      if (alarm.fiber.waitNumber == alarm.waitNumber) {
        nanos = Math.max(nanos, alarm.atNanos);
        alarm.fiber.waitNumber++;
        alarm.fiber.isWaiting = false;
        ready.add(alarm.fiber);
      }
    }
    int chosen = random.nextInt(ready.size());
    Fiber last = ready.removeLast();
    return chosen == ready.size() ? last : ready.set(chosen, last);
  }

  @Override
  public Hand start(String name, Runnable work) {
    Fiber fiber = new Fiber(name, process);
    alive++;
    living.add(fiber);
    fiber.launch(() -> {
      try {
        fiber.dieIfDoomed();
        work.run();
      } catch (Crash _) {
        // This is what a crash does.
      } catch (Throwable e) {
        failure = e;
        e.printStackTrace();
      } finally {
        alive--;
        living.remove(fiber);
        fiber.end();
      }
      handOver(null);
    });
    return fiber;
  }

  @Override
  public Hand startLoop(String name, Runnable loop) {
    return start(name, loop);
  }

  // ---- time ----------------------------------------------------------------------------------

  @Override
  public long millis() {
    return originMillis + wallStepMillis + nanos / 1_000_000;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Signal newSignal() {
    return new SimSignal();
  }

  /// Lets time pass for everybody while the present thread is held up.
  void hold(Duration howLong) {
    nanos += howLong.toNanos();
  }

  /// Steps the wall clock; the monotonic one does not notice.
  public void stepWallClock(Duration by) {
    wallStepMillis += by.toMillis();
  }

  /// The machine sleeps: the wall clock goes on, the monotonic one does not.
  public void suspend(Duration howLong) {
    wallStepMillis += howLong.toMillis();
    suspendedMillis += howLong.toMillis();
  }

  @Override
  public OptionalLong suspendedMillis() {
    return OptionalLong.of(suspendedMillis);
  }

  public void sleep(Duration duration) throws InterruptedException {
    newSignal().await(duration);
  }

  private record Alarm(long atNanos, long order, Fiber fiber, long waitNumber) {}

  private final class SimSignal implements Signal {
    private boolean raised;
    private @Nullable Fiber waiter;

    @Override
    public void raise() {
      raised = true;
      if (waiter != null) {
        waiter.wakeNow();
        waiter = null;
      }
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
      Fiber me = me();
      me.dieIfDoomed();
      me.leaveIfInterrupted();
      if (!raised && atMost.isPositive()) {
        waiter = me;
        alarms.add(new Alarm(nanos + atMost.toNanos(), alarmCount++, me, me.waitNumber));
        me.isWaiting = true;
        handOver(me);
        me.isWaiting = false;
        waiter = null;
        me.dieIfDoomed();
        me.leaveIfInterrupted();
      }
      boolean woken = raised;
      raised = false;
      return woken;
    }
  }

  private final class Fiber implements Hand {
    private final String name;
    private final int process;
    private final List<SimSignal> joiners = new ArrayList<>();
    private @Nullable Thread thread;
    private volatile boolean mayGo;
    private boolean isWaiting;
    private boolean isInterrupted;
    private boolean isOver;
    private long waitNumber;

    Fiber(String name, int process) {
      this.name = name;
      this.process = process;
    }

    void launch(Runnable work) {
      thread =
          Thread.ofVirtual()
              .name(name)
              .unstarted(() -> {
                parkUntilGo();
                work.run();
              });
      thread.start();
      ready.add(this);
    }

    void go() {
      current = this;
      mayGo = true;
      LockSupport.unpark(thread);
    }

    void parkUntilGo() {
      while (!mayGo) {
        LockSupport.park();
      }
      mayGo = false;
    }

    void wakeNow() {
      if (isWaiting) {
        isWaiting = false;
        waitNumber++;
        ready.add(this);
      }
    }

    void dieIfDoomed() {
      if (process >= 0 && (process != SimWorld.this.process || stepsToCrash < 0)) {
        throw new Crash();
      }
    }

    void leaveIfInterrupted() throws InterruptedException {
      if (isInterrupted) {
        isInterrupted = false;
        throw new InterruptedException();
      }
    }

    void end() {
      isOver = true;
      joiners.forEach(SimSignal::raise);
    }

    @Override
    public void interrupt() {
      isInterrupted = true;
      wakeNow();
    }

    @Override
    public boolean join(Duration atMost) throws InterruptedException {
      if (!isOver) {
        SimSignal ended = new SimSignal();
        joiners.add(ended);
        ended.await(atMost);
      }
      return isOver;
    }
  }
}
