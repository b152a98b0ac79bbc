package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import ofelia.model.JobSpec;
import ofelia.syntax.IniFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys that mean nothing beside others are told of, and hold nothing back.
class IdleKeysTest {

  private static Configuration read(String section, String keys) {
    String text = "[" + section + " \"a\"]\nschedule = @daily\n" + keys.replace("; ", "\n") + "\n";
    return new ConfigurationReader(_ -> Optional.empty(), ZoneOffset.UTC, Overrides.NONE)
        .read(List.of(IniFile.parse("x.ini", text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job-run     | container = c; memory = 1g                       | memory",
        "job-run     | container = c; command = true                    | command",
        "job-run     | container = c; secret = A=/b                     | secret",
        "job-compose | service = s; command = x; exec = true; entrypoint = e        | entrypoint",
        "job-compose | service = s; command = x; exec = true; dependencies = false  | dependencies",
        "job-http    | url = http://h; body = a; body-file = /b         | body",
        "job-exec    | container = c; command = x; wait-available = 1m  | wait-available",
      })
  void warnsOfWhatMeansNothing(String section, String keys, String idle) {
    Configuration configuration = read(section, keys);
    assertThat(configuration.jobs()).noneMatch(JobSpec::isQuarantined);
    assertThat(configuration.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.subject()).endsWith(idle))
        .satisfies(problem -> assertThat(problem.text()).contains("has no effect"))
        .satisfies(problem -> assertThat(problem.origin().line()).isGreaterThan(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job-run     | container = c; max-runtime = 1h; stop-signal = INT; delete = false",
        "job-run     | image = i; memory = 1g; command = true",
        "job-compose | service = s; command = x; entrypoint = e",
        "job-http    | url = http://h; body-file = /b",
        "job-exec    | container = c; command = x; when-unavailable = wait; wait-available = 1m",
      })
  void saysNothingOfTheOthers(String section, String keys) {
    assertThat(read(section, keys).allProblems()).isEmpty();
  }
}
