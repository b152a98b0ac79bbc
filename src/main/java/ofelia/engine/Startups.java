package ofelia.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import ofelia.ledger.Claim;
import ofelia.ledger.Ledger;
import ofelia.ledger.LedgerException;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.time.Crew;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Claims the runs that jobs want when they come into force, each on a thread of its own: the store
/// may be away. Owned by the timekeeper's thread.
final class Startups {

  private static final Logger LOG = LoggerFactory.getLogger(Startups.class);

  private final Ledger ledger;
  private final Time time;
  private final Crew crew;
  private final Mailbox mailbox;
  private final Duration longestWait;
  private final Consumer<Ready> begin;

  /// The `@reboot` jobs that had their run.
  private final Set<JobName> begun = new HashSet<>();

  /// @param longestWait between two attempts to reach the store
  /// @param begin lets a claim begin; called on the timekeeper's thread
  Startups(
      Ledger ledger,
      Time time,
      Crew crew,
      Mailbox mailbox,
      Duration longestWait,
      Consumer<Ready> begin) {
    this.ledger = ledger;
    this.time = time;
    this.crew = crew;
    this.mailbox = mailbox;
    this.longestWait = longestWait;
    this.begin = begin;
  }

  /// @param job one that has come into force: at the daemon's start, or later
  void welcome(JobSpec job) {
    if (job.isQuarantined()) {
      return;
    }
    // Once in the life of this daemon, also for a container's job that is removed and comes again.
    boolean isFirst = job.schedule().isDueAtStart() && begun.add(job.name());
    if (isFirst || Rules.of(job).runOnStartup()) {
      crew.start("startup-" + job.name(), () -> claim(job));
    }
  }

  private void claim(JobSpec job) {
    Backoff backoff = new Backoff(longestWait);
    while (true) {
      try {
        Claim claim = ledger.claimNow(job.name(), time.millis(), Cause.STARTUP);
        mailbox.send(() -> begin.accept(new Ready(claim, job)));
        return;
      } catch (LedgerException e) {
        LOG.warn("job \"{}\" cannot begin at the start yet: {}", job.name(), e.getMessage());
      }
      try {
        time.newSignal().await(backoff.next());
      } catch (InterruptedException _) {
        return;
      }
    }
  }
}
