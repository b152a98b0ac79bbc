package ofelia.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as people read them.
final class Words {

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private Words() {}

  /// `2026-03-01 13:00:00`, in the zone.
  static String local(long millis, ZoneId zone) {
    return LOCAL.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  /// `in 4m 10s`, `2h 5m ago`, `now`: the instant as seen from `nowMillis`.
  static String relative(long millis, long nowMillis) {
    long seconds = Math.abs(millis - nowMillis) / 1000;
    if (seconds == 0) {
      return "now";
    }
    String text = roughly(Duration.ofSeconds(seconds));
    return millis > nowMillis ? "in " + text : text + " ago";
  }

  /// How long something took: `12ms`, `1.25s`, then as [#roughly].
  static String took(long millis) {
    if (millis < 1000) {
      return millis + "ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.2fs", millis / 1000.0);
    }
    return roughly(Duration.ofMillis(millis));
  }

  /// The two largest units: `3d 4h`, `2h 5m`, `4m 10s`, `9s`.
  private static String roughly(Duration span) {
    if (span.toDays() > 0) {
      return two(span.toDays(), "d", span.toHoursPart(), "h");
    }
    if (span.toHours() > 0) {
      return two(span.toHours(), "h", span.toMinutesPart(), "m");
    }
    if (span.toMinutes() > 0) {
      return two(span.toMinutes(), "m", span.toSecondsPart(), "s");
    }
    return span.toSeconds() + "s";
  }

  private static String two(long larger, String unit, int smaller, String smallerUnit) {
    return larger + unit + (smaller == 0 ? "" : " " + smaller + smallerUnit);
  }
}
