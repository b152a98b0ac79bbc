import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Brings all Java sources into google-java-format, or tells which are not: `Format.java
/// apply|check`.
///
/// Run by the build (see `pom.xml`) from the repository's root. A file that passed is remembered by
/// size and time in `target/formatter/passed`, so that a second run reads only what changed.
class Format {
  private static final Path PASSED = Path.of("target/formatter/passed");

  public static void main(String[] args) throws IOException {
    boolean apply = args[0].equals("apply");
    var formatter = new Formatter();
    List<String> before = Files.exists(PASSED) ? Files.readAllLines(PASSED) : List.of();
    var known = new java.util.HashSet<>(before);
    var passed = new java.util.ArrayList<String>();
    var failed = new java.util.ArrayList<String>();
    for (Path file : sources()) {
      if (known.contains(stamp(file))) {
        passed.add(stamp(file));
        continue;
      }
      String text = Files.readString(file);
      String shaped;
      try {
        shaped =
            formatter.formatSource(
                ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(text),
                    JavaFormatterOptions.Style.GOOGLE));
      } catch (FormatterException e) {
        failed.add(file + ": " + e.getMessage());
        continue;
      }
      if (!shaped.equals(text)) {
        if (!apply) {
          failed.add(file.toString());
          continue;
        }
        Files.writeString(file, shaped);
        System.out.println("formatted " + file);
      }
      passed.add(stamp(file));
    }
    Files.write(PASSED, passed);
    if (!failed.isEmpty()) {
      System.err.println("Not in google-java-format; run ./mvnw -q -Dformat process-sources:");
      failed.forEach(line -> System.err.println("  " + line));
      System.exit(1);
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static String stamp(Path file) throws IOException {
    return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
  }
}
