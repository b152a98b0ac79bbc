package ofelia.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ofelia.wire.Command;
import ofelia.wire.Transport;

/// A real sshd on loopback, with host key and authorized key of its own. It lives in a mount
/// namespace in which it finds the user and the folder that it insists on, so that the machine
/// stays as it is.
final class SshDaemon implements AutoCloseable {

  private final Path folder;
  private final int port;
  private final Process process;

  /// @param folder for its files, empty
  static SshDaemon start(Path folder) throws Exception {
    String servers = System.getenv("OFELIA_TEST_SERVERS");
    assertThat(servers)
        .as("OFELIA_TEST_SERVERS, as dev/engine env prints it; or apt-get install openssh-server")
        .isNotBlank();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    key(folder.resolve("host"));
    key(folder.resolve("user"));
    Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
    Files.writeString(
        folder.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1:%d
        HostKey %2$s/host
        AuthorizedKeysFile %2$s/authorized
        PidFile none
        PermitRootLogin yes
        PasswordAuthentication no
        StrictModes no
        SetEnv PATH=%3$s
        """
            .formatted(port, folder, path()));
    Files.writeString(
        folder.resolve("passwd"),
        Files.readString(Path.of("/etc/passwd")) + "sshd:x:64999:65534::/run/sshd:/bin/false\n");
    Files.writeString(folder.resolve("shadow"), "root:*:19000:0:99999:7:::\n");
    String script =
        """
        mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow &&
        mkdir -p /run/sshd && exec "$2/usr/sbin/sshd" -D -e -f "$1/sshd_config"
        """;
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "-m", "sh", "-c", script, "sh", folder.toString(), servers);
    builder.environment().put("LD_LIBRARY_PATH", libraries(Path.of(servers)));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("sshd.log").toFile());
    return new SshDaemon(folder, port, builder.start());
  }

  private SshDaemon(Path folder, int port, Process process) throws Exception {
    this.folder = folder;
    this.port = port;
    this.process = process;
    for (int i = 0; !answers(); i++) {
      assertThat(i).as("sshd does not answer: " + log()).isLessThan(200);
      Thread.sleep(50);
    }
    Files.writeString(
        folder.resolve("known"),
        "[127.0.0.1]:" + port + " " + Files.readString(folder.resolve("host.pub")));
    program("ssh", folder.resolve("user"), folder.resolve("known"));
  }

  private static String path() throws IOException, InterruptedException {
    Process which = new ProcessBuilder("sh", "-c", "command -v docker").start();
    String docker =
        new String(which.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(which.waitFor()).as("a docker command on the PATH").isZero();
    return Path.of(docker).getParent() + ":/usr/bin:/bin";
  }

  private static String libraries(Path servers) throws IOException {
    try (var folders = Files.newDirectoryStream(servers.resolve("usr/lib"), "*-linux-gnu*")) {
      return String.join(
          ":",
          java.util.stream.StreamSupport.stream(folders.spliterator(), false)
              .map(Path::toString)
              .toList());
    }
  }

  private static void key(Path file) throws Exception {
    Process keygen =
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
            .inheritIO()
            .start();
    assertThat(keygen.waitFor(20, TimeUnit.SECONDS) && keygen.exitValue() == 0).isTrue();
  }

  /// A program that is ssh with an identity and known hosts of the tests' own.
  Path program(String name, Path identity, Path known) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(
        file,
        "#!/bin/sh\nexec /usr/bin/ssh -F none -o IdentitiesOnly=yes -i "
            + identity
            + " -o UserKnownHostsFile="
            + known
            + " \"$@\"\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /// A Docker host behind this daemon.
  String host(String socket) {
    return "ssh://root@127.0.0.1:" + port + socket;
  }

  /// The transport to it, with a program of [#program] in place of the machine's ssh.
  Transport transport(String socket, String program) {
    Command command = (Command) DockerHost.parse(host(socket)).transport();
    List<String> words = new ArrayList<>(command.words());
    words.set(0, folder.resolve(program).toString());
    return new Command(command.name(), words);
  }

  /// How many logins there were.
  long logins() throws IOException {
    return log().lines().filter(line -> line.contains("Accepted publickey")).count();
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("sshd.log"));
  }

  private boolean answers() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// Ends it, with the connections that it holds.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
