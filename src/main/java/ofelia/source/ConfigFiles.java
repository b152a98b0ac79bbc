package ofelia.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.syntax.FileText;
import ofelia.syntax.Glob;

/// The files that `--config` names: one path, or all that match a pattern, in the order of their
/// paths.
///
/// A pattern has `*`, `?` and `[…]` in any part of the path, each for one level of directories. One
/// that matches nothing is taken as a path.
final class ConfigFiles {

  /// Largest file that is read: some hundred thousand jobs.
  static final int MAX_BYTES = 64 << 20;

  private final String pattern;

  ConfigFiles(String pattern) {
    this.pattern = pattern;
  }

  /// What the files held at one moment.
  ///
  /// @param texts in order; without those in `problems`
  /// @param problems files that are there and cannot be read
  /// @param beside what they refer to, as far as it can be read
  /// @param isMissing nothing is there at all
  record Contents(List<Text> texts, List<Problem> problems, List<Text> beside, boolean isMissing) {

    Contents {
      texts = List.copyOf(texts);
      beside = List.copyOf(beside);
      problems = List.copyOf(problems);
    }
  }

  /// One file.
  ///
  /// @param path as it is shown to people
  record Text(String path, String text) {}

  /// @param beside files that the ones read last referred to, so that a change of those is noticed
  Contents read(List<Path> beside) {
    List<Text> others = new ArrayList<>();
    // Who uses them says what is wrong with them.
    beside.forEach(path -> read(path, new ArrayList<>()).ifPresent(others::add));
    List<Text> texts = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    try {
      for (Path path : expand()) {
        read(path, problems).ifPresent(texts::add);
      }
    } catch (IOException | InvalidPathException e) {
      problems.add(unreadable(pattern, e));
    }
    return new Contents(texts, problems, others, texts.isEmpty() && problems.isEmpty());
  }

  private static Optional<Text> read(Path path, List<Problem> problems) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        problems.add(
            Problem.error(
                Origin.of(path.toString()),
                "",
                "the file is larger than " + (MAX_BYTES >> 20) + " MiB",
                "check whether this is the right file"));
        return Optional.empty();
      }
      return Optional.of(new Text(path.toString(), FileText.decode(bytes)));
    } catch (NoSuchFileException _) {
      // Gone since it was listed, or never there: whoever asked sees that it is not among the
      // texts.
      return Optional.empty();
    } catch (IOException e) {
      problems.add(unreadable(path.toString(), e));
      return Optional.empty();
    }
  }

  private static Problem unreadable(String path, Exception e) {
    String reason =
        switch (e) {
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getClass().getSimpleName();
        };
    return Problem.error(
        Origin.of(path),
        "",
        "the file cannot be read: " + reason,
        "check that it is a file and that the daemon's user may read it");
  }

  private List<Path> expand() throws IOException {
    Path path = Path.of(pattern);
    if (!Glob.isPattern(pattern)) {
      return List.of(path);
    }
    List<Path> found = List.of(path.isAbsolute() ? path.getRoot() : Path.of(""));
    for (Path segment : path) {
      List<Path> next = new ArrayList<>();
      for (Path directory : found) {
        addMatches(directory, segment.toString(), next);
      }
      found = next;
    }
    return found.isEmpty() ? List.of(path) : found.stream().sorted().toList();
  }

  private static void addMatches(Path directory, String segment, List<Path> found)
      throws IOException {
    if (!Glob.isPattern(segment)) {
      Path path = directory.resolve(segment);
      if (Files.exists(path)) {
        found.add(path);
      }
      return;
    }
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(directory, entry -> matches(segment, entry))) {
      entries.forEach(found::add);
    } catch (NoSuchFileException _) {
      // The directory went away while it was looked at: it has no matches.
      return;
    }
  }

  private static boolean matches(String segment, Path entry) {
    Path name = entry.getFileName();
    return name != null && Glob.matches(segment, name.toString());
  }
}
