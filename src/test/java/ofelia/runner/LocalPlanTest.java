package ofelia.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import ofelia.config.ContainerKeys;
import ofelia.config.LocalKeys;
import ofelia.config.RunKeys;
import ofelia.model.Settings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which programs stand before a local command, on a machine that is a folder.
class LocalPlanTest {

  @TempDir Path folder;
  private final Settings.Builder settings = new Settings.Builder();

  @BeforeEach
  void furnish() throws IOException {
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(
        folder.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1001::/home/shop:/bin/sh\n");
    Files.writeString(folder.resolve("etc/group"), "shop:x:1001:\nbackup:x:34:shop\n");
    Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("setpriv", "nice", "prlimit")) {
      install(tool);
    }
  }

  private Path tool(String name) {
    return folder.resolve("bin").resolve(name);
  }

  private void install(String name) throws IOException {
    Files.writeString(tool(name), "");
    Files.setPosixFilePermissions(tool(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LocalPlan.Prepared prepare() throws IOException {
    return new LocalPlan(folder, List.of(folder.resolve("bin"))).prepare(settings.build());
  }

  private String before() throws IOException {
    return String.join(" ", prepare().before()).replace(folder + "/bin/", "");
  }

  /// As who the daemon runs is what the owner of this folder is.
  private void runAs(String user) throws IOException {
    Files.createDirectories(folder.resolve("proc/self"));
    Files.setOwner(
        folder.resolve("proc/self"),
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
  }

  @Test
  void putsNothingBeforeACommandThatAsksForNothing() throws Exception {
    assertThat(prepare()).isEqualTo(new LocalPlan.Prepared(List.of(), Map.of()));
  }

  @Test
  void setsPriorityAndLimits() throws Exception {
    settings.put(LocalKeys.NICE, 10).put(RunKeys.ULIMIT, List.of("nofile=64:128", "core=0:0"));
    assertThat(before()).isEqualTo("prlimit --nofile=64:128 --core=0:0 nice -n 10");
  }

  @Test
  void saysWhatToInstall() throws Exception {
    Files.delete(tool("prlimit"));
    Files.createSymbolicLink(tool("prlimit"), tool("busybox"));
    install("busybox");
    settings.put(RunKeys.ULIMIT, List.of("nofile=64:128"));
    assertThatThrownBy(this::prepare)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ulimit needs the program prlimit of util-linux");
  }

  @Test
  void refusesAnotherUserWhereTheDaemonIsNotRoot() throws Exception {
    long own = ((Number) Files.getAttribute(folder, "unix:uid")).longValue();
    if (own == 0) {
      runAs("nobody");
    } else {
      Files.createDirectories(folder.resolve("proc/self"));
    }
    settings.put(ContainerKeys.USER, "shop");
    assertThatThrownBy(this::prepare)
        .hasMessageStartingWith("cannot run as user \"shop\": the daemon is not root");
  }
}
