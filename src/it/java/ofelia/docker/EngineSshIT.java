package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Command;
import ofelia.wire.Deadline;
import ofelia.wire.Idle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An engine behind a real sshd.
@Timeout(120)
class EngineSshIT {

  @TempDir static Path folder;

  private static SshDaemon ssh;
  private static String socket;

  @BeforeAll
  static void startSshd() throws Exception {
    String host = System.getenv("OFELIA_TEST_DOCKER_HOST");
    assertThat(host).as("OFELIA_TEST_DOCKER_HOST, as dev/engine env prints it").isNotBlank();
    socket = host.substring("unix://".length());
    ssh = SshDaemon.start(folder);
  }

  @AfterAll
  static void endSshd() {
    ssh.close();
  }

  private static DockerClient client(String socket, String program) {
    DockerHost host = new DockerHost(ssh.transport(socket, program), "docker");
    return DockerClient.of(host, Optional.empty());
  }

  private static Deadline soon() {
    return Deadline.within(Duration.ofSeconds(20));
  }

  @Test
  void carriesCallsAndStreamsWithOneLogin() throws Exception {
    DockerClient docker = client(socket, "ssh");
    assertThat(docker.version(soon()).apiVersion()).isNotBlank();
    ContainerSpec spec = ContainerSpec.of("ofelia-test/busybox:1");
    spec = spec.with(spec.program().withCommand(List.of("seq", "20000")));
    String id =
        docker.containers().create("", spec.with(spec.host().withNetwork("none")), soon()).id();
    try {
      StringBuilder text = new StringBuilder();
      Idle idle = Idle.limitedTo(Duration.ofSeconds(20));
      try (ContainerOutput output = docker.containers().attach(id, false, soon(), idle)) {
        docker.containers().start(id, soon());
        output.copyTo((_, bytes, offset, length) ->
            text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)));
      }
      assertThat(text.toString().lines()).hasSize(20_000).endsWith("20000");
    } finally {
      docker.containers().remove(id, true, true, soon());
    }
    assertThat(ssh.logins()).as("one login for all calls").isLessThanOrEqualTo(2);
  }

  @Test
  void saysWhatSshSays() throws Exception {
    assertThat(catchThrowable(() -> client("/nowhere.sock", "ssh").version(soon())))
        .isInstanceOf(DockerUnreachableException.class)
        .hasMessageContaining("ssh://root@127.0.0.1")
        .hasMessageContaining("/nowhere.sock");
    Path stranger = folder.resolve("stranger");
    Files.copy(folder.resolve("host"), stranger);
    Files.setPosixFilePermissions(stranger, PosixFilePermissions.fromString("rw-------"));
    Path nobody = Files.createFile(folder.resolve("nobody"));
    ssh.program("unknown", folder.resolve("user"), nobody);
    // A login that is shared would do for these, too: they go to another name of the host.
    assertThat(catchThrowable(() -> fresh("unknown").version(soon())))
        .hasMessageContaining("Host key verification failed");
    ssh.program("refused", stranger, folder.resolve("known"));
    assertThat(catchThrowable(() -> fresh("refused").version(soon())))
        .hasMessageContaining("Permission denied (publickey");
  }

  /// A client that shares no login.
  private static DockerClient fresh(String program) {
    var command = (Command) ssh.transport(socket, program);
    var words = new ArrayList<>(command.words());
    words.addAll(1, List.of("-o", "ControlPath=none"));
    DockerHost host = new DockerHost(new Command(command.name(), words), "docker");
    return DockerClient.of(host, Optional.empty());
  }

  @Test
  void keepsTheDeadline() {
    DockerClient docker = client(socket, "ssh");
    docker.ping(soon());
    assertThat(catchThrowable(() -> docker.ping(Deadline.within(Duration.ofMillis(1)))))
        .isInstanceOf(DockerUnreachableException.class)
        .hasMessageContaining("was not done within 1 ms");
  }
}
