package ofelia.runner;

import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;

/// Does nothing, and succeeds: to try out schedules, and to measure the scheduler itself.
public final class NoopRunner implements Runner {

  @Override
  public JobKind kind() {
    return JobKind.NOOP;
  }

  @Override
  public String describe(JobSpec job) {
    return "nothing";
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop) {
    return new Outcome.Succeeded();
  }

  /// It records no intent, so there is nothing that could have begun.
  @Override
  public Finding find(RunRequest request, Trace trace) {
    return new Finding.NotBegun();
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop) {
    return new Outcome.Succeeded();
  }

  @Override
  public boolean canStop() {
    return false;
  }

  @Override
  public boolean canOutlive() {
    return false;
  }
}
