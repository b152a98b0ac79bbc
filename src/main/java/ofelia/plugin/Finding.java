package ofelia.plugin;

/// What became of work that an earlier start of the daemon had begun, or had meant to.
public sealed interface Finding {

  /// It never started, and whatever had been prepared for it is gone. It may be begun afresh.
  record NotBegun() implements Finding {}

  /// It never started, but what was prepared for it is still there, and its removal would leave
  /// nothing to tell that by. Once the handle given is on record, [Runner#find] is asked again, and
  /// removes it.
  record Unstarted(String handle) implements Finding {}

  /// It goes on, or has ended and its end can be told: [Runner#resume] takes it up.
  record Found() implements Finding {}

  /// It was begun, no part of it is alive any more, and its end cannot be known.
  record Lost(String why) implements Finding {}
}
