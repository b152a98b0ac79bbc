package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Jobs from the labels of containers that come, go and change, and of an engine that does.
@Timeout(240)
class LabelsIT {

  private static final String NAME = "ofelia-test-labelled";
  private static final String JOB = NAME + ".beat";
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() {
    engine = TestEngine.open();
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
  }

  private void startLabelled(String word) {
    engine.start(
        NAME,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.job-exec.beat.schedule", "* * * * * *",
                "ofelia.job-exec.beat.user", "default",
                "ofelia.job-exec.beat.command",
                    "sh -c 'echo " + word + "; echo $OFELIA_DUE >>/begun'")));
  }

  @Test
  void aContainerThatIsMadeAnewAgainAndAgainKeepsItsJob() throws Exception {
    startLabelled("word-0");
    DaemonProcess daemon = ofelia.start();
    daemon.awaitLog("StdOut: word-0");
    Set<String> begun = new HashSet<>();
    int times = Integer.getInteger("ofelia.label.times", 10);
    for (int i = 1; i <= times; i++) {
      begun.addAll(engine.sh(NAME, "cat /begun").lines().toList());
      engine.remove(NAME);
      int mark = daemon.mark();
      startLabelled("word-" + i);
      long from = System.nanoTime();
      daemon.awaitLog(mark, "StdOut: word-" + i, SOON);
      // One second at most to the next instant, and as much to notice and to run.
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(4));
    }
    begun.addAll(engine.sh(NAME, "cat /begun").lines().toList());
    daemon.terminate();
    assertThat(daemon.exitCode()).isZero();

    List<HistoryRow> rows = ofelia.history(JOB);
    assertThat(rows).allMatch(HistoryRow::hasEnded);
    assertThat(rows).extracting(HistoryRow::due).doesNotHaveDuplicates();
    // Between the last look at a container's notes and its removal one more may have begun.
    List<HistoryRow> unwritten =
        rows.stream()
            .filter(row -> row.outcome().equals("succeeded"))
            .filter(row -> !begun.contains(row.due().toString()))
            .toList();
    assertThat(unwritten).hasSizeLessThanOrEqualTo(times);
    assertThat(rows.stream().filter(row -> row.outcome().equals("succeeded")).count())
        .isGreaterThan(times);
  }

  @Test
  void aJobFollowsItsContainerThroughANewNameAndAStop() throws Exception {
    startLabelled("here");
    DaemonProcess daemon = ofelia.start();
    daemon.awaitLog("Job ..ofelia-test-labelled.beat.*StdOut: here");

    int mark = daemon.mark();
    engine.rename(NAME, "ofelia-test-renamed");
    daemon.awaitLog(mark, "Job ..ofelia-test-renamed.beat.*StdOut: here", SOON);

    engine.stop("ofelia-test-renamed");
    Instant stopped = Instant.now();
    Thread.sleep(3_000);
    assertThat(ofelia.command("jobs", "--json").text()).doesNotContain("ofelia-test-renamed.beat");
    mark = daemon.mark();
    engine.startAgain("ofelia-test-renamed");
    Instant started = Instant.now();
    daemon.awaitLog(mark, "Job ..ofelia-test-renamed.beat.*StdOut: here", SOON);

    // The job was not there while its container was not.
    assertThat(ofelia.history("ofelia-test-renamed.beat"))
        .filteredOn(row -> row.due().isAfter(stopped.plusSeconds(1)))
        .filteredOn(row -> row.due().isBefore(started.minusSeconds(1)))
        .isEmpty();
  }

  @Test
  void labelsThatMayNotReachTheHostAreRefusedByName() throws Exception {
    engine.start(
        NAME,
        TestEngine.Options.NONE.withLabels(
            Map.of(
                "ofelia.enabled", "true",
                "ofelia.service", "true",
                "ofelia.job-local.evil.schedule", "* * * * * *",
                "ofelia.job-local.evil.command", "touch " + ofelia.file("reached"))));
    DaemonProcess daemon = ofelia.start();
    daemon.awaitLog("evil.*allow-host-jobs-from-labels|allow-host-jobs-from-labels.*evil");
    Thread.sleep(2_500);
    assertThat(ofelia.file("reached")).doesNotExist();
    List<HistoryRow> rows = new ArrayList<>(ofelia.history());
    assertThat(rows).allMatch(row -> row.fate().equals("refused"));
  }
}
