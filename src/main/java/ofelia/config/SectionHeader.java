package ofelia.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the header of an INI section means.
///
/// The Go Ofelia silently ignored `[Global]`, `[ global ]` and misspelt sections. Here the first
/// two are read, with a warning, and the last gives one.
sealed interface SectionHeader {

  /// `[global]`.
  record Global() implements SectionHeader {}

  /// `[docker]`.
  record Docker() implements SectionHeader {}

  /// `[calendar "name"]`.
  record Calendar(String name) implements SectionHeader {}

  /// `[engine "name"]`.
  record Engine(String name) implements SectionHeader {}

  /// `[job-exec "name"]` and its kin.
  record Job(JobType type, String name) implements SectionHeader {}

  /// `[webhook "name"]`.
  record Webhook(String name) implements SectionHeader {}

  /// Anything else.
  ///
  /// @param word what stands where the kind of section should
  record Unknown(String word) implements SectionHeader {}

  /// A header and what is unusual about how it was written.
  ///
  /// @param oddity how it should be written; empty when it is
  record Read(SectionHeader header, Optional<String> oddity) {}

  /// The kind of section, and what follows it.
  Pattern WORD_AND_REST = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*)(.*)", Pattern.DOTALL);

  List<String> KNOWN_WORDS =
      Stream.concat(
              Stream.of("global", "docker", "calendar", "engine", "webhook"),
              JobType.words().stream())
          .toList();

  /// Reads the text between the brackets.
  static Read parse(String header) {
    String trimmed = header.strip();
    Matcher matcher = WORD_AND_REST.matcher(trimmed);
    if (!matcher.matches()) {
      return new Read(new Unknown(trimmed), Optional.empty());
    }
    String word = matcher.group(1);
    String rest = matcher.group(2);
    String lower = word.toLowerCase(Locale.ROOT);
    if (lower.equals("global") || lower.equals("docker")) {
      SectionHeader meant = lower.equals("global") ? new Global() : new Docker();
      return rest.isEmpty()
          ? new Read(meant, unless(header.equals(lower), lower))
          : new Read(new Unknown(trimmed), Optional.empty());
    }
    if (lower.equals("calendar")) {
      return new Read(new Calendar(unquoted(rest)), unless(word.equals(lower), lower));
    }
    if (lower.equals("engine")) {
      String name = unquoted(rest);
      return new Read(new Engine(name), unless(word.equals(lower), "engine \"" + name + "\""));
    }
    // The Go Ofelia compares only the beginning of the others: [job-execfoo] is a job-exec named
    // foo.
    if (lower.startsWith("webhook")) {
      return new Read(new Webhook(unquoted(rest)), unless(word.startsWith("webhook"), "webhook"));
    }
    // No kind's word begins with another kind's.
    Optional<JobType> type =
        Stream.of(JobType.values()).filter(t -> lower.startsWith(t.word())).findFirst();
    return type.map(t -> job(t, word, rest))
        .orElseGet(() -> new Read(new Unknown(word), Optional.empty()));
  }

  private static Read job(JobType type, String word, String rest) {
    String named = unquoted(rest);
    String name = named.isEmpty() ? unquoted(word.substring(type.word().length())) : named;
    String wellWritten = type.word() + " \"" + name + "\"";
    return new Read(new Job(type, name), unless(word.equals(type.word()), wellWritten));
  }

  private static Optional<String> unless(boolean isWellWritten, String wellWritten) {
    return isWellWritten ? Optional.empty() : Optional.of(wellWritten);
  }

  /// Without blanks and double quotes around it. Single quotes stay, as in the Go Ofelia.
  private static String unquoted(String text) {
    String trimmed = text.strip();
    int start = 0;
    int end = trimmed.length();
    while (start < end && trimmed.charAt(start) == '"') {
      start++;
    }
    while (end > start && trimmed.charAt(end - 1) == '"') {
      end--;
    }
    return trimmed.substring(start, end);
  }
}
