package ofelia.runner;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import ofelia.model.OutputChannel;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunSink;
import ofelia.plugin.Trace;

/// A sink that remembers everything, and can be told to refuse the intent.
final class RecordingAttempt implements RunSink {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> said = new ArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch printed = new CountDownLatch(1);
  private Optional<String> intent = Optional.empty();
  private Optional<String> handle = Optional.empty();
  private boolean refuses;
  private Runnable onIntent = () -> {};

  RecordingAttempt refusing() {
    refuses = true;
    return this;
  }

  /// What to do between the record of the intent and the start.
  RecordingAttempt onIntent(Runnable action) {
    onIntent = action;
    return this;
  }

  @Override
  public void intend(String text) throws NotOursException {
    if (refuses) {
      throw new NotOursException("taken away");
    }
    synchronized (this) {
      intent = Optional.of(text);
    }
    onIntent.run();
  }

  @Override
  public synchronized void started(String text) {
    handle = Optional.of(text);
    started.countDown();
  }

  @Override
  public void ended(String text) {
    started(text);
  }

  @Override
  public synchronized void output(OutputChannel channel, byte[] bytes, int offset, int length) {
    (channel == OutputChannel.STDOUT ? out : err).write(bytes, offset, length);
    printed.countDown();
  }

  @Override
  public synchronized void rewind() {
    out.reset();
    err.reset();
    said.add("rewind");
  }

  @Override
  public synchronized void mark(String text) {
    said.add("mark: " + text);
  }

  @Override
  public synchronized void warn(String text) {
    said.add("warn: " + text);
  }

  @Override
  public Aside aside() {
    return () -> {};
  }

  synchronized String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  synchronized String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  synchronized byte[] outBytes() {
    return out.toByteArray();
  }

  synchronized List<String> said() {
    return List.copyOf(said);
  }

  synchronized String intent() {
    return intent.orElseThrow();
  }

  synchronized boolean hasIntent() {
    return intent.isPresent();
  }

  /// What a ledger would remember.
  synchronized Trace trace() {
    return new Trace(intent.orElseThrow(), handle);
  }

  /// The same after a crash that came before the start was recorded.
  synchronized Trace intentOnly() {
    return new Trace(intent.orElseThrow(), Optional.empty());
  }

  void awaitStart() throws InterruptedException {
    if (!started.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("nothing was started");
    }
  }

  void awaitOutput() throws InterruptedException {
    if (!printed.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("nothing was printed");
    }
  }
}
