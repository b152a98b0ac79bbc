package ofelia.app;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ofelia.config.Keys;
import ofelia.cron.Schedule;
import ofelia.cron.ScheduleSyntaxException;
import ofelia.engine.SpecReader;
import ofelia.ledger.BookedJob;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Origin;
import ofelia.model.Problem;
import ofelia.model.Settings;
import ofelia.model.ValueSyntaxException;

/// A job's settings as the book keeps them: a line `key=value` for each, line breaks and
/// backslashes escaped, and a line `!text` for each problem, so that a quarantined job stays
/// quarantined when it is read back.
final class JobText implements SpecReader {

  private static final Origin BOOK = Origin.of("job book");
  private static final String PROBLEM = "!";

  @Override
  public String write(JobSpec job) {
    List<String> lines = new ArrayList<>();
    job.settings().lines().forEach(line -> lines.add(escape(line)));
    job.problems().forEach(problem -> lines.add(PROBLEM + escape(problem.text())));
    return String.join("\n", lines);
  }

  /// @return empty when a key, a value or the schedule is of another version of this program
  @Override
  public Optional<JobSpec> read(BookedJob booked) {
    Map<Key<?>, List<String>> texts = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (String line : booked.spec().lines().toList()) {
      if (line.startsWith(PROBLEM)) {
        problems.add(Problem.error(BOOK, "", unescape(line.substring(1)), ""));
        continue;
      }
      int equals = line.indexOf('=');
      Optional<Key<?>> key = equals < 0 ? Optional.empty() : Keys.find(line.substring(0, equals));
      if (key.isEmpty()) {
        return Optional.empty();
      }
      texts
          .computeIfAbsent(key.get(), _ -> new ArrayList<>())
          .add(unescape(line.substring(equals + 1)));
    }
    try {
      Settings.Builder settings = new Settings.Builder();
      for (Map.Entry<Key<?>, List<String>> entry : texts.entrySet()) {
        put(entry.getKey(), entry.getValue(), settings);
      }
      return Optional.of(
          new JobSpec(
              booked.name(),
              booked.kind(),
              booked.source(),
              Schedule.parse(booked.schedule(), ZoneOffset.UTC),
              settings.build(),
              BOOK,
              problems));
    } catch (ValueSyntaxException | ScheduleSyntaxException _) {
      // Another version wrote it; the caller says what that means.
      return Optional.empty();
    }
  }

  private static <T> void put(Key<T> key, List<String> texts, Settings.Builder settings)
      throws ValueSyntaxException {
    if (!key.type().isList()) {
      settings.put(key, key.type().parse(texts.getFirst()));
      return;
    }
    List<Object> all = new ArrayList<>();
    for (String text : texts) {
      all.addAll((List<?>) key.type().parse(text));
    }
    // A list key's T is a list of strings, see ValueType.isList.
    @SuppressWarnings("unchecked")
    T joined = (T) List.copyOf(all);
    settings.put(key, joined);
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        plain.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
