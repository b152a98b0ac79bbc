package ofelia.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import ofelia.ledger.Claim;
import ofelia.ledger.OutputSpool;
import ofelia.model.Fate;
import ofelia.model.JobName;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import ofelia.syntax.GoDuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What the daemon's log says about runs, in the words that people grep the Go Ofelia's log for.
final class RunLog {

  private static final Logger LOG = LoggerFactory.getLogger("ofelia.run");

  /// How much of each channel's end goes to the log; the whole is in the ledger.
  private static final int TAIL_BYTES = 16 * 1024;

  private RunLog() {}

  /// The ends of what an attempt printed.
  record Ends(String stdout, String stderr) {
    static final Ends NONE = new Ends("", "");
  }

  static Ends endsOf(OutputSpool output) {
    return new Ends(endOf(output, OutputChannel.STDOUT), endOf(output, OutputChannel.STDERR));
  }

  private static String endOf(OutputSpool output, OutputChannel channel) {
    return new String(output.tail(channel, TAIL_BYTES), StandardCharsets.UTF_8);
  }

  static void started(Claim claim, String description) {
    say(Level.INFO, claim.job(), claim.run(), "Started - " + description);
  }

  static void resumed(Claim claim) {
    say(Level.INFO, claim.job(), claim.run(), "Taken up again after a restart");
  }

  static void debug(Claim claim, String text) {
    say(Level.DEBUG, claim.job(), claim.run(), text);
  }

  static void info(Claim claim, String text) {
    say(Level.INFO, claim.job(), claim.run(), text);
  }

  static void warn(Claim claim, String text) {
    say(Level.WARN, claim.job(), claim.run(), text);
  }

  /// The program itself went wrong, not the job.
  static void defect(Claim claim, String text, Throwable cause) {
    LOG.atError()
        .addKeyValue("job", claim.job())
        .addKeyValue("run", claim.run())
        .setCause(cause)
        .log(named(claim.job(), claim.run(), text));
  }

  static void retrying(Claim claim, int attempt, Outcome outcome, Duration wait) {
    say(
        Level.WARN,
        claim.job(),
        claim.run(),
        "Attempt %d %s: %s; trying again in %s"
            .formatted(attempt, outcome.word(), outcome.reason(), GoDuration.format(wait)));
  }

  /// The end of a run that began.
  static void finished(Claim claim, Fate fate, Duration took, Ends ends) {
    boolean failed = !(fate instanceof Fate.Ran(Outcome.Succeeded()));
    Level level = failed ? Level.ERROR : Level.INFO;
    printed(level, claim, "StdOut: ", ends.stdout());
    printed(level, claim, "StdErr: ", ends.stderr());
    finished(level, claim, took, failed, false, failed ? fate.reason() : "none");
  }

  /// An occurrence that was not run.
  static void notRun(Claim claim, Fate fate) {
    boolean skipped = fate instanceof Fate.Skipped;
    Level level = skipped ? Level.WARN : Level.ERROR;
    finished(level, claim, Duration.ZERO, !skipped, skipped, fate.word() + ": " + fate.reason());
  }

  private static void finished(
      Level level, Claim claim, Duration took, boolean failed, boolean skipped, String error) {
    say(
        level,
        claim.job(),
        claim.run(),
        // Put together by hand: formatting takes ten times as long, and a thousand may end at once.
        "Finished in \""
            + GoDuration.format(took)
            + "\", failed: "
            + failed
            + ", skipped: "
            + skipped
            + ", error: "
            + error);
  }

  private static void printed(Level level, Claim claim, String head, String text) {
    if (!text.isEmpty()) {
      say(level, claim.job(), claim.run(), head + text);
    }
  }

  private static void say(Level level, JobName job, RunId run, String text) {
    if (LOG.isEnabledForLevel(level)) {
      LOG.atLevel(level).addKeyValue("job", job).addKeyValue("run", run).log(named(job, run, text));
    }
  }

  private static String named(JobName job, RunId run, String text) {
    return "[Job \"" + job + "\" (" + run + ")] " + text;
  }
}
