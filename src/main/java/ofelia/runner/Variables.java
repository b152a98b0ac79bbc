package ofelia.runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import ofelia.config.JobKeys;
import ofelia.config.ProgramKeys;
import ofelia.model.Settings;
import ofelia.plugin.RunRequest;
import ofelia.plugin.RunSink;
import ofelia.syntax.EnvFile;
import ofelia.syntax.FileText;

/// The variables of a run, in the order in which each is stronger than those before: what the
/// runner begins with, `env-file`, what the runner adds in between (`env-from`), `environment`,
/// `secret`, and what each run is told. A variable keeps the place of its first appearance. Source:
/// compatibility reference, section 7.3.
final class Variables {

  private static final int LONGEST_FILE_BYTES = 16 << 20;

  /// Linux starts no program with a longer variable.
  private static final int LONGEST_SECRET_BYTES = 127 << 10;

  private final SequencedMap<String, String> values = new LinkedHashMap<>();

  /// Adds the files of `env-file`, which are read now.
  ///
  /// @throws IOException if one cannot be read, saying which and why
  void addFiles(Settings settings) throws IOException {
    for (String name : settings.get(JobKeys.ENV_FILE)) {
      values.putAll(EnvFile.parse(FileText.decode(read("env-file", name, LONGEST_FILE_BYTES))));
    }
  }

  /// Adds the entries of `environment`, the contents of the files of `secret`, and what each run is
  /// told.
  ///
  /// @throws IOException if a file cannot be read, saying which and why
  void addWritten(RunRequest request, RunSink sink) throws IOException {
    for (String entry : request.job().settings().get(JobKeys.ENVIRONMENT)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        values.put(entry.substring(0, equals), entry.substring(equals + 1));
      } else {
        // The entry may be a secret whose name was forgotten.
        sink.warn("an entry of environment is not NAME=value and has no effect");
      }
    }
    values.putAll(secrets(request.job().settings()));
    values.putAll(request.environment());
  }

  /// The variables of `secret`, whose files are read now.
  ///
  /// @throws IOException if one cannot be read, saying which and why
  static Map<String, String> secrets(Settings settings) throws IOException {
    Map<String, String> secrets = new LinkedHashMap<>();
    for (String entry : settings.get(ProgramKeys.SECRET)) {
      int equals = entry.indexOf('=');
      secrets.put(entry.substring(0, equals), secret(entry.substring(equals + 1)));
    }
    return secrets;
  }

  /// The variables so far, to be added to.
  SequencedMap<String, String> values() {
    return values;
  }

  /// Without the one line end that most programs write behind it.
  private static String secret(String name) throws IOException {
    String text = FileText.decode(read("the file of a secret", name, LONGEST_SECRET_BYTES));
    if (text.indexOf('\0') >= 0) {
      throw new IOException("the secret in \"" + name + "\" has a NUL, which no variable can hold");
    }
    int lineEnd = text.endsWith("\r\n") ? 2 : text.endsWith("\n") ? 1 : 0;
    return text.substring(0, text.length() - lineEnd);
  }

  /// Reads no more than `most` bytes, whatever kind of file it is.
  private static byte[] read(String what, String name, int most) throws IOException {
    String tried = "cannot read " + what + " \"" + name + "\": ";
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException("longer than " + (most >> 10) + " KiB");
      }
      return bytes;
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
