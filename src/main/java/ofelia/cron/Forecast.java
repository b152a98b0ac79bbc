package ofelia.cron;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a schedule means and when it is due next, in the words for people: a sentence, notes on
/// what clocks do to instants, and how the two rules for days differ.
public final class Forecast {

  private Forecast() {}

  /// A due instant.
  ///
  /// @param note what a change of the clocks has to do with it; empty for nearly all
  public record Due(long millis, Optional<String> note) {}

  /// Due instants under both rules for days.
  ///
  /// @param inForce the rule under which the schedule stands
  /// @param either the next instants when one of the day fields is enough
  /// @param and the next instants when both must match; may be none
  public record DayRules(DayMatch inForce, List<Due> either, List<Due> and) {}

  /// A schedule in plain English, a whole sentence.
  public static String sentence(Schedule schedule) {
    return Sentence.of(schedule);
  }

  /// The next instants under either rule for days; empty when both fields are not restricted, or
  /// when the next `count` instants are the same.
  public static Optional<DayRules> dayRules(Schedule schedule, long afterMillis, int count) {
    Optional<Schedule> other = underOtherDayMatch(schedule);
    if (other.isEmpty()) {
      return Optional.empty();
    }
    List<Due> here = due(schedule, afterMillis, afterMillis, count);
    List<Due> there = due(other.get(), afterMillis, afterMillis, count);
    if (here.equals(there)) {
      return Optional.empty();
    }
    return Optional.of(
        needsBothDays(schedule)
            ? new DayRules(DayMatch.AND, there, here)
            : new DayRules(DayMatch.EITHER, here, there));
  }

  /// The next instants in order; fewer than asked for when the schedule ends before.
  ///
  /// @param afterMillis exclusive
  /// @param anchorMillis where `@every` counts from
  /// @param count at most so many
  public static List<Due> due(Schedule schedule, long afterMillis, long anchorMillis, int count) {
    List<Due> due = new ArrayList<>();
    long next = schedule.next(afterMillis, anchorMillis);
    while (due.size() < count && next != Schedule.NEVER) {
      due.add(new Due(next, clockChangeAt(schedule, next, anchorMillis)));
      next = schedule.next(next, anchorMillis);
    }
    return due;
  }

  /// What a change of the clocks has to do with a due instant; empty for nearly all.
  public static Optional<String> clockChangeAt(Schedule schedule, long millis, long anchorMillis) {
    for (Schedule one : schedule.alternatives()) {
      Schedule inner = one instanceof Within within ? within.inner() : one;
      boolean isDue = one.next(millis - 1, anchorMillis) == millis;
      if (isDue && inner instanceof CronSchedule cron) {
        Optional<String> note = cron.clockChangeAt(millis).map(ClockChange::text);
        if (note.isPresent()) {
          return note;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean needsBothDays(Schedule schedule) {
    return schedule.text().contains(CronSchedule.BOTH_DAYS);
  }

  private static Optional<Schedule> underOtherDayMatch(Schedule schedule) {
    return switch (schedule) {
      case CronSchedule cron -> cron.underOtherDayMatch().map(other -> other);
      case Within(Schedule inner, long from, long until) ->
          underOtherDayMatch(inner).map(other -> other.within(from, until));
      case AnyOf anyOf -> {
        List<Schedule> others =
            anyOf.alternatives().stream()
                .map(one -> underOtherDayMatch(one).orElse(one))
                .distinct()
                .toList();
        yield others.equals(anyOf.alternatives())
            ? Optional.empty()
            : Optional.of(AnyOf.of(others));
      }
      case Every _, Never _, Once _ -> Optional.empty();
    };
  }
}
