package ofelia.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.History;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.time.SystemTime;

/// Figures of the ledger on a real disk, where a JMH loop would measure the wrong thing: batches,
/// threads that share a sync, a store of a million runs.
///
/// ```
/// ./mvnw -Pjmh package
/// java -Xmx128m -cp 'target/classes:target/test-classes:target/lib/*' ofelia.sql.LedgerFigures [DIRECTORY]
/// ```
public final class LedgerFigures {

  private static final int JOBS = 10_000;
  private static final int ROUNDS = 15;
  private static final Fate SUCCEEDED = new Fate.Ran(new Outcome.Succeeded());

  private final SqliteLedger ledger;
  private final long[] cursors = new long[JOBS];

  private LedgerFigures(SqliteLedger ledger) {
    this.ledger = ledger;
  }

  public static void main(String[] arguments) throws Exception {
    Path parent = Path.of(arguments.length > 0 ? arguments[0] : "target");
    Files.createDirectories(parent);
    Path directory = Files.createTempDirectory(parent, "ledger-figures");
    try (SqliteLedger ledger = SqliteLedger.open(directory, new SystemTime())) {
      new LedgerFigures(ledger).run(directory);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(LedgerFigures::delete);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void run(Path directory) throws IOException, InterruptedException {
    long from = System.nanoTime();
    List<BookedJob> jobs = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      jobs.add(
          new BookedJob(name(i), JobKind.NOOP, "ini", "@every 1s", "command=true", true, 0, 0));
    }
    ledger.enter(jobs);
    print("10,000 jobs entered at once", from);
    from = System.nanoTime();
    ledger.enter(jobs);
    print("10,000 unchanged jobs entered again", from);
    from = System.nanoTime();
    ledger.book();
    print("book of 10,000 jobs read", from);

    claims("in a new store");
    closes(1, 1_000);
    closes(64, 200);
    fill(Integer.getInteger("ofelia.figures.runs", 1_000_000));
    System.out.printf(
        "size with them: %d MB%n", Files.size(StoreDirectory.database(directory)) >> 20);
    claims("with them");
    closes(1, 1_000);
    closes(64, 200);
    reads(directory);
    outputs();
    from = System.nanoTime();
    long pruned = ledger.prune(Long.MAX_VALUE, 100, 10_000);
    print("%d old runs deleted".formatted(pruned), from);
  }

  private static JobName name(int i) {
    return new JobName("job-" + i);
  }

  private void claims(String where) {
    for (int batch : new int[] {1, 100, 1_000, 10_000}) {
      measure("%,6d claims in one batch, %s".formatted(batch, where), ROUNDS, _ -> claim(batch));
    }
    measure(
        "10,000 claims in batches of 1,000, %s".formatted(where),
        ROUNDS,
        _ -> {
          for (int first = 0; first < JOBS; first += 1_000) {
            claim(first, 1_000);
          }
        });
  }

  private List<Claim> claim(int batch) {
    return claim(0, batch);
  }

  private List<Claim> claim(int first, int batch) {
    List<Planned> planned = new ArrayList<>(batch);
    for (int i = first; i < first + batch; i++) {
      planned.add(new Planned(name(i), cursors[i], cursors[i] + 1_000));
      cursors[i] += 1_000;
    }
    List<Claim> claims = ledger.claim(planned);
    if (claims.size() != batch) {
      throw new IllegalStateException("only " + claims.size() + " of " + batch);
    }
    return claims;
  }

  /// Intent and end of runs that print one line, by several threads.
  private void closes(int threads, int each) throws InterruptedException {
    List<Claim> claims = claim(0, JOBS);
    claims = new ArrayList<>(claims);
    while (claims.size() < threads * each) {
      claims.addAll(claim(0, JOBS));
    }
    List<Claim> all = claims;
    long[] nanos = new long[threads * each];
    CountDownLatch done = new CountDownLatch(threads);
    long commits = ledger.commits();
    long from = System.nanoTime();
    for (int t = 0; t < threads; t++) {
      int offset = t * each;
      Thread.ofVirtual()
          .start(() -> {
            for (int i = offset; i < offset + each; i++) {
              long start = System.nanoTime();
              runOne(all.get(i));
              nanos[i] = System.nanoTime() - start;
            }
            done.countDown();
          });
    }
    done.await();
    double seconds = (System.nanoTime() - from) / 1e9;
    Arrays.sort(nanos);
    System.out.printf(
        "%d threads, intent, one line of output and end: %,.0f runs/s, p50 %.2f p99 %.2f ms, %.1f records a sync%n",
        threads,
        nanos.length / seconds,
        nanos[nanos.length / 2] / 1e6,
        nanos[nanos.length * 99 / 100] / 1e6,
        2.0 * nanos.length / (ledger.commits() - commits));
  }

  private void runOne(Claim claim) {
    ledger.intend(claim, 1, "container", claim.dueMillis());
    ledger.started(claim, 1, "1234");
    OutputSpool spool = ledger.spool(claim.run(), 1, 1 << 20);
    byte[] line = "hello, this is a line of output\n".getBytes(StandardCharsets.UTF_8);
    spool.write(OutputChannel.STDOUT, claim.dueMillis(), line, 0, line.length);
    ledger.close(
        new Closing(claim, SUCCEEDED, claim.dueMillis(), claim.dueMillis(), 1, Optional.of(spool)));
  }

  private void fill(int runs) throws InterruptedException {
    long from = System.nanoTime();
    for (int done = 0; done < runs; done += JOBS) {
      List<Claim> claims = claim(0, JOBS);
      // Many at once, so that they share syncs.
      int threads = 256;
      CountDownLatch left = new CountDownLatch(threads);
      for (int t = 0; t < threads; t++) {
        int offset = t;
        Thread.ofVirtual()
            .start(() -> {
              for (int i = offset; i < claims.size(); i += threads) {
                Claim claim = claims.get(i);
                ledger.close(
                    new Closing(
                        claim,
                        SUCCEEDED,
                        claim.dueMillis(),
                        claim.dueMillis(),
                        1,
                        Optional.empty()));
              }
              left.countDown();
            });
      }
      left.await();
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    System.out.printf("%,d runs claimed and ended: %,.0f runs/s%n", runs, runs / seconds);
  }

  private void reads(Path directory) {
    long from = System.nanoTime();
    try (History history = SqliteHistory.open(directory)) {
      print("history opened", from);
      long now = Long.MAX_VALUE;
      measure(
          "last 50 of one job", 200, i -> history.entries(Optional.of(name(i)), 50, now, _ -> {}));
      measure("last 50 of all", 200, _ -> history.entries(Optional.empty(), 50, now, _ -> {}));
      measure("a run by the end of its number", 20, _ -> history.find("1234"));
    }
  }

  private void outputs() {
    byte[] text = new byte[64 * 1024];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('a' + i * 7919L % 1_003 % 26);
    }
    for (int megabytes : new int[] {0, 5, 100}) {
      Claim claim = claim(1).getFirst();
      long from = System.nanoTime();
      OutputSpool spool = ledger.spool(claim.run(), 1, 1L << 30);
      for (int i = 0; i < megabytes * 16 + 1; i++) {
        spool.write(OutputChannel.STDOUT, 0, text, 0, text.length);
      }
      print("%d MB written".formatted(megabytes), from);
      from = System.nanoTime();
      ledger.close(new Closing(claim, SUCCEEDED, 0, 0, 1, Optional.of(spool)));
      print("%d MB packed and recorded".formatted(megabytes), from);
    }
  }

  private static void measure(String what, int rounds, IntConsumer work) {
    long[] nanos = new long[rounds];
    Duration cpu = cpu();
    for (int i = 0; i < rounds; i++) {
      long from = System.nanoTime();
      work.accept(i);
      nanos[i] = System.nanoTime() - from;
    }
    double cpuMillis = cpu().minus(cpu).toNanos() / 1e6 / rounds;
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %.2f p99 %.2f ms, %.2f ms of processor time%n",
        what,
        nanos[rounds / 2] / 1e6,
        nanos[Math.min(rounds - 1, rounds * 99 / 100)] / 1e6,
        cpuMillis);
  }

  /// Of the whole process, in steps of 10 ms.
  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static void print(String what, long fromNanos) {
    System.out.printf(
        "%s: %.1f ms%n", what, Duration.ofNanos(System.nanoTime() - fromNanos).toNanos() / 1e6);
  }
}
