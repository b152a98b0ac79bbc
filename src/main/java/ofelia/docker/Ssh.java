package ofelia.docker;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.wire.Command;
import ofelia.wire.Transport;

/// An engine behind ssh, as the docker CLI reaches it: `ssh HOST docker system dial-stdio`, which
/// joins its standard streams to the engine's socket there. Keys, known hosts and everything else
/// are ssh's own; it is never asked a question that a person would have to answer.
///
/// Each call is a connection, and a login each would be slow and fill the other side's log. So ssh
/// is told to keep one login for a minute and to let all calls share it (`ControlMaster`), where
/// there is a folder for its socket that nobody else can write to.
final class Ssh {

  private static final String PATH = "(/[A-Za-z0-9._/-]*)?";
  private static final String USER = "[A-Za-z0-9._][A-Za-z0-9._-]*";
  private static final String OWNER_ONLY = "rwx------";

  private Ssh() {}

  /// @param text as it was written, for messages
  /// @throws IllegalArgumentException with what is wrong and what to write instead
  static Transport to(URI uri, String text) {
    String user = uri.getRawUserInfo();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          DockerHost.shown(text)
              + " holds a password, which ssh does not take; write ssh://USER@HOST and use a key");
    }
    if (!path.matches(PATH) || (user != null && !user.matches(USER))) {
      throw new IllegalArgumentException(
          DockerHost.shown(text)
              + " is not of the form of such an address; write ssh://USER@HOST:PORT/SOCKET");
    }
    List<String> words =
        new ArrayList<>(List.of("ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"));
    words.addAll(List.of("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"));
    folder().ifPresent(folder -> words.addAll(sharing(folder)));
    if (user != null) {
      words.addAll(List.of("-l", user));
    }
    if (uri.getPort() >= 0) {
      words.addAll(List.of("-p", Integer.toString(uri.getPort())));
    }
    words.addAll(List.of("--", uri.getHost(), "docker"));
    if (path.length() > 1) {
      words.addAll(List.of("--host", "unix://" + path));
    }
    words.addAll(List.of("system", "dial-stdio"));
    return new Command(text, words);
  }

  private static List<String> sharing(Path folder) {
    return List.of(
        "-o",
        "ControlMaster=auto",
        "-o",
        "ControlPersist=60",
        "-o",
        "ControlPath=" + folder.resolve("%C"));
  }

  /// A folder of this user alone; empty where the system cannot tell, which costs a login for each
  /// call.
  private static Optional<Path> folder() {
    try {
      Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Path folder = Path.of(System.getProperty("java.io.tmpdir"), "ofelia-ssh-" + uid);
      try {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
      } catch (FileAlreadyExistsException _) {
        // Made by an earlier start, or by somebody else: that is what is looked at next.
      }
      boolean isOurs =
          Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
              && uid.equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
              && PosixFilePermissions.toString(
                      Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS))
                  .equals(OWNER_ONLY);
      return isOurs ? Optional.of(folder) : Optional.empty();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      // Not Linux, or no folder for temporary files.
      return Optional.empty();
    }
  }
}
