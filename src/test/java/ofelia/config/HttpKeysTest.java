package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import ofelia.syntax.IniFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a `job-http` must say, and what means nothing alone.
class HttpKeysTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "method = GET                                        | has no url",
        "url = https://h/; certificate-file = c.pem          | has no key-file",
        "url = https://h/; key-file = k.pem                  | has no certificate-file",
      })
  void refusesWhatCannotBeDone(String keys, String why) {
    String text = "[job-http \"a\"]\nschedule = @daily\n" + keys.replace("; ", "\n") + "\n";
    Configuration configuration =
        new ConfigurationReader(_ -> Optional.empty(), ZoneOffset.UTC, Overrides.NONE)
            .read(List.of(IniFile.parse("x.ini", text)));
    assertThat(configuration.jobs().getFirst().problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains(why));
  }
}
