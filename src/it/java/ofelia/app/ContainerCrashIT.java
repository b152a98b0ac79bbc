package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The daemon killed with -9 again and again, while each second a container is restarted and
/// another gets a signal: each restart on record took place, once, and no signal was sent that is
/// not on record.
///
/// The containers count for themselves.
class ContainerCrashIT {

  private static final String RESTARTED = "ofelia-test-restarted";
  private static final String TOLD = "ofelia-test-told";
  private static final String VOLUME = "ofelia-test-counts";

  /// Half a second for each restart, so that many kills come in the middle of one.
  private static final String COUNT_STARTS =
      "echo up >>/files/starts; trap 'sleep 0.4; exit 0' TERM; sleep 86400 & wait";

  private static final String COUNT_SIGNALS =
      "trap 'echo told >>/files/signals' USR1; trap 'exit 0' TERM; touch /files/signals;"
          + " while :; do sleep 86400 & wait; done";

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    TestEngine.Options counting = TestEngine.Options.NONE.withVolumes(VOLUME + ":/files");
    engine.start(RESTARTED, counting, "sh", "-c", COUNT_STARTS);
    engine.start(TOLD, counting, "sh", "-c", COUNT_SIGNALS);
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
    ofelia.configure(
        """
        [job-container "restart"]
        schedule   = * * * * * *
        container  = %s
        action     = restart
        no-overlap = true

        [job-container "tell"]
        schedule  = * * * * * *
        container = %s
        action    = kill
        signal    = SIGUSR1
        """
            .formatted(RESTARTED, TOLD));
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
    engine.removeVolume(VOLUME);
  }

  @Test
  @Timeout(300)
  void restartsOnceForEachRunHoweverItIsKilled() throws Exception {
    long seed = Long.getLong("ofelia.crash.seed", System.nanoTime());
    System.out.println("ContainerCrashIT: seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < Integer.getInteger("ofelia.crash.points", 12); i++) {
      DaemonProcess daemon = ofelia.launch();
      daemon.awaitLog(i % 3 == 0 ? "now running" : i % 3 == 1 ? "restart.*Started" : "Finished");
      Thread.sleep(random.nextInt(700));
      daemon.kill();
    }
    DaemonProcess daemon = ofelia.start();
    Instant lastStart = Instant.now();
    Thread.sleep(4_000);
    daemon.terminate();
    assertThat(daemon.exitCode()).as(daemon.log()).isZero();

    List<HistoryRow> history = ofelia.history();
    System.out.println("ContainerCrashIT: " + countsOf(history));
    assertThat(history).allMatch(HistoryRow::hasEnded);
    for (String job : List.of("restart", "tell")) {
      checkDues(job, history);
      assertThat(of(job, history))
          .as(job + " after the last start")
          .filteredOn(row -> row.due().isAfter(lastStart.plusSeconds(1)))
          .filteredOn(row -> row.fate().equals("ran"))
          .isNotEmpty()
          .allMatch(row -> row.outcome().equals("succeeded"));
    }
    assertThat(of("restart", history)).noneMatch(row -> row.fate().equals("lost"));
    // The first start was that of the test.
    assertThat(count("starts") - 1).as("restarts").isEqualTo(with("ran", "restart", history));
    long ran = with("ran", "tell", history);
    assertThat(count("signals")).as("signals").isBetween(ran, ran + with("lost", "tell", history));
  }

  private static List<HistoryRow> of(String job, List<HistoryRow> history) {
    return history.stream().filter(row -> row.job().equals(job)).toList();
  }

  private static long with(String fate, String job, List<HistoryRow> history) {
    return of(job, history).stream().filter(row -> row.fate().equals(fate)).count();
  }

  /// Lines of a file that a container wrote.
  private long count(String file) {
    return engine.sh(TOLD, "cat /files/" + file).lines().count();
  }

  /// Each second from the first to the last has one fate.
  private static void checkDues(String job, List<HistoryRow> history) {
    List<Instant> dues = of(job, history).stream().map(HistoryRow::due).toList();
    List<Instant> expected = new ArrayList<>();
    for (Instant due = dues.getFirst();
        !due.isAfter(dues.getLast());
        due = due.plus(Duration.ofSeconds(1))) {
      expected.add(due);
    }
    assertThat(dues).as(job).containsExactlyElementsOf(expected);
  }

  private static String countsOf(List<HistoryRow> history) {
    return history.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.job() + " " + row.fate() + " " + row.outcome() + " " + row.reason(),
                java.util.TreeMap::new,
                Collectors.counting()))
        .toString();
  }
}
