package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ofelia.config.DockerKeys;
import ofelia.config.GlobalKeys;
import ofelia.config.Keys;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

class DaemonFlagsTest {

  @Test
  void eachFlagOfTheGoProgramIsTaken() {
    ParseResult given =
        parse(
            "-f",
            "label=a",
            "--docker-filter=label=b",
            "--docker-poll-interval=1m",
            "--docker-events",
            "--docker-no-poll=false",
            "--docker-include-stopped=true",
            "--docker-startup-retry-count",
            "3",
            "--docker-startup-retry-interval=2s",
            "--enable-pprof",
            "--pprof-address=127.0.0.1:8080",
            "--enable-web=true",
            "--web-address",
            ":8081",
            "--web-auth-enabled",
            "--web-username=admin",
            "--web-password-hash=$2a$10$x",
            "--web-secret-key=s",
            "--web-token-expiry=24",
            "--web-max-login-attempts=5",
            "--web-trusted-proxies=10.0.0.0/8",
            "--web-trusted-proxies=::1",
            "--state-file=/tmp/state");

    assertThat(DaemonFlags.read(given))
        .containsExactlyInAnyOrderEntriesOf(
            Map.<Key<?>, List<String>>of(
                DockerKeys.FILTERS, List.of("label=a", "label=b"),
                DockerKeys.DOCKER_POLL_INTERVAL, List.of("1m"),
                DockerKeys.EVENTS, List.of("true"),
                DockerKeys.NO_POLL, List.of("false"),
                DockerKeys.INCLUDE_STOPPED, List.of("true"),
                DockerKeys.STARTUP_RETRY_COUNT, List.of("3"),
                DockerKeys.STARTUP_RETRY_INTERVAL, List.of("2s")));
    assertThat(DaemonFlags.unused(given))
        .containsExactlyInAnyOrder(
            "--enable-pprof",
            "--pprof-address",
            "--enable-web",
            "--web-address",
            "--web-auth-enabled",
            "--web-username",
            "--web-password-hash",
            "--web-secret-key",
            "--web-token-expiry",
            "--web-max-login-attempts",
            "--web-trusted-proxies",
            "--state-file");
  }

  @Test
  void eachKeyOfTheProgramAsAWholeHasAFlag() {
    List<String> names =
        Stream.concat(
                DaemonFlags.options().stream().map(option -> option.longestName()),
                Stream.of("--store", "--log-level"))
            .toList();

    assertThat(names)
        .doesNotHaveDuplicates()
        .contains("--shutdown-timeout", "--leave-running", "--max-concurrent-runs", "--log-file")
        .contains("--docker-config-poll-interval", "--docker-polling-fallback");
    assertThat(Keys.in(Place.DOCKER))
        .filteredOn(key -> key != DockerKeys.POLL_INTERVAL)
        .allMatch(key -> names.stream().anyMatch(name -> isOf(key, name)));
  }

  @Test
  void sharedOptionsAreReadToo() {
    assertThat(DaemonFlags.read(parse("--store", "/data", "--leave-running")))
        .containsEntry(GlobalKeys.STORE, List.of("/data"))
        .containsEntry(GlobalKeys.LEAVE_RUNNING, List.of("true"));
  }

  private static boolean isOf(Key<?> key, String flag) {
    String name = flag.substring(2);
    return name.equals(key.name())
        || name.equals("docker-" + key.name())
        || (key == DockerKeys.FILTERS && name.equals("docker-filter"));
  }

  private static ParseResult parse(String... args) {
    CommandSpec spec = CommandSpec.create().addOption(Stores.option());
    DaemonFlags.options().forEach(spec::addOption);
    return new CommandLine(spec).parseArgs(args);
  }
}
