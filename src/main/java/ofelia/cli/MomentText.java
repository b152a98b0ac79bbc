package ofelia.cli;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;

/// Reads a moment as exactly as somebody wrote it: a day, a minute or a second.
///
/// @param fromMillis inclusive
/// @param untilMillis exclusive: where the day, the minute or the second ends
record MomentText(long fromMillis, long untilMillis) {

  private static final String FORMS = "write 2026-03-01, 2026-03-01T13:00 or 2026-03-01T13:00:00Z";

  /// @param words the moment, its date and time perhaps as two words
  /// @param zone of a moment that names no offset
  static MomentText parse(List<String> words, ZoneId zone) throws CommandException {
    String text = String.join("T", words).replace(' ', 'T');
    try {
      int t = text.indexOf('T');
      if (t < 0) {
        LocalDate day = LocalDate.parse(text);
        return new MomentText(
            day.atStartOfDay(zone).toInstant().toEpochMilli(),
            day.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli());
      }
      String time = text.substring(t + 1);
      boolean hasOffset = time.endsWith("Z") || time.indexOf('+') >= 0 || time.indexOf('-') >= 0;
      long from =
          hasOffset
              ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
              : LocalDateTime.parse(text).atZone(zone).toInstant().toEpochMilli();
      boolean hasSeconds = time.matches("\\d\\d:\\d\\d:\\d\\d.*");
      return new MomentText(from, from + (hasSeconds ? 1_000 : 60_000));
    } catch (DateTimeParseException _) {
      throw CommandException.misuse("\"" + text + "\" is not a time; " + FORMS);
    }
  }
}
