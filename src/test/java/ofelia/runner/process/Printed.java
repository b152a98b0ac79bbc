package ofelia.runner.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import ofelia.model.OutputChannel;

/// Keeps what a process printed.
final class Printed implements OutputSink {

  private final Map<OutputChannel, ByteArrayOutputStream> pieces =
      new EnumMap<>(OutputChannel.class);

  Printed() {
    for (OutputChannel channel : OutputChannel.values()) {
      pieces.put(channel, new ByteArrayOutputStream());
    }
  }

  @Override
  public synchronized void accept(OutputChannel channel, byte[] buffer, int offset, int length) {
    of(channel).write(buffer, offset, length);
    notifyAll();
  }

  synchronized String out() {
    return of(OutputChannel.STDOUT).toString(StandardCharsets.UTF_8);
  }

  synchronized String err() {
    return of(OutputChannel.STDERR).toString(StandardCharsets.UTF_8);
  }

  /// Waits for a first line on stdout, without its end.
  synchronized String awaitLine() throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    while (!out().contains("\n") && System.nanoTime() < until) {
      wait(100);
    }
    return out().lines().findFirst().orElseThrow();
  }

  private ByteArrayOutputStream of(OutputChannel channel) {
    return java.util.Objects.requireNonNull(pieces.get(channel));
  }
}
