package ofelia.cron;

import java.time.Duration;

/// A length of time as Go's `time.ParseDuration` reads it, for `@every`: numbers with units in a
/// row, such as `1h30m`, `1.5h` or `90s`.
final class GoDuration {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String EXAMPLE = "write a duration such as 30s, 5m or 1h30m";

  private final String text;
  private final int column;
  private int at;

  private GoDuration(String text, int column) {
    this.text = text;
    this.column = column;
  }

  /// @param column where `text` begins in what the person wrote
  /// @return at most 2^63 - 1 nanoseconds (292 years); never negative
  static Duration parse(String text, int column) throws ScheduleSyntaxException {
    return new GoDuration(text, column).parse();
  }

  private Duration parse() throws ScheduleSyntaxException {
    if (text.startsWith("-")) {
      throw wrong("the interval \"" + text + "\" is negative", EXAMPLE);
    }
    if (text.startsWith("+")) {
      at = 1;
    }
    if (text.substring(at).equals("0")) {
      return Duration.ZERO;
    }
    long nanos = 0;
    try {
      do {
        nanos = Math.addExact(nanos, part());
      } while (at < text.length());
    } catch (ArithmeticException _) {
      // Beyond 2^63 nanoseconds, where Go's durations end as well.
      throw wrong("the interval \"" + text + "\" is longer than 292 years", EXAMPLE);
    }
    return Duration.ofNanos(nanos);
  }

  /// One number with its unit, in nanoseconds.
  private long part() throws ScheduleSyntaxException {
    int begin = at;
    long whole = 0;
    for (; isDigit(); at++) {
      whole = Math.addExact(Math.multiplyExact(whole, 10L), text.charAt(at) - '0');
    }
    int digits = at - begin;
    long fraction = 0;
    long scale = 1;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      for (; isDigit(); at++) {
        digits++;
        // Digits below a billionth say nothing: the greatest unit has 3600 seconds, of which
        // fractions are cut.
        if (scale < NANOS_PER_SECOND) {
          fraction = fraction * 10 + text.charAt(at) - '0';
          scale *= 10;
        }
      }
    }
    if (digits == 0) {
      throw wrong(
          "the interval \"" + text + "\" has no number at \"" + text.substring(begin) + "\"",
          EXAMPLE);
    }
    long unit = unit(begin);
    // fraction < 10^9 and a unit is at most 3.6·10^12, so that the product stays below 2^63.
    return Math.addExact(Math.multiplyExact(whole, unit), fraction * unit / scale);
  }

  private long unit(int partBegin) throws ScheduleSyntaxException {
    int begin = at;
    while (at < text.length() && text.charAt(at) != '.' && !isDigit()) {
      at++;
    }
    String unit = text.substring(begin, at);
    return switch (unit) {
      case "ns" -> 1;
      case "us", "\u00b5s", "\u03bcs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> NANOS_PER_SECOND;
      case "m" -> 60 * NANOS_PER_SECOND;
      case "h" -> 3_600 * NANOS_PER_SECOND;
      case "" ->
          throw wrong(
              "the interval \""
                  + text
                  + "\" has no unit after \""
                  + text.substring(partBegin)
                  + "\"",
              "write its unit: s, m or h");
      case "d", "w" ->
          throw wrong(
              "the interval \""
                  + text
                  + "\" counts in \""
                  + unit
                  + "\", which is not supported yet",
              "write hours: 1d is 24h, 1w is 168h");
      default ->
          throw wrong(
              "the interval \"" + text + "\" has the unknown unit \"" + unit + "\"",
              "write one of ns, us, ms, s, m, h");
    };
  }

  private boolean isDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private ScheduleSyntaxException wrong(String what, String instead) {
    return new ScheduleSyntaxException(column, what, instead);
  }
}
