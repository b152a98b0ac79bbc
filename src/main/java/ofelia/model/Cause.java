package ofelia.model;

import java.util.Locale;

/// Why a run was begun.
public enum Cause {
  /// The job's schedule said so.
  SCHEDULE,
  /// The job's schedule said so at an instant that passed while nobody was there, and the job asks
  /// for such instants to be made up for (`misfire`).
  CATCH_UP,
  /// The job asks for a run when it is registered, at the daemon's start or later
  /// (`run-on-startup`).
  STARTUP,
  /// A person or a program asked for it.
  MANUAL,
  /// A person or a program asked for an instant of the schedule that has long passed.
  BACKFILL;

  /// The word for answers, logs and `OFELIA_CAUSE`: the name in lower case with dashes.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether the run stands for a due instant of the schedule.
  public boolean isOfSchedule() {
    return this == SCHEDULE || this == CATCH_UP;
  }

  /// The cause with the given word.
  ///
  /// @throws IllegalArgumentException for any other word
  public static Cause parse(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
