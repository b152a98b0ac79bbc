package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ofelia.config.Keys;
import ofelia.ledger.BookedJob;
import ofelia.ledger.History;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Key;
import ofelia.sql.SqliteHistory;
import ofelia.time.Signal;
import ofelia.time.SystemTime;
import ofelia.web.ControlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole daemon in this process, its log in a file, its signals given by hand.
@Timeout(60)
class DaemonTest {

  @TempDir Path folder;
  private final Map<Key<?>, List<String>> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>(System.getenv());
  private Switch ending = new Switch();
  private final List<CompletableFuture<Integer>> started = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (CompletableFuture<Integer> daemon : started) {
      ending.end();
      ending.end();
      daemon.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void runsJobsUntilASignalAndExitsWith0() throws Exception {
    config("[job-local \"beat\"]\nschedule = @every 1s\ncommand = echo tick\n");

    CompletableFuture<Integer> daemon = start();
    awaitLog("Ofelia is now running");
    awaitLog("Finished in");
    ending.end();

    assertThat(daemon.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(log())
        .containsPattern(
            "msg=\"\\[Job \\\\\"beat\\\\\" \\([0-9a-f]{12}\\)\\] Started - echo tick\"")
        .containsPattern("\\(([0-9a-f]{12})\\)\\] StdOut: tick\\\\n\"")
        .contains("Starting graceful shutdown")
        .contains("Graceful shutdown completed successfully");
    assertThat(history("beat")).isNotEmpty().allMatch(entry -> entry.fate().equals("ran"));
    assertThat(store().resolve("control.sock")).doesNotExist();
  }

  @Test
  void commandsReachItAndAHurriedEndThatStopsRunsExitsWith3() throws Exception {
    config(
        """
        [job-local "long"]
        schedule = @triggered
        command = sleep 60
        [job-local "held back"]
        schedule = 99 * * * *
        command = true
        """);
    CompletableFuture<Integer> daemon = start();
    awaitLog("Ofelia is now running");
    ControlClient client = new ControlClient(StorePlaces.socketIn(store()));

    String run = client.runNow("long");
    awaitLog(run + ")] Started");
    ending.end();
    awaitLog("Starting graceful shutdown");
    ending.end();

    assertThat(daemon.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(history("long"))
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.run().orElseThrow()).hasToString(run);
          assertThat(entry.outcome()).hasValue("cancelled");
          assertThat(entry.reason()).contains("shutdown");
        });
  }

  @Test
  void aReloadBySocketOrSignalBringsNewJobsAndRejectsBrokenFiles() throws Exception {
    config("[job-local \"one\"]\nschedule = @triggered\ncommand = true\n");
    CompletableFuture<Integer> _ = start();
    awaitLog("Ofelia is now running");
    ControlClient client = new ControlClient(StorePlaces.socketIn(store()));

    config(
        """
        [job-local "one"]
        schedule = @triggered
        command = true
        [job-local "two"]
        schedule = @triggered
        command = true
        """);
    ControlClient.Reloaded two = client.reload();
    config("this is no configuration\n");
    ControlClient.Reloaded broken = client.reload();

    assertThat(two.isInForce()).isTrue();
    assertThat(two.jobs()).isEqualTo(2);
    assertThat(broken.isInForce()).isFalse();
    assertThat(broken.jobs()).isEqualTo(2);
    assertThat(broken.problems()).singleElement().matches(problem -> problem.line() == 1);
    awaitLog("config.ini:1:1: ");

    config("[global]\nlog-level = debug\n");
    ending.reload();
    awaitLog("Configuration reloaded\" jobs=0");
  }

  @Test
  void everyCountsFromTheSameSecondAfterAReloadAndARestart() throws Exception {
    config("[job-local \"beat\"]\nschedule = @every 12h\ncommand = true\n");
    CompletableFuture<Integer> first = start();
    awaitLog("Ofelia is now running");
    BookedJob before = booked("beat");
    Signal pause = new SystemTime().newSignal();
    pause.await(java.time.Duration.ofMillis(1_100));

    config("[job-local \"beat\"]\nschedule = @every 12h\ncommand = false\n");
    new ControlClient(StorePlaces.socketIn(store())).reload();
    assertThat(booked("beat").spec()).isNotEqualTo(before.spec());
    assertThat(booked("beat").anchorMillis()).isEqualTo(before.anchorMillis());

    ending.end();
    assertThat(first.get(20, TimeUnit.SECONDS)).isZero();
    Files.delete(folder.resolve("log"));
    ending = new Switch();
    CompletableFuture<Integer> _ = start();
    awaitLog("Ofelia is now running");
    assertThat(booked("beat").anchorMillis()).isEqualTo(before.anchorMillis());
  }

  @Test
  void aFileThatCannotBeReadIsAnErrorWithAllProblems() throws Exception {
    config("[job-local \"one\"\nschedule\n");

    assertThat(start().get(20, TimeUnit.SECONDS)).isEqualTo(1);

    assertThat(log()).contains("config.ini:1:").contains("config.ini:2:").contains("cannot start");
    assertThat(store()).doesNotExist();
  }

  @Test
  void aMissingFileIsAWarning() throws Exception {
    CompletableFuture<Integer> daemon = start();
    awaitLog("Ofelia is now running");
    ending.end();

    assertThat(daemon.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(log()).contains("level=WARN").contains("there is no such file");
  }

  @Test
  void aFlagOrVariableThatCannotBeReadIsAnError() throws Exception {
    config("");
    environment.put("OFELIA_LOG_LEVEL", "loud");

    assertThat(start().get(20, TimeUnit.SECONDS)).isEqualTo(1);

    assertThat(log()).contains("loud").contains("cannot start");
  }

  @Test
  void aStoreThatAnotherDaemonHoldsIsAnError() throws Exception {
    config("");
    CompletableFuture<Integer> _ = start();
    awaitLog("Ofelia is now running");

    assertThat(start().get(20, TimeUnit.SECONDS)).isEqualTo(1);

    assertThat(log()).contains("cannot start");
  }

  @Test
  void flagsWinOverVariablesAndTheseOverTheFile() throws Exception {
    config("[global]\nlog-format = text\nlog-level = error\nshutdown-timeout = 1s\n");
    environment.put("OFELIA_LOG_FORMAT", "text");
    flags.put(key("log-format"), List.of("json"));
    environment.put("OFELIA_LOG_LEVEL", "info");

    CompletableFuture<Integer> daemon = start();
    awaitLog("\"msg\":\"Ofelia is now running\"");
    ending.end();

    assertThat(daemon.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(log()).contains("runs have 1s to end");
  }

  private void config(String text) throws IOException {
    Path next = folder.resolve("next.ini");
    Files.writeString(next, text);
    Files.move(
        next, folder.resolve("config.ini"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private CompletableFuture<Integer> start() {
    flags.putIfAbsent(key("store"), List.of(store().toString()));
    flags.putIfAbsent(key("log-file"), List.of(folder.resolve("log").toString()));
    Daemon.Order order =
        new Daemon.Order(
            folder.resolve("config.ini").toString(),
            Map.copyOf(flags),
            List.of(),
            Map.copyOf(environment),
            ZoneOffset.UTC);
    CompletableFuture<Integer> daemon = new CompletableFuture<>();
    Switch signals = ending;
    Thread.ofPlatform()
        .name("daemon")
        .start(() -> {
          try {
            daemon.complete(new Daemon(order, signals, OutputStream.nullOutputStream()).run());
          } catch (InterruptedException | RuntimeException e) {
            daemon.completeExceptionally(e);
          }
        });
    started.add(daemon);
    return daemon;
  }

  private void awaitLog(String text)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Signal pause = new SystemTime().newSignal();
    for (int i = 0; i < 400; i++) {
      if (log().contains(text)) {
        return;
      }
      pause.await(java.time.Duration.ofMillis(50));
    }
    assertThat(log()).contains(text);
  }

  private String log() throws IOException {
    Path log = folder.resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private List<HistoryEntry> history(String job) {
    List<HistoryEntry> entries = new ArrayList<>();
    try (History history = SqliteHistory.open(store())) {
      history.entries(Optional.empty(), 1_000, Long.MAX_VALUE, entries::add);
    }
    return entries.stream().filter(entry -> entry.job().value().equals(job)).toList();
  }

  private BookedJob booked(String job) {
    try (History history = SqliteHistory.open(store())) {
      return history.book().stream()
          .filter(one -> one.name().value().equals(job))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path store() {
    return folder.resolve("store");
  }

  private static Key<?> key(String name) {
    return Keys.find(name).orElseThrow();
  }
}
