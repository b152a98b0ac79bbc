package ofelia.sql;

import java.time.Duration;
import java.util.Optional;
import ofelia.model.Fate;
import ofelia.model.Outcome;
import org.jspecify.annotations.Nullable;

/// Fates and outcomes as columns, and outcomes back.
final class Words {

  private Words() {}

  static Optional<Outcome> outcome(Fate fate) {
    return fate instanceof Fate.Ran(var outcome) ? Optional.of(outcome) : Optional.empty();
  }

  static @Nullable Integer exit(@Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> null;
      case Outcome.Succeeded() -> 0;
      case Outcome.Failed(var exit, _) -> exit;
      case Outcome.TimedOut(_), Outcome.Cancelled(_), Outcome.Broke(_) -> null;
    };
  }

  /// The value that makes the outcome what it is, which need not be its sentence.
  static String detail(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded() -> "";
      case Outcome.Failed(_, var reason) -> reason;
      case Outcome.TimedOut(var limit) -> limit.toString();
      case Outcome.Cancelled(var by) -> by;
      case Outcome.Broke(var problem) -> problem;
    };
  }

  /// The outcome that gave these.
  static Outcome outcome(String word, int exit, String detail) {
    return switch (word) {
      case "succeeded" -> new Outcome.Succeeded();
      case "failed" -> new Outcome.Failed(exit, detail);
      case "timed-out" -> new Outcome.TimedOut(Duration.parse(detail));
      case "cancelled" -> new Outcome.Cancelled(detail);
      case "broke" -> new Outcome.Broke(detail);
      default -> throw new IllegalArgumentException("no outcome is called \"" + word + "\"");
    };
  }
}
