package ofelia.cron;

/// What one part of a field's list names.
sealed interface Piece {

  /// Values from `first` through `last`, around the field's end where `last` is the smaller one,
  /// every `step`-th of them.
  ///
  /// @param star whether it was written with a star
  record Span(int first, int last, int step, boolean star) implements Piece {

    boolean isPlainStar() {
      return star && step == 1;
    }

    /// As somebody would write it who wanted these values.
    String text() {
      String ends = first == last ? String.valueOf(first) : first + "-" + last;
      return step == 1 ? ends : ends + "/" + step;
    }
  }

  /// The day so many days before the month's last one.
  record FromEnd(int days) implements Piece {}

  /// The day from Monday to Friday that is nearest to a day of the month.
  record Workday(int day) implements Piece {}

  /// The day from Monday to Friday that is nearest to the day so many days before the month's last
  /// one.
  record WorkdayFromEnd(int days) implements Piece {}

  /// The n-th of a day of the week in the month.
  ///
  /// @param weekday 0 (Sunday) to 6
  /// @param n 1 to 5
  record Nth(int weekday, int n) implements Piece {}

  /// The last of a day of the week in the month.
  ///
  /// @param weekday 0 (Sunday) to 6
  record Last(int weekday) implements Piece {}
}
