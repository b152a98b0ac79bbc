package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs whose ends and outputs are hard to get right, in all three places.
@Timeout(300)
class RunsIT {

  private static final String HOME = "ofelia-test-runs";
  private static final String VOLUME = "ofelia-test-runs";

  private static final int LINES = 5 << 20;
  private static final int LONG_LINE = 100 << 20;

  /// The heap is 64 MiB; a run's output is more than all of this.
  private static final long MOST_MEBIBYTES = 200;

  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    engine.start(HOME, TestEngine.Options.NONE.withVolumes(VOLUME + ":/files"));
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
    engine.removeVolume(VOLUME);
  }

  /// A job section for each place, named by the place.
  private static String job(String place, String name, String command) {
    return switch (place) {
      case "exec" ->
          """
          [job-exec "%s"]
          schedule = @triggered
          container = %s
          user = default
          command = %s
          """
              .formatted(name, HOME, command);
      case "run" ->
          """
          [job-run "%s"]
          schedule = @triggered
          image = %s
          pull = false
          network = none
          container-name =
          user = default
          volume = %s:/files
          command = %s
          """
              .formatted(name, TestEngine.IMAGE, VOLUME, command);
      default ->
          """
          [job-local "%s"]
          schedule = @triggered
          command = %s
          """
              .formatted(name, command);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "exec", "run"})
  void endWithTheirProcessAndNotWithAChildThatKeepsTheOutputOpen(String place) throws Exception {
    ofelia.configure(
        job(place, "left", "sh -c 'echo on; sleep 600 & exit 3'") + job(place, "first", "true"));
    DaemonProcess daemon = ofelia.start();
    // The first run of a kind loads its classes.
    daemon.awaitEndOf(ofelia.run("first"));

    String run = ofelia.run("left");
    daemon.awaitEndOf(run);

    HistoryRow row = ofelia.row(run);
    assertThat(row.exit()).hasValue(3);
    assertThat(ofelia.output(run)).isEqualTo("on\n");
    // Engine 28 itself reports the end of such an exec only 2.1 to 2.3 s after its start.
    boolean isEngineSlow = place.equals("exec") && engine.isSlowToReportExecs();
    assertThat(Duration.between(row.started(), row.ended()))
        .isLessThan(Duration.ofSeconds(isEngineSlow ? 4 : 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "exec"})
  void thatEndAtOnceGiveTheirExitCodes(String place) throws Exception {
    StringBuilder ini = new StringBuilder();
    for (int code = 0; code < 50; code++) {
      ini.append(job(place, "job-" + code, "sh -c 'exit %d'".formatted(code)));
    }
    ofelia.configure(ini.toString());
    DaemonProcess daemon = ofelia.start();

    List<String> runs = new ArrayList<>();
    for (int code = 0; code < 50; code++) {
      runs.add(ofelia.run("job-" + code));
    }
    for (String run : runs) {
      daemon.awaitEndOf(run);
    }

    assertThat(ofelia.history())
        .hasSize(50)
        .allMatch(row -> row.fate().equals("ran"))
        .allMatch(row -> row.job().equals("job-" + row.exit().orElse(-1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "exec", "run"})
  void outputIsKeptByteForByteAndNotInMemory(String place) throws Exception {
    String directory = place.equals("local") ? folder.toString() : "/files";
    makeFiles(place);
    ofelia.configure(
        job(place, "lines", "sh -c 'cat " + directory + "/lines; echo end >&2'")
            + job(place, "line", "cat " + directory + "/line"));
    DaemonProcess daemon = ofelia.start();

    String lines = ofelia.run("lines");
    String line = ofelia.run("line");
    daemon.awaitEndOf(lines, LONG);
    daemon.awaitEndOf(line, LONG);

    assertThat(ofelia.row(lines).outcome()).isEqualTo("succeeded");
    assertThat(ofelia.row(line).outcome()).isEqualTo("succeeded");
    assertThat(digestOfOutput(lines, "end\n")).isEqualTo(digest(LINES, "\n"));
    assertThat(digestOfOutput(line, "")).isEqualTo(digest(LONG_LINE, ""));
    assertThat(daemon.peakMebibytes()).isLessThan(MOST_MEBIBYTES);
  }

  /// Numbers in a row: no two blocks of the output are the same.
  private void makeFiles(String place) throws Exception {
    String script =
        "cd %s; seq 20000000 | head -c %d >lines; seq 20000000 | tr -d '\\n' | head -c %d >line";
    if (place.equals("local")) {
      Process made =
          new ProcessBuilder("sh", "-c", script.formatted(folder, LINES, LONG_LINE)).start();
      assertThat(made.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } else {
      engine.sh(HOME, script.formatted("/files", LINES, LONG_LINE) + " 2>/dev/null");
    }
  }

  private static String digest(int bytes, String separator) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long left = bytes;
    for (int number = 1; left > 0; number++) {
      byte[] next = (number + separator).getBytes(StandardCharsets.US_ASCII);
      int length = (int) Math.min(left, next.length);
      digest.update(next, 0, length);
      left -= length;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String digestOfOutput(String run, String errors) throws Exception {
    Path out = ofelia.file("out");
    Path err = ofelia.file("err");
    Process logs = ofelia.background(out, err, "logs", run);
    assertThat(logs.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(err).hasContent(errors);
    return digest(out);
  }

  private static String digest(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (var channel = Files.newByteChannel(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
      while (channel.read(buffer) >= 0) {
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void areToldWhatTheyAre() throws Exception {
    String command =
        "sh -c 'echo $OFELIA_JOB $OFELIA_RUN_ID $OFELIA_DUE $OFELIA_CAUSE $OFELIA_ATTEMPT'";
    ofelia.configure(
        job("local", "a", command) + job("exec", "b", command) + job("run", "c", command));
    DaemonProcess daemon = ofelia.start();

    for (String job : List.of("a", "b", "c")) {
      String run = ofelia.run(job);
      daemon.awaitEndOf(run);
      assertThat(ofelia.output(run))
          .isEqualTo("%s %s %s manual 1\n".formatted(job, run, ofelia.row(run).due()));
    }
  }
}
