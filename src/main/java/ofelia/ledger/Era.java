package ofelia.ledger;

import java.util.List;
import ofelia.model.JobName;

/// A time line of the wall clock. A new one begins when the clock was set back: instants may come
/// again that are on record already, and the era tells the two apart.
///
/// @param number from 0, one more than that of the era before
/// @param beforeMillis what the clock would show now if it had not been set back
/// @param nowMillis what it shows
/// @param moved the jobs whose cursors go back
public record Era(int number, long beforeMillis, long nowMillis, List<Moved> moved) {

  public Era {
    moved = List.copyOf(moved);
  }

  /// Where a job's due instants go on.
  public record Moved(JobName job, long cursorMillis, long anchorMillis) {}

  /// How far the clock was set back.
  public long backMillis() {
    return beforeMillis - nowMillis;
  }
}
