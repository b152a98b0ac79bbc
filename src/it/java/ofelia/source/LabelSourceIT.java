package ofelia.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ofelia.config.Calendars;
import ofelia.config.Configuration;
import ofelia.config.DockerKeys;
import ofelia.cron.Never;
import ofelia.docker.ContainerSpec;
import ofelia.docker.ContainerSummary;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.docker.EventHub;
import ofelia.docker.Filters;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Settings;
import ofelia.plugin.JobSource.Reading;
import ofelia.source.EngineProxy.Behaviour;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.wire.Deadline;
import ofelia.wire.HttpClient;
import ofelia.wire.Limits;
import ofelia.wire.Request;
import ofelia.wire.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How jobs in labels follow their containers, on a real engine.
@Timeout(120)
class LabelSourceIT {

  private static final String MARK = "test.ofelia.labels";
  private static final String ONE = "ofelia-test-labels-1";
  private static final String TWO = "ofelia-test-labels-2";

  private final SystemTime time = new SystemTime();
  private final SystemCrew crew = new SystemCrew();

  private DockerClient direct;
  private View view;
  private List<JobSpec> booked = List.of();

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    direct = DockerClient.of(DockerHost.parse(host()), Optional.empty());
    removeAll();
    view = new View(folder);
  }

  @AfterEach
  void close() throws Exception {
    view.close();
    removeAll();
  }

  private static String host() {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").startsWith("unix:");
    return host;
  }

  private void removeAll() {
    Filters ours = Filters.NONE.with("label", MARK);
    for (ContainerSummary container : direct.containers().list(true, ours, soon())) {
      remove(container.id());
    }
  }

  /// Podman would give it ten seconds to end by itself.
  private void remove(String container) {
    if (direct.containers().inspect(container, soon()).state().running()) {
      stop(container);
    }
    direct.containers().remove(container, true, true, soon());
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(30));
  }

  /// A source that sees the engine through a proxy of its own.
  private final class View implements AutoCloseable {

    private final BlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
    private final EngineProxy proxy;
    private final EventHub hub;
    private @Nullable LabelSource source;

    View(Path folder) throws IOException {
      proxy = new EngineProxy(Path.of(host().substring("unix://".length())), folder);
      var rhythm =
          new EventHub.Rhythm(
              Duration.ofMillis(200),
              Duration.ofSeconds(1),
              Duration.ofMillis(500),
              Duration.ofSeconds(1));
      hub = EventHub.of(client(), rhythm, time, crew);
      hub.start();
    }

    private DockerClient client() {
      return DockerClient.of(DockerHost.parse(proxy.host()), Optional.empty());
    }

    /// Follows only the containers of this test.
    LabelSource follow(Settings.Builder docker) {
      Settings settings = docker.put(DockerKeys.FILTERS, List.of("label=" + MARK)).build();
      var files =
          new Configuration(Settings.EMPTY, settings, Calendars.NONE, List.of(), List.of(), true);
      LabelSource opened =
          new LabelSource(client(), hub, "", () -> files, ZoneOffset.UTC, time, crew);
      source = opened;
      opened.expect(booked);
      opened.follow(readings::add);
      return opened;
    }

    LabelSource follow() {
      return follow(
          new Settings.Builder().put(DockerKeys.POLLING_FALLBACK, Duration.ofMillis(500)));
    }

    /// Waits until the source has told exactly these jobs.
    void awaitJobs(String... names) throws InterruptedException {
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      Object last = "nothing";
      while (System.nanoTime() < end) {
        Reading reading = readings.poll(100, TimeUnit.MILLISECONDS);
        if (reading != null) {
          last = names(reading);
          if (last.equals(new TreeSet<>(List.of(names)))) {
            return;
          }
        }
      }
      assertThat(last).isEqualTo(new TreeSet<>(List.of(names)));
    }

    @Override
    public void close() throws IOException {
      if (source != null) {
        source.close();
      }
      hub.close();
      proxy.close();
    }
  }

  private void start(String name, String job) {
    ContainerSpec spec = ContainerSpec.of("ofelia-test/busybox:1");
    Map<String, String> labels =
        Map.of(
            MARK,
            "1",
            "ofelia.enabled",
            "true",
            "ofelia.job-exec." + job + ".schedule",
            "@hourly",
            "ofelia.job-exec." + job + ".command",
            "true");
    String id =
        direct
            .containers()
            .create(
                name,
                spec.with(spec.program().withCommand(List.of("sleep", "600")))
                    .with(spec.host().withNetwork("none"))
                    .withLabels(labels),
                soon())
            .id();
    direct.containers().start(id, soon());
  }

  private void stop(String name) {
    direct.containers().kill(name, "SIGKILL", soon());
  }

  private static Set<String> names(Reading reading) {
    Set<String> names = new TreeSet<>();
    for (JobSpec job : reading.jobs()) {
      names.add(job.name().value());
    }
    return names;
  }

  private void awaitJobs(String... names) throws InterruptedException {
    view.awaitJobs(names);
  }

  /// For this long, no reading comes.
  private void awaitSilence(Duration duration) throws InterruptedException {
    awaitSilence(duration, List.of(view));
  }

  private static void awaitSilence(Duration duration, List<View> views)
      throws InterruptedException {
    Thread.sleep(duration);
    for (View each : views) {
      assertThat(each.readings.stream().map(LabelSourceIT::names)).isEmpty();
    }
  }

  @Test
  void followsContainersThatComeAndGo() throws Exception {
    start(ONE, "a");
    view.follow();
    awaitJobs(ONE + ".a");
    start(TWO, "b");
    awaitJobs(ONE + ".a", TWO + ".b");
    long from = System.nanoTime();
    stop(TWO);
    awaitJobs(ONE + ".a");
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(2));
    direct.containers().start(TWO, soon());
    awaitJobs(ONE + ".a", TWO + ".b");
    remove(TWO);
    start(TWO, "c");
    awaitJobs(ONE + ".a", TWO + ".c");
  }

  @Test
  void followsNamesAndKeepsWhatIsPaused() throws Exception {
    start(ONE, "a");
    view.follow();
    awaitJobs(ONE + ".a");
    post(Target.path("containers", ONE, "rename").with("name", TWO));
    awaitJobs(TWO + ".a");
    post(Target.path("containers", TWO, "pause"));
    awaitSilence(Duration.ofSeconds(1));
    post(Target.path("containers", TWO, "unpause"));
    awaitSilence(Duration.ofSeconds(1));
  }

  /// Calls that the program itself has no need of.
  private static void post(Target target) throws IOException {
    DockerHost host = DockerHost.parse(System.getenv("OFELIA_TEST_DOCKER_HOST"));
    var http = new HttpClient(host.transport(), host.httpHost(), Limits.CLIENT);
    assertThat(http.call(Request.post(target), soon()).status()).isEqualTo(204);
  }

  @Test
  void readsAllAgainWhenAsked() throws Exception {
    LabelSource labels = view.follow();
    awaitJobs();
    start(ONE, "a");
    awaitJobs(ONE + ".a");
    assertThat(labels.reload()).isEmpty();
    awaitJobs(ONE + ".a");
  }

  /// Each trouble comes to a source of its own.
  @Test
  void keepsJobsWhileTheEngineIsAwayHangsOrTalksNonsense(@TempDir Path folder) throws Exception {
    start(ONE, "a");
    List<Behaviour> troubles =
        List.of(
            new Behaviour.Refuse(),
            new Behaviour.Hang(),
            Behaviour.listing("<html>busy</html>"),
            Behaviour.listing("null"),
            Behaviour.listing("{}"),
            Behaviour.listing("[{}]"),
            Behaviour.listing("[{\"Id\":\"x\",\"Names\":[\"/y\"],\"Labels\":null}]"));
    List<View> views = new ArrayList<>();
    try {
      for (int i = 0; i < troubles.size(); i++) {
        View troubled = new View(Files.createDirectory(folder.resolve("view-" + i)));
        views.add(troubled);
        troubled.follow();
        troubled.awaitJobs(ONE + ".a");
      }
      for (int i = 0; i < troubles.size(); i++) {
        views.get(i).proxy.become(troubles.get(i));
      }
      awaitSilence(Duration.ofMillis(2_500), views);
      for (View troubled : views) {
        troubled.proxy.become(new Behaviour.Forward());
      }
      awaitSilence(Duration.ofMillis(1_500), views);
      start(TWO, "b");
      for (View troubled : views) {
        troubled.awaitJobs(ONE + ".a", TWO + ".b");
      }
    } finally {
      for (View troubled : views) {
        troubled.close();
      }
    }
  }

  @Test
  void believesAnEngineThatCameBackOnlyTheSecondTime() throws Exception {
    start(ONE, "a");
    view.follow();
    awaitJobs(ONE + ".a");
    // As an engine does that has not yet restored its containers.
    view.proxy.become(Behaviour.listing("[]"));
    awaitSilence(Duration.ofSeconds(3));
    view.proxy.become(new Behaviour.Forward());
    awaitSilence(Duration.ofSeconds(7));
    view.proxy.become(Behaviour.listing("[]"));
    awaitJobs();
  }

  /// As after a boot of the host, when the engine starts one container after the other.
  @Test
  void keepsWhatTheBookKnowsUntilTheEngineHasSettled() throws Exception {
    booked = List.of(booked(ONE + ".a"), booked("gone.x"));
    view.follow();
    awaitJobs(ONE + ".a", "gone.x");
    awaitSilence(Duration.ofSeconds(3));
    start(ONE, "a");
    awaitJobs(ONE + ".a", "gone.x");
    awaitSilence(Duration.ofSeconds(3));
    awaitJobs(ONE + ".a");
    long from = System.nanoTime();
    stop(ONE);
    awaitJobs();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(2));
  }

  private static JobSpec booked(String name) throws Exception {
    return new JobSpec(
        new JobName(name),
        JobKind.EXEC,
        "labels",
        Never.NONE,
        Settings.EMPTY,
        Origin.of("job book"),
        List.of());
  }

  @Test
  void seesWhatChangedWhileEventsDidNotCome() throws Exception {
    start(ONE, "a");
    view.follow();
    awaitJobs(ONE + ".a");
    view.proxy.become(new Behaviour.Refuse());
    start(TWO, "b");
    stop(ONE);
    awaitSilence(Duration.ofSeconds(1));
    view.proxy.become(new Behaviour.Forward());
    awaitJobs(ONE + ".a", TWO + ".b");
    awaitJobs(TWO + ".b");
  }

  @Test
  void waitsForAnEngineThatComesLater() throws Exception {
    view.proxy.become(new Behaviour.Refuse());
    start(ONE, "a");
    view.follow();
    awaitSilence(Duration.ofSeconds(1));
    view.proxy.become(new Behaviour.Forward());
    awaitJobs(ONE + ".a");
  }

  @Test
  void pollsWithoutEvents() throws Exception {
    view.follow(
        new Settings.Builder()
            .put(DockerKeys.EVENTS, false)
            .put(DockerKeys.DOCKER_POLL_INTERVAL, Duration.ofMillis(300)));
    awaitJobs();
    start(ONE, "a");
    awaitJobs(ONE + ".a");
  }

  @Test
  void tellsNothingAfterItWasClosed() throws Exception {
    LabelSource labels = view.follow();
    awaitJobs();
    labels.close();
    start(ONE, "a");
    awaitSilence(Duration.ofSeconds(1));
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("source-labels"));
  }
}
