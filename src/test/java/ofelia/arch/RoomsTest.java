package ofelia.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the program to the table in `ARCHITECTURE.md`, and proves on fixtures that it would
/// notice.
class RoomsTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern CATCH_ALL =
      Pattern.compile("catch \\([^)]*\\b(Throwable|Exception|RuntimeException)\\b[^)]* \\w+\\)");

  /// Where everything may be caught: at the edges of threads and of the program. Each entry is a
  /// source file below `src/main/java/ofelia`.
  private static final Set<String> CATCH_ALL_PLACES =
      Set.of(
          // An exception whose own text fails must not end the log.
          "app/log/LogWriter.java",
          // What the library throws at a file that it cannot read.
          "calendar/IcsFile.java",
          "cli/Main.java", //
          // One listener's failure is not the others' trouble.
          "docker/EventHub.java",
          "engine/Mailbox.java", //
          "engine/Scheduler.java", //
          "engine/Worker.java", //
          // What a downcall is declared to throw.
          "runner/process/Libc.java",
          // One record's failure is its caller's, not that of those who share its transaction.
          "sql/Scribe.java",
          // What a handler throws becomes a 500.
          "wire/HttpServer.java");

  private static final List<Room> ROOMS = rooms();
  private static final HouseRules PROGRAM = new HouseRules("ofelia", ROOMS);
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  private static final HouseRules FIXTURE =
      new HouseRules(
          "ofelia.arch.fixture",
          Room.parse(
              List.of(
                  "| 2 | `high` | | |",
                  "| 1 | `left` | | `java.sql` |",
                  "| 1 | `right` | | |",
                  "| 0 | `low` | | |")));
  private static final JavaClasses FIXTURE_CLASSES =
      new ClassFileImporter().importPackages("ofelia.arch.fixture");

  private static List<Room> rooms() {
    try {
      return Room.parse(Files.readAllLines(Path.of("ARCHITECTURE.md")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theTableAndThePackagesAreTheSame() throws IOException {
    try (Stream<Path> folders = Files.list(SOURCES.resolve("ofelia"))) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(ROOMS.stream().map(Room::name).toList());
    }
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() throws IOException {
    try (Stream<Path> folders = Files.walk(SOURCES.resolve("ofelia"), 4)) {
      assertThat(folders.filter(RoomsTest::holdsSources))
          .allSatisfy(folder ->
              assertThat(folder.resolve("package-info.java"))
                  .content()
                  .startsWith("///")
                  .contains("@NullMarked"));
    }
  }

  @Test
  void aRoomImportsOnlyLowerFloorsAndTheLibrariesNamedForIt() {
    assertThat(PROGRAM.wrongImports(CLASSES)).isEmpty();
  }

  @Test
  void namesSayWhatAThingHoldsOrDoes() {
    assertThat(PROGRAM.emptyNames(CLASSES)).isEmpty();
  }

  @Test
  void theClockIsPassedInAndTheWorldIsClosed() {
    assertThat(PROGRAM.forbiddenCalls(CLASSES)).isEmpty();
  }

  @Test
  void everythingIsCaughtOnlyAtTheEdges() throws IOException {
    Set<String> places = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        if (catchesAll(Files.readString(file))) {
          places.add(SOURCES.resolve("ofelia").relativize(file).toString().replace('\\', '/'));
        }
      }
    }
    assertThat(CATCH_ALL_PLACES).containsAll(places);
  }

  @Test
  void wouldNoticeAnUpwardASidewayAndAnOutsideImport() {
    assertThat(FIXTURE.wrongImports(FIXTURE_CLASSES))
        .contains(
            "low (floor 0) imports ofelia.arch.fixture.high.Roof in"
                + " ofelia.arch.fixture.low.Climber",
            "right (floor 1) imports ofelia.arch.fixture.left.Neighbour in"
                + " ofelia.arch.fixture.right.InfoUtil",
            "right (floor 1) imports java.sql.Connection in ofelia.arch.fixture.right.InfoUtil",
            "high (floor 2) imports org.assertj.core.api.Assertions in"
                + " ofelia.arch.fixture.high.Roof")
        .noneMatch(line -> line.startsWith("left"));
  }

  @Test
  void wouldNoticeANameThatSaysNothing() {
    assertThat(FIXTURE.emptyNames(FIXTURE_CLASSES))
        .containsExactly("ofelia.arch.fixture.right.InfoUtil is named Info");
  }

  @Test
  void wouldNoticeAClockAndAClassByName() {
    assertThat(FIXTURE.forbiddenCalls(FIXTURE_CLASSES))
        .containsExactlyInAnyOrder(
            "ofelia.arch.fixture.low.Climber.climb() calls java.lang.Class.forName",
            "ofelia.arch.fixture.low.Climber.climb() calls java.lang.System.nanoTime",
            "ofelia.arch.fixture.low.Climber.climb() calls java.time.Instant.now");
  }

  @Test
  void wouldNoticeThatEverythingIsCaught() {
    assertThat(catchesAll("} catch (Exception e) {")).isTrue();
    assertThat(catchesAll("} catch (IOException | RuntimeException _) {")).isTrue();
    assertThat(catchesAll("} catch (final Throwable thrown) {")).isTrue();
    assertThat(catchesAll("} catch (InterruptedException | IOException e) {")).isFalse();
  }

  private static boolean catchesAll(String source) {
    return CATCH_ALL.matcher(source).find();
  }

  private static boolean holdsSources(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
