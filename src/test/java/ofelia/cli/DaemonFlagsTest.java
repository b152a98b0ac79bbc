package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import ofelia.app.Daemon;
import ofelia.config.DockerKeys;
import ofelia.config.GlobalKeys;
import ofelia.config.Keys;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    assertThat(FlagTable.read(name -> DaemonFlags.values(given, name)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.<Key<?>, List<String>>of(
                DockerKeys.FILTERS, List.of("label=a", "label=b"),
                DockerKeys.DOCKER_POLL_INTERVAL, List.of("1m"),
                DockerKeys.EVENTS, List.of("true"),
                DockerKeys.NO_POLL, List.of("false"),
                DockerKeys.INCLUDE_STOPPED, List.of("true"),
                DockerKeys.STARTUP_RETRY_COUNT, List.of("3"),
                DockerKeys.STARTUP_RETRY_INTERVAL, List.of("2s")));
    assertThat(FlagTable.unused(name -> DaemonFlags.values(given, name)))
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
    ParseResult given = parse("--store", "/data", "--leave-running");
    assertThat(FlagTable.read(name -> DaemonFlags.values(given, name)))
        .containsEntry(GlobalKeys.STORE, List.of("/data"))
        .containsEntry(GlobalKeys.LEAVE_RUNNING, List.of("true"));
  }

  /// Random lines of flags, values and what is between them: whatever is read without picocli means
  /// the same to picocli.
  @Test
  void aPlainLineMeansTheSameToPicocli() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> pieces = new ArrayList<>(FlagTable.keys().keySet());
    pieces.addAll(FlagTable.WITHOUT_KEY);
    pieces.addAll(List.of("--config", "--config", "-f", "--help", "--nonsense", "--", "", "-x"));
    List<String> values = List.of("a b", "10s", "true", "false", "5", "@every", "a=b", "\"x\"", "");
    int plain = 0;
    for (int i = 0; i < 5_000; i++) {
      List<String> line = new ArrayList<>(List.of("daemon"));
      for (int left = random.nextInt(4); left > 0; left--) {
        String piece = pieces.get(random.nextInt(pieces.size()));
        String value = values.get(random.nextInt(values.size()));
        switch (random.nextInt(3)) {
          case 0 -> line.add(piece + "=" + value);
          case 1 -> line.addAll(List.of(piece, value));
          default -> line.add(piece);
        }
      }
      Optional<Daemon.Order> order =
          PlainDaemonLine.read(line.toArray(new String[0]), Console.ofProcess());
      if (order.isPresent()) {
        plain++;
        assertThat(orderOf(line)).as("seed %d: %s", seed, line).isEqualTo(order.get());
      }
    }
    assertThat(plain).as("seed %d", seed).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "daemon",
        "daemon --config examples/quickstart.ini",
        "daemon --config=/etc/ofelia/*.ini --leave-running --shutdown-timeout 5m --store /data",
        "daemon --docker-events=false --docker-filter label=a --docker-filter=label=b",
      })
  void whatPeopleWriteIsPlain(String line) {
    assertThat(PlainDaemonLine.read(line.split(" "), Console.ofProcess())).isPresent();
  }

  private static Daemon.Order orderOf(List<String> line) {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(Stores.option())
            .addOption(Options.path("", ConfigOption.NAME))
            .addOption(Options.value("", "", "--log-level"));
    DaemonFlags.options().forEach(spec::addOption);
    ParseResult given =
        new CommandLine(spec).parseArgs(line.subList(1, line.size()).toArray(new String[0]));
    return DaemonCommand.order(
        Options.find(given, ConfigOption.NAME),
        name -> DaemonFlags.values(given, name),
        Console.ofProcess());
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
