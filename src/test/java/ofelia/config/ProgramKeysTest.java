package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.model.JobSpec;
import ofelia.model.Problem;
import ofelia.syntax.IniFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a job runs, and where, in the ways that exclude one another.
class ProgramKeysTest {

  private static Configuration read(String text) {
    return new ConfigurationReader(
            name -> Optional.ofNullable(Map.of("HOME", "/root").get(name)),
            ZoneOffset.UTC,
            Overrides.NONE)
        .read(List.of(IniFile.parse("x.ini", text)));
  }

  private static JobSpec job(String keys) {
    Configuration configuration =
        read("[job-exec \"a\"]\nschedule = @daily\ncontainer = c\n" + keys + "\n");
    assertThat(configuration.allProblems()).isEmpty();
    return configuration.jobs().getFirst();
  }

  private static List<String> problems(String keys) {
    return read("[job-exec \"a\"]\nschedule = @daily\n" + keys + "\n").allProblems().stream()
        .map(Problem::text)
        .toList();
  }

  @Test
  void aScriptIsTakenAsItIsButForItsIndentation() {
    JobSpec job =
        job(
            "script = \"\"\"\n    # a comment; and | more\n    for i in 1 2; do\n      echo ${HOME} \\\n"
                + "\n    done\n  \"\"\"");
    String script = "# a comment; and | more\nfor i in 1 2; do\n  echo ${HOME} \\\n\ndone";
    assertThat(job.settings().get(ProgramKeys.SCRIPT)).isEqualTo(script);
    JobSpec again = again(job);
    assertThat(again.settings()).isEqualTo(job.settings());
  }

  private static JobSpec again(JobSpec job) {
    return SpecText.read(
            job.name(),
            job.kind(),
            job.source(),
            job.schedule().text(),
            SpecText.write(job),
            ZoneOffset.UTC)
        .orElseThrow();
  }

  @Test
  void argumentsKeepEveryCharacter() {
    JobSpec job = job("args = `[\"a b\", \"\", \"\\\\ \\\"\\u0007\\n\", \"a b\"]`");
    assertThat(job.settings().get(ProgramKeys.ARGS))
        .containsExactly("a b", "", "\\ \"\u0007\n", "a b");
    assertThat(again(job).settings()).isEqualTo(job.settings());
  }

  @Test
  void whatIsInheritedStaysInheritedInTheBook() {
    JobSpec job =
        read("""
        [global]
        max-runtime = 1h
        [job-exec "a"]
        schedule = @daily
        container = c
        command = x
        stop-timeout = 3s
        """)
            .jobs()
            .getFirst();
    JobSpec again = again(job);
    for (JobSpec each : List.of(job, again)) {
      assertThat(each.settings().isInherited(JobKeys.MAX_RUNTIME)).isTrue();
      assertThat(each.settings().isInherited(JobKeys.STOP_TIMEOUT)).isFalse();
      assertThat(each.settings().get(JobKeys.MAX_RUNTIME)).hasHours(1);
    }
    assertThat(again.settings()).isEqualTo(job.settings());
    assertThat(job.settings())
        .isNotEqualTo(job("command = x\nstop-timeout = 3s\nmax-runtime = 1h").settings());
  }

  @Test
  void aSecretIsNeverQuoted() {
    assertThat(problems("container = c\ncommand = x\nsecret = PASSWORD=hunter2"))
        .singleElement()
        .asString()
        .contains("secret: is not a variable and the file that holds its value")
        .doesNotContain("hunter2");
    assertThat(problems("container = c\nargs = [hunter2]"))
        .singleElement()
        .asString()
        .contains("is not a JSON array of strings")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "container = c,command = x,script = y ! [job-exec \"a\"]: has both command and script; keep one of them",
        "container = c,script = x,args = [\"y\"] ! [job-exec \"a\"]: has both script and args; keep one of them",
        "container = c,target-service = d,command = x ! [job-exec \"a\"]: has both container and target-service; keep one of them",
        "command = x ! [job-exec \"a\"]: has no container; add for example container = postgres, or target-service = shop/web",
        "container = c,command = ls | wc ! [job-exec \"a\"] command: \"|\" is for a shell, and there is none: the program gets it as an argument; write sh -c \"…\" around the command, or script in place of command",
      })
  void saysWhatIsWrong(String keys, String problem) {
    assertThat(problems(keys.replace(',', '\n')))
        .anySatisfy(each -> assertThat(each).endsWith(problem));
  }

  @Test
  void namesThePlaceOfWhatIsForAShell() {
    Problem problem =
        read("[job-local \"a\"]\nschedule = @daily\ncommand = cd /tmp && ls\n")
            .allProblems()
            .getFirst();
    assertThat(problem.isError()).isFalse();
    assertThat(problem.origin().line()).isEqualTo(3);
    assertThat(problem.origin().column()).isEqualTo(19);
    assertThat(
            read("[job-local \"a\"]\nschedule = @daily\ncommand = a && b\nshell = sh -c\n")
                .allProblems())
        .isEmpty();
  }
}
