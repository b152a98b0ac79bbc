package ofelia.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import ofelia.config.JobKeys;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.syntax.EnvFile;
import ofelia.syntax.FileText;

/// The variables of a run, in the order in which each is stronger than those before: what the
/// runner begins with, `env-file`, what the runner adds in between (`env-from`), `environment`, and
/// what each run is told. A variable keeps the place of its first appearance. Source: compatibility
/// reference, section 7.3.
final class Variables {

  private static final long LONGEST_FILE_BYTES = 16 << 20;

  private final SequencedMap<String, String> values = new LinkedHashMap<>();

  /// Adds the files of `env-file`, which are read now.
  ///
  /// @throws IOException if one cannot be read, saying which and why
  void addFiles(Settings settings) throws IOException {
    for (String name : settings.get(JobKeys.ENV_FILE)) {
      values.putAll(EnvFile.parse(FileText.decode(read(name))));
    }
  }

  /// Adds the entries of `environment`, and what each run is told.
  void addWritten(RunRequest request, RunSink sink) {
    for (String entry : request.job().settings().get(JobKeys.ENVIRONMENT)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        values.put(entry.substring(0, equals), entry.substring(equals + 1));
      } else {
        // The entry may be a secret whose name was forgotten.
        sink.warn("an entry of environment is not NAME=value and has no effect");
      }
    }
    values.putAll(request.environment());
  }

  /// The variables so far, to be added to.
  SequencedMap<String, String> values() {
    return values;
  }

  private static byte[] read(String name) throws IOException {
    String tried = "cannot read env-file \"" + name + "\": ";
    try {
      Path file = Path.of(name);
      if (Files.isRegularFile(file) && Files.size(file) > LONGEST_FILE_BYTES) {
        throw new IOException("longer than " + (LONGEST_FILE_BYTES >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    } catch (InvalidPathException e) {
      throw new IOException(tried + e.getReason(), e);
    } catch (NoSuchFileException e) {
      throw new IOException(tried + "no such file", e);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException(tried + "permission denied", e);
    } catch (IOException e) {
      throw new IOException(tried + e.getMessage(), e);
    }
  }
}
