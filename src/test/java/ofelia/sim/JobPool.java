package ofelia.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;

/// Schedules, each with the instants it means, worked out minute by minute without the program's
/// help.
final class JobPool {

  /// Followed by the night of Lord Howe's gap of half an hour, Berlin's overlap, and that of Cairo
  /// at midnight.
  static final Instant FROM = Instant.parse("2026-10-02T00:00:00Z");

  static final Duration LONGEST = Duration.ofDays(45);

  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo");
  private static final Map<String, long[]> DUE = new ConcurrentHashMap<>();

  private JobPool() {}

  /// A schedule by chance: few that are due often, many that are due daily.
  static String draw(SplittableRandom random) {
    String zone = "CRON_TZ=" + ZONES.get(random.nextInt(ZONES.size())) + " ";
    int minute = random.nextInt(60);
    int hour = random.nextInt(24);
    int kind = random.nextInt(100);
    if (kind < 1) {
      return zone + "*/15 * * * *";
    } else if (kind < 4) {
      return zone + minute + " * * * *";
    } else if (kind < 12) {
      return zone + minute + " */6 * * *";
    } else if (kind < 17) {
      return "@every " + random.nextInt(1, 6) + "h" + random.nextInt(60) + "m";
    } else if (kind < 20) {
      return "@every " + random.nextInt(20, 4_000) + "m";
    } else if (kind < 60) {
      return zone + minute + " " + hour + " * * *";
    } else if (kind < 65) {
      return zone + random.nextInt(60) + " " + minute + " " + hour + " * * *";
    } else if (kind < 80) {
      return zone + minute + " " + hour + " * * 1-5";
    } else if (kind < 95) {
      return zone + minute + " " + hour + " * * " + random.nextInt(7);
    } else if (kind < 98) {
      return zone + minute + " " + hour + " " + random.nextInt(1, 29) + " * *";
    }
    return "@triggered";
  }

  /// The instants of a drawn schedule in a stretch of time.
  ///
  /// @param text as the book keeps it
  /// @param fromMillis exclusive
  /// @param throughMillis inclusive
  static LongStream due(String text, long anchorMillis, long fromMillis, long throughMillis) {
    if (text.startsWith("@every ")) {
      long step = every(text.substring("@every ".length()));
      long first = Math.max(1, Math.ceilDiv(fromMillis + 1 - anchorMillis, step));
      return LongStream.iterate(
          anchorMillis + first * step, at -> at <= throughMillis, at -> at + step);
    }
    return LongStream.of(DUE.computeIfAbsent(text, JobPool::workOut))
        .filter(at -> at > fromMillis && at <= throughMillis);
  }

  private static long every(String text) {
    return Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT)).toMillis();
  }

  private static long[] workOut(String text) {
    if (text.contains("@")) {
      return new long[0];
    }
    int blank = text.indexOf(' ');
    ZoneId zone = ZoneId.of(text.substring("CRON_TZ=".length(), blank));
    String[] fields = text.substring(blank + 1).split(" ", -1);
    int shift = fields.length - 5;
    int second = shift == 0 ? 0 : Integer.parseInt(fields[0]);
    IntPredicate minute = value(fields[shift]);
    IntPredicate hour = value(fields[shift + 1]);
    IntPredicate day = value(fields[shift + 2]);
    IntPredicate weekday = value(fields[shift + 4]);
    if (isInterval(text)) {
      return minutes()
          .filter(at -> {
            ZonedDateTime local = Instant.ofEpochMilli(at).atZone(zone);
            return hour.test(local.getHour())
                && minute.test(local.getMinute())
                && day.test(local.getDayOfMonth())
                && weekday.test(local.getDayOfWeek().getValue() % 7);
          })
          .map(at -> at + second * 1_000L)
          .toArray();
    }
    LongStream.Builder due = LongStream.builder();
    LocalDate end = FROM.plus(LONGEST).atZone(zone).toLocalDate();
    for (LocalDate date = FROM.atZone(zone).toLocalDate().minusDays(1);
        date.isBefore(end);
        date = date.plusDays(1)) {
      if (!day.test(date.getDayOfMonth()) || !weekday.test(date.getDayOfWeek().getValue() % 7)) {
        continue;
      }
      for (int minuteOfDay = 0; minuteOfDay < 24 * 60; minuteOfDay++) {
        if (hour.test(minuteOfDay / 60) && minute.test(minuteOfDay % 60)) {
          due.add(
              once(date.atTime(minuteOfDay / 60, minuteOfDay % 60, second), zone).toEpochMilli());
        }
      }
    }
    return due.build().distinct().toArray();
  }

  /// Whether a schedule follows elapsed time when clocks change.
  static boolean isInterval(String text) {
    if (text.startsWith("@")) {
      return text.startsWith("@every ");
    }
    String[] fields = text.substring(text.indexOf(' ') + 1).split(" ", -1);
    int shift = fields.length - 5;
    return fields[shift].startsWith("*") || fields[shift + 1].startsWith("*");
  }

  private static LongStream minutes() {
    long from = FROM.minus(Duration.ofDays(1)).toEpochMilli();
    return LongStream.iterate(
        from, at -> at < FROM.plus(LONGEST).toEpochMilli(), at -> at + 60_000);
  }

  /// A local time that no clock shows is the end of the gap; of one that comes twice the first
  /// counts.
  private static Instant once(LocalDateTime time, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(time);
    return change != null && change.isGap() ? change.getInstant() : time.atZone(zone).toInstant();
  }

  private static IntPredicate value(String field) {
    if (field.equals("*")) {
      return _ -> true;
    }
    if (field.startsWith("*/")) {
      int step = Integer.parseInt(field.substring(2));
      return value -> value % step == 0;
    }
    if (field.equals("1-5")) {
      return value -> value >= 1 && value <= 5;
    }
    int wanted = Integer.parseInt(field);
    return value -> value == wanted;
  }
}
