package ofelia.cron;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// A time zone as a row of periods with one offset each, shared by all schedules in it.
///
/// `ZoneRules` allocates for each question, so the answers are kept: a row without holes that grows
/// at either end as far as somebody asks, between the years 1970 and 2100 (some 260 periods at
/// most, 10 KB). It is replaced as a whole and without a lock; when two threads let it grow at
/// once, one growth is lost and made again by the next question. Outside those years each question
/// goes to the rules.
final class Zone {

  private static final ConcurrentMap<ZoneId, Zone> ZONES = new ConcurrentHashMap<>();

  // 1970-01-01 and 2100-01-01.
  private static final long FIRST_KEPT = 0;
  private static final long END_OF_KEPT = 4_102_444_800L;

  private final ZoneId id;
  private final ZoneRules rules;

  /// In order of time, each beginning where the one before ends. The array's content never changes.
  private volatile Period[] known = {};

  private Zone(ZoneId id) {
    this.id = id;
    this.rules = id.getRules();
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
    Period[] row = known;
    int low = 0;
    int high = row.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Period period = row[middle];
      if (second < period.from()) {
        high = middle - 1;
      } else if (second >= period.until()) {
        low = middle + 1;
      } else {
        return period;
      }
    }
    return learn(second);
  }

  private Period learn(long second) {
    Period asked = find(second);
    if (second >= FIRST_KEPT && second < END_OF_KEPT) {
      List<Period> row = new ArrayList<>(List.of(known));
      if (row.isEmpty()) {
        row.add(asked);
      }
      while (row.getLast().until() <= second) {
        row.add(find(row.getLast().until()));
      }
      while (row.getFirst().from() > second) {
        row.addFirst(find(row.getFirst().from() - 1));
      }
      known = row.toArray(Period[]::new);
    }
    return asked;
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
