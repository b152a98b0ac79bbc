package ofelia.cron;

import java.util.Locale;
import ofelia.syntax.Nearest;

/// One part of a field's list: `*`, a value or a range, each with or without a step.
///
/// @param column where the part begins in what the person wrote
record Part(Field field, String text, int column) {

  /// `*` or `?` without a step above 1.
  boolean isPlainStar() throws ScheduleSyntaxException {
    return isStar(base()) && step() == 1;
  }

  /// The values, bit n for value n.
  long values() throws ScheduleSyntaxException {
    String base = base();
    int step = step();
    int first = field.min;
    int last = field.max;
    if (!isStar(base)) {
      if (base.startsWith("*") || base.startsWith("?")) {
        throw wrong(
            0,
            field.label + " \"" + base + "\" has more than a step after the star",
            "write * alone, or with a step such as */5");
      }
      int dash = base.indexOf('-');
      if (dash == 0 || dash > 0 && dash == base.length() - 1) {
        throw wrong(
            0,
            field.label + " \"" + base + "\" is a range with one end",
            "write both ends, such as " + field.min + "-" + field.max);
      }
      first = value(dash < 0 ? base : base.substring(0, dash), 0);
      if (dash > 0) {
        last = value(base.substring(dash + 1), dash + 1);
      } else if (text.length() == base.length()) {
        last = first;
      }
    }
    int cycle = field.max - field.min + 1;
    int count = (first <= last ? last - first : cycle + last - first) + 1;
    if (step > 1 && step >= count) {
      throw wrong(
          base.length() + 1,
          field.label
              + " step "
              + step
              + " is not smaller than the "
              + count
              + " values it steps over, so that only "
              + first
              + " would be left",
          "write " + first + ", or a smaller step");
    }
    long set = 0;
    for (int i = 0; i < count; i += step) {
      set |= 1L << field.min + (first - field.min + i) % cycle;
    }
    return set;
  }

  private String base() {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  private static boolean isStar(String base) {
    return base.equals("*") || base.equals("?");
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
          field.label + " step \"" + step + "\" is not a number from 1",
          "write for example */5 or " + field.min + "-" + field.max + "/5");
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
          field.label + " " + word + " is outside " + field.min + "-" + field.max,
          field == Field.HOUR && value == 24
              ? "write 0 for midnight"
              : "write a number from " + field.min + " to " + field.max);
    }
    return value;
  }

  /// The number that the whole word is, cut to 9999, or -1.
  private static int number(String word) {
    int number = word.isEmpty() ? -1 : 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = Math.min(number * 10 + c - '0', 9_999);
    }
    return number;
  }

  private ScheduleSyntaxException notAValue(String word, int offset) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.startsWith("H") && (upper.length() == 1 || !Character.isLetter(upper.charAt(1)))) {
      return notYet("a value chosen from the job's name (H)");
    }
    if (field == Field.DAY_OF_MONTH && upper.matches("L|L-\\d+")) {
      return notYet("a day counted from the end of the month (L)");
    }
    if (field == Field.DAY_OF_MONTH && upper.matches("LW|WL|\\d+W")) {
      return notYet("a nearest working day (W)");
    }
    if (field == Field.DAY_OF_WEEK && upper.matches("\\w+#\\w+")) {
      return notYet("the n-th weekday of the month (#)");
    }
    if (field == Field.DAY_OF_WEEK && upper.matches("L|(\\d|[A-Z]{3})L")) {
      return notYet("the last weekday of the month (L)");
    }
    String what = field.label + " \"" + word + "\" is neither a number nor a name";
    if (field.names.isEmpty()) {
      what = field.label + " \"" + word + "\" is not a number";
    }
    String start = word.substring(0, Math.min(3, word.length()));
    if (field.named(start) >= 0) {
      return wrong(offset, what, "write " + start.toLowerCase(Locale.ROOT));
    }
    return wrong(
        offset,
        what,
        Nearest.of(word, field.names).map(name -> "write " + name).orElseGet(field::advice));
  }

  private ScheduleSyntaxException notYet(String form) {
    return wrong(
        0,
        field.label + " \"" + text + "\" means " + form + ", which is not supported yet",
        field.advice());
  }

  private ScheduleSyntaxException wrong(int offset, String what, String instead) {
    return new ScheduleSyntaxException(column + offset, what, instead);
  }
}
