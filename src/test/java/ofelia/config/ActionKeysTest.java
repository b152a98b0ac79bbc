package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import ofelia.model.JobSpec;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a `job-container` does, and to what: the ways that exclude one another.
class ActionKeysTest {

  private static Configuration read(String keys) {
    String text = "[job-container \"a\"]\nschedule = @daily\n" + keys.replace("; ", "\n") + "\n";
    return new ConfigurationReader(_ -> Optional.empty(), ZoneOffset.UTC, Overrides.NONE)
        .read(List.of(IniFile.parse("x.ini", text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "container = c                                 | has no action",
        "action = restart                              | has no container",
        "action = restat; container = c                | \"restat\" is not known here",
        "action = stop; container = c; target-image=i  | has both container and target-image",
        "action = prune                                | has no prune",
        "action = prune; prune = images; container = c | action = prune is about what nothing uses",
        "action = prune; prune = images, rubbish       | \"rubbish\" is not known here",
        "action = prune; prune = volumes; prune-until = 1d | cannot be used with volumes",
        "action = prune; prune = build-cache; prune-label = x | cannot be used with build-cache",
        "action = kill; container = c; signal = -9     | is not a signal",
        "action = prune; prune = build-cache; prune-name = x | cannot be used with build-cache",
        "action = prune; prune = images; prune-name = x; prune-until = 1d | with prune-name",
      })
  void refusesWhatCannotBeDone(String keys, String why) {
    JobSpec job = read(keys).jobs().getFirst();
    assertThat(job.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains(why));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "signal = HUP          | has no effect with action = restart",
        "prune = images        | write action = prune",
        "prune-all = true      | write action = prune",
        "command = true        | has no effect here",
      })
  void warnsOfWhatTheActionHasNoUseFor(String key, String warning) {
    Configuration configuration = read("action = restart; container = c; " + key);
    assertThat(configuration.jobs()).noneMatch(JobSpec::isQuarantined);
    assertThat(configuration.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).contains(warning));
  }

  @Test
  void readsWhatToPruneInAnyCaseAndNumber() {
    Configuration configuration =
        read("action = Prune; prune = Container, images; prune = build-cache; prune-until = 3d");
    assertThat(configuration.allProblems()).isEmpty();
    assertThat(configuration.jobs().getFirst().settings().get(ActionKeys.PRUNE))
        .containsExactly("containers", "images", "build-cache");
  }
}
