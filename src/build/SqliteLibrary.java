import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/// Lays SQLite's native library for this machine into a folder: `SqliteLibrary.java FOLDER`.
///
/// Unpacked at each start, as the driver does by itself, it costs 60 to 150 ms and a file in the
/// temporary folder. The launcher names the folder in `org.sqlite.lib.path`.
class SqliteLibrary {
  public static void main(String[] args) throws IOException {
    String name = System.mapLibraryName("sqlitejdbc");
    String resource =
        "/org/sqlite/native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
    try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (library == null) {
        System.err.println("sqlite-jdbc brings no library for this machine: " + resource);
        return;
      }
      Path folder = Files.createDirectories(Path.of(args[0]));
      Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
