package ofelia.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import ofelia.contract.StillTime;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.History;
import ofelia.ledger.History.OutputPosition;
import ofelia.ledger.HistoryEntry;
import ofelia.ledger.LedgerException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the contract does not say: files, locks, sizes, old history.
final class SqliteStoreTest {

  private static final long START = 1_700_000_000_000L;
  private static final JobName JOB = new JobName("job");
  private static final Fate SUCCEEDED = new Fate.Ran(new Outcome.Succeeded());

  @TempDir private Path parent;
  private final StillTime time = new StillTime(START);

  private Path directory() {
    return parent.resolve("store");
  }

  private SqliteLedger open() {
    return SqliteLedger.open(directory(), time);
  }

  private static List<Claim> claim(SqliteLedger ledger, int count) {
    ledger.enter(
        List.of(new BookedJob(JOB, JobKind.NOOP, "ini", "@every 1s", "", true, START, START)));
    long cursor = ledger.book().getFirst().cursorMillis();
    List<Planned> planned = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      planned.add(new Planned(JOB, cursor + i * 1000L, cursor + (i + 1) * 1000L));
    }
    return ledger.claim(planned);
  }

  private static boolean close(SqliteLedger ledger, Claim claim, OutputSpool... output) {
    return ledger.close(
        new Closing(claim, SUCCEEDED, START, START + 1, 1, Arrays.stream(output).findFirst()));
  }

  private List<String> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve(folder))) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static OutputSpool spoolOf(SqliteLedger ledger, RunId run, int bytes) {
    OutputSpool spool = ledger.spool(run, 1, Long.MAX_VALUE);
    byte[] text = new byte[bytes];
    Arrays.fill(text, (byte) 'x');
    spool.write(OutputChannel.STDOUT, START, text, 0, bytes);
    return spool;
  }

  @Test
  void keepsItsFilesForTheOwnerOnly() throws IOException {
    try (SqliteLedger ledger = open()) {
      Claim claim = claim(ledger, 1).getFirst();
      spoolOf(ledger, claim.run(), 10);
      assertThat(mode(directory())).isEqualTo("rwx------");
      assertThat(mode(directory().resolve("ofelia.db"))).isEqualTo("rw-------");
      assertThat(mode(directory().resolve("ofelia.db-wal"))).isEqualTo("rw-------");
      assertThat(mode(directory().resolve("spool"))).isEqualTo("rwx------");
      assertThat(mode(directory().resolve("spool/" + claim.run() + "-1"))).isEqualTo("rw-------");
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aSecondLedgerInTheSameProcessIsRefusedAndHarmsNothing() {
    try (SqliteLedger ledger = open()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(this::open)
            .isInstanceOf(LedgerException.class)
            .hasMessageContaining("held");
      }
      assertThat(claim(ledger, 1)).hasSize(1);
    }
    open().close();
  }

  @Test
  void aStoreThatIsBroughtBackFromACopyGivesNoRunANumberThatWasGivenAfterTheCopy()
      throws IOException {
    time.set(Instant.parse("2026-11-23T12:00:00Z").toEpochMilli());
    Set<RunId> given = new HashSet<>();
    try (SqliteLedger ledger = open()) {
      claim(ledger, 50).forEach(claim -> given.add(claim.run()));
    }
    Path copy = Files.copy(directory().resolve("ofelia.db"), parent.resolve("copy"));
    for (int day = 1; day <= 3; day++) {
      time.set(time.millis() + Duration.ofDays(1).toMillis());
      try (SqliteLedger ledger = open()) {
        claim(ledger, 200).forEach(claim -> given.add(claim.run()));
      }
    }
    Files.copy(copy, directory().resolve("ofelia.db"), StandardCopyOption.REPLACE_EXISTING);
    time.set(time.millis() + Duration.ofMinutes(5).toMillis());

    try (SqliteLedger ledger = open()) {
      assertThat(claim(ledger, 650))
          .hasSize(650)
          .allSatisfy(claim -> assertThat(claim.run().isOfSameStoreAs(ledger.latestRun())).isTrue())
          .noneMatch(claim -> given.contains(claim.run()));
    }
  }

  @Test
  void aClockFarOffDoesNotUseUpTheNumbersOfRuns() {
    for (String at : List.of("1970-01-01T00:00:00Z", "2400-01-01T00:00:00Z")) {
      time.set(Instant.parse(at).toEpochMilli());
      try (SqliteLedger ledger = open()) {
        assertThat(ledger.latestRun().value() & 0xffff_ffffL).isZero();
      }
    }
  }

  @Test
  void calendarsAreKeptUntilOthersAre() {
    try (SqliteLedger ledger = open()) {
      ledger.keepCalendars(Map.of("a", "zone=UTC\nwhen=MON", "b", "zone=UTC\nwhen=TUE"));
      ledger.keepCalendars(Map.of("b", "zone=UTC\nwhen=WED", "c", "zone=UTC\nwhen=THU"));
      assertThat(ledger.history().calendars())
          .containsOnly(Map.entry("b", "zone=UTC\nwhen=WED"), Map.entry("c", "zone=UTC\nwhen=THU"));
    }
    try (SqliteHistory history = SqliteHistory.open(directory())) {
      assertThat(history.calendars()).containsOnlyKeys("b", "c");
    }
  }

  @Test
  void networkFileSystemsAreKnown() {
    assertThat(List.of("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"))
        .allMatch(StoreDirectory::isNetwork);
    assertThat(List.of("ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs"))
        .noneMatch(StoreDirectory::isNetwork);
  }

  @Test
  void refusesAStoreOfANewerProgramAndOneWithOtherTables() throws Exception {
    open().close();
    alter("INSERT INTO migration VALUES (99, '099-future', 1, 1)");
    assertThatThrownBy(this::open)
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("newer Ofelia")
        .hasMessageContaining("099-future");
    assertThatThrownBy(() -> SqliteHistory.open(directory())).hasMessageContaining("newer Ofelia");
    alter("DELETE FROM migration WHERE number = 99; UPDATE migration SET checksum = 1");
    assertThatThrownBy(this::open).hasMessageContaining("001-ledger");
  }

  private void alter(String sql) throws Exception {
    try (Sqlite store = Sqlite.open(directory().resolve("ofelia.db").toString(), false)) {
      store.script(sql);
    }
  }

  @Test
  void saysWhatIsWrongWithADamagedStoreAndAMissingOne() throws IOException {
    assertThatThrownBy(() -> SqliteHistory.open(directory()))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("start the daemon");
    assertThatThrownBy(() -> SqliteHistory.open(Path.of(":memory:")))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("memory");
    Files.createDirectories(directory());
    Files.writeString(directory().resolve("ofelia.db"), "this is not a database\n".repeat(1000));
    assertThatThrownBy(this::open)
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("not a SQLite database");
    Files.delete(directory().resolve("ofelia.db"));
    open().close();
  }

  @Test
  void readsAStoreThatNoDaemonHolds() {
    List<Claim> claims;
    try (SqliteLedger ledger = open()) {
      claims = claim(ledger, 2);
      close(ledger, claims.getFirst());
    }
    try (History history = SqliteHistory.open(directory())) {
      List<HistoryEntry> entries = new ArrayList<>();
      history.entries(Optional.of(JOB), 10, Long.MAX_VALUE, entries::add);
      assertThat(entries).extracting(HistoryEntry::fate).containsExactly("running", "ran");
    }
  }

  @Test
  void takesRecordsAgainAfterTheDiskWasFull() {
    try (SqliteLedger ledger = open()) {
      List<Claim> claims = claim(ledger, 10);
      ledger.limitPages(1);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  close(
                      ledger, claims.getFirst(), spoolOf(ledger, claims.getFirst().run(), 200_000));
                  claim(ledger, 1_000);
                }
              })
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("disk is full");
      ledger.limitPages(1_000_000);
      assertThat(close(ledger, claims.get(1))).isTrue();
      assertThat(claim(ledger, 1)).hasSize(1);
    }
  }

  @Test
  void manyThreadsShareASync() throws InterruptedException {
    int threads = 64;
    int each = 20;
    try (SqliteLedger ledger = open()) {
      List<Claim> claims = claim(ledger, threads * each);
      long commits = ledger.commits();
      AtomicInteger closed = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(threads);
      for (int t = 0; t < threads; t++) {
        int first = t * each;
        Thread.ofVirtual()
            .start(() -> {
              for (Claim claim : claims.subList(first, first + each)) {
                // Each is closed by two at once: one of them must be told no.
                closed.addAndGet(close(ledger, claim) ? 1 : 0);
                closed.addAndGet(close(ledger, claim) ? 1 : 0);
              }
              done.countDown();
            });
      }
      done.await();
      assertThat(closed).hasValue(threads * each);
      assertThat(ledger.commits() - commits).isLessThan(threads * each * 2 / 8);
    }
  }

  @Test
  void aBadRecordDoesNotTakeOthersDown() throws InterruptedException {
    try (SqliteLedger ledger = open()) {
      List<Claim> claims = claim(ledger, 200);
      AtomicInteger failed = new AtomicInteger();
      AtomicInteger closed = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        boolean isBad = i % 10 == 0;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  if (isBad) {
                    try {
                      ledger.claimNow(new JobName("unknown"), START, Cause.MANUAL);
                    } catch (IllegalArgumentException _) {
                      failed.incrementAndGet();
                    }
                  } else if (close(ledger, claim)) {
                    closed.incrementAndGet();
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failed).hasValue(20);
      assertThat(closed).hasValue(180);
    }
  }

  @Test
  void aHundredMegabytesInOneLinePassWithoutBeingHeldInMemory() throws IOException {
    int pieces = 1600;
    byte[] piece = new byte[64 * 1024];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) ('a' + i * 31 % 23);
    }
    CRC32 written = new CRC32();
    CRC32 read = new CRC32();
    try (SqliteLedger ledger = open()) {
      Claim claim = claim(ledger, 1).getFirst();
      OutputSpool spool = ledger.spool(claim.run(), 1, Long.MAX_VALUE);
      for (int i = 0; i < pieces; i++) {
        piece[i] ^= 1;
        spool.write(OutputChannel.STDOUT, START, piece, 0, piece.length);
        written.update(piece);
      }
      assertThat(spool.tail(OutputChannel.STDOUT, 100))
          .isEqualTo(Arrays.copyOfRange(piece, piece.length - 100, piece.length));
      assertThat(close(ledger, claim, spool)).isTrue();
      assertThat(files("spool")).isEmpty();
      assertThat(files("output")).containsExactly(claim.run() + "-1.gz");
      try (History history = SqliteHistory.open(directory())) {
        history.output(claim.run(), OutputPosition.START, new Sum(read));
      }
      assertThat(read.getValue()).isEqualTo(written.getValue());
    }
  }

  private record Sum(CRC32 crc) implements History.OutputReader {
    @Override
    public void piece(OutputChannel channel, long atMillis, byte[] bytes, int offset, int length) {
      crc.update(bytes, offset, length);
    }

    @Override
    public void mark(long atMillis, String text) {
      throw new AssertionError(text);
    }
  }

  @Test
  void aRunWithoutOutputCostsNoFile() throws IOException {
    try (SqliteLedger ledger = open()) {
      Claim claim = claim(ledger, 1).getFirst();
      OutputSpool spool = ledger.spool(claim.run(), 1, 100);
      assertThat(files("spool")).isEmpty();
      close(ledger, claim, spool);
      assertThat(files("spool")).isEmpty();
    }
  }

  @Test
  void theNextStartDeletesWhatACrashLeftBehind() throws IOException {
    SqliteLedger ledger = open();
    List<Claim> claims = claim(ledger, 3);
    spoolOf(ledger, claims.get(0).run(), 5);
    close(ledger, claims.get(0));
    spoolOf(ledger, claims.get(1).run(), 5);
    Files.writeString(directory().resolve("output/" + claims.get(1).run() + "-1.gz"), "half");
    close(ledger, claims.get(2), spoolOf(ledger, claims.get(2).run(), 500_000));
    Files.writeString(directory().resolve("spool/stray"), "");
    ledger.abandon();
    open().close();
    assertThat(files("spool")).containsExactly(claims.get(1).run() + "-1");
    assertThat(files("output")).containsExactly(claims.get(2).run() + "-1.gz");
  }

  @Test
  void goesOnAfterAFrameThatWasCutShort() throws IOException {
    SqliteLedger ledger = open();
    Claim claim = claim(ledger, 1).getFirst();
    spoolOf(ledger, claim.run(), 5);
    ledger.abandon();
    Path spool = directory().resolve("spool/" + claim.run() + "-1");
    byte[] sound = Files.readAllBytes(spool);
    byte[] torn = Arrays.copyOf(sound, sound.length * 2 - 2);
    System.arraycopy(sound, 0, torn, sound.length, sound.length - 2);
    Files.write(spool, torn);
    try (SqliteLedger next = open()) {
      Claim taken = next.takeOver().getFirst().claim();
      OutputSpool more = next.spool(taken.run(), 1, 100);
      byte[] text = "yy".getBytes(UTF_8);
      more.write(OutputChannel.STDOUT, START, text, 0, 2);
      assertThat(more.tail(OutputChannel.STDOUT, 100)).asString(UTF_8).isEqualTo("xxxxxyy");
    }
  }

  @Test
  void deletesOldHistoryButNeverWhatIsOpenOrAmongTheLast() throws IOException {
    try (SqliteLedger ledger = open()) {
      List<Claim> claims = claim(ledger, 1_500);
      for (Claim claim : claims.subList(1, 20)) {
        close(
            ledger,
            claim,
            spoolOf(ledger, claim.run(), claim.equals(claims.get(5)) ? 400_000 : 50));
      }
      claims.subList(20, 1_500).parallelStream().forEach(claim -> close(ledger, claim));
      long last = claims.getLast().dueMillis();
      ledger.settle(
          List.of(
              new Stretch(
                  JOB,
                  last,
                  last + 1000,
                  last + 2000,
                  2,
                  "@every 1s",
                  START,
                  new Fate.Missed(""))));
      assertThat(files("output")).hasSize(1);
      assertThat(ledger.prune(claims.get(1_000).dueMillis(), 10, Long.MAX_VALUE)).isEqualTo(999);
      assertThat(files("output")).isEmpty();
      assertThat(ledger.prune(Long.MAX_VALUE, 10, Long.MAX_VALUE)).isEqualTo(490);
      List<HistoryEntry> entries = new ArrayList<>();
      try (History history = SqliteHistory.open(directory())) {
        history.entries(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE, entries::add);
      }
      assertThat(entries).hasSize(2 + 10 + 1);
      assertThat(entries.getLast().run()).contains(claims.getFirst().run());
      assertThat(ledger.claim(List.of(new Planned(JOB, START, START + 1000)))).isEmpty();
      assertThat(claim(ledger, 1).getFirst().run()).isGreaterThan(claims.getLast().run());
    }
  }
}
