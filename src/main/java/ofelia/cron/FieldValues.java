package ofelia.cron;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one field says: its list, read part by part.
final class FieldValues {

  private final Field field;
  private final Word word;
  private final StringBuilder text = new StringBuilder();
  private final List<Piece.Span> spans = new ArrayList<>();
  private long set;
  private boolean hasPieces;
  private boolean hasPlainStar;
  private int fromEnd;
  private int workdays;
  private int workdaysFromEnd;
  private long nth;
  private int last;

  private FieldValues(Field field, Word word) {
    this.field = field;
    this.word = word;
  }

  /// @param jobName what `H` is computed from
  /// @param errors gets what is wrong, part by part
  static FieldValues read(Field field, Word word, Optional<String> jobName, List<Remark> errors) {
    FieldValues values = new FieldValues(field, word);
    int before = errors.size();
    int begin = 0;
    while (begin <= word.text().length()) {
      int comma = word.text().indexOf(',', begin);
      int end = comma < 0 ? word.text().length() : comma;
      if (begin < end) {
        values.readPart(
            new Part(field, word.text().substring(begin, end), word.column() + begin, jobName),
            errors);
      }
      values.text.append(comma < 0 ? "" : ",");
      begin = end + 1;
    }
    if (!values.hasPieces && errors.size() == before) {
      errors.add(
          new Remark(
              word.column(),
              field.label + " " + Quoted.of(word.text()) + " has no value",
              field.advice()));
    }
    return values;
  }

  private void readPart(Part part, List<Remark> errors) {
    try {
      Piece piece = part.parse();
      text.append(part.isHashed() && piece instanceof Piece.Span s ? s.text() : part.text());
      add(piece);
      hasPieces = true;
    } catch (ScheduleSyntaxException e) {
      errors.addAll(e.remarks());
    }
  }

  private void add(Piece piece) {
    switch (piece) {
      case Piece.Span span -> {
        spans.add(span);
        hasPlainStar |= span.isPlainStar();
        set |= field == Field.YEAR ? 0 : bits(span);
      }
      case Piece.FromEnd(int days) -> fromEnd |= 1 << days;
      case Piece.Workday(int day) -> workdays |= 1 << day;
      case Piece.WorkdayFromEnd(int days) -> workdaysFromEnd |= 1 << days;
      case Piece.Nth(int weekday, int n) -> nth |= 1L << 7 * (n - 1) + weekday;
      case Piece.Last(int weekday) -> last |= 1 << weekday;
    }
  }

  private long bits(Piece.Span span) {
    int cycle = field.max - field.min + 1;
    int count = Math.floorMod(span.last() - span.first(), cycle) + 1;
    long bits = 0;
    for (int i = 0; i < count; i += span.step()) {
      bits |= 1L << field.min + (span.first() - field.min + i) % cycle;
    }
    return bits;
  }

  /// As it was written, and where.
  Word word() {
    return word;
  }

  /// The plain values, bit n for value n. Sunday's 7 is its 0.
  long set() {
    return field == Field.DAY_OF_WEEK ? (set | set >>> 7) & Days.EVERY_DAY_OF_WEEK : set;
  }

  /// Whether no part is a plain `*`.
  boolean isRestricted() {
    return !hasPlainStar;
  }

  boolean beginsWithStar() {
    return !text.isEmpty() && (text.charAt(0) == '*' || text.charAt(0) == '?');
  }

  /// As it was written, with values in the place of `H`.
  String text() {
    return text.toString();
  }

  /// The years; empty for all of them.
  Optional<Years> years() {
    return hasPlainStar || spans.isEmpty() ? Optional.empty() : Optional.of(new Years(spans));
  }

  /// The days that depend on the month, of both day fields; empty when there are none.
  static Optional<MonthRules> rules(FieldValues dayOfMonth, FieldValues dayOfWeek) {
    MonthRules rules =
        new MonthRules(
            dayOfMonth.fromEnd,
            dayOfMonth.workdays,
            dayOfMonth.workdaysFromEnd,
            dayOfWeek.nth,
            dayOfWeek.last);
    return rules.isEmpty() ? Optional.empty() : Optional.of(rules);
  }
}
