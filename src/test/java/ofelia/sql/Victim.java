package ofelia.sql;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import ofelia.ledger.BookedJob;
import ofelia.ledger.Claim;
import ofelia.ledger.Closing;
import ofelia.ledger.LedgerException;
import ofelia.ledger.OutputSpool;
import ofelia.ledger.Planned;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.time.SystemTime;

/// A process that records runs until it is killed, and says on its standard output what was
/// acknowledged.
final class Victim {

  static final int THREADS = 4;

  private Victim() {}

  public static void main(String[] arguments) {
    try {
      work(SqliteLedger.open(Path.of(arguments[0]), new SystemTime()));
    } catch (LedgerException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  private static void work(SqliteLedger ledger) {
    ledger.takeOver().forEach(run -> end(ledger, run.claim(), new Fate.Lost("killed")));
    for (int i = 0; i < THREADS; i++) {
      JobName job = new JobName("job-" + i);
      ledger.enter(List.of(new BookedJob(job, JobKind.NOOP, "ini", "@every 1s", "", true, 0, 0)));
      Thread.ofPlatform().start(() -> work(ledger, job));
    }
    say("ready");
  }

  private static void work(SqliteLedger ledger, JobName job) {
    long cursor =
        ledger.book().stream()
            .filter(j -> j.name().equals(job))
            .findFirst()
            .orElseThrow()
            .cursorMillis();
    while (true) {
      Claim claim = ledger.claim(List.of(new Planned(job, cursor, cursor + 1000))).getFirst();
      cursor += 1000;
      say("claimed " + claim.run());
      ledger.intend(claim, 1, "container", cursor);
      say("intended " + claim.run());
      end(ledger, claim, new Fate.Ran(new Outcome.Succeeded()));
    }
  }

  private static void end(SqliteLedger ledger, Claim claim, Fate fate) {
    OutputSpool spool = ledger.spool(claim.run(), 1, 1_000_000);
    byte[] text = claim.run().toString().getBytes(StandardCharsets.UTF_8);
    // Some outputs are too large for the database.
    int times = claim.run().value() % 50 == 0 ? 30_000 : 1;
    spool.rewind();
    for (int i = 0; i < times; i++) {
      spool.write(OutputChannel.STDOUT, 1, text, 0, text.length);
    }
    if (ledger.close(new Closing(claim, fate, 1, 2, 1, Optional.of(spool)))) {
      say(fate.word() + " " + claim.run());
    }
  }

  /// A line at once, whole, or not at all.
  private static void say(String line) {
    PrintStream out = System.out;
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }
}
