package ofelia.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any text at all is either a schedule or a readable error, soon. The seed is printed;
/// `-Dofelia.cron.seed=` repeats a run and `-Dofelia.cron.texts=` makes it longer.
final class HostileTextTest {

  private static final long SEED = Long.getLong("ofelia.cron.seed", System.nanoTime());
  private static final int TEXTS = Integer.getInteger("ofelia.cron.texts", 20_000);

  /// Far more than any text takes, and far less than a search that runs away.
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final ScheduleDefaults DEFAULTS =
      ScheduleDefaults.of(ZoneId.of("Europe/Berlin")).withJobName("job");

  private static final String DIGITS = "1234567890".repeat(50);

  static List<String> nasty() {
    return List.of(
        "\0",
        "\0 \0 \0 \0 \0",
        "0 3 * * *\0",
        "٣ ٤ * * *",
        "３ ４ * * *",
        "0 3 * * ﬂi",
        "0 3 ŉL * *",
        "0 3 * * İL",
        "0 3 * * ßL",
        "\uD800 3 * * *",
        "💥 3 * * *",
        "\u202E0 3 * * *",
        DIGITS + " * * * *",
        "*/" + DIGITS + " * * * *",
        "0 0 L-" + DIGITS + " * *",
        "0 0 * * 1#" + DIGITS,
        "0 0 " + DIGITS + "W * *",
        "0 0 1 1 * " + DIGITS,
        "H(" + DIGITS + "-5) * * * *",
        "@every " + DIGITS + "h",
        "@every " + "1s".repeat(4_000),
        "@every 1." + DIGITS + "h",
        "@at " + DIGITS,
        "@at -999999999-01-01T00:00:00Z",
        "@at +999999999-12-31T23:59:59+18:00",
        "@at 9999-12-31T23:59:59-18:00",
        "@at 0000-01-01T00:00 Pacific/Apia",
        "FROM=-5 0 3 * * *",
        "UNTIL=9999-12-31 0 3 * * *",
        "TZ=" + "x".repeat(8_000) + " 0 3 * * *",
        "TZ=../../etc/passwd 0 3 * * *",
        "DST=" + "x".repeat(8_000) + " 0 3 * * *",
        "x".repeat(8_192),
        "x=".repeat(4_096),
        "* ".repeat(4_096),
        "|".repeat(8_192),
        ",".repeat(8_100) + " * * * *",
        "-".repeat(8_100) + " * * * *",
        "/".repeat(8_100) + " * * * *",
        "1,".repeat(4_000) + "1 * * * *",
        "0 0 29 2 MON " + "2001,".repeat(1_600) + "2004",
        "DAY_MATCH=and 0 0 29 2 MON#5 1-9999/7 | ".repeat(100),
        "0 0 30 2 * 1-9999",
        "DAY_MATCH=and 59 59 23 29 2 MON#5 9000-9999",
        "@".repeat(8_192),
        "0 3 * * * | ".repeat(680),
        "* * * * * * | ".repeat(63) + "* * * * * *",
        "x".repeat(1_000_000));
  }

  @ParameterizedTest
  @MethodSource("nasty")
  void readsNastyTextOrSaysSoon(String text) {
    read(text);
  }

  @Test
  void readsAnyTextOrSaysSoon() {
    int schedules = 0;
    for (int i = 0; i < TEXTS; i++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + i);
      schedules += read(random.nextBoolean() ? soup(random) : damaged(random)) ? 1 : 0;
    }
    System.out.println(
        "HostileTextTest: -Dofelia.cron.seed="
            + SEED
            + " -Dofelia.cron.texts="
            + TEXTS
            + ": "
            + schedules
            + " were schedules");
    assertThat(schedules).isBetween(TEXTS / 100, TEXTS - TEXTS / 10);
  }

  /// Whether the text is a schedule.
  private static boolean read(String text) {
    long begin = System.nanoTime();
    String name = text.length() > 200 ? text.substring(0, 200) + "…, seed " + SEED : text;
    boolean isSchedule = false;
    try {
      Schedule schedule = Schedule.parse(text, DEFAULTS);
      isSchedule = true;
      assertThat(Schedule.parse(schedule.text(), ZoneOffset.UTC)).as(name).isEqualTo(schedule);
      assertThat(Forecast.sentence(schedule)).as(name).endsWith(".");
      assertThat(Forecast.due(schedule, 0, 0, 3)).as(name).hasSizeLessThan(4);
      schedule.next(Long.MAX_VALUE - 1, 0);
      schedule.passed(0, Duration.ofDays(365).toMillis(), 0);
    } catch (ScheduleSyntaxException e) {
      assertThat(e.remarks())
          .as(name)
          .isNotEmpty()
          .allSatisfy(remark -> {
            assertThat(remark.column()).isBetween(0, text.length());
            assertThat(remark.text()).hasSizeLessThan(600).doesNotContainPattern("\\p{Cntrl}");
          });
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(name).isLessThan(SOON);
    return isSchedule;
  }

  private static final List<String> PIECES =
      List.of(
          "*",
          "?",
          "/",
          "-",
          ",",
          "#",
          "L",
          "W",
          "LW",
          "H",
          "H(",
          ")",
          "|",
          "@",
          "=",
          " ",
          "  ",
          "\t",
          "0",
          "1",
          "5",
          "7",
          "12",
          "31",
          "59",
          "60",
          "2027",
          "9999",
          "mon",
          "FRI",
          "jan",
          "@every",
          "@at",
          "@daily",
          "@reboot",
          "1h",
          "2d",
          "TZ=",
          "CRON_TZ=UTC",
          "DST=once",
          "DAY_MATCH=and",
          "FROM=2027-01-01",
          "UNTIL=2028-01-01",
          "Europe/Berlin",
          "\0",
          "é",
          "٣");

  private static String soup(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(1, 25);
    for (int i = 0; i < length; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
      text.append(random.nextInt(3) == 0 ? " " : "");
    }
    return text.toString();
  }

  private static final List<String> SOUND =
      List.of(
          "0 3 * * *",
          "*/15 9-17 * * MON-FRI",
          "0 0 1,15W,L-3,LW * FRI#2,5L 2027-2030",
          "CRON_TZ=Europe/Berlin DAY_MATCH=and DST=literal 30 2 13 * 5 | @every 1h30m",
          "H H(0-5)/2 * * *",
          "@at 2027-01-01T03:00 Europe/Berlin",
          "FROM=2027-01-01T00:00:00Z UNTIL=2028-01-01 0 0 * * * | @reboot");

  private static String damaged(RandomGenerator random) {
    StringBuilder text = new StringBuilder(SOUND.get(random.nextInt(SOUND.size())));
    int wounds = random.nextInt(1, 4);
    for (int i = 0; i < wounds && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> text.setCharAt(at, (char) random.nextInt(32, 127));
        default -> text.insert(at, text.substring(at / 2, at));
      }
    }
    return text.toString();
  }
}
