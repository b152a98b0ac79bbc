package ofelia.app;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import ofelia.config.Configuration;
import ofelia.docker.EventHub;
import ofelia.ledger.History;
import ofelia.model.Problem;
import ofelia.model.RunId;
import ofelia.plugin.Runner;
import ofelia.runner.EngineRunner;
import ofelia.runner.HostPrograms;
import ofelia.source.LabelSource;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All container engines: that of `[docker]`, and those of the sections `[engine "name"]`. The one
/// place that knows which engine a name means; which there are is decided at the start.
///
/// Each engine has its own client, [EventHub], labels and sweep, so that one that is away or hangs
/// holds up nobody else. A section that cannot be used is said once in the log; its jobs break with
/// the reason, and all others run.
final class Engines implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  /// How long the first run may be held up by the removal of what is left on all engines.
  private static final Duration BEFORE_RUNS = Duration.ofMillis(300);

  /// More than a listing of containers may take.
  private static final Duration LONGEST_RELOAD = Duration.ofSeconds(15);

  /// By name, that of `[docker]` first, whose name is empty.
  private final Map<String, ContainerEngine> engines = new LinkedHashMap<>();

  /// Why a section cannot be used, by its name.
  private final Map<String, String> unusable = new LinkedHashMap<>();

  private final ContainerEngine main;
  private final Time time;
  private final Crew crew;

  /// @param environment says where the engine of `[docker]` is, if the section does not
  /// @param configuration what the files say at present
  /// @param zone of schedules that name none
  /// @param programs closed by its owner
  /// @throws IllegalArgumentException when the engine of `[docker]` cannot be used as it is
  ///   described; says what to write instead
  Engines(
      Map<String, String> environment,
      Supplier<Configuration> configuration,
      ZoneId zone,
      HostPrograms programs,
      Time time,
      Crew crew) {
    this.time = time;
    this.crew = crew;
    Configuration present = configuration.get();
    this.main =
        new ContainerEngine(
            "", present.docker(), environment, configuration, zone, programs, time, crew);
    engines.put("", main);
    present
        .engines()
        .forEach((name, settings) -> {
          try {
            engines.put(
                name,
                new ContainerEngine(
                    name, settings, environment, configuration, zone, programs, time, crew));
          } catch (IllegalArgumentException e) {
            LOG.error("[engine \"{}\"] cannot be used: {}", name, e.getMessage());
            unusable.put(name, String.valueOf(e.getMessage()));
          }
        });
  }

  /// One for each kind of work, on all engines.
  List<Runner> runners() {
    List<Runner> runners = new ArrayList<>();
    for (Runner runner : main.runners()) {
      Map<String, Runner> others = new LinkedHashMap<>();
      engines.forEach((name, engine) -> {
        if (!name.isEmpty()) {
          engine.runners().stream()
              .filter(other -> other.kind().equals(runner.kind()))
              .forEach(other -> others.put(name, other));
        }
      });
      runners.add(new EngineRunner(runner, others, unusable));
    }
    return runners;
  }

  /// Work that is done on no engine: what stands still around it is on that of `[docker]`.
  Runner around(Runner work) {
    return main.around(work);
  }

  /// The labels of the engine of `[docker]`.
  LabelSource main() {
    return main.labels();
  }

  /// The labels of all engines, in the order of their precedence.
  List<LabelSource> labels() {
    return engines.values().stream().map(ContainerEngine::labels).toList();
  }

  /// Starts to listen to all engines, and removes what earlier starts left behind on them. To be
  /// called before any run begins.
  ///
  /// @param ours any run of this store
  /// @param history opens what tells which runs are open, for each engine
  void start(RunId ours, Supplier<History> history) throws InterruptedException {
    for (ContainerEngine engine : engines.values()) {
      engine.start(ours, history.get());
    }
    long end = time.nanos() + BEFORE_RUNS.toNanos();
    for (ContainerEngine engine : engines.values()) {
      engine.awaitSweep(Duration.ofNanos(Math.max(0, end - time.nanos())));
    }
  }

  /// Reads the labels of all engines again, at the same time.
  ///
  /// @return what is wrong with them, as far as the engines answered
  List<Problem> reload() throws InterruptedException {
    List<Problem> problems = Collections.synchronizedList(new ArrayList<>());
    Consumer<ContainerEngine> reload = engine -> problems.addAll(engine.labels().reload());
    List<Hand> hands = new ArrayList<>();
    engines.forEach((name, engine) -> {
      if (!name.isEmpty()) {
        hands.add(crew.start("reload-" + name, () -> reload.accept(engine)));
      }
    });
    reload.accept(main);
    long end = time.nanos() + LONGEST_RELOAD.toNanos();
    for (Hand hand : hands) {
      boolean _ = hand.join(Duration.ofNanos(Math.max(0, end - time.nanos())));
    }
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    engines.values().forEach(ContainerEngine::close);
  }
}
