package ofelia.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import ofelia.sql.Permission;
import org.jspecify.annotations.Nullable;

/// Where the store, a directory, lies: the daemon and the commands that read ask the same questions
/// in the same order, so that they find the same one.
///
/// 1. `--store`, then the variable `OFELIA_STORE`, then `store` in `[global]`: a directory, or
///    `:memory:`;
/// 2. else `$XDG_STATE_HOME/ofelia`;
/// 3. else `/var/lib/ofelia`, where that can be written;
/// 4. else `~/.local/state/ofelia`.
///
/// A reader takes the first of these that holds a store.
public final class StorePlaces {

  /// What to write for a store that is forgotten with the daemon.
  public static final String MEMORY = ":memory:";

  /// The environment variable that names the store.
  public static final String VARIABLE = "OFELIA_STORE";

  private static final String DATABASE = "ofelia.db";
  private static final String SOCKET = "control.sock";

  private final Optional<String> wish;
  private final Optional<Path> xdg;
  private final Path shared;
  private final Path home;

  private StorePlaces(Optional<String> wish, Map<String, String> environment, Path shared) {
    this.wish = wish;
    this.xdg =
        written(environment.get("XDG_STATE_HOME"))
            .map(Path::of)
            .map(path -> path.resolve("ofelia"));
    this.shared = shared;
    this.home =
        Path.of(written(environment.get("HOME")).orElse(System.getProperty("user.home")))
            .resolve(".local/state/ofelia");
  }

  /// @param flag what `--store` says
  /// @param configured what `store` in `[global]` says; asked only when it matters
  public static StorePlaces of(
      Optional<String> flag,
      Map<String, String> environment,
      Supplier<Optional<String>> configured) {
    return of(flag, environment, configured, Path.of("/var/lib/ofelia"));
  }

  static StorePlaces of(
      Optional<String> flag,
      Map<String, String> environment,
      Supplier<Optional<String>> configured,
      Path shared) {
    Optional<String> wish =
        flag.filter(text -> !text.isBlank())
            .or(() -> written(environment.get(VARIABLE)))
            .or(() -> configured.get().filter(text -> !text.isBlank()));
    return new StorePlaces(wish, environment, shared);
  }

  private static Optional<String> written(@Nullable String text) {
    return Optional.ofNullable(text).filter(t -> !t.isBlank());
  }

  /// Whether the store is to be forgotten with the daemon.
  public boolean isMemory() {
    return wish.equals(Optional.of(MEMORY));
  }

  /// The directory that the daemon uses; of a store in memory the one in which its socket lies.
  public Path forDaemon() {
    if (wish.isPresent() && !isMemory()) {
      return directoryOf(wish.get());
    }
    return xdg.orElse(canBeWritten(shared) ? shared : home);
  }

  /// The directories in which a reader looks, in this order.
  public List<Path> forReaders() {
    if (wish.isPresent() && !isMemory()) {
      return List.of(directoryOf(wish.get()));
    }
    List<Path> places = new ArrayList<>();
    xdg.ifPresent(places::add);
    places.add(shared);
    places.add(home);
    return places;
  }

  /// The first directory of [#forReaders] that holds a store.
  public Optional<Path> findExisting() {
    return forReaders().stream().filter(place -> Files.exists(place.resolve(DATABASE))).findFirst();
  }

  /// What kept a reader from seeing whether a store is in one of [#forReaders], if anything did.
  public Optional<String> barrier() {
    return forReaders().stream()
        .flatMap(place -> Permission.barrier(place.resolve(DATABASE)).stream())
        .findFirst();
  }

  /// The socket over which commands reach the daemon that holds the store.
  public static Path socketIn(Path store) {
    return store.resolve(SOCKET);
  }

  /// People may point at the database inside.
  private static Path directoryOf(String wish) {
    Path path = Path.of(wish).toAbsolutePath();
    Path parent = path.getParent();
    return parent != null && path.endsWith(DATABASE) ? parent : path;
  }

  private static boolean canBeWritten(Path folder) {
    if (Files.exists(folder)) {
      return Files.isDirectory(folder) && Files.isWritable(folder);
    }
    Path parent = folder.getParent();
    return parent != null && Files.isWritable(parent);
  }
}
