package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.syntax.IniFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each file `config/NAME.ini` is read as `config/NAME.expected` says. What was read lies in
/// `target/golden` afterwards, to be looked at and copied when a change is meant.
class GoldenConfigurationTest {

  private static final Map<String, String> VARIABLES = Map.of("SECRET", "hunter2");

  @ParameterizedTest
  @ValueSource(strings = {"drop-in", "mistakes", "elsewhere", "schedules"})
  void readsAFileAsExpected(String name) throws IOException {
    IniFile file = IniFile.parse(name + ".ini", resource(name + ".ini"));
    ConfigurationReader reader =
        new ConfigurationReader(
            v -> Optional.ofNullable(VARIABLES.get(v)), ZoneId.of("UTC"), Overrides.NONE);

    String actual = describe(reader.read(List.of(file)));

    Path golden = Path.of("target", "golden");
    Files.createDirectories(golden);
    Files.writeString(golden.resolve(name + ".expected"), actual);
    assertThat(actual).doesNotContain("hunter2").isEqualTo(resource(name + ".expected"));
  }

  private static String describe(Configuration configuration) {
    StringBuilder text = new StringBuilder();
    text.append("[global]\n");
    configuration.global().lines().forEach(l -> text.append(l).append('\n'));
    text.append("\n[docker]\n");
    configuration.docker().lines().forEach(l -> text.append(l).append('\n'));
    for (JobSpec job : configuration.jobs()) {
      text.append("\n[").append(job.kind()).append(" \"").append(job.name()).append("\"] at ");
      text.append(job.origin()).append('\n').append(job.schedule().text()).append('\n');
      job.settings().lines().forEach(l -> text.append(l).append('\n'));
      job.problems().forEach(p -> describe(p, text));
    }
    text.append("\nproblems\n");
    configuration.problems().forEach(p -> describe(p, text));
    return text.toString();
  }

  private static void describe(Problem problem, StringBuilder text) {
    text.append(problem.severity().word()).append(' ').append(problem.text()).append('\n');
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = GoldenConfigurationTest.class.getResourceAsStream("/config/" + name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
