package ofelia.runner;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import ofelia.config.EngineKeys;
import ofelia.cron.Schedule;
import ofelia.model.Cause;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Origin;
import ofelia.model.RunId;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.time.SystemTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which Compose is used, played by shell scripts.
@Timeout(60)
class ComposeProgramTest {

  private static final String PLUGIN = "[ \"$1\" = compose ] || exit 9; shift; ";

  @TempDir Path folder;
  private final HostPrograms programs = new HostPrograms(new SystemTime());
  private final Settings.Builder settings = new Settings.Builder();
  private ComposeProgram compose;

  @BeforeEach
  void open() {
    compose = new ComposeProgram(programs, Map.of("PATH", folder.toString()));
  }

  @AfterEach
  void close() {
    programs.close();
  }

  private void install(String name, String script) throws IOException {
    Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private ComposeProgram.Answer call(String... arguments) throws Exception {
    JobSpec job =
        new JobSpec(
            new JobName("j"),
            JobKind.COMPOSE,
            "test",
            Schedule.parse("@triggered", ZoneOffset.UTC),
            settings.build(),
            Origin.of("test"),
            List.of());
    RunRequest request = new RunRequest(RunId.of(1, 2), job, Instant.EPOCH, Cause.SCHEDULE, 1);
    return compose.call(
        List.of(arguments), Map.of("SECRET", "in secret"), request, new ManualStop());
  }

  @Test
  void prefersThePlugin() throws Exception {
    install("docker", PLUGIN + "[ $1 = version ] && echo 2.26.1-4 || echo plugin $*");
    install("docker-compose", "[ $1 = version ] && echo 2.40.3 || echo program $*");
    assertThat(call("up").out()).isEqualTo("plugin up\n");
  }

  @Test
  void takesTheProgramWhereTheClientHasNoPlugin() throws Exception {
    install("docker", "echo \"docker: unknown command: docker $1\" >&2; exit 1");
    install("docker-compose", "[ $1 = version ] && echo v2.40.3 || echo $SECRET, $OFELIA_RUN_ID");
    assertThat(call("up").out()).isEqualTo("in secret, compose/" + RunId.of(1, 2) + "\n");
  }

  @Test
  void saysWhatToInstallAndFindsItLater() throws Exception {
    assertThatThrownBy(() -> call("up"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Docker Compose is not installed beside the daemon")
        .hasMessageContaining("docker-compose-plugin");
    install("docker-compose", "[ $1 = version ] && echo 2.40.3 || echo now");
    assertThat(call("up").out()).isEqualTo("now\n");
  }

  @Test
  void refusesTheFirstCompose() throws Exception {
    install("docker-compose", "echo 1.29.2");
    assertThatThrownBy(() -> call("up"))
        .hasMessage(
            "\"docker-compose\" is version 1.29.2, which is too old; install Compose 2 or newer");
  }

  @Test
  void tellsTheLastThingThatItSaid() throws Exception {
    install(
        "docker-compose", "[ $1 = version ] && echo 2.40.3 || { echo a; echo 'b ' >&2; exit 3; }");
    ComposeProgram.Answer answer = call("up");
    assertThat(answer.exit()).isEqualTo(3);
    assertThat(answer.complaint()).isEqualTo("b");
  }

  @Test
  void tellsThePageOfAFilterInALine() {
    String page =
        """
        some warning
        failed: Error response from daemon: <html><body><h1>403 Forbidden</h1>
        Request forbidden by administrative rules.
        </body></html>
        """;
    assertThat(new ComposeProgram.Answer(1, "", page).complaint())
        .isEqualTo(
            "failed: Error response from daemon: 403 Forbidden Request forbidden by administrative"
                + " rules.; where a filter stands before the engine, let pass what Compose calls");
  }

  private static String tried(ComposeProgram compose, String complaint) throws Exception {
    return compose.tried(complaint, Settings.EMPTY);
  }

  /// What a job of its own logins is not to lose is what else the CLI's folder says.
  @Test
  void hasTheLoginsOfTheJobAndAllElseOfTheDaemon() throws Exception {
    Path own = Files.createDirectories(folder.resolve("home/.docker"));
    Files.writeString(own.resolve("config.json"), "{\"currentContext\": \"far\"}");
    Files.createDirectories(own.resolve("contexts"));
    Files.createDirectories(own.resolve("cli-plugins"));
    Path team = Files.createDirectories(folder.resolve("team"));
    Files.writeString(
        team.resolve("config.json"),
        "{\"auths\": {\"r.example.com\": {\"auth\": \"cm9ib3Q6c2VjcmV0\"}}}");
    install(
        "docker-compose",
        "[ $1 = version ] && echo 2.40.3 || { cd $DOCKER_CONFIG; pwd; echo *; cat config.json; echo;"
            + " echo $DOCKER_CONTEXT; }");
    compose =
        new ComposeProgram(
            programs,
            Map.of("PATH", folder + ":/usr/bin:/bin", "HOME", folder.resolve("home").toString()));
    settings.put(EngineKeys.REGISTRY_CONFIG, team.toString());
    List<String> said = call("up").out().lines().toList();
    assertThat(said).element(1, as(STRING)).isEqualTo("cli-plugins config.json contexts");
    assertThat(said.subList(2, 4))
        .containsExactly(Files.readString(team.resolve("config.json")), "far");
    assertThat(Path.of(said.getFirst())).doesNotExist();
    assertThat(own.resolve("contexts")).exists();
    assertThat(compose.tried("https://r.example.com/v2/: denied", settings.build()))
        .isEqualTo("; Compose tried as user \"robot\" from " + team.resolve("config.json"));
  }

  @Test
  void tellsAsWhomARegistryWasAsked() throws Exception {
    Path docker = Files.createDirectories(folder.resolve("home/.docker"));
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\": {\"r.example.com:5000\": {\"auth\": \"cm9ib3Q6c2VjcmV0\"}}}");
    ComposeProgram ours =
        new ComposeProgram(programs, Map.of("HOME", folder.resolve("home").toString()));
    String robot = "; Compose tried as user \"robot\" from " + docker.resolve("config.json");
    String nobody = "; Compose tried without a login: there is none in ";
    assertThat(tried(ours, "Head \"https://r.example.com:5000/v2/a/manifests/1\": unauthorized"))
        .isEqualTo(robot);
    assertThat(tried(ours, "pull access denied for r.example.com:5000/a, it may not exist"))
        .isEqualTo(robot);
    assertThat(tried(ours, "pull access denied for a, repository does not exist"))
        .startsWith(nobody);
    assertThat(tried(ours, "Get \"https://registry-1.docker.io/v2/\": unauthorized"))
        .startsWith(nobody);
    String listed =
        "; Compose had for r.example.com:5000 a login as user \"robot\" from "
            + docker.resolve("config.json");
    assertThat(tried(ours, "denied for :5000, it may not exist")).isEqualTo(listed);
    assertThat(tried(ours, "unauthorized: authentication required")).isEqualTo(listed);
    Files.writeString(docker.resolve("config.json"), "{\"credsStore\": \"vault\"}");
    assertThat(tried(ours, "unauthorized: authentication required"))
        .isEqualTo("; Compose had what docker-credential-vault keeps");
    Files.delete(docker.resolve("config.json"));
    assertThat(tried(ours, "unauthorized: authentication required")).startsWith(nobody);
    assertThat(tried(ours, "no such service: web")).isEmpty();
    assertThat(tried(ours, "exec: \"/run.sh\": permission denied")).isEmpty();
    assertThat(tried(ours, "dial unix /var/run/docker.sock: connect: permission denied")).isEmpty();
  }
}
