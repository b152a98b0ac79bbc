package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The first due instant beside those of cron-utils, Quartz and Spring, for what all four write
/// alike: six fields with the second first, weekdays by name, one of the day fields left open. The
/// seed is printed; `-Dofelia.cron.seed=` repeats a run and `-Dofelia.cron.comparisons=` makes it
/// longer.
///
/// Where one differs, that is listed below with its reason; anything else fails the test.
final class OtherLibrariesTest {

  private static final long SEED = Long.getLong("ofelia.cron.seed", System.nanoTime());
  private static final int COMPARISONS = Integer.getInteger("ofelia.cron.comparisons", 3_000);

  private static final CronParser CRON_UTILS =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

  @Test
  void agreesWithTheOthersWhereClocksDoNotChange() throws Exception {
    Map<String, Integer> differences = new TreeMap<>();
    for (int i = 0; i < COMPARISONS; i++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + i);
      String fields = fields(random);
      Instant from =
          LocalDate.of(random.nextInt(2000, 2050), random.nextInt(1, 13), random.nextInt(1, 29))
              .atStartOfDay()
              .toInstant(ZoneOffset.UTC)
              .plusSeconds(random.nextInt(86_400));
      String ours;
      try {
        ours = ofelia(fields, from, ZoneOffset.UTC);
      } catch (ScheduleSyntaxException e) {
        assertThat(e.what()).as(fields).contains("never");
        continue;
      }
      Map<String, String> others =
          Map.of(
              "cron-utils", cronUtils(fields, from, ZoneOffset.UTC),
              "Quartz", quartz(fields, from, ZoneOffset.UTC),
              "Spring", spring(fields, from, ZoneOffset.UTC));
      others.forEach((name, theirs) -> {
        if (!theirs.equals(ours)) {
          differences.merge(
              name
                  + ": "
                  + knownDifference(name, fields, ours, theirs, "after " + from + ", seed " + SEED),
              1,
              Integer::sum);
        }
      });
    }
    System.out.println(
        "OtherLibrariesTest: -Dofelia.cron.seed="
            + SEED
            + " -Dofelia.cron.comparisons="
            + COMPARISONS
            + ", known differences "
            + differences);
  }

  /// Why a library differs; fails when there is no reason that is known.
  private static String knownDifference(
      String library, String fields, String ours, String theirs, String where) {
    String dayOfMonth = fields.split(" ")[3];
    boolean isWorkday = dayOfMonth.endsWith("W");
    boolean isLastDay =
        isWorkday
            && !dayOfMonth.startsWith("L")
            && Integer.parseInt(dayOfMonth.replace("W", "")) >= 28;
    if (library.equals("Quartz") && isWorkday && theirs.compareTo(ours) > 0) {
      // When it goes on to the day it keeps the time of day at which it was asked.
      return "with W it leaves out the first times of the day";
    }
    if (library.equals("Spring") && fields.endsWith("SUN-SUN")) {
      // Its Sunday is both 0 and 7.
      return "SUN-SUN is each day";
    }
    if (library.equals("cron-utils") && isLastDay) {
      return "a Sunday that ends the month stays the Sunday";
    }
    if (library.equals("Spring") && isLastDay && theirs.compareTo(ours) > 0) {
      return "a Sunday that ends the month leaves the month out";
    }
    return fail(library + " differs for " + fields + " " + where + ": " + ours + ", not " + theirs);
  }

  /// The nights in which clocks change in Berlin. The others follow the wall clock and leave out
  /// what a gap holds; we make up for it at its end. Where an hour comes twice, we and cron-utils
  /// count fixed times once and intervals twice, though cron-utils takes a list of minutes for an
  /// interval; Quartz leaves out the second pass of anything, Spring repeats anything.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // asked at               fields             Ofelia  cron-utils Quartz  Spring
        "2026-03-29T00:00+01:00 | 0 30 2 * * ?     | 29T03:00+02:00 | 30T02:30+02:00 | 30T02:30+02:00 | 30T02:30+02:00",
        "2026-03-29T00:00+01:00 | 0 0,30 2 * * ?   | 29T03:00+02:00 | 30T02:00+02:00 | 30T02:00+02:00 | 30T02:00+02:00",
        "2026-03-29T00:00+01:00 | 0 0 2,3 * * ?    | 29T03:00+02:00 | 29T03:00+02:00 | 29T03:00+02:00 | 29T03:00+02:00",
        "2026-03-29T00:00+01:00 | 0 */20 2 * * ?   | 29T03:00+02:00 | 30T02:00+02:00 | 30T02:00+02:00 | 30T02:00+02:00",
        "2026-03-29T01:00+01:00 | 0 0 * * * ?      | 29T03:00+02:00 | 29T03:00+02:00 | 29T03:00+02:00 | 29T03:00+02:00",
        "2026-10-25T02:30+02:00 | 0 30 2 * * ?     | 26T02:30+01:00 | 26T02:30+01:00 | 26T02:30+01:00 | 25T02:30+01:00",
        "2026-10-25T02:00+02:00 | 0 0 * * * ?      | 25T02:00+01:00 | 25T02:00+01:00 | 25T03:00+01:00 | 25T02:00+01:00",
        "2026-10-25T02:30+02:00 | 0 */30 * * * ?   | 25T02:00+01:00 | 25T02:00+01:00 | 25T03:00+01:00 | 25T02:00+01:00",
        "2026-10-25T02:40+02:00 | 0 */20 2-3 * * ? | 25T02:00+01:00 | 25T02:00+01:00 | 25T03:00+01:00 | 25T02:00+01:00",
        "2026-10-25T02:30+02:00 | 0 0,30 2 * * ?   | 26T02:00+01:00 | 25T02:00+01:00 | 26T02:00+01:00 | 25T02:00+01:00",
      })
  void differsFromTheOthersInTheNightsWhenClocksChange(
      String from, String fields, String ours, String cronUtils, String quartz, String spring)
      throws ScheduleSyntaxException {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Instant asked = OffsetDateTime.parse(from).toInstant();

    List<String> found =
        Stream.of(
                ofelia(fields, asked, berlin),
                cronUtils(fields, asked, berlin),
                quartz(fields, asked, berlin),
                spring(fields, asked, berlin))
            .map(due -> Instant.parse(due).atZone(berlin).toOffsetDateTime().toString())
            .toList();

    String month = from.substring(0, 8);
    assertThat(found)
        .containsExactly(month + ours, month + cronUtils, month + quartz, month + spring);
  }

  private static String ofelia(String fields, Instant from, ZoneId zone)
      throws ScheduleSyntaxException {
    return Schedule.parse(fields, zone).next(from, from).map(Instant::toString).orElse("never");
  }

  private static String cronUtils(String fields, Instant from, ZoneId zone) {
    try {
      return ExecutionTime.forCron(CRON_UTILS.parse(fields))
          .nextExecution(from.atZone(zone))
          .map(next -> next.toInstant().toString())
          .orElse("never");
    } catch (IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
  }

  @SuppressWarnings("JavaUtilDate") // Quartz knows no other type
  private static String quartz(String fields, Instant from, ZoneId zone) {
    try {
      org.quartz.CronExpression quartz = new org.quartz.CronExpression(fields);
      quartz.setTimeZone(TimeZone.getTimeZone(zone));
      Date next = quartz.getNextValidTimeAfter(Date.from(from));
      return next == null ? "never" : next.toInstant().toString();
    } catch (ParseException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String spring(String fields, Instant from, ZoneId zone) {
    try {
      ZonedDateTime next =
          org.springframework.scheduling.support.CronExpression.parse(fields)
              .next(from.atZone(zone));
      return next == null ? "never" : next.toInstant().toString();
    } catch (IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String fields(RandomGenerator random) {
    boolean byWeekday = random.nextBoolean();
    return field(random, 0, 59)
        + " "
        + field(random, 0, 59)
        + " "
        + field(random, 0, 23)
        + " "
        + (byWeekday ? "?" : dayOfMonth(random))
        + " "
        + (random.nextInt(3) > 0 ? "*" : field(random, 1, 12))
        + " "
        + (byWeekday ? dayOfWeek(random) : "?");
  }

  private static String field(RandomGenerator random, int min, int max) {
    int first = random.nextInt(min, max);
    int last = random.nextInt(first + 1, max + 1);
    return switch (random.nextInt(6)) {
      case 0 -> "*";
      case 1 -> "*/" + random.nextInt(2, max);
      case 2 -> first + "-" + last;
      case 3 ->
          last - first < 2
              ? "" + first
              : first + "-" + last + "/" + random.nextInt(1, last - first);
      case 4 -> first + "," + last;
      default -> String.valueOf(first);
    };
  }

  private static String dayOfMonth(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> "L";
      case 1 -> "LW";
      case 2 -> "L-" + random.nextInt(1, 27);
      case 3 -> random.nextInt(1, 29) + "W";
      default -> field(random, 1, 31);
    };
  }

  private static String dayOfWeek(RandomGenerator random) {
    List<String> days = List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
    int first = random.nextInt(7);
    int last = random.nextInt(7);
    return switch (random.nextInt(6)) {
      case 0 -> days.get(first) + "#" + random.nextInt(1, 6);
      case 1 -> days.get(first) + "L";
      case 2 -> days.get(Math.min(first, last)) + "-" + days.get(Math.max(first, last));
      case 3 -> days.get(first) + "," + days.get(last);
      default -> days.get(first);
    };
  }
}
