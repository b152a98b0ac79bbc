package ofelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorePlacesTest {

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Path shared = Path.of("");

  @BeforeEach
  void home() {
    environment.put("HOME", folder.resolve("home").toString());
    shared = folder.resolve("var/lib/ofelia");
  }

  @Test
  void theFirstWhoSpeaksNamesTheStore() {
    environment.put("OFELIA_STORE", "/from/variable");
    environment.put("XDG_STATE_HOME", "/from/xdg");

    assertThat(places(Optional.of("/from/flag"), Optional.of("/from/file")).forDaemon())
        .isEqualTo(Path.of("/from/flag"));
    assertThat(places(Optional.empty(), Optional.of("/from/file")).forDaemon())
        .isEqualTo(Path.of("/from/variable"));
    environment.put("OFELIA_STORE", " ");
    assertThat(places(Optional.empty(), Optional.of("/from/file")).forDaemon())
        .isEqualTo(Path.of("/from/file"));
    assertThat(places(Optional.of(""), Optional.of("")).forDaemon())
        .isEqualTo(Path.of("/from/xdg/ofelia"));
  }

  @Test
  void withoutAWordItIsTheSharedDirectoryWhereThatCanBeWrittenElseTheOwn() throws IOException {
    Path own = folder.resolve("home/.local/state/ofelia");
    assertThat(places().forDaemon()).isEqualTo(own);

    Files.createDirectories(folder.resolve("var/lib"));
    assertThat(places().forDaemon()).isEqualTo(shared);

    Files.createDirectory(shared);
    assertThat(places().forDaemon()).isEqualTo(shared);

    Files.delete(shared);
    Files.createFile(shared);
    assertThat(places().forDaemon()).isEqualTo(own);
  }

  @Test
  void readersTakeTheFirstThatHoldsAStore() throws IOException {
    environment.put("XDG_STATE_HOME", folder.resolve("xdg").toString());
    assertThat(places().findExisting()).isEmpty();
    assertThat(places().forReaders())
        .containsExactly(
            folder.resolve("xdg/ofelia"), shared, folder.resolve("home/.local/state/ofelia"));

    Files.createDirectories(shared);
    assertThat(places().findExisting()).isEmpty();
    Files.createFile(shared.resolve("ofelia.db"));
    assertThat(places().findExisting()).hasValue(shared);
  }

  @Test
  void thePathOfTheDatabaseInsideNamesItsDirectory() {
    assertThat(places(Optional.of("/data/ofelia.db"), Optional.empty()).forDaemon())
        .isEqualTo(Path.of("/data"));
    assertThat(places(Optional.of("/data/"), Optional.empty()).forDaemon())
        .isEqualTo(Path.of("/data"));
  }

  @Test
  void aStoreInMemoryStillHasAPlaceForTheSocket() {
    StorePlaces places = places(Optional.of(":memory:"), Optional.empty());
    assertThat(places.isMemory()).isTrue();
    assertThat(StorePlaces.socketIn(places.forDaemon()))
        .isEqualTo(folder.resolve("home/.local/state/ofelia/control.sock"));
  }

  private StorePlaces places() {
    return places(Optional.empty(), Optional.empty());
  }

  private StorePlaces places(Optional<String> flag, Optional<String> configured) {
    return StorePlaces.of(flag, environment, () -> configured, shared);
  }
}
