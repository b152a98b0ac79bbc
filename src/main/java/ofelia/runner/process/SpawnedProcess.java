package ofelia.runner.process;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ofelia.model.OutputChannel;
import ofelia.runner.process.ProcessTable.Row;
import ofelia.time.Time;

/// One process started by `posix_spawn`. The thread that awaits it does everything: it reads, sends
/// signals, and takes the end notice; others only raise [Signals].
///
/// The end notice is taken last, after the session is empty, because until then the process's id
/// cannot become another one's.
final class SpawnedProcess implements LocalProcess {

  /// What left-over processes are given between TERM and KILL.
  static final Duration LEFT_OVER_GRACE = Duration.ofMillis(500);

  private static final int SMALL_BUFFER = 1 << 10;
  private static final int LARGE_BUFFER = 64 << 10;
  private static final byte[] NO_BUFFER = {};

  /// The wait status of a process ended by signal 9.
  private static final int KILLED = 9;

  private final SpawnedProcesses owner;
  private final Time time;
  private final Poller poller;
  private final ProcessMark mark;
  private final Family family;
  private final Signals signals;
  private final StopRequest stopping;
  private final long token;
  private final int output;
  private final int error;
  private final int ending;

  /// The pipes that have not come to their end.
  private int open = Signals.STDOUT | Signals.STDERR;

  /// What was raised and not dealt with. Pipes are watched for edges, so nobody tells it again.
  private int ready;

  private volatile boolean hasEnded;
  private byte[] buffer = NO_BUFFER;
  private int bufferBytes = SMALL_BUFFER;
  private Optional<Exit> exit = Optional.empty();

  /// @param output the reading end of its pipe; this object closes it
  /// @param error likewise
  /// @param ending the process's own descriptor; likewise
  SpawnedProcess(
      SpawnedProcesses owner,
      Time time,
      Poller poller,
      Command command,
      ProcessMark mark,
      int output,
      int error,
      int ending) {
    this.owner = owner;
    this.time = time;
    this.poller = poller;
    this.signals = new Signals(time);
    this.stopping = new StopRequest(time);
    this.mark = mark;
    this.family = Family.ledBy(mark, command);
    this.output = output;
    this.error = error;
    this.ending = ending;
    this.token = poller.register(signals);
  }

  /// @return 0, or a negative error number
  int watch() {
    int result = ending < 0 ? ending : poller.watch(token, Signals.ENDED, ending);
    result = result < 0 ? result : poller.watch(token, Signals.STDOUT, output);
    return result < 0 ? result : poller.watch(token, Signals.STDERR, error);
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
    copyUntilEnded(sink);
    copyRest(sink, OutputChannel.STDOUT);
    copyRest(sink, OutputChannel.STDERR);
    Ending leftOver = new Ending(time, this::members);
    leftOver.run(stopping.graceOrAtLeast(LEFT_OVER_GRACE));
    int[] status = new int[1];
    int result = takeNotice(status);
    if (result <= 0) {
      throw new IllegalStateException(
          "cannot learn how process " + mark.pid() + " ended: " + Libc.message(result));
    }
    Exit how = Exit.fromWaitStatus(status[0], leftOver.seen());
    exit = Optional.of(how);
    return how;
  }

  private void copyUntilEnded(OutputSink sink) throws InterruptedException {
    while (!hasEnded) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (ready == 0) {
        // Thousands may wait at once, most of them with nothing to say.
        buffer = NO_BUFFER;
        ready = signals.take(stopping.untilNextAct());
      } else {
        ready |= signals.poll();
      }
      hasEnded = (ready & Signals.ENDED) != 0;
      stopping.act(this::members);
      ready &= open;
      // In turns, so that a flood on one keeps neither the other nor the end waiting.
      copySome(sink, OutputChannel.STDOUT, bufferBytes);
      copySome(sink, OutputChannel.STDERR, bufferBytes);
    }
  }

  /// Until the pipe is empty, and no more than it can hold: a left-over process may write for ever.
  private void copyRest(OutputSink sink, OutputChannel channel) {
    int bit = bit(channel);
    if ((open & bit) == 0) {
      return;
    }
    int rest = Libc.capacity(descriptor(channel));
    ready |= bit;
    while (rest > 0 && (ready & bit) != 0) {
      rest -= copySome(sink, channel, Math.min(rest, bufferBytes));
    }
    closePipe(channel);
  }

  /// Reads once if there is something.
  private int copySome(OutputSink sink, OutputChannel channel, int most) {
    if ((ready & bit(channel)) == 0) {
      return 0;
    }
    if (buffer.length < most) {
      buffer = new byte[most];
    }
    int length = Libc.read(descriptor(channel), buffer, most);
    if (length > 0) {
      bufferBytes = length == most || length > SMALL_BUFFER ? LARGE_BUFFER : SMALL_BUFFER;
      sink.accept(channel, buffer, 0, length);
    } else if (length == -Libc.EAGAIN) {
      ready &= ~bit(channel);
    } else {
      closePipe(channel);
    }
    return Math.max(length, 0);
  }

  @Override
  public void close() {
    if (exit.isPresent()) {
      return;
    }
    kill();
    closePipe(OutputChannel.STDOUT);
    closePipe(OutputChannel.STDERR);
    int[] status = {KILLED};
    takeNotice(status);
    exit = Optional.of(Exit.fromWaitStatus(status[0], 0));
  }

  /// Ends it and all that belongs to it; its end notice is left to the thread that awaits it.
  void kill() {
    if (Ending.force(time, this::members).isEmpty()) {
      signals.raise(Signals.ENDED);
    }
  }

  private List<Row> members() {
    // What has ended has no descendants any more: they were left to us.
    return owner.members(family, hasEnded ? OptionalLong.empty() : OptionalLong.of(mark.pid()));
  }

  private void closePipe(OutputChannel channel) {
    int bit = bit(channel);
    if ((open & bit) != 0) {
      Libc.close(descriptor(channel));
      open &= ~bit;
      ready &= ~bit;
    }
  }

  /// Takes the end notice, with which the process's id is free again.
  ///
  /// @return as [Libc#waitpid]
  private int takeNotice(int[] status) {
    int result = Libc.waitpid((int) mark.pid(), status);
    owner.forget(this);
    poller.forget(token);
    if (ending >= 0) {
      Libc.close(ending);
    }
    return result;
  }

  private int descriptor(OutputChannel channel) {
    return channel == OutputChannel.STDOUT ? output : error;
  }

  private static int bit(OutputChannel channel) {
    return channel == OutputChannel.STDOUT ? Signals.STDOUT : Signals.STDERR;
  }
}
