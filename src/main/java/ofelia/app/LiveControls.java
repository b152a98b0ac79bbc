package ofelia.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import ofelia.config.Configuration;
import ofelia.engine.RequestException;
import ofelia.engine.Scheduler;
import ofelia.engine.StopAnswer;
import ofelia.model.JobName;
import ofelia.model.Problem;
import ofelia.model.RunId;
import ofelia.source.IniSource;
import ofelia.web.Controls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What people ask of the living daemon, by command or by signal.
final class LiveControls implements Controls {

  private static final Logger LOG = LoggerFactory.getLogger(LiveControls.class);

  private final Scheduler scheduler;
  private final IniSource files;
  private final Engines engines;
  private final LongSupplier gaps;

  /// @param gaps how many due instants were found without a record
  LiveControls(Scheduler scheduler, IniSource files, Engines engines, LongSupplier gaps) {
    this.gaps = gaps;
    this.scheduler = scheduler;
    this.files = files;
    this.engines = engines;
  }

  @Override
  public RunId runNow(JobName job) throws RequestException, InterruptedException {
    return scheduler.runNow(job);
  }

  @Override
  public RunId backfill(JobName job, Instant due) throws RequestException, InterruptedException {
    return scheduler.backfill(job, due);
  }

  @Override
  public StopAnswer stop(RunId run) throws InterruptedException {
    return scheduler.stop(run, "stop request");
  }

  @Override
  @SuppressWarnings(
      "ReferenceEquality") // Equal or not: a new reading is in force when it is there.
  public Reloaded reload() throws InterruptedException {
    Configuration before = files.current();
    List<Problem> problems = new ArrayList<>(files.reload());
    problems.addAll(engines.reload());
    boolean isInForce = files.current() != before;
    // The turn that answers first is the one that brings the new set into force, after its answers;
    // so the second answer counts the new set, and whoever asked for the reload may rely on it.
    scheduler.jobs();
    int jobs = scheduler.jobs().size();
    if (isInForce) {
      LOG.atInfo().addKeyValue("jobs", jobs).log("Configuration reloaded");
    } else {
      LOG.error("Configuration not reloaded: what was read before stays in force");
    }
    // Whoever asked is told as well; but who reads the log later was perhaps not the one.
    problems.forEach(
        problem -> LOG.atLevel(problem.isError() ? Level.ERROR : Level.WARN).log(problem.text()));
    return new Reloaded(isInForce, jobs, problems);
  }

  @Override
  public Map<String, Integer> counts() throws InterruptedException {
    Map<String, Integer> counts = new HashMap<>(scheduler.counts());
    counts.put("gaps", (int) Math.min(gaps.getAsLong(), Integer.MAX_VALUE));
    return counts;
  }

  /// Reloads where nobody waits for the answer.
  void reloadBySignal() {
    try {
      Reloaded _ = reload();
    } catch (InterruptedException _) {
      // The daemon ends, which makes the question idle.
      Thread.currentThread().interrupt();
    }
  }
}
