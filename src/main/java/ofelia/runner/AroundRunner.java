package ofelia.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.AroundKeys;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;

/// One kind of work, with containers at a standstill around it where the job wants that.
///
/// Which containers, and since which start of each, goes on record as the run's intent before the
/// first of them is touched, and stands before each handle of the work from then on. So whichever
/// moment the daemon dies at, its next start knows what to put back, and does so once the work has
/// ended: at once where it never began. A container that somebody else has started meanwhile is
/// known by the instant of its start, and left alone. Safe for any thread.
final class AroundRunner implements Runner {

  private final Runner work;
  private final Surroundings surroundings;

  AroundRunner(Runner work, Surroundings surroundings) {
    this.work = work;
    this.surroundings = surroundings;
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
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, DeclinedException {
    if (!AroundKeys.areIn(request.job().settings())) {
      return work.run(request, sink, stop);
    }
    AroundSteps steps = new AroundSteps(surroundings, request, sink, stop);
    boolean isBroken = true;
    try {
      Optional<Outcome> over = steps.before();
      if (over.isPresent()) {
        isBroken = false;
        return over.get();
      }
      Outcome outcome = work.run(request, steps.sinkOfWork(), stop);
      isBroken = false;
      return steps.after(outcome);
    } catch (DeclinedException e) {
      isBroken = false;
      List<String> failures = steps.putBack();
      if (failures.isEmpty()) {
        throw e;
      }
      return AroundSteps.together(new Outcome.Broke(e.getMessage()), failures);
    } catch (NotOursException e) {
      Optional<Outcome> instead = steps.insteadOfWork();
      if (instead.isEmpty()) {
        throw e;
      }
      isBroken = false;
      return AroundSteps.together(instead.get(), steps.putBack());
    } catch (InterruptedException e) {
      // It is left as it is, and so is what stands still for it.
      isBroken = false;
      throw e;
    } finally {
      if (isBroken) {
        var _ = steps.putBack();
      }
    }
  }

  @Override
  public void foresee(RunRequest request, Trace trace) {
    Optional<AroundHandle> handle = AroundHandle.of(trace);
    handle.ifPresent(h -> h.halts().forEach(halt -> surroundings.halts.join(request.run(), halt)));
    work.foresee(request, handle.isPresent() ? AroundHandle.ofWork(trace) : trace);
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    Optional<AroundHandle> found = AroundHandle.of(trace);
    if (found.isEmpty()) {
      return work.find(request, trace);
    }
    AroundHandle handle = found.get();
    if (handle.end().isPresent()) {
      return new Finding.Found();
    }
    if (handle.work().isEmpty()) {
      return without(request, handle, new Finding.NotBegun());
    }
    Finding finding = work.find(request, AroundHandle.ofWork(trace));
    return switch (finding) {
      case Finding.Found() -> finding;
      case Finding.Unstarted(var next) -> new Finding.Unstarted(handle.of(next).write());
      case Finding.NotBegun(), Finding.Lost(_) -> without(request, handle, finding);
    };
  }

  /// What is found where there is no work to wait for: the containers go on.
  private Finding without(RunRequest request, AroundHandle handle, Finding finding)
      throws InterruptedException, TryLaterException {
    List<String> why = new ArrayList<>();
    if (finding instanceof Finding.Lost(var reason)) {
      why.add(reason);
    }
    List<String> failures = surroundings.letGo(request, handle.halts(), handle.isUncertain());
    if (failures.isEmpty()) {
      return finding;
    }
    why.addAll(failures);
    return new Finding.Lost(String.join("; ", why));
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    Optional<AroundHandle> found = AroundHandle.of(trace);
    if (found.isEmpty()) {
      return work.resume(request, trace, sink, stop);
    }
    AroundHandle handle = found.get();
    AroundSteps steps = new AroundSteps(surroundings, request, sink, stop, handle);
    // Whoever ends the daemon shall know that there is something to be done after the work.
    sink.aside().close();
    if (handle.end().isPresent()) {
      return AroundSteps.together(handle.end().get(), steps.putBack());
    }
    boolean isBroken = true;
    try {
      Outcome outcome = work.resume(request, AroundHandle.ofWork(trace), steps.sinkOfWork(), stop);
      isBroken = false;
      return steps.after(outcome);
    } catch (InterruptedException e) {
      isBroken = false;
      throw e;
    } finally {
      if (isBroken) {
        var _ = steps.putBack();
      }
    }
  }
}
