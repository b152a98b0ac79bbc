package ofelia.cron;

import java.util.Locale;

/// Never due by itself. The three words mean the same; each is kept as it was written.
public enum Never implements Schedule {
  TRIGGERED,
  MANUAL,
  NONE;

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
