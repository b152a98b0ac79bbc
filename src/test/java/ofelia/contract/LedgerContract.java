package ofelia.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.Era;
import ofelia.ledger.History;
import ofelia.ledger.History.OutputPosition;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.Ledger;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Stretch;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every ledger promises while one daemon holds it.
public abstract class LedgerContract {

  protected static final long START = 1_700_000_000_000L;
  protected static final JobName BACKUP = new JobName("backup");
  protected static final JobName REPORT = new JobName("report");
  private static final long LIMIT = 1_000_000;
  private static final Fate MISSED = new Fate.Missed("down");

  protected final StillTime time = new StillTime(START);
  protected Ledger ledger;

  /// A new store.
  protected abstract Ledger open();

  /// Reads the store.
  protected abstract History history();

  @BeforeEach
  void openStore() {
    ledger = open();
  }

  @AfterEach
  void closeStore() {
    ledger.close();
  }

  protected static BookedJob job(JobName name, String schedule, String spec, long cursor) {
    return new BookedJob(name, JobKind.EXEC, "ini", schedule, spec, true, cursor, START);
  }

  protected void enterBackup() {
    ledger.enter(List.of(job(BACKUP, "@every 1s", "command=backup", START)));
  }

  protected Claim claimBackup(long cursorMillis, long dueMillis) {
    return ledger.claim(List.of(new Planned(BACKUP, cursorMillis, dueMillis))).getFirst();
  }

  protected static Closing ran(Claim claim, Outcome outcome, OutputSpool output) {
    return new Closing(
        claim,
        new Fate.Ran(outcome),
        claim.dueMillis() + 1,
        claim.dueMillis() + 2,
        1,
        Optional.of(output));
  }

  protected static Closing skipped(Claim claim) {
    return new Closing(
        claim, new Fate.Skipped("still going on"), 0, claim.dueMillis(), 0, Optional.empty());
  }

  protected List<HistoryEntry> entries() {
    return entries(Optional.empty(), LIMIT, Long.MAX_VALUE);
  }

  protected List<HistoryEntry> entries(Optional<JobName> job, long limit, long nowMillis) {
    List<HistoryEntry> entries = new ArrayList<>();
    try (History history = history()) {
      history.entries(job, limit, nowMillis, entries::add);
    }
    return entries;
  }

  private BookedJob backup() {
    return ledger.book().stream()
        .filter(job -> job.name().equals(BACKUP))
        .findFirst()
        .orElseThrow();
  }

  /// What a reader was given, as one text: `out:` and `err:` where the channel changes, marks in
  /// brackets.
  protected static final class Transcript implements History.OutputReader {
    final StringBuilder text = new StringBuilder();
    final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

    @Override
    public void piece(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
      if (channel == OutputChannel.STDOUT) {
        stdout.write(bytes, offset, length);
      }
      text.append(channel == OutputChannel.STDOUT ? "out:" : "err:")
          .append(new String(bytes, offset, length, UTF_8));
    }

    @Override
    public void mark(long atMillis, String note) {
      text.append('[').append(note).append(']');
    }
  }

  protected Transcript output(Claim claim) throws IOException {
    Transcript transcript = new Transcript();
    try (History history = history()) {
      history.output(claim.run(), OutputPosition.START, transcript);
    }
    return transcript;
  }

  protected static void write(OutputSpool spool, OutputChannel channel, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    spool.write(channel, START, bytes, 0, bytes.length);
  }

  // The book

  @Test
  void keepsTheBookByName() {
    BookedJob report = job(REPORT, "CRON_TZ=UTC 0 3 * * *", "command=report\nuser=root", 7);
    BookedJob backup = new BookedJob(BACKUP, JobKind.RUN, "labels", "@every 1h", "", false, 5, 6);
    ledger.enter(List.of(report, backup));
    assertThat(ledger.book()).containsExactly(backup, report);
    try (History history = history()) {
      assertThat(history.book()).containsExactly(backup, report);
    }
  }

  @Test
  void changesAJobButNeverMovesItsCursorBack() {
    ledger.enter(List.of(job(BACKUP, "@every 1h", "a", 50)));
    ledger.enter(List.of(job(BACKUP, "@every 2h", "b", 40)));
    assertThat(ledger.book()).containsExactly(job(BACKUP, "@every 2h", "b", 50));
    ledger.enter(List.of(job(BACKUP, "@every 1h", "a", 60)));
    assertThat(ledger.book()).containsExactly(job(BACKUP, "@every 1h", "a", 60));
  }

  // Claims

  @Test
  void claimsDueInstantsAndMovesTheCursors() {
    enterBackup();
    ledger.enter(List.of(job(REPORT, "@every 1s", "", START)));
    List<Claim> claims =
        ledger.claim(
            List.of(
                new Planned(REPORT, START, START + 1000),
                new Planned(BACKUP, START, START + 1000),
                new Planned(BACKUP, START + 1000, START + 2000)));
    assertThat(claims).extracting(Claim::job).containsExactly(REPORT, BACKUP, BACKUP);
    assertThat(claims)
        .extracting(Claim::dueMillis)
        .containsExactly(START + 1000, START + 1000, START + 2000);
    assertThat(claims).allMatch(claim -> claim.fence() == ledger.boot());
    assertThat(claims).allMatch(claim -> claim.cause() == Cause.SCHEDULE);
    assertThat(claims).extracting(Claim::run).doesNotHaveDuplicates();
    assertThat(ledger.book())
        .extracting(BookedJob::cursorMillis)
        .containsExactly(START + 2000, START + 1000);
  }

  @Test
  void leavesOutAnInstantWhoseCursorStandsElsewhere() {
    enterBackup();
    claimBackup(START, START + 1000);
    List<Claim> claims =
        ledger.claim(
            List.of(
                new Planned(BACKUP, START, START + 2000),
                new Planned(BACKUP, START + 1000, START + 1000),
                new Planned(new JobName("unknown"), START, START + 1000),
                new Planned(BACKUP, START + 1000, START + 3000)));
    assertThat(claims).extracting(Claim::dueMillis).containsExactly(START + 3000);
    assertThat(entries()).hasSize(2);
  }

  @Test
  void claimsARunThatNoScheduleAskedForAndLeavesTheCursor() {
    enterBackup();
    Claim scheduled = claimBackup(START, START + 1000);
    Claim manual = ledger.claimNow(BACKUP, START + 1000, Cause.MANUAL);
    Claim again = ledger.claimNow(BACKUP, START + 1000, Cause.MANUAL);
    assertThat(backup().cursorMillis()).isEqualTo(START + 1000);
    assertThat(List.of(scheduled.run(), manual.run(), again.run())).doesNotHaveDuplicates();
    assertThat(entries()).extracting(HistoryEntry::cause).hasSize(3).contains(Cause.MANUAL);
    assertThatThrownBy(() -> ledger.claimNow(REPORT, START, Cause.MANUAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("report");
  }

  @Test
  void takesBackClaimsWithoutATrace() {
    enterBackup();
    Claim first = claimBackup(START, START + 1000);
    Claim second = claimBackup(START + 1000, START + 2000);
    Claim manual = ledger.claimNow(BACKUP, START + 3000, Cause.MANUAL);
    ledger.withdraw(List.of(first, second, manual));
    assertThat(entries()).isEmpty();
    assertThat(backup().cursorMillis()).isEqualTo(START);
    Claim anew = claimBackup(START, START + 1000);
    assertThat(anew.run()).isNotIn(first.run(), second.run(), manual.run());
    assertThat(ledger.close(skipped(first))).isFalse();
  }

  @Test
  void givesAClaimAgainWhoseAnswerWasLost() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    assertThat(claimBackup(START, START + 1000)).isEqualTo(claim);
    ledger.intend(claim, 1, "c1", START + 1000);
    Planned again = new Planned(BACKUP, START, START + 1000);
    assertThat(ledger.claim(List.of(again))).isEmpty();
    assertThat(entries()).hasSize(1);
  }

  @Test
  void doesNotTakeBackWhatWasBegunOrClosed() {
    enterBackup();
    Claim closed = claimBackup(START, START + 1000);
    ledger.close(skipped(closed));
    Claim begun = claimBackup(START + 1000, START + 2000);
    ledger.intend(begun, 1, "c1", START + 2000);
    ledger.withdraw(List.of(begun, closed));
    assertThat(entries()).extracting(HistoryEntry::fate).containsExactly("running", "skipped");
    assertThat(backup().cursorMillis()).isEqualTo(START + 2000);
  }

  @Test
  void doesNotTakeBackAClaimWhenALaterInstantIsOnRecord() {
    enterBackup();
    Claim first = claimBackup(START, START + 1000);
    Claim second = claimBackup(START + 1000, START + 2000);
    ledger.intend(second, 1, "c2", START + 2000);
    ledger.withdraw(List.of(first, second));
    assertThat(entries()).hasSize(2);
    assertThat(backup().cursorMillis()).isEqualTo(START + 2000);
  }

  // Stretches

  @Test
  void settlesInstantsThatWereNotRun() {
    enterBackup();
    Stretch missed = stretch(START, START + 1000, START + 5000, 5, new Fate.Missed("down"));
    assertThat(ledger.settle(List.of(missed, missed))).containsExactly(missed);
    assertThat(backup().cursorMillis()).isEqualTo(START + 5000);
    assertThat(ledger.claim(List.of(new Planned(BACKUP, START, START + 1000)))).isEmpty();
    assertThat(entries())
        .extracting(HistoryEntry::dueMillis)
        .containsExactly(START + 5000, START + 4000, START + 3000, START + 2000, START + 1000);
    assertThat(entries())
        .allMatch(entry -> entry.fate().equals("missed") && entry.reason().equals("down"));
  }

  private static Stretch stretch(long cursor, long first, long last, long count, Fate fate) {
    return new Stretch(BACKUP, cursor, first, last, count, "@every 1s", START, fate);
  }

  @Test
  void listsRunsAndInstantsOfStretchesInOneOrder() {
    enterBackup();
    ledger.enter(List.of(job(REPORT, "@every 2s", "", START)));
    claimBackup(START, START + 1000);
    ledger.settle(
        List.of(
            stretch(START + 1000, START + 2000, START + 4000, 3, new Fate.Missed("down")),
            new Stretch(
                REPORT,
                START,
                START + 2500,
                START + 6500,
                3,
                "@every 2s",
                START + 500,
                new Fate.Refused("quarantined"))));
    claimBackup(START + 4000, START + 5000);
    assertThat(entries().stream().map(LedgerContract::line))
        .containsExactly(
            "report 6500 refused",
            "backup 5000 running",
            "report 4500 refused",
            "backup 4000 missed",
            "backup 3000 missed",
            "report 2500 refused",
            "backup 2000 missed",
            "backup 1000 running");
    assertThat(entries(Optional.of(REPORT), 2, START + 6499).stream().map(LedgerContract::line))
        .containsExactly("report 4500 refused", "report 2500 refused");
    assertThat(entries(Optional.of(BACKUP), 3, START + 4500).stream().map(LedgerContract::line))
        .containsExactly("backup 4000 missed", "backup 3000 missed", "backup 2000 missed");
    assertThat(entries(Optional.of(new JobName("unknown")), 9, START + 9999)).isEmpty();
  }

  private static String line(HistoryEntry entry) {
    return "%s %d %s".formatted(entry.job(), entry.dueMillis() - START, entry.fate());
  }

  @Test
  void listsAMillionMissedSecondsFromTheLastOn() {
    enterBackup();
    long last = START + 1_000_000_000L;
    ledger.settle(List.of(stretch(START, START + 1000, last, 1_000_000, new Fate.Missed("down"))));
    assertThat(entries(Optional.empty(), 3, last - 1))
        .extracting(HistoryEntry::dueMillis)
        .containsExactly(last - 1000, last - 2000, last - 3000);
  }

  @Test
  void claimsInstantsToBeMadeUpForOneAfterAnother() {
    enterBackup();
    List<Claim> claims =
        ledger.claim(
            List.of(
                new Planned(BACKUP, START, START + 1000, Cause.CATCH_UP),
                new Planned(BACKUP, START + 1000, START + 2000, Cause.CATCH_UP)));
    assertThat(claims).extracting(Claim::cause).containsOnly(Cause.CATCH_UP);
    assertThat(ledger.unbegun()).containsExactlyInAnyOrderElementsOf(claims);
    assertThat(claimBackup(START + 1000, START + 2000))
        .as("given again as it was claimed")
        .isEqualTo(claims.getLast());
    assertThat(entries()).extracting(HistoryEntry::cause).containsOnly(Cause.CATCH_UP);
    assertThat(ledger.withdraw(claims)).containsExactlyInAnyOrderElementsOf(claims);
    assertThat(backup().cursorMillis()).isEqualTo(START);
  }

  // Eras

  @Test
  void anInstantThatComesAgainInAnotherEraIsAnotherOccurrence() {
    enterBackup();
    Claim first = claimBackup(START, START + 1000);
    ledger.close(skipped(first));
    ledger.settle(List.of(stretch(START + 1000, START + 2000, START + 3000, 2, MISSED)));
    Claim open = claimBackup(START + 3000, START + 4000);
    assertThat(ledger.era()).isZero();
    assertThat(
            ledger.open(
                new Era(
                    1,
                    START + 4000,
                    START + 500,
                    List.of(new Era.Moved(BACKUP, START, START - 1)))))
        .isTrue();
    assertThat(ledger.era()).isEqualTo(1);
    assertThat(backup().cursorMillis()).isEqualTo(START);
    assertThat(backup().anchorMillis()).isEqualTo(START - 1);
    Claim again = claimBackup(START, START + 1000);
    assertThat(again.run()).isNotEqualTo(first.run());
    ledger.settle(List.of(stretch(START + 1000, START + 2000, START + 3000, 2, MISSED)));
    Claim openAgain = claimBackup(START + 3000, START + 4000);
    assertThat(ledger.withdraw(List.of(open))).as("of the era before").isEmpty();
    assertThat(ledger.withdraw(List.of(openAgain))).containsExactly(openAgain);
    assertThat(entries(Optional.of(BACKUP), LIMIT, Long.MAX_VALUE))
        .extracting(entry -> "%d in %d".formatted(entry.dueMillis() - START, entry.era()))
        .containsExactlyInAnyOrder(
            "4000 in 0",
            "3000 in 1",
            "3000 in 0",
            "2000 in 1",
            "2000 in 0",
            "1000 in 1",
            "1000 in 0")
        .isEqualTo(
            entries().stream()
                .map(entry -> "%d in %d".formatted(entry.dueMillis() - START, entry.era()))
                .toList());
  }

  @Test
  void opensTheNextEraOnce() {
    enterBackup();
    Era next = new Era(1, START + 10, START, List.of(new Era.Moved(BACKUP, START - 9, START)));
    assertThat(ledger.open(next)).isTrue();
    claimBackup(START - 9, START + 1000);
    assertThat(ledger.open(next)).isFalse();
    assertThat(ledger.open(new Era(3, START + 10, START, List.of()))).isFalse();
    assertThat(ledger.era()).isEqualTo(1);
    assertThat(backup().cursorMillis()).isEqualTo(START + 1000);
  }

  // A run's life

  @Test
  void recordsARunFromClaimToFate() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.waiting(claim, "2 others run");
    assertThat(ledger.intend(claim, 1, "container-1", START + 1001)).isTrue();
    ledger.started(claim, 1, "pid-7");
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    write(spool, OutputChannel.STDOUT, "hello");
    write(spool, OutputChannel.STDERR, "oh");
    assertThat(ledger.close(ran(claim, new Outcome.Failed(3, "exit code 3"), spool))).isTrue();
    assertThat(entries())
        .containsExactly(
            new HistoryEntry(
                Optional.of(claim.run()),
                BACKUP,
                START + 1000,
                Cause.SCHEDULE,
                "ran",
                Optional.of("failed"),
                Optional.of(3),
                "exit code 3",
                START + 1001,
                START + 1002,
                1,
                7,
                0,
                0));
    assertThat(output(claim).text).hasToString("out:helloerr:oh");
  }

  @Test
  void saysWhyARunWaits() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.waiting(claim, "2 others run");
    ledger.intend(ledger.claimNow(BACKUP, START, Cause.MANUAL), 1, "", START);
    assertThat(entries(Optional.empty(), 1, Long.MAX_VALUE))
        .extracting(HistoryEntry::fate, HistoryEntry::reason, HistoryEntry::startedMillis)
        .containsExactly(tuple("running", "2 others run", 0L));
  }

  @Test
  void keepsEveryFateAndOutcome() {
    enterBackup();
    List<Fate> fates =
        List.of(
            new Fate.Ran(new Outcome.Succeeded()),
            new Fate.Ran(new Outcome.TimedOut(Duration.ofSeconds(90))),
            new Fate.Ran(new Outcome.Cancelled("shutdown")),
            new Fate.Ran(new Outcome.Broke("no such container")),
            new Fate.Skipped("still going on"),
            new Fate.Missed("too late"),
            new Fate.Refused("queue full"),
            new Fate.Lost("daemon died"));
    for (int i = 0; i < fates.size(); i++) {
      Claim claim = claimBackup(START + i * 1000L, START + (i + 1) * 1000L);
      assertThat(
              ledger.close(
                  new Closing(claim, fates.get(i), 0, claim.dueMillis(), 0, Optional.empty())))
          .isTrue();
    }
    assertThat(entries().reversed().stream().map(HistoryEntry::fate))
        .containsExactlyElementsOf(fates.stream().map(Fate::word).toList());
    assertThat(entries().reversed().stream().map(HistoryEntry::reason))
        .containsExactlyElementsOf(fates.stream().map(Fate::reason).toList());
    assertThat(entries().reversed().stream().map(entry -> entry.outcome().orElse("")))
        .containsExactly("succeeded", "timed-out", "cancelled", "broke", "", "", "", "");
    assertThat(entries().reversed().stream().map(HistoryEntry::exit))
        .startsWith(Optional.of(0), Optional.empty());
  }

  @Test
  void closesARunOnce() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c", START);
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    write(spool, OutputChannel.STDOUT, "x".repeat(300_000));
    assertThat(ledger.close(ran(claim, new Outcome.Succeeded(), spool))).isTrue();
    OutputSpool late = ledger.spool(claim.run(), 1, LIMIT);
    write(late, OutputChannel.STDOUT, "y".repeat(300_000));
    assertThat(ledger.close(ran(claim, new Outcome.Failed(1, "late"), late))).isFalse();
    assertThat(ledger.intend(claim, 2, "c", START)).isFalse();
    assertThat(ledger.retry(claim, 1, new Outcome.Failed(1, "late"), START, Optional.of(late)))
        .isFalse();
    assertThat(entries())
        .extracting(HistoryEntry::outcome)
        .containsExactly(Optional.of("succeeded"));
    assertThat(output(claim).stdout.toByteArray()).containsOnly('x').hasSize(300_000);
  }

  @Test
  void rejectsRecordsUnderAnotherFence() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    Claim stale =
        new Claim(claim.run(), BACKUP, claim.dueMillis(), claim.cause(), claim.fence() - 1);
    assertThat(ledger.intend(stale, 1, "c", START)).isFalse();
    assertThat(ledger.close(skipped(stale))).isFalse();
    ledger.withdraw(List.of(stale));
    ledger.waiting(stale, "nothing");
    assertThat(entries())
        .extracting(HistoryEntry::fate, HistoryEntry::reason)
        .containsExactly(tuple("running", ""));
  }

  @Test
  void keepsAnAttemptThatIsFollowedByAnother() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c1", START + 1000);
    OutputSpool first = ledger.spool(claim.run(), 1, LIMIT);
    write(first, OutputChannel.STDOUT, "first");
    assertThat(
            ledger.retry(
                claim, 1, new Outcome.Failed(1, "exit code 1"), START + 1100, Optional.of(first)))
        .isTrue();
    assertThat(output(claim).text).hasToString("out:first");
    ledger.intend(claim, 2, "c2", START + 1200);
    OutputSpool second = ledger.spool(claim.run(), 2, LIMIT);
    write(second, OutputChannel.STDOUT, "second");
    assertThat(output(claim).text).hasToString("out:second");
    ledger.close(
        new Closing(
            claim,
            new Fate.Ran(new Outcome.Succeeded()),
            START + 1000,
            START + 1300,
            2,
            Optional.of(second)));
    assertThat(output(claim).text).hasToString("out:second");
    assertThat(entries())
        .extracting(HistoryEntry::attempts, HistoryEntry::startedMillis)
        .containsExactly(tuple(2, START + 1000));
  }

  @Test
  void findsRunsByTheEndOfTheirNumber() {
    enterBackup();
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      claims.add(claimBackup(START + i * 1000L, START + (i + 1) * 1000L));
    }
    try (History history = history()) {
      for (Claim claim : claims) {
        String number = claim.run().toString();
        assertThat(history.find(number))
            .extracting(HistoryEntry::run)
            .containsExactly(Optional.of(claim.run()));
        assertThat(history.find(number.substring(8))).hasSize(1);
      }
      assertThat(history.find("1")).extracting(HistoryEntry::dueMillis).hasSize(3);
      assertThat(history.find("fffffff")).isEmpty();
      assertThat(history.find("")).isEmpty();
      assertThat(history.find("x")).isEmpty();
    }
  }

  @Test
  void knowsByWhatTheWorkOfAnyAttemptWasToBeFound() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "first", START);
    ledger.started(claim, 1, "first begun");
    ledger.retry(claim, 1, new Outcome.Failed(1, ""), START + 1, Optional.empty());
    ledger.intend(claim, 2, "second", START + 2);
    ledger.ended(claim, 2, "second ended");
    OutputSpool spool = ledger.spool(claim.run(), 2, LIMIT);
    ledger.close(ran(claim, new Outcome.Succeeded(), spool));
    try (History history = history()) {
      assertThat(history.handles(claim.run()))
          .contains("first begun", "second", "second ended")
          .allMatch(handle -> handle.startsWith("first") || handle.startsWith("second"));
      assertThat(history.handles(RunId.of(0x1234, 1))).isEmpty();
    }
  }

  // Output

  @Test
  void followsTheOutputOfALivingRun() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c", START);
    Transcript transcript = new Transcript();
    try (History history = history()) {
      OutputPosition position = history.output(claim.run(), OutputPosition.START, transcript);
      assertThat(position.isComplete()).isFalse();
      OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
      for (String piece : List.of("one", "two", "three")) {
        write(spool, OutputChannel.STDOUT, piece);
        position = history.output(claim.run(), position, transcript);
        assertThat(transcript.text).endsWith("out:" + piece);
      }
      assertThat(position.isComplete()).isFalse();
      write(spool, OutputChannel.STDERR, "four");
      ledger.close(ran(claim, new Outcome.Succeeded(), spool));
      position = history.output(claim.run(), position, transcript);
      assertThat(position.isComplete()).isTrue();
      assertThat(history.output(claim.run(), position, transcript)).isEqualTo(position);
      assertThat(transcript.text).hasToString("out:oneout:twoout:threeerr:four");
    }
  }

  @Test
  void givesRewoundOutputFromItsBeginning() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c", START);
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    spool.rewind();
    write(spool, OutputChannel.STDOUT, "old old old");
    try (History history = history()) {
      OutputPosition position = history.output(claim.run(), OutputPosition.START, new Transcript());
      spool.rewind();
      write(spool, OutputChannel.STDOUT, "n");
      write(spool, OutputChannel.STDOUT, "ew new new new new");
      Transcript transcript = new Transcript();
      position = history.output(claim.run(), position, transcript);
      assertThat(new String(transcript.stdout.toByteArray(), UTF_8))
          .isEqualTo("new new new new new");
      ledger.close(ran(claim, new Outcome.Succeeded(), spool));
      transcript = new Transcript();
      assertThat(history.output(claim.run(), position, transcript).isComplete()).isTrue();
      assertThat(transcript.text).isEmpty();
    }
    assertThat(new String(output(claim).stdout.toByteArray(), UTF_8))
        .isEqualTo("new new new new new");
    assertThat(entries().getFirst().outputBytes()).isEqualTo(19);
  }

  @Test
  void keepsUpToTheLimitAndSaysSoOnce() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    OutputSpool spool = ledger.spool(claim.run(), 1, 10);
    for (int i = 0; i < 5; i++) {
      write(spool, OutputChannel.STDOUT, "1234");
    }
    assertThat(spool.offeredBytes()).isEqualTo(20);
    assertThat(spool.droppedBytes()).isEqualTo(10);
    ledger.close(ran(claim, new Outcome.Succeeded(), spool));
    assertThat(output(claim).text)
        .hasToString("out:1234out:1234out:12[output above the limit of 10 bytes is not kept]");
    assertThat(entries())
        .extracting(HistoryEntry::outputBytes, HistoryEntry::droppedBytes)
        .containsExactly(tuple(10L, 10L));
  }

  @Test
  void keepsMarksBetweenPieces() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    write(spool, OutputChannel.STDOUT, "a");
    spool.mark(START, "some is missing");
    write(spool, OutputChannel.STDOUT, "b");
    assertThat(spool.offeredBytes()).isEqualTo(2);
    ledger.close(ran(claim, new Outcome.Succeeded(), spool));
    assertThat(output(claim).text).hasToString("out:a[some is missing]out:b");
  }

  @Test
  void givesTheLastBytesOfAChannel() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    assertThat(spool.tail(OutputChannel.STDOUT, 10)).isEmpty();
    write(spool, OutputChannel.STDERR, "error");
    for (int i = 0; i < 100; i++) {
      write(spool, OutputChannel.STDOUT, "line %02d;".formatted(i));
    }
    assertThat(spool.tail(OutputChannel.STDERR, 100)).asString(UTF_8).isEqualTo("error");
    assertThat(spool.tail(OutputChannel.STDERR, 2)).asString(UTF_8).isEqualTo("or");
    assertThat(spool.tail(OutputChannel.STDOUT, 11)).asString(UTF_8).isEqualTo("98;line 99;");
  }

  @Test
  void aClosedSpoolIgnoresWhatComesLate() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    OutputSpool spool = ledger.spool(claim.run(), 1, LIMIT);
    write(spool, OutputChannel.STDOUT, "in time");
    spool.close();
    write(spool, OutputChannel.STDOUT, "late");
    spool.mark(START, "late");
    spool.rewind();
    ledger.close(ran(claim, new Outcome.Succeeded(), spool));
    write(spool, OutputChannel.STDOUT, "later");
    assertThat(output(claim).text).hasToString("out:in time");
  }

  @Test
  void keepsOutputsOfAnySizeByteForByte() throws IOException {
    enterBackup();
    Random random = new Random(7);
    long cursor = START;
    for (int size :
        new int[] {0, 1, 199, 200, 65_536, 65_537, 262_131, 262_144, 700_000, 5_000_000}) {
      Claim claim = claimBackup(cursor, cursor + 1000);
      cursor += 1000;
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      for (int i = 0; i < size / 2; i++) {
        bytes[i] = (byte) (i / 100);
      }
      OutputSpool spool = ledger.spool(claim.run(), 1, 10_000_000);
      for (int from = 0; from < size; ) {
        int length = Math.min(1 + random.nextInt(100_000), size - from);
        spool.write(OutputChannel.STDOUT, START, bytes, from, length);
        from += length;
      }
      assertThat(ledger.close(ran(claim, new Outcome.Succeeded(), spool))).isTrue();
      assertThat(output(claim).stdout.toByteArray()).isEqualTo(bytes);
    }
  }

  @Test
  void saysNothingOfARunThatIsNotThere() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.withdraw(List.of(claim));
    try (History history = history()) {
      assertThat(history.output(claim.run(), OutputPosition.START, new Transcript()).isComplete())
          .isTrue();
    }
  }
}
