package ofelia.runner;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import ofelia.config.JobKeys;
import ofelia.config.LocalKeys;
import ofelia.config.ProgramKeys;
import ofelia.config.SpecText;
import ofelia.cron.Never;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.Outcome;
import ofelia.model.OutputChannel;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.Finding;
import ofelia.plugin.NotOursException;
import ofelia.plugin.RunRequest;
import ofelia.plugin.Trace;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalRunnerTest {

  private static final Map<String, String> OWN =
      Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "KEPT", "own", "GIVEN", "own");

  @TempDir Path directory;

  private final HostPrograms programs = new HostPrograms(new SystemTime());
  private final LocalRunner runner = new LocalRunner(programs, OWN);
  private final RecordingSink sink = new RecordingSink();
  private final ManualStop stop = new ManualStop();
  private final Settings.Builder settings = new Settings.Builder();
  private final RunId run = new RunId(System.nanoTime() & 0xffff_ffff_ffffL);

  @AfterEach
  void closeRunner() {
    programs.close();
  }

  @Test
  void tellsHowTheCommandEnded() throws Exception {
    assertThat(run("true")).isEqualTo(new Outcome.Succeeded());
    assertThat(run("sh -c 'exit 3'")).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(run("sh -c 'kill -9 $$'"))
        .isEqualTo(new Outcome.Failed(137, "ended by signal 9 (KILL)"));
  }

  @Test
  void recordsItsIntentBeforeTheStartAndTheProcessAfterIt() throws Exception {
    run("sh -c 'echo $$'");
    assertThat(sink.events).hasSize(2);
    assertThat(sink.events.getFirst()).isEqualTo("intend " + run);
    assertThat(sink.events.getLast())
        .startsWith("started " + sink.text(OutputChannel.STDOUT).strip() + " ");
  }

  @Test
  void runsAScriptExactArgumentsOrACommandInAShell() throws Exception {
    settings.put(
        ProgramKeys.SCRIPT, "for i in 1 2; do\n  echo $i | tr 1 a\ndone\nfalse\necho never");
    assertThat(runner.run(request(), sink, stop)).isEqualTo(new Outcome.Failed(1, "exit code 1"));
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("a\n2\n");
    assertThat(runner.describe(request().job())).isEqualTo("for i in 1 2; do …");

    RecordingSink exact = new RecordingSink();
    settings.put(ProgramKeys.SCRIPT, "");
    settings.put(ProgramKeys.SHELL, "sh -c");
    settings.put(JobKeys.COMMAND, "echo 'in a' && echo shell | tr s S");
    assertThat(runner.run(request(), exact, stop)).isEqualTo(new Outcome.Succeeded());
    assertThat(exact.text(OutputChannel.STDOUT)).isEqualTo("in a\nShell\n");

    RecordingSink args = new RecordingSink();
    settings.put(ProgramKeys.ARGS, List.of("printf", "%s,", "a b", "", "|", "a b"));
    assertThat(runner.run(request(), args, stop)).isEqualTo(new Outcome.Succeeded());
    assertThat(args.text(OutputChannel.STDOUT)).isEqualTo("a b,,|,a b,");
  }

  @Test
  void givesSecretsFromFilesAndKeepsThemFromEverybodyElse() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "hunter2 \r\n");
    settings.put(ProgramKeys.SECRET, List.of("PASS=" + file));
    settings.put(JobKeys.ENVIRONMENT, List.of("PASS=weaker"));
    assertThat(run("sh -c 'printf \"[%s]\" \"$PASS\"'")).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("[hunter2 ]");
    assertThat(SpecText.write(request().job())).doesNotContain("hunter2");
    Files.writeString(file, "x".repeat(200_000));
    assertThat(run("true").reason())
        .isEqualTo("cannot read the file of a secret \"" + file + "\": longer than 127 KiB");
    Files.delete(file);
    assertThat(run("true").reason()).contains("the file of a secret", file.toString(), "no such");
  }

  @Test
  void startsNothingWhenTheRunWasTakenAway() {
    sink.isTakenAway = true;
    Path trace = directory.resolve("trace");
    assertThatThrownBy(() -> run("touch " + trace)).isInstanceOf(NotOursException.class);
    assertThat(trace).doesNotExist();
  }

  @Test
  void buildsTheEnvironmentFromTheDaemonsFilesEntriesAndWhatEachRunIsTold() throws Exception {
    Path file = directory.resolve("job.env");
    Files.writeString(file, "# no\nexport FROM_FILE=\"a b\"\nGIVEN=file\nOVER=file\n");
    settings.put(JobKeys.ENV_FILE, List.of(file.toString()));
    settings.put(JobKeys.ENVIRONMENT, List.of("OVER=entry", "OFELIA_JOB=forged", "no-equals"));
    assertThat(run("env -0")).isEqualTo(new Outcome.Succeeded());
    assertThat(sink.text(OutputChannel.STDOUT).split("\0"))
        .containsExactlyInAnyOrder(
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "KEPT=own",
            "GIVEN=file",
            "FROM_FILE=a b",
            "OVER=entry",
            "OFELIA_JOB=local job",
            "OFELIA_RUN_ID=" + run,
            "OFELIA_DUE=2026-01-02T03:04:05Z",
            "OFELIA_CAUSE=schedule",
            "OFELIA_ATTEMPT=2");
    assertThat(sink.warnings)
        .containsExactly("an entry of environment is not NAME=value and has no effect");
  }

  @Test
  void runsInItsDirectory() throws Exception {
    settings.put(LocalKeys.DIR, directory.toString());
    run("pwd");
    assertThat(sink.text(OutputChannel.STDOUT).strip())
        .isEqualTo(directory.toRealPath().toString());
  }

  @Test
  void breaksWithAClearTextWhenItCannotBegin() throws Exception {
    assertThat(run("  "))
        .isEqualTo(new Outcome.Broke("the command is empty; write a program and its arguments"));
    assertThat(run("no-such-program x"))
        .isEqualTo(
            new Outcome.Broke(
                "cannot start \"no-such-program\": no such program on PATH"
                    + " \"/usr/local/bin:/usr/bin:/bin\""));
    settings.put(JobKeys.ENV_FILE, List.of("/no/such.env"));
    assertThat(run("true"))
        .isEqualTo(new Outcome.Broke("cannot read env-file \"/no/such.env\": no such file"));
  }

  @Test
  void endsOnRequestAsCancelled() throws Exception {
    Outcome outcome =
        runAnd(
            "sh -c 'trap \"echo bye; exit 0\" TERM; echo up; while :; do sleep 0.1; done'",
            () -> {
              sink.awaitOutput();
              stop.request(Duration.ofSeconds(20));
            });
    assertThat(outcome).isEqualTo(new Outcome.Cancelled("the test"));
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("up\nbye\n");
    assertThat(run("true")).isEqualTo(new Outcome.Cancelled("the test"));
  }

  @Test
  void saysWhatTheCommandLeftBehind() throws Exception {
    assertThat(run("sh -c 'sleep 600 & exit 3'")).isEqualTo(new Outcome.Failed(3, "exit code 3"));
    assertThat(sink.warnings).containsExactly("ended 1 process(es) that the command left behind");
  }

  @Test
  void goesOnWhenOutputCannotBeKept() throws Exception {
    var full =
        new ofelia.plugin.RunSink() {
          int warnings;

          @Override
          public void intend(String handle) {}

          @Override
          public void started(String handle) {}

          @Override
          public void ended(String handle) {}

          @Override
          public void output(OutputChannel channel, byte[] bytes, int offset, int length) {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }

          @Override
          public void rewind() {}

          @Override
          public void mark(String text) {}

          @Override
          public void warn(String text) {
            warnings++;
          }

          @Override
          public Aside aside() {
            return () -> {};
          }
        };
    settings.put(JobKeys.COMMAND, "sh -c 'echo a; echo b >&2; sleep 0.1; echo c'");
    assertThat(runner.run(request(), full, stop)).isEqualTo(new Outcome.Succeeded());
    assertThat(full.warnings).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheProcess() throws Exception {
    settings.put(JobKeys.COMMAND, "sh -c 'echo $$; exec sleep 600'");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> running = threads.submit(() -> runner.run(request(), sink, stop));
      String pid = sink.awaitOutput().strip();
      running.cancel(true);
      eventuallyGone(pid);
    }
  }

  @Test
  void endsTheSurvivorsOfACrashedDaemonBeforeItSaysLost() throws Exception {
    // A daemon of its own JVM would be killed here; its process is all that matters.
    Process survivor =
        new ProcessBuilder("setsid", "sh", "-c", "sleep 600 & echo $$; wait")
            .redirectErrorStream(true)
            .start();
    byte[] line = survivor.getInputStream().readNBytes(2);
    String pid =
        (new String(line, StandardCharsets.US_ASCII) + survivor.inputReader().readLine()).strip();
    String start = ofelia.runner.process.ProcessMarks.start(Long.parseLong(pid));

    Finding other =
        runner.find(request(), new Trace(run.toString(), Optional.of(pid + " " + start + "1")));
    assertThat(other)
        .isEqualTo(new Finding.Lost("the daemon went away while it ran, and it has ended since"));
    assertThat(survivor.isAlive()).isTrue();

    Finding found =
        runner.find(request(), new Trace(run.toString(), Optional.of(pid + " " + start)));
    assertThat(found)
        .isEqualTo(
            new Finding.Lost("the daemon went away while it ran; its 2 processes were ended"));
    eventuallyGone(pid);
  }

  @Test
  void findsASurvivorByItsRunAlone() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "600");
    builder.environment().put("OFELIA_RUN_ID", run.toString());
    Process survivor = builder.start();
    String environ = "/proc/" + survivor.pid() + "/environ";
    for (int i = 0; i < 100 && !Files.readString(Path.of(environ)).contains(run.toString()); i++) {
      Thread.sleep(20);
    }
    assertThat(runner.find(request(), new Trace(run.toString(), Optional.empty())))
        .isEqualTo(new Finding.Lost("the daemon went away while it ran; its process was ended"));
    assertThat(survivor.waitFor(5, SECONDS)).isTrue();
    assertThat(runner.find(request(), new Trace(run.toString(), Optional.empty())))
        .isEqualTo(new Finding.Lost("the daemon went away while it was being started"));
  }

  private static void eventuallyGone(String pid) throws Exception {
    assertThat(pid).matches("\\d+");
    for (int i = 0; i < 250 && ProcessHandle.of(Long.parseLong(pid)).isPresent(); i++) {
      Thread.sleep(20);
    }
    assertThat(ProcessHandle.of(Long.parseLong(pid))).isEmpty();
  }

  private Outcome runAnd(String command, Step meanwhile) throws Exception {
    settings.put(JobKeys.COMMAND, command);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> running = threads.submit(() -> runner.run(request(), sink, stop));
      meanwhile.take();
      return running.get(30, SECONDS);
    }
  }

  private Outcome run(String command) throws Exception {
    settings.put(JobKeys.COMMAND, command);
    return runner.run(request(), sink, stop);
  }

  private RunRequest request() {
    JobSpec job =
        new JobSpec(
            new JobName("local job"),
            JobKind.LOCAL,
            "ini",
            Never.MANUAL,
            settings.build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(run, job, Instant.parse("2026-01-02T03:04:05Z"), Cause.SCHEDULE, 2);
  }

  private interface Step {
    void take() throws Exception;
  }
}
