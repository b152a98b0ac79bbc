package ofelia.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The first due instant after some instant: Ofelia beside cron-utils, Quartz and Spring.
///
/// Each is asked from the same 256 instants of one year, in its own type, made beforehand. The
/// expressions are those that all four read alike; each is written with six fields, and for Quartz
/// and cron-utils one day field becomes `?`. The setup fails when two of the four disagree at one
/// of the instants, apart from days on which the clocks change.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class NextFireTime {

  private static final int INSTANTS = 256;
  private static final long FIRST = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  @Param({
    // ordinary
    "Europe/Berlin 0 * * * * *",
    "Europe/Berlin 0 */5 * * * *",
    "Europe/Berlin 0 0 * * * *",
    "Europe/Berlin 0 30 3 * * *",
    "Europe/Berlin 0 0 0,12 * * *",
    "Europe/Berlin 0 */15 9-17 * * MON-FRI",
    "Europe/Berlin 0 0 4 * * SUN",
    "Europe/Berlin 0 0 0 1 * *",
    "Europe/Berlin 0 15 2 1,15 * *",
    "UTC 0 0 6 * * MON-FRI",
    // nasty
    "Europe/Berlin 0 0 0 29 2 *",
    "Europe/Berlin 59 59 23 31 12 *",
    "Europe/Berlin 0 0 12 31 * *",
    "Europe/Berlin 0 30 2 * 3,10 SUN",
    "Europe/Berlin 0 */7 */11 */13 */5 *",
    "Europe/Berlin 1-59/2 1-59/7 1-23/3 1,11,21,31 * *",
    "Europe/Berlin */10 * * * * *",
    "Africa/Cairo 0 0 0 * 4,10 FRI",
    "Australia/Lord_Howe 0 */15 1-2 * 4,10 *",
    "America/New_York 58 59 23 30 11 *",
    // days that depend on the month
    "Europe/Berlin 0 0 18 L * *",
    "Europe/Berlin 0 0 9 * * FRI#2",
    "Europe/Berlin 0 0 9 * * FRIL",
    "UTC 0 0 9 L-3 * *"
  })
  public String expression = "";

  private final long[] millis = new long[INSTANTS];
  private final ZonedDateTime[] zoned = new ZonedDateTime[INSTANTS];
  private final Date[] dates = new Date[INSTANTS];
  private int turn;

  private Schedule ofelia = Never.NONE;

  @SuppressWarnings("NullAway.Init")
  private ExecutionTime cronUtils;

  @SuppressWarnings("NullAway.Init")
  private org.quartz.CronExpression quartz;

  @SuppressWarnings("NullAway.Init")
  private org.springframework.scheduling.support.CronExpression spring;

  @Setup
  @SuppressWarnings("JavaUtilDate") // Quartz knows no other type
  public void readTheExpression() throws ScheduleSyntaxException, ParseException {
    int blank = expression.indexOf(' ');
    ZoneId zone = ZoneId.of(expression.substring(0, blank));
    String fields = expression.substring(blank + 1);
    String withQuestionMark =
        fields.endsWith("*")
            ? fields.substring(0, fields.length() - 1) + "?"
            : fields.replaceFirst("^(\\S+ \\S+ \\S+) \\*", "$1 ?");
    ofelia = Schedule.parse(fields, zone);
    cronUtils =
        ExecutionTime.forCron(
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ))
                .parse(withQuestionMark));
    quartz = new org.quartz.CronExpression(withQuestionMark);
    quartz.setTimeZone(TimeZone.getTimeZone(zone));
    spring = org.springframework.scheduling.support.CronExpression.parse(fields);
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < INSTANTS; i++) {
      millis[i] = FIRST + random.nextLong(TimeUnit.DAYS.toMillis(365));
      dates[i] = new Date(millis[i]);
      zoned[i] = dates[i].toInstant().atZone(zone);
    }
    for (int i = 0; i < INSTANTS; i++) {
      requireAgreement(zone);
    }
  }

  @Benchmark
  public long ofelia() {
    return ofelia.next(millis[next()], 0);
  }

  @Benchmark
  public Optional<ZonedDateTime> cronUtils() {
    return cronUtils.nextExecution(zoned[next()]);
  }

  @Benchmark
  public Date quartz() {
    return quartz.getNextValidTimeAfter(dates[next()]);
  }

  @Benchmark
  public @Nullable ZonedDateTime spring() {
    return spring.next(zoned[next()]);
  }

  /// Asks all four from the next instant. Near a change of the clocks they may differ, which is
  /// what the tables of the tests are about.
  private void requireAgreement(ZoneId zone) {
    int from = turn;
    Instant due = Instant.ofEpochMilli(ofelia());
    List<Instant> others = new ArrayList<>();
    turn = from;
    others.add(cronUtils().orElseThrow().toInstant());
    turn = from;
    others.add(quartz().toInstant());
    turn = from;
    others.add(Objects.requireNonNull(spring()).toInstant());
    boolean quiet =
        zone.getRules()
            .getOffset(due.minus(1, ChronoUnit.DAYS))
            .equals(zone.getRules().getOffset(due.plus(1, ChronoUnit.DAYS)));
    if (quiet && !others.stream().allMatch(due::equals)) {
      throw new IllegalStateException(
          expression
              + " after "
              + zoned[turn]
              + ": "
              + due
              + ", cron-utils, Quartz, Spring "
              + others);
    }
  }

  private int next() {
    turn = turn + 1 & INSTANTS - 1;
    return turn;
  }
}
