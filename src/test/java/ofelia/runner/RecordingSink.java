package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import ofelia.model.OutputChannel;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;

/// Keeps in memory what a runner leaves.
final class RecordingSink implements RunSink {

  final List<String> events = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();
  boolean isTakenAway;

  /// Whether an intent or an end can be recorded only by whoever waits without end.
  boolean isStoreAway;

  /// Called with each mark after it was made.
  Consumer<String> onMark = _ -> {};

  private final Map<OutputChannel, ByteArrayOutputStream> output =
      new EnumMap<>(OutputChannel.class);

  RecordingSink() {
    for (OutputChannel channel : OutputChannel.values()) {
      output.put(channel, new ByteArrayOutputStream());
    }
  }

  @Override
  public synchronized void intend(String handle) throws NotOursException {
    if (isTakenAway) {
      throw new NotOursException("taken away");
    }
    events.add("intend " + handle);
    notifyAll();
  }

  @Override
  public synchronized boolean intend(String handle, Duration atMost) throws NotOursException {
    if (!isStoreAway) {
      intend(handle);
    }
    return !isStoreAway;
  }

  @Override
  public synchronized void started(String handle) {
    events.add("started " + handle);
    notifyAll();
  }

  @Override
  public synchronized void ended(String handle) {
    events.add("ended " + handle);
    notifyAll();
  }

  @Override
  public synchronized boolean ended(String handle, Duration atMost) {
    if (!isStoreAway) {
      ended(handle);
    }
    return !isStoreAway;
  }

  @Override
  public synchronized void output(OutputChannel channel, byte[] bytes, int offset, int length) {
    of(channel).write(bytes, offset, length);
    notifyAll();
  }

  @Override
  public synchronized void rewind() {
    output.values().forEach(ByteArrayOutputStream::reset);
  }

  @Override
  public synchronized void mark(String text) {
    events.add("mark " + text);
    onMark.accept(text);
  }

  @Override
  public synchronized void warn(String text) {
    warnings.add(text);
  }

  @Override
  public synchronized Aside aside() {
    events.add("aside");
    return () -> events.add("work");
  }

  synchronized String text(OutputChannel channel) {
    return of(channel).toString(StandardCharsets.UTF_8);
  }

  /// Waits until something stands on stdout.
  synchronized String awaitOutput() throws InterruptedException {
    for (int i = 0; i < 100 && of(OutputChannel.STDOUT).size() == 0; i++) {
      wait(100);
    }
    return text(OutputChannel.STDOUT);
  }

  private ByteArrayOutputStream of(OutputChannel channel) {
    return Objects.requireNonNull(output.get(channel));
  }
}
