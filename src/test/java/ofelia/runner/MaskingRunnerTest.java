package ofelia.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.JobKeys;
import ofelia.config.ProgramKeys;
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
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.plugin.Runner;
import ofelia.plugin.Stop;
import ofelia.plugin.Trace;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a job's secrets are is not to be read in what its runs leave.
@Timeout(60)
class MaskingRunnerTest {

  @TempDir Path folder;
  private final RecordingSink sink = new RecordingSink();
  private final Settings.Builder settings = new Settings.Builder();
  private Path file;

  @BeforeEach
  void keepASecret() throws Exception {
    file = Files.writeString(folder.resolve("secret"), "open sesame\n");
    settings.put(ProgramKeys.SECRET, List.of("WORD=" + file));
  }

  private RunRequest request() throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("j"),
            JobKind.LOCAL,
            "test",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings.build(),
            Origin.of("test"),
            List.of());
    return new RunRequest(RunId.of(1, 2), job, Instant.EPOCH, Cause.SCHEDULE, 1);
  }

  @Test
  void aCommandHasItsSecretAndItsOutputDoesNotShowIt() throws Exception {
    settings.put(
        JobKeys.COMMAND,
        "sh -c \"printf 'open ses'; sleep 0.1; echo ame; echo $WORD >&2; echo ${#WORD}; printf open; exit 3\"");
    try (HostPrograms programs = new HostPrograms(new SystemTime())) {
      Runner local = new LocalRunner(programs, Map.of("PATH", "/usr/bin:/bin"));
      assertThat(new MaskingRunner(local).run(request(), sink, new ManualStop()))
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.exit()).isEqualTo(3));
    }
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("***\n11\nopen");
    assertThat(sink.text(OutputChannel.STDERR)).isEqualTo("***\n");
  }

  @Test
  void saysWhyItsSecretCannotBeRead() throws Exception {
    Files.delete(file);
    assertThat(new MaskingRunner(new Talking()).run(request(), sink, new ManualStop()))
        .isEqualTo(
            new Outcome.Broke("cannot read the file of a secret \"" + file + "\": no such file"));
    assertThat(sink.events).isEmpty();
  }

  @Test
  void neitherReasonsNorMarksNorWarningsShowIt() throws Exception {
    assertThat(new MaskingRunner(new Talking()).run(request(), sink, new ManualStop()))
        .isEqualTo(new Outcome.Broke("no door hears ***"));
    assertThat(sink.events).containsExactly("mark said ***");
    assertThat(sink.warnings).containsExactly("heard ***");
  }

  /// After a restart of the daemon, which has forgotten it.
  @Test
  void aRunThatIsTakenUpAgainDoesNotShowItEither() throws Exception {
    Trace trace = new Trace("t", Optional.empty());
    assertThat(new MaskingRunner(new Talking()).resume(request(), trace, sink, new ManualStop()))
        .isEqualTo(new Outcome.Broke("no door hears ***"));
    assertThat(sink.text(OutputChannel.STDOUT)).isEqualTo("*** again");
    Files.delete(file);
    sink.warnings.clear();
    assertThat(new MaskingRunner(new Talking()).resume(request(), trace, sink, new ManualStop()))
        .isEqualTo(new Outcome.Broke("no door hears open sesame"));
    assertThat(sink.warnings.getFirst())
        .startsWith("what follows of its output may show its secrets: cannot read");
  }

  @Test
  void neitherDoesAHandle() throws Exception {
    Outcome broke = new Outcome.Broke("no door hears open sesame");
    MaskedSink masked = new MaskedSink(Mask.of(List.of("open sesame")), sink);
    masked.ended(ServiceHandle.of("s").ended(broke).write(masked::shown));
    assertThat(sink.events).containsExactly("ended s broke no door hears ***");
  }

  /// Work that tells its secret wherever it can.
  private static final class Talking implements Runner {

    @Override
    public JobKind kind() {
      return JobKind.LOCAL;
    }

    @Override
    public String describe(JobSpec job) {
      return "talks";
    }

    @Override
    public Outcome run(RunRequest request, RunSink sink, Stop stop) {
      sink.mark("said open sesame");
      sink.warn("heard open sesame");
      return new Outcome.Broke("no door hears open sesame");
    }

    @Override
    public Finding find(RunRequest request, Trace trace) {
      return new Finding.Found();
    }

    @Override
    public Outcome resume(RunRequest request, Trace trace, RunSink sink, Stop stop) {
      byte[] text = "open sesame again".getBytes(UTF_8);
      sink.output(OutputChannel.STDOUT, text, 0, 4);
      sink.output(OutputChannel.STDOUT, text, 4, text.length - 4);
      return run(request, sink, stop);
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
}
