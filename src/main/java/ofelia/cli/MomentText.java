package ofelia.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import ofelia.cron.WrittenTime;
import ofelia.syntax.Parsed;

/// A moment as exactly as somebody wrote it: a day, a minute or a second.
///
/// @param fromMillis inclusive
/// @param untilMillis exclusive: where the day, the minute or the second ends
record MomentText(long fromMillis, long untilMillis) {

  private static final Pattern WITH_SECONDS = Pattern.compile(".*[Tt]\\d\\d:\\d\\d:\\d\\d.*");

  /// @param words the moment, its date and time perhaps as two words
  /// @param zone of a moment that names no offset
  static MomentText parse(List<String> words, ZoneId zone) throws CommandException {
    String text = String.join("T", words).replace(' ', 'T');
    return switch (WrittenTime.parse(text)) {
      case Parsed.Good<WrittenTime>(WrittenTime time) -> of(time, text, zone);
      case Parsed.Bad<WrittenTime>(_, String found, String advice) ->
          throw CommandException.misuse(found + "; " + advice);
    };
  }

  private static MomentText of(WrittenTime time, String text, ZoneId zone) {
    Instant from = time.beginIn(zone);
    Instant until =
        time instanceof WrittenTime.Day
            ? time.endIn(zone)
            : from.plusSeconds(WITH_SECONDS.matcher(text).matches() ? 1 : 60);
    return new MomentText(from.toEpochMilli(), until.toEpochMilli());
  }
}
