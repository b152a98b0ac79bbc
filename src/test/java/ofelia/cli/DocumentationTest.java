package ofelia.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ofelia.contract.StillTime;
import ofelia.syntax.ShellWords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What people copy out of the README and the documentation works as it stands there.
class DocumentationTest {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)\\n(.*?)^ *```$");

  /// The time of the examples: what they show to be due has not passed.
  private static final Instant WRITTEN = Instant.parse("2026-11-23T15:20:00Z");

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /// A fenced block of a page.
  ///
  /// @param language empty where the page names none
  record Block(Path page, int line, String language, String text) {
    @Override
    public String toString() {
      return page + ":" + line;
    }
  }

  private static List<Block> blocks() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages) {
      String text = Files.readString(page);
      for (Matcher block = BLOCK.matcher(text); block.find(); ) {
        int line = (int) text.substring(0, block.start()).lines().count() + 1;
        blocks.add(new Block(page, line, block.group(1), block.group(2)));
      }
    }
    return blocks;
  }

  static Stream<Block> configurations() throws IOException {
    return blocks().stream().filter(block -> block.language().equals("ini"));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void eachConfigurationIsValidWithoutAWarning(Block block) throws Exception {
    Path file = Files.writeString(folder.resolve("ofelia.ini"), block.text());
    assertThat(run("validate", "--config", file.toString())).as(text()).isZero();
    assertThat(text()).contains("0 errors, 0 warnings");
  }

  /// The commands that need neither store nor daemon.
  static Stream<String> commands() throws IOException {
    return blocks().stream()
        .filter(block -> !block.language().equals("yaml"))
        .flatMap(block -> block.text().lines())
        .filter(line ->
            line.matches("\\./ofelia (version|(next|explain) ['@]|validate --config examples/).*"))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandDoesWhatIsSaidOfIt(String line) throws Exception {
    List<String> words = ShellWords.split(line.replaceFirst(" +#.*", ""));
    assertThat(run(words.subList(1, words.size()).toArray(new String[0])))
        .as("%s: %s", line, text())
        .isZero();
  }

  @Test
  void thereIsSomethingToTry() throws Exception {
    assertThat(configurations().count()).isGreaterThan(5);
    assertThat(commands().count()).isGreaterThan(5);
  }

  private int run(String... words) {
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            Map.of("HOME", folder.toString(), "OFELIA_STORE", folder.resolve("store").toString()),
            false,
            OptionalInt.empty(),
            new StillTime(WRITTEN.toEpochMilli()),
            ZoneOffset.UTC,
            _ -> {
              throw new AssertionError("it needs a store after all");
            });
    return new Main(console).run(words);
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }
}
