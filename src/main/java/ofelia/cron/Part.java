package ofelia.cron;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import ofelia.syntax.Nearest;

/// One part of a field's list, to be read into a [Piece].
///
/// @param column where the part begins in what the person wrote
/// @param jobName what `H` is computed from
record Part(Field field, String text, int column, Optional<String> jobName) {

  /// The greatest day of the month that `H` gives: the last one that every month has.
  private static final int LAST_HASHED_DAY = 28;

  boolean isHashed() {
    return text.startsWith("H") || text.startsWith("h");
  }

  Piece parse() throws ScheduleSyntaxException {
    if (isHashed()) {
      return hashed();
    }
    String upper = text.toUpperCase(Locale.ROOT);
    // Letters with which a few characters turn into several have no place here.
    if (upper.length() != text.length()) {
      return span();
    }
    if (field == Field.DAY_OF_MONTH && (upper.startsWith("L") || upper.endsWith("W"))) {
      return dayOfMonth(upper);
    }
    if (field == Field.DAY_OF_WEEK && (upper.indexOf('#') >= 0 || upper.endsWith("L"))) {
      return dayOfWeek(upper);
    }
    return span();
  }

  // ---- values, ranges, steps -----------------------------------------------------------------

  private Piece.Span span() throws ScheduleSyntaxException {
    String base = base();
    int step = step();
    boolean star = base.equals("*") || base.equals("?");
    int first = field.min;
    int last = field.max;
    if (!star) {
      if (base.startsWith("*") || base.startsWith("?")) {
        throw wrong(
            0,
            field.label + " " + Quoted.of(base) + " has more than a step after the star",
            "write * alone, or with a step such as */5");
      }
      int dash = base.indexOf('-');
      if (dash == 0 || dash > 0 && dash == base.length() - 1) {
        throw wrong(
            0,
            field.label + " " + Quoted.of(base) + " is a range with one end",
            "write both ends, such as " + field.range());
      }
      first = value(dash < 0 ? base : base.substring(0, dash), 0);
      if (dash > 0) {
        last = value(base.substring(dash + 1), dash + 1);
      } else if (text.length() == base.length()) {
        last = first;
      }
    }
    if (field == Field.YEAR && first > last) {
      throw wrong(
          0,
          "years " + Quoted.of(base) + " run backwards",
          "write the earlier one first: " + last + "-" + first);
    }
    return stepped(first, last, step, star, base.length() + 1);
  }

  /// @param stepOffset where the step stands
  private Piece.Span stepped(int first, int last, int step, boolean star, int stepOffset)
      throws ScheduleSyntaxException {
    int cycle = field.max - field.min + 1;
    int count = (first <= last ? last - first : cycle + last - first) + 1;
    if (step > 1 && step >= count) {
      throw wrong(
          stepOffset,
          field.label
              + " step "
              + step
              + " is not smaller than the "
              + count
              + (count == 1 ? " value" : " values")
              + " it steps over, so that only "
              + first
              + " would be left",
          "write " + first + ", or a smaller step");
    }
    return new Piece.Span(first, last, step, star);
  }

  private String base() {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  private int step() throws ScheduleSyntaxException {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return 1;
    }
    String step = text.substring(slash + 1);
    int number = number(step);
    if (number < 1) {
      throw wrong(
          slash + 1,
          field.label + " step " + Quoted.of(step) + " is not a number from 1",
          "write for example */5 or " + field.range() + "/5");
    }
    return number;
  }

  private int value(String word, int offset) throws ScheduleSyntaxException {
    int value = number(word);
    if (value < 0) {
      value = field.named(word);
    }
    if (value < 0) {
      throw notAValue(word, offset);
    }
    if (value < field.min || value > field.max) {
      throw wrong(
          offset,
          field.label + " " + shortened(word) + " is outside " + field.range(),
          field == Field.HOUR && value == 24
              ? "write 0 for midnight"
              : "write a number from " + field.min + " to " + field.max);
    }
    return value;
  }

  /// Without the quotes, as numbers stand in messages.
  private static String shortened(String word) {
    String quoted = Quoted.of(word);
    return quoted.substring(1, quoted.length() - 1);
  }

  /// The number that the whole word is, cut to 99999, or -1.
  private static int number(String word) {
    int number = word.isEmpty() ? -1 : 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = Math.min(number * 10 + c - '0', 99_999);
    }
    return number;
  }

  // ---- days that depend on the month ---------------------------------------------------------

  /// `L`, `L-n`, `LW`, `L-nW`, `nW`.
  private Piece dayOfMonth(String upper) throws ScheduleSyntaxException {
    boolean workday = upper.endsWith("W");
    String day = workday ? upper.substring(0, upper.length() - 1) : upper;
    if (day.equals("L")) {
      return workday ? new Piece.WorkdayFromEnd(0) : new Piece.FromEnd(0);
    }
    int number = number(day.startsWith("L-") ? day.substring(2) : day);
    if (number < 0) {
      throw wrong(
          0,
          field.label + " " + Quoted.of(text) + " is no day that is looked for in the month",
          "write L for the last day, L-3 for the third before it, LW for the last from Monday to"
              + " Friday, or 15W for the one nearest to the 15th");
    }
    if (day.startsWith("L-")) {
      if (number < 1 || number > 30) {
        throw wrong(
            2,
            field.label + " " + Quoted.of(text) + " counts " + number + " days from the last one",
            "write a number from 1 to 30 after L-");
      }
      return workday ? new Piece.WorkdayFromEnd(number) : new Piece.FromEnd(number);
    }
    return new Piece.Workday(value(day, 0));
  }

  /// `D#n`, `D#L`, `DL`.
  private Piece dayOfWeek(String upper) throws ScheduleSyntaxException {
    int hash = text.indexOf('#');
    String day = text.substring(0, hash < 0 ? text.length() - 1 : hash);
    if (day.isEmpty()) {
      throw wrong(
          0,
          field.label + " " + Quoted.of(text) + " names no day",
          hash < 0
              ? "write FRIL or 5L for the last Friday of the month, SAT for each Saturday"
              : "write for example FRI#2 for the second Friday of the month");
    }
    int weekday = value(day, 0) % 7;
    String which = hash < 0 ? "L" : upper.substring(hash + 1);
    if (which.equals("L")) {
      return new Piece.Last(weekday);
    }
    int n = number(which);
    if (n < 1 || n > 5) {
      throw wrong(
          hash + 1,
          field.label + " " + Quoted.of(text) + " asks for " + Quoted.of(which) + " in the month",
          "write a number from 1 to 5 after #, or L for the last one");
    }
    return new Piece.Nth(weekday, n);
  }

  // ---- values computed from the job's name ---------------------------------------------------

  private Piece.Span hashed() throws ScheduleSyntaxException {
    String base = base();
    int first = field.min;
    int last = lastHashed();
    if (field == Field.YEAR) {
      throw wrong(0, "a year cannot be chosen from the job's name (H)", "write the year");
    }
    if (base.length() > 1) {
      String ends = base.substring(1);
      int dash = ends.indexOf('-');
      if (!ends.startsWith("(") || !ends.endsWith(")") || dash < 2 || dash == ends.length() - 2) {
        throw wrong(
            0,
            field.label + " " + Quoted.of(base) + " is no value chosen from the job's name",
            "write H, or with a range H(" + first + "-" + last + ")");
      }
      first = value(ends.substring(1, dash), 2);
      last = value(ends.substring(dash + 1, ends.length() - 1), dash + 2);
      if (first > last) {
        throw wrong(
            1,
            field.label + " range " + Quoted.of(ends) + " of H runs backwards",
            "write the smaller value first");
      }
    }
    if (jobName.isEmpty()) {
      throw wrong(
          0,
          field.label + " " + Quoted.of(text) + " is chosen from a job's name, and no job is named",
          "name one with --job, or write a number");
    }
    int step = step();
    if (text.length() == base.length()) {
      int value = first + hash(jobName.get(), last - first + 1);
      return new Piece.Span(value, value, 1, false);
    }
    stepped(first, last, step, false, base.length() + 1);
    first += hash(jobName.get(), step);
    return first + step > last
        ? new Piece.Span(first, first, 1, false)
        : new Piece.Span(first, last, step, false);
  }

  private int lastHashed() {
    return switch (field) {
      case DAY_OF_MONTH -> LAST_HASHED_DAY;
      case DAY_OF_WEEK -> 6;
      case SECOND, MINUTE, HOUR, MONTH, YEAR -> field.max;
    };
  }

  /// A number from 0 below `bound`, the same for the same name and field in all versions of the
  /// program. FNV-1a over the name in UTF-8 and the field's label, stirred by the finish of
  /// SplitMix64, since FNV alone leaves the low bits of similar names alike.
  private int hash(String name, int bound) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : (name + '\0' + field.label).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xff) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return (int) Long.remainderUnsigned(hash ^ hash >>> 31, bound);
  }

  // ---- what is wrong -------------------------------------------------------------------------

  private ScheduleSyntaxException notAValue(String word, int offset) {
    String what =
        field.label
            + " "
            + Quoted.of(word)
            + (field.names.isEmpty() ? " is not a number" : " is neither a number nor a name");
    String start = word.substring(0, Math.min(3, word.length()));
    if (field.named(start) >= 0) {
      return wrong(offset, what, "write " + start.toLowerCase(Locale.ROOT));
    }
    return wrong(
        offset,
        what,
        Nearest.of(word, field.names).map(name -> "write " + name).orElseGet(field::advice));
  }

  private ScheduleSyntaxException wrong(int offset, String what, String instead) {
    return new ScheduleSyntaxException(column + offset, what, instead);
  }
}
