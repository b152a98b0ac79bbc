package ofelia.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import ofelia.config.ContainerKeys;
import ofelia.config.LocalKeys;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.runner.process.Command;
import ofelia.runner.process.Exit;
import ofelia.runner.process.LocalProcess;
import ofelia.runner.process.OutputSink;
import ofelia.runner.process.ProcessMark;
import ofelia.runner.process.ProcessStartException;
import ofelia.runner.process.Survivors;

/// Runs commands on the host, each in a session of its own that ends with the run.
///
/// A local run cannot outlive the daemon, which holds its pipes. After a crash, [#find] ends what
/// is left of it, known by the process's mark and by `OFELIA_RUN_ID` in its environment; how it
/// would have ended is then unknown.
///
/// Nothing of it costs anything before the first local run. Safe for any thread.
public final class LocalRunner implements Runner {

  private final HostPrograms programs;
  private final Map<String, String> inherited;

  /// @param programs closed by its owner, which ends the runs that are left
  /// @param inherited the daemon's own environment, which each local run begins with
  public LocalRunner(HostPrograms programs, Map<String, String> inherited) {
    this.programs = programs;
    this.inherited = Map.copyOf(inherited);
  }

  @Override
  public JobKind kind() {
    return JobKind.LOCAL;
  }

  @Override
  public String describe(JobSpec job) {
    return JobProgram.describe(job.settings());
  }

  @Override
  public boolean canStop() {
    return true;
  }

  @Override
  public boolean canOutlive() {
    return false;
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException {
    Command command;
    try {
      command = command(request, sink);
    } catch (IOException | InvalidPathException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
    if (stop.isRequested()) {
      return new Outcome.Cancelled(stop.by());
    }
    sink.intend(request.run().toString());
    // An interrupt from here on ends the process on its way out.
    try (LocalProcess process = programs.processes().start(command)) {
      sink.started(Handle.write(process.mark()));
      stop.onRequest(() -> process.stop(stop.grace()));
      Exit exit = process.await(keeping(sink));
      if (exit.leftOver() > 0) {
        sink.warn("ended " + exit.leftOver() + " process(es) that the command left behind");
      }
      return stop.isRequested() ? new Outcome.Cancelled(stop.by()) : outcome(exit);
    } catch (ProcessStartException e) {
      return new Outcome.Broke(String.valueOf(e.getMessage()));
    }
  }

  private static Outcome outcome(Exit exit) {
    if (exit.code() == 0) {
      return new Outcome.Succeeded();
    }
    return new Outcome.Failed(
        exit.code(), exit.signal() == 0 ? exit.toString() : "ended by " + exit);
  }

  private Command command(RunRequest request, RunSink sink) throws IOException {
    JobSpec job = request.job();
    LocalPlan.Prepared prepared = LocalPlan.OF_THIS_MACHINE.prepare(job.settings());
    List<String> words = new ArrayList<>(prepared.before());
    words.addAll(JobProgram.required(job.settings()));
    if (job.settings().isWritten(ContainerKeys.ENV_FROM)) {
      sink.warn("env-from has no effect on a local job, which is in no container");
    }
    Variables variables = new Variables();
    variables.values().putAll(inherited);
    variables.values().putAll(prepared.variables());
    variables.addFiles(job.settings());
    variables.addWritten(request, sink);
    Optional<Path> directory =
        job.settings().find(LocalKeys.DIR).filter(text -> !text.isEmpty()).map(Path::of);
    return new Command(words, variables.values(), directory);
  }

  /// Output that cannot be kept is lost, and said so once; the command goes on.
  private static OutputSink keeping(RunSink sink) {
    AtomicBoolean warned = new AtomicBoolean();
    return (channel, buffer, offset, length) -> {
      try {
        sink.output(channel, buffer, offset, length);
      } catch (UncheckedIOException e) {
        if (warned.compareAndSet(false, true)) {
          sink.warn("cannot keep the output: " + e.getMessage());
        }
      }
    };
  }

  /// Never [Finding.NotBegun]: a process that began after its intent and has ended looks the same
  /// as one that never began.
  @Override
  public Finding find(RunRequest request, Trace trace) throws InterruptedException {
    Set<ProcessMark> marks = trace.started().flatMap(Handle::parse).map(Set::of).orElse(Set.of());
    Survivors.Ended ended =
        programs
            .survivors()
            .end(Set.of(request.run().toString()), marks, HostPrograms.SURVIVOR_GRACE);
    if (!ended.remaining().isEmpty()) {
      return new Finding.Lost(
          "the daemon went away while it ran, and process %d of it cannot be ended"
              .formatted(ended.remaining().getFirst().pid()));
    }
    return new Finding.Lost(
        switch (ended.found()) {
          case 0 ->
              trace.started().isPresent()
                  ? "the daemon went away while it ran, and it has ended since"
                  : "the daemon went away while it was being started";
          case 1 -> "the daemon went away while it ran; its process was ended";
          default ->
              "the daemon went away while it ran; its %d processes were ended"
                  .formatted(ended.found());
        });
  }

  /// Local work is never found, so there is none to follow.
  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop) {
    throw new IllegalStateException("a local run cannot be taken up again: " + request.run());
  }

  /// How a process's mark is stored: its id, a blank, its start.
  private static final class Handle {

    static String write(ProcessMark mark) {
      return mark.pid() + " " + mark.start();
    }

    static Optional<ProcessMark> parse(String handle) {
      int blank = handle.indexOf(' ');
      if (blank <= 0 || !handle.chars().limit(blank).allMatch(Character::isDigit)) {
        return Optional.empty();
      }
      return Optional.of(
          new ProcessMark(Long.parseLong(handle, 0, blank, 10), handle.substring(blank + 1)));
    }
  }
}
