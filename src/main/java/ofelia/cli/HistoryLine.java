package ofelia.cli;

import io.avaje.jsonb.Json;
import java.time.Instant;
import ofelia.ledger.HistoryEntry;
import ofelia.model.RunId;
import org.jspecify.annotations.Nullable;

/// What became of one due instant, as `history --json` prints it.
///
/// @param run null where nothing was begun for the instant
/// @param due RFC 3339 in UTC: the instant of the schedule; of other causes when it was asked for
/// @param cause `schedule`, `catch-up`, `startup`, `manual`, `backfill`
/// @param fate `ran`, `skipped`, `missed`, `refused`, `lost`, or `running`
/// @param outcome `succeeded`, `failed`, `timed-out`, `cancelled`, `broke`; null unless it ran
/// @param exit the exit code, where there is one
/// @param reason empty when there is nothing to say
/// @param started null when it did not begin
/// @param ended null when it has not ended
/// @param outputBytes how much output is kept
/// @param droppedBytes how much more there was
/// @param era counts how often the clock had been set back before: where it was, the same instant
///   may have come twice
/// @param daemon whether a daemon holds the store; without one `running` is what was last recorded
@Json
record HistoryLine(
    @Nullable String run,
    String job,
    String due,
    String cause,
    String fate,
    @Nullable String outcome,
    @Nullable Integer exit,
    String reason,
    @Nullable String started,
    @Nullable String ended,
    int attempts,
    long outputBytes,
    long droppedBytes,
    int era,
    boolean daemon) {

  static HistoryLine of(HistoryEntry entry, boolean hasDaemon) {
    return new HistoryLine(
        entry.run().map(RunId::toString).orElse(null),
        entry.job().value(),
        Instant.ofEpochMilli(entry.dueMillis()).toString(),
        entry.cause().word(),
        entry.fate(),
        entry.outcome().orElse(null),
        entry.exit().orElse(null),
        entry.reason(),
        JsonLines.instant(entry.startedMillis()),
        JsonLines.instant(entry.endedMillis()),
        entry.attempts(),
        entry.outputBytes(),
        entry.droppedBytes(),
        entry.era(),
        hasDaemon);
  }
}
