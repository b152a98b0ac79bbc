package ofelia.runner.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import ofelia.model.OutputChannel;
import ofelia.time.Time;

/// One process started by `ProcessBuilder`. Two threads of its own read, because a blocked read of
/// a pipe holds a virtual thread's carrier; the thread that awaits it does the rest.
final class PortableProcess implements LocalProcess {

  private static final int BUFFER_BYTES = 64 << 10;

  /// How long a reader may find nothing, after all that belongs to the process has ended, until its
  /// pipe counts as held open by a stranger.
  private static final Duration SILENCE = Duration.ofMillis(500);

  private final Time time;
  private final Process process;
  private final ProcessMark mark;
  private final Family family;
  private final Consumer<PortableProcess> forget;
  private final Signals signals;
  private final StopRequest stopping;
  private List<Reader> readers = List.of();
  private Optional<Exit> exit = Optional.empty();

  PortableProcess(Time time, Process process, Command command, Consumer<PortableProcess> forget) {
    this.time = time;
    this.process = process;
    this.signals = new Signals(time);
    this.stopping = new StopRequest(time);
    this.mark = ProcessTable.mark(process.pid());
    this.family = Family.ledBy(mark, command);
    this.forget = forget;
    var _ = process.onExit().thenRun(() -> signals.raise(Signals.ENDED));
  }

  @Override
  public ProcessMark mark() {
    return mark;
  }

  @Override
  public void stop(Duration grace) {
    stopping.request(grace);
    signals.raise(Signals.STOP);
  }

  @Override
  public Exit await(OutputSink sink) throws InterruptedException {
    if (exit.isPresent()) {
      return exit.get();
    }
    if (readers.isEmpty()) {
      readers =
          List.of(
              new Reader(OutputChannel.STDOUT, process.getInputStream(), sink, signals),
              new Reader(OutputChannel.STDERR, process.getErrorStream(), sink, signals));
    }
    while (process.isAlive()) {
      signals.take(stopping.untilNextAct());
      stopping.act(family::living);
      readers.forEach(Reader::requireSound);
    }
    Ending leftOver = new Ending(time, family::living);
    leftOver.run(stopping.graceOrAtLeast(SpawnedProcess.LEFT_OVER_GRACE));
    for (Reader reader : readers) {
      reader.finish();
    }
    forget.accept(this);
    Exit how = new Exit(process.exitValue(), 0, leftOver.seen());
    exit = Optional.of(how);
    return how;
  }

  @Override
  public void close() {
    if (exit.isEmpty()) {
      kill();
      exit = Optional.of(new Exit(128 + 9, 0, 0));
    }
  }

  void kill() {
    process.destroyForcibly();
    Ending.force(time, family::living);
    forget.accept(this);
  }

  /// Copies one channel to its end.
  private static final class Reader {

    private final FutureTask<Long> copying;
    private final Thread thread;
    private volatile long pieces;
    private volatile boolean delivers;

    Reader(OutputChannel channel, InputStream in, OutputSink sink, Signals signals) {
      copying =
          new FutureTask<>(() -> copy(channel, in, sink)) {
            @Override
            protected void done() {
              signals.raise(channel == OutputChannel.STDOUT ? Signals.STDOUT : Signals.STDERR);
            }
          };
      thread = Thread.ofPlatform().daemon().name("process-output").start(copying);
    }

    private long copy(OutputChannel channel, InputStream in, OutputSink sink) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long count = 0;
      try {
        for (int length; (length = in.read(buffer)) >= 0; ) {
          delivers = true;
          sink.accept(channel, buffer, 0, length);
          pieces = ++count;
          delivers = false;
        }
      } catch (IOException _) {
        // The process has ended and the stream was closed with it: its end as well.
      }
      return count;
    }

    /// Waits for the end of the stream, for as long as something comes.
    void finish() throws InterruptedException {
      long before = -1;
      while (!thread.join(SILENCE) && (delivers || pieces != before)) {
        before = pieces;
      }
      requireSound();
    }

    /// Throws what the sink threw.
    void requireSound() {
      if (copying.state() == Future.State.FAILED) {
        throw copying.exceptionNow() instanceof RuntimeException thrown
            ? thrown
            : new IllegalStateException("copying output failed", copying.exceptionNow());
      }
    }
  }
}
