package ofelia.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ofelia.calendar.CalendarRule;
import ofelia.calendar.CalendarSyntaxException;
import ofelia.calendar.CalendarText;
import ofelia.model.ValueSyntaxException;
import ofelia.model.ValueType;
import ofelia.syntax.GoDuration;
import ofelia.syntax.Parsed;

/// How the values of keys are written: all that the Go Ofelia accepts, and more.
final class KeyTypes {

  private KeyTypes() {}

  /// Any text, kept as it is.
  static final ValueType<String> TEXT = new Text("text");

  /// One text for each time the key is written. Nothing is split, since values may have commas.
  static final ValueType<List<String>> LIST = new Strings("list", false);

  /// A list of lines that [CalendarText] reads; kept as they are written.
  static final ValueType<List<String>> CALENDAR_LINE = new CalendarLines();

  /// Like [#LIST], but each text is also split at its commas.
  static final ValueType<List<String>> COMMA_LIST = new Strings("comma list", true);

  /// `true` and `false` with Go's and git's synonyms; empty means false.
  static final ValueType<Boolean> BOOLEAN = new Bool("boolean");

  /// A Go duration, also with days and weeks; not negative.
  static final ValueType<Duration> DURATION = new Span("duration", true);

  /// A duration of which zero means that none was written.
  static final ValueType<Duration> DURATION_OR_UNSET = new Span("duration", true);

  /// A duration above zero.
  static final ValueType<Duration> SOME_DURATION = new Span("duration", false);

  /// A number of bytes, with or without a unit.
  static final ValueType<Long> SIZE = new Size();

  /// A user or `user:group`. Empty, or the word `default`, is the image's or container's own, and
  /// reads as the empty text.
  static final ValueType<String> USER = new User();

  /// A whole number from `least` through `most`; decimal, or in Go's notations `0x1f`, `0o17`,
  /// `017`, `0b11`; empty means 0.
  static ValueType<Integer> integer(int least, int most) {
    return new Int(least, most);
  }

  /// One of a few words, in any case.
  ///
  /// @param words as they are stored and documented
  /// @param synonyms other spellings, and what they mean
  static ValueType<String> words(List<String> words, Map<String, String> synonyms) {
    return new Words(words, synonyms);
  }

  /// Several of a few words, in any case, separated by commas.
  ///
  /// @param words as they are stored and documented
  /// @param synonyms other spellings, and what they mean
  static ValueType<List<String>> wordList(List<String> words, Map<String, String> synonyms) {
    return new RunTypes.CheckedList(true, new Words(words, synonyms)::parse);
  }

  /// Text of a certain form; empty is allowed, and is the same as not written.
  ///
  /// @param form a regular expression for all of it
  /// @param what it is, with its article
  /// @param advice what to write instead
  static ValueType<String> formed(String form, String what, String advice) {
    return new Formed(Pattern.compile(form), what, advice);
  }

  private record Text(String word) implements ValueType<String> {

    @Override
    public String parse(String text) {
      return text;
    }

    @Override
    public String format(String value) {
      return value;
    }
  }

  private record Formed(Pattern form, String what, String advice) implements ValueType<String> {

    @Override
    public String word() {
      return "text";
    }

    @Override
    public String parse(String text) throws ValueSyntaxException {
      if (!text.isEmpty() && !form.matcher(text).matches()) {
        throw new ValueSyntaxException("\"" + text + "\" is not " + what, advice, 0);
      }
      return text;
    }

    @Override
    public String format(String value) {
      return value;
    }
  }

  private record User() implements ValueType<String> {

    @Override
    public String word() {
      return "user";
    }

    @Override
    public String parse(String text) {
      return text.equals("default") ? "" : text;
    }

    @Override
    public String format(String value) {
      return value.isEmpty() ? "default" : value;
    }
  }

  private record Strings(String word, boolean isSplit) implements ValueType<List<String>> {

    @Override
    public List<String> parse(String text) {
      if (!isSplit) {
        return text.isEmpty() ? List.of() : List.of(text);
      }
      return Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .toList();
    }

    @Override
    public String format(List<String> value) {
      return String.join(",", value);
    }

    @Override
    public boolean isList() {
      return true;
    }
  }

  private record CalendarLines() implements ValueType<List<String>> {

    @Override
    public String word() {
      return "list";
    }

    @Override
    public List<String> parse(String text) throws ValueSyntaxException {
      if (text.isEmpty()) {
        return List.of();
      }
      try {
        CalendarRule _ = CalendarText.parse(text);
        return List.of(text);
      } catch (CalendarSyntaxException e) {
        throw new ValueSyntaxException(e.found(), e.advice(), e.offset());
      }
    }

    @Override
    public String format(List<String> value) {
      return String.join("; ", value);
    }

    @Override
    public boolean isList() {
      return true;
    }
  }

  private record Bool(String word) implements ValueType<Boolean> {

    private static final List<String> TRUE = List.of("true", "t", "1", "yes", "y", "on");
    private static final List<String> FALSE = List.of("false", "f", "0", "no", "n", "off", "");

    @Override
    public Boolean parse(String text) throws ValueSyntaxException {
      String lower = text.toLowerCase(Locale.ROOT);
      if (TRUE.contains(lower)) {
        return true;
      }
      if (FALSE.contains(lower)) {
        return false;
      }
      throw new ValueSyntaxException(
          "\"" + text + "\" is neither true nor false", "write true or false", 0);
    }

    @Override
    public String format(Boolean value) {
      return value.toString();
    }
  }

  private record Int(int least, int most) implements ValueType<Integer> {

    @Override
    public String word() {
      return "integer";
    }

    @Override
    public Integer parse(String text) throws ValueSyntaxException {
      BigInteger number = text.isEmpty() ? BigInteger.ZERO : read(text);
      boolean isInRange =
          number.compareTo(BigInteger.valueOf(least)) >= 0
              && number.compareTo(BigInteger.valueOf(most)) <= 0;
      if (!isInRange) {
        throw new ValueSyntaxException(
            text + " is outside " + range(), "write a number " + range(), 0);
      }
      return number.intValueExact();
    }

    private String range() {
      if (most == Integer.MAX_VALUE) {
        return least == Integer.MIN_VALUE ? "of 32 bits" : "from " + least + " up";
      }
      return "from " + least + " to " + most;
    }

    /// Go's strconv.ParseInt with base 0, the underscores aside.
    private BigInteger read(String text) throws ValueSyntaxException {
      boolean hasSign = text.startsWith("-") || text.startsWith("+");
      String digits = text.substring(hasSign ? 1 : 0).toLowerCase(Locale.ROOT);
      int radix = radix(digits);
      int prefix = digits.matches("0[xob].*") ? 2 : 0;
      String bare = digits.substring(prefix);
      if (bare.isEmpty()
          || !bare.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0)) {
        throw new ValueSyntaxException(
            "\"" + text + "\" is not a whole number", "write digits only", 0);
      }
      BigInteger number = new BigInteger(bare, radix);
      return text.startsWith("-") ? number.negate() : number;
    }

    private static int radix(String digits) {
      if (digits.startsWith("0x")) {
        return 16;
      }
      if (digits.startsWith("0b")) {
        return 2;
      }
      return digits.startsWith("0") && digits.length() > 1 ? 8 : 10;
    }

    @Override
    public String format(Integer value) {
      return value.toString();
    }
  }

  private record Span(String word, boolean mayBeZero) implements ValueType<Duration> {

    @Override
    public Duration parse(String text) throws ValueSyntaxException {
      return switch (GoDuration.parse(text)) {
        case Parsed.Good<Duration>(Duration duration) when duration.isZero() && !mayBeZero ->
            throw new ValueSyntaxException(
                "\"" + text + "\" is no time at all", "write more than 0", 0);
        case Parsed.Good<Duration>(Duration duration) when !duration.isNegative() -> duration;
        case Parsed.Good<Duration> _ ->
            throw new ValueSyntaxException(
                "\"" + text + "\" is negative", "write it without the minus sign", 0);
        case Parsed.Bad<Duration>(int column, String found, String advice) ->
            throw new ValueSyntaxException(found, advice, column - 1);
      };
    }

    @Override
    public String format(Duration value) {
      return GoDuration.brief(value);
    }

    // Two duration types differ by identity, not by what they hold.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private record Size() implements ValueType<Long> {

    private static final Pattern NUMBER_AND_UNIT =
        Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([a-zA-Z]*)");
    private static final Map<String, Long> BYTES_PER_UNIT =
        Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("k", 1L << 10),
            Map.entry("kib", 1L << 10),
            Map.entry("kb", 1_000L),
            Map.entry("m", 1L << 20),
            Map.entry("mib", 1L << 20),
            Map.entry("mb", 1_000_000L),
            Map.entry("g", 1L << 30),
            Map.entry("gib", 1L << 30),
            Map.entry("gb", 1_000_000_000L));

    @Override
    public String word() {
      return "size";
    }

    @Override
    public Long parse(String text) throws ValueSyntaxException {
      String advice = "write bytes, or a number with KiB, MiB, GiB, KB, MB or GB, such as 256MiB";
      Matcher matcher = NUMBER_AND_UNIT.matcher(text);
      if (!matcher.matches()) {
        throw new ValueSyntaxException("\"" + text + "\" is not a size", advice, 0);
      }
      Long perUnit = BYTES_PER_UNIT.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (perUnit == null) {
        throw new ValueSyntaxException(
            "\"" + matcher.group(2) + "\" is not a unit of size", advice, matcher.start(2));
      }
      BigInteger bytes =
          new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(perUnit)).toBigInteger();
      if (bytes.bitLength() > 62) {
        throw new ValueSyntaxException("\"" + text + "\" is too large", advice, 0);
      }
      return bytes.longValueExact();
    }

    @Override
    public String format(Long value) {
      if (value != 0 && value % (1L << 20) == 0) {
        return (value >> 20) + "MiB";
      }
      return value != 0 && value % (1L << 10) == 0 ? (value >> 10) + "KiB" : value.toString();
    }
  }

  private record Words(List<String> words, Map<String, String> synonyms)
      implements ValueType<String> {

    @Override
    public String word() {
      return String.join(" / ", words);
    }

    @Override
    public String parse(String text) throws ValueSyntaxException {
      String lower = text.toLowerCase(Locale.ROOT);
      String meant = synonyms.getOrDefault(lower, lower);
      if (words.contains(meant)) {
        return meant;
      }
      String advice = Spelling.suggest(text, words, "write one of " + String.join(", ", words));
      throw new ValueSyntaxException("\"" + text + "\" is not known here", advice, 0);
    }

    @Override
    public String format(String value) {
      return value;
    }
  }
}
