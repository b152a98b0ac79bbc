package ofelia.cron;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Looks at fields that can stand, for what their author probably did not mean.
///
/// @param hasSecond whether the second was written
/// @param found gets what there is to say
record Cautions(
    Fields fields, boolean hasSecond, Days days, Days.Frequency frequency, List<Remark> found) {

  void look() {
    lookAtSecondsFirst();
    if (days.eitherMatches()) {
      lookAtStar(Field.DAY_OF_MONTH);
      lookAtStar(Field.DAY_OF_WEEK);
    }
    if (frequency == Days.Frequency.RARE) {
      found.add(
          new Remark(
              column(Field.DAY_OF_MONTH),
              "this is due on less than one day in two years",
              "write other days if that is not meant"));
    }
  }

  /// Seconds where minutes were meant, and minutes where hours were.
  private void lookAtSecondsFirst() {
    FieldValues second = fields.get(Field.SECOND);
    FieldValues minute = fields.get(Field.MINUTE);
    boolean isEachSecond = hasSecond && second.beginsWithStar() && !minute.beginsWithStar();
    boolean isEachMinute =
        !hasSecond && minute.text().equals("*") && Long.bitCount(fields.get(Field.HOUR).set()) == 1;
    if (isEachSecond) {
      found.add(
          new Remark(
              second.word().column(),
              "this is due "
                  + Long.bitCount(second.set())
                  + " times within a minute, since the first of six or seven fields is the second",
              "if once is meant, write " + Quoted.of("0 " + rest(Field.MINUTE))));
    } else if (isEachMinute) {
      found.add(
          new Remark(
              minute.word().column(),
              "this is due 60 times within an hour, once a minute",
              "if once is meant, write " + Quoted.of("0 " + rest(Field.HOUR))));
    }
  }

  private void lookAtStar(Field field) {
    FieldValues values = fields.get(field);
    if (values.beginsWithStar()) {
      found.add(
          new Remark(
              column(field),
              field.label
                  + " "
                  + Quoted.of(values.word().text())
                  + " restricts, star or not, so that a day needs to match only one of the two day"
                  + " fields",
              "if both must match, ask for it with day-match = and, or DAY_MATCH=and before the"
                  + " fields"));
    }
  }

  private int column(Field field) {
    return fields.get(field).word().column();
  }

  /// The fields from this one on, as they were written.
  private String rest(Field field) {
    Set<Field> rest = EnumSet.range(field, Field.YEAR);
    if (fields.get(Field.YEAR).text().equals("*")) {
      rest.remove(Field.YEAR);
    }
    return fields.text(rest);
  }
}
