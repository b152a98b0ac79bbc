package ofelia.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The first due instant after some instant, for the forms that the other libraries do not have or
/// do not read alike; asked as [NextFireTime] asks.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class NextOfOtherForms {

  private static final int INSTANTS = 256;
  private static final long FIRST = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  @Param({
    "0 3 * * *",
    "0 9 1,15W * *",
    "DAY_MATCH=and 0 3 13 * 5",
    "0 3 13 * 5",
    "0 3 1 1 * 2027-2099/2",
    "DST=literal 30 2 * * *",
    "FROM=2026-01-01T00:00:00Z UNTIL=2030-01-01T00:00:00Z 0 3 * * *",
    "0 9 * * MON-FRI | 0 11 * * SAT,SUN",
    "@every 90m",
    "@at 2027-01-01T03:00"
  })
  public String text = "";

  private final long[] millis = new long[INSTANTS];
  private int turn;

  private Schedule schedule = Never.NONE;

  @Setup
  public void readTheText() throws ScheduleSyntaxException {
    schedule = Schedule.parse(text, ZoneId.of("Europe/Berlin"));
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < INSTANTS; i++) {
      millis[i] = FIRST + random.nextLong(TimeUnit.DAYS.toMillis(365));
    }
  }

  @Benchmark
  public long next() {
    turn = turn + 1 & INSTANTS - 1;
    return schedule.next(millis[turn], FIRST);
  }
}
