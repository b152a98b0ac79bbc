package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import ofelia.cron.Schedule;
import ofelia.docker.DockerClient;
import ofelia.docker.DockerHost;
import ofelia.docker.Event;
import ofelia.docker.EventHub;
import ofelia.docker.RegistryLogins;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Runner;
import ofelia.plugin.Trace;
import ofelia.time.Crew;
import ofelia.time.Signal;
import ofelia.time.SystemCrew;
import ofelia.time.SystemTime;
import ofelia.time.Time;
import ofelia.wire.Endpoint;
import ofelia.wire.HttpServer;
import ofelia.wire.Limits;
import ofelia.wire.Received;
import ofelia.wire.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A filter before the engine forbids to look at work that goes on: it must not go on for ever,
/// with nobody to bound it.
@Timeout(60)
class RefusedLookTest {

  private static final String CONTAINER = "c".repeat(64);

  @TempDir Path folder;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final HastyTime time = new HastyTime();
  private final RecordingSink sink = new RecordingSink();
  private final ManualStop stop = new ManualStop();

  /// What the engine answers to calls that change something, before it allows them.
  private final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();

  /// How many processes each further look through the container finds.
  private final Queue<Integer> alive = new ConcurrentLinkedQueue<>();

  private boolean showsTheExec;
  private boolean refusesEvents;

  /// With what looks are refused.
  private int refusal = 403;

  /// What happens while the engine refuses a look.
  private volatile Runnable moment = () -> {};

  /// Its waits pass at once, and its clock goes on by them.
  private static final class HastyTime implements Time {
    private final Time time = new SystemTime();
    private final AtomicLong skipped = new AtomicLong();
    private final long begin = time.nanos();

    Duration skipped() {
      return Duration.ofNanos(skipped.get());
    }

    /// What the machine took counts, too.
    Duration passed() {
      return Duration.ofNanos(nanos() - begin);
    }

    @Override
    public long millis() {
      return time.millis() + skipped.get() / 1_000_000;
    }

    @Override
    public long nanos() {
      return time.nanos() + skipped.get();
    }

    @Override
    public Signal newSignal() {
      return new Signal() {
        @Override
        public void raise() {}

        @Override
        public boolean await(Duration atMost) {
          skipped.addAndGet(atMost.toNanos());
          return false;
        }
      };
    }
  }

  @Test
  void killsAndRemovesTheContainerOfTheRun() throws Exception {
    Outcome outcome = resume(JobKind.RUN, RunHandle.fresh(CONTAINER).write());
    assertThat(outcome).isInstanceOf(Outcome.Broke.class);
    assertThat(((Outcome.Broke) outcome).problem())
        .startsWith("the engine refuses to speak of its container: ")
        .contains("403")
        .endsWith("; it was killed");
    assertThat(calls)
        .containsExactly(
            "POST /containers/" + CONTAINER + "/kill", "DELETE /containers/" + CONTAINER);
  }

  @Test
  void leavesAContainerThatWasThereBefore() throws Exception {
    String handle =
        RunHandle.of(CONTAINER, new RunHandle.Existing(Instant.EPOCH, "2026-11-23T20:15:00Z"))
            .write();
    Outcome outcome = resume(JobKind.RUN, handle);
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it may still run");
    assertThat(calls).isEmpty();
  }

  @Test
  void removesTheServiceOfTheRun() throws Exception {
    Outcome outcome = resume(JobKind.SERVICE_RUN, ServiceHandle.of("ofelia-report-1").write());
    assertThat(((Outcome.Broke) outcome).problem())
        .startsWith("the engine refuses to speak of its service: ");
    assertThat(calls).containsOnly("DELETE /services/ofelia-report-1");
  }

  @Test
  void takesTheEndOfAContainerThatIsTold() throws Exception {
    Outcome outcome = followContainer(OptionalInt.of(3));
    assertThat(outcome).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(calls).isEmpty();
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void endsAContainerAtOnceWhenTheRunIsStopped() throws Exception {
    stop.request(Duration.ofSeconds(3));
    Outcome outcome = followContainer(OptionalInt.empty());
    assertThat(outcome).isEqualTo(new Outcome.Cancelled("the test"));
    // By its signal first, and by force after its time.
    assertThat(calls)
        .containsExactly(
            "POST /containers/" + CONTAINER + "/kill", "POST /containers/" + CONTAINER + "/kill");
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void saysThatAContainerHasEndedBeforeItWasKilled() throws Exception {
    refusals.add(409);
    Outcome outcome = followContainer(OptionalInt.empty());
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it has ended");
  }

  @Test
  void keepsTheRunOpenAsLongAsItsContainerCannotBeKilled() throws Exception {
    refusals.addAll(List.of(403, 403, 403));
    Outcome outcome = followContainer(OptionalInt.empty());
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it was killed");
    assertThat(calls).hasSize(4);
    assertThat(sink.warnings).filteredOn(said -> said.startsWith("it may run on")).hasSize(1);
  }

  @Test
  void removesTheServiceAtOnceWhenTheRunIsStoppedAndWaitsForItsTask() throws Exception {
    stop.request(Duration.ZERO);
    Outcome outcome = resume(JobKind.SERVICE_RUN, ServiceHandle.of("ofelia-report-1").write());
    assertThat(outcome).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(calls).containsOnly("DELETE /services/ofelia-report-1");
    assertThat(time.passed()).isGreaterThan(Duration.ofSeconds(10));
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void keepsTheRunOpenAsLongAsItsServiceCannotBeRemoved() throws Exception {
    refusals.addAll(Collections.nCopies(100, 403));
    Outcome outcome = resume(JobKind.SERVICE_RUN, ServiceHandle.of("ofelia-report-1").write());
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it was removed");
    assertThat(calls).hasSizeGreaterThan(100);
    assertThat(sink.warnings)
        .filteredOn(said -> said.startsWith("its service may run on"))
        .hasSize(1);
  }

  @Test
  void takesTheEndOfACommandThatIsTold() throws Exception {
    assertThat(followExec(OptionalInt.of(0))).isEqualTo(new Outcome.Succeeded());
    assertThat(calls).isEmpty();
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void killsACommandOfWhichNobodyHears() throws Exception {
    alive.addAll(List.of(2, 0));
    Outcome outcome = followExec(OptionalInt.empty());
    assertThat(((Outcome.Broke) outcome).problem())
        .startsWith("the engine refuses to speak of the command: ")
        .contains("403")
        .endsWith("; it was killed");
    assertThat(time.passed()).isGreaterThan(Duration.ofMinutes(10));
    assertThat(calls)
        .startsWith("POST /containers/" + CONTAINER + "/exec", "POST /exec/killer/start");
  }

  @Test
  void keepsTheRunOpenAsLongAsItsCommandCannotBeKilled() throws Exception {
    refusals.addAll(Collections.nCopies(20, 403));
    alive.add(0);
    Outcome outcome = followExec(OptionalInt.empty());
    assertThat(((Outcome.Broke) outcome).problem()).endsWith("; it was killed");
    assertThat(refusals).isEmpty();
    assertThat(sink.warnings)
        .filteredOn(said -> said.startsWith("the command cannot be ended yet"))
        .hasSize(1);
  }

  @Test
  void endsACommandAtOnceWhenTheRunIsStopped() throws Exception {
    stop.request(Duration.ofSeconds(3));
    alive.addAll(List.of(2, 0, 0, 0));
    Outcome outcome = followExec(OptionalInt.empty());
    assertThat(outcome).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  // ---- an engine with trouble of its own, which may pass ---------------------------------------

  @Test
  void hearsOfEndsWhileTheEngineIsInTrouble() throws Exception {
    refusal = 500;
    assertThat(followContainer(OptionalInt.of(3))).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(followExec(OptionalInt.of(0))).isEqualTo(new Outcome.Succeeded());
    assertThat(calls).isEmpty();
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void endsWhatIsStoppedWhileTheEngineIsInTrouble() throws Exception {
    refusal = 503;
    stop.request(Duration.ofSeconds(3));
    assertThat(followContainer(OptionalInt.empty())).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(calls).hasSize(2).containsOnly("POST /containers/" + CONTAINER + "/kill");
    alive.addAll(List.of(2, 0, 0, 0));
    assertThat(followExec(OptionalInt.empty())).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(time.skipped()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void killsNothingBecauseTheEngineIsInTrouble() throws Exception {
    Outcome outcome =
        followContainer(OptionalInt.of(0), Duration.ofMinutes(30), () -> refusal = 500);
    assertThat(outcome).isEqualTo(new Outcome.Succeeded());
    assertThat(calls).isEmpty();
    assertThat(time.skipped()).isGreaterThan(Duration.ofMinutes(30));
    assertThat(sink.warnings).first().asString().contains("is asked until it does not");
  }

  /// The events know it by the name that it has by now.
  @Test
  void asksTheEventsAboutTheContainerThatTheLookTells() throws Exception {
    showsTheExec = true;
    ExecLook look =
        withEngine(client -> ExecLook.doubting(client, ExecHandle.inNamed("x", "old"), _ -> {}));
    assertThat(look).isEqualTo(new ExecLook.Ended(0, true));
  }

  @Test
  void doubtsOnlyWhatTheEngineMakesUpWhereTheEventsAreRefused() throws Exception {
    showsTheExec = true;
    refusesEvents = true;
    ExecLook look =
        withEngine(client -> ExecLook.doubting(client, ExecHandle.in("x", CONTAINER), _ -> {}));
    assertThat(look).isEqualTo(new ExecLook.Doubtful());
  }

  private Outcome followContainer(OptionalInt told) throws Exception {
    return followContainer(told, Duration.ZERO, () -> {});
  }

  /// @param after when it is told
  /// @param then what changes with the first look
  private Outcome followContainer(OptionalInt told, Duration after, Runnable then)
      throws Exception {
    return withEngine(client -> {
      Crew crew = new SystemCrew();
      EventHub hub = EventHub.of(client, EventHub.Rhythm.ORDINARY, time, crew);
      Endings endings = Endings.of(hub, time);
      var task =
          new ContainerFollow.Task("1", Settings.EMPTY, RunHandle.fresh(CONTAINER), sink, stop);
      try (Endings.Ending ending = endings.expect(CONTAINER)) {
        told.ifPresent(code ->
            moment =
                () -> {
                  then.run();
                  if (time.skipped().compareTo(after) >= 0) {
                    endings.hear(end("die", Map.of("exitCode", "" + code)));
                  }
                });
        return new ContainerFollow(client, hub, time, crew, task, ending).toTheEnd();
      }
    });
  }

  private Outcome followExec(OptionalInt told) throws Exception {
    RunRequest request = request(JobKind.EXEC);
    return withEngine(client -> {
      EventHub hub = EventHub.of(client, EventHub.Rhythm.ORDINARY, time, new SystemCrew());
      Endings endings = Endings.of(hub, time);
      ExecHandle handle = ExecHandle.in("x", CONTAINER);
      try (Endings.Ending ending = endings.expectIn(CONTAINER, "x")) {
        told.ifPresent(code -> {
          var attributes = Map.of("execID", "x", "exitCode", "" + code);
          moment = () -> endings.hear(end("exec_die", attributes));
        });
        return new ExecFollow(client, hub, time, request, handle, sink, stop, ending).resume();
      }
    });
  }

  private static EventHub.Notice end(String verb, Map<String, String> attributes) {
    var actor = new Event.Actor(CONTAINER, attributes);
    return new EventHub.Notice.Happened(new Event("container", verb, actor, 1));
  }

  private interface Work<T> {
    T with(DockerClient client) throws Exception;
  }

  private Outcome resume(JobKind kind, String handle) throws Exception {
    return withEngine(client -> {
      Crew crew = new SystemCrew();
      EventHub hub = EventHub.of(client, EventHub.Rhythm.ORDINARY, time, crew);
      RegistryLogins logins = new RegistryLogins(folder);
      Maker maker = new Maker("here", "1");
      Runner runner =
          kind.equals(JobKind.RUN)
              ? new RunRunner(client, hub, logins, maker, time, crew)
              : new ServiceRunner(client, hub, logins, maker, time, crew);
      return runner.resume(request(kind), new Trace(handle, Optional.of(handle)), sink, stop);
    });
  }

  private <T> T withEngine(Work<T> work) throws Exception {
    Path socket = folder.resolve("engine");
    HttpServer.Bounds bounds =
        new HttpServer.Bounds(
            8,
            Limits.SERVER,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(50));
    try (HttpServer _ =
        HttpServer.start(
            socket,
            bounds,
            this::answer,
            (request, e) -> {
              throw new AssertionError(request, e);
            })) {
      DockerClient client =
          DockerClient.of(new DockerHost(new Endpoint.Unix(socket), "docker"), Optional.empty());
      return work.with(client);
    }
  }

  private static RunRequest request(JobKind kind) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("report"),
            kind,
            "ini",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            new Settings.Builder().build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, 1), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  private Reply answer(Received request) {
    String path = request.path().replaceFirst("^/v1\\.\\d+", "");
    if (path.equals("/_ping")) {
      Reply ok = Reply.text(200, "OK");
      return new Reply(200, ok.headers().with("Api-Version", "1.41"), ok.body());
    }
    if (request.method().equals("GET")) {
      if (showsTheExec && !(refusesEvents && path.equals("/events"))) {
        return shown(request, path);
      }
      Reply refused = refusal(refusal);
      moment.run();
      return refused;
    }
    calls.add(request.method() + " " + path);
    Integer status = refusals.poll();
    if (status != null) {
      return refusal(status);
    }
    if (path.endsWith("/exec")) {
      return Reply.json(201, "{\"Id\":\"killer\"}".getBytes(StandardCharsets.UTF_8));
    }
    return path.endsWith("/start") ? counted(alive.remove()) : Reply.text(200, "");
  }

  private static Reply refusal(int status) {
    return Reply.json(status, "{\"message\":\"forbidden\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static Reply shown(Received request, String path) {
    String exec =
        """
        {"ID":"x","ContainerID":"%s","Running":false,"ExitCode":126,"Pid":7}\
        """
            .formatted(CONTAINER);
    String event =
        """
        {"Type":"container","Action":"exec_die","timeNano":1,\
        "Actor":{"ID":"%s","Attributes":{"execID":"x","exitCode":"0"}}}\
        """
            .formatted(CONTAINER);
    boolean isAsked = request.query().getOrDefault("filters", "").contains(CONTAINER);
    String json = path.equals("/exec/x/json") ? exec : isAsked ? event : "";
    return Reply.json(200, json.getBytes(StandardCharsets.UTF_8));
  }

  /// The answer of the script that looks for the processes, as the engine frames it.
  private static Reply counted(int processes) {
    byte[] said = ("ofelia: " + processes + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] framed =
        ByteBuffer.allocate(8 + said.length).putInt(1 << 24).putInt(said.length).put(said).array();
    return Reply.json(200, framed);
  }
}
