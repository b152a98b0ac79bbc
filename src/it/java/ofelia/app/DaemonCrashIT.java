package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The daemon killed with -9 again and again, with jobs of each kind due each second: whatever it
/// was about to do, each due instant has one fate, none was begun twice, and nothing is left over.
/// [ContainerCrashIT] does so for jobs about containers themselves.
///
/// Each run writes down that it began, where the daemon cannot see it, or the server that it calls
/// does; that is compared with the history.
class DaemonCrashIT {

  private static final String HOME = "ofelia-test-crash";
  private static final String VOLUME = "ofelia-test-crash";

  private static final String IN_RUN = RunProcesses.ownName("in-run");
  private static final String IN_EXEC = RunProcesses.ownName("in-exec");
  private static final String IN_LOCAL = RunProcesses.ownName("in-local");
  private static final String IN_HTTP = RunProcesses.ownName("in-http");
  private static final String IN_SERVICE = RunProcesses.ownName("in-service");
  private static final String IN_COMPOSE_RUN = RunProcesses.ownName("in-compose-run");
  private static final String IN_COMPOSE_EXEC = RunProcesses.ownName("in-compose-exec");

  /// Most runs are over before the next is due; some live through several kills.
  private static final String COMMAND =
      """
      sh -c 'echo $OFELIA_JOB $OFELIA_DUE $OFELIA_RUN_ID $OFELIA_ATTEMPT >>%s/begun; \
        case $OFELIA_DUE in *0Z|*5Z) sleep 3;; *) sleep 0.3;; esac'\
      """;

  @TempDir Path folder;
  private TestEngine engine;
  private Installation ofelia;

  @BeforeEach
  void install() throws Exception {
    engine = TestEngine.open();
    engine.start(HOME, TestEngine.Options.NONE.withVolumes(VOLUME + ":/files"));
    ofelia = new Installation(folder).with("DOCKER_HOST", engine.address);
    ofelia.configure(
        """
        [global]
        default-user = default

        [job-run "%s"]
        schedule = * * * * * *
        image = %s
        pull = false
        network = none
        container-name =
        volume = %s:/files
        volume = /scratch
        command = %s

        [job-exec "%s"]
        schedule = * * * * * *
        container = %s
        command = %s

        [job-local "%s"]
        schedule = * * * * * *
        command = %s
        """
            .formatted(
                IN_RUN,
                TestEngine.IMAGE,
                VOLUME,
                COMMAND.formatted("/files"),
                IN_EXEC,
                HOME,
                COMMAND.formatted("/files"),
                IN_LOCAL,
                COMMAND.formatted(folder)));
  }

  @AfterEach
  void end() throws Exception {
    ofelia.close();
    engine.removeAll();
    engine.removeVolume(VOLUME);
  }

  private static final List<String> JOBS = List.of(IN_RUN, IN_EXEC, IN_LOCAL);

  private static final Set<String> END_WITH_THE_DAEMON = Set.of(IN_LOCAL, IN_HTTP);

  @Test
  @Timeout(300)
  void leavesNothingBehindAndNothingOut() throws Exception {
    surviveKills(Integer.getInteger("ofelia.crash.points", 12), JOBS);
  }

  /// Services are made by the swarm, which goes on without the daemon and without the engine.
  @Test
  @Tag("swarm")
  @Timeout(300)
  void leavesNoServiceBehind() throws Exception {
    engine.joinSwarm();
    try {
      ofelia.configure(
          """
          [global]
          default-user = default

          [job-service-run "%s"]
          schedule = * * * * * *
          image = %s
          volume = %s:/files
          volume = /scratch
          command = %s
          """
              .formatted(IN_SERVICE, TestEngine.IMAGE, VOLUME, COMMAND.formatted("/files")));
      surviveKills(Integer.getInteger("ofelia.crash.points", 12), List.of(IN_SERVICE));
    } finally {
      engine.leaveSwarm();
    }
  }

  /// Compose makes and starts a container in one step, in a process of its own that outlives the
  /// daemon. The project's own network, volume and containers stay.
  @Test
  @Timeout(300)
  void leavesNothingOfComposeBehind() throws Exception {
    ComposeFile compose = new ComposeFile(folder, engine.address, HOME);
    compose.write(
        """
        services:
          beside:
            image: %1$s
            init: true
            command: ["sleep", "86400"]
            volumes: ["files:/files"]
          worker:
            image: %1$s
            depends_on: [beside]
            volumes: ["files:/files", "/scratch"]
        volumes:
          files: { name: %2$s, external: true }
        """
            .formatted(TestEngine.IMAGE, VOLUME));
    compose.call("up", "--detach", "beside");
    try {
      ofelia.with("PATH", compose.path());
      ofelia.configure(
          """
          [job-compose "%4$s"]
          schedule = * * * * * *
          file = %1$s
          project-name = %2$s
          service = worker
          command = %3$s

          [job-compose "%5$s"]
          schedule = * * * * * *
          file = %1$s
          project-name = %2$s
          service = beside
          exec = true
          command = %3$s
          """
              .formatted(
                  compose.file(),
                  HOME,
                  COMMAND.formatted("/files"),
                  IN_COMPOSE_RUN,
                  IN_COMPOSE_EXEC));
      List<String> networks = engine.networks();
      surviveKills(
          Integer.getInteger("ofelia.crash.points", 12), List.of(IN_COMPOSE_RUN, IN_COMPOSE_EXEC));
      assertThat(engine.networks()).as("networks").isEqualTo(networks);
      assertThat(compose.processes()).as("processes of Compose").isEmpty();
    } finally {
      compose.call("down", "--timeout", "0", "--remove-orphans");
    }
  }

  /// A request is lost with the daemon, and whether it was heard is in doubt then.
  @Test
  @Timeout(300)
  void leavesNoRequestOutAndMakesNoneTwice() throws Exception {
    try (ListeningServer server = new ListeningServer(folder.resolve("begun"))) {
      ofelia.configure(
          """
          [job-http "%s"]
          schedule = * * * * * *
          url = %s
          """
              .formatted(IN_HTTP, server.address()));
      surviveKills(Integer.getInteger("ofelia.crash.points", 12), List.of(IN_HTTP));
    }
  }

  @Test
  @Tag("soak")
  @Timeout(3600)
  void leavesNothingBehindAndNothingOutHoweverOften() throws Exception {
    surviveKills(Integer.getInteger("ofelia.crash.points", 12) * 10, JOBS);
  }

  private void surviveKills(int kills, List<String> jobs) throws Exception {
    long seed = Long.getLong("ofelia.crash.seed", System.nanoTime());
    System.out.println("DaemonCrashIT: seed " + seed);
    Random random = new Random(seed);
    List<String> volumes = engine.volumes();
    Instant first = Instant.now();
    for (int i = 0; i < kills; i++) {
      killAt(i, jobs, random);
    }
    DaemonProcess daemon = ofelia.start();
    Instant lastStart = Instant.now();
    Thread.sleep(4_000);
    // An engine that was busy may have made one after the start had looked, which looks once more.
    engine.awaitNoBelatedContainers();
    daemon.terminate();
    assertThat(daemon.exitCode()).as(daemon.log()).isZero();
    Instant last = Instant.now();

    List<HistoryRow> history = ofelia.history();
    Map<String, List<String>> begun = begun();
    System.out.println("DaemonCrashIT: " + countsOf(history));
    for (String job : jobs) {
      List<HistoryRow> rows = history.stream().filter(row -> row.job().equals(job)).toList();
      checkDues(job, rows, first, last);
      checkBegun(job, rows, begun);
      assertThat(rows)
          .as(job + " after the last start")
          .filteredOn(row -> row.due().isAfter(lastStart.plusSeconds(1)))
          .isNotEmpty()
          .allMatch(row -> row.outcome().equals("succeeded"));
      assertThat(RunProcesses.of(job)).as("processes left of " + job).isEmpty();
    }
    assertThat(engine.containersOfRuns()).as("containers left").isEmpty();
    engine.awaitNoServices();
    assertThat(engine.volumes()).as("volumes left").isSubsetOf(volumes);
  }

  /// How many of each fate, to see that kills hit something.
  private static Map<String, Long> countsOf(List<HistoryRow> history) {
    return history.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.job() + " " + row.fate() + " " + row.outcome() + " " + row.reason(),
                TreeMap::new,
                Collectors.counting()));
  }

  /// From the claim to the removal, and while what an earlier kill left is taken up again: a moment
  /// after a line of the log, or any moment at all.
  private void killAt(int kill, List<String> jobs, Random random) throws Exception {
    String job = jobs.get(kill % jobs.size());
    DaemonProcess daemon = ofelia.launch();
    switch (kill / jobs.size() % 4) {
      case 0 -> daemon.awaitLog(job + ".*Started");
      case 1 -> daemon.awaitLog(job + ".*Finished");
      case 2 -> daemon.awaitLog("now running");
      default -> {
        // At once, with a longer delay: the start takes some hundred milliseconds.
      }
    }
    // The kinds take from 1 to 600 ms to begin; in the first few of them most happens.
    Thread.sleep(random.nextBoolean() ? random.nextInt(40) : random.nextInt(1200));
    daemon.kill();
  }

  /// Each second from the first start to the end has one fate, and nothing else has any.
  private static void checkDues(String job, List<HistoryRow> rows, Instant first, Instant last) {
    assertThat(rows).as(job).allMatch(HistoryRow::isScheduled).allMatch(HistoryRow::hasEnded);
    List<Instant> expected = new ArrayList<>();
    Instant from = rows.getFirst().due();
    Instant to = rows.getLast().due();
    for (Instant due = from; !due.isAfter(to); due = due.plusSeconds(1)) {
      expected.add(due);
    }
    assertThat(rows).as(job).extracting(HistoryRow::due).containsExactlyElementsOf(expected);
    assertThat(from).as(job).isBetween(first, first.plusSeconds(20));
    assertThat(to).as(job).isBetween(last.minusSeconds(12), last);
  }

  /// What ran began once, what did not run never began, and only what is known as lost is in doubt.
  private static void checkBegun(
      String job, List<HistoryRow> rows, Map<String, List<String>> begun) {
    Set<String> known = new TreeSet<>();
    for (HistoryRow row : rows) {
      List<String> times = begun.getOrDefault(job + " " + row.due(), List.of());
      known.add(job + " " + row.due());
      switch (row.fate()) {
        case "ran" -> assertThat(times).as(row.toString()).containsExactly(row.run() + " 1");
        // The engine outlives the daemon and knows how all that it ran has ended; but a container
        // that was never started may be gone before that is on record.
        case "lost" ->
            assertThat(times)
                .as(row.toString())
                .hasSizeLessThanOrEqualTo(END_WITH_THE_DAEMON.contains(job) ? 1 : 0);
        default -> assertThat(times).as(row.toString()).isEmpty();
      }
    }
    Set<String> unknown = new HashSet<>(begun.keySet());
    unknown.removeIf(key -> !key.startsWith(job + " "));
    unknown.removeAll(known);
    assertThat(unknown).as("begun and not in the history").isEmpty();
  }

  /// Run and attempt of all that began, by job and due instant.
  private Map<String, List<String>> begun() throws IOException {
    Map<String, List<String>> begun = new HashMap<>();
    Path local = folder.resolve("begun");
    String all =
        engine.sh(HOME, "touch /files/begun; cat /files/begun")
            + (Files.exists(local) ? Files.readString(local) : "");
    all.lines()
        .forEach(line -> {
          String[] words = line.split(" ", 4);
          assertThat(words).as(line).hasSize(4);
          begun
              .computeIfAbsent(words[0] + " " + words[1], _ -> new ArrayList<>())
              .add(words[2] + " " + words[3]);
        });
    return begun;
  }
}
