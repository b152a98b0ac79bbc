package ofelia.cron;

import java.util.Locale;

/// Due at no instant. The first three words mean the same; each is kept as it was written.
public enum Never implements Schedule {
  TRIGGERED,
  MANUAL,
  NONE,
  /// An occasion that is no instant: the daemon's start.
  REBOOT;

  @Override
  public long next(long afterMillis, long anchorMillis) {
    return NEVER;
  }

  @Override
  public Stretch passed(long afterMillis, long throughMillis, long anchorMillis) {
    return Stretch.NONE;
  }

  @Override
  public String text() {
    return "@" + name().toLowerCase(Locale.ROOT);
  }
}
