package ofelia.model;

import java.math.BigDecimal;
import java.time.Duration;

/// How the work of a run ended.
public sealed interface Outcome {

  /// The process ended with exit code 0.
  record Succeeded() implements Outcome {}

  /// The work was done and did not succeed.
  ///
  /// @param exit the process's exit code; 128 + n for one that signal n ended
  /// @param reason for people, e.g. `exit code 3` or `ended by signal 9 (out of memory)`
  record Failed(int exit, String reason) implements Outcome {}

  /// The work was ended because it had taken too long.
  record TimedOut(Duration limit) implements Outcome {}

  /// The work was ended because somebody asked for it.
  ///
  /// @param by who, e.g. `shutdown` or `stop request`
  record Cancelled(String by) implements Outcome {}

  /// The work could not be begun, or broke off for reasons outside of it: no such container, no
  /// such program, the engine's refusal.
  record Broke(String problem) implements Outcome {}

  /// The word for answers and the store.
  default String word() {
    return switch (this) {
      case Succeeded() -> "succeeded";
      case Failed(_, _) -> "failed";
      case TimedOut(_) -> "timed-out";
      case Cancelled(_) -> "cancelled";
      case Broke(_) -> "broke";
    };
  }

  /// What there is to say beyond the word; empty for a success.
  default String reason() {
    return switch (this) {
      case Succeeded() -> "";
      case Failed(_, var reason) -> reason;
      case TimedOut(var limit) -> "longer than " + seconds(limit) + " s";
      case Cancelled(var by) -> "ended by " + by;
      case Broke(var problem) -> problem;
    };
  }

  private static String seconds(Duration limit) {
    return BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString();
  }
}
