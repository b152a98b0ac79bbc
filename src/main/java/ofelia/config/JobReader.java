package ofelia.config;

import java.net.URI;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ofelia.config.SectionReader.Section;
import ofelia.cron.Schedule;
import ofelia.model.JobSpec;
import ofelia.model.Key;
import ofelia.model.Key.Place;
import ofelia.model.Problem;
import ofelia.model.Settings;

/// Turns a job as it was written into a [JobSpec], whatever it was written in.
///
/// A job with mistakes is not dropped: it keeps its name, its mistakes, and its schedule if that
/// one can be read, so that its due instants are refused for a stated reason instead of vanishing.
final class JobReader {

  private final Settings global;
  private final Calendars calendars;
  private final ScheduleReader schedules;
  private final Remarks remarks;

  /// @param global what jobs inherit from
  /// @param calendars that jobs may name
  /// @param zone of schedules when nobody names one
  /// @param remarks gets the warnings; errors go into the job
  JobReader(Settings global, Calendars calendars, ZoneId zone, Remarks remarks) {
    this.global = global;
    this.calendars = calendars;
    this.schedules = new ScheduleReader(global, zone, remarks);
    this.remarks = remarks;
  }

  JobSpec read(JobDraft draft) {
    Place place = draft.type().place();
    Section section = SectionReader.read(place, draft.subject(), draft.written(), remarks);
    List<Problem> problems = new ArrayList<>(section.errors());
    addMissing(draft, section, problems);
    Schedule schedule = schedules.read(draft, section, problems);
    Settings settings = withInherited(section.settings(), place);
    addUnknownCalendars(draft, section, settings, problems);
    AroundCheck.check(draft, section, problems, remarks);
    IdleKeys.warn(draft, section, settings, remarks);
    return new JobSpec(
        draft.name(),
        draft.type().kind(),
        draft.source(),
        schedule,
        settings,
        draft.origin(),
        problems);
  }

  private void addMissing(JobDraft draft, Section section, List<Problem> problems) {
    require(
        draft,
        section,
        problems,
        ScheduleKeys.SCHEDULE,
        section.settings().get(ScheduleKeys.SCHEDULE).stream().allMatch(String::isBlank));
    switch (draft.type()) {
      case EXEC -> {
        TargetCheck.check(draft, section, problems);
        ProgramCheck.check(draft, section, true, problems, remarks);
      }
      case LOCAL -> ProgramCheck.check(draft, section, true, problems, remarks);
      case RUN -> {
        requireImageOrContainer(draft, section, problems);
        ServiceCheck.checkLimits(draft, section, problems);
        ProgramCheck.check(draft, section, false, problems, remarks);
      }
      case SERVICE_RUN -> {
        require(draft, section, problems, RunKeys.IMAGE);
        ServiceCheck.check(draft, section, problems);
        ProgramCheck.check(draft, section, false, problems, remarks);
      }
      case COMPOSE -> {
        require(draft, section, problems, ComposeKeys.SERVICE);
        boolean isExec = section.settings().get(ComposeKeys.EXEC);
        ProgramCheck.check(draft, section, isExec, problems, remarks);
      }
      case HTTP -> {
        require(draft, section, problems, HttpKeys.URL);
        requireTogether(draft, section, problems, HttpKeys.CERTIFICATE_FILE, HttpKeys.KEY_FILE);
        addForbiddenHost(draft, section, problems);
      }
      case CONTAINER -> ActionCheck.check(draft, section, problems, remarks);
      case NOOP -> {}
    }
  }

  private void addUnknownCalendars(
      JobDraft draft, Section section, Settings settings, List<Problem> problems) {
    for (Key<List<String>> key :
        List.of(CalendarKeys.EXCLUDE_CALENDARS, CalendarKeys.INCLUDE_CALENDARS)) {
      Written written = section.from().get(key);
      for (String name : settings.get(key)) {
        boolean isBroken = calendars.broken().contains(name);
        if (!calendars.byName().containsKey(name)) {
          problems.add(
              Problem.error(
                  written == null ? draft.origin() : written.valueOrigin(),
                  draft.subject().apply(key.name()),
                  isBroken
                      ? "the calendar \"" + name + "\" cannot be read"
                      : "there is no calendar \"" + name + "\"",
                  isBroken
                      ? "mend the calendar"
                      : Spelling.suggest(
                          name,
                          calendars.names(),
                          "add [calendar \"" + name + "\"] to the INI file")));
        }
      }
    }
  }

  private void addForbiddenHost(JobDraft draft, Section section, List<Problem> problems) {
    Optional<String> url = section.settings().find(HttpKeys.URL);
    if (url.isEmpty() || !global.isWritten(GlobalKeys.HTTP_ALLOWED_HOSTS)) {
      return;
    }
    AllowedHosts allowed = new AllowedHosts(global.get(GlobalKeys.HTTP_ALLOWED_HOSTS));
    if (!allowed.allows(URI.create(url.get()))) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.subject().apply(HttpKeys.URL.name()),
              "calls \"" + URI.create(url.get()).getHost() + "\", which is not allowed",
              "add it to http-allowed-hosts in [global] of the INI file"));
    }
  }

  /// One of the two means nothing without the other.
  private static void requireTogether(
      JobDraft draft, Section section, List<Problem> problems, Key<String> a, Key<String> b) {
    if (isMissing(section, a) != isMissing(section, b)) {
      require(draft, section, problems, isMissing(section, a) ? a : b);
    }
  }

  private static void require(
      JobDraft draft, Section section, List<Problem> problems, Key<String> key) {
    require(draft, section, problems, key, isMissing(section, key));
  }

  private static void require(
      JobDraft draft, Section section, List<Problem> problems, Key<?> key, boolean isMissing) {
    if (isMissing && section.errors().stream().noneMatch(p -> isAbout(p, draft, key))) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has no " + key,
              "add for example " + key + " = " + key.example()));
    }
  }

  private static boolean isAbout(Problem problem, JobDraft draft, Key<?> key) {
    return problem.subject().equals(draft.subject().apply(key.name()));
  }

  private void requireImageOrContainer(JobDraft draft, Section section, List<Problem> problems) {
    boolean hasNoImage = isMissing(section, RunKeys.IMAGE);
    boolean hasNoContainer = isMissing(section, ContainerKeys.CONTAINER);
    if (hasNoImage && hasNoContainer) {
      problems.add(
          Problem.error(
              draft.origin(),
              draft.title(),
              "has neither image nor container",
              "add for example image = " + RunKeys.IMAGE.example()));
    } else if (!hasNoImage && !hasNoContainer) {
      remarks.warn(
          draft.origin(),
          draft.title(),
          "has both image and container: the container is started, the image is not used",
          "remove one of them");
    }
  }

  private static boolean isMissing(Section section, Key<String> key) {
    return section.settings().find(key).orElse("").isBlank();
  }

  /// What the job wrote, its schedule aside, and what it has from the global section.
  private Settings withInherited(Settings written, Place place) {
    Settings.Builder builder = new Settings.Builder();
    for (Key<?> key : global.keys()) {
      if (key.places().contains(place) && !ScheduleKeys.ALL.contains(key)) {
        Precedence.inherit(global, key, builder);
      }
    }
    boolean hasUser = Places.WITH_DEFAULT_USER.contains(place);
    if (hasUser && global.isWritten(GlobalKeys.DEFAULT_USER)) {
      builder.inherit(ContainerKeys.USER, global.get(GlobalKeys.DEFAULT_USER));
    }
    if (place == Place.JOB_HTTP && global.isWritten(GlobalKeys.HTTP_ALLOWED_HOSTS)) {
      Precedence.inherit(global, GlobalKeys.HTTP_ALLOWED_HOSTS, builder);
    }
    for (Key<?> key : written.keys()) {
      if (!ScheduleKeys.ALL.contains(key)) {
        Precedence.copy(written, key, builder);
      }
    }
    return builder.build();
  }
}
