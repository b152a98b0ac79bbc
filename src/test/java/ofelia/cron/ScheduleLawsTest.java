package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Laws that hold for any schedule, tried on random ones. The seed is printed;
/// `-Dofelia.cron.seed=` repeats a run and `-Dofelia.cron.cases=` makes it longer.
final class ScheduleLawsTest {

  private static final long SEED = Long.getLong("ofelia.cron.seed", System.nanoTime());
  private static final int CASES = Integer.getInteger("ofelia.cron.cases", 2_000);

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

  @Test
  void agreesWithAWalkAlongTheClock() throws ScheduleSyntaxException {
    System.out.println(
        "ScheduleLawsTest: -Dofelia.cron.seed=" + SEED + " -Dofelia.cron.cases=" + CASES);
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      String zoneName =
          random.nextInt(4) > 0
              ? UNKIND.get(random.nextInt(UNKIND.size()))
              : zones.get(random.nextInt(zones.size()));
      ZoneId zone = ZoneId.of(zoneName);
      boolean seconds = random.nextInt(16) == 0;
      String expression = expression(random, seconds);
      Instant from = anInstant(random, zone);
      Instant through = from.plusSeconds(seconds ? 4 * 3_600 : random.nextInt(1, 5) * 86_400);
      String name = expression + " in " + zone + " after " + from + ", seed " + seed;

      Schedule schedule = parseOrNever(expression, zone);
      List<Instant> truth = new EveryClockTick(expression).due(from, through, zone);

      assertThat(all(schedule, from, through)).as(name).isEqualTo(truth);
      Stretch passed = schedule.passed(from.toEpochMilli(), through.toEpochMilli(), 0);
      assertThat(passed).as(name).isEqualTo(stretch(truth));
      assertThat(Schedule.parse(schedule.text(), ZoneOffset.UTC)).as(name).isEqualTo(schedule);
    }
  }

  private static Schedule parseOrNever(String expression, ZoneId zone) {
    try {
      return Schedule.parse(expression, zone);
    } catch (ScheduleSyntaxException refused) {
      assertThat(refused.what()).as(expression).contains("would never be due");
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
    return second
        + field(random, 0, 59, 2, "")
        + " "
        + field(random, 0, 23, 2, "")
        + " "
        + field(random, 1, 31, 5, "")
        + " "
        + field(random, 1, 12, 6, "jan feb mar apr may jun jul aug sep oct nov dec")
        + " "
        + field(random, 0, 7, 5, "sun mon tue wed thu fri sat");
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
