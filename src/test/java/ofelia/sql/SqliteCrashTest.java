package ofelia.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import ofelia.ledger.History;
import ofelia.ledger.History.OutputPosition;
import ofelia.ledger.HistoryEntry;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Another process records and is killed at a random moment, again and again on the same store.
/// What it said was recorded is there; nothing is there by half.
///
/// `-Dofelia.crash.rounds=1000` makes it longer, `-Dofelia.crash.seed=7` repeats the moments.
final class SqliteCrashTest {

  private static final int ROUNDS = Integer.getInteger("ofelia.crash.rounds", 20);

  @TempDir private Path directory;

  /// Where killed processes must leave nothing.
  @TempDir private Path temporary;

  /// The last word said about each run, over all rounds.
  private final Map<String, String> acknowledged = new HashMap<>();

  @Test
  void forgetsNothingThatWasAcknowledgedHoweverItIsKilled() throws Exception {
    long seed = Long.getLong("ofelia.crash.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 1; round <= ROUNDS; round++) {
      Process victim = start();
      try (BufferedReader said = victim.inputReader(StandardCharsets.UTF_8)) {
        listenUntilReady(said);
        // Read while it lives: a pipe that fills would hold it up.
        int lines = 1 + random.nextInt(400);
        for (int i = 0; i < lines; i++) {
          note(said.readLine());
        }
        // By its handle: killed otherwise, what it said last could not be read any more.
        victim.toHandle().destroyForcibly();
        said.lines().forEach(this::note);
      } finally {
        victim.destroyForcibly().waitFor();
      }
      check("seed %d round %d".formatted(seed, round));
    }
    assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
    assertThat(temporary).isEmptyDirectory();
    // Of the last one: a library, and a mark that it is in use.
    assertThat(directory.resolve("library").toFile().list()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void whereNothingCanBeUnpackedInTheStoreTheTemporaryDirectoryServes() throws Exception {
    Files.writeString(directory.resolve("library"), "no directory");
    Process process = start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      listenUntilReady(said);
      assertThat(temporary).isNotEmptyDirectory();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Victim.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void listenUntilReady(BufferedReader said) throws IOException {
    for (String line = said.readLine(); ; line = said.readLine()) {
      assertThat(line).as("a process that opens the store").isNotNull().doesNotStartWith("refused");
      if (line.equals("ready")) {
        return;
      }
      note(line);
    }
  }

  private void note(String line) {
    int space = line.indexOf(' ');
    if (space > 0 && line.length() == space + 1 + 12) {
      acknowledged.put(line.substring(space + 1), line.substring(0, space));
    }
  }

  private void check(String when) throws IOException {
    Map<String, HistoryEntry> runs = new HashMap<>();
    Set<String> occurrences = new HashSet<>();
    try (History history = SqliteHistory.open(directory)) {
      history.entries(
          Optional.empty(),
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          entry -> {
            runs.put(entry.run().orElseThrow().toString(), entry);
            assertThat(occurrences.add(entry.job() + " " + entry.dueMillis())).as(when).isTrue();
          });
      history
          .book()
          .forEach(job ->
              assertThat(runs.values().stream().filter(r -> r.job().equals(job.name())))
                  .as("%s: one run for each instant that %s's cursor passed", when, job.name())
                  .hasSize((int) (job.cursorMillis() / 1000)));
      acknowledged.forEach(
          (run, word) -> assertThat(runs.get(run)).as(when).matches(e -> holds(e, word), word));
      for (HistoryEntry entry : runs.values()) {
        if (!entry.fate().equals("running")) {
          assertThat(output(history, entry.run().orElseThrow())).as(when).isTrue();
        }
      }
    }
  }

  /// What is on record may be ahead of what was said, never behind it.
  private static boolean holds(HistoryEntry entry, String word) {
    return switch (word) {
      case "claimed" -> true;
      case "intended" -> entry.attempts() == 1;
      default -> entry.fate().equals(word);
    };
  }

  /// Whether the output is exactly what the run wrote.
  private static boolean output(History history, RunId run) throws IOException {
    List<String> wrong = new ArrayList<>();
    long[] bytes = {0};
    history.output(
        run,
        OutputPosition.START,
        new History.OutputReader() {
          @Override
          public void piece(
              OutputChannel channel, long atMillis, byte[] piece, int offset, int length) {
            bytes[0] += length;
            String text = new String(piece, offset, length, StandardCharsets.UTF_8);
            if (!text.equals(run.toString())) {
              wrong.add(text);
            }
          }

          @Override
          public void mark(long atMillis, String text) {
            wrong.add(text);
          }
        });
    long expected = run.value() % 50 == 0 ? 360_000 : 12;
    return wrong.isEmpty() && bytes[0] == expected;
  }

  @Test
  void aSecondDaemonIsRefusedWithTheNameOfTheFirst() throws Exception {
    Process first = start();
    try (BufferedReader said = first.inputReader(StandardCharsets.UTF_8)) {
      listenUntilReady(said);
      Process second = start();
      try (BufferedReader answer = second.inputReader(StandardCharsets.UTF_8)) {
        assertThat(answer.readLine())
            .startsWith("refused")
            .contains("held by another daemon (pid " + first.pid() + " on ");
      } finally {
        second.destroyForcibly().waitFor();
      }
      assertThat(first.isAlive()).isTrue();
    } finally {
      first.destroyForcibly().waitFor();
    }
  }

  @Test
  void anotherProcessReadsWhileADaemonWrites() throws Exception {
    Process daemon = start();
    try (BufferedReader said = daemon.inputReader(StandardCharsets.UTF_8);
        History history = readyHistory(said)) {
      int first = 0;
      int seen = 0;
      for (int i = 0; i < 20; i++) {
        for (int line = 0; line < 30; line++) {
          note(said.readLine());
        }
        List<HistoryEntry> entries = new ArrayList<>();
        history.entries(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, entries::add);
        assertThat(entries).hasSizeGreaterThanOrEqualTo(seen);
        seen = entries.size();
        first = first == 0 ? seen : first;
        assertThat(entries)
            .extracting(entry -> entry.run().orElseThrow().toString())
            .containsAll(acknowledged.keySet());
      }
      assertThat(seen).isGreaterThan(first);
    } finally {
      daemon.destroyForcibly().waitFor();
    }
  }

  private History readyHistory(BufferedReader said) throws IOException {
    listenUntilReady(said);
    return SqliteHistory.open(directory);
  }
}
