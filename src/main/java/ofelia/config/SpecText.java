package ofelia.config;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.model.JobKind;
import ofelia.model.JobName;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;

/// A job's settings as text for the job book, and back: a line `key=value` for each value, with
/// backslash and line ends escaped, and a line `!text` for each problem of a quarantined job.
public final class SpecText {

  private static final Origin BOOK = Origin.of("job book");

  private SpecText() {}

  /// Text that [#read] turns into a job equal but for its origin.
  public static String write(JobSpec job) {
    List<String> lines = new ArrayList<>();
    job.settings().lines().forEach(line -> lines.add(escape(line)));
    job.settings().keys().stream()
        .filter(job.settings()::isInherited)
        .forEach(key -> lines.add("^" + key));
    job.problems().forEach(problem -> lines.add("!" + escape(problem.text())));
    return String.join("\n", lines);
  }

  /// Turns text back into a job.
  ///
  /// @param schedule canonical text
  /// @param zone of a schedule without one; canonical texts have one where it matters
  /// @return empty when this program cannot read it, e.g. because a newer one wrote it
  public static Optional<JobSpec> read(
      JobName name, JobKind kind, String source, String schedule, String text, ZoneId zone) {
    Map<Key<?>, List<String>> values = new LinkedHashMap<>();
    Set<Key<?>> inherited = new HashSet<>();
    List<Problem> problems = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String plain = unescape(line);
      int equals = plain.indexOf('=');
      if (plain.startsWith("!")) {
        problems.add(Problem.error(BOOK, "", plain.substring(1), ""));
        continue;
      }
      if (plain.startsWith("^")) {
        Keys.find(plain.substring(1)).ifPresent(inherited::add);
        continue;
      }
      Optional<Key<?>> key = equals < 0 ? Optional.empty() : Keys.find(plain.substring(0, equals));
      if (key.isEmpty()) {
        return Optional.empty();
      }
      values.computeIfAbsent(key.get(), _ -> new ArrayList<>()).add(plain.substring(equals + 1));
    }
    try {
      Settings.Builder settings = new Settings.Builder();
      for (var entry : values.entrySet()) {
        put(entry.getKey(), entry.getValue(), inherited.contains(entry.getKey()), settings);
      }
      return Optional.of(
          new JobSpec(
              name,
              kind,
              source,
              Schedule.parse(schedule, zone),
              settings.build(),
              BOOK,
              problems));
    } catch (ValueSyntaxException | ScheduleSyntaxException _) {
      // Written by another version of the program: the caller decides what becomes of it.
      return Optional.empty();
    }
  }

  private static <T> void put(
      Key<T> key, List<String> values, boolean isInherited, Settings.Builder settings)
      throws ValueSyntaxException {
    T value = value(key, values);
    if (isInherited) {
      settings.inherit(key, value);
    } else {
      settings.put(key, value);
    }
  }

  private static <T> T value(Key<T> key, List<String> values) throws ValueSyntaxException {
    if (!key.type().isList()) {
      return key.type().parse(values.getLast());
    }
    // The type of a list key is a list of strings, by contract of ValueType.isList().
    @SuppressWarnings("unchecked")
    T list = (T) List.copyOf(values);
    return list;
  }

  private static String escape(String line) {
    return line.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String line) {
    if (line.indexOf('\\') < 0) {
      return line;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        char escaped = line.charAt(++i);
        plain.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
