package ofelia.cron;

/// Due instants in a row: how many, the first and the last, in milliseconds since
/// 1970-01-01T00:00:00Z.
///
/// @param firstMillis the first, inclusive; [Schedule#NEVER] when there are none
/// @param lastMillis the last, inclusive; [Schedule#NEVER] when there are none
/// @param count how many, 0 when there are none
public record Stretch(long firstMillis, long lastMillis, long count) {

  /// No instant at all.
  public static final Stretch NONE = new Stretch(Schedule.NEVER, Schedule.NEVER, 0);

  /// Whether there is no instant.
  public boolean isEmpty() {
    return count == 0;
  }
}
