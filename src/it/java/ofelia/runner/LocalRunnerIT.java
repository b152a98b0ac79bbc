package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import ofelia.config.ContainerKeys;
import ofelia.config.JobKeys;
import ofelia.config.LocalKeys;
import ofelia.config.RunKeys;
import ofelia.model.JobKind;
import ofelia.model.Outcome;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What local jobs can do for a daemon that is root, as the tests with an engine are.
@Timeout(60)
class LocalRunnerIT {

  private final HostPrograms programs = new HostPrograms(new SystemTime());
  private final LocalRunner runner =
      new LocalRunner(programs, Map.of("PATH", "/usr/bin:/bin", "HOME", "/root"));
  private final RecordingAttempt sink = new RecordingAttempt();
  private final ManualStop stop = new ManualStop();

  @AfterEach
  void close() {
    programs.close();
  }

  private static RunRequest request(String script, UnaryOperator<Settings.Builder> more)
      throws Exception {
    Settings.Builder settings =
        new Settings.Builder().put(JobKeys.COMMAND, TestEngine.quoted("sh", "-c", script));
    return TestEngine.request(JobKind.LOCAL, more.apply(settings).build());
  }

  private String output(String script, UnaryOperator<Settings.Builder> more) throws Exception {
    Outcome outcome = runner.run(request(script, more), sink, stop);
    assertThat(outcome).as(sink.err()).isEqualTo(new Outcome.Succeeded());
    return sink.out();
  }

  @Test
  void boundsTheMemoryOfEachProcess() throws Exception {
    String script = "head -c 300000000 /dev/zero | tail -c 300000000 | wc -c";
    for (String limit : List.of("data=64000000:64000000", "as=128000000:128000000")) {
      RecordingAttempt bounded = new RecordingAttempt();
      RunRequest request = request(script, s -> s.put(RunKeys.ULIMIT, List.of(limit)));
      assertThat(runner.run(request, bounded, stop)).isEqualTo(new Outcome.Succeeded());
      assertThat(bounded.out()).as(limit).isEqualTo("0\n");
      assertThat(bounded.err()).as(limit).contains("memory exhausted");
    }
    assertThat(output(script, settings -> settings)).isEqualTo("300000000\n");
  }

  @Test
  void runsAsAnotherUser() throws Exception {
    String own =
        output(
            "id -u; id -g; echo $HOME $USER",
            settings -> settings.put(ContainerKeys.USER, "daemon"));
    assertThat(own).isEqualTo("1\n1\n/usr/sbin daemon\n");
  }

  @Test
  void takesTheGroupThatIsWritten() throws Exception {
    String ids =
        output(
            "id -u; id -g; id -G; echo $HOME",
            settings ->
                settings
                    .put(ContainerKeys.USER, "4711")
                    .put(LocalKeys.GROUP, "daemon")
                    .put(JobKeys.ENVIRONMENT, List.of("HOME=/tmp")));
    assertThat(ids).isEqualTo("4711\n1\n1\n/tmp\n");
  }

  @Test
  void saysThatThereIsNoSuchUser() throws Exception {
    Outcome outcome =
        runner.run(
            request("true", settings -> settings.put(ContainerKeys.USER, "nosuchuser")),
            sink,
            stop);
    assertThat(outcome)
        .isEqualTo(new Outcome.Broke("there is no user \"nosuchuser\" in /etc/passwd"));
    assertThat(sink.hasIntent()).isFalse();
  }

  @Test
  void runsWithAnotherPriorityAndUnderLimits() throws Exception {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    // Field 19 of proc(5); the name before it may hold anything, in parentheses.
    int own = Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    String said =
        output(
            "nice; ulimit -n; ulimit -H -n",
            settings ->
                settings.put(LocalKeys.NICE, 7).put(RunKeys.ULIMIT, List.of("nofile=77:99")));
    assertThat(said).isEqualTo(Math.min(own + 7, 19) + "\n77\n99\n");
  }

  @Test
  void isEndedAsAWholeThoughItIsAnothersProcess() throws Exception {
    RunRequest request =
        request(
            "trap '' TERM; sleep 600 & echo on; sleep 600; sleep 600",
            settings ->
                settings
                    .put(ContainerKeys.USER, "daemon")
                    .put(LocalKeys.NICE, 1)
                    .put(RunKeys.ULIMIT, List.of("core=0:0")));
    Started run = new Started(() -> runner.run(request, sink, stop));
    sink.awaitOutput();
    stop.request(Duration.ofSeconds(1));
    assertThat(run.await(Duration.ofSeconds(20))).isEqualTo(new Outcome.Cancelled("the test"));
    RunProcesses.assertNoneOf(request);
  }
}
