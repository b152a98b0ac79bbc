package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import ofelia.ledger.HistoryEntry;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final long DUE = Instant.parse("2026-03-01T02:00:00Z").toEpochMilli();
  private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  /// Every fate, every outcome and every cause has a sentence of its own.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # cause   | fate    | outcome   | reason          | late   | took    | attempts | sentence
          SCHEDULE  | ran     | succeeded |                 | 4      | 12000   | 1 | backup was due on Sun 2026-03-01 03:00:00 and ran on time; it succeeded after 12.00s.
          SCHEDULE  | ran     | succeeded |                 | 30000  | 12000   | 3 | backup was due on Sun 2026-03-01 03:00:00 and ran 30.00s later; it succeeded after 12.00s, at attempt 3.
          SCHEDULE  | ran     | failed    | exit code 3     | 4      | 800     | 1 | backup was due on Sun 2026-03-01 03:00:00 and ran on time; it failed after 800ms: exit code 3. Its output: ofelia logs 5e0700000014
          SCHEDULE  | ran     | timed-out | longer than 5 s | 4      | 5200    | 1 | backup was due on Sun 2026-03-01 03:00:00 and ran on time; it was ended after 5.20s: longer than 5 s (max-runtime). Its output: ofelia logs 5e0700000014
          SCHEDULE  | ran     | cancelled | ended by shutdown | 4    | 5200    | 1 | backup was due on Sun 2026-03-01 03:00:00 and ran on time; it was stopped after 5.20s: ended by shutdown. Its output: ofelia logs 5e0700000014
          SCHEDULE  | ran     | broke     | no such container | 4    | 10      | 1 | backup was due on Sun 2026-03-01 03:00:00 and could not be run, or broke off after 10ms: no such container. Its output: ofelia logs 5e0700000014
          CATCH_UP  | ran     | succeeded |                 | 7200000 | 1000   | 1 | backup was due on Sun 2026-03-01 03:00:00 and ran 2h later, made up for afterwards; it succeeded after 1.00s.
          STARTUP   | ran     | succeeded |                 | 4      | 1000    | 1 | backup was to run at the daemon's start on Sun 2026-03-01 03:00:00 and ran on time; it succeeded after 1.00s.
          MANUAL    | ran     | succeeded |                 | 4      | 1000    | 1 | backup was asked for by hand on Sun 2026-03-01 03:00:00 and ran on time; it succeeded after 1.00s.
          BACKFILL  | ran     | succeeded |                 | 86400000 | 1000  | 1 | backup was asked for by hand for the instant Sun 2026-03-01 03:00:00 and ran on Mon 2026-03-02 03:00:00; it succeeded after 1.00s.
          SCHEDULE  | running |           |                 | 4      |         | 1 | backup was due on Sun 2026-03-01 03:00:00 and has been running since 03:00:00.
          SCHEDULE  | running |           | waits for a free place: 7 runs go on (max-concurrent-runs) | | | 0 | backup was due on Sun 2026-03-01 03:00:00 and has not begun yet: waits for a free place: 7 runs go on (max-concurrent-runs).
          SCHEDULE  | skipped |           | its previous run was still going on (no-overlap) | | | 0 | backup was due on Sun 2026-03-01 03:00:00 and was skipped: its previous run was still going on (no-overlap).
          SCHEDULE  | missed  |           | the daemon was not running | | | 0 | backup was due on Sun 2026-03-01 03:00:00 and was missed: the daemon was not running.
          SCHEDULE  | refused |           | the job is held back | | | 0 | backup was due on Sun 2026-03-01 03:00:00 and was refused: the job is held back.
          SCHEDULE  | lost    |           | its container is gone | 4 |      | 1 | backup was due on Sun 2026-03-01 03:00:00 and was begun at 03:00:00, but how it ended is not known: its container is gone. Its output: ofelia logs 5e0700000014
          """)
  void everyFateHasASentence(
      Cause cause,
      String fate,
      @Nullable String outcome,
      @Nullable String reason,
      @Nullable Long late,
      @Nullable Long took,
      int attempts,
      String sentence) {
    long started = late == null ? 0 : DUE + late;
    HistoryEntry entry =
        new HistoryEntry(
            RunId.parse("5e0700000014"),
            new JobName("backup"),
            DUE,
            cause,
            fate,
            Optional.ofNullable(outcome),
            Optional.empty(),
            reason == null ? "" : reason,
            started,
            took == null ? 0 : started + took,
            attempts,
            100,
            0,
            0);
    assertThat(new Answers(BERLIN, true, NOW).of(entry)).isEqualTo(sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01,2026-02-28T23:00:00Z,86400",
    "2026-03-29,2026-03-28T23:00:00Z,82800",
    "2026-03-01 03:00,2026-03-01T02:00:00Z,60",
    "2026-03-01T03:00:07,2026-03-01T02:00:07Z,1",
    "2026-03-01T03:00Z,2026-03-01T03:00:00Z,60",
    "2026-03-01T03:00:07+05:30,2026-02-28T21:30:07Z,1",
    "2026-03-01T03:00-05:00,2026-03-01T08:00:00Z,60",
  })
  void aMomentIsAsLongAsItIsWritten(String text, Instant from, long seconds) throws Exception {
    MomentText moment = MomentText.parse(List.of(text.split(" ", -1)), BERLIN);
    assertThat(Instant.ofEpochMilli(moment.fromMillis())).isEqualTo(from);
    assertThat(moment.untilMillis() - moment.fromMillis()).isEqualTo(seconds * 1000);
  }

  @Test
  void whatIsNoMomentIsExplained() {
    assertThatThrownBy(() -> MomentText.parse(List.of("yesterday"), BERLIN))
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "\"yesterday\" is not a time; write 2027-01-31, 2027-01-31T03:00 or"
                + " 2027-01-31T02:00:00Z");
  }
}
