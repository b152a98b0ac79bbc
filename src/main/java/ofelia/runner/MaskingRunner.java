package ofelia.runner;

import java.io.IOException;
import java.util.stream.Stream;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;

/// One kind of work whose output does not show the job's secrets, nor does its outcome: what
/// `secret` and `header-file` read, and the password of a `proxy`. A job without any is run as it
/// is. Safe for any thread.
public final class MaskingRunner implements Runner {

  private final Runner work;

  public MaskingRunner(Runner work) {
    this.work = work;
  }

  @Override
  public JobKind kind() {
    return work.kind();
  }

  @Override
  public String describe(JobSpec job) {
    return work.describe(job);
  }

  @Override
  public boolean canStop() {
    return work.canStop();
  }

  @Override
  public boolean canOutlive() {
    return work.canOutlive();
  }

  @Override
  public void foresee(RunRequest request, Trace trace) {
    work.foresee(request, trace);
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    return work.find(request, trace);
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, DeclinedException {
    Mask mask;
    try {
      mask = maskOf(request);
    } catch (IOException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
    if (mask.isEmpty()) {
      return work.run(request, sink, stop);
    }
    MaskedSink masked = new MaskedSink(mask, sink);
    try {
      return masked(mask, work.run(request, masked, stop));
    } finally {
      masked.end();
    }
  }

  /// Masked is what the files say now, since nothing else knows the secrets any more.
  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    Mask mask;
    try {
      mask = maskOf(request);
    } catch (IOException e) {
      sink.warn("what follows of its output may show its secrets: " + e.getMessage());
      return work.resume(request, trace, sink, stop);
    }
    if (mask.isEmpty()) {
      return work.resume(request, trace, sink, stop);
    }
    MaskedSink masked = new MaskedSink(mask, sink);
    try {
      return masked(mask, work.resume(request, trace, masked, stop));
    } finally {
      masked.end();
    }
  }

  private static Mask maskOf(RunRequest request) throws IOException {
    Settings settings = request.job().settings();
    return Mask.of(
        Stream.concat(
                Variables.secrets(settings).values().stream(), HttpPlan.secrets(settings).stream())
            .toList());
  }

  private static Outcome masked(Mask mask, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(var exit, var reason) -> new Outcome.Failed(exit, mask.apply(reason));
      case Outcome.Broke(var problem) -> new Outcome.Broke(mask.apply(problem));
      case Outcome.Succeeded(), Outcome.Cancelled(_), Outcome.TimedOut(_) -> outcome;
    };
  }
}
