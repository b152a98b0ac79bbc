package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.Configuration;
import ofelia.config.ConfigurationReader;
import ofelia.config.Overrides;
import ofelia.ledger.BookedJob;
import ofelia.model.JobSpec;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;

class JobTextTest {

  private static final String CONFIG =
      """
      [global]
      default-user = default
      [job-exec "all"]
      schedule = TZ=Europe/Berlin 0 3 * * *
      container = web
      command = `printf 'a\\nb' \\
      && echo "ä=1"`
      environment = A=1,B=2
      environment = C=\\n
      environment = D=
      max-runtime = 90s
      no-overlap = true
      max-output = 3MiB
      [job-local "broken"]
      schedule = 61 * * * *
      command = true
      [job-run "plain"]
      schedule = @every 10s
      image = busybox
      """;

  private final JobText text = new JobText();

  @Test
  void whatIsWrittenReadsBackEqual() {
    for (JobSpec job : jobs()) {
      Optional<JobSpec> read = text.read(booked(job, text.write(job)));

      assertThat(read).as(job.name().value()).isPresent();
      assertThat(read.get().settings()).isEqualTo(job.settings());
      assertThat(read.get().schedule()).isEqualTo(job.schedule());
      assertThat(read.get().kind()).isEqualTo(job.kind());
      assertThat(read.get().isQuarantined()).isEqualTo(job.isQuarantined());
    }
  }

  @Test
  void aQuarantinedJobStaysSoAndSaysWhy() {
    JobSpec broken = jobs().get(1);
    assertThat(broken.isQuarantined()).isTrue();

    JobSpec read = text.read(booked(broken, text.write(broken))).orElseThrow();

    assertThat(read.problems()).singleElement().asString().contains("61");
  }

  @Test
  void whatAnotherVersionWroteIsNotGuessedAt() {
    JobSpec job = jobs().getFirst();
    for (String spec : List.of("key-of-the-future=1", "no-overlap=perhaps", "nonsense")) {
      assertThat(text.read(booked(job, spec))).as(spec).isEmpty();
    }
  }

  private static List<JobSpec> jobs() {
    Configuration configuration =
        new ConfigurationReader(
                name -> Optional.ofNullable(Map.<String, String>of().get(name)),
                ZoneId.of("UTC"),
                Overrides.NONE)
            .read(List.of(IniFile.parse("test.ini", CONFIG)));
    assertThat(configuration.jobs()).hasSize(3);
    return configuration.jobs();
  }

  private static BookedJob booked(JobSpec job, String spec) {
    return new BookedJob(
        job.name(), job.kind(), job.source(), job.schedule().text(), spec, true, 0, 0);
  }
}
