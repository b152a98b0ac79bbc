package ofelia.runner;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ofelia.config.EngineKeys;
import ofelia.model.JobKind;
import ofelia.model.JobSpec;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;

/// One kind of work on several engines: each run goes to the runner of the engine that its job
/// names, and its handle says which that was, since the job may name another by the time it is
/// taken up again. Handles of the engine of `[docker]` say nothing, as before there were others.
///
/// Safe for any thread.
public final class EngineRunner implements Runner {

  private static final Pattern NAMED = Pattern.compile("engine=(\\S+) (.*)", Pattern.DOTALL);

  private final Runner main;
  private final Map<String, Runner> others;
  private final Map<String, String> unusable;

  /// @param main the runner on the engine of `[docker]`
  /// @param others the runners of the same kind on the other engines, by their names
  /// @param unusable why an engine cannot be asked at all, by its name
  public EngineRunner(Runner main, Map<String, Runner> others, Map<String, String> unusable) {
    this.main = main;
    this.others = Map.copyOf(others);
    this.unusable = Map.copyOf(unusable);
  }

  @Override
  public JobKind kind() {
    return main.kind();
  }

  @Override
  public String describe(JobSpec job) {
    String engine = engine(job);
    return main.describe(job) + (engine.isEmpty() ? "" : " (engine \"" + engine + "\")");
  }

  @Override
  public boolean canStop() {
    return main.canStop();
  }

  @Override
  public boolean canOutlive() {
    return main.canOutlive();
  }

  private static String engine(JobSpec job) {
    return job.settings().get(EngineKeys.ENGINE);
  }

  private Optional<Runner> find(String engine) {
    return engine.isEmpty() ? Optional.of(main) : Optional.ofNullable(others.get(engine));
  }

  @Override
  public Outcome run(RunRequest request, RunSink sink, Stop stop)
      throws InterruptedException, NotOursException, DeclinedException {
    String engine = engine(request.job());
    Optional<Runner> runner = find(engine);
    if (runner.isEmpty()) {
      return new Outcome.Broke(
          "engine \""
              + engine
              + "\" cannot be used: "
              + unusable.getOrDefault(
                  engine, "it was not there when the daemon started; restart the daemon"));
    }
    return runner.get().run(request, naming(engine, sink), stop);
  }

  @Override
  public void foresee(RunRequest request, Trace trace) {
    find(engineOf(trace)).ifPresent(runner -> runner.foresee(request, withoutName(trace)));
  }

  @Override
  public Finding find(RunRequest request, Trace trace)
      throws InterruptedException, TryLaterException {
    String engine = engineOf(trace);
    Optional<Runner> runner = find(engine);
    if (runner.isPresent()) {
      return runner.get().find(request, withoutName(trace));
    }
    String why = unusable.get(engine);
    if (why != null) {
      throw new TryLaterException(
          "engine \"" + engine + "\" cannot be used: " + why, new IllegalStateException(why));
    }
    return new Finding.Lost(
        "there is no section [engine \"" + engine + "\"] any more" + left(withoutName(trace)));
  }

  /// The containers that nobody lets go on now.
  private static String left(Trace trace) {
    List<Halt> halts = AroundHandle.of(trace).map(AroundHandle::halts).orElse(List.of());
    if (halts.isEmpty()) {
      return "";
    }
    return halts.stream()
        .map(halt -> "container \"%s\" (%s)".formatted(halt.name(), halt.way().done))
        .collect(Collectors.joining(", ", "; look there after ", ""));
  }

  @Override
  public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
      throws InterruptedException {
    String engine = engineOf(trace);
    return find(engine)
        .orElseThrow()
        .resume(request, withoutName(trace), naming(engine, sink), stop);
  }

  private static String engineOf(Trace trace) {
    Matcher named = NAMED.matcher(trace.intent());
    return named.matches() ? named.group(1) : "";
  }

  private static Trace withoutName(Trace trace) {
    return new Trace(bare(trace.intent()), trace.started().map(EngineRunner::bare));
  }

  /// A handle as the runner of its engine wrote it.
  static String bare(String handle) {
    Matcher named = NAMED.matcher(handle);
    return named.matches() ? named.group(2) : handle;
  }

  private static RunSink naming(String engine, RunSink sink) {
    return engine.isEmpty() ? sink : new Naming("engine=" + engine + " ", sink);
  }

  /// Puts the engine's name before each handle.
  private record Naming(String prefix, RunSink sink) implements RunSink {

    @Override
    public void intend(String handle) throws NotOursException, InterruptedException {
      sink.intend(prefix + handle);
    }

    @Override
    public boolean intend(String handle, Duration atMost)
        throws NotOursException, InterruptedException {
      return sink.intend(prefix + handle, atMost);
    }

    @Override
    public void started(String handle) {
      sink.started(prefix + handle);
    }

    @Override
    public void ended(String handle) throws InterruptedException {
      sink.ended(prefix + handle);
    }

    @Override
    public boolean ended(String handle, Duration atMost) throws InterruptedException {
      return sink.ended(prefix + handle, atMost);
    }

    @Override
    public void output(OutputChannel channel, byte[] bytes, int offset, int length) {
      sink.output(channel, bytes, offset, length);
    }

    @Override
    public void rewind() {
      sink.rewind();
    }

    @Override
    public void mark(String text) {
      sink.mark(text);
    }

    @Override
    public void warn(String text) {
      sink.warn(text);
    }

    @Override
    public Aside aside() {
      return sink.aside();
    }
  }
}
