package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import ofelia.config.ActionKeys;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.TargetKeys;
import ofelia.docker.ApiVersion;
import ofelia.docker.Container;
import ofelia.docker.Filters;
import ofelia.docker.Network;
import ofelia.model.Fate;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.DeclinedException;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.runner.ActionHandle.Before;
import ofelia.wire.Request;
import ofelia.wire.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Jobs about containers themselves, on a real engine.
@Timeout(120)
class ContainerRunnerIT {

  private static final String NAME = "ofelia-test-acted";
  private static final Duration SOON = Duration.ofSeconds(30);

  /// Says each of its beginnings, and takes two seconds to end.
  private static final String SLOW =
      "echo up; trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done";

  private static final String STUBBORN = "echo up; trap '' TERM; while :; do sleep 0.1; done";

  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();
  private TestEngine engine;

  @BeforeEach
  void open() throws Exception {
    engine = TestEngine.open();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /// Each is one that knows nothing of others, as after a restart.
  private ContainerRunner runner() {
    return new ContainerRunner(
        engine.docker, new Surroundings(engine.docker, engine.time), engine.time, engine.crew);
  }

  private Outcome run(RunRequest request) throws Exception {
    return runner().run(request, sink, stop);
  }

  private static Settings.Builder acting(String action) {
    return new Settings.Builder().put(ActionKeys.ACTION, action).put(ContainerKeys.CONTAINER, NAME);
  }

  private static RunRequest request(Settings.Builder settings) throws Exception {
    return TestEngine.request(JobKind.CONTAINER, settings.build());
  }

  private static RunRequest request(String action) throws Exception {
    return request(acting(action));
  }

  private Container.State state(String container) {
    return engine.docker.containers().inspect(container, TestEngine.soon()).state();
  }

  private void bring(String state) {
    if (state.equals("created")) {
      engine.createContainer(NAME, "sleep", "3600");
      return;
    }
    engine.startContainer(NAME, "sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait");
    if (state.equals("paused")) {
      engine.docker.containers().pause(NAME, TestEngine.soon());
    } else if (state.equals("exited")) {
      engine.docker.containers().kill(NAME, "KILL", TestEngine.soon());
      engine.docker.containers().stop(NAME, Optional.of(Duration.ZERO), TestEngine.soon());
    }
  }

  // ---- what is done --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "restart, running, running, restarted container",
    "restart, paused,  running, restarted container",
    "restart, exited,  running, restarted container",
    "restart, created, running, restarted container",
    "stop,    running, exited,  stopped container",
    "stop,    paused,  exited,  stopped container",
    "start,   exited,  running, started container",
    "start,   created, running, started container",
    "pause,   running, paused,  paused container",
    "unpause, paused,  running, unpaused container",
    "kill,    running, exited,  killed container",
    "kill,    paused,  exited,  killed container",
  })
  void doesWhatItSays(String action, String before, String after, String said) throws Exception {
    bring(before);
    assertThat(run(request(action))).isEqualTo(new Outcome.Succeeded());
    assertThat(state(NAME).status()).isEqualTo(after);
    assertThat(sink.out()).isEqualTo(said + " \"" + NAME + "\"\n");
    assertThat(sink.said()).isEmpty();
    assertThat(sink.hasIntent()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "stop,    exited,  did not run",
    "stop,    created, did not run",
    "kill,    exited,  did not run",
    "start,   running, ran already",
    "pause,   paused,  was paused already",
    "unpause, running, was not paused",
  })
  void isContentWithWhatIsSoAlready(String action, String state, String said) throws Exception {
    bring(state);
    Container.State before = state(NAME);
    assertThat(run(request(action))).isEqualTo(new Outcome.Succeeded());
    assertThat(state(NAME)).isEqualTo(before);
    assertThat(sink.out()).isEqualTo("container \"" + NAME + "\" " + said + "\n");
    assertThat(sink.hasIntent()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "pause,   exited, it does not run (exited)",
    "unpause, exited, it does not run (exited)",
    "start,   paused, it is paused; unpause it",
    "stop,    gone,   there is no such container",
  })
  void saysWhyItCannotBeDone(String action, String state, String why) throws Exception {
    if (!state.equals("gone")) {
      bring(state);
    }
    assertThat(run(request(action)))
        .isEqualTo(
            new Outcome.Broke(
                "cannot %s container \"%s\": %s"
                    .formatted(
                        action,
                        NAME,
                        why
                            + (why.contains("(exited)") ? "; start it" : "")
                            + (state.equals("gone")
                                ? "; create it, or correct the job's container"
                                : ""))));
    assertThat(sink.hasIntent()).isFalse();
    RunRequest skipping =
        request(acting(action).put(TargetKeys.WHEN_UNAVAILABLE, TargetKeys.WhenUnavailable.SKIP));
    assertThatThrownBy(() -> run(skipping))
        .isInstanceOfSatisfying(
            DeclinedException.class, e -> assertThat(e.fate()).isInstanceOf(Fate.Skipped.class));
  }

  @Test
  void sendsASignalAndSaysWhich() throws Exception {
    engine.startContainer(
        NAME, "sh", "-c", "trap 'echo told' HUP; echo up; while :; do sleep 0.1; done");
    awaitPrinted("up\n");
    RunRequest hup = request(acting("kill").put(ActionKeys.SIGNAL, "HUP"));
    assertThat(run(hup)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("sent HUP to container \"" + NAME + "\"\n");
    awaitPrinted("up\ntold\n");
    RunRequest nonsense = request(acting("kill").put(ActionKeys.SIGNAL, "NONSENSE"));
    assertThat(run(nonsense).reason())
        .startsWith("cannot kill container \"" + NAME + "\": the engine at ")
        .containsIgnoringCase("invalid signal: NONSENSE");
    engine.docker.containers().kill(NAME, "KILL", TestEngine.soon());
    assertThat(run(request("stop"))).isEqualTo(new Outcome.Succeeded());
    assertThat(run(hup).reason()).contains("it does not run (exited)");
  }

  private void awaitPrinted(String text) throws InterruptedException {
    for (int i = 0; i < 100 && !engine.printed(NAME).equals(text); i++) {
      Thread.sleep(50);
    }
    assertThat(engine.printed(NAME)).isEqualTo(text);
  }

  @Test
  void givesAContainerTheTimeThatTheJobSays() throws Exception {
    engine.startContainer(NAME, "sh", "-c", STUBBORN);
    awaitPrinted("up\n");
    RunRequest request = request(acting("stop").put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(2)));
    long from = System.nanoTime();
    assertThat(run(request)).isEqualTo(new Outcome.Succeeded());
    assertThat(Duration.ofNanos(System.nanoTime() - from))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(8));
    assertThat(state(NAME).exitCode()).isEqualTo(137);
  }

  @Test
  void waitsUntilWhatItStartedIsHealthy() throws Exception {
    engine.startLabelled(NAME, "ofelia-test/checked:1", Map.of());
    Settings.Builder settings =
        acting("restart")
            .put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1))
            .put(TargetKeys.WAIT_HEALTHY, Duration.ofSeconds(2));
    assertThat(run(request(settings)))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.reason()).contains("is not healthy", "after 2 s"));
    engine.execute(NAME, "touch", "/tmp/healthy");
    try (var _ = engine.checkingHealthOf(NAME)) {
      assertThat(run(request(settings.put(TargetKeys.WAIT_HEALTHY, SOON))))
          .isEqualTo(new Outcome.Succeeded());
    }
    engine.removeContainer(NAME);
    bring("running");
    assertThat(run(request(settings)).reason()).contains("has no health check");
    engine.removeContainer(NAME);
    engine.createContainer(NAME, "sh", "-c", "exit 3");
    RunRequest start = request(acting("start").put(TargetKeys.WAIT_HEALTHY, SOON));
    assertThat(run(start).reason()).containsAnyOf("exit code 3", "has no health check");
  }

  // ---- which of several ----------------------------------------------------------------------

  private static final String ROLE = "ofelia-test.role";

  private static Settings.Builder selecting(String action, String select) {
    return new Settings.Builder()
        .put(ActionKeys.ACTION, action)
        .put(TargetKeys.TARGET_LABEL, List.of(ROLE + "=r"))
        .put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1))
        .put(TargetKeys.SELECT, select);
  }

  private String replica(String name, String... labels) {
    Map<String, String> all = new java.util.HashMap<>(Map.of(ROLE, "r"));
    for (String label : labels) {
      all.put(label, "true");
    }
    return engine.startLabelled("ofelia-test-" + name, TestEngine.IMAGE, all, "sleep", "3600");
  }

  @Test
  void actsOnThoseThatTheActionIsForAndNeverOnItself() throws Exception {
    replica("a");
    replica("b");
    replica("itself", "ofelia.service");
    replica("of-a-run", ContainerPlan.RUN);
    engine.docker.containers().kill("ofelia-test-a", "KILL", TestEngine.soon());
    awaitListedAs("exited", "ofelia-test-a");

    assertThat(run(request(selecting("restart", "all")))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("ofelia-test-b | restarted container \"ofelia-test-b\"\n");
    assertThat(sink.said()).containsExactly("mark: ofelia-test-b: succeeded");
    assertThat(state("ofelia-test-a").running()).isFalse();

    assertThat(run(request(selecting("start", "one")))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).endsWith("started container \"ofelia-test-a\"\n");

    assertThat(run(request(selecting("stop", "all")))).isEqualTo(new Outcome.Succeeded());
    assertThat(run(request(selecting("stop", "all")))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).contains("container \"ofelia-test-a\" did not run");
    engine.removeContainer("ofelia-test-a");
    engine.removeContainer("ofelia-test-b");
    assertThat(run(request(selecting("stop", "all"))).reason())
        .isEqualTo(
            "there is no container with label \"ofelia-test.role=r\" but Ofelia's own, which only"
                + " its name selects");
    for (String name : List.of("ofelia-test-itself", "ofelia-test-of-a-run")) {
      assertThat(state(name).running()).as(name).isTrue();
    }
  }

  /// A listing may be some milliseconds behind an inspection.
  private void awaitListedAs(String state, String name) throws InterruptedException {
    Filters asked = Filters.NONE.with("name", name).with("status", state);
    for (int i = 0; i < 100; i++) {
      if (!engine.docker.containers().list(true, asked, TestEngine.soon()).isEmpty()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(name + " is never listed as " + state);
  }

  @Test
  void tellsAResultForEachAndFailsWhenOneFails() throws Exception {
    replica("a");
    replica("b");
    RunRequest request =
        request(selecting("restart", "all").put(TargetKeys.WAIT_HEALTHY, Duration.ofSeconds(1)));
    Outcome outcome = run(request);
    assertThat(outcome.reason())
        .startsWith("2 of 2 replicas did not succeed: ofelia-test-a: container")
        .contains("ofelia-test-b: container \"ofelia-test-b\" has no health check");
  }

  // ---- how it is ended -----------------------------------------------------------------------

  /// The engine was asked already, and does not take that back.
  @Test
  void canBeStoppedWhileTheEngineGoesOn() throws Exception {
    engine.startContainer(NAME, "sh", "-c", SLOW);
    awaitPrinted("up\n");
    Started run = new Started(() -> run(request("restart")));
    Thread.sleep(700);
    long from = System.nanoTime();
    stop.request(Duration.ZERO);
    assertThat(run.await(SOON)).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(1));
    assertThat(sink.said()).singleElement().asString().contains("may go on with that");
    awaitPrinted("up\nup\n");
  }

  @Test
  void doesNothingThatIsStoppedBefore() throws Exception {
    bring("running");
    Instant started = state(NAME).startedAt().orElseThrow();
    stop.request(Duration.ZERO);
    assertThat(run(request("restart"))).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(state(NAME).startedAt()).contains(started);
  }

  @Test
  void doesNothingThatIsNotOurs() throws Exception {
    bring("running");
    assertThatThrownBy(() -> runner().run(request("stop"), new RecordingAttempt().refusing(), stop))
        .isInstanceOf(NotOursException.class);
    assertThat(state(NAME).running()).isTrue();
  }

  @Test
  void saysThatItsContainerVanished() throws Exception {
    bring("running");
    Outcome outcome =
        runner().run(request("stop"), sink.onIntent(() -> engine.removeContainer(NAME)), stop);
    assertThat(outcome.reason())
        .isEqualTo("cannot stop container \"" + NAME + "\": it was removed meanwhile");
  }

  // ---- the daemon dies -----------------------------------------------------------------------

  /// The answer to a restart that nobody hears: there is one, and no second.
  @Test
  void restartsOnceThoughTheDaemonDiedMeanwhile() throws Exception {
    engine.startContainer(NAME, "sh", "-c", SLOW);
    awaitPrinted("up\n");
    RunRequest request = request("restart");
    Started run = new Started(() -> run(request));
    Thread.sleep(700);
    assertThat(run.leave()).containsInstanceOf(InterruptedException.class);

    assertThat(runner().find(request, sink.trace())).isEqualTo(new Finding.Found());
    RecordingAttempt again = new RecordingAttempt();
    assertThat(runner().resume(request, sink.trace(), again, stop))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(again.out()).isEqualTo("restarted container \"" + NAME + "\"\n");
    awaitPrinted("up\nup\n");
    // And however late it is looked for.
    assertThat(runner().find(request, longAgo(sink))).isEqualTo(new Finding.Found());
  }

  /// The intent is on record, and the engine was never asked.
  @ParameterizedTest
  @ValueSource(strings = {"restart", "stop", "pause", "kill"})
  void doesAfterACrashWhatWasNeverAsked(String action) throws Exception {
    engine.startContainer(NAME, "sh", "-c", "echo up; trap 'exit 0' TERM; sleep 3600 & wait");
    awaitPrinted("up\n");
    RunRequest request = request(acting(action).put(JobKeys.STOP_TIMEOUT, Duration.ofSeconds(1)));
    dieBeforeTheCall(request);
    // Too old to be under way: it may be begun afresh, if it is not too late for that.
    assertThat(runner().find(request, longAgo(sink))).isEqualTo(new Finding.NotBegun());
    assertThat(runner().find(request, sink.trace())).isEqualTo(new Finding.Found());
    assertThat(runner().resume(request, sink.trace(), new RecordingAttempt(), stop))
        .isEqualTo(new Outcome.Succeeded());
    assertThat(state(NAME).status())
        .isEqualTo(
            switch (action) {
              case "restart" -> "running";
              case "pause" -> "paused";
              default -> "exited";
            });
    assertThat(engine.printed(NAME)).isEqualTo(action.equals("restart") ? "up\nup\n" : "up\n");
  }

  private void dieBeforeTheCall(RunRequest request) {
    assertThatThrownBy(() ->
            runner()
                .run(
                    request,
                    sink.onIntent(() -> {
                      throw new IllegalStateException("the daemon dies here");
                    }),
                    stop))
        .isInstanceOf(IllegalStateException.class);
  }

  /// What is on record, as if that had been an hour ago.
  private static Trace longAgo(RecordingAttempt attempt) {
    ActionHandle handle = ActionHandle.parse(attempt.intent()).orElseThrow();
    List<Before> befores = new ArrayList<>(handle.befores());
    return new Trace(
        new ActionHandle(handle.action(), handle.at().minusSeconds(3600), handle.window(), befores)
            .write(),
        Optional.empty());
  }

  @Test
  void doesNotSendASignalTwice() throws Exception {
    bring("running");
    RunRequest request = request(acting("kill").put(ActionKeys.SIGNAL, "SIGHUP"));
    dieBeforeTheCall(request);
    assertThat(runner().find(request, sink.trace()))
        .isInstanceOfSatisfying(
            Finding.Lost.class, lost -> assertThat(lost.why()).contains("is not known"));
  }

  @Test
  void losesWhatItsContainerTookAlong() throws Exception {
    bring("running");
    RunRequest request = request("restart");
    dieBeforeTheCall(request);
    engine.removeContainer(NAME);
    assertThat(runner().find(request, sink.trace()))
        .isEqualTo(new Finding.Lost("its container was removed while the daemon was away"));
  }

  /// The engine dies between the stop and the start of its own restart.
  @Test
  @Tag("daemon")
  @EnabledIfEnvironmentVariable(
      named = "OFELIA_TEST_ENGINE_VERSION",
      matches = ".+",
      disabledReason = "an engine that is not the tests' own is never killed")
  void endsInTruthWhenTheEngineDiesMeanwhile() throws Exception {
    engine.startContainer(NAME, "sh", "-c", SLOW);
    awaitPrinted("up\n");
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Started run =
        new Started(() -> {
          outcome.set(run(request("restart")));
          return outcome.get();
        });
    Thread.sleep(700);
    TestEngine.control("restart", "--kill");
    Outcome end = run.await(Duration.ofSeconds(90));
    boolean isUp = state(NAME).running();
    assertThat(end instanceof Outcome.Succeeded)
        .as("%s, and it %s", end, isUp ? "runs" : "does not run")
        .isEqualTo(isUp && engine.printed(NAME).equals("up\nup\n"));
  }

  // ---- what nothing uses ---------------------------------------------------------------------

  private static final String PRUNED = "ofelia-test.pruned";

  private static Settings.Builder pruning(String... unused) {
    return new Settings.Builder()
        .put(ActionKeys.ACTION, "prune")
        .put(ActionKeys.PRUNE, List.of(unused))
        .put(ActionKeys.PRUNE_LABEL, List.of(PRUNED));
  }

  private boolean isThere(String container) {
    return engine
        .docker
        .containers()
        .list(true, Filters.NONE.with("name", container), TestEngine.soon())
        .stream()
        .anyMatch(each -> each.name().equals(container));
  }

  private void ended(String name, Map<String, String> labels) throws Exception {
    Map<String, String> all = new java.util.HashMap<>(labels);
    all.put(PRUNED, "1");
    engine.startLabelled(
        name, TestEngine.IMAGE, all, "sh", "-c", "dd if=/dev/zero of=/x bs=1M count=2");
    awaitListedAs("exited", name);
  }

  @Test
  void prunesContainersButThoseOfOfeliaAndThoseToKeep() throws Exception {
    ended("ofelia-test-old", Map.of());
    ended("ofelia-test-of-a-run", Map.of(ContainerPlan.RUN, "0123456789ab"));
    ended("ofelia-test-with-jobs", Map.of("ofelia.enabled", "true"));
    ended("ofelia-test-kept", Map.of("keep", "yes"));
    engine.startLabelled(
        "ofelia-test-in-use", TestEngine.IMAGE, Map.of(PRUNED, "1"), "sleep", "600");
    Settings.Builder settings = pruning("containers").put(ActionKeys.PRUNE_KEEP_LABEL, "keep=yes");

    Settings.Builder old = settings.put(ActionKeys.PRUNE_UNTIL, Duration.ofHours(1));
    assertThat(run(request(old))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("0 containers removed, 0 B reclaimed\n");

    Settings.Builder any = settings.put(ActionKeys.PRUNE_UNTIL, Duration.ofNanos(1));
    Thread.sleep(1_000);
    assertThat(run(request(any))).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .contains("removed container ofelia-test-old (")
        .endsWith("1 container removed, 2.1 MB reclaimed\n");
    assertThat(isThere("ofelia-test-old")).isFalse();
    for (String left : List.of("of-a-run", "with-jobs", "kept", "in-use")) {
      assertThat(isThere("ofelia-test-" + left)).as(left).isTrue();
    }
  }

  @Test
  void prunesImages() throws Exception {
    engine.makeImage("ofelia-test/pruned:1", "LABEL " + PRUNED + "=1");
    engine.makeImage("ofelia-test/kept:1", "LABEL " + PRUNED + "=1", "LABEL keep=1");

    RunRequest tame = request(pruning("images"));
    assertThat(run(tame)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).isEqualTo("0 images removed, 0 B reclaimed\n");

    RunRequest all =
        request(
            pruning("images")
                .put(ActionKeys.PRUNE_ALL, true)
                .put(ActionKeys.PRUNE_KEEP_LABEL, "keep"));
    assertThat(run(all)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .containsPattern(
            engine.isPodman() // It does not say which names an image had.
                ? "\nremoved image [0-9a-f]{64}\n1 image removed, "
                : "untagged image ofelia-test/pruned:1\nremoved image sha256:")
        .doesNotContain("ofelia-test/kept");
    assertThat(engine.docker.images().find("ofelia-test/pruned:1", TestEngine.soon())).isEmpty();
    assertThat(engine.docker.images().find("ofelia-test/kept:1", TestEngine.soon())).isPresent();
    engine.removeImage("ofelia-test/kept:1");
  }

  @Test
  void prunesNetworksVolumesAndTheBuildCache() throws Exception {
    engine.network("ofelia-test-unused");
    engine.send(
        Request.post(Target.path("volumes", "create"))
            .withJson(
                "{\"Name\":\"ofelia-test-unused\",\"Labels\":{\"%s\":\"1\"}}"
                    .formatted(PRUNED)
                    .getBytes(StandardCharsets.UTF_8)));

    RunRequest volumes = request(pruning("volumes").put(ActionKeys.PRUNE_ALL, true));
    assertThat(run(volumes)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).contains("removed volume ofelia-test-unused\n1 volume removed, ");
    assertThat(engine.volumes()).doesNotContain("ofelia-test-unused");

    RunRequest networks =
        request(pruning("networks").put(ActionKeys.PRUNE_LABEL, List.of("ofelia-test.runners")));
    assertThat(run(networks)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out()).endsWith("removed network ofelia-test-unused\n1 network removed\n");
    assertThat(engine.docker.networks().list(Filters.NONE, TestEngine.soon()))
        .extracting(Network::name)
        .doesNotContain("ofelia-test-unused");

    RunRequest cache = request(pruning("build-cache").put(ActionKeys.PRUNE_LABEL, List.of()));
    if (engine.isPodman()) {
      assertThat(run(cache).reason()).contains("has no build cache", "prune = images");
    } else {
      assertThat(run(cache)).isEqualTo(new Outcome.Succeeded());
      assertThat(sink.out()).contains("build cache removed, ");
    }
  }

  /// An older engine would take volumes with a name as well.
  @Test
  void prunesOnlyVolumesWithoutANameUnlessToldToPruneAll() throws Exception {
    engine.send(
        Request.post(Target.path("volumes", "create"))
            .withJson(
                "{\"Name\":\"ofelia-test-named\",\"Labels\":{\"%s\":\"1\"}}"
                    .formatted(PRUNED)
                    .getBytes(StandardCharsets.UTF_8)));
    Outcome outcome = run(request(pruning("volumes")));
    assertThat(engine.volumes()).contains("ofelia-test-named");
    engine.removeVolume("ofelia-test-named");
    if (engine.docker.apiVersion(TestEngine.soon()).isAtLeast(ApiVersion.ANONYMOUS_VOLUMES)) {
      assertThat(outcome).isEqualTo(new Outcome.Succeeded());
    } else {
      assertThat(outcome.reason()).contains("write prune-all = true");
      assertThat(sink.hasIntent()).isFalse();
    }
  }

  private static Settings.Builder pruningByName(String unused, String... names) {
    return pruning(unused)
        .put(ActionKeys.PRUNE_LABEL, List.of())
        .put(ActionKeys.PRUNE_NAME, List.of(names));
  }

  @Test
  void prunesWhatIsNamedAndNothingElse() throws Exception {
    ended("ofelia-test-old", Map.of());
    ended("ofelia-test-older", Map.of());
    engine.startContainer("ofelia-test-in-use", "sleep", "600");
    RunRequest containers =
        request(pruningByName("containers", "ofelia-test-old", "ofelia-test-in-use"));
    assertThat(run(containers)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .startsWith("removed container ofelia-test-old (")
        .endsWith("1 container removed\nnothing that could go has the name ofelia-test-in-use\n");
    assertThat(isThere("ofelia-test-older")).isTrue();
    assertThat(isThere("ofelia-test-in-use")).isTrue();

    for (String name : List.of("ofelia-test-gone", "ofelia-test-stays")) {
      engine.send(
          Request.post(Target.path("volumes", "create"))
              .withJson("{\"Name\":\"%s\"}".formatted(name).getBytes(StandardCharsets.UTF_8)));
    }
    sink.rewind();
    RunRequest volumes = request(pruningByName("volumes", "ofelia-test-gone", "ofelia-test-no"));
    assertThat(run(volumes)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .isEqualTo(
            """
            removed volume ofelia-test-gone
            1 volume removed
            nothing that could go has the name ofelia-test-no
            """);
    assertThat(engine.volumes()).contains("ofelia-test-stays").doesNotContain("ofelia-test-gone");
    engine.removeVolume("ofelia-test-stays");
  }

  @Test
  void prunesImagesAndNetworksByNameUnlessTheyAreInUse() throws Exception {
    engine.makeImage("ofelia-test/named:1", "LABEL other=1");
    engine.startLabelled("ofelia-test-in-use", TestEngine.IMAGE, Map.of(), "sleep", "600");
    RunRequest images =
        request(pruningByName("images", "ofelia-test/named:1", TestEngine.IMAGE, "none:1"));
    assertThat(run(images)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .contains("image " + TestEngine.IMAGE + " is in use, and stays")
        .contains("nothing that could go has the name none:1")
        .contains("ofelia-test/named:1");
    assertThat(engine.docker.images().find("ofelia-test/named:1", TestEngine.soon())).isEmpty();
    assertThat(engine.docker.images().find(TestEngine.IMAGE, TestEngine.soon())).isPresent();

    engine.network("ofelia-test-named");
    sink.rewind();
    RunRequest networks = request(pruningByName("networks", "ofelia-test-named", "ofelia-test-no"));
    assertThat(run(networks)).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.out())
        .isEqualTo(
            """
            removed network ofelia-test-named
            1 network removed
            nothing that could go has the name ofelia-test-no
            """);
  }

  @Test
  void doesNotClaimToKnowWhatAPruneCameTo() throws Exception {
    RunRequest request = request(pruning("networks"));
    dieBeforeTheCall(request);
    assertThat(runner().find(request, sink.trace()))
        .isInstanceOfSatisfying(
            Finding.Lost.class, lost -> assertThat(lost.why()).contains("is not known"));
  }
}
