package ofelia.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PermissionTest {

  @TempDir Path folder;

  @Test
  void namesTheFirstDirectoryOnTheWayThatIsClosed() throws Exception {
    Path closed = folder.resolve("theirs");
    Path file = Files.createDirectories(closed.resolve("state")).resolve("ofelia.db");

    assertThat(Permission.closed(file, directory -> !directory.startsWith(closed)))
        .isEqualTo(Optional.of(closed));
    assertThat(Permission.closed(file, _ -> true)).isEmpty();
    assertThat(Permission.closed(folder.resolve("none/at/all"), path -> !path.endsWith("none")))
        .as("what is not there is not closed")
        .isEmpty();
  }

  @Test
  void saysWhoseItIs() throws Exception {
    String owner = Files.getOwner(folder).getName();

    assertThat(Permission.denied(folder.resolve("none/at/all")))
        .isEqualTo("permission denied: \"" + folder + "\" belongs to user \"" + owner + "\"");
  }
}
