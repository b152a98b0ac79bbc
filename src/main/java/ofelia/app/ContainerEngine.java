package ofelia.app;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import ofelia.config.Configuration;
import ofelia.config.DockerKeys;
import ofelia.docker.ApiVersion;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerException;
import ofelia.docker.EngineAddress;
import ofelia.docker.EventHub;
import ofelia.docker.RegistryLogins;
import ofelia.ledger.History;
import ofelia.ledger.LedgerException;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.Runner;
import ofelia.runner.ComposeProgram;
import ofelia.runner.ComposeRunner;
import ofelia.runner.ContainerRunner;
import ofelia.runner.ExecRunner;
import ofelia.runner.HostPrograms;
import ofelia.runner.Leftovers;
import ofelia.runner.Maker;
import ofelia.runner.MaskingRunner;
import ofelia.runner.RunRunner;
import ofelia.runner.ServiceRunner;
import ofelia.runner.Surroundings;
import ofelia.source.LabelSource;
import ofelia.time.Crew;
import ofelia.time.Hand;
import ofelia.time.Signal;
import ofelia.time.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that talks to one container engine: one client, one subscription to its events, the
/// runners of container jobs, the labels.
final class ContainerEngine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerEngine.class);

  /// By how much the clocks of two machines may differ.
  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);

  /// For how long an engine that was busy may come to a creation that a daemon asked for before it
  /// died.
  private static final Duration BELATED = Duration.ofSeconds(20);

  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private static final Set<String> OF_MAIN_ENGINE =
      Set.of("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY");

  private final DockerClient client;
  private final EventHub hub;
  private final Surroundings surroundings;
  private final List<Runner> runners;
  private final LabelSource labels;
  private final Crew crew;
  private final Signal pause;
  private final Signal tried;
  private @Nullable Hand sweeper;
  private volatile boolean runsMayBegin;

  /// @param name of its section; empty for the engine of `[docker]`
  /// @param settings of that section
  /// @param environment says where the engine is, if the section does not, and where logins are
  /// @param configuration what the files say at present
  /// @param zone of schedules that name none
  /// @param programs closed by its owner
  /// @throws IllegalArgumentException when it cannot be used as it is described; says what to write
  ///   instead
  ContainerEngine(
      String name,
      Settings settings,
      Map<String, String> environment,
      Supplier<Configuration> configuration,
      ZoneId zone,
      HostPrograms programs,
      Time time,
      Crew crew) {
    Path home = Path.of(environment.getOrDefault("HOME", "/root"));
    EngineAddress address = address(name, settings, environment, home);
    address.warning().ifPresent(LOG::warn);
    LOG.debug("The container engine is {} ({})", address.host(), address.source());
    Optional<ApiVersion> pinned = written(environment, "DOCKER_API_VERSION").map(ApiVersion::parse);
    this.client = DockerClient.of(address.host(), pinned);
    this.hub = EventHub.of(client, EventHub.Rhythm.ORDINARY, time, crew);
    RegistryLogins logins = RegistryLogins.of(environment, home);
    var maker = new Maker(hostName(environment), Version.TEXT);
    ExecRunner exec = new ExecRunner(client, hub, time, crew);
    RunRunner run = new RunRunner(client, hub, logins, maker, time, crew);
    Map<String, String> ofCli =
        EngineAddress.cliVariables(written(settings), about(name, environment));
    ComposeProgram program = new ComposeProgram(programs, ofCli);
    this.surroundings = new Surroundings(client, time);
    this.runners =
        Stream.<Runner>of(
                exec,
                run,
                new ContainerRunner(client, surroundings, time, crew),
                new ServiceRunner(client, hub, logins, maker, time, crew),
                new ComposeRunner(client, run, exec, program, programs, maker, time))
            .map(MaskingRunner::new)
            .map(surroundings::around)
            .toList();
    this.labels = new LabelSource(client, hub, name, configuration, zone, time, crew);
    this.crew = crew;
    this.pause = time.newSignal();
    this.tried = time.newSignal();
  }

  private static EngineAddress address(
      String name, Settings settings, Map<String, String> environment, Path home) {
    EngineAddress.Written written = written(settings);
    if (name.isEmpty()) {
      return EngineAddress.find(written, "[docker]", environment, home);
    }
    if (written.host().isEmpty() && written.context().isEmpty()) {
      throw new IllegalArgumentException("it has no address; write host = ADDRESS");
    }
    return EngineAddress.find(written, "[engine \"" + name + "\"]", about(name, environment), home);
  }

  /// What the environment says of engines is about that of `[docker]`.
  private static Map<String, String> about(String name, Map<String, String> environment) {
    Map<String, String> own = new HashMap<>(environment);
    if (!name.isEmpty()) {
      own.keySet().removeAll(OF_MAIN_ENGINE);
    }
    return own;
  }

  private static EngineAddress.Written written(Settings docker) {
    return new EngineAddress.Written(
        docker.find(DockerKeys.HOST),
        docker.find(DockerKeys.CONTEXT),
        docker.find(DockerKeys.CERT_PATH).map(Path::of),
        docker.find(DockerKeys.TLS_VERIFY));
  }

  private static Optional<String> written(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }

  private static String hostName(Map<String, String> environment) {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException _) {
      // A machine that cannot resolve its own name still has one.
      return environment.getOrDefault("HOSTNAME", "localhost");
    }
  }

  List<Runner> runners() {
    return runners;
  }

  /// The same work, around which containers of this engine stand still where the job wants that.
  Runner around(Runner work) {
    return surroundings.around(work);
  }

  LabelSource labels() {
    return labels;
  }

  /// Starts to listen, and to remove what earlier starts left behind: now, where the engine answers
  /// at once, else as soon as it does. To be called before any run begins.
  ///
  /// @param ours any run of this store
  /// @param history tells which runs are open: their containers are theirs
  void start(RunId ours, History history) {
    hub.start();
    sweeper = crew.start("sweep-containers", () -> sweep(ours, history));
  }

  /// Waits a moment for the removal, before runs begin. An engine that is not there says so at
  /// once, and holds up no start.
  ///
  /// @param atMost what other engines have left of the moment
  void awaitSweep(Duration atMost) throws InterruptedException {
    boolean _ = tried.await(atMost);
    runsMayBegin = true;
  }

  private void sweep(RunId ours, History history) {
    try (history) {
      while (!hasSwept(ours, history)) {
        pause.await(BETWEEN_TRIES);
      }
      pause.await(BELATED);
      boolean _ = hasSwept(ours, history);
    } catch (InterruptedException _) {
      // The daemon ends; the next start sweeps.
    }
  }

  private boolean hasSwept(RunId ours, History history) throws InterruptedException {
    try {
      int _ = Leftovers.remove(client, ours, new OnRecord(history));
      return true;
    } catch (DockerException | LedgerException e) {
      // The labels' source says aloud that there is no engine.
      LOG.debug("Containers of earlier starts are not removed yet", e);
      return false;
    } finally {
      tried.raise();
    }
  }

  /// What the history says about what is found on the engine.
  private final class OnRecord implements Leftovers.Known {

    private final History history;

    OnRecord(History history) {
      this.history = history;
    }

    @Override
    public boolean has(RunId run) {
      return !history.find(run.toString()).isEmpty();
    }

    /// By the engine's clock.
    @Override
    public boolean mayBeOf(RunId run, Instant created) {
      return history.find(run.toString()).stream()
          .anyMatch(entry ->
              entry.endedMillis() == 0
                  || !created.isAfter(
                      Instant.ofEpochMilli(entry.endedMillis()).plus(CLOCK_MARGIN)));
    }

    /// Before runs may begin, the container of an open run without intent is not wanted, nor where
    /// the intent names no more than what stands still for it: the run will make another.
    @Override
    public boolean isTakenUp(RunId run) {
      return history.find(run.toString()).stream()
          .filter(entry -> entry.fate().equals("running"))
          .anyMatch(entry ->
              runsMayBegin
                  || (entry.startedMillis() != 0 && Leftovers.nameWork(history.handles(run))));
    }

    @Override
    public Set<String> handles(RunId run) {
      return history.handles(run);
    }
  }

  @Override
  public void close() {
    labels.close();
    hub.close();
    if (sweeper != null) {
      sweeper.interrupt();
      try {
        boolean _ = sweeper.join(CLOSE_LIMIT);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
