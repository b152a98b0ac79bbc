package ofelia.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/// Whose a file is that this user may not use, for messages that say what to do about it.
///
/// A file below a directory that is closed to this user looks to Java as if it were not there.
public final class Permission {

  private Permission() {}

  /// Why nothing can be said about a file: `permission denied: "/var/lib/ofelia" belongs to user
  /// "root"`. Empty when the way to it is open, whether it is there or not.
  public static Optional<String> barrier(Path file) {
    return closed(file, Files::isExecutable).map(Permission::words);
  }

  /// Why a file may not be used, or made: as [#barrier], else of the file or the nearest directory
  /// above it that there is.
  public static String denied(Path file) {
    Path path = file.toAbsolutePath();
    Optional<Path> closed = closed(path, Files::isExecutable);
    if (closed.isPresent()) {
      return words(closed.get());
    }
    Path nearest = path;
    while (nearest.getParent() != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    return words(nearest);
  }

  /// The first directory on the way to a file that may not be entered.
  static Optional<Path> closed(Path file, Predicate<Path> mayEnter) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      return Optional.empty();
    }
    return closed(parent, mayEnter)
        .or(() ->
            Optional.of(parent).filter(path -> Files.isDirectory(path) && !mayEnter.test(path)));
  }

  private static String words(Path path) {
    String denied = "permission denied: \"" + path + "\"";
    try {
      return denied + " belongs to user \"" + Files.getOwner(path).getName() + "\"";
    } catch (IOException | UnsupportedOperationException _) {
      // Gone meanwhile, or a file system without owners.
      return denied;
    }
  }
}
