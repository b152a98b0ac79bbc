package ofelia.ledger;

import java.util.Optional;
import ofelia.model.Fate;

/// The end of a run.
///
/// @param startedMillis when the first attempt began; 0 when none did
/// @param endedMillis when the last attempt ended, else when the fate was known
/// @param attempts how many were begun
/// @param output what the last attempt printed, kept in the same transaction
public record Closing(
    Claim claim,
    Fate fate,
    long startedMillis,
    long endedMillis,
    int attempts,
    Optional<OutputSpool> output) {

  /// The same end with other output, or none.
  public Closing with(Optional<OutputSpool> output) {
    return new Closing(claim, fate, startedMillis, endedMillis, attempts, output);
  }
}
