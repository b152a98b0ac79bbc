package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import ofelia.config.ContainerKeys;
import ofelia.config.ExecKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.config.TargetKeys.Select;
import ofelia.config.TargetKeys.WhenUnavailable;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.Key;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.RunRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In which containers a command runs, and what happens when they are not ready, on a real engine.
@Timeout(120)
class ExecTargetsIT {

  private static final String PROJECT = "com.docker.compose.project";
  private static final String SERVICE = "com.docker.compose.service";
  private static final Duration SOON = Duration.ofSeconds(20);

  private static TestEngine engine;
  private static ExecRunner runner;

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();
  private final Set<String> names = new HashSet<>();

  @BeforeAll
  static void open() throws Exception {
    engine = TestEngine.open();
    runner = newRunner();
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @AfterEach
  void removeContainers() {
    names.forEach(engine::removeContainer);
  }

  private static ExecRunner newRunner() {
    return new ExecRunner(engine.docker, engine.hub, engine.time, engine.crew);
  }

  private String container(String name, Map<String, String> labels) {
    names.add("ofelia-test-" + name);
    return engine.startLabelled("ofelia-test-" + name, TestEngine.IMAGE, labels, "sleep", "3600");
  }

  private void remove(String name) {
    names.remove("ofelia-test-" + name);
    engine.removeContainer("ofelia-test-" + name);
  }

  private static Map<String, String> replica(String project, String service) {
    return Map.of(PROJECT, project, SERVICE, service);
  }

  private static RunRequest request(String script, UnaryOperator<Settings.Builder> more)
      throws Exception {
    Settings.Builder settings =
        new Settings.Builder()
            .put(ContainerKeys.USER, "")
            .put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script));
    return TestEngine.request(JobKind.EXEC, more.apply(settings).build());
  }

  private static RunRequest on(Key<String> key, String value, String select, String script)
      throws Exception {
    return request(script, s -> s.put(key, value).put(TargetKeys.SELECT, select));
  }

  private Outcome run(RunRequest request) throws Exception {
    return runner.run(request, sink, stop);
  }

  private static String shortened(String id) {
    return id.substring(0, 12) + "\n";
  }

  // ---- which ---------------------------------------------------------------------------------

  @Test
  void findsReplicasOfAService() throws Exception {
    String second = container("b", replica("shop", "web"));
    String first = container("a", replica("shop", "web"));
    container("c", replica("shop", "db"));
    container("0", Map.of(PROJECT, "shop", SERVICE, "web", "com.docker.compose.oneoff", "True"));

    assertThat(run(on(TargetKeys.TARGET_SERVICE, "web", Select.ONE, "hostname")))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo(shortened(first));
    RecordingAttempt oldest = new RecordingAttempt();
    runner.run(on(TargetKeys.TARGET_SERVICE, "shop/web", Select.OLDEST, "hostname"), oldest, stop);
    assertThat(oldest.out()).isIn(shortened(second), shortened(first));
    Set<String> chosen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      RecordingAttempt each = new RecordingAttempt();
      runner.run(on(TargetKeys.TARGET_SERVICE, "web", Select.RANDOM, "hostname"), each, stop);
      chosen.add(each.out());
    }
    assertThat(chosen).containsExactlyInAnyOrder(shortened(first), shortened(second));
  }

  @Test
  void asksWhichProjectWhereSeveralHaveTheService() throws Exception {
    String own = container("a", replica("shop", "web"));
    container("b", replica("blog", "web"));
    assertThat(run(on(TargetKeys.TARGET_SERVICE, "web", Select.ONE, "hostname")).reason())
        .isEqualTo(
            "the projects blog, shop have a service \"web\"; write target-service = blog/web");
    run(on(TargetKeys.TARGET_SERVICE, "shop/web", Select.ONE, "hostname"));
    assertThat(sink.out()).isEqualTo(shortened(own));
  }

  @Test
  void findsByLabelAndByImage() throws Exception {
    container("a", Map.of("role", "web"));
    String both = container("b", Map.of("role", "worker", "stage", "live"));
    run(request("hostname", s -> s.put(TargetKeys.TARGET_LABEL, List.of("role=worker", "stage"))));
    assertThat(sink.out()).isEqualTo(shortened(both));

    names.add("ofelia-test-checked");
    String checked = engine.startLabelled("ofelia-test-checked", "ofelia-test/checked:1", Map.of());
    for (String image : List.of("ofelia-test/checked", "docker.io/ofelia-test/checked:1")) {
      RecordingAttempt each = new RecordingAttempt();
      runner.run(on(TargetKeys.TARGET_IMAGE, image, Select.ONE, "hostname"), each, stop);
      assertThat(each.out()).isEqualTo(shortened(checked));
    }
    assertThat(run(on(TargetKeys.TARGET_IMAGE, "ofelia-test/checked:2", Select.ONE, "x")).reason())
        .isEqualTo("there is no container of image \"ofelia-test/checked:2\"");
  }

  // ---- all of them ---------------------------------------------------------------------------

  @Test
  void runsInAllReplicasAndFailsWhenOneFails() throws Exception {
    for (String name : List.of("web-1", "web-2", "web-3")) {
      container(name, replica("shop", "web"));
    }
    run(request("touch /tmp/bad", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-web-2")));
    RecordingAttempt all = new RecordingAttempt();
    Outcome outcome =
        runner.run(
            on(
                TargetKeys.TARGET_SERVICE,
                "web",
                Select.ALL,
                "echo on; echo bad >&2; test ! -e /tmp/bad || exit 7"),
            all,
            stop);
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Failed(
                7, "1 of 3 replicas did not succeed: ofelia-test-web-2: exit code 7"));
    assertThat(all.out().lines())
        .containsExactlyInAnyOrder(
            "ofelia-test-web-1 | on", "ofelia-test-web-2 | on", "ofelia-test-web-3 | on");
    assertThat(all.err().lines()).hasSize(3).allMatch(line -> line.endsWith(" | bad"));
    assertThat(all.said())
        .containsExactly(
            "mark: ofelia-test-web-1: succeeded",
            "mark: ofelia-test-web-2: exit code 7",
            "mark: ofelia-test-web-3: succeeded");
  }

  @Test
  void takesUpAllReplicasAgain() throws Exception {
    container("web-1", replica("shop", "web"));
    container("web-2", replica("shop", "web"));
    RunRequest request =
        on(TargetKeys.TARGET_SERVICE, "web", Select.ALL, "echo on; sleep 4; exit 3");
    Started run = new Started(() -> runner.run(request, sink, stop));
    sink.awaitOutput();
    run.leave();
    ExecRunner another = newRunner();
    assertThat(another.find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(another.resume(request, sink.trace(), new RecordingAttempt(), stop))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.exit()).isEqualTo(3);
              assertThat(failed.reason()).startsWith("2 of 2 replicas did not succeed: ");
            });
  }

  @Test
  void endsAllReplicas() throws Exception {
    container("web-1", replica("shop", "web"));
    container("web-2", replica("shop", "web"));
    RunRequest request =
        on(
            TargetKeys.TARGET_SERVICE,
            "web",
            Select.ALL,
            "trap '' TERM; echo on; while :; do sleep 1; done");
    Started run = new Started(() -> runner.run(request, sink, stop));
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(1));
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    RunProcesses.assertNoneOf(request);
  }

  // ---- not ready -----------------------------------------------------------------------------

  enum State {
    MISSING,
    STOPPED,
    PAUSED
  }

  private void bring(State state) throws Exception {
    switch (state) {
      case MISSING -> {}
      case STOPPED -> {
        names.add("ofelia-test-target");
        engine.createContainer("ofelia-test-target", "sleep", "600");
      }
      case PAUSED -> {
        container("target", Map.of());
        engine.pause("ofelia-test-target");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MISSING, there is no such container",
    "STOPPED, it does not run (created); start it",
    "PAUSED, it is paused; unpause it"
  })
  void saysWhyItCannotBegin(State state, String why) throws Exception {
    bring(state);
    RunRequest request = request("true", s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-target"));
    assertThat(run(request)).isInstanceOf(Outcome.Broke.class);
    assertThat(run(request).reason()).contains("\"ofelia-test-target\"", why);
    assertThat(sink.hasIntent()).isFalse();
    RunRequest skipping =
        request(
            "true",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-target")
                    .put(TargetKeys.WHEN_UNAVAILABLE, WhenUnavailable.SKIP));
    assertThatThrownBy(() -> run(skipping))
        .isInstanceOfSatisfying(
            DeclinedException.class,
            e -> {
              assertThat(e.fate()).isInstanceOf(Fate.Skipped.class);
              assertThat(e.fate().reason()).contains(why);
            });
    if (state == State.PAUSED) {
      engine.unpause("ofelia-test-target");
    }
  }

  @Test
  void waitsForAContainerAndNoLongerThanItMay() throws Exception {
    RunRequest request =
        request(
            "hostname",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-late")
                    .put(TargetKeys.WHEN_UNAVAILABLE, WhenUnavailable.WAIT)
                    .put(TargetKeys.WAIT_AVAILABLE, Duration.ofSeconds(3)));
    assertThat(run(request).reason()).endsWith("after 3 s");
    Started run = new Started(() -> run(request));
    Thread.sleep(1_000);
    assertThat(run.isOver()).isFalse();
    String id = container("late", Map.of());
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo(shortened(id));
    remove("late");
    Started stopped = new Started(() -> run(request));
    stop.request(Duration.ZERO);
    assertThat(stopped.await(Duration.ofSeconds(2))).isEqualTo(new Outcome.Cancelled("the test"));
  }

  /// Podman shows it as running all the while, and begins nothing in it.
  @Test
  void waitsForAContainerThatIsBeingStopped() throws Exception {
    container("deaf", Map.of());
    RunRequest request =
        request(
            "true",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-deaf")
                    .put(TargetKeys.WHEN_UNAVAILABLE, WhenUnavailable.WAIT)
                    .put(TargetKeys.WAIT_AVAILABLE, Duration.ofSeconds(30)));
    Started restart =
        new Started(() -> {
          engine
              .docker
              .containers()
              .restart("ofelia-test-deaf", Duration.ofSeconds(3), TestEngine.soon());
          return new Outcome.Succeeded();
        });
    Thread.sleep(1_000);
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    assertThat(restart.await(SOON)).isEqualTo(new Outcome.Succeeded());
  }

  @Test
  void waitsUntilItIsHealthy() throws Exception {
    names.add("ofelia-test-checked");
    engine.startLabelled("ofelia-test-checked", "ofelia-test/checked:1", Map.of());
    var checking = engine.checkingHealthOf("ofelia-test-checked");
    RunRequest own = whenHealthy("ofelia-test-checked", List.of(), Duration.ofSeconds(2));
    assertThat(run(own).reason()).contains("\"ofelia-test-checked\" is not healthy", "after 2 s");
    container("plain", Map.of());
    RunRequest ofOther =
        whenHealthy("ofelia-test-plain", List.of("ofelia-test-checked"), Duration.ofSeconds(15));
    Started run = new Started(() -> run(ofOther));
    Thread.sleep(500);
    assertThat(run.isOver()).isFalse();
    assertThat(
            run(
                request(
                    "touch /tmp/healthy",
                    s -> s.put(ContainerKeys.CONTAINER, "ofelia-test-checked"))))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Succeeded());
    assertThat(run(own)).isEqualTo(new Outcome.Succeeded());
    checking.close();
    assertThat(run(whenHealthy("ofelia-test-plain", List.of(), SOON)).reason())
        .contains("has no health check");
  }

  private static RunRequest whenHealthy(String container, List<String> others, Duration most)
      throws Exception {
    return request(
        "true",
        s ->
            s.put(ContainerKeys.CONTAINER, container)
                .put(TargetKeys.WAIT_HEALTHY, most)
                .put(ExecKeys.WAIT_HEALTHY_OF, others));
  }

  // ---- without a shell -----------------------------------------------------------------------

  @Test
  void refusesALimitOfItsOwnThatCannotBeKept() throws Exception {
    names.add("ofelia-test-bare");
    engine.startLabelled("ofelia-test-bare", "ofelia-test/bare:1", Map.of());
    UnaryOperator<Settings.Builder> bare =
        s ->
            s.put(ContainerKeys.CONTAINER, "ofelia-test-bare").put(JobKeys.COMMAND, "/bin/sleep 0");
    RunRequest explicit =
        request("", s -> bare.apply(s).put(JobKeys.MAX_RUNTIME, Duration.ofSeconds(5)));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> run(explicit))
          .isInstanceOfSatisfying(
              DeclinedException.class,
              e ->
                  assertThat(e.fate())
                      .isEqualTo(
                          new Fate.Refused(
                              "a command in container \"ofelia-test-bare\" cannot be ended: there"
                                  + " is no sh; remove max-runtime from the job, or use an image"
                                  + " with sh and tr")));
    }
    assertThat(sink.hasIntent()).isFalse();
    ExecRunner fresh = newRunner();
    RunRequest inherited =
        request("", s -> bare.apply(s).inherit(JobKeys.MAX_RUNTIME, Duration.ofSeconds(5)));
    for (int i = 0; i < 2; i++) {
      assertThat(fresh.run(inherited, sink, stop)).isEqualTo(new Outcome.Succeeded());
      assertThat(sink.said())
          .singleElement()
          .asString()
          .startsWith("warn: a command in container \"ofelia-test-bare\" cannot be ended");
    }
  }

  @Test
  void saysThatARunCannotBeEndedAndTellsHowItEnds() throws Exception {
    names.add("ofelia-test-bare");
    engine.startLabelled("ofelia-test-bare", "ofelia-test/bare:1", Map.of());
    RunRequest request =
        request(
            "",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-bare")
                    .put(JobKeys.COMMAND, "/bin/sleep 4"));
    Started run = new Started(() -> run(request));
    sink.awaitStart();
    stop.request(Duration.ZERO);
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.said())
        .containsExactly(
            "warn: the command cannot be ended, and goes on: there is no sh in the container");
  }

  // ---- containers come and go ----------------------------------------------------------------

  private static final int LEAST_RUNS = 20;

  /// Each run is in the container that has the name at that moment, and none is in a dead one.
  @Test
  void survivesSwapsOfItsContainer() throws Exception {
    int swaps = Integer.getInteger("ofelia.swaps", 25);
    RunRequest request =
        request(
            "hostname",
            s ->
                s.put(ContainerKeys.CONTAINER, "ofelia-test-swap")
                    .put(TargetKeys.WHEN_UNAVAILABLE, WhenUnavailable.WAIT));
    Set<String> ids = new HashSet<>();
    AtomicInteger runs = new AtomicInteger();
    // An exec takes Podman as long as a swap.
    long between = engine.isPodman() ? 500 : 0;
    Started swapper =
        new Started(() -> {
          for (int i = 0; i < swaps || runs.get() <= LEAST_RUNS && i < 10 * swaps; i++) {
            String next = "ofelia-test-swap-" + i % 2;
            String id = engine.startContainer(next, "sleep", "600");
            synchronized (ids) {
              ids.add(shortened(id));
            }
            // What was there before goes, and the next one takes its name.
            if (i > 0) {
              engine.removeContainer("ofelia-test-swap");
            }
            engine.rename(next, "ofelia-test-swap");
            Thread.sleep(between);
          }
          return new Outcome.Succeeded();
        });
    int killed = 0;
    while (!swapper.isOver()) {
      RecordingAttempt each = new RecordingAttempt();
      Outcome outcome = runner.run(request, each, stop);
      // A command whose container is killed while it runs fails, and rightly so.
      boolean isKilled =
          outcome instanceof Outcome.Failed(int exit, _)
              ? exit == 137
              : outcome.reason().contains("its exit code is not known: its container");
      if (isKilled) {
        killed++;
      } else {
        assertThat(outcome).as("%s %s", outcome, each.out()).isEqualTo(new Outcome.Succeeded());
        synchronized (ids) {
          assertThat(ids).contains(each.out());
        }
      }
      runs.incrementAndGet();
    }
    assertThat(swapper.await(SOON)).isEqualTo(new Outcome.Succeeded());
    names.add("ofelia-test-swap");
    assertThat(runs).hasValueGreaterThan(LEAST_RUNS);
    assertThat(killed).as("of %s runs", runs).isLessThan(runs.get() / 3);
  }
}
