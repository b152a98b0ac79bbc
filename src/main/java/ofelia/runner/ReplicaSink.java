package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import ofelia.model.OutputChannel;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;

/// What one of several replicas says, with its name before each line: whole lines only, so that
/// those of two replicas do not mix. A line that is longer than 64 KiB is broken.
///
/// The intent and the handle are those of all replicas together, and are not recorded here. Safe
/// for any thread.
final class ReplicaSink implements RunSink {

  private static final int LONGEST_LINE = 64 << 10;

  private final String name;
  private final byte[] prefix;
  private final RunSink sink;
  private final Map<OutputChannel, ByteArrayOutputStream> begun =
      new EnumMap<>(OutputChannel.class);

  ReplicaSink(String name, RunSink sink) {
    this.name = name;
    this.prefix = (name + " | ").getBytes(StandardCharsets.UTF_8);
    this.sink = sink;
  }

  @Override
  public void intend(String handle) throws NotOursException, InterruptedException {
    throw new IllegalStateException("the intent is that of all replicas together");
  }

  @Override
  public void started(String handle) {
    // Recorded once for all.
  }

  @Override
  public void ended(String handle) {
    // Nothing is removed after an exec.
  }

  @Override
  public synchronized void output(OutputChannel channel, byte[] bytes, int offset, int length) {
    ByteArrayOutputStream line = begun.computeIfAbsent(channel, _ -> new ByteArrayOutputStream());
    ByteArrayOutputStream whole = new ByteArrayOutputStream(length + prefix.length);
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      boolean isEnd = bytes[i] == '\n';
      if (isEnd || line.size() + i - from >= LONGEST_LINE) {
        line.write(bytes, from, i + 1 - from);
        flush(line, whole, isEnd);
        from = i + 1;
      }
    }
    line.write(bytes, from, offset + length - from);
    write(channel, whole);
  }

  private void flush(ByteArrayOutputStream line, ByteArrayOutputStream whole, boolean hasEnd) {
    whole.writeBytes(prefix);
    whole.writeBytes(line.toByteArray());
    if (!hasEnd) {
      whole.write('\n');
    }
    line.reset();
  }

  private void write(OutputChannel channel, ByteArrayOutputStream whole) {
    if (whole.size() > 0) {
      sink.output(channel, whole.toByteArray(), 0, whole.size());
    }
  }

  /// Hands on the lines that have no end yet: nothing more comes.
  synchronized void end() {
    begun.forEach((channel, line) -> {
      if (line.size() > 0) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        flush(line, whole, false);
        write(channel, whole);
      }
    });
  }

  @Override
  public void rewind() {
    throw new IllegalStateException("the output of an exec cannot be read again");
  }

  @Override
  public void mark(String text) {
    sink.mark(name + ": " + text);
  }

  @Override
  public void warn(String text) {
    sink.warn(name + ": " + text);
  }

  @Override
  public Aside aside() {
    return sink.aside();
  }
}
