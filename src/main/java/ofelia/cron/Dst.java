package ofelia.cron;

/// What a schedule does when the clocks of its zone are put forward (a *gap*: times that no clock
/// shows) or back (an *overlap*: times that come twice).
public enum Dst {
  /// [#ELAPSED] when the minute or the hour begins with `*` or `?`, else [#ONCE].
  AUTO,
  /// Each time of the clock once: what a gap holds is due together at the gap's end, and of an
  /// overlap the first pass counts.
  ONCE,
  /// Elapsed time: both passes of an overlap, nothing for a gap; but a day whose times all lie in a
  /// gap is due once, at the gap's end.
  ELAPSED,
  /// What the clock shows and nothing else: both passes of an overlap, nothing for a gap.
  LITERAL
}
