package ofelia.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// A time zone as a row of periods with one offset each, shared by all schedules in it.
///
/// `ZoneRules` allocates for each question. Here the answers are kept: a period is an immutable
/// object, and a small table remembers the last one met for each stretch of 2^22 seconds (48 days),
/// 64 stretches (8.5 years) before two share a place. The table is written without a lock: a race
/// costs a second look at the rules, since a period found there is asked whether it holds the
/// instant, and is safe to read however it was published.
final class Zone {

  private static final ConcurrentMap<ZoneId, Zone> ZONES = new ConcurrentHashMap<>();
  private static final int PLACES = 64;
  private static final int STRETCH_BITS = 22;

  private final ZoneId id;
  private final ZoneRules rules;
  private final @Nullable Period[] recent;

  private Zone(ZoneId id) {
    this.id = id;
    this.rules = id.getRules();
    this.recent = new Period[rules.isFixedOffset() ? 1 : PLACES];
  }

  /// The one shared object of a zone. There are as many as zone names in use, which is bounded by
  /// the database.
  static Zone of(ZoneId id) {
    return ZONES.computeIfAbsent(id, Zone::new);
  }

  ZoneId id() {
    return id;
  }

  /// The period that holds an instant, in seconds since 1970-01-01T00:00:00Z.
  Period at(long second) {
    int place = (int) (second >>> STRETCH_BITS) & recent.length - 1;
    Period period = recent[place];
    if (period == null || !period.holds(second)) {
      period = find(second);
      recent[place] = period;
    }
    return period;
  }

  private Period find(long second) {
    Instant instant = Instant.ofEpochSecond(second);
    int offset = rules.getOffset(instant).getTotalSeconds();
    // previousTransition looks strictly before its argument, and a period begins at its transition.
    ZoneOffsetTransition begin = rules.previousTransition(instant.plusSeconds(1));
    ZoneOffsetTransition end = rules.nextTransition(instant);
    return new Period(
        begin == null ? Period.ALWAYS_BEGAN : begin.toEpochSecond(),
        end == null ? Period.NEVER_ENDS : end.toEpochSecond(),
        offset,
        begin == null ? offset : begin.getOffsetBefore().getTotalSeconds());
  }

  /// A time during which the offset stays the same. Instants are seconds since
  /// 1970-01-01T00:00:00Z, offsets seconds east of UTC, local times the sum of both.
  ///
  /// @param from inclusive
  /// @param until exclusive
  /// @param before the offset that ended at `from`; smaller than `offset` where clocks sprang
  ///   forward
  record Period(long from, long until, int offset, int before) {

    // Far enough from the ends of long that offsets can be added.
    static final long ALWAYS_BEGAN = Long.MIN_VALUE / 2;
    static final long NEVER_ENDS = Long.MAX_VALUE / 2;

    boolean holds(long second) {
      return from <= second && second < until;
    }
  }
}
