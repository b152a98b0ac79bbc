package ofelia.cron;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// The fields of a cron expression, each read.
///
/// @param all one for each field, second and year included where they were not written
record Fields(Map<Field, FieldValues> all) {

  FieldValues get(Field field) {
    FieldValues values = all.get(field);
    if (values == null) {
      throw new IllegalArgumentException("the field " + field + " was not read");
    }
    return values;
  }

  Times times() {
    return new Times(get(Field.SECOND).set(), get(Field.MINUTE).set(), (int) get(Field.HOUR).set());
  }

  Days days(DayMatch dayMatch) {
    return new Days(
        (int) get(Field.DAY_OF_MONTH).set(),
        (int) get(Field.MONTH).set(),
        (int) get(Field.DAY_OF_WEEK).set(),
        dayMatch == DayMatch.EITHER && restrictsBothDays(),
        FieldValues.rules(get(Field.DAY_OF_MONTH), get(Field.DAY_OF_WEEK)).orElse(null),
        get(Field.YEAR).years().orElse(null));
  }

  boolean restrictsBothDays() {
    return get(Field.DAY_OF_MONTH).isRestricted() && get(Field.DAY_OF_WEEK).isRestricted();
  }

  /// Whether minute or hour begins with a star, which asks for an interval and not for times.
  boolean isInterval() {
    return get(Field.MINUTE).beginsWithStar() || get(Field.HOUR).beginsWithStar();
  }

  /// Some of the fields as they were written, with values in the place of `H`.
  String text(Collection<Field> some) {
    return all.keySet().stream()
        .filter(some::contains)
        .map(field -> get(field).text())
        .collect(Collectors.joining(" "));
  }

  ScheduleSyntaxException neverDue() {
    Word dayOfMonth = get(Field.DAY_OF_MONTH).word();
    Word year = get(Field.YEAR).word();
    boolean isAboutDates = !get(Field.DAY_OF_WEEK).isRestricted();
    return new ScheduleSyntaxException(
        dayOfMonth.column(),
        "day of month "
            + Quoted.of(dayOfMonth.text())
            + (isAboutDates
                ? " never comes"
                : " and day of week "
                    + Quoted.of(get(Field.DAY_OF_WEEK).word().text())
                    + " never meet")
            + " in month "
            + Quoted.of(get(Field.MONTH).word().text())
            + (year.text().equals("*") ? "" : " of the years " + Quoted.of(year.text()))
            + ", so that this would never be due",
        isAboutDates ? "write a day that the month has" : "write days that meet");
  }
}
