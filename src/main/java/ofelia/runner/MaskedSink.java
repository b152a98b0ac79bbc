package ofelia.runner;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import ofelia.model.OutputChannel;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;

/// Keeps secrets out of what a run leaves for people to read. Safe for any thread, as the sink
/// behind it.
final class MaskedSink implements RunSink {

  private final Mask mask;
  private final RunSink sink;
  private final Map<OutputChannel, Mask.Stream> streams = new EnumMap<>(OutputChannel.class);

  MaskedSink(Mask mask, RunSink sink) {
    this.mask = mask;
    this.sink = sink;
    for (OutputChannel channel : OutputChannel.values()) {
      streams.put(channel, mask.new Stream());
    }
  }

  @Override
  public void intend(String handle) throws NotOursException, InterruptedException {
    sink.intend(handle);
  }

  @Override
  public boolean intend(String handle, Duration atMost)
      throws NotOursException, InterruptedException {
    return sink.intend(handle, atMost);
  }

  @Override
  public void started(String handle) {
    sink.started(handle);
  }

  @Override
  public void ended(String handle) throws InterruptedException {
    sink.ended(handle);
  }

  @Override
  public boolean ended(String handle, Duration atMost) throws InterruptedException {
    return sink.ended(handle, atMost);
  }

  @Override
  public synchronized void output(OutputChannel channel, byte[] bytes, int offset, int length) {
    write(channel, of(channel).next(bytes, offset, length));
  }

  /// Hands on what was held back: nothing more comes.
  synchronized void end() {
    for (OutputChannel channel : OutputChannel.values()) {
      end(channel);
    }
  }

  private void end(OutputChannel channel) {
    try {
      write(channel, of(channel).end());
    } catch (UncheckedIOException _) {
      // The sink has said so, and the run has its outcome already.
      return;
    }
  }

  private void write(OutputChannel channel, byte[] bytes) {
    if (bytes.length > 0) {
      sink.output(channel, bytes, 0, bytes.length);
    }
  }

  private Mask.Stream of(OutputChannel channel) {
    return Objects.requireNonNull(streams.get(channel));
  }

  @Override
  public synchronized void rewind() {
    streams.values().forEach(Mask.Stream::rewind);
    sink.rewind();
  }

  /// What is held back stays so, and comes behind the mark: it may be half of a secret.
  @Override
  public void mark(String text) {
    sink.mark(mask.apply(text));
  }

  @Override
  public String shown(String text) {
    return mask.apply(text);
  }

  @Override
  public void warn(String text) {
    sink.warn(mask.apply(text));
  }

  @Override
  public Aside aside() {
    return sink.aside();
  }
}
