import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Ofelia recorded, asked by `ofelia history --all --json`.
record History(List<Entry> entries) {

  private static final Pattern FIELD =
      Pattern.compile("\"(job|due|fate|started|ended)\":\"([^\"]*)\"");

  /// One due instant.
  ///
  /// @param startedMillis NaN when it did not begin
  record Entry(String job, double dueMillis, String fate, double startedMillis, double endedMillis) {

    boolean ran() {
      return fate.equals("ran");
    }

    double latenessMillis() {
      return startedMillis - dueMillis;
    }
  }

  static History of(Contender contender, Path directory, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                contender.program().toString(),
                "history",
                "--all",
                "--json",
                "--store",
                Contender.store(directory).toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        entries.add(entry(line));
      }
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("ofelia history ended with exit code " + code);
    }
    return new History(entries);
  }

  private static Entry entry(String line) {
    String job = "";
    String fate = "";
    double due = Double.NaN;
    double started = Double.NaN;
    double ended = Double.NaN;
    Matcher field = FIELD.matcher(line);
    while (field.find()) {
      String value = field.group(2);
      switch (field.group(1)) {
        case "job" -> job = value;
        case "fate" -> fate = value;
        case "due" -> due = Instant.parse(value).toEpochMilli();
        case "started" -> started = Instant.parse(value).toEpochMilli();
        default -> ended = Instant.parse(value).toEpochMilli();
      }
    }
    return new Entry(job, due, fate, started, ended);
  }
}
