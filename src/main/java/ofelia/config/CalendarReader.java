package ofelia.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import ofelia.calendar.Calendar;
import ofelia.calendar.CalendarRule;
import ofelia.calendar.CalendarSyntaxException;
import ofelia.calendar.CalendarText;
import ofelia.calendar.IcsFile;
import ofelia.config.SectionReader.Section;
import ofelia.model.Key.Place;
import ofelia.model.Origin;

/// Turns the sections `[calendar "name"]` into calendars. One with a mistake is left out, and with
/// it those that except it; the jobs that name them are held back.
final class CalendarReader {

  private final Remarks remarks;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  private final Map<String, Calendar> sound = new LinkedHashMap<>();
  private final Set<String> broken = new LinkedHashSet<>();
  private final List<Path> files = new ArrayList<>();

  /// A calendar as it was written.
  private record Draft(String title, Origin origin, Section section) {}

  CalendarReader(Remarks remarks) {
    this.remarks = remarks;
  }

  /// Takes a section; one of a name that was there before replaces it.
  void add(String name, Origin origin, String title, List<Written> written) {
    if (name.isBlank() || name.contains(",")) {
      remarks.error(
          origin,
          title,
          name.isBlank() ? "has no name" : "has a comma in its name",
          "write [calendar \"holidays\"]");
      return;
    }
    UnaryOperator<String> subject = key -> title + " " + key;
    Section section = SectionReader.read(Place.CALENDAR, subject, written, remarks);
    Draft earlier = drafts.put(name, new Draft(title, origin, section));
    if (earlier != null) {
      remarks.warn(
          earlier.origin,
          earlier.title,
          "is replaced as a whole by the one at " + origin,
          "give one of them another name");
    }
  }

  /// @param zone of calendars that name none
  Calendars finish(ZoneId zone) {
    drafts.keySet().forEach(name -> read(name, zone, new LinkedHashSet<>()));
    return new Calendars(sound, broken, files);
  }

  /// @param within the calendars whose exceptions led here
  private Optional<Calendar> read(String name, ZoneId zone, Set<String> within) {
    Calendar known = sound.get(name);
    if (known != null || broken.contains(name)) {
      return Optional.ofNullable(known);
    }
    Draft draft = drafts.get(name);
    if (draft == null) {
      return Optional.empty();
    }
    within.add(name);
    ZoneId itsZone = draft.section.settings().find(ScheduleKeys.TIMEZONE).orElse(zone);
    List<CalendarRule> rules = rules(draft, itsZone);
    List<Calendar> except = new ArrayList<>();
    boolean isSound = draft.section.errors().isEmpty();
    draft.section.errors().forEach(remarks::add);
    for (String other : draft.section.settings().get(CalendarKeys.EXCEPT)) {
      Optional<Calendar> found =
          within.contains(other) ? Optional.empty() : read(other, zone, within);
      found.ifPresent(except::add);
      if (found.isEmpty()) {
        isSound = false;
        remarkException(draft, other, within);
      }
    }
    within.remove(name);
    isSound &= rules.size() == expected(draft);
    if (rules.isEmpty() && isSound) {
      isSound = false;
      remarks.error(
          draft.origin,
          draft.title,
          "is empty",
          "add for example when = " + CalendarKeys.WHEN.example());
    }
    if (!isSound) {
      broken.add(name);
      return Optional.empty();
    }
    Calendar calendar = new Calendar(name, itsZone, rules, except);
    sound.put(name, calendar);
    return Optional.of(calendar);
  }

  private static int expected(Draft draft) {
    return draft.section.settings().get(CalendarKeys.WHEN).size()
        + draft.section.settings().get(CalendarKeys.ICS).size();
  }

  private void remarkException(Draft draft, String other, Set<String> within) {
    boolean isKnown = drafts.containsKey(other);
    remarks.error(
        originOf(draft, CalendarKeys.EXCEPT),
        draft.title + " except",
        within.contains(other)
            ? "leads back to the calendar itself by \"" + other + "\""
            : isKnown
                ? "names the calendar \"" + other + "\", which cannot be read"
                : "there is no calendar \"" + other + "\"",
        isKnown
            ? ""
            : Spelling.suggest(other, drafts.keySet(), "add [calendar \"" + other + "\"]"));
  }

  private List<CalendarRule> rules(Draft draft, ZoneId itsZone) {
    List<CalendarRule> rules = new ArrayList<>();
    try {
      for (String line : draft.section.settings().get(CalendarKeys.WHEN)) {
        rules.add(CalendarText.parse(line));
      }
    } catch (CalendarSyntaxException e) {
      throw new IllegalStateException("a line was read before, and is none now", e);
    }
    for (String file : draft.section.settings().get(CalendarKeys.ICS)) {
      events(draft, file, itsZone).ifPresent(rules::add);
    }
    return rules;
  }

  private Optional<CalendarRule> events(Draft draft, String file, ZoneId itsZone) {
    try {
      Path path = Path.of(file);
      files.add(path);
      return Optional.of(IcsFile.read(path, itsZone));
    } catch (IOException | InvalidPathException e) {
      remarks.error(
          originOf(draft, CalendarKeys.ICS),
          draft.title + " ics",
          "\"" + file + "\" " + e.getMessage(),
          "check the path, and that the daemon's user may read the file");
      return Optional.empty();
    }
  }

  private static Origin originOf(Draft draft, ofelia.model.Key<?> key) {
    Written written = draft.section.from().get(key);
    return written == null ? draft.origin : written.keyOrigin();
  }
}
