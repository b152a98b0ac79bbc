package ofelia.cron;

import java.util.List;
import java.util.Locale;

/// The fields of a cron expression, in the order in which they are written.
enum Field {
  SECOND("second", 0, 59, List.of()),
  MINUTE("minute", 0, 59, List.of()),
  HOUR("hour", 0, 23, List.of()),
  DAY_OF_MONTH("day of month", 1, 31, List.of()),
  MONTH(
      "month",
      1,
      12,
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
  /// Sunday is 0 and 7; ranges and steps count over all eight values.
  DAY_OF_WEEK("day of week", 0, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
  YEAR("year", Years.FIRST, Years.LAST, List.of());

  final String label;
  final int min;
  final int max;

  /// Names of the values from [#min] on, lower case.
  final List<String> names;

  Field(String label, int min, int max, List<String> names) {
    this.label = label;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  String range() {
    return min + "-" + max;
  }

  /// The value of a name in any case, or -1.
  int named(String name) {
    int index = names.indexOf(name.toLowerCase(Locale.ROOT));
    return index < 0 ? -1 : index + min;
  }

  /// What may stand here, for a person.
  String advice() {
    String names =
        this.names.isEmpty()
            ? ""
            : " or a name from " + this.names.getFirst() + " to " + this.names.getLast();
    return "write *, a number from " + min + " to " + max + names + ", a range or a list of these";
  }
}
