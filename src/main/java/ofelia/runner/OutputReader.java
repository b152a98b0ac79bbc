package ofelia.runner;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32C;
import ofelia.docker.ContainerOutput;
import ofelia.docker.DockerException;
import ofelia.model.OutputChannel;
import ofelia.plugin.RunSink;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;

/// Copies what a process prints to the run's sink, in a thread of its own that ends with [#close]
/// at the latest.
final class OutputReader implements AutoCloseable {

  private static final Duration STEP = Duration.ofMillis(20);

  private final ContainerOutput output;
  private final RunSink sink;
  private final Time time;
  private final Runnable onEnd;
  private final Hand hand;
  private volatile long heardNanos;
  private final Seen skipped;
  private volatile boolean isKeeping;
  private volatile Seen seen = Seen.NOTHING;
  private volatile boolean isOther;
  private volatile boolean isOver;
  private volatile @Nullable DockerException broken;
  private volatile boolean isComplete;

  private final CRC32C outSum = new CRC32C();
  private final CRC32C errSum = new CRC32C();

  /// What came, of each output.
  record Seen(Part out, Part err) {

    static final Seen NOTHING = new Seen(Part.NOTHING, Part.NOTHING);

    private Part of(OutputChannel channel) {
      return channel == OutputChannel.STDOUT ? out : err;
    }

    private Seen with(OutputChannel channel, Part part) {
      return channel == OutputChannel.STDOUT ? new Seen(part, err) : new Seen(out, part);
    }
  }

  /// @param sum by which to know it again
  record Part(long length, long sum) {
    static final Part NOTHING = new Part(0, 0);
  }

  /// @param onEnd called in the reader's thread when no more comes
  OutputReader(
      String name, ContainerOutput output, RunSink sink, Time time, Crew crew, Runnable onEnd) {
    this(name, output, sink, Seen.NOTHING, time, crew, onEnd);
  }

  /// @param skipped what the sink has already, from the first byte on
  OutputReader(
      String name,
      ContainerOutput output,
      RunSink sink,
      Seen skipped,
      Time time,
      Crew crew,
      Runnable onEnd) {
    this.skipped = skipped;
    this.output = output;
    this.sink = sink;
    this.time = time;
    this.onEnd = onEnd;
    this.heardNanos = time.nanos();
    this.hand = crew.start(name, this::copy);
  }

  private void copy() {
    try {
      isComplete = output.copyTo(this::keep) == ContainerOutput.End.COMPLETE;
    } catch (DockerException e) {
      broken = e;
    } finally {
      isOver = true;
      onEnd.run();
    }
  }

  private void keep(OutputChannel channel, byte[] bytes, int offset, int length) {
    isKeeping = true;
    try {
      int known = Math.clamp(skipped.of(channel).length() - seen.of(channel).length(), 0, length);
      add(channel, bytes, offset, known);
      isOther = isOther || known > 0 && isUnlikeSkipped(channel);
      add(channel, bytes, offset + known, length - known);
      if (known < length && !isOther) {
        sink.output(channel, bytes, offset + known, length - known);
      }
    } catch (UncheckedIOException _) {
      // The sink has said so. Reading goes on, or else the process would stand still for it.
    } finally {
      heardNanos = time.nanos();
      isKeeping = false;
    }
  }

  private void add(OutputChannel channel, byte[] bytes, int offset, int length) {
    CRC32C sum = channel == OutputChannel.STDOUT ? outSum : errSum;
    sum.update(bytes, offset, length);
    long before = seen.of(channel).length();
    seen = seen.with(channel, new Part(before + length, sum.getValue()));
  }

  /// Whether all that was to be skipped has come, and is not what the sink has.
  private boolean isUnlikeSkipped(OutputChannel channel) {
    Part mine = seen.of(channel);
    Part theirs = skipped.of(channel);
    return mine.length() == theirs.length() && mine.sum() != theirs.sum();
  }

  /// Waits for the stream's end, but not when it has been silent for a while, or gone on for too
  /// long. Time that the sink takes is not silence.
  ///
  /// @return whether the stream ended by itself, whole or broken
  boolean awaitEnd(Duration silence, Duration atMost) throws InterruptedException {
    long from = time.nanos();
    while (!hand.join(STEP)) {
      long now = time.nanos();
      long quiet = now - Math.max(heardNanos, from);
      boolean isPatient = quiet < silence.toNanos() && now - from < atMost.toNanos();
      if (!isKeeping && !isPatient) {
        return false;
      }
    }
    return true;
  }

  /// Whether what came begins with what was to be skipped, all of it. Otherwise nothing that came
  /// after the difference has reached the sink.
  boolean continuesSkipped() {
    return !isOther
        && seen.out().length() >= skipped.out().length()
        && seen.err().length() >= skipped.err().length();
  }

  /// What came so far.
  Seen seen() {
    return seen;
  }

  /// Whether no more comes.
  boolean isOver() {
    return isOver;
  }

  /// Whether the stream came to its proper end.
  boolean isComplete() {
    return isComplete;
  }

  /// Why the stream broke, when it did.
  Optional<DockerException> broken() {
    return Optional.ofNullable(broken);
  }

  /// Cuts the stream where it still goes on, and waits for the thread: nothing reaches the sink
  /// afterwards.
  @Override
  public void close() {
    output.close();
    boolean wasInterrupted = Thread.interrupted();
    while (true) {
      try {
        if (hand.join(Duration.ofDays(1))) {
          break;
        }
      } catch (InterruptedException _) {
        // The stream is cut, so the wait is for the sink alone, and is short.
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
