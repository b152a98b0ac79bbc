package ofelia.model;

import java.util.Locale;

/// A person's mistake: what was found, where, and what to write instead. A value, not an exception,
/// since all of them are reported together.
///
/// @param severity how bad
/// @param origin where
/// @param subject what it is about: a section and key such as `[job-exec "backup"] schedule`; may
///   be empty
/// @param found what is wrong with what was found; never a secret's text
/// @param advice what to write instead; may be empty
public record Problem(
    Severity severity, Origin origin, String subject, String found, String advice) {

  /// How bad a problem is.
  public enum Severity {
    /// Worth a look; nothing is left out because of it.
    WARNING,
    /// What it is about is not in force.
    ERROR;

    /// The name in lower case.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Problem error(Origin origin, String subject, String found, String advice) {
    return new Problem(Severity.ERROR, origin, subject, found, advice);
  }

  public static Problem warning(Origin origin, String subject, String found, String advice) {
    return new Problem(Severity.WARNING, origin, subject, found, advice);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /// Without the severity: `config.ini:3:12: [job-exec "a"] schedule: "61 * * * *" …; write …`.
  public String text() {
    StringBuilder text = new StringBuilder(origin.toString());
    if (!subject.isEmpty()) {
      text.append(": ").append(subject);
    }
    text.append(": ").append(found);
    if (!advice.isEmpty()) {
      text.append("; ").append(advice);
    }
    return text.toString();
  }
}
