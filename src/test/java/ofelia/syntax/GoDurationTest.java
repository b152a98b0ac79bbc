package ofelia.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import ofelia.syntax.Parsed.Bad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0,PT0S",
    "-0,PT0S",
    "10s,PT10S",
    "+5s,PT5S",
    "-5s,PT-5S",
    "1.5h,PT1H30M",
    "1h30m,PT1H30M",
    "250ms,PT0.25S",
    "3us,PT0.000003S",
    "3µs,PT0.000003S",
    "7ns,PT0.000000007S",
    ".5s,PT0.5S",
    "1.s,PT1S",
    "1m1m,PT2M",
    "1s1h,PT1H1S",
    "1d,PT24H",
    "2w,PT336H",
    "1d12h,PT36H",
    "1.9ns,PT0.000000001S",
    "2540400h,PT2540400H"
  })
  void readsGoDurationsAndDays(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).isEqualTo(Parsed.good(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "'',1,missing",
    "10,3,has no unit",
    "1h30,5,has no unit",
    "ten,1,a number was expected",
    "-,2,no number after the sign",
    "1 h,2,is not a unit",
    "1min,2,is not a unit",
    "1..5s,1,a number was expected",
    ".s,1,a number was expected",
    "9000000h,1,too long"
  })
  void saysWhatIsWrongAndWhere(String text, int column, String found) {
    assertThat(GoDuration.parse(text))
        .isInstanceOfSatisfying(
            Bad.class,
            bad -> {
              assertThat(bad.column()).isEqualTo(column);
              assertThat(bad.found()).contains(found);
              assertThat(bad.advice()).isNotBlank();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,0s",
    "PT1H30M,1h30m0s",
    "PT1.5S,1.5s",
    "PT0.25S,250ms",
    "PT-90S,-1m30s",
    "PT24H,24h0m0s",
    "PT0.0000015S,1.5µs",
    "PT0.000000007S,7ns",
    "PT1M,1m0s",
    "PT10S,10s",
    "PT100H0.1S,100h0m0.1s"
  })
  void writesWhatGoWrites(Duration duration, String expected) {
    assertThat(GoDuration.format(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "PT2160H,90d",
    "PT48H,2d",
    "PT24H,24h",
    "PT25H,25h",
    "PT1H30M,1h30m",
    "PT20M,20m",
    "PT2H20S,2h0m20s",
    "PT10S,10s",
    "PT0.25S,250ms",
    "PT0S,0s",
    "PT-1H,-1h"
  })
  void writesForPeopleWithoutWhatIsZero(Duration duration, String expected) {
    assertThat(GoDuration.brief(duration)).isEqualTo(expected);
    assertThat(GoDuration.parse(expected)).isEqualTo(Parsed.good(duration));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Duration duration = Duration.ofNanos(random.nextLong() >> random.nextInt(64));
      assertThat(GoDuration.parse(GoDuration.format(duration)))
          .as("seed %d", seed)
          .isEqualTo(Parsed.good(duration));
      assertThat(GoDuration.parse(GoDuration.brief(duration)))
          .as("seed %d", seed)
          .isEqualTo(Parsed.good(duration));
    }
  }
}
