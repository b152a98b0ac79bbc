package ofelia.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.ledger.Unfinished;
import ofelia.model.Cause;
import ofelia.model.Fate;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every ledger promises whose records outlive the daemon.
public abstract class SurvivingLedgerContract extends LedgerContract {

  private static final long LIMIT = 1_000_000;

  /// The daemon dies, and the next one starts on the same store.
  protected abstract Ledger crash();

  /// The daemon ends in order, and the next one starts on the same store.
  protected abstract Ledger restart();

  @Test
  void countsItsStartsAndKnowsWhenTheLastOneLived() {
    assertThat(ledger.previousBootSeenMillis()).isZero();
    long first = ledger.boot();
    time.set(START + 60_000);
    enterBackup();
    time.set(START + 61_500);
    claimBackup(START, START + 1000);
    time.set(START + 65_000);
    ledger = crash();
    assertThat(ledger.boot()).isGreaterThan(first);
    assertThat(ledger.previousBootSeenMillis()).isEqualTo(START + 61_500);
    long second = ledger.boot();
    time.set(START + 70_000);
    ledger = restart();
    assertThat(ledger.boot()).isGreaterThan(second);
    assertThat(ledger.previousBootSeenMillis()).isEqualTo(START + 70_000);
  }

  @Test
  void forgetsNothingInACrash() throws IOException {
    enterBackup();
    Claim closed = claimBackup(START, START + 1000);
    OutputSpool spool = ledger.spool(closed.run(), 1, LIMIT);
    write(spool, OutputChannel.STDOUT, "done");
    ledger.close(ran(closed, new Outcome.Succeeded(), spool));
    Claim open = claimBackup(START + 1000, START + 2000);
    List<HistoryEntry> entries = entries();
    List<BookedJob> book = ledger.book();
    ledger = crash();
    assertThat(entries()).isEqualTo(entries);
    assertThat(ledger.book()).isEqualTo(book);
    assertThat(output(closed).text).hasToString("out:done");
    assertThat(ledger.claim(List.of(new Planned(BACKUP, START + 1000, START + 2000)))).isEmpty();
    assertThat(ledger.close(skipped(closed))).isFalse();
    assertThat(ledger.close(skipped(open))).as("before it was taken over").isTrue();
  }

  @Test
  void takesOverOpenRunsUnderTheDefinitionTheyWereClaimedUnder() {
    enterBackup();
    Claim claimed = claimBackup(START, START + 1000);
    ledger.enter(List.of(job(BACKUP, "@every 2s", "command=other", START + 1000)));
    Claim intended = claimBackup(START + 1000, START + 2000);
    ledger.intend(intended, 1, "container-2", START + 2000);
    Claim started = ledger.claimNow(BACKUP, START + 2500, Cause.MANUAL);
    ledger.intend(started, 1, "container-3", START + 2500);
    ledger.started(started, 1, "pid-3");
    Claim retried = ledger.claimNow(BACKUP, START + 2600, Cause.STARTUP);
    ledger.intend(retried, 1, "container-4", START + 2600);
    ledger.started(retried, 1, "pid-4");
    Outcome failed = new Outcome.TimedOut(Duration.ofMillis(1_500));
    ledger.retry(
        retried, 1, failed, START + 2700, Optional.of(ledger.spool(retried.run(), 1, LIMIT)));
    Claim again = ledger.claimNow(BACKUP, START + 2800, Cause.MANUAL);
    ledger.intend(again, 1, "container-5", START + 2800);
    ledger.retry(
        again,
        1,
        new Outcome.Failed(2, "bad"),
        START + 2900,
        Optional.of(ledger.spool(again.run(), 1, LIMIT)));
    ledger.intend(again, 2, "container-5b", START + 3000);
    // Order among records of one run is promised: this one comes back after all others are kept.
    assertThat(ledger.close(skipped(claimBackup(START + 2000, START + 4000)))).isTrue();

    ledger = crash();
    List<Unfinished> unfinished = ledger.takeOver();

    BookedJob old = job(BACKUP, "@every 1s", "command=backup", START + 4000);
    BookedJob now = job(BACKUP, "@every 2s", "command=other", START + 4000);
    assertThat(unfinished)
        .containsExactly(
            overtaken(unfinished(claimed, old, 1, null, null, 0, null)),
            unfinished(intended, now, 1, "container-2", null, START + 2000, null),
            unfinished(started, now, 1, "container-3", "pid-3", START + 2500, null),
            unfinished(retried, now, 1, "container-4", "pid-4", START + 2600, failed),
            unfinished(again, now, 2, "container-5b", null, START + 2800, null));
    assertThat(ledger.takeOver()).isEmpty();
    assertThat(ledger.close(skipped(claimed))).as("under the old fence").isFalse();
    assertThat(ledger.intend(intended, 2, "c", START)).as("under the old fence").isFalse();
    assertThat(ledger.close(skipped(unfinished.getFirst().claim()))).isTrue();
  }

  @Test
  void knowsHowWorkEndedAsSoonAsItWasTold() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "container-1", START + 1000);
    ledger.started(claim, 1, "container-1 runs");
    assertThat(ledger.ended(claim, 1, "container-1 ended with 7")).isTrue();

    ledger = crash();

    assertThat(ledger.takeOver())
        .extracting(Unfinished::handle)
        .containsExactly(Optional.of("container-1 ended with 7"));
    assertThat(ledger.ended(claim, 1, "late")).as("under the old fence").isFalse();
  }

  @Test
  void knowsWhoHadAskedForTheEndOfARun() {
    enterBackup();
    Claim stopped = claimBackup(START, START + 1000);
    ledger.stopping(stopped, "a person");
    ledger.intend(stopped, 1, "container-1", START + 1000);
    Claim other = claimBackup(START + 1000, START + 2000);
    // Order among records of the store is kept: this one comes back after all others are kept.
    assertThat(ledger.intend(other, 1, "container-2", START + 2000)).isTrue();

    ledger = crash();

    assertThat(ledger.takeOver())
        .extracting(Unfinished::stopBy)
        .containsExactly(Optional.of("a person"), Optional.empty());
  }

  private Unfinished unfinished(
      Claim claim,
      BookedJob definition,
      int attempt,
      @Nullable String intent,
      @Nullable String handle,
      long startedMillis,
      @Nullable Outcome ended) {
    return new Unfinished(
        new Claim(claim.run(), claim.job(), claim.dueMillis(), claim.cause(), ledger.boot()),
        definition,
        attempt,
        Optional.ofNullable(intent),
        Optional.ofNullable(handle),
        startedMillis,
        Optional.ofNullable(ended),
        Optional.empty(),
        false);
  }

  /// The same, a run being begun for a later instant; those that somebody asked for do not count.
  private static Unfinished overtaken(Unfinished left) {
    return new Unfinished(
        left.claim(),
        left.definition(),
        left.attempt(),
        left.intent(),
        left.handle(),
        left.startedMillis(),
        left.ended(),
        left.stopBy(),
        true);
  }

  @Test
  void givesNoNumberTwice() {
    enterBackup();
    Claim last = claimBackup(START, START + 1000);
    ledger.withdraw(List.of(last));
    ledger = crash();
    assertThat(claimBackup(START, START + 1000).run()).isGreaterThan(last.run());
  }

  @Test
  void goesOnWithTheSpoolOfAnAttemptThatOutlivedTheDaemon() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c", START);
    OutputSpool spool = ledger.spool(claim.run(), 1, 8);
    write(spool, OutputChannel.STDOUT, "before");
    ledger = crash();
    Claim taken = ledger.takeOver().getFirst().claim();
    assertThat(output(taken).text).hasToString("out:before");
    OutputSpool next = ledger.spool(taken.run(), 1, 8);
    assertThat(next.offeredBytes()).isEqualTo(6);
    next.mark(START, "a gap");
    write(next, OutputChannel.STDOUT, "after");
    assertThat(next.droppedBytes()).isEqualTo(3);
    ledger.close(ran(taken, new Outcome.Succeeded(), next));
    assertThat(output(taken).text)
        .hasToString("out:before[a gap]out:af[output above the limit of 8 bytes is not kept]");
  }

  @Test
  void rewindsTheSpoolOfAnAttemptThatIsReadAgain() throws IOException {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    ledger.intend(claim, 1, "c", START);
    write(ledger.spool(claim.run(), 1, 8), OutputChannel.STDOUT, "before, and more");
    ledger = crash();
    Claim taken = ledger.takeOver().getFirst().claim();
    OutputSpool next = ledger.spool(taken.run(), 1, 100);
    next.rewind();
    assertThat(next.offeredBytes()).isZero();
    write(next, OutputChannel.STDOUT, "all of it");
    ledger.close(ran(taken, new Outcome.Succeeded(), next));
    assertThat(output(taken).text).hasToString("out:all of it");
  }

  @Test
  void aLedgerThatEndedTakesNothing() {
    enterBackup();
    Claim claim = claimBackup(START, START + 1000);
    Ledger dead = ledger;
    ledger = crash();
    assertThatThrownBy(() -> dead.close(skipped(claim))).isInstanceOf(LedgerException.class);
    assertThatThrownBy(() -> dead.claimNow(BACKUP, START, Cause.MANUAL))
        .isInstanceOf(LedgerException.class);
    assertThatThrownBy(() -> dead.enter(List.of())).isInstanceOf(LedgerException.class);
    dead.close();
    assertThat(entries()).extracting(HistoryEntry::fate).containsExactly("running");
    assertThat(
            ledger.close(
                new Closing(
                    ledger.takeOver().getFirst().claim(),
                    new Fate.Lost("the daemon died"),
                    0,
                    START + 1,
                    0,
                    Optional.empty())))
        .isTrue();
  }
}
