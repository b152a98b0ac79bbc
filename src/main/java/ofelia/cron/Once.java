package ofelia.cron;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// Due at one instant, and never again.
///
/// @param atMillis the instant, a whole second
/// @param time as it is written: an instant such as `2027-01-01T02:00:00Z`, or local time of the
///   zone
/// @param zone null for an instant
public record Once(long atMillis, String time, @Nullable ZoneId zone) implements Schedule {

  static Once of(Instant instant) {
    return new Once(instant.toEpochMilli(), instant.toString(), null);
  }

  /// @throws DateTimeException beyond the range of instants
  static Once of(LocalDateTime time, ZoneId zone) {
    return new Once(WrittenTime.firstMoment(time, zone).toEpochMilli(), time.toString(), zone);
  }

  @Override
  public long next(long afterMillis, long anchorMillis) {
    return afterMillis < atMillis ? atMillis : NEVER;
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    return afterMillis < atMillis && atMillis <= throughMillis
        ? new Stretch(atMillis, atMillis, 1)
        : Stretch.NONE;
  }

  @Override
  public String text() {
    return "@at " + time + (zone == null ? "" : " " + zone.getId());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Once that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
