package ofelia.cron;

/// When something is due.
public interface Schedule {

  /// What [#next] answers when nothing is due any more.
  long NEVER = Long.MAX_VALUE;

  /// The first due instant strictly after `afterMillis`, or [#NEVER].
  long next(long afterMillis, long anchorMillis);

  /// Canonical text, with the zone.
  String text();
}
