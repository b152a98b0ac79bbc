package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.EngineKeys;
import ofelia.cron.Schedule;
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
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.plugin.TryLaterException;
import org.junit.jupiter.api.Test;

/// Runs go to the engine that their job names, and are looked for where they were begun.
class EngineRunnerTest {

  private final List<String> calls = new ArrayList<>();
  private final List<String> handles = new ArrayList<>();
  private final Runner runner =
      new EngineRunner(
          new Recording("main"), Map.of("nas", new Recording("nas")), Map.of("bad", "no ca.pem"));
  private final Stop stop = new ManualStop();

  /// Writes down what it is asked, and leaves one handle of each kind.
  private final class Recording implements Runner {
    private final String name;

    Recording(String name) {
      this.name = name;
    }

    @Override
    public JobKind kind() {
      return JobKind.RUN;
    }

    @Override
    public String describe(JobSpec job) {
      return "work";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop)
        throws InterruptedException, NotOursException {
      calls.add(name + " run");
      sink.intend("i 1");
      sink.started("s 1");
      sink.ended("e 1");
      return new Outcome.Succeeded();
    }

    @Override
    public Finding find(RunRequest request, Trace trace) {
      calls.add(name + " find " + trace);
      return new Finding.Found();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop)
        throws InterruptedException {
      calls.add(name + " resume " + trace);
      sink.ended("e 2");
      return new Outcome.Succeeded();
    }

    @Override
    public boolean canStop() {
      return true;
    }

    @Override
    public boolean canOutlive() {
      return true;
    }
  }

  private final RunSink sink =
      new RunSink() {
        @Override
        public void intend(String handle) {
          handles.add(handle);
        }

        @Override
        public void started(String handle) {
          handles.add(handle);
        }

        @Override
        public void ended(String handle) {
          handles.add(handle);
        }

        @Override
        public void output(OutputChannel channel, byte[] bytes, int offset, int length) {}

        @Override
        public void rewind() {}

        @Override
        public void mark(String text) {}

        @Override
        public void warn(String text) {}

        @Override
        public Aside aside() {
          return () -> {};
        }
      };

  private static RunRequest request(String engine) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("j"),
            JobKind.RUN,
            "ini",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            new Settings.Builder().put(EngineKeys.ENGINE, engine).build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, 1), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  @Test
  void goesToTheEngineThatTheJobNamesAndSaysSoInEachHandle() throws Exception {
    assertThat(runner.run(request(""), sink, stop)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(runner.run(request("nas"), sink, stop)).isInstanceOf(Outcome.Succeeded.class);
    assertThat(calls).containsExactly("main run", "nas run");
    assertThat(handles)
        .containsExactly("i 1", "s 1", "e 1", "engine=nas i 1", "engine=nas s 1", "engine=nas e 1");
    assertThat(runner.describe(request("nas").job())).isEqualTo("work (engine \"nas\")");
  }

  @Test
  void looksWhereTheRunWasBegunWhateverTheJobNamesNow() throws Exception {
    Trace there = new Trace("engine=nas i 1", Optional.of("engine=nas s 1"));
    runner.find(request("bad"), there);
    runner.resume(request(""), there, sink, stop);
    runner.find(request("nas"), new Trace("i 1", Optional.empty()));
    String bare = new Trace("i 1", Optional.of("s 1")).toString();
    assertThat(calls)
        .containsExactly(
            "nas find " + bare,
            "nas resume " + bare,
            "main find " + new Trace("i 1", Optional.empty()));
    assertThat(handles).containsExactly("engine=nas e 2");
  }

  @Test
  void saysWhyAnEngineCannotBeUsed() throws Exception {
    assertThat(runner.run(request("bad"), sink, stop))
        .isEqualTo(new Outcome.Broke("engine \"bad\" cannot be used: no ca.pem"));
    Trace bad = new Trace("engine=bad i 1", Optional.empty());
    assertThatThrownBy(() -> runner.find(request(""), bad))
        .isInstanceOf(TryLaterException.class)
        .hasMessageContaining("no ca.pem");
    Trace gone = new Trace("engine=gone i 1", Optional.empty());
    assertThat(runner.find(request(""), gone))
        .isEqualTo(new Finding.Lost("there is no section [engine \"gone\"] any more"));
    Trace around =
        new Trace(
            "engine=gone "
                + AroundHandle.before(
                        List.of(
                            new Halt(Halt.Way.STOP, "a1", "db", "2026"),
                            new Halt(Halt.Way.PAUSE, "b2", "cache", "2026")))
                    .write(),
            Optional.empty());
    assertThat(runner.find(request(""), around))
        .isEqualTo(
            new Finding.Lost(
                "there is no section [engine \"gone\"] any more; look there after container \"db\""
                    + " (stopped), container \"cache\" (paused)"));
    assertThat(calls).isEmpty();
  }
}
