package ofelia.runner;

import java.time.Duration;
import java.util.Optional;
import ofelia.runner.process.Processes;
import ofelia.runner.process.Survivors;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The programs that runs start beside the daemon. Nothing of it costs anything before the first
/// one. Safe for any thread.
public final class HostPrograms implements AutoCloseable {

  /// What survivors of a crash are given between TERM and KILL.
  static final Duration SURVIVOR_GRACE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(HostPrograms.class);

  private final Time time;
  private Optional<Processes> processes = Optional.empty();
  private Optional<Survivors> survivors = Optional.empty();

  public HostPrograms(Time time) {
    this.time = time;
  }

  /// Gets ready for the first program ahead of it, which takes a few hundred milliseconds once.
  public void prepare() {
    processes();
  }

  synchronized Processes processes() {
    if (processes.isEmpty()) {
      Processes opened = Processes.open(time);
      LOG.debug("Local processes are started by {}", opened.form());
      processes = Optional.of(opened);
    }
    return processes.get();
  }

  /// What an earlier start of the daemon left, as of the first call.
  synchronized Survivors survivors() {
    if (survivors.isEmpty()) {
      survivors = Optional.of(Survivors.look(time));
    }
    return survivors.get();
  }

  /// Ends the programs that are left.
  @Override
  public synchronized void close() {
    processes.ifPresent(Processes::close);
  }
}
