package ofelia.ledger;

import java.util.Optional;
import ofelia.model.Cause;
import ofelia.model.JobName;
import ofelia.model.RunId;

/// What became of one due instant.
///
/// @param run empty for an instant of a stretch
/// @param fate the word of a [ofelia.model.Fate], or `running`
/// @param outcome the word of an [ofelia.model.Outcome]; empty unless it ran
/// @param exit the exit code, where there is one
/// @param reason may be empty; of an open run why it waits
/// @param startedMillis 0 when it did not begin
/// @param endedMillis 0 when it has not ended
/// @param outputBytes how much output is kept
/// @param droppedBytes how much more there was
/// @param era the [Era] of the instant: where the clock was set back, one may have come twice
public record HistoryEntry(
    Optional<RunId> run,
    JobName job,
    long dueMillis,
    Cause cause,
    String fate,
    Optional<String> outcome,
    Optional<Integer> exit,
    String reason,
    long startedMillis,
    long endedMillis,
    int attempts,
    long outputBytes,
    long droppedBytes,
    int era) {}
