package ofelia.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import ofelia.model.Key;
import ofelia.model.ValueSyntaxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the values of a fresh container's keys are written.
class RunTypesTest {

  /// @param expected the value as it is kept, or a part of what is said, after its offset
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpus|1.5|1.5",
        "cpus|2|2",
        "cpus|0|less than Docker takes",
        "cpus|-1|not a number of CPUs",
        "cpus|1.5.|not a number of CPUs",
        "memory|256m|256MiB",
        "memory|1MB|less than Docker takes",
        "memory|lots|not a size",
        "pids-limit|-1|-1",
        "pids-limit|-2|outside",
        "shm-size|1g|1024MiB",
        "ulimit|nofile=1024|nofile=1024:1024",
        "ulimit|nofile=1:2, nproc=-1|nofile=1:2,nproc=-1:-1",
        "ulimit|nofile=3:2|7:is above the hard one",
        "ulimit|nofile=1, nofiles=2|10:did you mean \"nofile\"",
        "ulimit|data=64MiB:1g, core=0|data=67108864:1073741824,core=0:0",
        "ulimit|nofile=1k|7:is not a number",
        "ulimit|data=1QB|5:\"QB\" is not a unit of size",
        "ulimit|core|gives no limit",
        "ulimit|core=x|5:gives no limit",
        "cap-add|cap_net_admin, SYS_TIME|NET_ADMIN,SYS_TIME",
        "cap-add|NET_ADMINS|did you mean \"NET_ADMIN\"",
        "cap-drop|all|ALL",
        "tmpfs|/tmp:size=64m,mode=1777|/tmp:size=64m,mode=1777",
        "tmpfs|tmp|not an absolute path",
        "security-opt|no-new-privileges:true|no-new-privileges=true",
        "security-opt|seccomp=/etc/p.json|seccomp=/etc/p.json",
        "security-opt|privileged|is not a security option",
        "platform|linux/arm64/v8|linux/arm64/v8",
        "platform|arm64|write os/architecture",
        "gpus|all|all",
        "gpus|2|2",
        "gpus|device=1,0|device=0,1",
        "gpus|some|names no GPUs",
        "gpus|device=|names no GPUs",
        "extra-hosts|db=10.0.0.5,h:host-gateway,v6:[fd00::1]|db:10.0.0.5,h:host-gateway,v6:fd00::1",
        "extra-hosts|db:10.0.0.256|3:is not an address",
        "extra-hosts|db|is not name:address",
        "dns|10.0.0.53, fd00::53|10.0.0.53,fd00::53",
        "dns|ns.example.com|is not an address",
        "labels|a=b=c|a=b=c",
        "labels|a|is not name=value",
        "annotations|=b|is not name=value",
        "log-driver|loki:latest|loki:latest",
        "log-driver|no driver|not the name of a log driver",
        "log-opt|max-size|is not name=value",
        "stop-signal|sigint|SIGINT",
        "stop-signal|rtmin+3|RTMIN+3",
        "stop-signal|99|is not a signal",
        "pull|Always|always",
        "pull|nevr|did you mean \"never\"",
        "container-name|my.job_1|my.job_1",
        "container-name|my job|cannot be the name of a container",
        "image|restic/restic:0.17.3|restic/restic:0.17.3",
        "image|reg.example.com:5000/a/b:t@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|"
            + "reg.example.com:5000/a/b:t@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "image|localhost:1/none:1|localhost:1/none:1",
        "image|sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08|"
            + "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "image|Alpine|write its repository in lower case",
        "image|alpine latest|is not the name of an image",
        "volume|/srv/a:/b:ro|/srv/a:/b:ro",
        "volume|data:/b|data:/b",
        "volume|/anonymous|/anonymous",
        "volume|C:\\x:/x|C:\\x:/x",
        "volume|C:\\x:C:\\y:ro|C:\\x:C:\\y:ro",
        "volume|data:b|5:is not an absolute path",
        "volume|data|is not an absolute path",
        "volume|:/b|is not source:target:options",
        "volume|data:/b:readonly|8:is not an option of a volume",
        "volume|ab:/b:ro:x|is not source:target:options",
        "network|backend, frontend|backend,frontend"
      })
  void takesWhatIsRightAndSaysWhatIsWrong(String name, String text, String expected) {
    Key<?> key = Keys.find(name).orElseThrow();
    String column = expected.matches("[0-9]+:.*") ? expected.replaceFirst(":.*", "") : "";
    String found = expected.substring(column.isEmpty() ? 0 : column.length() + 1);
    assertThat(read(key, text))
        .as("%s = %s", name, text)
        .contains(found)
        .contains(column.isEmpty() ? "" : "error at " + column + ":");
  }

  /// The value as it would be written, or column, finding and advice.
  private static <T> String read(Key<T> key, String text) {
    try {
      T value = key.type().parse(text);
      String formatted = key.type().format(value);
      assertThat(Optional.of(key.type().parse(formatted))).as("read back").contains(value);
      return formatted;
    } catch (ValueSyntaxException e) {
      assertThat(e.advice()).isNotBlank();
      return "error at " + e.offset() + ":" + e.getMessage() + "; " + e.advice();
    }
  }
}
