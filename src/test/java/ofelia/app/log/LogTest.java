package ofelia.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Timeout(30)
class LogTest {

  private static final Logger LOG = LoggerFactory.getLogger(LogTest.class);

  @TempDir Path folder;

  @Test
  void whatIsSaidThroughSlf4jComesOutInOrder() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Log log = Log.open(LogOptions.DEFAULT, out)) {
      LOG.debug("too quiet");
      LOG.info("one {} {}", 1, "two");
      LOG.atWarn().addKeyValue("run", "5e0700000012").addKeyValue("count", 7).log("fluent {}", 3);
      LOG.error("broken", new IOException("disk full"));
      Log.setLevel(LogLevel.DEBUG);
      LOG.trace("quiet");
      LoggerFactory.getLogger("org.sqlite.core.NativeDB").debug("BEGIN IMMEDIATE");
      assertThat(log.flush(Duration.ofSeconds(5))).isTrue();
    }
    List<String> lines = linesOf(out);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).endsWith(" level=INFO msg=\"one 1 two\"");
    assertThat(lines.get(1)).endsWith(" level=WARN msg=\"fluent 3\" run=5e0700000012 count=7");
    assertThat(lines.get(2))
        .contains(" level=ERROR msg=broken error=\"java.io.IOException: disk full\" stack=\"");
    assertThat(lines.get(3)).endsWith(" level=DEBUG msg=quiet");
  }

  @Test
  void manyThreadsLoseAndSplitNoLine() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Log _ = Log.open(LogOptions.DEFAULT, out)) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 20; t++) {
        int number = t;
        threads.add(
            Thread.startVirtualThread(() -> {
              for (int i = 0; i < 500; i++) {
                LOG.atInfo().addKeyValue("thread", number).addKeyValue("i", i).log("line");
              }
            }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(linesOf(out))
        .hasSize(10_000)
        .allMatch(line -> line.matches("time=\\S+ level=INFO msg=line thread=\\d+ i=\\d+"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aReaderWhoHasGoneLeavesTheFile() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Path file = folder.resolve("logs/ofelia.log");
    try (Log log = Log.open(withFile(file, 1 << 20, 5), gone)) {
      LOG.info("first");
      assertThat(log.flush(Duration.ofSeconds(5))).isTrue();
      LOG.info("second");
    }
    assertThat(Files.readAllLines(file)).hasSize(2).last().asString().endsWith("msg=second");
  }

  @Test
  void aReaderWhoStandsStillStopsNobodyAndTheGapIsTold() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            kept.write(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            kept.write(bytes, offset, length);
          }
        };
    String large = "x".repeat(50_000);
    int said = 300;
    try (Log log = Log.open(LogOptions.DEFAULT, slow)) {
      long begin = System.nanoTime();
      for (int i = 0; i < said; i++) {
        LOG.info(large);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      goOn.countDown();
      assertThat(log.flush(Duration.ofSeconds(5))).isTrue();
      LOG.info("end");
    }
    List<String> lines = linesOf(kept);
    String told =
        lines.stream()
            .filter(line -> line.contains("lines of the log were dropped"))
            .findFirst()
            .orElseThrow();
    int dropped = Integer.parseInt(told.replaceAll(".*msg=\"(\\d+) lines.*", "$1"));
    assertThat(dropped).isPositive();
    assertThat(lines).hasSize(said - dropped + 2);
  }

  @Test
  void theFileIsPutAsideWhenItHasGrown() throws IOException {
    Path file = folder.resolve("ofelia.log");
    Files.writeString(file, "from before\n");
    try (Log log = Log.open(withFile(file, 1_000, 3), OutputStream.nullOutputStream())) {
      for (int i = 0; i < 60; i++) {
        LOG.info("number {}", i);
        assertThat(log.flush(Duration.ofSeconds(5))).isTrue();
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("ofelia.log", "ofelia.log.1", "ofelia.log.2");
    }
    List<String> all = new ArrayList<>(Files.readAllLines(folder.resolve("ofelia.log.2")));
    all.addAll(Files.readAllLines(folder.resolve("ofelia.log.1")));
    all.addAll(Files.readAllLines(file));
    assertThat(all).last().asString().endsWith("\"number 59\"");
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i)).endsWith("\"number " + (60 - all.size() + i) + "\"");
    }
    assertThat(Files.size(folder.resolve("ofelia.log.1"))).isLessThanOrEqualTo(1_000);
  }

  private static LogOptions withFile(Path file, long bytes, int files) {
    return new LogOptions(LogLevel.INFO, LogFormat.TEXT, Optional.of(file), bytes, files);
  }

  private static List<String> linesOf(ByteArrayOutputStream out) {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
