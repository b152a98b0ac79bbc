package ofelia.config;

import static ofelia.model.Key.Place.CALENDAR;
import static ofelia.model.Key.Place.GLOBAL;
import static ofelia.model.Key.Place.GLOBAL_LABEL;
import static ofelia.model.Key.Place.JOB_COMPOSE;
import static ofelia.model.Key.Place.JOB_CONTAINER;
import static ofelia.model.Key.Place.JOB_EXEC;
import static ofelia.model.Key.Place.JOB_HTTP;
import static ofelia.model.Key.Place.JOB_LOCAL;
import static ofelia.model.Key.Place.JOB_NOOP;
import static ofelia.model.Key.Place.JOB_RUN;
import static ofelia.model.Key.Place.JOB_SERVICE_RUN;

import java.util.EnumSet;
import java.util.Set;
import ofelia.model.Key.Place;

/// Where keys may be written, by what they are about. A kind of work that is added is named here,
/// once for each set of keys that it has.
public final class Places {

  private Places() {}

  static final Set<Place> CALENDAR_ONLY = Set.of(CALENDAR);

  /// The sections of all kinds of jobs.
  public static final Set<Place> EVERY_JOB =
      Set.of(
          JOB_EXEC,
          JOB_RUN,
          JOB_LOCAL,
          JOB_SERVICE_RUN,
          JOB_COMPOSE,
          JOB_HTTP,
          JOB_CONTAINER,
          JOB_NOOP);

  static final Set<Place> EVERY_JOB_AND_GLOBAL = with(EVERY_JOB, GLOBAL);

  static final Set<Place> EVERY_JOB_AND_GLOBALS = with(EVERY_JOB_AND_GLOBAL, GLOBAL_LABEL);

  static final Set<Place> EVERY_JOB_GLOBALS_AND_CALENDARS = with(EVERY_JOB_AND_GLOBALS, CALENDAR);

  /// Jobs that start a program with variables of its own.
  static final Set<Place> PROGRAM_JOBS =
      Set.of(JOB_EXEC, JOB_RUN, JOB_LOCAL, JOB_SERVICE_RUN, JOB_COMPOSE);

  /// Jobs during whose work containers may have to stand still.
  static final Set<Place> AROUND_JOBS = with(PROGRAM_JOBS, JOB_HTTP);

  /// Jobs that may have a command, if only to keep it.
  static final Set<Place> COMMAND_JOBS = with(PROGRAM_JOBS, JOB_NOOP);

  /// Jobs that ask something by a signal to end, and give it time for that.
  static final Set<Place> STOPPED_BY_SIGNAL = with(PROGRAM_JOBS, JOB_CONTAINER);

  /// Jobs whose program runs in a container, wherever that comes from.
  static final Set<Place> IN_CONTAINER = Set.of(JOB_EXEC, JOB_RUN, JOB_SERVICE_RUN, JOB_COMPOSE);

  /// Jobs that run as `default-user` of `[global]` where they name no user.
  static final Set<Place> WITH_DEFAULT_USER = Set.of(JOB_EXEC, JOB_RUN, JOB_SERVICE_RUN);

  /// Jobs that may give their program a terminal.
  static final Set<Place> TERMINAL_JOBS = Set.of(JOB_EXEC, JOB_RUN, JOB_SERVICE_RUN);

  /// Jobs that make a container of an image.
  static final Set<Place> FRESH_CONTAINER = Set.of(JOB_RUN, JOB_SERVICE_RUN);

  static final Set<Place> PULLING_JOBS = Set.of(JOB_RUN, JOB_SERVICE_RUN, JOB_COMPOSE);
  static final Set<Place> ENTRYPOINT_JOBS = Set.of(JOB_RUN, JOB_SERVICE_RUN, JOB_COMPOSE);
  static final Set<Place> WORKING_DIR_JOBS = Set.of(JOB_EXEC, JOB_RUN, JOB_COMPOSE);
  static final Set<Place> HTTP_ONLY = Set.of(JOB_HTTP);
  static final Set<Place> COMPOSE_ONLY = Set.of(JOB_COMPOSE);

  /// Jobs about containers that may be there already.
  static final Set<Place> CONTAINER_JOBS = Set.of(JOB_EXEC, JOB_RUN, JOB_CONTAINER);

  /// Jobs that may say what their container is, in place of which.
  static final Set<Place> TARGET_JOBS = Set.of(JOB_EXEC, JOB_CONTAINER);

  static final Set<Place> CONTAINER_ONLY = Set.of(JOB_CONTAINER);

  /// Jobs that are done by an engine.
  static final Set<Place> ENGINE_JOBS = with(IN_CONTAINER, JOB_CONTAINER);

  static final Set<Place> EXEC_ONLY = Set.of(JOB_EXEC);
  static final Set<Place> RUN_ONLY = Set.of(JOB_RUN);
  static final Set<Place> USER_JOBS = PROGRAM_JOBS;
  static final Set<Place> LIMITED_JOBS = Set.of(JOB_RUN, JOB_SERVICE_RUN, JOB_LOCAL);
  static final Set<Place> LOCAL_ONLY = Set.of(JOB_LOCAL);
  static final Set<Place> LOCAL_AND_SERVICE = Set.of(JOB_LOCAL, JOB_SERVICE_RUN);
  static final Set<Place> SERVICE_ONLY = Set.of(JOB_SERVICE_RUN);

  private static Set<Place> with(Set<Place> places, Place more) {
    Set<Place> all = EnumSet.copyOf(places);
    all.add(more);
    return Set.copyOf(all);
  }
}
