package ofelia.ledger;

import java.util.Optional;
import ofelia.model.Outcome;

/// A run without a fate, left over from an earlier start of the daemon, now owned by this one.
///
/// @param claim under the present fence
/// @param definition the definition it was claimed under; cursor, anchor and presence are the job's
///   present ones
/// @param attempt the latest attempt, from 1
/// @param intent the latest attempt's handle; empty when it was not begun
/// @param handle the handle stored after its start
/// @param startedMillis when the first attempt began; 0 when none did
/// @param ended how the latest attempt ended, when only a further attempt was outstanding
/// @param stopBy who had asked for its end; empty when nobody had
/// @param isOvertaken whether a run was begun for a later instant of the job's schedule
public record Unfinished(
    Claim claim,
    BookedJob definition,
    int attempt,
    Optional<String> intent,
    Optional<String> handle,
    long startedMillis,
    Optional<Outcome> ended,
    Optional<String> stopBy,
    boolean isOvertaken) {

  /// The same with another handle on record.
  public Unfinished withHandle(String text) {
    return new Unfinished(
        claim,
        definition,
        attempt,
        intent,
        Optional.of(text),
        startedMillis,
        ended,
        stopBy,
        isOvertaken);
  }
}
