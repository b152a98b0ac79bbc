package ofelia.ledger;

import ofelia.model.JobKind;
import ofelia.model.JobName;

/// A job in the job book.
///
/// @param kind of its present definition
/// @param source of its present definition
/// @param schedule canonical text, read back by [ofelia.cron.Schedule#parse]
/// @param spec the other settings as text, a line each; opaque to the ledger
/// @param present false once it was removed from its source; the row stays
/// @param cursorMillis all due instants up to and including this one have been dealt with
/// @param anchorMillis from where `@every` counts
public record BookedJob(
    JobName name,
    JobKind kind,
    String source,
    String schedule,
    String spec,
    boolean present,
    long cursorMillis,
    long anchorMillis) {

  /// The same job with its due instants dealt with up to another one, counted from another anchor.
  public BookedJob at(long cursorMillis, long anchorMillis) {
    return new BookedJob(name, kind, source, schedule, spec, present, cursorMillis, anchorMillis);
  }
}
