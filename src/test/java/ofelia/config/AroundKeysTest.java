package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which containers may stand still during a job's work, and who may say so.
class AroundKeysTest {

  private static List<String> problems(String section) {
    Configuration configuration =
        new ConfigurationReader(_ -> Optional.empty(), ZoneOffset.UTC, Overrides.NONE)
            .read(List.of(IniFile.parse("x.ini", section.replace("; ", "\n"))));
    return configuration.allProblems().stream().map(Problem::text).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [job-exec "a"]; schedule=@daily; container=db; command=x; stop-during-run=web, db   | names "db", which the job itself needs
          [job-exec "a"]; schedule=@daily; container=db; command=x; pause-during-run=db       | names "db", which the job itself needs
          [job-exec "a"]; schedule=@daily; target-service=s/db; command=x; stop-during-run=service:s/db | which the job itself needs
          [job-exec "a"]; schedule=@daily; target-label=r=db; command=x; stop-during-run=label:r=db | which the job itself needs
          [job-exec "a"]; schedule=@daily; container=c; command=x; wait-healthy-of=db; stop-during-run=db | which the job itself needs
          [job-run "a"]; schedule=@daily; container=tidy; stop-during-run=tidy                | which the job itself needs
          [job-run "a"]; schedule=@daily; image=i; stop-during-run=db; pause-during-run=cache, db | pause-during-run: names "db", which is named already
          [job-run "a"]; schedule=@daily; image=i; stop-during-run=service:                   | has "service:" without a name
          [job-run "a"]; schedule=@daily; image=i; healthy-after-run=1m                       | has no effect: nothing is stopped during the run
          [job-run "a"]; schedule=@daily; image=i; pause-during-run=db; stop-during-run-timeout=1m | has no effect: nothing is stopped
          [job-noop "a"]; schedule=@daily; stop-during-run=db                                 | has no effect here
          """)
  void saysWhatCannotBe(String section, String problem) {
    assertThat(problems(section)).singleElement().asString().contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [job-exec "a"]; schedule=@daily; container=db; command=x; stop-during-run=web
          [job-run "a"]; schedule=@daily; image=i; stop-during-run=db, service:s/web; pause-during-run=label:a=b
          [job-local "a"]; schedule=@daily; command=x; stop-during-run=db; healthy-after-run=1m; stop-during-run-timeout=90s
          [job-compose "a"]; schedule=@daily; service=x; stop-during-run=db
          [job-service-run "a"]; schedule=@daily; image=x; pause-during-run=db
          [job-http "a"]; schedule=@daily; url=http://nas/snapshot; pause-during-run=db
          """)
  void saysNothingAboutWhatCanBe(String section) {
    assertThat(problems(section)).isEmpty();
  }

  private static JobSpec label(String container, boolean isAllowed, String... labels) {
    Map<String, String> all = new HashMap<>(Map.of("ofelia.enabled", "true"));
    Stream.of(labels)
        .forEach(label -> {
          String[] pair = label.split("=", 2);
          all.put("ofelia." + pair[0], pair[1]);
        });
    Settings global =
        new Settings.Builder().put(GlobalKeys.ALLOW_HOST_JOBS_FROM_LABELS, isAllowed).build();
    return Labels.parse(
            List.of(new LabelledContainer(container, all, true, Instant.EPOCH)),
            global,
            Calendars.NONE,
            ZoneOffset.UTC)
        .jobs()
        .getFirst();
  }

  @Test
  void aLabelSpeaksForItsOwnContainerAndForOthersWhereThatIsAllowed() {
    String[] own = {
      "job-run.b.schedule=@daily", "job-run.b.image=i", "job-run.b.stop-during-run=self"
    };
    JobSpec itself = label("shop-db-1", false, own);
    assertThat(itself.problems()).isEmpty();
    assertThat(itself.settings().get(AroundKeys.STOP_DURING_RUN)).containsExactly("shop-db-1");

    own[2] = "job-run.b.pause-during-run=[\"self\", \"shop-db-2\"]";
    assertThat(label("shop-db-1", false, own).problems())
        .singleElement()
        .extracting(Problem::text)
        .asString()
        .contains("would stop or pause \"shop-db-2\"", "allow-host-jobs-from-labels = true");
    JobSpec both = label("shop-db-1", true, own);
    assertThat(both.problems()).isEmpty();
    assertThat(both.settings().get(AroundKeys.PAUSE_DURING_RUN))
        .containsExactly("shop-db-1", "shop-db-2");

    own[2] = "job-run.b.stop-during-run=service:shop/db";
    assertThat(label("shop-db-1", false, own).isQuarantined()).isTrue();
  }

  @Test
  void aLabelOnANamedEngineStopsNothingOnAnother() {
    Map<String, String> labels =
        Map.of(
            "ofelia.enabled", "true",
            "ofelia.job-http.h.schedule", "@daily",
            "ofelia.job-http.h.url", "http://nas/snapshot",
            "ofelia.job-http.h.stop-during-run", "self",
            "ofelia.job-run.r.schedule", "@daily",
            "ofelia.job-run.r.image", "i",
            "ofelia.job-run.r.stop-during-run", "self");
    Settings global =
        new Settings.Builder().put(GlobalKeys.ALLOW_HOST_JOBS_FROM_LABELS, true).build();
    List<LabelledContainer> containers =
        List.of(new LabelledContainer("db", labels, true, Instant.EPOCH));

    List<JobSpec> jobs =
        Labels.parse(containers, global, Calendars.NONE, ZoneOffset.UTC, "nas").jobs();

    assertThat(jobs)
        .filteredOn(JobSpec::isQuarantined)
        .singleElement()
        .satisfies(job -> {
          assertThat(job.name().toString()).isEqualTo("nas.h");
          assertThat(job.problems())
              .extracting(Problem::text)
              .anyMatch(text ->
                  text.contains("would stop or pause containers of the engine of [docker]"));
        });
    assertThat(Labels.parse(containers, global, Calendars.NONE, ZoneOffset.UTC, "").jobs())
        .hasSize(2)
        .noneMatch(JobSpec::isQuarantined);
  }

  @Test
  void aJobThatStopsWhatDefinesItDoesNotRunAtItsStart() {
    String[] labels = {
      "job-run.b.schedule=@daily",
      "job-run.b.image=i",
      "job-run.b.run-on-startup=true",
      "job-run.b.stop-during-run=self"
    };
    assertThat(label("db", true, labels).problems())
        .singleElement()
        .extracting(Problem::text)
        .asString()
        .contains("would run again and again");
    labels[3] = "job-run.b.pause-during-run=self";
    assertThat(label("db", true, labels).problems()).isEmpty();
  }
}
