package ofelia.syntax;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

/// Durations in the notation of Go's `time.ParseDuration`, with days and weeks added: `90s`,
/// `1h30m`, `1.5h`, `250ms`, `1d12h`, `2w`.
///
/// One or more numbers, each followed at once by its unit (`ns`, `us` or `µs`, `ms`, `s`, `m`, `h`,
/// `d` of 24 hours, `w` of 7 days), an optional sign before the first. `0` needs no unit. Digits
/// below a nanosecond are cut off. The largest duration is that of Go, 2^63-1 ns (about 292 years).
public final class GoDuration {

  private static final String EXAMPLES = "write a number with a unit, such as 90s, 10m or 1h30m";

  private static final Map<String, Long> NANOS_PER_UNIT =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L,
          "w", 604_800_000_000_000L);

  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  /// Reads `text`, which may not have blanks around or inside it.
  public static Parsed<Duration> parse(String text) {
    if (text.isEmpty()) {
      return Parsed.bad(1, "a duration is missing", EXAMPLES);
    }
    boolean hasSign = text.charAt(0) == '-' || text.charAt(0) == '+';
    int position = hasSign ? 1 : 0;
    if (text.substring(position).equals("0")) {
      return Parsed.good(Duration.ZERO);
    }
    if (position == text.length()) {
      return Parsed.bad(position + 1, "there is no number after the sign", EXAMPLES);
    }
    BigInteger nanos = BigInteger.ZERO;
    while (position < text.length()) {
      int numberEnd = skip(text, position, "0123456789.");
      String number = text.substring(position, numberEnd);
      if (!isNumber(number)) {
        String found = "a number was expected at \"" + text.substring(position) + "\"";
        return Parsed.bad(position + 1, found, EXAMPLES);
      }
      int unitEnd = skipToNumber(text, numberEnd);
      String unit = text.substring(numberEnd, unitEnd);
      Long perUnit = NANOS_PER_UNIT.get(unit);
      if (perUnit == null) {
        return badUnit(number, unit, numberEnd);
      }
      nanos =
          nanos.add(new BigDecimal(number).multiply(BigDecimal.valueOf(perUnit)).toBigInteger());
      position = unitEnd;
    }
    if (nanos.compareTo(LARGEST) > 0) {
      return Parsed.bad(1, "the duration is too long", "the longest is 2540400h, 290 years");
    }
    long total = nanos.longValueExact();
    return Parsed.good(Duration.ofNanos(text.charAt(0) == '-' ? -total : total));
  }

  private static Parsed<Duration> badUnit(String number, String unit, int position) {
    if (unit.isEmpty()) {
      String advice = "write " + number + "s for seconds, " + number + "m for minutes";
      return Parsed.bad(position + 1, "the number " + number + " has no unit", advice);
    }
    String advice = "the units are ns, us, ms, s, m, h, d and w";
    return Parsed.bad(position + 1, "\"" + unit + "\" is not a unit of time", advice);
  }

  private static boolean isNumber(String text) {
    return text.chars().anyMatch(c -> c != '.') && text.indexOf('.') == text.lastIndexOf('.');
  }

  private static int skip(String text, int from, String allowed) {
    int i = from;
    while (i < text.length() && allowed.indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  private static int skipToNumber(String text, int from) {
    int i = from;
    while (i < text.length() && "0123456789.".indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  /// Writes `duration` as Go does: `1h30m0s`, `1.5s`, `250ms`, `0s`. The result parses back to the
  /// same duration.
  ///
  /// @throws ArithmeticException if the duration is longer than Go's longest
  public static String format(Duration duration) {
    long total = duration.toNanos();
    if (total == 0) {
      return "0s";
    }
    String sign = total < 0 ? "-" : "";
    // Unsigned, since the least long has no positive counterpart.
    long nanos = Math.abs(total);
    if (Long.compareUnsigned(nanos, 1_000_000_000) < 0) {
      return sign + formatBelowOneSecond(nanos);
    }
    long minutes = Long.divideUnsigned(nanos, 60_000_000_000L);
    String seconds = decimal(Long.remainderUnsigned(nanos, 60_000_000_000L), 1_000_000_000) + "s";
    if (minutes == 0) {
      return sign + seconds;
    }
    return sign + (minutes >= 60 ? minutes / 60 + "h" : "") + minutes % 60 + "m" + seconds;
  }

  /// Writes `duration` as a person would: `90d`, `1h30m`, `24h`, `8s`, `250ms`. Whole days from two
  /// on are written as days. The result parses back to the same duration.
  ///
  /// @throws ArithmeticException if the duration is longer than Go's longest
  public static String brief(Duration duration) {
    if (duration.toDays() >= 2 && duration.equals(Duration.ofDays(duration.toDays()))) {
      return duration.toDays() + "d";
    }
    String text = format(duration);
    if (text.endsWith("m0s")) {
      text = text.substring(0, text.length() - 2);
    }
    return text.endsWith("h0m") ? text.substring(0, text.length() - 2) : text;
  }

  private static String formatBelowOneSecond(long nanos) {
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    return nanos < 1_000_000 ? decimal(nanos, 1_000) + "µs" : decimal(nanos, 1_000_000) + "ms";
  }

  /// So many units, a power of ten, without needless zeros.
  private static String decimal(long number, long unit) {
    String whole = Long.toString(number / unit);
    long rest = number % unit;
    if (rest == 0) {
      return whole;
    }
    // The unit's own leading one keeps the zeros behind the point.
    String digits = Long.toString(unit + rest);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + digits.substring(1, end);
  }
}
