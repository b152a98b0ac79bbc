package ofelia.cron;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import ofelia.syntax.Nearest;
import ofelia.syntax.Parsed;

/// The names of time zones, as people write them.
public final class ZoneNames {

  private static final int LONGEST = 64;

  private ZoneNames() {}

  /// A name of the time zone database, written as it is there, or an offset such as `+02:00`.
  public static Parsed<ZoneId> parse(String name) {
    try {
      if (name.length() <= LONGEST) {
        return Parsed.good(ZoneId.of(name));
      }
    } catch (DateTimeException _) {
      // Neither a name in the time zone database nor an offset: the reason is better said with the
      // nearest name.
    }
    return Parsed.bad(
        1,
        "there is no time zone " + Quoted.of(name),
        nearest(name)
            .map(near -> "write " + near)
            .orElse("write a name of the time zone database, such as Europe/Berlin or UTC"));
  }

  /// The zone that somebody probably meant: by its whole name, else by its city alone.
  private static Optional<String> nearest(String name) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    Map<String, String> zoneOfCity = new TreeMap<>();
    var zones = new TreeSet<>(ZoneId.getAvailableZoneIds());
    zones.forEach(zone -> zoneOfCity.putIfAbsent(zone.substring(zone.lastIndexOf('/') + 1), zone));
    return Nearest.of(name, zones)
        .or(() -> Nearest.of(name, zoneOfCity.keySet()).map(zoneOfCity::get));
  }
}
