package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Laws that hold for any schedule, tried on random ones. The seed is printed;
/// `-Dofelia.cron.seed=` repeats a run and `-Dofelia.cron.walks=` makes it longer.
final class ScheduleLawsTest {

  private static final long SEED = Long.getLong("ofelia.cron.seed", System.nanoTime());
  private static final int WALKS = Integer.getInteger("ofelia.cron.walks", 1_000);

  /// Zones with something unkind about them, and all the others now and then.
  private static final List<String> UNKIND =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Africa/Cairo",
          "Asia/Beirut",
          "Africa/Casablanca",
          "America/Santiago",
          "Asia/Kathmandu",
          "Pacific/Chatham",
          "America/Havana",
          "Europe/Dublin",
          "Antarctica/Troll",
          "Asia/Gaza",
          "Pacific/Apia",
          "UTC");

  private static final Instant FIRST_CHANGE = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant LAST_CHANGE = Instant.parse("2038-01-01T00:00:00Z");

  /// What a text says must not depend on the defaults with which it is read back.
  private static final ScheduleDefaults OTHER_DEFAULTS =
      new ScheduleDefaults(
          ZoneId.of("Asia/Tokyo"), DayMatch.EITHER, Dst.AUTO, Optional.of("another"));

  private long cases;

  @Test
  void agreesWithAWalkAlongTheClock() throws ScheduleSyntaxException {
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    for (int i = 0; i < WALKS; i++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + i);
      String zoneName =
          random.nextInt(4) > 0
              ? UNKIND.get(random.nextInt(UNKIND.size()))
              : zones.get(random.nextInt(zones.size()));
      ZoneId zone = ZoneId.of(zoneName);
      Instant from = anInstant(random, zone);
      boolean seconds = random.nextInt(16) == 0;
      boolean decades = !seconds && random.nextInt(16) == 0;
      String text = decades ? rareExpression(random) : expression(random, seconds);
      Instant through =
          from.plusSeconds(
              decades
                  ? random.nextLong(10_000) * 86_400
                  : seconds ? 4 * 3_600 : random.nextInt(1, 5) * 86_400);
      String whole = withPrefixes(random, text, from);
      if (random.nextInt(12) == 0) {
        whole +=
            " | "
                + withPrefixes(
                    random, decades ? rareExpression(random) : expression(random, false), from);
      }
      checkWalk(whole, zone, from, through, random, "seed " + (SEED + i));
    }
    System.out.println(
        "ScheduleLawsTest: -Dofelia.cron.seed="
            + SEED
            + " -Dofelia.cron.walks="
            + WALKS
            + ": "
            + cases
            + " due instants agree");
  }

  /// The clocks of all zones, with times in, before and after each gap and overlap.
  @Test
  void agreesAtEachChangeOfTheClocksFrom2020To2037() throws ScheduleSyntaxException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    Set<ZoneRules> seen = new HashSet<>();
    Set<ZoneOffsetTransition> tried = new HashSet<>();
    for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      ZoneId zone = ZoneId.of(name);
      if (!seen.add(zone.getRules())) {
        continue;
      }
      for (ZoneOffsetTransition change : EveryClockTick.changes(zone, FIRST_CHANGE, LAST_CHANGE)) {
        if (tried.add(change)) {
          int hour = change.getDateTimeBefore().getHour();
          int minute = random.nextInt(60);
          for (String fields :
              List.of(
                  minute + " " + hour + " * * *",
                  "*/20 " + hour + " * * *",
                  "0 * * * *",
                  "0," + minute + " " + (hour + 23) % 24 + "-" + (hour + 1) % 24 + " * * *",
                  minute + " */2 * * *")) {
            String dst =
                List.of("", "DST=once ", "DST=elapsed ", "DST=literal ").get(random.nextInt(4));
            checkWalk(
                dst + fields,
                zone,
                change.getInstant().minusSeconds(40 * 3_600),
                change.getInstant().plusSeconds(40 * 3_600),
                random,
                "seed " + SEED);
          }
        }
      }
    }
    assertThat(tried).as("changes of the clocks").hasSizeGreaterThan(500);
    System.out.println(
        "ScheduleLawsTest: " + tried.size() + " changes of the clocks, seed " + SEED);
  }

  private void checkWalk(
      String text, ZoneId zone, Instant from, Instant through, RandomGenerator random, String seed)
      throws ScheduleSyntaxException {
    String name = text + " in " + zone + " after " + from + " through " + through + ", " + seed;
    Schedule schedule = parseOrNever(text, zone);
    if (schedule == Never.NONE) {
      return;
    }
    List<Instant> truth = EveryClockTick.due(text, zone, from, through);

    assertThat(all(schedule, from, through)).as(name).isEqualTo(truth);
    Stretch passed = schedule.passed(from.toEpochMilli(), through.toEpochMilli(), 0);
    assertThat(passed).as(name).isEqualTo(stretch(truth));
    assertThat(Schedule.parse(schedule.text(), OTHER_DEFAULTS)).as(name).isEqualTo(schedule);
    TreeSet<Instant> ordered = new TreeSet<>(truth);
    for (int i = 0; i < 20; i++) {
      Instant after =
          Instant.ofEpochMilli(random.nextLong(from.toEpochMilli(), through.toEpochMilli() + 1));
      Instant next = ordered.higher(after);
      long due = schedule.next(after.toEpochMilli(), 0);
      if (next != null || due <= through.toEpochMilli()) {
        assertThat(Instant.ofEpochMilli(due)).as("%s, from %s", name, after).isEqualTo(next);
      }
    }
    cases += truth.size() + 20;
  }

  private static Schedule parseOrNever(String expression, ZoneId zone) {
    try {
      return Schedule.parse(expression, zone);
    } catch (ScheduleSyntaxException refused) {
      assertThat(refused.remarks())
          .as(expression)
          .allSatisfy(remark -> assertThat(remark.what()).contains("would never be due"));
      return Never.NONE;
    }
  }

  private static List<Instant> all(Schedule schedule, Instant from, Instant through) {
    List<Instant> all = new ArrayList<>();
    long due = schedule.next(from.toEpochMilli(), 0);
    while (due <= through.toEpochMilli()) {
      all.add(Instant.ofEpochMilli(due));
      due = schedule.next(due, 0);
    }
    return all;
  }

  private static Stretch stretch(List<Instant> due) {
    return due.isEmpty()
        ? Stretch.NONE
        : new Stretch(due.getFirst().toEpochMilli(), due.getLast().toEpochMilli(), due.size());
  }

  /// A whole minute between 2000 and 2060: at or near a change of the clocks for three in four, any
  /// other for one.
  private static Instant anInstant(RandomGenerator random, ZoneId zone) {
    long second =
        LocalDate.of(random.nextInt(2000, 2060), random.nextInt(1, 13), random.nextInt(1, 29))
            .atStartOfDay()
            .toEpochSecond(ZoneOffset.UTC);
    ZoneOffsetTransition change = zone.getRules().nextTransition(Instant.ofEpochSecond(second));
    if (change != null && random.nextInt(4) > 0) {
      second = change.toEpochSecond() - random.nextInt(3 * 3_600);
    } else {
      second += random.nextInt(86_400);
    }
    return Instant.ofEpochSecond(second - Math.floorMod(second, 60L));
  }

  private static String expression(RandomGenerator random, boolean seconds) {
    String second = seconds ? field(random, 0, 59, 2, "") + " " : "";
    return second + field(random, 0, 59, 2, "") + " " + field(random, 0, 23, 2, "") + days(random);
  }

  /// Few times on few days, to be walked over decades.
  private static String rareExpression(RandomGenerator random) {
    return random.nextInt(60) + " " + random.nextInt(24) + days(random);
  }

  private static String days(RandomGenerator random) {
    String dayOfMonth = field(random, 1, 31, 5, "");
    String dayOfWeek = field(random, 0, 7, 5, "sun mon tue wed thu fri sat");
    if (random.nextInt(4) == 0) {
      dayOfMonth = (random.nextBoolean() ? "" : dayOfMonth + ",") + specialDate(random);
    }
    if (random.nextInt(4) == 0) {
      dayOfWeek = (random.nextBoolean() ? "" : dayOfWeek + ",") + specialWeekday(random);
    }
    String years =
        switch (random.nextInt(24)) {
          case 0 -> " " + random.nextInt(2000, 2060);
          case 1 -> " 2000-2100/" + random.nextInt(1, 5);
          case 2 -> " " + random.nextInt(1990, 2030) + "/" + random.nextInt(1, 9);
          default -> "";
        };
    return " "
        + dayOfMonth
        + " "
        + field(random, 1, 12, 6, "jan feb mar apr may jun jul aug sep oct nov dec")
        + " "
        + dayOfWeek
        + years;
  }

  private static String specialDate(RandomGenerator random) {
    return switch (random.nextInt(5)) {
      case 0 -> "L";
      case 1 -> "L-" + random.nextInt(1, 31);
      case 2 -> "LW";
      case 3 -> "L-" + random.nextInt(1, 31) + "W";
      default -> random.nextInt(1, 32) + "W";
    };
  }

  private static String specialWeekday(RandomGenerator random) {
    String day = value(random, random.nextInt(7), 0, "sun mon tue wed thu fri sat");
    return switch (random.nextInt(3)) {
      case 0 -> day + "L";
      case 1 -> day + "#L";
      default -> day + "#" + random.nextInt(1, 6);
    };
  }

  private static String withPrefixes(RandomGenerator random, String fields, Instant from) {
    String text = fields;
    if (random.nextInt(3) == 0) {
      text = "DAY_MATCH=" + (random.nextBoolean() ? "and " : "either ") + text;
    }
    if (random.nextInt(3) == 0) {
      text = List.of("DST=once ", "DST=elapsed ", "DST=literal ").get(random.nextInt(3)) + text;
    }
    if (random.nextInt(12) == 0) {
      text = "CRON_TZ=" + UNKIND.get(random.nextInt(UNKIND.size())) + " " + text;
    }
    if (random.nextInt(12) == 0) {
      text = "FROM=" + from.plusSeconds(random.nextLong(200_000)) + " " + text;
    }
    if (random.nextInt(12) == 0) {
      text = "UNTIL=" + from.plusSeconds(200_000 + random.nextLong(200_000)) + " " + text;
    }
    return text;
  }

  /// @param stars in how many of eight cases it is a plain star
  private static String field(RandomGenerator random, int min, int max, int stars, String names) {
    if (random.nextInt(8) < stars) {
      return random.nextInt(6) == 0 ? "?" : "*";
    }
    StringBuilder list = new StringBuilder(part(random, min, max, names));
    while (random.nextInt(3) == 0) {
      list.append(',').append(part(random, min, max, names));
    }
    return list.toString();
  }

  private static String part(RandomGenerator random, int min, int max, String names) {
    int first = random.nextInt(min, max + 1);
    int last = random.nextInt(min, max + 1);
    int cycle = max - min + 1;
    int inRange = Math.floorMod(last - first, cycle) + 1;
    return switch (random.nextInt(5)) {
      case 0 -> "*/" + random.nextInt(1, cycle);
      case 1 -> value(random, first, min, names) + "-" + value(random, last, min, names);
      case 2 -> first + "-" + last + "/" + random.nextInt(1, Math.max(2, inRange));
      case 3 -> first + "/" + random.nextInt(1, Math.max(2, max - first + 1));
      default -> value(random, first, min, names);
    };
  }

  private static String value(RandomGenerator random, int value, int min, String names) {
    String[] words = names.split(" ");
    boolean named = value - min < words.length && words.length > 1 && random.nextBoolean();
    return named ? words[value - min] : String.valueOf(value);
  }
}
