package ofelia.cron;

/// Which days count when day of month and day of week are both restricted.
public enum DayMatch {
  /// A day that either of them names, as in crontab(5).
  EITHER,
  /// A day that both of them name.
  AND
}
